/** The tasks of one batch, many at a time: put aside while it is paused, taken back, tried again. */
import { sql } from 'kysely'
import type { TaskId } from '../server/domain/ids.js'
import { TASK_PRIORITIES, type Task } from '../server/domain/task.js'
import { boundedCount } from './bounded-count.js'
import type { Db, Tx } from './database.js'
import { IN_PROGRESS, PARKED } from './task-leases.js'
import { TASK_COLUMNS, toTask, withAccount } from './tasks.js'

/** Tasks of the batch in progress that nobody is at. */
const idle = (db: Db | Tx, batchId: string, now: string) =>
  db
    .selectFrom('tasks')
    .select('id')
    .where('batch_id', '=', batchId)
    .where('status', '=', IN_PROGRESS)
    .where((expression) =>
      expression.or([expression('lease_until', 'is', null), expression('lease_until', '<=', now)]),
    )

/** Number of tasks in progress, up to 10,000. */
export const countOpenTasks = (db: Db | Tx, batchId: string): Promise<number> =>
  boundedCount(
    db,
    db.selectFrom('tasks').select('id').where('batch_id', '=', batchId).where('status', '=', IN_PROGRESS),
  )

/** Whether some of the batch are in progress that are not put aside. */
export async function hasActiveTasks(tx: Tx, batchId: string): Promise<boolean> {
  const row = await tx
    .selectFrom('tasks')
    .select('id')
    .where('batch_id', '=', batchId)
    .where('status', '=', IN_PROGRESS)
    .where('run_after', '<', PARKED)
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

/** Puts up to `limit` tasks aside. Returns how many. */
export async function parkTasks(tx: Tx, batchId: string, now: string, limit: number): Promise<number> {
  const { numUpdatedRows } = await tx
    .updateTable('tasks')
    .set({ run_after: PARKED, lease_token: null, lease_until: null })
    .where('id', 'in', idle(tx, batchId, now).where('run_after', '<', PARKED).limit(limit))
    .executeTakeFirst()
  return Number(numUpdatedRows)
}

/** Makes up to `limit` tasks due that were put aside. Returns how many. */
export async function unparkTasks(tx: Tx, batchId: string, now: string, limit: number): Promise<number> {
  // Found by the time they are due, of which there are few, not among all tasks of the batch.
  const parked = tx
    .selectFrom('tasks')
    .select('id')
    .where('status', '=', IN_PROGRESS)
    .where('priority', 'in', Object.values(TASK_PRIORITIES))
    .where('run_after', '=', PARKED)
    .where(sql<boolean>`batch_id || '' = ${batchId}`)
    .limit(limit)
  const { numUpdatedRows } = await tx
    .updateTable('tasks')
    .set({ run_after: now })
    .where('id', 'in', parked)
    .executeTakeFirst()
  return Number(numUpdatedRows)
}

/** Ends up to `limit` tasks that nobody is at as failed, and returns them. */
export async function takeBackTasks(
  tx: Tx,
  batchId: string,
  failureReason: string,
  now: string,
  limit: number,
): Promise<readonly Task[]> {
  const ids = (await idle(tx, batchId, now).limit(limit).execute()).map(({ id }) => id)
  if (ids.length === 0) return []
  await tx
    .updateTable('tasks')
    .set({
      status: 'failed',
      failure_reason: failureReason,
      lease_token: null,
      lease_until: null,
      updated_at: now,
    })
    .where('id', 'in', ids)
    .execute()
  const rows = await withAccount(tx).select(TASK_COLUMNS).where('tasks.id', 'in', ids).execute()
  return rows.map(toTask)
}

/** Where the failed tasks of a batch begin: see `listFailedTasks`. */
export const FIRST_FAILED = ''
const cursorOf = (task: Task): string => `${task.createdAt} ${task.id}`

/** Up to `limit` failed tasks behind the cursor, oldest first, and the cursor behind them; none when there are no more. */
export async function listFailedTasks(
  tx: Tx,
  batchId: string,
  after: string,
  limit: number,
): Promise<{ readonly tasks: readonly Task[]; readonly cursor: string | undefined }> {
  const [createdAt = '', id = ''] = after.split(' ')
  const rows = await withAccount(tx)
    .select(TASK_COLUMNS)
    .where('tasks.batch_id', '=', batchId)
    .where('tasks.status', '=', 'failed')
    .where(sql<boolean>`(tasks.created_at, tasks.id) > (${createdAt}, ${id})`)
    .orderBy('tasks.created_at')
    .orderBy('tasks.id')
    .limit(limit)
    .execute()
  const tasks = rows.map(toTask)
  const last = tasks.at(-1)
  return { tasks, cursor: last && tasks.length === limit ? cursorOf(last) : undefined }
}

/** Begins tasks anew, or ends them where nothing is left to be done; only those that have failed. */
export async function reopenTasks(
  tx: Tx,
  ids: readonly TaskId[],
  state: Pick<Task, 'status' | 'failureReason'>,
  now: string,
): Promise<void> {
  if (ids.length === 0) return
  await tx
    .updateTable('tasks')
    .set({
      status: state.status,
      failure_reason: state.failureReason ?? null,
      attempts: 0,
      run_after: now,
      updated_at: now,
    })
    .where('id', 'in', ids)
    .where('status', '=', 'failed')
    .execute()
}
