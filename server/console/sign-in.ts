/** Signing in to the console: always here, with password and second factor, whatever the zone's login method is. */
import { Router } from 'express'
import type { Session } from '../domain/session.js'
import type { SignInPlace } from '../http/session-cookie.js'
import type { SignInPagesDeps } from '../http/sign-in-forms.js'
import { createSignInPages } from '../http/sign-in-pages.js'

const PASSWORD_PATH = '/admin/login'

/**
 * `router` answers `/admin/login`, `/admin/sign-in/…` and `/admin/logout`: it goes behind the form body and the CSRF
 * check and before the guard, which takes `place`.
 */
export function consoleSignIn(deps: SignInPagesDeps): {
  readonly router: Router
  readonly place: SignInPlace
} {
  const pages = createSignInPages(deps, {
    kind: 'console',
    prefix: '/admin',
    homePath: '/admin/',
    passwordPath: () => PASSWORD_PATH,
  })
  const router = Router()
  router.get(PASSWORD_PATH, (req, res) => {
    if (!pages.leadOn(req, res)) pages.sendPasswordPage(req, res)
  })
  router.post(PASSWORD_PATH, deps.browser.limitSignIns, (req, res) => pages.takePassword(req, res))
  router.use(pages.router())
  return {
    router,
    place: {
      signInPath: (session: Session | undefined) => (session ? pages.pathOf(session) : PASSWORD_PATH),
    },
  }
}
