/** Assertions that were accepted, remembered until they expire by themselves: none is accepted twice. */
import { createHash } from 'node:crypto'
import type { Db, Tx } from './database.js'

export interface AssertionName {
  /** Who accepts it: the service provider and every account have their own memory. */
  readonly receiver: string
  readonly issuer: string
  readonly assertionId: string
}

/** Ids are unique per issuer only; the hash keeps keys short whatever the issuer writes. */
const keyOf = ({ receiver, issuer, assertionId }: AssertionName): string =>
  createHash('sha256')
    .update(JSON.stringify([receiver, issuer, assertionId]))
    .digest('base64url')

export async function isSeenAssertion(db: Db | Tx, assertion: AssertionName): Promise<boolean> {
  const row = await db
    .selectFrom('seen_assertions')
    .select('assertion_key')
    .where('assertion_key', '=', keyOf(assertion))
    .executeTakeFirst()
  return row !== undefined
}

/** Remembers the assertion. False when it is remembered already: of two who present it, one gets true. */
export async function rememberAssertion(
  tx: Tx,
  assertion: AssertionName,
  expiresAt: string,
): Promise<boolean> {
  const result = await tx
    .insertInto('seen_assertions')
    .values({ assertion_key: keyOf(assertion), expires_at: expiresAt })
    .onConflict((conflict) => conflict.column('assertion_key').doNothing())
    .executeTakeFirst()
  return result.numInsertedOrUpdatedRows === 1n
}
