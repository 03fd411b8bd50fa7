/** As much of a browser as a bench of the sign-in needs. */
import { parseSetCookie } from 'cookie'
import { totpCode } from '../support/authenticator.js'

const NEW_PASSWORD = 'Chosen-for-bench-1'

export interface CookieSession {
  /** Follows nothing: redirects are answers. */
  get(path: string, headers?: Readonly<Record<string, string>>): Promise<Response>
  /** Sends a form with the token of the page that was read last. */
  post(path: string, fields: Readonly<Record<string, string>>): Promise<Response>
  /** What stands in the `Cookie` header. */
  cookies(): string
}

/** `address` is where a proxy in front says that the browser is. */
export function createCookieSession(url: string, address?: string): CookieSession {
  const origin = address === undefined ? undefined : { 'x-forwarded-for': address }
  const jar = new Map<string, string>()
  let csrf = ''
  const cookies = (): string => [...jar].map(([name, value]) => `${name}=${value}`).join('; ')

  async function send(path: string, init: RequestInit): Promise<Response> {
    const answer = await fetch(`${url}${path}`, { ...init, redirect: 'manual' })
    for (const line of answer.headers.getSetCookie()) {
      const { name, value } = parseSetCookie(line)
      if (value !== undefined) jar.set(name, value)
    }
    const text = await answer.clone().text()
    csrf = /name="_csrf" value="([^"]+)"/.exec(text)?.[1] ?? csrf
    return answer
  }

  return {
    cookies,
    get: (path, headers) => send(path, { headers: { ...headers, ...origin, cookie: cookies() } }),
    post: (path, fields) =>
      send(path, {
        method: 'POST',
        headers: { ...origin, cookie: cookies(), 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams({ _csrf: csrf, ...fields }),
      }),
  }
}

/** Signs in for the first time: an authenticator app is bound and the password replaced. Throws when the portal does not let the person in. */
export async function signIn(
  session: CookieSession,
  person: { readonly userName: string; readonly password: string },
): Promise<void> {
  await session.get('/bench/login')
  await session.post('/bench/login', { ...person })
  const device = await (await session.get('/portal/sign-in/device')).text()
  const key = /id="totp-key">([^<]+)</.exec(device)?.[1]
  if (key === undefined) throw new Error('the portal did not ask for a device')
  await session.post('/portal/sign-in/device', { code: totpCode(key, new Date()) })
  await session.get('/portal/sign-in/password')
  await session.post('/portal/sign-in/password', { newPassword: NEW_PASSWORD, repeatPassword: NEW_PASSWORD })
  const home = await session.get('/portal')
  if (home.status !== 200) throw new Error(`the portal answered ${home.status}`)
}
