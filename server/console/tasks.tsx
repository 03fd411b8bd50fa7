/** `/admin/tasks`: what is carried out in the accounts, and the batches that it comes from. */
import { Router, type Request, type Response } from 'express'
import { AssignmentBatchPage, BatchesPage, NAMED_PARTS } from '../../views/console/batches.js'
import { BatchPage, TasksPage } from '../../views/console/tasks.js'
import type { Actor } from '../domain/actor.js'
import { IdentityCenterError } from '../domain/errors.js'
import { parseTaskId, type AccountUin, type TaskId } from '../domain/ids.js'
import type { Task, TaskStatus, TaskType } from '../domain/task.js'
import { accountNames } from './account-names.js'
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

/** Throws `task.notFound` for what is no id of a batch. */
function batchIdOf(req: Request): string {
  const id = String(req.params['batchId'])
  if (BATCH_ID.test(id)) return id
  throw new IdentityCenterError('task.notFound', 'There are no such tasks.')
}

function taskIdOf(req: Request): TaskId {
  const id = parseTaskId(String(req.params['taskId']))
  if (id !== undefined) return id
  throw new IdentityCenterError('task.notFound', 'There is no such task.')
}

export function tasksRouter(door: ConsoleDoor): Router {
  const { assignmentBatches, tasks } = door.services
  const router = Router()

  /** Names of the accounts that a page speaks of. */
  const namesOf = (res: Response, items: readonly Task[], others: readonly AccountUin[] = []) =>
    accountNames(door, door.actor(res), [...items.map(({ accountUin }) => accountUin), ...others])

  router.get('/', async (req, res) => {
    const query = listQuery(req, { filters: ['status', 'type'] })
    const status = STATUSES.find((each) => each === query.filters['status'])
    const type = TYPES.find((each) => each === query.filters['type'])
    const { items, total } = await tasks.list(door.actor(res), {
      ...(status && { status }),
      ...(type && { type }),
      page: pageRequest(query.number),
    })
    const accounts = await namesOf(res, items)
    door.send(req, res, (page) => (
      <TasksPage page={page} tasks={items} accounts={accounts} total={total} query={query} />
    ))
  })

  router.get('/batches', async (req, res) => {
    const number = pageNumber(queryFields(req))
    const { items, total } = await assignmentBatches.list(door.actor(res), pageRequest(number))
    door.send(req, res, (page) => <BatchesPage page={page} batches={items} total={total} number={number} />)
  })

  router.get('/batches/:batchId', async (req, res) => {
    const batchId = batchIdOf(req)
    const query = listQuery(req, { filters: ['status'] })
    const status = STATUSES.find((each) => each === query.filters['status'])
    const page = pageRequest(query.number)
    const found = await assignmentBatches.find(door.actor(res), batchId)
    const { items, total } = await tasks.list(door.actor(res), { batchId, ...(status && { status }), page })
    if (found) {
      const accounts = await namesOf(res, items, found.batch.parts.accounts.slice(0, NAMED_PARTS))
      door.send(req, res, (context) => (
        <AssignmentBatchPage
          page={context}
          {...found}
          tasks={items}
          accounts={accounts}
          total={total}
          query={query}
        />
      ))
      return
    }
    const progress = await tasks.progress(door.actor(res), batchId)
    if (progress.inProgress + progress.success + progress.failed === 0) {
      throw new IdentityCenterError('task.notFound', 'There are no such tasks.')
    }
    const accounts = await namesOf(res, items)
    door.send(req, res, (context) => (
      <BatchPage
        page={context}
        batchId={batchId}
        tasks={items}
        accounts={accounts}
        progress={progress}
        number={query.number}
      />
    ))
  })

  // ---- holding a batch up, and trying again

  const acts = {
    pause: assignmentBatches.pause,
    resume: assignmentBatches.resume,
    cancel: assignmentBatches.cancel,
    retry: assignmentBatches.retryFailed,
  } as const

  for (const [name, act] of Object.entries(acts)) {
    router.get(`/batches/:batchId/${name}`, (req, res) =>
      res.redirect(303, `/admin/tasks/batches/${batchIdOf(req)}`),
    )
    router.post(`/batches/:batchId/${name}`, async (req, res) => {
      const batchId = batchIdOf(req)
      await leadBack(res, `/admin/tasks/batches/${batchId}`, (actor) => act(actor, batchId))
    })
  }

  router.post('/:taskId/retry', async (req, res) => {
    const task = await tasks.get(door.actor(res), taskIdOf(req))
    await leadBack(res, `/admin/tasks/batches/${task.batchId}`, (actor) => tasks.retry(actor, task.id))
  })

  /** Acts, and shows the progress, with the reason where nothing was done. */
  async function leadBack(
    res: Response,
    path: string,
    work: (actor: Actor) => Promise<unknown>,
  ): Promise<void> {
    const done = await door.attempt(
      res,
      async (actor) => {
        await work(actor)
        return true
      },
      ([error]) => door.leadTo(res, path, { kind: 'danger', text: error?.message ?? '' }),
    )
    if (done) res.redirect(303, path)
  }

  return router
}
