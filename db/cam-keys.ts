/** Who may use the keys of a simulated account. */
import { sql, type SqlBool } from 'kysely'
import type { PermanentCaller } from '../server/domain/cloud-caller.js'
import type { AccountUin, SubUserUin } from '../server/domain/ids.js'
import type { Db, Tx } from './database.js'
import { firstOf, prepared } from './prepared.js'

/** Enabled users; one that was made for a user of the zone counts as long as that user may sign in. */
const MAY_USE_KEYS = sql<SqlBool>`(cam_users.status = 'enabled'
  and (cam_users.synchronized_from is null or (users.active = 1 and users.blocked = 0)))`

/** A key that signs, and whose it is. */
export interface SigningKey {
  readonly sealedSecretKey: string
  readonly holder: PermanentCaller
  /** Absent until its first use. */
  readonly lastUsedAt?: string
}

const selectSigningKey = prepared((db, slots: { secretId: string }) =>
  db
    .selectFrom('api_keys')
    .leftJoin('cam_users', (join) =>
      join
        .onRef('cam_users.uin', '=', 'api_keys.sub_user_uin')
        .onRef('cam_users.account_uin', '=', 'api_keys.account_uin'),
    )
    .leftJoin('users', 'users.id', 'cam_users.synchronized_from')
    .select([
      'api_keys.secret_key',
      'api_keys.account_uin',
      'api_keys.sub_user_uin',
      'api_keys.last_used_at',
      'cam_users.name',
    ])
    .where('api_keys.secret_id', '=', slots.secretId)
    .where('api_keys.status', '=', 'enabled')
    .where((expression) => expression.or([expression('api_keys.sub_user_uin', 'is', null), MAY_USE_KEYS])),
)

/**
 * By one query, since every signed request asks it; `undefined` for a key that is unknown or disabled, or whose user may
 * not use keys now.
 */
export async function findSigningKey(db: Db | Tx, secretId: string): Promise<SigningKey | undefined> {
  const row = await firstOf(selectSigningKey(db, { secretId }))
  if (!row) return undefined
  const { account_uin: accountUin, sub_user_uin: uin } = row
  return {
    sealedSecretKey: row.secret_key,
    holder:
      uin === null
        ? { kind: 'root', accountUin }
        : { kind: 'subUser', accountUin, uin, name: row.name ?? '' },
    ...(row.last_used_at !== null && { lastUsedAt: row.last_used_at }),
  }
}

/** The user, or the account itself where no user is named; `undefined` for a user who may not use keys now. */
export async function findKeyHolder(
  db: Db | Tx,
  accountUin: AccountUin,
  uin: SubUserUin | undefined,
): Promise<PermanentCaller | undefined> {
  if (uin === undefined) return { kind: 'root', accountUin }
  const row = await db
    .selectFrom('cam_users')
    .leftJoin('users', 'users.id', 'cam_users.synchronized_from')
    .select('cam_users.name')
    .where(MAY_USE_KEYS)
    .where('cam_users.uin', '=', uin)
    .where('cam_users.account_uin', '=', accountUin)
    .executeTakeFirst()
  return row && { kind: 'subUser', accountUin, uin, name: row.name }
}
