/** The pages of a sign-in that portal and console share: password, the steps that follow it, and log out. */
import { Router, type Request, type Response } from 'express'
import type { VNode } from 'preact'
import { z } from 'zod'
import { texts } from '../../views/i18n/index.js'
import type { PageContext } from '../../views/page-context.js'
import type { FieldErrors } from '../../views/parts/form.js'
import { ChangePasswordPage } from '../../views/sign-in/change-password-page.js'
import { CodePage } from '../../views/sign-in/code-page.js'
import { EnrolPage, RecoveryCodesPage } from '../../views/sign-in/enrol-page.js'
import { LogoutPage } from '../../views/sign-in/logout-page.js'
import { PasswordPage } from '../../views/sign-in/password-page.js'
import { actorOf, isComplete, type Session, type SessionView, type SignInStep } from '../domain/session.js'
import { spacedTotpSecret } from '../domain/totp.js'
import type { OpenedSession } from '../services/sessions.js'
import { STATUS_OF_KIND } from './http-errors.js'
import { languageOf } from './language.js'
import { sendPage } from './page.js'
import { addPasskeyPages } from './passkey-pages.js'
import { qrCodeOf } from './qr-code.js'
import { findSession, originOf } from './session-cookie.js'
import {
  formErrors,
  nextOf,
  readNewPassword,
  refusalOfForm,
  withNext,
  type SignInDoor,
  type SignInPagesDeps,
} from './sign-in-forms.js'
import { validate } from './validate.js'

export interface PasswordPageOptions {
  /** Shown at the portal. */
  readonly spaceName?: string
  /** The page for the few who may sign in with a password while SSO is on. */
  readonly breakGlass?: boolean
}

/** One step after the password: its page, and what its form does. */
interface StepPage {
  readonly step: SignInStep
  /** The field that a refusal belongs to, where it names none itself. */
  readonly field: string
  readonly render: (shown: {
    readonly page: PageContext
    readonly session: SessionView
    readonly action: string
    readonly next: string | undefined
    readonly errors?: FieldErrors
  }) => VNode | Promise<VNode>
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
export function createSignInPages(deps: SignInPagesDeps, door: SignInDoor) {
  const { browser, signIn, sessions, mfa, passkeys } = deps
  const originAt = (req: Request, res: Response) => browser.cookies.signInOrigin(req, res, door.kind)
  const passkeyPath = (next: string | undefined) => withNext(`${door.prefix}/sign-in/passkey`, next)

  /** The page that this session is to see next. */
  function pathAfter(session: Session, next: string | undefined): string {
    const [step] = session.owedSteps
    return step === undefined ? (next ?? door.homePath) : withNext(`${door.prefix}${STEP_PATHS[step]}`, next)
  }

  function enter(req: Request, res: Response, opened: OpenedSession): void {
    browser.cookies.set(res, opened)
    res.redirect(303, pathAfter(opened.session, nextOf(req)))
  }

  /** Goes on with the session; the codes stand in this very answer, as they are shown once. */
  function showRecoveryCodes(
    req: Request,
    res: Response,
    opened: OpenedSession & { readonly recoveryCodes: readonly string[] },
  ): void {
    browser.cookies.set(res, opened)
    sendPage(
      res,
      <RecoveryCodesPage
        page={browser.pageContext(req, res)}
        codes={opened.recoveryCodes}
        continuePath={pathAfter(opened.session, nextOf(req))}
      />,
    )
  }

  const codePage: StepPage = {
    step: 'totp',
    field: 'code',
    async render({ page, session, action, next, errors }) {
      const {
        boundAt,
        recoveryCodes,
        passkeys: held,
      } = await mfa.stateOf(actorOf(session, {}), session.subject)
      return (
        <CodePage
          page={page}
          action={action}
          startPath={await door.passwordPath()}
          hasDevice={boundAt !== undefined}
          hasCodes={recoveryCodes > 0}
          passkeyAction={held > 0 && passkeys.available ? passkeyPath(next) : undefined}
          errors={errors}
        />
      )
    },
    async take(req, res, session) {
      const { code } = validate(codeSchema, req.body)
      enter(req, res, await signIn.verifyTotp(session, code, originAt(req, res)))
    },
  }

  const enrolPage: StepPage = {
    step: 'enrol',
    field: 'code',
    async render({ page, session, action, next, errors }) {
      const { secret, uri } = await mfa.enrolmentOf(session)
      return (
        <EnrolPage
          page={page}
          action={action}
          accountName={session.name}
          spacedSecret={spacedTotpSecret(secret)}
          qrCode={qrCodeOf(uri)}
          newPasskeyPath={
            passkeys.available ? withNext(`${door.prefix}/sign-in/new-passkey`, next) : undefined
          }
          errors={errors}
        />
      )
    },
    async take(req, res, session) {
      const { code } = validate(codeSchema, req.body)
      const opened = await signIn.confirmEnrolment(session, code, originAt(req, res))
      showRecoveryCodes(req, res, opened)
    },
  }

  const newPasswordPage: StepPage = {
    step: 'changePassword',
    field: 'newPassword',
    render: ({ page, action, errors }) => <ChangePasswordPage page={page} action={action} errors={errors} />,
    async take(req, res, session) {
      enter(req, res, await signIn.changeOwedPassword(session, readNewPassword(req.body), originAt(req, res)))
    },
  }

  /** The session that owes this step next; whoever has another one, or none, is led to where they belong. */
  async function sessionOwing(
    step: SignInStep,
    req: Request,
    res: Response,
  ): Promise<SessionView | undefined> {
    const session = findSession(res)
    if (session?.owedSteps[0] === step) return session
    const next = nextOf(req)
    res.redirect(303, session ? pathAfter(session, next) : withNext(await door.passwordPath(), next))
    return undefined
  }

  function addStep(router: Router, { step, field, render, take }: StepPage): void {
    const path = `${door.prefix}${STEP_PATHS[step]}`

    const show = async (req: Request, res: Response, session: SessionView, errors?: FieldErrors) =>
      render({
        page: browser.pageContext(req, res),
        session,
        action: req.originalUrl,
        next: nextOf(req),
        ...(errors && { errors }),
      })

    router.get(path, async (req, res) => {
      const session = await sessionOwing(step, req, res)
      if (session) sendPage(res, await show(req, res, session))
    })
    router.post(path, browser.limitSignIns, async (req, res) => {
      const session = await sessionOwing(step, req, res)
      if (!session) return
      try {
        await take(req, res, session)
      } catch (error) {
        const refusal = refusalOfForm(error)
        sendPage(res, await show(req, res, session, formErrors(res, refusal, field)), {
          status: STATUS_OF_KIND[refusal.kind],
        })
      }
    })
  }

  const passwordPage = (
    req: Request,
    res: Response,
    { spaceName, breakGlass = false }: PasswordPageOptions = {},
    errors?: FieldErrors,
  ): VNode => {
    const body: unknown = req.body
    const typed = typeof body === 'object' && body !== null && 'userName' in body ? body.userName : undefined
    return (
      <PasswordPage
        page={browser.pageContext(req, res)}
        spaceName={spaceName}
        action={req.originalUrl}
        userName={typeof typed === 'string' ? typed : undefined}
        passkeyAction={passkeys.available && !breakGlass ? passkeyPath(nextOf(req)) : undefined}
        breakGlass={breakGlass}
        errors={errors}
      />
    )
  }

  /** The steps after the password. */
  function stepsRouter(): Router {
    const router = Router()
    for (const page of [codePage, enrolPage, newPasswordPage]) addStep(router, page)
    addPasskeyPages(router, deps, door, { enter, pathAfter, sessionOwing, showRecoveryCodes })
    return router
  }

  return {
    enter,
    stepsRouter,

    /** The page that somebody with this session is to see next: the step that is owed, or the start page. */
    pathOf: (session: Session): string => pathAfter(session, undefined),

    /** Leads somebody who has a session to where they belong. False when there is nobody to lead. */
    leadOn(req: Request, res: Response): boolean {
      const session = findSession(res)
      if (!session || !isComplete(session)) return false
      res.redirect(303, pathAfter(session, nextOf(req)))
      return true
    },

    sendPasswordPage: (req: Request, res: Response, options?: PasswordPageOptions): void =>
      sendPage(res, passwordPage(req, res, options)),

    /**
     * Takes name and password at the portal or the console: on to the next step, or the page again. Throws
     * `signIn.methodOff` at the portal.
     */
    async takePassword(req: Request, res: Response, options: PasswordPageOptions = {}): Promise<void> {
      try {
        const { userName, password } = validate(credentialsSchema, req.body)
        const act =
          door.kind === 'console'
            ? signIn.administratorWithPassword
            : options.breakGlass
              ? signIn.withBreakGlass
              : signIn.withPassword
        enter(req, res, await act(userName, password, originAt(req, res)))
      } catch (error) {
        const refusal = refusalOfForm(error)
        sendPage(res, passwordPage(req, res, options, formErrors(res, refusal)), {
          status: STATUS_OF_KIND[refusal.kind],
        })
      }
    },

    /** The steps after the password, and log out. Goes behind `browser.enter`, the form body and the CSRF check. */
    router(): Router {
      const router = stepsRouter()
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
