/** The users of each sync: who is to be looked at, who is there, and the CAM user that was made for each. */
import { sql } from 'kysely'
import type { AccountUin, SubUserUin, TaskId, UserId, UserSyncId } from '../server/domain/ids.js'
import type { Page, PageRequest } from '../server/domain/page.js'
import type { UserSyncMember, UserSyncTask } from '../server/domain/user-sync.js'
import { toJson } from './columns.js'
import { addToCounter } from './counters.js'
import { engineOf, type Db, type Tx } from './database.js'
import { textList } from './directory-lists.js'
import { boundedCount } from './bounded-count.js'

/** Statuses of syncs that still want their users; as text in the SQL, so that it is one statement. */
const ACTIVE = sql`('synchronizing', 'succeeded', 'failed')`

/**
 * Ids of users that a task may concern, behind `after`: those that the principal means now, and those that the sync has
 * written down before. A removal looks only at the latter.
 */
export async function listConcernedUsers(
  tx: Tx,
  task: Pick<UserSyncTask, 'type' | 'syncId' | 'principal'>,
  after: string,
  limit: number,
): Promise<readonly UserId[]> {
  const { syncId, principal } = task
  const written = sql`
    select user_id from user_sync_members where sync_id = ${syncId} and user_id > ${after}`
  const meant =
    principal.type === 'group'
      ? sql`select user_id from memberships where group_id = ${principal.id} and user_id > ${after}`
      : sql`select id as user_id from users where id = ${principal.id} and id > ${after}`
  const source = task.type === 'deleteProvisioning' ? written : sql`${written} union ${meant}`
  const { rows } = await sql<{ user_id: UserId }>`
    select user_id from (${source}) as concerned order by user_id limit ${limit}`.execute(tx)
  return rows.map((row) => row.user_id)
}

/** Gives the users to the task: from now on it is the one that looks at them. Users the zone does not have are left out. */
export async function assignMembers(
  tx: Tx,
  task: Pick<UserSyncTask, 'id' | 'syncId' | 'accountUin'>,
  userIds: readonly UserId[],
  now: string,
): Promise<void> {
  if (userIds.length === 0) return
  const ids = () => textList<UserId>(engineOf(tx), toJson(userIds))
  await tx
    .updateTable('user_sync_members')
    .set({ task_id: task.id, state: 'pending', updated_at: now })
    .where('sync_id', '=', task.syncId)
    .where('user_id', 'in', ids())
    .execute()
  await tx
    .insertInto('user_sync_members')
    .columns(['sync_id', 'account_uin', 'user_id', 'user_name', 'task_id', 'state', 'updated_at'])
    .expression((expression) =>
      expression
        .selectFrom('users')
        .select([
          sql<UserSyncId>`cast(${task.syncId} as text)`.as('sync_id'),
          sql<AccountUin>`cast(${task.accountUin} as text)`.as('account_uin'),
          'users.id',
          'users.user_name',
          sql<TaskId>`cast(${task.id} as text)`.as('task_id'),
          sql<'pending'>`'pending'`.as('state'),
          sql<string>`cast(${now} as text)`.as('updated_at'),
        ])
        .where('users.id', 'in', ids())
        .where((where) =>
          where.not(
            where.exists(
              where
                .selectFrom('user_sync_members as present')
                .select('present.user_id')
                .where('present.sync_id', '=', task.syncId)
                .whereRef('present.user_id', '=', 'users.id'),
            ),
          ),
        ),
    )
    .execute()
}

/** A user as a task finds it, and what shall be. */
export interface PendingMember {
  readonly userId: UserId
  /** The name now; that of a user who is gone, as it was last. */
  readonly userName: string
  readonly camUserUin?: SubUserUin
  /** Whether this sync wants the user in the account. */
  readonly wanted: boolean
  /** Whether another sync wants the user there, or has still to decide about the CAM user. */
  readonly coveredElsewhere: boolean
}

/** The next users that the task has to look at, by id. */
export async function listPendingMembers(
  tx: Tx,
  taskId: TaskId,
  limit: number,
): Promise<readonly PendingMember[]> {
  const { rows } = await sql<{
    user_id: UserId
    user_name: string
    cam_user_uin: SubUserUin | null
    wanted: number
    covered: number
  }>`
    select
      member.user_id,
      coalesce(users.user_name, member.user_name) as user_name,
      member.cam_user_uin,
      case when users.id is not null and sync.status in ${ACTIVE} and (
        sync.principal_id = member.user_id
        or exists (
          select 1 from memberships
          where memberships.group_id = sync.principal_id and memberships.user_id = member.user_id
        )
      ) then 1 else 0 end as wanted,
      case when exists (
        select 1 from user_sync_members other
        where other.user_id = member.user_id and other.account_uin = member.account_uin
          and other.sync_id <> member.sync_id
      ) or exists (
        select 1 from user_syncs other
        where other.account_uin = member.account_uin and other.id <> member.sync_id and other.status in ${ACTIVE}
          and other.principal_id in (
            select users.id union all select group_id from memberships where memberships.user_id = member.user_id
          )
      ) then 1 else 0 end as covered
    from user_sync_members member
    inner join user_syncs sync on sync.id = member.sync_id
    left join users on users.id = member.user_id
    where member.task_id = ${taskId} and member.state = 'pending'
    order by member.user_id
    limit ${limit}`.execute(tx)
  return rows.map((row) => ({
    userId: row.user_id,
    userName: row.user_name,
    ...(row.cam_user_uin !== null && { camUserUin: row.cam_user_uin }),
    wanted: row.wanted === 1,
    coveredElsewhere: row.covered === 1,
  }))
}

type MemberKey = Pick<UserSyncTask, 'syncId' | 'accountUin'> & { readonly userId: UserId }

/** Whether another sync has a CAM user of this user in the account: it is counted once. */
async function isCountedElsewhere(tx: Tx, { syncId, accountUin, userId }: MemberKey): Promise<boolean> {
  const row = await tx
    .selectFrom('user_sync_members')
    .select('sync_id')
    .where('user_id', '=', userId)
    .where('account_uin', '=', accountUin)
    .where('sync_id', '!=', syncId)
    .where('cam_user_uin', 'is not', null)
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

/** Writes down that the account has the user. */
export async function setMemberSynchronized(
  tx: Tx,
  key: MemberKey,
  member: {
    readonly userName: string
    readonly camUser: { readonly uin: SubUserUin; readonly name: string }
    /** Whether no CAM user had been written down for this sync before. */
    readonly isNew: boolean
  },
  now: string,
): Promise<void> {
  if (member.isNew && !(await isCountedElsewhere(tx, key))) await addToCounter(tx, 'camUsers', 1)
  await tx
    .updateTable('user_sync_members')
    .set({
      user_name: member.userName,
      cam_user_uin: member.camUser.uin,
      cam_user_name: member.camUser.name,
      state: 'synchronized',
      failure_reason: null,
      updated_at: now,
    })
    .where('sync_id', '=', key.syncId)
    .where('user_id', '=', key.userId)
    .execute()
}

/** Forgets the user: the sync has no claim to a CAM user any more. */
export async function deleteMember(tx: Tx, key: MemberKey, hadCamUser: boolean): Promise<void> {
  await tx
    .deleteFrom('user_sync_members')
    .where('sync_id', '=', key.syncId)
    .where('user_id', '=', key.userId)
    .execute()
  if (hadCamUser && !(await isCountedElsewhere(tx, key))) await addToCounter(tx, 'camUsers', -1)
}

export async function setMemberFailed(
  tx: Tx,
  key: Pick<MemberKey, 'syncId' | 'userId'>,
  reason: string,
  now: string,
): Promise<void> {
  await tx
    .updateTable('user_sync_members')
    .set({ state: 'failed', failure_reason: reason, updated_at: now })
    .where('sync_id', '=', key.syncId)
    .where('user_id', '=', key.userId)
    .execute()
}

/** Gives up on everybody that the task has not come to. Returns how many there were. */
export async function failPendingMembers(
  tx: Tx,
  taskId: TaskId,
  reason: string,
  now: string,
): Promise<number> {
  const { numUpdatedRows } = await tx
    .updateTable('user_sync_members')
    .set({ state: 'failed', failure_reason: reason, updated_at: now })
    .where('task_id', '=', taskId)
    .where('state', '=', sql.lit('pending' as const))
    .executeTakeFirst()
  return Number(numUpdatedRows)
}

/** Whether the sync has users at all, and why one that failed did. */
export async function summarizeMembers(
  tx: Tx,
  syncId: UserSyncId,
): Promise<{ readonly isEmpty: boolean; readonly failures: number; readonly firstReason?: string }> {
  const any = await tx
    .selectFrom('user_sync_members')
    .select('user_id')
    .where('sync_id', '=', syncId)
    .limit(1)
    .executeTakeFirst()
  const failed = tx
    .selectFrom('user_sync_members')
    .where('sync_id', '=', syncId)
    .where('state', '=', sql.lit('failed' as const))
  const { count } = await failed
    .select((expression) => expression.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  const first =
    count > 0
      ? await failed.select('failure_reason').orderBy('user_id').limit(1).executeTakeFirst()
      : undefined
  return {
    isEmpty: any === undefined,
    failures: count,
    ...(first && first.failure_reason !== null && { firstReason: first.failure_reason }),
  }
}

/** Users of a sync: those that failed first, then by name. */
export async function listMembers(
  db: Db,
  syncId: UserSyncId,
  page: PageRequest,
): Promise<Page<UserSyncMember>> {
  const rows = db.selectFrom('user_sync_members').where('sync_id', '=', syncId)
  const items = await rows
    .selectAll()
    .orderBy(sql`case state when 'failed' then 0 else 1 end`)
    .orderBy('user_name')
    .orderBy('user_id')
    .limit(page.limit)
    .offset(page.offset)
    .execute()
  return {
    items: items.map((row) => ({
      userId: row.user_id,
      userName: row.user_name,
      ...(row.cam_user_uin !== null && {
        camUser: { uin: row.cam_user_uin, name: row.cam_user_name ?? row.user_name },
      }),
      state: row.state,
      ...(row.failure_reason !== null && { failureReason: row.failure_reason }),
      updatedAt: row.updated_at,
    })),
    total: await boundedCount(db, rows.select('user_id')),
  }
}

/** A CAM user that somebody may enter an account as. */
export interface ReachableCamUser {
  readonly accountUin: AccountUin
  readonly accountName: string
  readonly uin: SubUserUin
  readonly name: string
}

/**
 * The user's CAM users in accounts where a sync wants the user now, by account; nothing for a user who may not sign in.
 * Whoever leaves a group cannot enter through it any more, even before the account has been told.
 */
export async function listReachableCamUsers(
  db: Db | Tx,
  userId: UserId,
  accountUin?: AccountUin,
): Promise<readonly ReachableCamUser[]> {
  const { rows } = await sql<{
    account_uin: AccountUin
    account_name: string
    uin: SubUserUin
    name: string
  }>`
    select distinct accounts.uin as account_uin, accounts.name as account_name,
      member.cam_user_uin as uin, member.cam_user_name as name
    from user_sync_members member
    inner join accounts on accounts.uin = member.account_uin
    inner join users on users.id = member.user_id and users.active = 1 and users.blocked = 0
    inner join user_syncs sync on sync.id = member.sync_id and sync.status in ${ACTIVE}
    where member.user_id = ${userId} and member.cam_user_uin is not null
      ${accountUin === undefined ? sql`` : sql`and member.account_uin = ${accountUin}`}
      and (sync.principal_id = member.user_id or exists (
        select 1 from memberships
        where memberships.group_id = sync.principal_id and memberships.user_id = member.user_id
      ))
    order by account_name, account_uin`.execute(db)
  return rows.map((row) => ({
    accountUin: row.account_uin,
    accountName: row.account_name,
    uin: row.uin,
    name: row.name,
  }))
}
