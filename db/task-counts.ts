/** How tasks stand, alike for all kinds of them. */
import type { TaskStatus } from '../server/domain/task.js'
import type { Db } from './database.js'

/** How many tasks of a batch have each status. */
export async function countByStatus(
  db: Db,
  table: 'tasks' | 'user_sync_tasks',
  batchId: string,
): Promise<Record<TaskStatus, number>> {
  const rows = await db
    .selectFrom(table)
    .select((expression) => ['status', expression.fn.countAll<number>().as('count')])
    .where('batch_id', '=', batchId)
    .groupBy('status')
    .execute()
  const counts = { inProgress: 0, success: 0, failed: 0 }
  for (const row of rows) counts[row.status] = row.count
  return counts
}
