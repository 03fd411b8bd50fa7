/** Looking at tasks, and trying failed ones again. They are made by the services that need them, and carried out by workers. */
import type { Db, Tx } from '../../db/database.js'
import { decideRaces } from '../../db/insert-race.js'
import { countByStatus } from '../../db/task-counts.js'
import { findTask, listTasks, type TaskFilter } from '../../db/tasks.js'
import { afterCommit, inTransaction } from '../../db/transaction.js'
import { requireFullRights, requireReadRights } from '../domain/access-rules.js'
import type { Actor } from '../domain/actor.js'
import type { Clock } from '../domain/clock.js'
import { IdentityCenterError } from '../domain/errors.js'
import type { TaskId } from '../domain/ids.js'
import type { Page, PageRequest } from '../domain/page.js'
import type { Task, TaskStatus } from '../domain/task.js'
import type { AuditLog } from './audit-log.js'
import { retryAssignments, retryDeployment } from './task-retry.js'

export type TaskService = ReturnType<typeof createTaskService>

export interface TaskServiceDeps {
  readonly db: Db
  readonly clock: Clock
  readonly audit: AuditLog
  /** Tells the worker that there is something to do; called after the commit. */
  readonly wake: () => void
}

export function createTaskService({ db, clock, audit, wake }: TaskServiceDeps) {
  return {
    /** Throws `task.notFound`. */
    async get(actor: Actor, id: TaskId): Promise<Task> {
      requireReadRights(actor)
      const task = await findTask(db, id)
      if (task) return task
      throw new IdentityCenterError('task.notFound', 'There is no such task.', { taskId: id })
    },

    /** Tasks that meet all filters, newest first. */
    async list(
      actor: Actor,
      { page, ...filter }: TaskFilter & { readonly page: PageRequest },
    ): Promise<Page<Task>> {
      requireReadRights(actor)
      return listTasks(db, filter, page)
    },

    /**
     * Tries a failed task again: what it asked for is decided anew. Throws `task.notFound`, `task.notFailed`,
     * `deployment.notFound`, `deployment.busy`, `permissionConfiguration.assigned`.
     */
    async retry(actor: Actor, id: TaskId): Promise<Task> {
      requireFullRights(actor)
      return decideRaces(['assignments', 'deployments'], () =>
        inTransaction(db, async (tx) => {
          const task = await findTask(tx, id)
          if (!task) throw new IdentityCenterError('task.notFound', 'There is no such task.', { taskId: id })
          if (task.status !== 'failed') {
            throw new IdentityCenterError('task.notFailed', 'Only a task that has failed is tried again.')
          }
          const now = clock.now().toISOString()
          await reopen(tx, task, now)
          await audit.record(tx, actor, {
            action: 'task.retry',
            subject: { kind: 'task', id },
            detail: { type: task.type, account: task.accountUin, configuration: task.configurationId },
          })
          afterCommit(tx, wake)
          return (await findTask(tx, id)) ?? task
        }),
      )
    },

    /** How far the tasks of one submission are. */
    async progress(actor: Actor, batchId: string): Promise<Record<TaskStatus, number>> {
      requireReadRights(actor)
      return countByStatus(db, 'tasks', batchId)
    },
  }
}

async function reopen(tx: Tx, task: Task, now: string): Promise<void> {
  if (task.type !== 'createRoleAssignment') return retryDeployment(tx, task, now)
  await retryAssignments(tx, [task], task.period ?? {}, now)
}
