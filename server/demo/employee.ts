/** What the employee of the tour does: signs in through the identity provider and reaches the accounts. */
import type { Credentials } from './cloud-client.js'
import type { Browser } from './cookie-browser.js'
import { accepted, formTo, valueOf } from './forms.js'
import type { HtmlPage } from './html-page.js'

/** One permission in one account, as the portal offers it. */
export interface OfferedAccess {
  /** `/portal/accounts/<uin>/<configuration>`. */
  readonly path: string
  readonly uin: string
}

export function createEmployee(browser: Browser, origin: string) {
  const at = (path: string): URL => new URL(path, origin)

  async function press(path: string): Promise<HtmlPage> {
    const portal = accepted(await browser.open(at('/portal')))
    return accepted(await browser.submit(portal, formTo(portal, path)))
  }

  return {
    /** From the login page to the identity provider, back with its signed response, and into the portal. */
    async signIn(spaceName: string, userName: string): Promise<HtmlPage> {
      const login = accepted(await browser.open(at(`/${spaceName}/login`)))
      const start = login.links.find(({ href }) => href.pathname === '/saml/login')
      if (!start) throw new Error(`the login page does not lead to the identity provider: ${login.text}`)
      const idp = accepted(await browser.open(start.href))
      const answer = accepted(await browser.submit(idp, formTo(idp, '/sso'), { user: userName }))
      const [response] = answer.forms
      if (!response) throw new Error(`the identity provider sends nothing back: ${answer.text}`)
      const portal = accepted(await browser.submit(answer, response))
      if (portal.url.pathname !== '/portal')
        throw new Error(`ended at ${portal.url.pathname}: ${portal.text}`)
      return portal
    },

    /** Everything the portal offers. */
    async offers(): Promise<readonly OfferedAccess[]> {
      const portal = accepted(await browser.open(at('/portal')))
      return portal.forms.flatMap(({ action }) => {
        const [, path, uin] = /^(\/portal\/accounts\/(\d{12})\/[^/]+)\/open$/.exec(action.pathname) ?? []
        return path !== undefined && uin !== undefined ? [{ path, uin }] : []
      })
    },

    async credentials(access: OfferedAccess): Promise<Credentials> {
      const page = await press(`${access.path}/credentials`)
      return {
        secretId: valueOf(page, 'tmp-secret-id'),
        secretKey: valueOf(page, 'tmp-secret-key'),
        token: valueOf(page, 'tmp-token'),
      }
    },

    /** Hands the signed response over to the account, as the page's script would, and answers the account's console. */
    async openAccount(access: OfferedAccess): Promise<HtmlPage> {
      const handOver = await press(`${access.path}/open`)
      const form = handOver.forms.find(({ names }) => names.has('SAMLResponse'))
      if (!form) throw new Error(`there is no response for the account: ${handOver.text}`)
      return accepted(await browser.submit(handOver, form))
    },
  }
}
