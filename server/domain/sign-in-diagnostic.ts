/** Why a sign-in failed, over SSO or for its network: for administrators, by the reference that the person was shown. */

import type { CheckFailure, CheckOutcome } from './saml-report.js'
import { plainAddress } from './sign-in-networks.js'

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
  /** The name in the signed assertion, or of the session; absent when there was nothing to believe. */
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

/** The check that is made before any other, of every sign-in of users, over SSO or not. */
export const NETWORK_CHECK = 'network'

/** Somebody was where users may not sign in. */
export function networkFailure(address: string | undefined, userName: string | undefined): SignInFailure {
  const check = NETWORK_CHECK
  const found = address === undefined ? 'unknown' : plainAddress(address)
  const message = `The request came from the address ${found}, which is in none of the networks that users may sign in from.`
  return {
    purpose: 'signIn',
    check,
    message,
    remedy:
      'Add the network in the settings (signIn.networks), or let the person come from one of those. Where many people have one and the same wrong address, set TRUST_PROXY.',
    failures: [{ check, message, found }],
    ...(userName !== undefined && { userName }),
  }
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
