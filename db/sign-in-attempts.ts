/** Failed sign-ins by key, for the growing delay. */
import type { Db, Tx } from './database.js'

export interface SignInAttempts {
  readonly failures: number
  readonly lockedUntil?: string
  readonly updatedAt: string
}

export async function findSignInAttempts(db: Db | Tx, key: string): Promise<SignInAttempts | undefined> {
  const row = await db.selectFrom('sign_in_attempts').selectAll().where('key', '=', key).executeTakeFirst()
  return (
    row && {
      failures: row.failures,
      ...(row.locked_until !== null && { lockedUntil: row.locked_until }),
      updatedAt: row.updated_at,
    }
  )
}

export async function putSignInAttempts(tx: Tx, key: string, attempts: SignInAttempts): Promise<void> {
  const values = {
    failures: attempts.failures,
    locked_until: attempts.lockedUntil ?? null,
    updated_at: attempts.updatedAt,
  }
  await tx
    .insertInto('sign_in_attempts')
    .values({ key, ...values })
    .onConflict((conflict) => conflict.column('key').doUpdateSet(values))
    .execute()
}

export async function deleteSignInAttempts(tx: Tx, key: string): Promise<void> {
  await tx.deleteFrom('sign_in_attempts').where('key', '=', key).execute()
}

/** Those of the key, and of every longer key that ends with it after a blank: the same person at one address. */
export async function deleteSignInAttemptsEverywhere(tx: Tx, key: string): Promise<void> {
  await tx
    .deleteFrom('sign_in_attempts')
    .where((expression) =>
      expression.or([expression('key', '=', key), expression('key', 'like', `address:% ${key}`)]),
    )
    .execute()
}
