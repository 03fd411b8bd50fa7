/** One use case, one transaction. */
import { setTimeout as delay } from 'node:timers/promises'
import { IdentityCenterError } from '../server/domain/errors.js'
import { engineOf, type Db, type Tx } from './database.js'
import { isInsideTransaction, markTransaction } from './transaction-guard.js'

const MAXIMUM_ATTEMPTS = 12
const callbacksOf = new WeakMap<Tx, (() => void)[]>()

/**
 * Runs `work` in one serializable transaction and returns what it returns once that is committed. PostgreSQL may refuse
 * to serialize (40001, 40P01): `work` then runs again, so it touches nothing but `tx` and awaits nothing but its queries.
 * Throws `service.unavailable` when it stays refused.
 * Calling it inside a transaction is a mistake, which tests find: see transaction-guard.ts.
 */
export async function inTransaction<T>(db: Db, work: (tx: Tx) => Promise<T>): Promise<T> {
  if (isInsideTransaction()) throw new Error('transactions do not nest: hand tx on')
  for (let attempt = 1; ; attempt += 1) {
    let callbacks: (() => void)[] = []
    try {
      const builder =
        engineOf(db) === 'postgres' ? db.transaction().setIsolationLevel('serializable') : db.transaction()
      const result = await builder.execute((tx) => {
        callbacks = []
        callbacksOf.set(tx, callbacks)
        return markTransaction(() => work(tx))
      })
      for (const callback of callbacks) callback()
      return result
    } catch (error) {
      if (!isSerializationFailure(error)) throw error
      if (attempt >= MAXIMUM_ATTEMPTS) {
        throw new IdentityCenterError(
          'service.unavailable',
          'Too many requests change the same thing at once. Send this one again.',
          {},
          { cause: error },
        )
      }
      await delay(Math.random() * 2 ** Math.min(attempt, 7))
    }
  }
}

/** Runs `callback` after the transaction has committed, and never when it has not: waking a worker, logging, sending. */
export function afterCommit(tx: Tx, callback: () => void): void {
  callbacksOf.get(tx)?.push(callback)
}

const isSerializationFailure = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === '40001' || error.code === '40P01')
