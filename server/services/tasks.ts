/** Looking at tasks. They are made by the services that need them and carried out by the deployment worker. */
import type { Db } from '../../db/database.js'
import { countByStatus, findTask, listTasks, type TaskFilter } from '../../db/tasks.js'
import { requireReadRights } from '../domain/access-rules.js'
import type { Actor } from '../domain/actor.js'
import { IdentityCenterError } from '../domain/errors.js'
import type { TaskId } from '../domain/ids.js'
import type { Page, PageRequest } from '../domain/page.js'
import type { Task, TaskStatus } from '../domain/task.js'

export type TaskService = ReturnType<typeof createTaskService>

export function createTaskService({ db }: { readonly db: Db }) {
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

    /** How far the tasks of one submission are. */
    async progress(actor: Actor, batchId: string): Promise<Record<TaskStatus, number>> {
      requireReadRights(actor)
      return countByStatus(db, batchId)
    },
  }
}
