/**
 * Tends batches of assignments: makes their tasks, some at a time and never far ahead of those who carry them out; puts
 * tasks aside while a batch is paused, takes them back when it is cancelled, and tries failed ones again. Each step is one
 * short transaction under a lease, and leaves the batch where another process can go on.
 */
import { randomUUID } from 'node:crypto'
import {
  advanceBatch,
  claimBatch,
  findHeldBatch,
  hasWaitingBatch,
  releaseBatch,
} from '../../db/assignment-batches.js'
import { deleteAssignmentMadeAt } from '../../db/assignments.js'
import {
  countOpenTasks,
  hasActiveTasks,
  listFailedTasks,
  parkTasks,
  takeBackTasks,
  unparkTasks,
} from '../../db/batch-tasks.js'
import type { Db, Tx } from '../../db/database.js'
import { findDeployment, updateDeployment, type DeploymentPlace } from '../../db/deployments.js'
import { decideRaces } from '../../db/insert-race.js'
import { countTasksInProgress, insertTasks } from '../../db/tasks.js'
import { afterCommit, inTransaction } from '../../db/transaction.js'
import { namesOf, triplesOf, type AssignmentBatch } from '../domain/assignment-batch.js'
import { MAXIMUM_TRIPLES, type AssignmentTriple } from '../domain/assignment.js'
import { secondsAfter, type Clock } from '../domain/clock.js'
import type { Task } from '../domain/task.js'
import {
  detailOf,
  findParts,
  newTaskFor,
  partIdsOf,
  stateOf,
  toDetail,
  undeployIfUnused,
  writeAssignments,
} from './assignment-writer.js'
import type { AuditLog } from './audit-log.js'
import { retryAssignments } from './task-retry.js'
import {
  createWorkerLanes,
  LEASE_SECONDS,
  LeaseLost,
  newLeaseRequest,
  type WorkerLog,
} from './worker-lanes.js'

export interface BatchWorkerDeps {
  readonly db: Db
  readonly clock: Clock
  readonly audit: AuditLog
  readonly log: WorkerLog
  /** Tells the deployment worker that there are tasks; called after the commit. */
  readonly wakeDeployments: () => void
  /** Tasks of one batch in progress at once: what a pause, or the end of the process, finds begun. */
  readonly openTasks?: number
  /** Told of every transaction that made tasks: how many, and how long it took. */
  readonly onExpanded?: (tasks: number, milliseconds: number) => void
}

const OPEN_TASKS = 5000
/** A batch that has to wait is looked at again after so long. */
const REST_SECONDS = 0.25
/** Tasks that are put aside, taken back or tried again in one transaction. */
const TASKS_PER_STEP = 200
/** Tasks made in one transaction: as many as its aim allows, which is found out on the way. */
const FIRST_CHUNK = 100
const LARGEST_CHUNK = 1000
/** Half of what a transaction may take at most, so that a slow one stays within it. */
const AIM_MILLISECONDS = 25

const CANCELLED = 'Cancelled by an administrator before it was done.'

/** Whether there is something else to do for the batch now, later, or not at all. */
type Next = 'now' | 'later' | 'done'

interface BatchLease {
  readonly id: string
  readonly token: string
}

export function createBatchWorker({
  db,
  clock,
  audit,
  log,
  wakeDeployments,
  openTasks = OPEN_TASKS,
  onExpanded,
}: BatchWorkerDeps) {
  let chunk = FIRST_CHUNK

  async function claim(): Promise<BatchLease | undefined> {
    const time = clock.now()
    const restedSince = secondsAfter(time, -REST_SECONDS)
    if (!(await hasWaitingBatch(db, time.toISOString(), restedSince))) return undefined
    const request = newLeaseRequest(clock)
    const id = await inTransaction(db, (tx) => claimBatch(tx, request, restedSince))
    return id === undefined ? undefined : { id, token: request.token }
  }

  const worker = createWorkerLanes({ lanes: 1, log, claim, carryOut })

  /** Works on one batch until it has to wait. Never rejects. */
  async function carryOut(lease: BatchLease): Promise<void> {
    try {
      while (!worker.isStopping() && (await step(lease)) === 'now') {
        // Other requests have their turn between two transactions.
        await new Promise(setImmediate)
      }
      await inTransaction(db, (tx) => releaseBatch(tx, lease.id, lease.token, clock.now().toISOString()))
    } catch (error) {
      if (error instanceof LeaseLost) log.warn({ batchId: lease.id }, 'the batch went to another worker')
      // The lease runs out, and the batch comes again.
      else log.error({ err: error, batchId: lease.id }, 'work on a batch was interrupted')
    }
  }

  /** One transaction: what the batch needs next, or nothing when the lease was lost. */
  function step({ id, token }: BatchLease): Promise<Next> {
    return decideRaces(['assignments', 'deployments'], () =>
      inTransaction(db, async (tx) => {
        const batch = await findHeldBatch(tx, id, token)
        if (!batch) throw new LeaseLost()
        const now = clock.now().toISOString()
        const next = await tend(tx, batch, now)
        await advanceBatch(tx, id, {
          leaseUntil: secondsAfter(clock.now(), LEASE_SECONDS),
          ...(next === 'done' && { tending: false }),
        })
        return next
      }),
    )
  }

  async function tend(tx: Tx, batch: AssignmentBatch, now: string): Promise<Next> {
    switch (batch.state) {
      case 'running': {
        if ((await unparkTasks(tx, batch.id, now, TASKS_PER_STEP)) > 0) {
          afterCommit(tx, wakeDeployments)
          return 'now'
        }
        const isExpanded = batch.expanded >= batch.total
        if (isExpanded && batch.retryAfter === undefined) return 'done'
        if ((await countOpenTasks(tx, batch.id)) >= openTasks) return 'later'
        await (isExpanded ? retry(tx, batch, now) : expand(tx, batch, now))
        afterCommit(tx, wakeDeployments)
        return 'now'
      }
      case 'paused':
        if ((await parkTasks(tx, batch.id, now, TASKS_PER_STEP)) > 0) return 'now'
        // Tasks that are being worked on may come back to be tried again.
        return (await hasActiveTasks(tx, batch.id)) ? 'later' : 'done'
      case 'cancelled':
        if (await takeBack(tx, batch, now)) return 'now'
        return (await hasActiveTasks(tx, batch.id)) ? 'later' : 'done'
      default:
        return batch.state satisfies never
    }
  }

  /** Makes the next tasks of the batch, and learns how many may be made at once. */
  async function expand(tx: Tx, batch: AssignmentBatch, now: string): Promise<void> {
    const begun = performance.now()
    const triples = triplesOf(batch.parts, batch.expanded, chunk)
    const parts = await findParts(tx, partIdsOf(triples))
    const written = await writeAssignments(tx, triples, parts, { period: batch.period, now })
    const kept = namesOf(batch.parts)
    const tasks = written.map((each) =>
      newTaskFor(
        each.triple,
        parts,
        { type: 'createRoleAssignment', batchId: batch.id, period: batch.period, ...stateOf(each) },
        now,
        kept,
      ),
    )
    await insertTasks(tx, tasks, batch.total > MAXIMUM_TRIPLES ? 'batch' : 'act')
    await audit.record(tx, batch.actor, {
      action: 'assignment.create',
      subject: { kind: 'batch', id: batch.id },
      detail: { ...detailOf(written), ...batch.period },
    })
    await advanceBatch(tx, batch.id, {
      expanded: batch.expanded + triples.length,
      leaseUntil: secondsAfter(clock.now(), LEASE_SECONDS),
    })
    const milliseconds = performance.now() - begun
    onExpanded?.(tasks.length, milliseconds)
    // At most twice as many as the last time: one quick transaction tells little.
    const fitting = Math.min(chunk * 2, Math.round((chunk * AIM_MILLISECONDS) / milliseconds))
    chunk = Math.max(20, Math.min(LARGEST_CHUNK, fitting))
  }

  async function retry(tx: Tx, batch: AssignmentBatch, now: string): Promise<void> {
    const { tasks, cursor } = await listFailedTasks(tx, batch.id, batch.retryAfter ?? '', TASKS_PER_STEP)
    const written = await retryAssignments(tx, tasks, batch.period, now)
    if (written.length > 0) {
      await audit.record(tx, batch.actor, {
        action: 'assignment.create',
        subject: { kind: 'batch', id: batch.id },
        detail: { ...detailOf(written), ...batch.period },
      })
    }
    await advanceBatch(tx, batch.id, {
      retryAfter: cursor ?? null,
      leaseUntil: secondsAfter(clock.now(), LEASE_SECONDS),
    })
  }

  /** Ends tasks that nobody is at, and undoes what was begun for them. False when there is none left. */
  async function takeBack(tx: Tx, batch: AssignmentBatch, now: string): Promise<boolean> {
    const tasks = await takeBackTasks(tx, batch.id, CANCELLED, now, TASKS_PER_STEP)
    if (tasks.length === 0) return false
    const removed: AssignmentTriple[] = []
    for (const { principal, accountUin, configurationId, createdAt } of tasks) {
      if (!principal) continue
      const triple = { principal, accountUin, configurationId }
      // One that is older was there before the batch and merely waited for the same deployment.
      if (await deleteAssignmentMadeAt(tx, triple, createdAt)) removed.push(triple)
    }
    const places = new Map(
      tasks.map(({ accountUin, configurationId }) => [
        `${configurationId} ${accountUin}`,
        { accountUin, configurationId },
      ]),
    )
    // Not part of the batch, which is to end.
    const undoing = randomUUID()
    const undeployments: Task[] = []
    for (const place of places.values()) {
      const task = await giveUp(tx, place, undoing, now)
      if (task) undeployments.push(task)
    }
    await insertTasks(tx, undeployments)
    await audit.record(tx, batch.actor, {
      action: 'assignment.delete',
      subject: { kind: 'batch', id: batch.id },
      detail: { removed: removed.map(toDetail), cancelled: tasks.length, undeploy: undeployments.length > 0 },
    })
    if (undeployments.length > 0) afterCommit(tx, wakeDeployments)
    return true
  }

  /** What becomes of a deployment that nobody waits for any more. */
  async function giveUp(
    tx: Tx,
    place: DeploymentPlace,
    batchId: string,
    now: string,
  ): Promise<Task | undefined> {
    const deployment = await findDeployment(tx, place)
    if (deployment?.status !== 'deploying' || (await countTasksInProgress(tx, place)) > 0) return undefined
    if (deployment.deployedHash !== undefined) {
      await updateDeployment(tx, place, { status: 'deployed', failureReason: null }, now)
      return undefined
    }
    // Some of its steps may have been done.
    const undeployment = await undeployIfUnused(tx, place, batchId, now)
    if (undeployment) return undeployment
    await updateDeployment(tx, place, { status: 'failed', failureReason: CANCELLED }, now)
    return undefined
  }

  return worker
}
