/** What users keep of accounts at the portal: favourites, and when they opened one last. */
import type { AccountUin, UserId } from '../server/domain/ids.js'
import { fromFlag, toFlag } from './columns.js'
import type { Db, Tx } from './database.js'

export interface KeptAccount {
  readonly favourite: boolean
  readonly lastUsedAt?: string
}

export async function listKeptAccounts(
  db: Db | Tx,
  userId: UserId,
): Promise<ReadonlyMap<AccountUin, KeptAccount>> {
  const rows = await db
    .selectFrom('portal_accounts')
    .select(['account_uin', 'favourite', 'last_used_at'])
    .where('user_id', '=', userId)
    .execute()
  return new Map(
    rows.map((row) => [
      row.account_uin,
      {
        favourite: fromFlag(row.favourite),
        ...(row.last_used_at !== null && { lastUsedAt: row.last_used_at }),
      },
    ]),
  )
}

export async function putFavourite(
  tx: Tx,
  userId: UserId,
  accountUin: AccountUin,
  favourite: boolean,
): Promise<void> {
  const values = { favourite: toFlag(favourite) }
  await tx
    .insertInto('portal_accounts')
    .values({ user_id: userId, account_uin: accountUin, ...values, last_used_at: null })
    .onConflict((conflict) => conflict.columns(['user_id', 'account_uin']).doUpdateSet(values))
    .execute()
}

/** Notes that the user opened the account, or took credentials of it. */
export async function noteAccountUse(
  tx: Tx,
  userId: UserId,
  accountUin: AccountUin,
  now: string,
): Promise<void> {
  const values = { last_used_at: now }
  await tx
    .insertInto('portal_accounts')
    .values({ user_id: userId, account_uin: accountUin, favourite: 0, ...values })
    .onConflict((conflict) => conflict.columns(['user_id', 'account_uin']).doUpdateSet(values))
    .execute()
}
