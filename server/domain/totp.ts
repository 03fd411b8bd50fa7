/** Time-based one-time codes (RFC 6238: SHA-1, 6 digits, 30 seconds, as the common authenticator apps know them) and recovery codes. */
import { generateSecret, generateURI, verifySync } from 'otplib'
import { randomInt } from 'node:crypto'
import { hashSecret } from './secrets.js'
import type { Subject } from './session.js'

const PERIOD_SECONDS = 30
const CODE = /^\d{6}$/

/** A fresh 160-bit key in base32. */
export const newTotpSecret = (): string => generateSecret()

/** What the QR code of an enrolment says. */
export const totpUri = (input: { issuer: string; accountName: string; secret: string }): string =>
  generateURI({ issuer: input.issuer, label: input.accountName, secret: input.secret })

/** The key in groups of four, to be typed by hand. */
export const spacedTotpSecret = (secret: string): string => secret.match(/.{1,4}/g)?.join(' ') ?? ''

/**
 * The time step whose code was given, or `undefined`. One step of drift either way; steps up to `lastStep` are used up.
 * Apps show the code in two groups, so spaces are ignored.
 */
export function acceptedTotpStep(input: {
  readonly secret: string
  readonly code: string
  readonly now: Date
  readonly lastStep?: number | undefined
}): number | undefined {
  const token = input.code.replace(/\s/g, '')
  if (!CODE.test(token)) return undefined
  const result = verifySync({
    secret: input.secret,
    token,
    epoch: Math.floor(input.now.getTime() / 1000),
    epochTolerance: PERIOD_SECONDS,
  })
  if (!result.valid || !('timeStep' in result)) return undefined
  return input.lastStep !== undefined && result.timeStep <= input.lastStep ? undefined : result.timeStep
}

/** Crockford's base32: no I, L, O, U. */
const RECOVERY_ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const RECOVERY_CODES = 10
const RECOVERY_GROUPS = 4

/** Ten fresh codes such as `7QK2-M0XD-93TB-C8RV`, each 80 random bits. */
export function newRecoveryCodes(): readonly string[] {
  const group = () =>
    Array.from({ length: 4 }, () => RECOVERY_ALPHABET.charAt(randomInt(RECOVERY_ALPHABET.length))).join('')
  return Array.from({ length: RECOVERY_CODES }, () =>
    Array.from({ length: RECOVERY_GROUPS }, group).join('-'),
  )
}

/** Whether the text has the form of a recovery code; case, dashes and spaces do not matter. */
export const looksLikeRecoveryCode = (text: string): boolean => /^[0-9A-Z]{16}$/.test(compact(text))

/** How a recovery code rests: 80 random bits, hashed together with its owner so that one guess tries one person. */
export const hashRecoveryCode = (subject: Subject, code: string): string =>
  hashSecret(`recovery-code:${subject.kind}:${subject.id}:${compact(code)}`)

const compact = (text: string): string => text.replace(/[\s-]/g, '').toUpperCase()
