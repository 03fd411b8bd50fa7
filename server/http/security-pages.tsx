/** My security, at the portal and at the console: second factors, password, sessions. */
import { Router, type Request, type Response } from 'express'
import { z } from 'zod'
import { texts } from '../../views/i18n/index.js'
import type { FieldErrors } from '../../views/parts/form.js'
import { ConfirmIdentityPage } from '../../views/security/confirm-identity-page.js'
import { PasskeySettingsPage } from '../../views/security/passkey-settings-page.js'
import { securityFrame, SecurityPage, type SecurityPlace } from '../../views/security/security-page.js'
import { EnrolPage, RecoveryCodesPage } from '../../views/sign-in/enrol-page.js'
import { NewPasskeyPage, PasskeyPage } from '../../views/sign-in/passkey-pages.js'
import { IdentityCenterError, isIdentityCenterError } from '../domain/errors.js'
import { parsePasskeyId, parseSessionId } from '../domain/ids.js'
import { localPath } from '../domain/local-path.js'
import type { Passkey } from '../domain/passkey.js'
import { isRecent } from '../domain/session.js'
import { spacedTotpSecret } from '../domain/totp.js'
import type { CliSignInService } from '../services/cli-sign-ins.js'
import type { IdentityConfirmation } from '../services/identity-confirmation.js'
import type { MfaService } from '../services/mfa.js'
import type { PasskeyService } from '../services/passkeys.js'
import type { PasswordService } from '../services/passwords.js'
import type { OpenedSession, SessionService } from '../services/sessions.js'
import type { Browser } from './browser.js'
import { STATUS_OF_KIND } from './http-errors.js'
import { languageOf } from './language.js'
import { sendPage } from './page.js'
import { credentialSchema, newPasskeySchema, proposedName } from './passkey-pages.js'
import { qrCodeOf } from './qr-code.js'
import { originOf, requestActor, sessionOf } from './session-cookie.js'
import { formErrors, readNewPassword } from './sign-in-forms.js'
import { validate } from './validate.js'

export interface SecurityPagesDeps {
  readonly browser: Browser
  /** Only users have command lines: administrators have keys. */
  readonly cliSignIns: Pick<CliSignInService, 'listOf' | 'revoke'>
  readonly identityConfirmation: IdentityConfirmation
  readonly mfa: MfaService
  readonly passkeys: PasskeyService
  readonly passwords: PasswordService
  readonly sessions: SessionService
}

const currentPasswordSchema = z.object({ currentPassword: z.string().max(512) })
const confirmationSchema = z.object({ password: z.string().max(512), code: z.string().max(64) })
const codeSchema = z.object({ code: z.string().max(64) })
const nameSchema = z.object({ name: z.string().max(256) })

/** Goes behind the guard of the door, and answers below `<prefix>/security`. */
export function securityPages(deps: SecurityPagesDeps, place: SecurityPlace): Router {
  const { browser, identityConfirmation, mfa, passkeys, passwords, sessions } = deps
  const router = Router()
  const path = `${place.prefix}/security`
  const wordsOf = (res: Response) => texts(languageOf(res)).portal

  async function sendSecurityPage(
    req: Request,
    res: Response,
    { status = 200, errors }: { readonly status?: number; readonly errors?: FieldErrors } = {},
  ): Promise<void> {
    const actor = requestActor(res)
    const current = sessionOf(res)
    sendPage(
      res,
      <SecurityPage
        page={browser.pageContext(req, res)}
        place={place}
        current={current}
        sessions={await sessions.listOf(actor, current.subject)}
        secondFactor={await mfa.stateOf(actor, current.subject)}
        passkeys={passkeys.available ? await passkeys.listOf(actor, current.subject) : undefined}
        commandLines={await deps.cliSignIns.listOf(actor)}
        errors={errors}
      />,
      { status },
    )
  }

  /** Says what was done on the page itself. */
  function done(res: Response, text: string): void {
    browser.flash.set(res, { kind: 'success', text })
    res.redirect(303, path)
  }

  /** Whether the owner has just signed in; if not, leads there and back to `next`. */
  function hasJustSignedIn(res: Response, next: string): boolean {
    requireLocal(res)
    if (isRecent(sessionOf(res), deps.browser.clock.now())) return true
    res.redirect(303, `${path}/confirm?next=${encodeURIComponent(next)}`)
    return false
  }

  /** Who came by the identity provider proves nothing to us that could be changed here. */
  function requireLocal(res: Response): void {
    if (sessionOf(res).method === 'password') return
    throw new IdentityCenterError('signIn.methodOff', 'Your identity provider decides how you sign in.')
  }

  router.get(path, (req, res) => sendSecurityPage(req, res))

  // ---- password

  router.post(`${path}/password`, browser.limitSignIns, async (req, res) => {
    requireLocal(res)
    const { security, changePassword } = wordsOf(res)
    try {
      const { currentPassword } = validate(currentPasswordSchema, req.body)
      const newPassword = readNewPassword(req.body)
      await passwords.changeOwn(requestActor(res), sessionOf(res), { currentPassword, newPassword })
      done(res, security.passwordChanged)
    } catch (error) {
      if (isIdentityCenterError(error, 'signIn.refused')) {
        const errors = [{ field: 'currentPassword', message: changePassword.currentWrong }]
        await sendSecurityPage(req, res, { status: STATUS_OF_KIND[error.kind], errors })
      } else if (
        isIdentityCenterError(
          error,
          'signIn.locked',
          'password.tooWeak',
          'password.reused',
          'password.repeatDiffers',
        )
      ) {
        const errors = formErrors(res, error)
        await sendSecurityPage(req, res, { status: STATUS_OF_KIND[error.kind], errors })
      } else throw error
    }
  })

  // ---- sessions

  router.post(`${path}/sessions/end-others`, async (_req, res) => {
    const { id, subject } = sessionOf(res)
    const ended = await sessions.revokeAll(requestActor(res), subject, id)
    done(res, wordsOf(res).security.othersEnded(ended))
  })

  router.post(`${path}/sessions/:sessionId/end`, async (req, res) => {
    const sessionId = parseSessionId(String(req.params['sessionId']))
    if (sessionId === undefined) {
      throw new IdentityCenterError('session.notFound', 'This session does not exist or has ended.')
    }
    await sessions.revoke(requestActor(res), sessionOf(res).subject, sessionId)
    done(res, wordsOf(res).security.ended)
  })

  router.post(`${path}/command-lines/:tokenId/end`, async (req, res) => {
    await deps.cliSignIns.revoke(requestActor(res), String(req.params['tokenId']))
    done(res, wordsOf(res).security.commandLineEnded)
  })

  // ---- showing once more who one is

  const nextOf = (req: Request): string => localPath(req.query['next']) ?? path

  async function sendConfirmation(
    req: Request,
    res: Response,
    { errors, status = 200 }: { readonly errors?: FieldErrors; readonly status?: number } = {},
  ): Promise<void> {
    const { subject } = sessionOf(res)
    const factor = await mfa.stateOf(requestActor(res), subject)
    const query = `?next=${encodeURIComponent(nextOf(req))}`
    sendPage(
      res,
      <ConfirmIdentityPage
        page={browser.pageContext(req, res)}
        place={place}
        action={`${path}/confirm${query}`}
        passkeyAction={
          passkeys.available && factor.passkeys > 0 ? `${path}/confirm/passkey${query}` : undefined
        }
        hasCode={factor.boundAt !== undefined || factor.recoveryCodes > 0}
        errors={errors}
      />,
      { status },
    )
  }

  function goOn(req: Request, res: Response, opened: OpenedSession): void {
    browser.cookies.set(res, opened)
    res.redirect(303, nextOf(req))
  }

  router.get(`${path}/confirm`, async (req, res) => {
    requireLocal(res)
    await sendConfirmation(req, res)
  })

  router.post(`${path}/confirm`, browser.limitSignIns, async (req, res) => {
    const input = validate(confirmationSchema, req.body)
    try {
      goOn(req, res, await identityConfirmation.withPassword(sessionOf(res), input, originOf(req, res)))
    } catch (error) {
      if (!isIdentityCenterError(error, 'signIn.refused', 'signIn.locked')) throw error
      const errors =
        error.code === 'signIn.refused'
          ? [{ message: wordsOf(res).confirmation.refused }]
          : formErrors(res, error)
      await sendConfirmation(req, res, { errors, status: STATUS_OF_KIND[error.kind] })
    }
  })

  router.post(`${path}/confirm/passkey`, browser.limitSignIns, async (req, res) => {
    requireLocal(res)
    const session = sessionOf(res)
    const { credential } = validate(credentialSchema, req.body)
    const ask = async (errors?: FieldErrors, status = 200) =>
      sendPage(
        res,
        <PasskeyPage
          page={browser.pageContext(req, res)}
          action={req.originalUrl}
          options={await passkeys.beginProof({ session }, 'confirm', originOf(req, res))}
          otherPath={`${path}/confirm?next=${encodeURIComponent(nextOf(req))}`}
          errors={errors}
        />,
        { status },
      )
    if (credential === '') {
      await ask()
      return
    }
    try {
      goOn(req, res, await identityConfirmation.withPasskey(session, credential, originOf(req, res)))
    } catch (error) {
      if (!isIdentityCenterError(error, 'passkey.refused', 'signIn.locked')) throw error
      await ask(formErrors(res, error), STATUS_OF_KIND[error.kind])
    }
  })

  // ---- authenticator app

  const devicePath = `${path}/device`

  async function sendDevice(req: Request, res: Response, errors?: FieldErrors, status = 200): Promise<void> {
    const session = sessionOf(res)
    const { secret, uri } = await mfa.enrolmentOf(session)
    sendPage(
      res,
      <EnrolPage
        page={browser.pageContext(req, res)}
        action={devicePath}
        accountName={session.name}
        spacedSecret={spacedTotpSecret(secret)}
        qrCode={qrCodeOf(uri)}
        newPasskeyPath={undefined}
        backPath={path}
        errors={errors}
      />,
      { status },
    )
  }

  /** One device each: who has one asks an administrator first. */
  const isBound = async (res: Response): Promise<boolean> =>
    (await mfa.stateOf(requestActor(res), sessionOf(res).subject)).boundAt !== undefined

  router.get(devicePath, async (req, res) => {
    if (!hasJustSignedIn(res, devicePath)) return
    if (await isBound(res)) res.redirect(303, path)
    else await sendDevice(req, res)
  })

  router.post(devicePath, browser.limitSignIns, async (req, res) => {
    if (!hasJustSignedIn(res, devicePath)) return
    const { code } = validate(codeSchema, req.body)
    try {
      const codes = await mfa.bindDevice(requestActor(res), sessionOf(res), code)
      sendRecoveryCodes(req, res, codes)
    } catch (error) {
      if (!isIdentityCenterError(error, 'mfa.codeInvalid')) throw error
      await sendDevice(req, res, formErrors(res, error, 'code'), STATUS_OF_KIND[error.kind])
    }
  })

  // ---- recovery codes

  /** In this very answer, as they are shown once. */
  const sendRecoveryCodes = (req: Request, res: Response, codes: readonly string[]): void =>
    sendPage(
      res,
      <RecoveryCodesPage page={browser.pageContext(req, res)} codes={codes} continuePath={path} />,
    )

  router.post(`${path}/recovery-codes`, async (req, res) => {
    if (!hasJustSignedIn(res, path)) return
    const codes = await mfa.replaceRecoveryCodes(requestActor(res), sessionOf(res))
    sendRecoveryCodes(req, res, codes)
  })

  // ---- passkeys

  const newPath = `${path}/passkeys/new`

  async function sendNewPasskey(
    req: Request,
    res: Response,
    name: string,
    { errors, status = 200 }: { readonly errors?: FieldErrors; readonly status?: number } = {},
  ): Promise<void> {
    const options = await passkeys.beginRegistration(sessionOf(res), originOf(req, res))
    const page = browser.pageContext(req, res)
    sendPage(
      res,
      <NewPasskeyPage
        page={page}
        action={newPath}
        options={options}
        name={name}
        backPath={path}
        frame={securityFrame(page, place)}
        errors={errors}
      />,
      { status },
    )
  }

  router.get(newPath, async (req, res) => {
    if (!hasJustSignedIn(res, newPath)) return
    try {
      await sendNewPasskey(req, res, proposedName(req))
    } catch (error) {
      if (!isIdentityCenterError(error, 'passkey.limit')) throw error
      const [refusal] = formErrors(res, error)
      browser.flash.set(res, { kind: 'danger', text: refusal?.message ?? error.message })
      res.redirect(303, path)
    }
  })

  router.post(newPath, browser.limitSignIns, async (req, res) => {
    if (!hasJustSignedIn(res, newPath)) return
    const { credential, name } = validate(newPasskeySchema, req.body)
    try {
      await passkeys.register(requestActor(res), sessionOf(res), { answer: credential, name })
      done(res, wordsOf(res).passkeys.added(name.trim()))
    } catch (error) {
      if (!isIdentityCenterError(error, 'passkey.refused', 'passkey.exists', 'passkey.nameInvalid'))
        throw error
      const errors = formErrors(res, error)
      await sendNewPasskey(req, res, name, { errors, status: STATUS_OF_KIND[error.kind] })
    }
  })

  /** The viewer's own passkey that the path names. Throws `passkey.notFound`. */
  async function passkeyOf(req: Request, res: Response): Promise<Passkey> {
    const id = parsePasskeyId(String(req.params['passkeyId']))
    const own = await passkeys.listOf(requestActor(res), sessionOf(res).subject)
    const passkey = own.find((each) => each.id === id)
    if (passkey) return passkey
    throw new IdentityCenterError('passkey.notFound', 'You have no such passkey.')
  }

  const sendSettings = (
    req: Request,
    res: Response,
    passkey: Passkey,
    { errors, status = 200 }: { readonly errors?: FieldErrors; readonly status?: number } = {},
  ): void =>
    sendPage(
      res,
      <PasskeySettingsPage
        page={browser.pageContext(req, res)}
        place={place}
        passkey={passkey}
        errors={errors}
      />,
      { status },
    )

  router.get(`${path}/passkeys/:passkeyId`, async (req, res) => {
    requireLocal(res)
    sendSettings(req, res, await passkeyOf(req, res))
  })

  router.post(`${path}/passkeys/:passkeyId/name`, async (req, res) => {
    requireLocal(res)
    const passkey = await passkeyOf(req, res)
    const { name } = validate(nameSchema, req.body)
    try {
      await passkeys.rename(requestActor(res), sessionOf(res), passkey.id, name)
      done(res, wordsOf(res).passkeys.renamed)
    } catch (error) {
      if (!isIdentityCenterError(error, 'passkey.nameInvalid')) throw error
      const errors = formErrors(res, error)
      sendSettings(req, res, { ...passkey, name }, { errors, status: STATUS_OF_KIND[error.kind] })
    }
  })

  router.post(`${path}/passkeys/:passkeyId/remove`, async (req, res) => {
    const passkey = await passkeyOf(req, res)
    if (!hasJustSignedIn(res, `${path}/passkeys/${passkey.id}`)) return
    try {
      await passkeys.remove(requestActor(res), sessionOf(res), passkey.id)
      done(res, wordsOf(res).passkeys.removed)
    } catch (error) {
      if (!isIdentityCenterError(error, 'passkey.last')) throw error
      sendSettings(req, res, passkey, { errors: formErrors(res, error), status: STATUS_OF_KIND[error.kind] })
    }
  })

  return router
}
