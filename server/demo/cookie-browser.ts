/** A browser without a screen: keeps cookies, follows redirects, fills in forms, and posts across sites as browsers do. */
import { parsePage, type HtmlPage, type PageForm } from './html-page.js'

/** What is typed, chosen or ticked. A list ticks several boxes; a file is uploaded. */
export type FormInput = Readonly<Record<string, string | readonly string[] | File>>

export interface Browser {
  open(address: string | URL): Promise<HtmlPage>
  /** Presses the button of `form`, which stands on `page`. */
  submit(
    page: HtmlPage,
    form: PageForm,
    input?: FormInput,
    button?: readonly [string, string],
  ): Promise<HtmlPage>
}

interface Cookie {
  readonly value: string
  readonly path: string
  /** Not sent with a POST that another site makes. */
  readonly lax: boolean
}

const MAXIMUM_REDIRECTS = 10

/** Sites differ by host here: the tour has no domains, only names and ports of this machine. */
const sameSite = (left: URL, right: URL): boolean => left.hostname === right.hostname

export function createBrowser(): Browser {
  const jar = new Map<string, Map<string, Cookie>>()

  const cookiesFor = (url: URL, crossSitePost: boolean): string =>
    [...(jar.get(url.host) ?? [])]
      .filter(([, cookie]) => url.pathname.startsWith(cookie.path) && !(crossSitePost && cookie.lax))
      .map(([name, cookie]) => `${name}=${cookie.value}`)
      .join('; ')

  function keep(url: URL, lines: readonly string[]): void {
    const cookies = jar.get(url.host) ?? new Map<string, Cookie>()
    jar.set(url.host, cookies)
    for (const line of lines) {
      const [pair = '', ...attributes] = line.split(';').map((part) => part.trim())
      const [name = '', value = ''] = [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]
      const named = (wanted: string): string | undefined =>
        attributes.find((part) => part.toLowerCase().startsWith(`${wanted}=`))?.slice(wanted.length + 1)
      const gone = named('max-age') === '0' || Date.parse(named('expires') ?? '') <= Date.now()
      if (gone) cookies.delete(name)
      else
        cookies.set(name, {
          value,
          path: named('path') ?? '/',
          lax: named('samesite')?.toLowerCase() !== 'none',
        })
    }
  }

  async function go(
    target: URL,
    init: { method: 'GET' | 'POST'; body?: BodyInit; from?: URL },
  ): Promise<HtmlPage> {
    let url = target
    let { method, body } = init
    for (let hop = 0; hop <= MAXIMUM_REDIRECTS; hop += 1) {
      const crossSite = init.from !== undefined && !sameSite(init.from, url)
      const cookie = cookiesFor(url, crossSite && method === 'POST')
      const answer = await fetch(url, {
        method,
        redirect: 'manual',
        headers: {
          accept: 'text/html',
          'sec-fetch-site': init.from === undefined ? 'none' : crossSite ? 'cross-site' : 'same-origin',
          ...(cookie !== '' && { cookie }),
          ...(method === 'POST' && { origin: (init.from ?? url).origin }),
        },
        ...(body !== undefined && { body }),
      })
      keep(url, answer.headers.getSetCookie())
      const location = answer.headers.get('location')
      if (location === null || answer.status < 300 || answer.status > 399) {
        return parsePage(url, answer.status, await answer.text())
      }
      await answer.arrayBuffer()
      url = new URL(location, url)
      if (answer.status !== 307 && answer.status !== 308) {
        method = 'GET'
        body = undefined
      }
    }
    throw new Error(`${target.href} redirects without end`)
  }

  return {
    open: (address) => go(new URL(address), { method: 'GET' }),
    submit(page, form, input = {}, button) {
      const entries = filledIn(form, input)
      if (button) entries.push([...button])
      if (form.method === 'GET') {
        const url = new URL(form.action)
        url.search = new URLSearchParams(entries as [string, string][]).toString()
        return go(url, { method: 'GET', from: page.url })
      }
      let body: FormData | URLSearchParams
      if (form.multipart) {
        body = new FormData()
        for (const [name, value] of entries) {
          if (typeof value === 'string') body.append(name, value)
          else body.append(name, value, value.name)
        }
      } else body = new URLSearchParams(entries as [string, string][])
      return go(form.action, { method: 'POST', body, from: page.url })
    },
  }
}

/** The form's own values with those of `input` in their place. Throws when the form has no such field. */
function filledIn(form: PageForm, input: FormInput): [string, string | File][] {
  const missing = Object.keys(input).filter((name) => !form.names.has(name))
  if (missing.length > 0)
    throw new Error(`the form ${form.action.pathname} has no field ${missing.join(', ')}`)
  const kept = form.fields
    .filter(([name]) => !(name in input))
    .map(([name, value]): [string, string] => [name, value])
  const given = Object.entries(input).flatMap(([name, value]): [string, string | File][] =>
    typeof value === 'string' || value instanceof File
      ? [[name, value]]
      : value.map((item): [string, string] => [name, item]),
  )
  return [...kept, ...given]
}
