/** Users who may sign in with password and second factor while SSO is the login method. */
import type { UserId } from '../server/domain/ids.js'
import type { Db, Tx } from './database.js'

export interface BreakGlassUser {
  readonly id: UserId
  readonly userName: string
  readonly addedAt: string
  readonly lastUsedAt?: string
  readonly lastAddress?: string
}

/** Whether break-glass is on and the user is one of those named for it. */
export async function breakGlassIsOpenTo(db: Db | Tx, userId: UserId): Promise<boolean> {
  const row = await db
    .selectFrom('break_glass_users')
    .innerJoin('settings', (join) =>
      join.on('settings.name', '=', 'signIn.breakGlass').on('settings.value', '=', 'true'),
    )
    .select('break_glass_users.user_id')
    .where('break_glass_users.user_id', '=', userId)
    .executeTakeFirst()
  return row !== undefined
}

/** By name: a handful. */
export async function listBreakGlassUsers(db: Db | Tx): Promise<readonly BreakGlassUser[]> {
  const rows = await db
    .selectFrom('break_glass_users')
    .innerJoin('users', 'users.id', 'break_glass_users.user_id')
    .select([
      'users.id',
      'users.user_name',
      'break_glass_users.added_at',
      'break_glass_users.last_used_at',
      'break_glass_users.last_address',
    ])
    .orderBy('users.user_name_key')
    .execute()
  return rows.map((row) => ({
    id: row.id,
    userName: row.user_name,
    addedAt: row.added_at,
    ...(row.last_used_at !== null && { lastUsedAt: row.last_used_at }),
    ...(row.last_address !== null && { lastAddress: row.last_address }),
  }))
}

/** False when the user was named already. */
export async function insertBreakGlassUser(tx: Tx, userId: UserId, now: string): Promise<boolean> {
  const result = await tx
    .insertInto('break_glass_users')
    .values({ user_id: userId, added_at: now, last_used_at: null, last_address: null })
    .onConflict((conflict) => conflict.column('user_id').doNothing())
    .executeTakeFirst()
  return result.numInsertedOrUpdatedRows === 1n
}

/** False when the user was not named. */
export async function deleteBreakGlassUser(tx: Tx, userId: UserId): Promise<boolean> {
  const result = await tx.deleteFrom('break_glass_users').where('user_id', '=', userId).executeTakeFirst()
  return result.numDeletedRows === 1n
}

export async function noteBreakGlassUse(
  tx: Tx,
  userId: UserId,
  use: { readonly at: string; readonly address: string | undefined },
): Promise<void> {
  await tx
    .updateTable('break_glass_users')
    .set({ last_used_at: use.at, last_address: use.address ?? null })
    .where('user_id', '=', userId)
    .execute()
}
