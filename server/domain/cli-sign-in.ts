/** Sign-in of the cloud's command line: it shows a browser a random state, and asks us until somebody has confirmed it. */

/** As long as a state may wait to be confirmed, and to be asked for once it is. Seconds. */
export const CLI_SIGN_IN_SECONDS = 5 * 60
/** The command line takes its token to be good for so long. Seconds. */
export const CLI_TOKEN_SECONDS = 12 * 60 * 60
/** Of one person; with a further one the oldest ends. */
export const MOST_CLI_TOKENS = 20

const STATE = /^[A-Za-z0-9]{32}$/

/** The state as the command line makes it: 32 letters and digits. */
export const isCliState = (text: unknown): text is string => typeof text === 'string' && STATE.test(text)

/** Enough of the state for a person to compare with the address that the terminal shows: its ends. */
export const cliCodeOf = (state: string): string => `${state.slice(0, 4)} ${state.slice(-4)}`

/** What a person has to know of a state before confirming it. */
export interface CliSignIn {
  readonly status: 'waiting' | 'confirmed' | 'handedOut'
  /** Addresses that have asked for this state, at most three, the first first. */
  readonly addresses: readonly string[]
}

/** A token that a command line holds. */
export interface CliToken {
  readonly id: string
  /** Of the command line when it took the token. */
  readonly address?: string
  readonly userAgent?: string
  readonly createdAt: string
  readonly lastUsedAt?: string
  readonly expiresAt: string
}
