/** What the pages of a sign-in share: where they are, and how a refusal is shown on a form. */
import type { Request, Response } from 'express'
import { z } from 'zod'
import { errorText } from '../../views/i18n/error-text.js'
import { texts } from '../../views/i18n/index.js'
import type { FieldErrors } from '../../views/parts/form.js'
import { IdentityCenterError, isIdentityCenterError } from '../domain/errors.js'
import { localPath } from '../domain/local-path.js'
import type { SessionKind } from '../domain/session.js'
import type { MfaService } from '../services/mfa.js'
import type { PasskeySignIn } from '../services/passkey-sign-in.js'
import type { PasskeyService } from '../services/passkeys.js'
import type { SessionService } from '../services/sessions.js'
import type { SignInService } from '../services/sign-in.js'
import type { SingleLogoutService } from '../services/single-logout.js'
import type { Browser } from './browser.js'
import { languageOf } from './language.js'
import { validate } from './validate.js'

export interface SignInPagesDeps {
  readonly browser: Browser
  readonly signIn: SignInService
  readonly sessions: SessionService
  readonly mfa: MfaService
  readonly passkeys: PasskeyService
  readonly passkeySignIn: PasskeySignIn
}

/** Where the pages of one door are. */
export interface SignInDoor {
  readonly kind: SessionKind
  /** `/portal`, `/admin` or `/account`: the steps are below `<prefix>/sign-in`, log out is `<prefix>/logout`. */
  readonly prefix: string
  /** Where a sign-in leads unless a page of ours was asked for first. */
  readonly homePath: string
  /** The page that asks for the password. */
  readonly passwordPath: () => string | Promise<string>
  /** Sessions that can be ended where they came from as well. */
  readonly singleLogout?: Pick<SingleLogoutService, 'offer' | 'begin'>
}

const newPasswordSchema = z.object({
  newPassword: z.string().max(512),
  repeatPassword: z.string().max(512),
})

/** The page of ours that was asked for before the sign-in, as `?next=` carries it from page to page. */
export const nextOf = (req: Request): string | undefined => localPath(req.query['next'])

export const withNext = (path: string, next: string | undefined): string =>
  next === undefined ? path : `${path}?next=${encodeURIComponent(next)}`

/** The refusals that a form is shown again for. Anything else is rethrown. */
export function refusalOfForm(error: unknown): IdentityCenterError {
  const belongsToForm = isIdentityCenterError(
    error,
    'signIn.refused',
    'signIn.locked',
    'mfa.codeInvalid',
    'passkey.refused',
    'passkey.exists',
    'passkey.nameInvalid',
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
