/** Sub-users of the simulated accounts, beside what administrators.ts knows of those that manage the organization. */
import type { AccountUin, SubUserUin, UserId } from '../server/domain/ids.js'
import { findAdministrator } from './administrators.js'
import { deleteHoldings, type CamOwner } from './cam.js'
import type { Db, Tx } from './database.js'
import { deleteFactors } from './factors.js'
import { deleteSessionsOf } from './sessions.js'

export interface CamUser {
  readonly uin: SubUserUin
  readonly accountUin: AccountUin
  readonly name: string
  readonly status: 'enabled' | 'disabled'
  readonly owner: CamOwner
  /** The zone's user that it was made for. */
  readonly synchronizedFrom?: UserId
  readonly createdAt: string
}

const COLUMNS = [
  'uin',
  'account_uin',
  'name',
  'status',
  'managed_by',
  'synchronized_from',
  'created_at',
] as const

const toCamUser = (row: {
  readonly uin: SubUserUin
  readonly account_uin: AccountUin
  readonly name: string
  readonly status: 'enabled' | 'disabled'
  readonly managed_by: CamOwner
  readonly synchronized_from: UserId | null
  readonly created_at: string
}): CamUser => ({
  uin: row.uin,
  accountUin: row.account_uin,
  name: row.name,
  status: row.status,
  owner: row.managed_by,
  ...(row.synchronized_from !== null && { synchronizedFrom: row.synchronized_from }),
  createdAt: row.created_at,
})

/** Names are compared without regard to case. */
const nameKey = (name: string): string => name.toLowerCase()

/** The account's users that have one of the names. */
export async function findCamUsersByName(
  db: Db | Tx,
  account: AccountUin,
  names: readonly string[],
): Promise<readonly CamUser[]> {
  if (names.length === 0) return []
  const rows = await db
    .selectFrom('cam_users')
    .select(COLUMNS)
    .where('account_uin', '=', account)
    .where('name_key', 'in', names.map(nameKey))
    .orderBy('name_key')
    .execute()
  return rows.map(toCamUser)
}

/** The CAM user that was made for the zone's user. */
export async function findSynchronizedUser(
  db: Db | Tx,
  account: AccountUin,
  userId: UserId,
): Promise<CamUser | undefined> {
  const row = await db
    .selectFrom('cam_users')
    .select(COLUMNS)
    .where('account_uin', '=', account)
    .where('synchronized_from', '=', userId)
    .executeTakeFirst()
  return row && toCamUser(row)
}

/** A taken name, number or zone user violates a unique key of `cam_users`. */
export async function insertSynchronizedUser(
  tx: Tx,
  user: {
    readonly uin: SubUserUin
    readonly accountUin: AccountUin
    readonly name: string
    readonly userId: UserId
  },
  now: string,
): Promise<void> {
  await tx
    .insertInto('cam_users')
    .values({
      uin: user.uin,
      account_uin: user.accountUin,
      name: user.name,
      name_key: nameKey(user.name),
      status: 'enabled',
      managed_by: 'identityCenter',
      synchronized_from: user.userId,
      remark: null,
      created_at: now,
      updated_at: now,
    })
    .execute()
}

/** Whether the sub-user manages the organization: the console and the API obey it. */
export const isAdministrator = async (tx: Tx, uin: SubUserUin): Promise<boolean> =>
  (await findAdministrator(tx, uin)) !== undefined

/** Policies, groups, keys, console password, second factor and sessions of the sub-user go; the sub-user stays. */
async function strip(tx: Tx, uin: SubUserUin): Promise<void> {
  const subject = { kind: 'administrator', id: uin } as const
  await deleteHoldings(tx, { kind: 'user', id: uin })
  await tx.deleteFrom('cam_group_members').where('user_uin', '=', uin).execute()
  await tx.deleteFrom('cam_federation_tokens').where('sub_user_uin', '=', uin).execute()
  await tx.deleteFrom('api_keys').where('sub_user_uin', '=', uin).execute()
  await deleteFactors(tx, subject)
  await deleteSessionsOf(tx, subject)
  await tx.deleteFrom('sessions').where('cam_user_uin', '=', uin).execute()
}

/** Makes a plain user of the account the one of a zone's user: the number stays, what it could do is gone. */
export async function takeOverCamUser(
  tx: Tx,
  uin: SubUserUin,
  { name, userId }: { readonly name: string; readonly userId: UserId },
  now: string,
): Promise<void> {
  await strip(tx, uin)
  await tx
    .updateTable('cam_users')
    .set({
      name,
      name_key: nameKey(name),
      status: 'enabled',
      managed_by: 'identityCenter',
      synchronized_from: userId,
      updated_at: now,
    })
    .where('uin', '=', uin)
    .execute()
}

/** Leaves the user to the account, with everything it may do there; entering as it from the portal ends. */
export async function releaseCamUser(tx: Tx, uin: SubUserUin, now: string): Promise<void> {
  await tx.deleteFrom('sessions').where('cam_user_uin', '=', uin).execute()
  await tx
    .updateTable('cam_users')
    .set({ managed_by: 'account', synchronized_from: null, updated_at: now })
    .where('uin', '=', uin)
    .execute()
}

export async function deleteCamUser(tx: Tx, uin: SubUserUin): Promise<void> {
  await strip(tx, uin)
  await tx.deleteFrom('cam_users').where('uin', '=', uin).execute()
}

/** Everything by which users of the account could sign in, and what they have open: part of deleting the account. */
export async function deleteCamUserFactors(tx: Tx, account: AccountUin): Promise<void> {
  const rows = await tx
    .selectFrom('cam_users')
    .innerJoin('passwords', (join) =>
      join.onRef('subject_id', '=', 'cam_users.uin').on('subject_kind', '=', 'administrator'),
    )
    .select('cam_users.uin')
    .where('account_uin', '=', account)
    .execute()
  for (const { uin } of rows) {
    const subject = { kind: 'administrator', id: uin } as const
    await deleteFactors(tx, subject)
    await deleteSessionsOf(tx, subject)
  }
  await tx
    .deleteFrom('sessions')
    .where('cam_user_uin', 'in', (expression) =>
      expression.selectFrom('cam_users').select('cam_users.uin').where('account_uin', '=', account),
    )
    .execute()
}
