/**
 * The outbox of membership changes: one row per change of a group that is copied into accounts, written in the change's
 * own transaction. It is fanned out to one task per account later, and goes when the last of them has ended.
 */
import { sql } from 'kysely'
import type { GroupId, UserId } from '../server/domain/ids.js'
import { fromJson, toJson } from './columns.js'
import type { Db, Tx } from './database.js'
import { firstOf, prepared, rowsOf } from './prepared.js'

export interface MembershipChange {
  readonly id: number
  readonly groupId: GroupId
  /** Sorted. */
  readonly userIds: readonly UserId[]
  /** The last account that has its task; empty when none has. */
  readonly fannedOutTo: string
}

const selectSynced = prepared((db, slots: { groupId: GroupId }) =>
  db.selectFrom('user_syncs').select('id').where('principal_id', '=', slots.groupId).limit(1),
)

/**
 * Notes that users joined or left the group, when it has syncs: that costs one look-up and at most one row, whatever the
 * number of accounts. Returns whether there is something to fan out.
 */
export async function noteMembershipChange(
  tx: Tx,
  groupId: GroupId,
  userIds: readonly string[],
  now: string,
): Promise<boolean> {
  if (userIds.length === 0 || !(await firstOf(selectSynced(tx, { groupId })))) return false
  await tx
    .insertInto('membership_changes')
    .values({
      group_id: groupId,
      user_ids: toJson([...new Set(userIds)].sort()),
      fanned_out_to: '',
      created_at: now,
    })
    .execute()
  return true
}

const selectSyncedGroupsOf = prepared((db, slots: { userId: UserId }) =>
  db
    .selectFrom('memberships')
    .select('group_id')
    .where('user_id', '=', slots.userId)
    .where((expression) =>
      expression(
        expression.ref('memberships.group_id').$castTo<string>(),
        'in',
        expression.selectFrom('user_syncs').select('user_syncs.principal_id'),
      ),
    ),
)

/** The same for a user who is about to leave all groups. */
export async function noteLeavingAllGroups(tx: Tx, userId: UserId, now: string): Promise<boolean> {
  const groups = await rowsOf(selectSyncedGroupsOf(tx, { userId }))
  for (const { group_id: groupId } of groups) await noteMembershipChange(tx, groupId, [userId], now)
  return groups.length > 0
}

export async function hasUnfannedChange(db: Db): Promise<boolean> {
  const row = await db
    .selectFrom('membership_changes')
    .select('id')
    .where('fanned_out_to', 'is not', null)
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

/** The oldest change that has not been fanned out to all accounts. */
export async function nextUnfannedChange(tx: Tx): Promise<MembershipChange | undefined> {
  const row = await tx
    .selectFrom('membership_changes')
    .selectAll()
    .where('fanned_out_to', 'is not', null)
    .orderBy('id')
    .limit(1)
    .executeTakeFirst()
  return (
    row && {
      id: row.id,
      groupId: row.group_id,
      userIds: fromJson<readonly UserId[]>(row.user_ids),
      fannedOutTo: row.fanned_out_to ?? '',
    }
  )
}

/** Notes how far the change has been fanned out; `undefined` when all accounts have their task. */
export async function setFannedOutTo(tx: Tx, id: number, accountUin: string | undefined): Promise<void> {
  await tx
    .updateTable('membership_changes')
    .set({ fanned_out_to: accountUin ?? null })
    .where('id', '=', id)
    .execute()
}

/** Ids of users in the change behind `after`, at most `limit`. */
export async function usersOfChange(
  tx: Tx,
  id: number,
  after: string,
  limit: number,
): Promise<readonly UserId[]> {
  const row = await tx
    .selectFrom('membership_changes')
    .select('user_ids')
    .where('id', '=', id)
    .executeTakeFirst()
  if (!row) return []
  return fromJson<readonly UserId[]>(row.user_ids)
    .filter((userId) => userId > after)
    .slice(0, limit)
}

/** Deletes the change when it has been fanned out and no task needs it any more. */
export async function deleteFinishedChange(tx: Tx, id: number): Promise<void> {
  await tx
    .deleteFrom('membership_changes')
    .where('id', '=', id)
    .where('fanned_out_to', 'is', null)
    .where((expression) =>
      expression.not(
        expression.exists(
          expression
            .selectFrom('user_sync_tasks')
            .select('user_sync_tasks.id')
            .where('user_sync_tasks.change_id', '=', id)
            .where('user_sync_tasks.status', '=', sql.lit('inProgress' as const)),
        ),
      ),
    )
    .execute()
}
