/** The parts that pages are made of. */
import fc from 'fast-check'
import { renderToString } from 'preact-render-to-string'
import { describe, expect, it } from 'vitest'
import { presetPolicies } from '../../server/cam/preset-policies.js'
import { errorText } from '../../views/i18n/error-text.js'
import { LANGUAGES, texts } from '../../views/i18n/index.js'
import { PageFrame } from '../../views/layout.js'
import type { PageContext } from '../../views/page-context.js'
import { toCsv } from '../../views/parts/copy.js'
import { ErrorSummary, TextField } from '../../views/parts/form.js'
import { pageNumbers, Pager } from '../../views/parts/pager.js'
import { Table } from '../../views/parts/table.js'
import { formatTime } from '../../views/parts/time.js'
import { safeHref } from '../../views/safe-href.js'

const page: PageContext = { language: 'en', theme: 'system', url: '/admin/', notices: [] }

it('tells in Chinese what each preset policy is for', () => {
  const { description } = texts('zh-CN').console.presetPolicies
  expect(presetPolicies.list().filter(({ name }) => description(name, '') === '')).toEqual([])
})

describe('safeHref', () => {
  it.each(['https://example.com/a?b=c', 'http://example.com/', '/admin/users', '/a?next=//other.example'])(
    'lets %s stand in a link',
    (url) => {
      expect(safeHref(url)).toBe(url)
    },
  )

  it.each([
    'javascript:alert(1)',
    ' javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    'java\nscript:alert(1)',
    'data:text/html,<script>alert(1)</script>',
    'vbscript:x',
    '//other.example',
    '/\\other.example',
    '/\t/other.example',
    'users',
    '',
    '#x',
    'file:///etc/passwd',
  ])('gives %j no target', (url) => {
    expect(safeHref(url)).toBeUndefined()
  })
})

describe('the frame', () => {
  const frame = (context: PageContext) =>
    renderToString(
      <PageFrame page={context} variant="bare" title="A page">
        <p>Content</p>
      </PageFrame>,
    )

  it('switches the language on the same page and never leads to another site', () => {
    expect(frame({ ...page, url: '/admin/users?page=2&lang=en' })).toContain(
      'href="/admin/users?page=2&amp;lang=zh-CN"',
    )
    expect(frame({ ...page, url: '//other.example/admin' })).not.toContain('other.example')
  })

  it('has no switch in the answer to a form, which cannot be asked for again', () => {
    const { url: _, ...answer } = page
    expect(frame(answer)).not.toContain('class="languages"')
  })
})

describe('CSV', () => {
  it('quotes what needs it, and lets no cell be a formula', () => {
    expect(toCsv([['a', 'b c', 'd,e', 'f"g', 'h\ni']])).toBe('a,b c,"d,e","f""g","h\ni"\r\n')
    for (const start of ['=', '+', '-', '@', '\t', '\r']) {
      expect(toCsv([[`${start}1`]]).replace(/^"/, '')).toMatch(/^'/)
    }
    expect(toCsv([])).toBe('')
  })

  it('reads back as what went in', () => {
    const harmless = fc.string().filter((text) => !/^[=+\-@\t\r\n']/.test(text))
    fc.assert(
      fc.property(
        fc.array(fc.array(harmless, { minLength: 1 }), { minLength: 1 }).map((rows) => {
          const width = rows[0]!.length
          return rows.map((row) => Array.from({ length: width }, (_, index) => row[index] ?? 'x'))
        }),
        (rows) => {
          expect(parseCsv(toCsv(rows))).toEqual(rows)
        },
      ),
    )
  })
})

/** RFC 4180, for the property above. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = []
  let row: string[] = []
  for (const [, quoted, plain = '', end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g)) {
    row.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'))
    if (end === '\r\n') {
      rows.push(row)
      row = []
    }
  }
  return rows
}

describe('the pager', () => {
  it.each([
    [1, 1, [1]],
    [1, 3, [1, 2, 3]],
    [4, 7, [1, 2, 3, 4, 5, 6, 7]],
    [1, 40, [1, 2, undefined, 40]],
    [20, 40, [1, undefined, 19, 20, 21, undefined, 40]],
    [40, 40, [1, undefined, 39, 40]],
  ])('on page %i of %i links to %j', (current, last, numbers) => {
    expect(pageNumbers(current, last)).toEqual(numbers)
  })

  it('shows nothing for nothing, and no links for one page', () => {
    const pager = (total: number) =>
      renderToString(<Pager page={page} total={total} size={25} number={1} href={(n) => `?page=${n}`} />)
    expect(pager(0)).toBe('')
    expect(pager(25)).toContain('1–25 of 25')
    expect(pager(25)).not.toContain('<nav')
    expect(pager(26)).toContain('rel="next"')
  })
})

describe('a table', () => {
  const columns = [
    { key: 'name', header: 'Name', cell: (row: { name: string }) => row.name },
    { key: 'note', header: 'Note', cell: () => undefined },
  ]

  it('escapes what it shows and keeps its roles where it is laid out as cards', () => {
    const html = renderToString(
      <Table
        page={page}
        caption="Things"
        columns={columns}
        rows={[{ name: '<img src=x onerror=alert(1)>' }]}
        rowKey={({ name }) => name}
      />,
    )
    expect(html).not.toContain('<img')
    expect(html).toContain('role="rowheader"')
    expect(html).toContain('<td role="cell" data-label="Note"></td>')
  })

  it('says so when it is empty', () => {
    const html = renderToString(
      <Table page={page} caption="Things" columns={columns} rows={[]} rowKey={({ name }) => name} />,
    )
    expect(html).toContain('Nothing here yet.')
    expect(html).not.toContain('<table')
  })
})

describe('a form', () => {
  it('ties a field to its label, hint and error', () => {
    const errors = [{ field: 'name', message: 'Too long' }]
    const html = renderToString(
      <>
        <ErrorSummary page={page} errors={errors} />
        <TextField page={page} name="name" label="Name" hint="Short" errors={errors} value={'"><b>'} />
      </>,
    )
    expect(html).toContain('<a href="#field-name">Too long</a>')
    expect(html).toContain('<label for="field-name">')
    expect(html).toContain('aria-describedby="field-name-hint field-name-error"')
    expect(html).toContain('aria-invalid="true"')
    expect(html).toContain('value="&quot;>&lt;b>"')
  })

  it('never gives a password back', () => {
    const html = renderToString(
      <TextField page={page} name="password" label="Password" type="password" value="secret" />,
    )
    expect(html).not.toContain('secret')
  })
})

/** What is called so in every language. */
const PROPER_NAMES: ReadonlySet<string> = new Set([
  'API',
  'Google Workspace',
  'Keycloak',
  'Microsoft Entra ID',
  'NameID',
  'Okta',
  'OneLogin',
  'SAML 2.0',
])

describe('the catalogues', () => {
  it('have words for everything, and take no word from the other language', () => {
    const en = texts('en')
    const zh = texts('zh-CN')
    const same: string[] = []
    compare(en, zh, '')
    // Names of protocols, policies and files are the same everywhere.
    expect(
      same.filter(
        (path) => !/\.(methodSso|bindingPost|secretId|secretKey|byScim|scim|sso|appId)$/.test(path),
      ),
    ).toEqual([])

    function compare(left: unknown, right: unknown, path: string): void {
      if (typeof left === 'string') {
        expect([path, typeof right === 'string' && right !== '']).toEqual([path, true])
        if (left === right && /[A-Za-z]{3}/.test(left) && !PROPER_NAMES.has(left)) same.push(path)
      } else if (typeof left === 'object' && left !== null && typeof right === 'object' && right !== null) {
        expect([path, Object.keys(right).sort()]).toEqual([path, Object.keys(left).sort()])
        for (const [key, value] of Object.entries(left)) {
          compare(value, (right as Record<string, unknown>)[key], `${path}.${key}`)
        }
      } else expect([path, typeof right]).toEqual([path, typeof left])
    }
  })

  it('say a refusal in the reader’s language, with its facts', () => {
    const refusal = { code: 'user.quota', message: 'The zone has 7.', facts: { limit: 7 } } as const
    expect(errorText('en', refusal)).toBe('The zone has 7.')
    expect(errorText('zh-CN', refusal)).toContain('7')
    expect(LANGUAGES).toEqual(['en', 'zh-CN'])
  })

  it('tell time in UTC', () => {
    expect(formatTime('2026-01-31T14:05:59.123Z')).toBe('2026-01-31 14:05 UTC')
    expect(formatTime('not a time')).toBe('not a time')
  })
})
