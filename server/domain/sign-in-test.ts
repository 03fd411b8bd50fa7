/** A sign-in that only tests the configuration: who asked, and what the answer was found to be. */
import type { CheckFailure, CheckOutcome } from './saml-report.js'

export interface SignInTestOutcome {
  readonly at: string
  /** Empty when every check passed. */
  readonly failures: readonly CheckFailure[]
  /** As whom it would have signed in. */
  readonly userName?: string
  readonly nameId?: string
  /** What the identity provider says of the person: names and values, as far as they fit. */
  readonly attributes?: readonly (readonly [name: string, values: string])[]
  /** The decoded message, without signature values and certificates. */
  readonly response: string
}

export interface SignInTest {
  readonly requestId: string
  readonly createdAt: string
  /** `waiting`: the identity provider has not answered; `late`: and it is too late for that. */
  readonly state: 'waiting' | 'late' | 'answered'
  readonly outcome?: SignInTestOutcome & { readonly checks: readonly CheckOutcome[] }
}
