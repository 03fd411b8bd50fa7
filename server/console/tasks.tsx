/** `/admin/tasks`. */
import { Router } from 'express'
import { BatchPage, TasksPage } from '../../views/console/tasks.js'
import { IdentityCenterError } from '../domain/errors.js'
import type { TaskStatus, TaskType } from '../domain/task.js'
import type { ConsoleDoor } from './console-door.js'
import { listQuery, pageNumber, pageRequest, queryFields } from './form-fields.js'

const STATUSES: readonly TaskStatus[] = ['inProgress', 'success', 'failed']
const TYPES: readonly TaskType[] = [
  'createRoleAssignment',
  'deleteRoleAssignment',
  'provisionRoleConfiguration',
  'deprovisionRoleConfiguration',
]
const BATCH_ID = /^[0-9a-f-]{36}$/

export function tasksRouter(door: ConsoleDoor): Router {
  const { tasks } = door.services
  const router = Router()

  router.get('/', async (req, res) => {
    const query = listQuery(req, { filters: ['status', 'type'] })
    const status = STATUSES.find((each) => each === query.filters['status'])
    const type = TYPES.find((each) => each === query.filters['type'])
    const { items, total } = await tasks.list(door.actor(res), {
      ...(status && { status }),
      ...(type && { type }),
      page: pageRequest(query.number),
    })
    door.send(req, res, (page) => <TasksPage page={page} tasks={items} total={total} query={query} />)
  })

  router.get('/batches/:batchId', async (req, res) => {
    const batchId = String(req.params['batchId'])
    const number = pageNumber(queryFields(req))
    const found = BATCH_ID.test(batchId)
      ? await tasks.list(door.actor(res), { batchId, page: pageRequest(number) })
      : undefined
    if (!found || found.total === 0) {
      throw new IdentityCenterError('task.notFound', 'There are no such tasks.')
    }
    const progress = await tasks.progress(door.actor(res), batchId)
    door.send(req, res, (page) => (
      <BatchPage page={page} batchId={batchId} tasks={found.items} progress={progress} number={number} />
    ))
  })

  return router
}
