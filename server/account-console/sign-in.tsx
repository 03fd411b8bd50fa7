/** `/account/sign-in`: users of a simulated account come in with the password that the account gave them. */
import { Router, type Request, type Response } from 'express'
import { z } from 'zod'
import { AccountSignInPage } from '../../views/account/sign-in-page.js'
import { texts } from '../../views/i18n/index.js'
import { pageNotFound } from '../http/error-page.js'
import { formBody } from '../http/form-body.js'
import { STATUS_OF_KIND } from '../http/http-errors.js'
import { languageOf } from '../http/language.js'
import { sendPage } from '../http/page.js'
import { findSession } from '../http/session-cookie.js'
import { formErrors, refusalOfForm, type SignInPagesDeps } from '../http/sign-in-forms.js'
import { createSignInPages } from '../http/sign-in-pages.js'
import { validate } from '../http/validate.js'
import { leaveAccount, type LeavingServices } from './visit.js'

export interface AccountSignInDeps {
  readonly browser: SignInPagesDeps['browser']
  readonly services: Omit<SignInPagesDeps, 'browser'> & LeavingServices
}

const PATH = '/account/sign-in'
const credentials = z.object({
  account: z.string().trim().max(128),
  userName: z.string().trim().max(256),
  password: z.string().max(512),
})
/** What the page is filled in with. */
const prefilled = z.object({
  account: z.string().trim().max(32).catch(''),
  userName: z.string().trim().max(128).catch(''),
})

/** Goes before the console itself, at the root: the pages of the steps know their whole paths. */
export function accountSignInRouter({ browser, services }: AccountSignInDeps): Router {
  const { signIn } = services
  const pages = createSignInPages(
    { browser, ...services },
    { kind: 'account', prefix: '/account', homePath: '/account', passwordPath: () => PATH },
  )

  const router = Router()
  router.use(PATH, ...browser.enter('account'), formBody, browser.requireCsrf)

  router.get(PATH, (req, res) => {
    const page = browser.pageContext(req, res)
    sendPage(res, <AccountSignInPage page={page} {...prefilled.parse(req.query)} />)
  })

  router.post(PATH, browser.limitSignIns, async (req: Request, res: Response) => {
    try {
      const { account, userName, password } = validate(credentials, req.body)
      const origin = browser.cookies.signInOrigin(req, res, 'account')
      const opened = await signIn.camUserWithPassword({ account, name: userName, password }, origin)
      const previous = findSession(res)
      if (previous) await leaveAccount(services, previous, req, res)
      pages.enter(req, res, opened)
    } catch (error) {
      const refusal = refusalOfForm(error)
      const errors =
        refusal.code === 'signIn.refused'
          ? [{ message: texts(languageOf(res)).account.signIn.refused }]
          : formErrors(res, refusal)
      const page = browser.pageContext(req, res)
      sendPage(res, <AccountSignInPage page={page} {...prefilled.parse(req.body)} errors={errors} />, {
        status: STATUS_OF_KIND[refusal.kind],
      })
    }
  })

  router.use(pages.stepsRouter())
  router.use(PATH, pageNotFound)
  router.use(browser.errorPages({ variant: 'bare', startPath: PATH }))
  return router
}
