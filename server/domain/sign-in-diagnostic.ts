/** Why a federated sign-in failed: for administrators, by the reference that the person was shown. */

import type { CheckFailure, CheckOutcome } from './saml-report.js'

export interface SignInFailure {
  /** What the message was about. */
  readonly purpose: 'signIn' | 'logout'
  /** Name of the check that failed. */
  readonly check: string
  /** What was found; may quote the message. */
  readonly message: string
  /** What to change, and where. */
  readonly remedy: string
  /** Every check that failed, the first one included; those of earlier versions kept the first one only. */
  readonly failures?: readonly CheckFailure[]
  /** The name in the signed assertion; absent when the message could not be believed. */
  readonly userName?: string
  /** The decoded message as it came. */
  readonly response?: string
}

export interface SignInDiagnostic extends SignInFailure {
  /** Every check and what became of it. */
  readonly checks: readonly CheckOutcome[]
  readonly reference: string
  readonly at: string
  readonly address?: string
  readonly requestId?: string
}

const LONGEST_RESPONSE = 32_768

/**
 * The message as it may be kept: shortened, and without signature values and certificates. A response made for somebody
 * else would open doors elsewhere; without its signature it opens none.
 */
export function presentable(response: string): string {
  const cut = response.replaceAll(/[A-Za-z0-9+/\r\n]{64,}={0,2}/g, (run) => `[${run.length} characters cut]`)
  return cut.length > LONGEST_RESPONSE ? `${cut.slice(0, LONGEST_RESPONSE)}…` : cut
}
