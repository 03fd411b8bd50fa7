/** A browser as far as the doors can tell: cookies, redirects, and forms sent with all that stands in them. */
import request, { type Response } from 'supertest'

type App = Parameters<typeof request>[0]

export interface Page {
  readonly status: number
  readonly text: string
  readonly response: Response
  /** Where the answer leads, if it does. */
  readonly location: string | undefined
  /** The forms of the page, in order. */
  readonly forms: readonly PageForm[]
}

export interface PageForm {
  readonly action: string
  /** Names and values of the hidden fields. */
  readonly hidden: Readonly<Record<string, string>>
}

export interface CookieClient {
  /** Cookies by name, as a browser would keep them. */
  readonly cookies: Map<string, string>
  /** Headers sent with every request. */
  readonly headers: Record<string, string>
  get(path: string): Promise<Page>
  /** Sends exactly these fields. */
  post(path: string, fields: Readonly<Record<string, string>>): Promise<Page>
  /** Sends the form of the page whose action begins so, with its hidden fields and these. */
  submit(page: Page, action: string, fields?: Readonly<Record<string, string>>): Promise<Page>
  /** Goes where the answer leads until there is a page. */
  follow(page: Page): Promise<Page>
}

export function createCookieClient(app: App, headers: Record<string, string> = {}): CookieClient {
  const cookies = new Map<string, string>()

  async function send(pending: request.Test): Promise<Page> {
    if (cookies.size > 0) {
      pending.set('Cookie', [...cookies].map(([name, value]) => `${name}=${value}`).join('; '))
    }
    const response = await pending.set(headers).redirects(0)
    keepCookies(cookies, response)
    return {
      status: response.status,
      text: response.text,
      response,
      location: response.get('location'),
      forms: formsOf(response.text),
    }
  }

  const client: CookieClient = {
    cookies,
    headers,
    get: (path) => send(request(app).get(path)),
    post: (path, fields) => send(request(app).post(path).type('form').send(fields)),
    submit(page, action, fields = {}) {
      const form = page.forms.find((each) => each.action.startsWith(action))
      if (!form) throw new Error(`the page has no form to ${action}: ${page.text.slice(0, 2000)}`)
      return client.post(form.action, { ...form.hidden, ...fields })
    },
    async follow(page) {
      let current = page
      for (let hops = 0; current.location !== undefined; hops += 1) {
        if (hops > 10) throw new Error(`redirects without end, last to ${current.location}`)
        current = await client.get(current.location)
      }
      return current
    },
  }
  return client
}

/** The raw `Set-Cookie` lines of an answer. */
export function setCookiesOf({ response }: Pick<Page, 'response'>): readonly string[] {
  // superagent types the header as one text; node gives a list.
  const lines: unknown = response.headers['set-cookie']
  return Array.isArray(lines) ? lines.map(String) : []
}

function keepCookies(cookies: Map<string, string>, response: Response): void {
  for (const line of setCookiesOf({ response })) {
    const [pair = '', ...attributes] = line.split('; ')
    const name = pair.slice(0, pair.indexOf('='))
    const expires = attributes.find((attribute) => attribute.startsWith('Expires='))?.slice('Expires='.length)
    if (expires !== undefined && Date.parse(expires) <= 0) cookies.delete(name)
    else cookies.set(name, pair.slice(name.length + 1))
  }
}

const unescape = (text: string): string =>
  text.replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&')

const attributeOf = (tag: string, name: string): string | undefined => {
  const value = new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1]
  return value === undefined ? undefined : unescape(value)
}

function formsOf(html: string): readonly PageForm[] {
  return [...html.matchAll(/<form\b([^>]*)>(.*?)<\/form>/gs)].flatMap(([, head = '', body = '']) => {
    const hidden = Object.fromEntries(
      [...body.matchAll(/<input\b[^>]*type="hidden"[^>]*>/g)].map(([tag]) => [
        attributeOf(tag, 'name') ?? '',
        attributeOf(tag, 'value') ?? '',
      ]),
    )
    // A button with an address of its own sends the form there, with its own name and value.
    const buttons = [...body.matchAll(/<button\b[^>]*\sformaction="[^>]*>/g)].map(([tag]) => {
      const name = attributeOf(tag, 'name')
      return {
        action: attributeOf(tag, 'formaction') ?? '',
        hidden: { ...hidden, ...(name !== undefined && { [name]: attributeOf(tag, 'value') ?? '' }) },
      }
    })
    return [{ action: attributeOf(head, 'action') ?? '', hidden }, ...buttons]
  })
}
