/** What became of each check of a SAML message, for administrators. */

/** One check that failed. */
export interface CheckFailure {
  readonly check: string
  /** What was found, in technical words; may quote the message. */
  readonly message: string
  /** What the message says, and what it should say. */
  readonly found?: string
  readonly expected?: string
}

export interface CheckOutcome {
  readonly check: string
  /** `notMade`: an earlier failure came in between, or it does not matter to this message. */
  readonly outcome: 'passed' | 'failed' | 'notMade'
  readonly failure?: CheckFailure
}
