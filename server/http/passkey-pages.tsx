/** The pages of a sign-in that hand over to the browser's passkeys. Part of `createSignInPages`. */
import type { Request, Response, Router } from 'express'
import { z } from 'zod'
import type { FieldErrors } from '../../views/parts/form.js'
import { deviceName } from '../../views/security/device-name.js'
import { NewPasskeyPage, PasskeyPage } from '../../views/sign-in/passkey-pages.js'
import { IdentityCenterError, isIdentityCenterError } from '../domain/errors.js'
import type { Session, SessionKind, SessionView, SignInStep } from '../domain/session.js'
import type { OpenedSession } from '../services/sessions.js'
import { STATUS_OF_KIND } from './http-errors.js'
import { sendPage } from './page.js'
import { findSession } from './session-cookie.js'
import {
  formErrors,
  nextOf,
  refusalOfForm,
  withNext,
  type SignInDoor,
  type SignInPagesDeps,
} from './sign-in-forms.js'
import { validate } from './validate.js'

/** Empty where the browser is yet to be asked. */
export const credentialSchema = z.object({ credential: z.string().max(32_768).default('') })
export const newPasskeySchema = credentialSchema.extend({ name: z.string().max(256) })

/** What the pages around do with the outcome. */
export interface PasskeyPagesPlace {
  readonly enter: (req: Request, res: Response, opened: OpenedSession) => void
  readonly pathAfter: (session: Session, next: string | undefined) => string
  readonly sessionOwing: (step: SignInStep, req: Request, res: Response) => Promise<SessionView | undefined>
  readonly showRecoveryCodes: (
    req: Request,
    res: Response,
    opened: OpenedSession & { readonly recoveryCodes: readonly string[] },
  ) => void
}

/** The name that is proposed for a passkey: of the browser it is made in. */
export const proposedName = (req: Request): string => deviceName(req.get('user-agent') ?? '').slice(0, 64)

export function addPasskeyPages(
  router: Router,
  { browser, passkeys, passkeySignIn }: SignInPagesDeps,
  door: SignInDoor,
  { enter, pathAfter, sessionOwing, showRecoveryCodes }: PasskeyPagesPlace,
): void {
  const usePath = `${door.prefix}/sign-in/passkey`
  const newPath = `${door.prefix}/sign-in/new-passkey`
  const originAt = (req: Request, res: Response) => browser.cookies.signInOrigin(req, res, door.kind)

  /** The session whose second step this is. Without one the passkey is the whole sign-in. */
  const secondStepOf = (res: Response): SessionView | undefined => {
    const session = findSession(res)
    return session?.owedSteps[0] === 'totp' ? session : undefined
  }

  /** The door where a passkey is a whole sign-in. An account's users begin with the password. */
  function doorOfPasskeys(): Exclude<SessionKind, 'account'> {
    if (door.kind !== 'account') return door.kind
    throw new IdentityCenterError('signIn.stepMissing', 'Sign in with your password first.')
  }

  function visitorOf(req: Request): string {
    const visitor = browser.findVisitor(req)
    if (visitor !== undefined) return visitor
    throw new IdentityCenterError('request.csrf', 'The form was too old, or it did not come from this site.')
  }

  async function ask(req: Request, res: Response, errors?: FieldErrors, status = 200): Promise<void> {
    const session = secondStepOf(res)
    const origin = originAt(req, res)
    const options = session
      ? await passkeys.beginProof({ session }, 'secondFactor', origin)
      : await passkeySignIn.begin(doorOfPasskeys(), visitorOf(req), origin)
    const next = nextOf(req)
    sendPage(
      res,
      <PasskeyPage
        page={browser.pageContext(req, res)}
        action={req.originalUrl}
        options={options}
        otherPath={session ? pathAfter(session, next) : withNext(await door.passwordPath(), next)}
        errors={errors}
      />,
      { status },
    )
  }

  router.get(usePath, async (req, res) => {
    // Reached by a reload: what was to be signed is gone with the answer before.
    const session = findSession(res)
    const next = nextOf(req)
    res.redirect(303, session ? pathAfter(session, next) : withNext(await door.passwordPath(), next))
  })

  router.post(usePath, browser.limitSignIns, async (req, res) => {
    const { credential } = validate(credentialSchema, req.body)
    try {
      if (credential === '') {
        await ask(req, res)
        return
      }
      const session = secondStepOf(res)
      const origin = originAt(req, res)
      enter(
        req,
        res,
        session
          ? await passkeySignIn.verify(session, credential, origin)
          : await passkeySignIn.finish(doorOfPasskeys(), visitorOf(req), credential, origin),
      )
    } catch (error) {
      if (isIdentityCenterError(error, 'signIn.methodOff')) {
        res.redirect(303, withNext(await door.passwordPath(), nextOf(req)))
        return
      }
      const refusal = refusalOfForm(error)
      await ask(req, res, formErrors(res, refusal), STATUS_OF_KIND[refusal.kind])
    }
  })

  async function askForNew(
    req: Request,
    res: Response,
    session: SessionView,
    again: { readonly name: string; readonly errors?: FieldErrors; readonly status?: number },
  ): Promise<void> {
    const options = await passkeys.beginRegistration(session, originAt(req, res))
    sendPage(
      res,
      <NewPasskeyPage
        page={browser.pageContext(req, res)}
        action={req.originalUrl}
        options={options}
        name={again.name}
        backPath={pathAfter(session, nextOf(req))}
        frame={{ variant: 'bare' }}
        errors={again.errors}
      />,
      { status: again.status ?? 200 },
    )
  }

  router.get(newPath, async (req, res) => {
    const session = await sessionOwing('enrol', req, res)
    if (session) await askForNew(req, res, session, { name: proposedName(req) })
  })

  router.post(newPath, browser.limitSignIns, async (req, res) => {
    const session = await sessionOwing('enrol', req, res)
    if (!session) return
    const { credential, name } = validate(newPasskeySchema, req.body)
    try {
      const input = { answer: credential, name }
      showRecoveryCodes(req, res, await passkeySignIn.enrol(session, input, originAt(req, res)))
    } catch (error) {
      const refusal = refusalOfForm(error)
      const errors = formErrors(res, refusal)
      await askForNew(req, res, session, { name, errors, status: STATUS_OF_KIND[refusal.kind] })
    }
  })
}
