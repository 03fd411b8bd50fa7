/** Tokens of forms that were carried out. */
import type { Tx } from './database.js'

/** Writes the token down; false when it stands there already. */
export async function insertFormSubmission(tx: Tx, tokenHash: string, expiresAt: string): Promise<boolean> {
  const result = await tx
    .insertInto('form_submissions')
    .values({ token_hash: tokenHash, expires_at: expiresAt })
    .onConflict((conflict) => conflict.column('token_hash').doNothing())
    .executeTakeFirst()
  return (result.numInsertedOrUpdatedRows ?? 0n) > 0n
}
