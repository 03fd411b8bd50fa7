/** HTML by template: whatever is put into it stays text, and a place where that would not help is refused. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { html } from '../../views/parts/html.js'

describe('HTML by template', () => {
  it('keeps whatever is put into it text', () => {
    const anything = fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom(...`<>&"'/=a `) }))
    fc.assert(
      fc.property(anything, (value) => {
        const [, attribute = '', text = ''] = /^<p title="([^"<>]*)">([^<>]*)<\/p>$/s.exec(
          String(html`<p title="${value}">${value}</p>`),
        )!
        const back = attribute
          .replaceAll('&lt;', '<')
          .replaceAll('&gt;', '>')
          .replaceAll('&quot;', '"')
          .replaceAll('&#39;', "'")
          .replaceAll('&amp;', '&')
        expect([back, text]).toEqual([value, attribute])
      }),
    )
  })

  it('takes finished pieces as they are, and nothing for nothing', () => {
    const item = (name: string) => html`<li>${name}</li>`
    expect(
      String(
        html`<ul>
          ${['a', '<b>'].map(item)}${undefined}${3}
        </ul>`,
      ),
    ).toBe('<ul><li>a</li><li>&lt;b&gt;</li>3</ul>')
  })

  it('escapes what only claims to be finished', () => {
    const claimed = { toString: () => '<script>' } as unknown as ReturnType<typeof html>
    expect(() => String(html`<p>${claimed}</p>`)).toThrow()
    expect(String(html`<p>${['<script>'] as unknown as [ReturnType<typeof html>]}</p>`)).toBe(
      '<p>&lt;script&gt;</p>',
    )
  })

  it('leaves out line breaks of the template, not those of a value', () => {
    // prettier-ignore
    const written = html`<p
      class="${'a\n b'}"
    >
      ${'one\n two'} <b>x</b>
    </p
    ><p>
      ${1}
    </p>`
    expect(String(written)).toBe('<p class="a\n b">one\n two <b>x</b></p><p>1</p>')
  })

  const value = 'x'
  it.each<[string, () => unknown]>([
    ['a tag', () => html`<${value}></${value}>`],
    ['an attribute without quotes', () => html`<p title=${value}></p>`],
    ['the name of an attribute', () => html`<p ${value}=""></p>`],
    ['a handler', () => html`<p onclick="${value}"></p>`],
    ['a style', () => html`<p style="${value}"></p>`],
    ['an address', () => html`<a href="${value}"></a>`],
    ['the host of an address', () => html`<a href="//${value}"></a>`],
    [
      'a script',
      () =>
        html`<script>
          ${value}
        </script>`,
    ],
    ['a comment', () => html`<!-- ${value} -->`],
  ])('refuses a value in the place of %s', (_place, make) => {
    expect(make).toThrow(TypeError)
  })

  it('takes a value in a path of this site', () => {
    expect(String(html`<a href="/a/${'"b'}">x</a>`)).toBe('<a href="/a/&quot;b">x</a>')
  })
})
