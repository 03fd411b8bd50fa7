/** Assignments: granting and revoking. What must be deployed for them is left to tasks, written in the same transaction. */
import { randomUUID } from 'node:crypto'
import {
  deleteAssignment,
  deleteAssignmentsAt,
  findAssignment,
  listAssignments,
  setPeriod,
  type AssignmentFilter,
} from '../../db/assignments.js'
import type { Db, Tx } from '../../db/database.js'
import type { DeploymentPlace } from '../../db/deployments.js'
import { decideRaces } from '../../db/insert-race.js'
import { insertTasks } from '../../db/tasks.js'
import { afterCommit, inTransaction } from '../../db/transaction.js'
import { requireFullRights, requireReadRights } from '../domain/access-rules.js'
import type { Actor } from '../domain/actor.js'
import {
  requireTripleCount,
  type Assignment,
  type AssignmentTriple,
  type LastAssignmentStrategy,
} from '../domain/assignment.js'
import type { Clock } from '../domain/clock.js'
import { IdentityCenterError } from '../domain/errors.js'
import type { Page, PageRequest } from '../domain/page.js'
import { isSamePeriod, parsePeriod, type Period, type PeriodText } from '../domain/period.js'
import type { Task } from '../domain/task.js'
import { boundRoleSessions } from './assignment-sessions.js'
import {
  detailOf,
  findParts,
  isRefused,
  newTaskFor,
  partIdsOf,
  REASONS,
  requireParts,
  stateOf,
  toDetail,
  undeployIfUnused,
  writeAssignments,
} from './assignment-writer.js'
import type { AuditLog } from './audit-log.js'

export interface AssignmentServiceDeps {
  readonly db: Db
  readonly clock: Clock
  readonly audit: AuditLog
  /** Tells the worker that there is something to do; called after the commit. */
  readonly wake: () => void
}

export type AssignmentService = ReturnType<typeof createAssignmentService>

export function createAssignmentService({ db, clock, audit, wake }: AssignmentServiceDeps) {
  /** A finished task for each assignment taken away, and the audit event that names them. */
  async function recordRevocation(
    tx: Tx,
    actor: Actor,
    triples: readonly AssignmentTriple[],
    extra: readonly Task[],
    batchId: string,
    now: string,
  ): Promise<readonly Task[]> {
    const parts = await findParts(tx, partIdsOf(triples))
    const tasks = triples.map((triple) =>
      newTaskFor(triple, parts, { type: 'deleteRoleAssignment', status: 'success', batchId }, now),
    )
    await insertTasks(tx, [...tasks, ...extra])
    await audit.record(tx, actor, {
      action: 'assignment.delete',
      subject: { kind: 'batch', id: batchId },
      detail: { removed: triples.map(toDetail), undeploy: extra.length > 0 },
    })
    return tasks
  }

  function assignOnce(
    actor: Actor,
    triples: readonly AssignmentTriple[],
    period: Period,
    batchId: string,
  ): Promise<readonly Task[]> {
    return inTransaction(db, async (tx) => {
      const now = clock.now().toISOString()
      const ids = partIdsOf(triples)
      const parts = await findParts(tx, ids)
      requireParts(parts, ids)
      const written = await writeAssignments(tx, triples, parts, { period, now })
      const refused = written.filter(isRefused)
      if (refused.length === written.length) {
        const busy = refused.some(({ outcome }) => outcome === 'undeploying')
        throw busy
          ? new IdentityCenterError('deployment.busy', REASONS.undeploying)
          : new IdentityCenterError(
              'assignment.exists',
              triples.length === 1 ? REASONS.exists : 'All of these assignments exist already.',
            )
      }
      const tasks = written.map((each) =>
        newTaskFor(
          each.triple,
          parts,
          { type: 'createRoleAssignment', batchId, period, ...stateOf(each) },
          now,
        ),
      )
      await insertTasks(tx, tasks)
      await audit.record(tx, actor, {
        action: 'assignment.create',
        subject: { kind: 'batch', id: batchId },
        detail: { ...detailOf(written), ...period },
      })
      if (written.some(({ outcome }) => outcome === 'waits')) afterCommit(tx, wake)
      return tasks
    })
  }

  return {
    /**
     * Assigns, in one transaction: one task for each triple, in their order. A triple that exists comes back as a failed
     * task with its reason, and the others go on; one whose deployment failed is tried again. A configuration that the
     * account does not have yet is deployed by the task. They count in the period given. Throws `assignment.exists` when all
     * of them exist, `assignment.limit` above 1000, `assignment.periodInvalid`, and `….notFound` for unknown parts: then nothing is assigned.
     */
    async assign(
      actor: Actor,
      triples: readonly AssignmentTriple[],
      text: PeriodText = {},
    ): Promise<readonly Task[]> {
      requireFullRights(actor)
      requireTripleCount(triples.length)
      const period = parsePeriod(text, clock.now())
      const batchId = randomUUID()
      return decideRaces(['assignments', 'deployments'], () => assignOnce(actor, triples, period, batchId))
    },

    /** Throws `assignment.notFound`. */
    async get(actor: Actor, triple: AssignmentTriple): Promise<Assignment> {
      requireReadRights(actor)
      return requireAssignment(await findAssignment(db, triple))
    },

    /**
     * Lets an assignment count from another start, until another end, or without one. Role sessions that it gave end by
     * its new end, or now where it has not begun, unless something else gives them; a later end lengthens none of them.
     * Throws `assignment.notFound`, also for one that has ended, and `assignment.periodInvalid`.
     */
    async changePeriod(actor: Actor, triple: AssignmentTriple, text: PeriodText): Promise<Assignment> {
      requireFullRights(actor)
      const period = parsePeriod(text, clock.now())
      return inTransaction(db, async (tx) => {
        const now = clock.now().toISOString()
        const assignment = requireAssignment(await findAssignment(tx, triple))
        const { startsAt, endsAt, ...rest } = assignment
        if (endsAt !== undefined && endsAt <= now) {
          throw new IdentityCenterError(
            'assignment.notFound',
            'This assignment has ended and is being taken away. Assign it again.',
          )
        }
        const before: Period = {
          ...(startsAt !== undefined && { startsAt }),
          ...(endsAt !== undefined && { endsAt }),
        }
        if (isSamePeriod(before, period)) return assignment
        await setPeriod(tx, assignment, period, now)
        const roleSessions = await boundRoleSessions(tx, triple, assignment.configurationName, now)
        await audit.record(tx, actor, {
          action: 'assignment.changePeriod',
          subject: { kind: 'account', id: triple.accountUin, name: assignment.accountName },
          detail: { ...toDetail(triple), before, after: period, roleSessions },
        })
        return { ...rest, ...period, updatedAt: now }
      })
    },

    /**
     * Takes an assignment away at once; running role sessions keep their credentials until they expire. The deployment
     * stays, unless `undeploy` was asked for and this was its last assignment with no task of it in progress.
     * Throws `assignment.notFound`.
     */
    async revoke(
      actor: Actor,
      triple: AssignmentTriple,
      strategy: LastAssignmentStrategy = 'keepDeployment',
    ): Promise<Task> {
      requireFullRights(actor)
      const batchId = randomUUID()
      return inTransaction(db, async (tx) => {
        const now = clock.now().toISOString()
        if (!(await deleteAssignment(tx, triple))) throw notFound()
        const undeployment =
          strategy === 'undeploy' ? await undeployIfUnused(tx, triple, batchId, now) : undefined
        const extra = undeployment ? [undeployment] : []
        const [task] = await recordRevocation(tx, actor, [triple], extra, batchId, now)
        if (!task) throw new Error('a revocation has its task')
        if (undeployment) afterCommit(tx, wake)
        return task
      })
    },

    /** Takes away all assignments of a configuration in an account: the first of the two steps of undeploying it. */
    async revokeAll(actor: Actor, place: DeploymentPlace): Promise<readonly Task[]> {
      requireFullRights(actor)
      const batchId = randomUUID()
      return inTransaction(db, async (tx) => {
        const removed = await deleteAssignmentsAt(tx, place)
        if (removed.length === 0) return []
        return recordRevocation(tx, actor, removed, [], batchId, clock.now().toISOString())
      })
    },

    /** Assignments that meet all filters, newest first. */
    async list(
      actor: Actor,
      { page, ...filter }: AssignmentFilter & { readonly page: PageRequest },
    ): Promise<Page<Assignment>> {
      requireReadRights(actor)
      return listAssignments(db, filter, page)
    },
  }
}

const notFound = () => new IdentityCenterError('assignment.notFound', 'There is no such assignment.')

function requireAssignment(assignment: Assignment | undefined): Assignment {
  if (assignment) return assignment
  throw notFound()
}
