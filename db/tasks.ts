/** Tasks of deployments, and what a worker reports of those that it has leased. */
import type { AccountUin, PermissionConfigurationId, TaskId } from '../server/domain/ids.js'
import type { Page, PageRequest } from '../server/domain/page.js'
import type { PrincipalType } from '../server/domain/assignment.js'
import {
  priorityOf,
  TASK_PRIORITIES,
  type Task,
  type TaskPriority,
  type TaskStatus,
  type TaskType,
} from '../server/domain/task.js'
import { toPeriod, toPrincipal } from './assignments.js'
import { boundedCount } from './bounded-count.js'
import type { Db, Tx } from './database.js'
import type { DeploymentPlace } from './deployments.js'
import { createTaskLeases, IN_PROGRESS, type LeaseRequest } from './task-leases.js'

const ROWS_PER_INSERT = 50
const TASKS_PER_LEASE = 500

interface TaskRow {
  readonly id: TaskId
  readonly type: TaskType
  readonly status: TaskStatus
  readonly account_uin: AccountUin
  readonly account_kind: 'management' | 'member' | null
  readonly configuration_id: PermissionConfigurationId
  readonly configuration_name: string
  readonly principal_type: PrincipalType | null
  readonly principal_id: string | null
  readonly principal_name: string | null
  readonly batch_id: string
  readonly failure_reason: string | null
  readonly attempts: number
  readonly created_at: string
  readonly updated_at: string
  readonly starts_at: string | null
  readonly ends_at: string | null
}

/** Row to task, for the queries that select `TASK_COLUMNS`. */
export const toTask = (row: TaskRow): Task => ({
  id: row.id,
  type: row.type,
  status: row.status,
  accountUin: row.account_uin,
  // Tasks outlive accounts; only member accounts can go.
  accountKind: row.account_kind ?? 'member',
  configurationId: row.configuration_id,
  configurationName: row.configuration_name,
  ...(row.principal_type !== null &&
    row.principal_id !== null && { principal: toPrincipal(row.principal_type, row.principal_id) }),
  ...(row.principal_name !== null && { principalName: row.principal_name }),
  batchId: row.batch_id,
  ...(row.failure_reason !== null && { failureReason: row.failure_reason }),
  attempts: row.attempts,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
  ...((row.starts_at !== null || row.ends_at !== null) && { period: toPeriod(row) }),
})

/** Tasks in progress are due at once. Those of one kind are as urgent as the kind is, unless told otherwise. */
export async function insertTasks(tx: Tx, tasks: readonly Task[], priority?: TaskPriority): Promise<void> {
  for (let start = 0; start < tasks.length; start += ROWS_PER_INSERT) {
    await tx
      .insertInto('tasks')
      .values(
        tasks.slice(start, start + ROWS_PER_INSERT).map((task) => ({
          id: task.id,
          type: task.type,
          status: task.status,
          account_uin: task.accountUin,
          configuration_id: task.configurationId,
          configuration_name: task.configurationName,
          principal_type: task.principal?.type ?? null,
          principal_id: task.principal?.id ?? null,
          principal_name: task.principalName ?? null,
          batch_id: task.batchId,
          failure_reason: task.failureReason ?? null,
          attempts: task.attempts,
          priority: TASK_PRIORITIES[priority ?? priorityOf(task.type)],
          run_after: task.createdAt,
          lease_token: null,
          lease_until: null,
          created_at: task.createdAt,
          updated_at: task.updatedAt,
          starts_at: task.period?.startsAt ?? null,
          ends_at: task.period?.endsAt ?? null,
        })),
      )
      .execute()
  }
}

export const withAccount = (db: Db | Tx) =>
  db.selectFrom('tasks').leftJoin('accounts', 'accounts.uin', 'tasks.account_uin')

export const TASK_COLUMNS = [
  'tasks.id',
  'tasks.type',
  'tasks.status',
  'tasks.account_uin',
  'accounts.kind as account_kind',
  'tasks.configuration_id',
  'tasks.configuration_name',
  'tasks.principal_type',
  'tasks.principal_id',
  'tasks.principal_name',
  'tasks.batch_id',
  'tasks.failure_reason',
  'tasks.attempts',
  'tasks.created_at',
  'tasks.updated_at',
  'tasks.starts_at',
  'tasks.ends_at',
] as const

export async function findTask(db: Db | Tx, id: TaskId): Promise<Task | undefined> {
  const row = await withAccount(db).select(TASK_COLUMNS).where('tasks.id', '=', id).executeTakeFirst()
  return row && toTask(row)
}

/** Exact filters, all of which must hold. */
export interface TaskFilter {
  readonly batchId?: string
  readonly accountUin?: AccountUin
  readonly accountKind?: 'management' | 'member'
  readonly configurationId?: PermissionConfigurationId
  readonly principalType?: PrincipalType
  readonly principalId?: string
  readonly status?: TaskStatus
  readonly type?: TaskType
}

/** Newest first, ties by id. */
export async function listTasks(db: Db | Tx, filter: TaskFilter, page: PageRequest): Promise<Page<Task>> {
  let rows = withAccount(db)
  if (filter.batchId !== undefined) rows = rows.where('tasks.batch_id', '=', filter.batchId)
  if (filter.accountUin !== undefined) rows = rows.where('tasks.account_uin', '=', filter.accountUin)
  if (filter.accountKind !== undefined) rows = rows.where('accounts.kind', '=', filter.accountKind)
  if (filter.configurationId !== undefined)
    rows = rows.where('tasks.configuration_id', '=', filter.configurationId)
  if (filter.principalType !== undefined) rows = rows.where('tasks.principal_type', '=', filter.principalType)
  if (filter.principalId !== undefined) rows = rows.where('tasks.principal_id', '=', filter.principalId)
  if (filter.status !== undefined) rows = rows.where('tasks.status', '=', filter.status)
  if (filter.type !== undefined) rows = rows.where('tasks.type', '=', filter.type)
  const items = await rows
    .select(TASK_COLUMNS)
    .orderBy('tasks.created_at', 'desc')
    .orderBy('tasks.id', 'desc')
    .limit(page.limit)
    .offset(page.offset)
    .execute()
  const total = await boundedCount(db, rows.select('tasks.id'))
  return { items: items.map(toTask), total }
}

export async function countTasksInProgress(db: Db | Tx, place: DeploymentPlace): Promise<number> {
  const { count } = await db
    .selectFrom('tasks')
    .select((expression) => expression.fn.countAll<number>().as('count'))
    .where('status', '=', IN_PROGRESS)
    .where('account_uin', '=', place.accountUin)
    .where('configuration_id', '=', place.configurationId)
    .executeTakeFirstOrThrow()
  return count
}

export const deploymentTaskLeases = createTaskLeases('tasks', TASKS_PER_LEASE)

export interface TaskLease {
  readonly token: string
  readonly accountUin: AccountUin
  /** Removals first, else in the order in which they were asked for. */
  readonly tasks: readonly Task[]
}

/** Leases the due tasks of the account that has waited longest; nothing when none is due. */
export async function claimTasks(tx: Tx, request: LeaseRequest): Promise<TaskLease | undefined> {
  const accountUin = await deploymentTaskLeases.claim(tx, request)
  if (accountUin === undefined) return undefined
  const { token } = request
  const rows = await withAccount(tx)
    .select(TASK_COLUMNS)
    .where('tasks.status', '=', IN_PROGRESS)
    .where('tasks.account_uin', '=', accountUin)
    .where('tasks.lease_token', '=', token)
    .orderBy('tasks.priority')
    .orderBy('tasks.created_at')
    .orderBy('tasks.id')
    .execute()
  return { token, accountUin, tasks: rows.map(toTask) }
}

const held = (tx: Tx, token: string, ids: readonly TaskId[]) =>
  tx
    .updateTable('tasks')
    .where('status', '=', IN_PROGRESS)
    .where('lease_token', '=', token)
    .where('id', 'in', ids)

/** Ends tasks for good. Returns whether the lease was still held over all of them; if not, roll back. */
export async function finishTasks(
  tx: Tx,
  token: string,
  ids: readonly TaskId[],
  result: {
    readonly status: 'success' | 'failed'
    readonly failureReason: string | null
    readonly attempts?: number
  },
  now: string,
): Promise<boolean> {
  const { numUpdatedRows } = await held(tx, token, ids)
    .set({
      status: result.status,
      failure_reason: result.failureReason,
      ...(result.attempts !== undefined && { attempts: result.attempts }),
      lease_token: null,
      lease_until: null,
      updated_at: now,
    })
    .executeTakeFirst()
  return numUpdatedRows === BigInt(ids.length)
}

/** Puts a task off after a failed attempt. Returns whether the lease was still held; if not, roll back. */
export async function postponeTask(
  tx: Tx,
  token: string,
  id: TaskId,
  next: { readonly attempts: number; readonly runAfter: string; readonly failureReason: string },
  now: string,
): Promise<boolean> {
  const { numUpdatedRows } = await held(tx, token, [id])
    .set({
      attempts: next.attempts,
      run_after: next.runAfter,
      failure_reason: next.failureReason,
      lease_token: null,
      lease_until: null,
      updated_at: now,
    })
    .executeTakeFirst()
  return numUpdatedRows === 1n
}
