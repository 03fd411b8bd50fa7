/** Groups of a simulated account and who is in them. */
import type { Selectable } from 'kysely'
import type { AccountUin, SubUserUin } from '../server/domain/ids.js'
import type { Page, PageRequest } from '../server/domain/page.js'
import { boundedCount } from './bounded-count.js'
import { deleteHoldings } from './cam.js'
import { contains, isRowNumber } from './columns.js'
import type { Db, Tx } from './database.js'
import type { CamGroupTable } from './tables.js'

export interface CamGroup {
  readonly id: number
  readonly accountUin: AccountUin
  readonly name: string
  readonly remark?: string
  readonly createdAt: string
}

const toGroup = (row: Selectable<CamGroupTable>): CamGroup => ({
  id: row.id,
  accountUin: row.account_uin,
  name: row.name,
  ...(row.remark !== null && { remark: row.remark }),
  createdAt: row.created_at,
})

export async function findCamGroup(
  db: Db | Tx,
  account: AccountUin,
  id: number,
): Promise<CamGroup | undefined> {
  if (!isRowNumber(id)) return undefined
  const row = await db
    .selectFrom('cam_groups')
    .selectAll()
    .where('account_uin', '=', account)
    .where('id', '=', id)
    .executeTakeFirst()
  return row && toGroup(row)
}

export interface CamGroupQuery {
  readonly search?: string | undefined
  /** Only groups that this user is in. */
  readonly member?: SubUserUin | undefined
  readonly page: PageRequest
}

/** By name. */
export async function listCamGroups(
  db: Db | Tx,
  account: AccountUin,
  { search, member, page }: CamGroupQuery,
): Promise<Page<CamGroup>> {
  let query = db.selectFrom('cam_groups').selectAll().where('account_uin', '=', account)
  if (search) query = query.where((expression) => contains(expression.ref('name_key'), search.toLowerCase()))
  if (member !== undefined) {
    query = query.where('id', 'in', (expression) =>
      expression.selectFrom('cam_group_members').select('group_id').where('user_uin', '=', member),
    )
  }
  const rows = await query.orderBy('name_key').offset(page.offset).limit(page.limit).execute()
  return { items: rows.map(toGroup), total: await boundedCount(db, query) }
}

/** A taken name violates the unique key of `cam_groups`. */
export async function insertCamGroup(
  tx: Tx,
  group: { readonly accountUin: AccountUin; readonly name: string; readonly remark?: string | undefined },
  now: string,
): Promise<number> {
  const { id } = await tx
    .insertInto('cam_groups')
    .values({
      account_uin: group.accountUin,
      name: group.name,
      name_key: group.name.toLowerCase(),
      remark: group.remark || null,
      created_at: now,
      updated_at: now,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  return id
}

/** A taken name violates the unique key of `cam_groups`. */
export async function updateCamGroup(
  tx: Tx,
  id: number,
  { name, remark }: { readonly name?: string | undefined; readonly remark?: string | undefined },
  now: string,
): Promise<void> {
  await tx
    .updateTable('cam_groups')
    .set({
      ...(name !== undefined && { name, name_key: name.toLowerCase() }),
      ...(remark !== undefined && { remark: remark || null }),
      updated_at: now,
    })
    .where('id', '=', id)
    .execute()
}

/** Deletes the group with its memberships and attachments. */
export async function deleteCamGroup(tx: Tx, id: number): Promise<void> {
  await deleteHoldings(tx, { kind: 'group', id: String(id) })
  await tx.deleteFrom('cam_groups').where('id', '=', id).execute()
}

/** Nothing changes for a user who is in the group already. False for that. */
export async function insertCamGroupMember(
  tx: Tx,
  groupId: number,
  uin: SubUserUin,
  now: string,
): Promise<boolean> {
  const result = await tx
    .insertInto('cam_group_members')
    .values({ group_id: groupId, user_uin: uin, joined_at: now })
    .onConflict((conflict) => conflict.columns(['group_id', 'user_uin']).doNothing())
    .executeTakeFirst()
  return result.numInsertedOrUpdatedRows === 1n
}

/** False when the user was not in the group. */
export async function deleteCamGroupMember(tx: Tx, groupId: number, uin: SubUserUin): Promise<boolean> {
  const result = await tx
    .deleteFrom('cam_group_members')
    .where('group_id', '=', groupId)
    .where('user_uin', '=', uin)
    .executeTakeFirst()
  return result.numDeletedRows === 1n
}

/** Number of users of the group, or of groups of the user; both are few. */
export async function countCamMemberships(
  tx: Tx,
  side: { readonly groupId: number } | { readonly uin: SubUserUin },
): Promise<number> {
  const query = tx.selectFrom('cam_group_members').select('joined_at')
  return boundedCount(
    tx,
    'groupId' in side ? query.where('group_id', '=', side.groupId) : query.where('user_uin', '=', side.uin),
  )
}

export async function countCamGroups(tx: Tx, account: AccountUin): Promise<number> {
  return boundedCount(tx, tx.selectFrom('cam_groups').select('id').where('account_uin', '=', account))
}

/** Numbers of the group's users, by name. */
export async function listCamGroupUsers(
  db: Db | Tx,
  groupId: number,
  page: PageRequest,
): Promise<Page<{ readonly uin: SubUserUin; readonly joinedAt: string }>> {
  const query = db
    .selectFrom('cam_group_members')
    .innerJoin('cam_users', 'cam_users.uin', 'user_uin')
    .select(['user_uin', 'joined_at'])
    .where('group_id', '=', groupId)
  const rows = await query.orderBy('name_key').offset(page.offset).limit(page.limit).execute()
  return {
    items: rows.map((row) => ({ uin: row.user_uin, joinedAt: row.joined_at })),
    total: await boundedCount(db, query),
  }
}
