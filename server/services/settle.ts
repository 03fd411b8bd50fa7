import type { Db, Tx } from '../../db/database.js'
import { inTransaction } from '../../db/transaction.js'
import { IdentityCenterError } from '../domain/errors.js'

/**
 * Runs a step in a transaction. A refusal that it returns is thrown after the commit, so that what it recorded (the audit
 * event, the counted failure, the used-up ticket) stays; one that it throws undoes everything.
 */
export async function settle<T>(db: Db, step: (tx: Tx) => Promise<T | IdentityCenterError>): Promise<T> {
  const outcome = await inTransaction(db, step)
  if (outcome instanceof IdentityCenterError) throw outcome
  return outcome
}
