/** Batches of assignments: submitting one as a single row, looking at its progress, and holding it up. */
import { randomUUID } from 'node:crypto'
import {
  changeBatch,
  findBatch,
  findBatchIdByKey,
  insertBatch,
  listBatches,
  type BatchSummary,
} from '../../db/assignment-batches.js'
import { countAssigned } from '../../db/assignments.js'
import { FIRST_FAILED } from '../../db/batch-tasks.js'
import type { Db, Tx } from '../../db/database.js'
import { decideRaces } from '../../db/insert-race.js'
import { countByStatus } from '../../db/task-counts.js'
import { afterCommit, inTransaction } from '../../db/transaction.js'
import { requireFullRights, requireReadRights } from '../domain/access-rules.js'
import type { Actor } from '../domain/actor.js'
import { principalKey } from '../domain/assignment.js'
import { requireBatchSize, type AssignmentBatch, type BatchState } from '../domain/assignment-batch.js'
import type { Clock } from '../domain/clock.js'
import { IdentityCenterError } from '../domain/errors.js'
import type { Page, PageRequest } from '../domain/page.js'
import { parsePeriod, type PeriodText } from '../domain/period.js'
import type { TaskStatus } from '../domain/task.js'
import { distinct, distinctPrincipals, findParts, requireParts, type PartIds } from './assignment-writer.js'
import type { AuditLog } from './audit-log.js'

export interface AssignmentBatchServiceDeps {
  readonly db: Db
  readonly clock: Clock
  readonly audit: AuditLog
  /** Tells whoever tends batches that there is something to do; called after the commit. */
  readonly wake: () => void
}

export type AssignmentBatchService = ReturnType<typeof createAssignmentBatchService>

/** How far a batch is: its tasks by status, and the triples that have none yet. */
export interface BatchProgress extends Readonly<Record<TaskStatus, number>> {
  readonly notBegun: number
  /** Whether nothing more will happen by itself. */
  readonly isOver: boolean
}

export function createAssignmentBatchService({ db, clock, audit, wake }: AssignmentBatchServiceDeps) {
  const notFound = (id: string) =>
    new IdentityCenterError('task.notFound', 'There are no such tasks.', { batchId: id })

  /** Each part once. */
  const dedupe = (ids: PartIds): PartIds => ({
    principals: distinctPrincipals(ids.principals),
    accountUins: distinct(ids.accountUins),
    configurationIds: distinct(ids.configurationIds),
  })

  const sizesOf = ({ principals, accountUins, configurationIds }: PartIds) => ({
    principals: principals.length,
    accounts: accountUins.length,
    configurations: configurationIds.length,
  })

  async function progressOf(batch: Pick<AssignmentBatch, 'id' | 'total' | 'expanded' | 'tending' | 'state'>) {
    const counts = await countByStatus(db, 'tasks', batch.id)
    const isOver =
      !batch.tending &&
      counts.inProgress === 0 &&
      (batch.expanded === batch.total || batch.state === 'cancelled')
    return { ...counts, notBegun: batch.total - batch.expanded, isOver }
  }

  /** Changes the state of a batch that is not over. Throws `task.notFound`, `assignment.batchOver`. */
  function change(
    actor: Actor,
    id: string,
    from: readonly BatchState[],
    to: { readonly state: BatchState; readonly retryAfter?: string },
    action: string,
  ): Promise<void> {
    requireFullRights(actor)
    return inTransaction(db, async (tx) => {
      const batch = await findBatch(tx, id)
      if (!batch) throw notFound(id)
      if (!(await changeBatch(tx, id, from, to, clock.now().toISOString()))) throw over()
      await record(tx, actor, action, id)
      afterCommit(tx, wake)
    })
  }

  const over = () =>
    new IdentityCenterError('assignment.batchOver', 'This cannot be done any more: load the page again.')

  const record = (tx: Tx, actor: Actor, action: string, id: string, detail = {}) =>
    audit.record(tx, actor, { action, subject: { kind: 'batch', id }, detail })

  return {
    /**
     * Submits all combinations of the parts as one row and returns its id; tasks follow by and by. A `requestKey` that was
     * used before returns the batch of then and submits nothing. Throws `….notFound` for unknown parts, naming them,
     * `assignment.exists` when all of them do, `assignment.invalid`, `assignment.limit`, `assignment.periodInvalid`.
     */
    async submit(
      actor: Actor,
      selection: PartIds,
      { requestKey, ...text }: PeriodText & { readonly requestKey?: string } = {},
    ): Promise<string> {
      requireFullRights(actor)
      const ids = dedupe(selection)
      const total = requireBatchSize(sizesOf(ids))
      const period = parsePeriod(text, clock.now())
      const id = randomUUID()
      if ((await countAssigned(db, ids)) === total) {
        // Unless this is what made them: then the key is known.
        const known = requestKey === undefined ? undefined : await findBatchIdByKey(db, requestKey)
        if (known !== undefined) return known
        throw new IdentityCenterError('assignment.exists', 'All of these assignments exist already.')
      }
      return decideRaces(['assignment_batches'], () =>
        inTransaction(db, async (tx) => {
          const known = requestKey === undefined ? undefined : await findBatchIdByKey(tx, requestKey)
          if (known !== undefined) return known
          const parts = await findParts(tx, ids)
          requireParts(parts, ids)
          const now = clock.now().toISOString()
          const batch: AssignmentBatch = {
            id,
            state: 'running',
            tending: true,
            parts: {
              accounts: ids.accountUins,
              principals: ids.principals.map((principal) => ({
                ...principal,
                name: parts.principals.get(principalKey(principal)) ?? principal.id,
              })),
              configurations: ids.configurationIds.map((configurationId) => ({
                id: configurationId,
                name: parts.configurations.get(configurationId)?.name ?? configurationId,
              })),
            },
            actor,
            period,
            total,
            expanded: 0,
            createdAt: now,
            updatedAt: now,
          }
          await insertBatch(tx, batch, requestKey)
          await record(tx, actor, 'assignmentBatch.submit', id, {
            total,
            accounts: ids.accountUins,
            principals: ids.principals.map((principal) => principal.id),
            configurations: ids.configurationIds,
            ...period,
          })
          afterCommit(tx, wake)
          return id
        }),
      )
    },

    /** How many combinations there would be, and how many of them are assigned already. Throws as `submit` for sizes. */
    async preview(
      actor: Actor,
      selection: PartIds,
    ): Promise<{ readonly total: number; readonly existing: number }> {
      requireReadRights(actor)
      const ids = dedupe(selection)
      const total = requireBatchSize(sizesOf(ids))
      return { total, existing: await countAssigned(db, ids) }
    },

    /** The batch with its progress; `undefined` for tasks that were not submitted as one. */
    async find(
      actor: Actor,
      id: string,
    ): Promise<{ readonly batch: AssignmentBatch; readonly progress: BatchProgress } | undefined> {
      requireReadRights(actor)
      const batch = await findBatch(db, id)
      return batch && { batch, progress: await progressOf(batch) }
    },

    /** Newest first. */
    async list(actor: Actor, page: PageRequest): Promise<Page<BatchSummary>> {
      requireReadRights(actor)
      return listBatches(db, page)
    },

    /** Begins nothing more; what is under way in an account is finished. Throws `task.notFound`, `assignment.batchOver`. */
    pause: (actor: Actor, id: string) =>
      change(actor, id, ['running'], { state: 'paused' }, 'assignmentBatch.pause'),

    /** Goes on with a paused batch. Throws `task.notFound`, `assignment.batchOver`. */
    resume: (actor: Actor, id: string) =>
      change(actor, id, ['paused'], { state: 'running' }, 'assignmentBatch.resume'),

    /**
     * Gives up what is not done: its tasks fail, their assignments go, and what was half deployed for them is undeployed.
     * What is done stays. Throws `task.notFound`, `assignment.batchOver`.
     */
    cancel: (actor: Actor, id: string) =>
      change(actor, id, ['running', 'paused'], { state: 'cancelled' }, 'assignmentBatch.cancel'),

    /** Has all failed tasks tried again. Throws `task.notFound`, `assignment.batchOver` for one that does not run. */
    retryFailed: (actor: Actor, id: string) =>
      change(actor, id, ['running'], { state: 'running', retryAfter: FIRST_FAILED }, 'assignmentBatch.retry'),
  }
}
