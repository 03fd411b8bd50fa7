/** My security: second step, password, sessions. */
import { Router, type Request, type Response } from 'express'
import { z } from 'zod'
import { texts } from '../../views/i18n/index.js'
import type { FieldErrors } from '../../views/parts/form.js'
import { SecurityPage } from '../../views/portal/security-page.js'
import { IdentityCenterError, isIdentityCenterError } from '../domain/errors.js'
import { parseSessionId } from '../domain/ids.js'
import type { Browser } from '../http/browser.js'
import { STATUS_OF_KIND } from '../http/http-errors.js'
import { languageOf } from '../http/language.js'
import { sendPage } from '../http/page.js'
import { requestActor, sessionOf } from '../http/session-cookie.js'
import { formErrors, readNewPassword } from '../http/sign-in-pages.js'
import { validate } from '../http/validate.js'
import type { MfaService } from '../services/mfa.js'
import type { PasswordService } from '../services/passwords.js'
import type { SessionService } from '../services/sessions.js'

export interface SecurityDeps {
  readonly browser: Browser
  readonly mfa: MfaService
  readonly passwords: PasswordService
  readonly sessions: SessionService
}

const SECURITY_PATH = '/portal/security'
const currentPasswordSchema = z.object({ currentPassword: z.string().max(512) })

/** Goes behind the guard of the portal. */
export function securityRouter({ browser, mfa, passwords, sessions }: SecurityDeps): Router {
  const router = Router()

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
        current={current}
        sessions={await sessions.listOf(actor, current.subject)}
        secondFactor={await mfa.stateOf(actor, current.subject)}
        errors={errors}
      />,
      { status },
    )
  }

  /** Says what was done on the page itself. */
  function done(res: Response, text: string): void {
    browser.flash.set(res, { kind: 'success', text })
    res.redirect(303, SECURITY_PATH)
  }

  router.get(SECURITY_PATH, (req, res) => sendSecurityPage(req, res))

  router.post(`${SECURITY_PATH}/password`, browser.limitSignIns, async (req, res) => {
    const session = sessionOf(res)
    // Who came by the identity provider has no password to change here.
    if (session.method !== 'password') {
      throw new IdentityCenterError('signIn.methodOff', 'Your identity provider keeps your password.')
    }
    const { security } = texts(languageOf(res)).portal
    try {
      const { currentPassword } = validate(currentPasswordSchema, req.body)
      const newPassword = readNewPassword(req.body)
      await passwords.changeOwn(requestActor(res), session, { currentPassword, newPassword })
      done(res, security.passwordChanged)
    } catch (error) {
      const { changePassword } = texts(languageOf(res)).portal
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

  router.post(`${SECURITY_PATH}/sessions/end-others`, async (_req, res) => {
    const { id, subject } = sessionOf(res)
    const ended = await sessions.revokeAll(requestActor(res), subject, id)
    done(res, texts(languageOf(res)).portal.security.othersEnded(ended))
  })

  router.post(`${SECURITY_PATH}/sessions/:sessionId/end`, async (req, res) => {
    const sessionId = parseSessionId(String(req.params['sessionId']))
    if (sessionId === undefined) {
      throw new IdentityCenterError('session.notFound', 'This session does not exist or has ended.')
    }
    await sessions.revoke(requestActor(res), sessionOf(res).subject, sessionId)
    done(res, texts(languageOf(res)).portal.security.ended)
  })

  return router
}
