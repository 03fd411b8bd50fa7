/**
 * Slows guessing down. Failures count for the person tried at that address, for the person wherever it is, and for the
 * address once for each person tried there: an address that fails for ten people is spraying, while one that fails often
 * for a single person is delayed for that person alone. One address never delays a person everywhere; that takes several.
 *
 * The delay is looked at twice: before the secret is checked, and once more in the transaction that records how that
 * ended. Of many attempts at the same time only as many learn their result as would have one after the other.
 */
import type { Db, Tx } from '../../db/database.js'
import {
  deleteSignInAttempts,
  deleteSignInAttemptsEverywhere,
  findSignInAttempts,
  putSignInAttempts,
  type SignInAttempts,
} from '../../db/sign-in-attempts.js'
import { secondsAfter, type Clock } from '../domain/clock.js'
import { IdentityCenterError } from '../domain/errors.js'
import { networkOf } from '../domain/network.js'
import { delayAfterFailures, FAILURES_KEPT_SECONDS, FAILURES_OF_NETWORK } from '../domain/sign-in-throttle.js'

/** Who is tried (one of the keys of `domain/sign-in-throttle.ts`), and from where. */
export interface Attempt {
  readonly subject: string
  readonly address: string | undefined
}

interface AddressKeys {
  readonly address: string
  /** This person, tried at this address. */
  readonly pair: string
}

function addressKeysOf({ subject, address }: Attempt): AddressKeys | undefined {
  const network = address === undefined ? undefined : networkOf(address)
  return network === undefined
    ? undefined
    : { address: `address:${network}`, pair: `address:${network} ${subject}` }
}

export function createSignInThrottle({ db, clock }: { db: Db; clock: Clock }) {
  /** What is known of a key and still counts. */
  async function find(from: Db | Tx, key: string): Promise<SignInAttempts | undefined> {
    const attempts = await findSignInAttempts(from, key)
    const keptUntil = attempts && Date.parse(attempts.updatedAt) + FAILURES_KEPT_SECONDS * 1000
    return keptUntil !== undefined && keptUntil > clock.now().getTime() ? attempts : undefined
  }

  async function secondsLeft(from: Db | Tx, key: string): Promise<number> {
    const lockedUntil = (await find(from, key))?.lockedUntil
    if (lockedUntil === undefined) return 0
    return Math.max(0, Math.ceil((Date.parse(lockedUntil) - clock.now().getTime()) / 1000))
  }

  async function count(tx: Tx, key: string): Promise<void> {
    const now = clock.now()
    const failures = ((await find(tx, key))?.failures ?? 0) + 1
    const delay = delayAfterFailures(failures)
    await putSignInAttempts(tx, key, {
      failures,
      ...(delay > 0 && { lockedUntil: secondsAfter(now, delay) }),
      updatedAt: now.toISOString(),
    })
  }

  /** The refusal `signIn.locked` with `facts.retryAfterSeconds`, while a delay runs. */
  async function findDelay(from: Db | Tx, attempt: Attempt): Promise<IdentityCenterError | undefined> {
    const keys = addressKeysOf(attempt)
    const retryAfterSeconds = Math.max(
      await secondsLeft(from, attempt.subject),
      keys === undefined ? 0 : await secondsLeft(from, keys.address),
      keys === undefined ? 0 : await secondsLeft(from, keys.pair),
    )
    if (retryAfterSeconds === 0) return undefined
    return new IdentityCenterError('signIn.locked', 'Too many failed attempts. Wait, then try again.', {
      retryAfterSeconds,
    })
  }

  return {
    findDelay,

    /** Throws `signIn.locked` while a delay runs. Attempts within the delay do not prolong it. */
    async requireNoDelay(attempt: Attempt): Promise<void> {
      const delay = await findDelay(db, attempt)
      if (delay) throw delay
    },

    async countFailure(tx: Tx, attempt: Attempt): Promise<void> {
      const keys = addressKeysOf(attempt)
      if (!keys) {
        await count(tx, attempt.subject)
        return
      }
      const here = (await find(tx, keys.pair))?.failures ?? 0
      if (here === 0) await count(tx, keys.address)
      if (here < FAILURES_OF_NETWORK) await count(tx, attempt.subject)
      await count(tx, keys.pair)
    },

    /**
     * Takes the failures of this person back, there and at the address. What others failed at the address stays, so
     * that nobody can clear it by signing in to an account of their own in between.
     */
    async forgive(tx: Tx, attempt: Attempt): Promise<void> {
      const keys = addressKeysOf(attempt)
      if (await findSignInAttempts(tx, attempt.subject)) await deleteSignInAttempts(tx, attempt.subject)
      if (!keys || !(await findSignInAttempts(tx, keys.pair))) return
      await deleteSignInAttempts(tx, keys.pair)
      const address = await findSignInAttempts(tx, keys.address)
      if (address) await putSignInAttempts(tx, keys.address, { ...address, failures: address.failures - 1 })
    },

    /** Forgets what happened to the person: an administrator or a command lets somebody in again. */
    clear: (tx: Tx, subject: string): Promise<void> => deleteSignInAttemptsEverywhere(tx, subject),
  }
}

export type SignInThrottle = ReturnType<typeof createSignInThrottle>
