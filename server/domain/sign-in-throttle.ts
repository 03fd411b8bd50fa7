/** How failed sign-ins slow the next ones down. */
import { hashSecret } from './secrets.js'
import type { Subject } from './session.js'

const FREE_FAILURES = 10
/** As many of one network count for a person everywhere: it takes more than one to delay others. */
export const FAILURES_OF_NETWORK = FREE_FAILURES - 1
const FIRST_DELAY_SECONDS = 15
const MAXIMUM_DELAY_SECONDS = 15 * 60

/** Failures are forgotten this long after the last one. */
export const FAILURES_KEPT_SECONDS = 24 * 60 * 60

/** Seconds to wait after that many failures in a row: none below ten, then 15, 30, 60 … up to 15 minutes. */
export function delayAfterFailures(failures: number): number {
  if (failures < FREE_FAILURES) return 0
  return Math.min(FIRST_DELAY_SECONDS * 2 ** Math.min(failures - FREE_FAILURES, 16), MAXIMUM_DELAY_SECONDS)
}

/**
 * What failures are counted by. Names as they were typed, whether or not somebody has them; hashed, as what was typed
 * may be a password in the wrong field.
 */
export const passwordAttempts = (kind: Subject['kind'], name: string): string =>
  `password:${kind}:${hashSecret(name.slice(0, 128).toLowerCase())}`
/** At the sign-in of an account, both as they were typed. */
export const accountPasswordAttempts = (account: string, name: string): string =>
  `password:account:${hashSecret(`${account.slice(0, 128)} ${name.slice(0, 128).toLowerCase()}`)}`
/** Apart from those of the password, so that knowing it does not buy further guesses of the code. */
export const totpAttempts = (subject: Subject): string => `totp:${subject.kind}:${subject.id}`
/** Wrong current passwords of somebody who is signed in. */
export const passwordChangeAttempts = (subject: Subject): string =>
  `password-change:${subject.kind}:${subject.id}`
/** Failures in a browser or network in which the person has signed in before: an allowance of its own. */
export const deviceAttempts = (key: string, deviceHash: string): string => `${key} device:${deviceHash}`
/** Wrong passwords where somebody who is signed in confirms who they are. */
export const confirmationAttempts = (subject: Subject): string => `confirmation:${subject.kind}:${subject.id}`
/** Passkeys that were refused where nobody has signed in: it is not known whose they are, only where they come from. */
export const passkeyAttempts = (network: string): string => `passkey:${network}`
/** Sign-ins by break-glass, apart from all others. */
export const breakGlassAttempts = (name: string): string =>
  `break-glass:${hashSecret(name.slice(0, 128).toLowerCase())}`
