/**
 * Slows guessing down, by person and by address. A failure is counted before the secret is looked at, so that many
 * attempts at the same time do not slip past the count; success takes it back.
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

/** Who tries (one of the keys of `domain/sign-in-throttle.ts`), and from where. */
export interface Attempt {
  readonly subject: string
  readonly address: string | undefined
}

export function createSignInThrottle({ db, clock }: { db: Db; clock: Clock }) {
  function keysOf({ subject, address }: Attempt): readonly string[] {
    const network = address === undefined ? undefined : networkOf(address)
    return [subject, ...(network === undefined ? [] : [`address:${network}`])]
  }

  const isFresh = (attempts: SignInAttempts, now: Date): boolean =>
    Date.parse(attempts.updatedAt) + FAILURES_KEPT_SECONDS * 1000 > now.getTime()

  return {
    /**
     * Admits an attempt and counts it as failed until `forgive` says otherwise. Throws `signIn.locked` with
     * `facts.retryAfterSeconds` while a delay runs; attempts within the delay do not prolong it.
     */
    admit(attempt: Attempt): Promise<void> {
      const keys = keysOf(attempt)
      return inTransaction(db, async (tx) => {
        const now = clock.now()
        const known = new Map<string, SignInAttempts>()
        for (const key of keys) {
          const attempts = await findSignInAttempts(tx, key)
          if (attempts && isFresh(attempts, now)) known.set(key, attempts)
        }
        const waits = [...known.values()].map(({ lockedUntil }) =>
          lockedUntil === undefined ? 0 : Math.ceil((Date.parse(lockedUntil) - now.getTime()) / 1000),
        )
        const retryAfterSeconds = Math.max(0, ...waits)
        if (retryAfterSeconds > 0) {
          throw new IdentityCenterError('signIn.locked', 'Too many failed attempts. Wait, then try again.', {
            retryAfterSeconds,
          })
        }
        for (const key of keys) {
          const failures = (known.get(key)?.failures ?? 0) + 1
          const delay = delayAfterFailures(failures)
          await putSignInAttempts(tx, key, {
            failures,
            ...(delay > 0 && { lockedUntil: secondsAfter(now, delay) }),
            updatedAt: now.toISOString(),
          })
        }
      })
    },

    /**
     * Takes the failures of this person back, there and at the address. What others failed at the address stays, so
     * that nobody can clear it by signing in to an account of their own in between.
     */
    async forgive(tx: Tx, attempt: Attempt): Promise<void> {
      const own = (await findSignInAttempts(tx, attempt.subject))?.failures ?? 0
      await deleteSignInAttempts(tx, attempt.subject)
      for (const key of keysOf(attempt).slice(1)) {
        const attempts = await findSignInAttempts(tx, key)
        if (!attempts) continue
        const failures = attempts.failures - own
        if (failures <= 0) await deleteSignInAttempts(tx, key)
        else {
          const stillDelayed = attempts.lockedUntil !== undefined && delayAfterFailures(failures) > 0
          await putSignInAttempts(tx, key, {
            failures,
            ...(stillDelayed && { lockedUntil: attempts.lockedUntil }),
            updatedAt: attempts.updatedAt,
          })
        }
      }
    },

    /** Forgets what happened at the subject: an administrator or a command lets somebody in again. */
    async clear(tx: Tx, subject: string): Promise<void> {
      await deleteSignInAttempts(tx, subject)
    },
  }
}

export type SignInThrottle = ReturnType<typeof createSignInThrottle>
