/**
 * Slows guessing down. Failures count for the person who was tried, and for the address once for each person tried there:
 * an address that fails for ten people is spraying, while one that fails often for a single person delays that person
 * alone. A failure is counted before the secret is looked at, so that many attempts at the same time do not slip past
 * the count; success takes it back.
 */
import type { Db, Tx } from '../../db/database.js'
import {
  deleteSignInAttempts,
  findSignInAttempts,
  putSignInAttempts,
  type SignInAttempts,
} from '../../db/sign-in-attempts.js'
import { inTransaction } from '../../db/transaction.js'
import { secondsAfter, type Clock } from '../domain/clock.js'
import { IdentityCenterError } from '../domain/errors.js'
import { networkOf } from '../domain/network.js'
import { delayAfterFailures, FAILURES_KEPT_SECONDS } from '../domain/sign-in-throttle.js'

/** Who is tried (one of the keys of `domain/sign-in-throttle.ts`), and from where. */
export interface Attempt {
  readonly subject: string
  readonly address: string | undefined
}

/** An attempt that was let through, and what it left behind in case it succeeds. */
export interface Admission extends Attempt {
  /** The delay that it brought upon its address. */
  readonly addressLockedUntil: string | undefined
}

interface AddressKeys {
  readonly address: string
  /** Stands for this person having been tried at this address. */
  readonly pair: string
}

function addressKeysOf({ subject, address }: Attempt): AddressKeys | undefined {
  const network = address === undefined ? undefined : networkOf(address)
  return network === undefined
    ? undefined
    : { address: `address:${network}`, pair: `address:${network} ${subject}` }
}

export function createSignInThrottle({ db, clock }: { db: Db; clock: Clock }) {
  async function find(tx: Tx, key: string, now: Date): Promise<SignInAttempts | undefined> {
    const attempts = await findSignInAttempts(tx, key)
    const isFresh = attempts && Date.parse(attempts.updatedAt) + FAILURES_KEPT_SECONDS * 1000 > now.getTime()
    return isFresh ? attempts : undefined
  }

  const secondsLeft = (attempts: SignInAttempts | undefined, now: Date): number =>
    attempts?.lockedUntil === undefined
      ? 0
      : Math.max(0, Math.ceil((Date.parse(attempts.lockedUntil) - now.getTime()) / 1000))

  /** Counts one more failure; the end of the delay that follows, if one does. */
  async function count(
    tx: Tx,
    key: string,
    known: SignInAttempts | undefined,
    now: Date,
  ): Promise<string | undefined> {
    const failures = (known?.failures ?? 0) + 1
    const delay = delayAfterFailures(failures)
    const lockedUntil = delay > 0 ? secondsAfter(now, delay) : undefined
    await putSignInAttempts(tx, key, {
      failures,
      ...(lockedUntil !== undefined && { lockedUntil }),
      updatedAt: now.toISOString(),
    })
    return lockedUntil
  }

  return {
    /**
     * Admits an attempt and counts it as failed until `forgive` says otherwise. Throws `signIn.locked` with
     * `facts.retryAfterSeconds` while a delay runs; attempts within the delay do not prolong it.
     */
    admit(attempt: Attempt): Promise<Admission> {
      const keys = addressKeysOf(attempt)
      return inTransaction(db, async (tx) => {
        const now = clock.now()
        const person = await find(tx, attempt.subject, now)
        const address = keys && (await find(tx, keys.address, now))
        const pair = keys && (await find(tx, keys.pair, now))
        const retryAfterSeconds = Math.max(secondsLeft(person, now), secondsLeft(address, now))
        if (retryAfterSeconds > 0) {
          throw new IdentityCenterError('signIn.locked', 'Too many failed attempts. Wait, then try again.', {
            retryAfterSeconds,
          })
        }
        await count(tx, attempt.subject, person, now)
        let addressLockedUntil: string | undefined
        if (keys && !pair) {
          addressLockedUntil = await count(tx, keys.address, address, now)
          await putSignInAttempts(tx, keys.pair, { failures: 1, updatedAt: now.toISOString() })
        }
        return { ...attempt, addressLockedUntil }
      })
    },

    /**
     * Takes the failures of this person back, there and at the address. What others failed at the address stays, so
     * that nobody can clear it by signing in to an account of their own in between.
     */
    async forgive(tx: Tx, admission: Admission): Promise<void> {
      await deleteSignInAttempts(tx, admission.subject)
      const keys = addressKeysOf(admission)
      if (!keys || !(await findSignInAttempts(tx, keys.pair))) return
      await deleteSignInAttempts(tx, keys.pair)
      const address = await findSignInAttempts(tx, keys.address)
      if (!address || address.failures <= 1) return deleteSignInAttempts(tx, keys.address)
      const { lockedUntil, updatedAt } = address
      const keepsLock = lockedUntil !== undefined && lockedUntil !== admission.addressLockedUntil
      await putSignInAttempts(tx, keys.address, {
        failures: address.failures - 1,
        ...(keepsLock && { lockedUntil }),
        updatedAt,
      })
    },

    /** Forgets what happened to the person: an administrator or a command lets somebody in again. */
    clear: (tx: Tx, subject: string): Promise<void> => deleteSignInAttempts(tx, subject),
  }
}

export type SignInThrottle = ReturnType<typeof createSignInThrottle>
