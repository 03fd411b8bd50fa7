/** The pages of a sign-in that portal and console share: password, the steps that follow it, and log out. */
import { Router, type Request, type Response } from 'express'
import type { VNode } from 'preact'
import { z } from 'zod'
import { errorText } from '../../views/i18n/error-text.js'
import { texts } from '../../views/i18n/index.js'
import type { PageContext } from '../../views/page-context.js'
import type { FieldErrors } from '../../views/parts/form.js'
import { ChangePasswordPage } from '../../views/sign-in/change-password-page.js'
import { CodePage } from '../../views/sign-in/code-page.js'
import { EnrolPage, RecoveryCodesPage } from '../../views/sign-in/enrol-page.js'
import { LogoutPage } from '../../views/sign-in/logout-page.js'
import { PasswordPage } from '../../views/sign-in/password-page.js'
import { IdentityCenterError, isIdentityCenterError } from '../domain/errors.js'
import { localPath } from '../domain/local-path.js'
import { actorOf, isComplete, type Session, type SessionView, type SignInStep } from '../domain/session.js'
import { spacedTotpSecret } from '../domain/totp.js'
import type { MfaService } from '../services/mfa.js'
import type { OpenedSession, SessionService } from '../services/sessions.js'
import type { SignInService } from '../services/sign-in.js'
import type { SingleLogoutService } from '../services/single-logout.js'
import type { Browser } from './browser.js'
import { STATUS_OF_KIND } from './http-errors.js'
import { languageOf } from './language.js'
import { sendPage } from './page.js'
import { qrCodeOf } from './qr-code.js'
import { findSession, originOf } from './session-cookie.js'
import { validate } from './validate.js'

export interface SignInPagesDeps {
  readonly browser: Browser
  readonly signIn: SignInService
  readonly sessions: SessionService
  readonly mfa: MfaService
}

/** Where the pages of one door are. */
export interface SignInDoor {
  readonly kind: 'portal' | 'console'
  /** `/portal` or `/admin`: the steps are below `<prefix>/sign-in`, log out is `<prefix>/logout`. */
  readonly prefix: string
  /** Where a sign-in leads unless a page of ours was asked for first. */
  readonly homePath: string
  /** The page that asks for the password. */
  readonly passwordPath: () => string | Promise<string>
  /** Sessions that can be ended where they came from as well. */
  readonly singleLogout?: Pick<SingleLogoutService, 'offer' | 'begin'>
}

/** One step after the password: its page, and what its form does. */
interface StepPage {
  readonly step: SignInStep
  /** The field that a refusal belongs to, where it names none itself. */
  readonly field: string
  readonly render: (
    page: PageContext,
    session: SessionView,
    action: string,
    errors?: FieldErrors,
  ) => VNode | Promise<VNode>
  /** Takes the form and answers. Throws the refusals of the step. */
  readonly take: (req: Request, res: Response, session: SessionView) => Promise<void>
}

const STEP_PATHS: Record<SignInStep, string> = {
  totp: '/sign-in/code',
  enrol: '/sign-in/device',
  changePassword: '/sign-in/password',
}

const credentialsSchema = z.object({ userName: z.string().trim().max(256), password: z.string().max(512) })
const codeSchema = z.object({ code: z.string().max(64) })
const newPasswordSchema = z.object({
  newPassword: z.string().max(512),
  repeatPassword: z.string().max(512),
})

/** The page of ours that was asked for before the sign-in, as `?next=` carries it from page to page. */
const nextOf = (req: Request): string | undefined => localPath(req.query['next'])

const withNext = (path: string, next: string | undefined): string =>
  next === undefined ? path : `${path}?next=${encodeURIComponent(next)}`

/** The refusals that a form is shown again for. Anything else is rethrown. */
function refusalOfForm(error: unknown): IdentityCenterError {
  const belongsToForm = isIdentityCenterError(
    error,
    'signIn.refused',
    'signIn.locked',
    'mfa.codeInvalid',
    'password.tooWeak',
    'password.reused',
    'password.repeatDiffers',
  )
  if (belongsToForm) return error
  throw error
}

/** Reads the new password, entered twice. Throws `password.repeatDiffers`. */
export function readNewPassword(body: unknown): string {
  const { newPassword, repeatPassword } = validate(newPasswordSchema, body)
  if (newPassword === repeatPassword) return newPassword
  throw new IdentityCenterError('password.repeatDiffers', 'The two entries are not the same.', {
    field: 'repeatPassword',
  })
}

/** What a refusal says on a form, in the language of the page and at its field. Sets `Retry-After` during a delay. */
export function formErrors(res: Response, refusal: IdentityCenterError, field?: string): FieldErrors {
  const language = languageOf(res)
  const { common, portal } = texts(language)
  const place = typeof refusal.facts['field'] === 'string' ? refusal.facts['field'] : field
  const wait = refusal.facts['retryAfterSeconds']
  if (refusal.code === 'signIn.locked' && typeof wait === 'number') {
    res.set('Retry-After', String(wait))
    const words = wait < 60 ? common.seconds(wait) : common.minutes(Math.ceil(wait / 60))
    return [{ message: portal.signIn.locked(words) }]
  }
  return [{ message: errorText(language, refusal), ...(place !== undefined && { field: place }) }]
}

export function createSignInPages({ browser, signIn, sessions, mfa }: SignInPagesDeps, door: SignInDoor) {
  /** The page that this session is to see next. */
  function pathAfter(session: Session, next: string | undefined): string {
    const [step] = session.owedSteps
    return step === undefined ? (next ?? door.homePath) : withNext(`${door.prefix}${STEP_PATHS[step]}`, next)
  }

  function enter(req: Request, res: Response, opened: OpenedSession): void {
    browser.cookies.set(res, opened)
    res.redirect(303, pathAfter(opened.session, nextOf(req)))
  }

  const codePage: StepPage = {
    step: 'totp',
    field: 'code',
    render: async (page, _session, action, errors) => (
      <CodePage page={page} action={action} startPath={await door.passwordPath()} errors={errors} />
    ),
    async take(req, res, session) {
      const { code } = validate(codeSchema, req.body)
      enter(req, res, await signIn.verifyTotp(session, code, originOf(req, res)))
    },
  }

  const enrolPage: StepPage = {
    step: 'enrol',
    field: 'code',
    async render(page, session, action, errors) {
      const { secret, uri } = await mfa.enrolmentOf(session)
      return (
        <EnrolPage
          page={page}
          action={action}
          accountName={session.name}
          spacedSecret={spacedTotpSecret(secret)}
          qrCode={qrCodeOf(uri)}
          errors={errors}
        />
      )
    },
    async take(req, res, session) {
      const { code } = validate(codeSchema, req.body)
      const opened = await signIn.confirmEnrolment(session, code, originOf(req, res))
      browser.cookies.set(res, opened)
      // In this very answer, as they are shown once.
      sendPage(
        res,
        <RecoveryCodesPage
          page={browser.pageContext(req, res)}
          codes={opened.recoveryCodes}
          continuePath={pathAfter(opened.session, nextOf(req))}
        />,
      )
    },
  }

  const newPasswordPage: StepPage = {
    step: 'changePassword',
    field: 'newPassword',
    render: (page, _session, action, errors) => (
      <ChangePasswordPage page={page} action={action} errors={errors} />
    ),
    async take(req, res, session) {
      enter(req, res, await signIn.changeOwedPassword(session, readNewPassword(req.body), originOf(req, res)))
    },
  }

  function addStep(router: Router, { step, field, render, take }: StepPage): void {
    const path = `${door.prefix}${STEP_PATHS[step]}`

    /** The session that owes this step next; whoever has another one, or none, is led to where they belong. */
    async function sessionFor(req: Request, res: Response): Promise<SessionView | undefined> {
      const session = findSession(res)
      if (session?.owedSteps[0] === step) return session
      const next = nextOf(req)
      res.redirect(303, session ? pathAfter(session, next) : withNext(await door.passwordPath(), next))
      return undefined
    }

    router.get(path, async (req, res) => {
      const session = await sessionFor(req, res)
      if (session) sendPage(res, await render(browser.pageContext(req, res), session, req.originalUrl))
    })
    router.post(path, browser.limitSignIns, async (req, res) => {
      const session = await sessionFor(req, res)
      if (!session) return
      try {
        await take(req, res, session)
      } catch (error) {
        const refusal = refusalOfForm(error)
        const errors = formErrors(res, refusal, field)
        sendPage(res, await render(browser.pageContext(req, res), session, req.originalUrl, errors), {
          status: STATUS_OF_KIND[refusal.kind],
        })
      }
    })
  }

  const passwordPage = (req: Request, res: Response, spaceName?: string, errors?: FieldErrors): VNode => {
    const body: unknown = req.body
    const typed = typeof body === 'object' && body !== null && 'userName' in body ? body.userName : undefined
    return (
      <PasswordPage
        page={browser.pageContext(req, res)}
        spaceName={spaceName}
        action={req.originalUrl}
        userName={typeof typed === 'string' ? typed : undefined}
        errors={errors}
      />
    )
  }

  return {
    /** The page that somebody with this session is to see next: the step that is owed, or the start page. */
    pathOf: (session: Session): string => pathAfter(session, undefined),

    /** Leads somebody who has a session to where they belong. False when there is nobody to lead. */
    leadOn(req: Request, res: Response): boolean {
      const session = findSession(res)
      if (!session || !isComplete(session)) return false
      res.redirect(303, pathAfter(session, nextOf(req)))
      return true
    },

    /** `spaceName` is shown at the portal. */
    sendPasswordPage: (req: Request, res: Response, spaceName?: string): void =>
      sendPage(res, passwordPage(req, res, spaceName)),

    /** Takes name and password: on to the next step, or the page again. Throws `signIn.methodOff` at the portal. */
    async takePassword(req: Request, res: Response, spaceName?: string): Promise<void> {
      try {
        const { userName, password } = validate(credentialsSchema, req.body)
        const origin = originOf(req, res)
        const opened =
          door.kind === 'portal'
            ? await signIn.withPassword(userName, password, origin)
            : await signIn.administratorWithPassword(userName, password, origin)
        enter(req, res, opened)
      } catch (error) {
        const refusal = refusalOfForm(error)
        sendPage(res, passwordPage(req, res, spaceName, formErrors(res, refusal)), {
          status: STATUS_OF_KIND[refusal.kind],
        })
      }
    },

    /** The steps after the password, and log out. Goes behind `browser.enter`, the form body and the CSRF check. */
    router(): Router {
      const router = Router()
      for (const page of [codePage, enrolPage, newPasswordPage]) addStep(router, page)
      const logoutPath = `${door.prefix}/logout`
      router.get(logoutPath, async (req, res) => {
        const session = findSession(res)
        if (!session) {
          res.redirect(303, await door.passwordPath())
          return
        }
        const elsewhere = await door.singleLogout?.offer(session)
        sendPage(
          res,
          <LogoutPage
            page={browser.pageContext(req, res)}
            action={logoutPath}
            backPath={pathAfter(session, undefined)}
            federated={session.method === 'sso'}
            identityProviderHost={elsewhere?.host}
          />,
          { formTargets: elsewhere ? [elsewhere.origin] : [] },
        )
      })
      router.post(logoutPath, async (req, res) => {
        const session = findSession(res)
        const actor = session && actorOf(session, originOf(req, res))
        browser.cookies.clear(res, door.kind)
        const { scope } = (req.body ?? {}) as Record<string, unknown>
        if (session && actor && scope === 'everywhere' && (await door.singleLogout?.offer(session))) {
          res.redirect(303, `/saml/logout/${await door.singleLogout?.begin(actor, session)}`)
          return
        }
        if (session && actor) await sessions.end(actor, session)
        const words = texts(languageOf(res)).portal.logout
        const federated = session?.method === 'sso'
        browser.flash.set(res, {
          kind: federated ? 'warning' : 'success',
          text: federated ? words.doneHere : words.done,
        })
        res.redirect(303, await door.passwordPath())
      })
      return router
    },
  }
}
