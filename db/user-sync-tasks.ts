/** Tasks of CAM user synchronization, and what a worker reports of those that it has leased. */
import type { PrincipalType } from '../server/domain/assignment.js'
import type { AccountUin, TaskId, UserSyncId } from '../server/domain/ids.js'
import type { AccountKind } from '../server/domain/organization.js'
import type { Page, PageRequest } from '../server/domain/page.js'
import { TASK_PRIORITIES, type TaskStatus } from '../server/domain/task.js'
import type {
  ConflictPolicy,
  DeletionPolicy,
  UserSyncTask,
  UserSyncTaskType,
} from '../server/domain/user-sync.js'
import { toPrincipal } from './assignments.js'
import { boundedCount } from './bounded-count.js'
import type { Db, Tx } from './database.js'
import { createTaskLeases, IN_PROGRESS, type LeaseRequest } from './task-leases.js'

const ROWS_PER_INSERT = 50
const TASKS_PER_LEASE = 100

interface UserSyncTaskRow {
  readonly id: TaskId
  readonly type: UserSyncTaskType
  readonly status: TaskStatus
  readonly sync_id: UserSyncId
  readonly account_uin: AccountUin
  readonly account_kind: AccountKind | null
  readonly principal_type: PrincipalType
  readonly principal_id: string
  readonly principal_name: string
  readonly conflict_policy: ConflictPolicy
  readonly deletion_policy: DeletionPolicy
  readonly change_id: number | null
  readonly batch_id: string
  readonly succeeded: number
  readonly failed: number
  readonly failure_reason: string | null
  readonly attempts: number
  readonly created_at: string
  readonly updated_at: string
}

const toTask = (row: UserSyncTaskRow): UserSyncTask => ({
  id: row.id,
  type: row.type,
  status: row.status,
  syncId: row.sync_id,
  accountUin: row.account_uin,
  // Tasks outlive accounts; only member accounts can go.
  accountKind: row.account_kind ?? 'member',
  principal: toPrincipal(row.principal_type, row.principal_id),
  principalName: row.principal_name,
  conflictPolicy: row.conflict_policy,
  deletionPolicy: row.deletion_policy,
  ...(row.change_id !== null && { changeId: row.change_id }),
  batchId: row.batch_id,
  succeeded: row.succeeded,
  failed: row.failed,
  ...(row.failure_reason !== null && { failureReason: row.failure_reason }),
  attempts: row.attempts,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
})

/** Tasks in progress are due at once. */
export async function insertUserSyncTasks(tx: Tx, tasks: readonly UserSyncTask[]): Promise<void> {
  for (let start = 0; start < tasks.length; start += ROWS_PER_INSERT) {
    await tx
      .insertInto('user_sync_tasks')
      .values(
        tasks.slice(start, start + ROWS_PER_INSERT).map((task) => ({
          id: task.id,
          type: task.type,
          status: task.status,
          sync_id: task.syncId,
          account_uin: task.accountUin,
          principal_type: task.principal.type,
          principal_id: task.principal.id,
          principal_name: task.principalName,
          conflict_policy: task.conflictPolicy,
          deletion_policy: task.deletionPolicy,
          change_id: task.changeId ?? null,
          expanded_to: '',
          batch_id: task.batchId,
          succeeded: task.succeeded,
          failed: task.failed,
          failure_reason: task.failureReason ?? null,
          attempts: task.attempts,
          priority: TASK_PRIORITIES[task.type === 'deleteProvisioning' ? 'removal' : 'act'],
          run_after: task.createdAt,
          lease_token: null,
          lease_until: null,
          created_at: task.createdAt,
          updated_at: task.updatedAt,
        })),
      )
      .execute()
  }
}

const withAccount = (db: Db | Tx) =>
  db.selectFrom('user_sync_tasks').leftJoin('accounts', 'accounts.uin', 'user_sync_tasks.account_uin')

const TASK_COLUMNS = [
  'user_sync_tasks.id',
  'user_sync_tasks.type',
  'user_sync_tasks.status',
  'user_sync_tasks.sync_id',
  'user_sync_tasks.account_uin',
  'accounts.kind as account_kind',
  'user_sync_tasks.principal_type',
  'user_sync_tasks.principal_id',
  'user_sync_tasks.principal_name',
  'user_sync_tasks.conflict_policy',
  'user_sync_tasks.deletion_policy',
  'user_sync_tasks.change_id',
  'user_sync_tasks.batch_id',
  'user_sync_tasks.succeeded',
  'user_sync_tasks.failed',
  'user_sync_tasks.failure_reason',
  'user_sync_tasks.attempts',
  'user_sync_tasks.created_at',
  'user_sync_tasks.updated_at',
] as const

export async function findUserSyncTask(db: Db | Tx, id: TaskId): Promise<UserSyncTask | undefined> {
  const row = await withAccount(db)
    .select(TASK_COLUMNS)
    .where('user_sync_tasks.id', '=', id)
    .executeTakeFirst()
  return row && toTask(row)
}

/** Exact filters, all of which must hold. */
export interface UserSyncTaskFilter {
  readonly batchId?: string
  readonly status?: TaskStatus
  readonly type?: UserSyncTaskType
}

/** Newest first, ties by id. */
export async function listUserSyncTasks(
  db: Db | Tx,
  filter: UserSyncTaskFilter,
  page: PageRequest,
): Promise<Page<UserSyncTask>> {
  let rows = withAccount(db)
  if (filter.batchId !== undefined) rows = rows.where('user_sync_tasks.batch_id', '=', filter.batchId)
  if (filter.status !== undefined) rows = rows.where('user_sync_tasks.status', '=', filter.status)
  if (filter.type !== undefined) rows = rows.where('user_sync_tasks.type', '=', filter.type)
  const items = await rows
    .select(TASK_COLUMNS)
    .orderBy('user_sync_tasks.created_at', 'desc')
    .orderBy('user_sync_tasks.id', 'desc')
    .limit(page.limit)
    .offset(page.offset)
    .execute()
  return { items: items.map(toTask), total: await boundedCount(db, rows.select('user_sync_tasks.id')) }
}

/** Whether the sync has a task in progress other than `except`. */
export async function hasTaskInProgress(tx: Tx, syncId: UserSyncId, except?: TaskId): Promise<boolean> {
  let rows = tx
    .selectFrom('user_sync_tasks')
    .select('id')
    .where('status', '=', IN_PROGRESS)
    .where('sync_id', '=', syncId)
  if (except !== undefined) rows = rows.where('id', '!=', except)
  return (await rows.limit(1).executeTakeFirst()) !== undefined
}

export const userSyncTaskLeases = createTaskLeases('user_sync_tasks', TASKS_PER_LEASE)

export interface UserSyncLease {
  readonly token: string
  readonly accountUin: AccountUin
  /** Removals first, else in the order in which they were asked for. */
  readonly tasks: readonly UserSyncTask[]
}

/** Leases the due tasks of the account that has waited longest; nothing when none is due. */
export async function claimUserSyncTasks(tx: Tx, request: LeaseRequest): Promise<UserSyncLease | undefined> {
  const accountUin = await userSyncTaskLeases.claim(tx, request)
  if (accountUin === undefined) return undefined
  const { token } = request
  const rows = await withAccount(tx)
    .select(TASK_COLUMNS)
    .where('user_sync_tasks.status', '=', IN_PROGRESS)
    .where('user_sync_tasks.account_uin', '=', accountUin)
    .where('user_sync_tasks.lease_token', '=', token)
    .orderBy('user_sync_tasks.priority')
    .orderBy('user_sync_tasks.created_at')
    .orderBy('user_sync_tasks.id')
    .execute()
  return { token, accountUin, tasks: rows.map(toTask) }
}

const held = (tx: Tx, token: string, ids: readonly TaskId[]) =>
  tx
    .updateTable('user_sync_tasks')
    .where('status', '=', IN_PROGRESS)
    .where('lease_token', '=', token)
    .where('id', 'in', ids)

/** How far the users of a task have been written down; `undefined` when they have not been looked for any further. */
export async function findExpandedTo(tx: Tx, id: TaskId): Promise<string | undefined> {
  const row = await tx
    .selectFrom('user_sync_tasks')
    .select('expanded_to')
    .where('id', '=', id)
    .executeTakeFirst()
  return row?.expanded_to ?? undefined
}

/** What a step of a task changes. */
export interface TaskProgress {
  /** The last user written down for it; `null` when there are no more. */
  readonly expandedTo?: string | null
  /** Added to the counts. */
  readonly succeeded?: number
  readonly failed?: number
}

/** Notes progress. Returns whether the lease was still held; if not, roll back. */
export async function noteProgress(
  tx: Tx,
  token: string,
  id: TaskId,
  progress: TaskProgress,
  now: string,
): Promise<boolean> {
  const { numUpdatedRows } = await held(tx, token, [id])
    .set((expression) => ({
      ...(progress.expandedTo !== undefined && { expanded_to: progress.expandedTo }),
      succeeded: expression('succeeded', '+', progress.succeeded ?? 0),
      failed: expression('failed', '+', progress.failed ?? 0),
      updated_at: now,
    }))
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

/** Ends the task for good, or puts it off. Returns whether the lease was still held; if not, roll back. */
export async function settleUserSyncTask(
  tx: Tx,
  token: string,
  id: TaskId,
  result: {
    readonly status: TaskStatus
    readonly failureReason: string | null
    readonly attempts: number
    /** When a task that is put off is due again. */
    readonly runAfter?: string
  },
  now: string,
): Promise<boolean> {
  const { numUpdatedRows } = await held(tx, token, [id])
    .set({
      status: result.status,
      failure_reason: result.failureReason,
      attempts: result.attempts,
      ...(result.runAfter !== undefined && { run_after: result.runAfter }),
      lease_token: null,
      lease_until: null,
      updated_at: now,
    })
    .executeTakeFirst()
  return numUpdatedRows === 1n
}
