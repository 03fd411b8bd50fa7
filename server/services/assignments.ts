/** Assignments: granting and revoking. What must be deployed for them is left to tasks, written in the same transaction. */
import { randomUUID } from 'node:crypto'
import {
  countAssignmentsAt,
  deleteAssignment,
  deleteAssignmentsAt,
  findAssignedKeys,
  findPrincipalNames,
  insertAssignments,
  listAssignments,
  type AssignmentFilter,
} from '../../db/assignments.js'
import type { Db, Tx } from '../../db/database.js'
import {
  findDeployment,
  findDeployments,
  insertDeployments,
  updateDeployment,
  type DeploymentPlace,
} from '../../db/deployments.js'
import { decideRaces } from '../../db/insert-race.js'
import { findAccounts } from '../../db/organization.js'
import { findConfigurations } from '../../db/permission-configurations.js'
import { countTasksInProgress, insertTasks } from '../../db/tasks.js'
import { afterCommit, inTransaction } from '../../db/transaction.js'
import { requireFullRights, requireReadRights } from '../domain/access-rules.js'
import type { Actor } from '../domain/actor.js'
import {
  principalKey,
  requireTripleCount,
  tripleKey,
  type Assignment,
  type AssignmentTriple,
  type LastAssignmentStrategy,
} from '../domain/assignment.js'
import type { Clock } from '../domain/clock.js'
import type { Deployment } from '../domain/deployment.js'
import { IdentityCenterError, type ErrorCode } from '../domain/errors.js'
import { newTaskId, type AccountUin, type PermissionConfigurationId } from '../domain/ids.js'
import type { Account } from '../domain/organization.js'
import type { Page, PageRequest } from '../domain/page.js'
import { parsePeriod, type Period, type PeriodText } from '../domain/period.js'
import type { PermissionConfiguration } from '../domain/permission-configuration.js'
import type { Task } from '../domain/task.js'
import type { AuditLog } from './audit-log.js'

export interface AssignmentServiceDeps {
  readonly db: Db
  readonly clock: Clock
  readonly audit: AuditLog
  /** Tells the worker that there is something to do; called after the commit. */
  readonly wake: () => void
}

export type AssignmentService = ReturnType<typeof createAssignmentService>

/** What assignments speak of. */
interface Parts {
  /** Names by `principalKey`. */
  readonly principals: ReadonlyMap<string, string>
  readonly accounts: ReadonlyMap<AccountUin, Account>
  readonly configurations: ReadonlyMap<PermissionConfigurationId, PermissionConfiguration>
}

/** What becomes of one triple of a submission. */
type Verdict = 'new' | 'retried' | 'exists' | 'undeploying'

const REASONS = {
  exists: 'This assignment exists already.',
  undeploying:
    'The permission configuration is being undeployed from this account. Assign it again when that is done.',
} as const

const placeKey = ({ configurationId, accountUin }: DeploymentPlace): string =>
  `${configurationId} ${accountUin}`

export function createAssignmentService({ db, clock, audit, wake }: AssignmentServiceDeps) {
  async function findParts(tx: Tx, triples: readonly AssignmentTriple[]): Promise<Parts> {
    const accounts = await findAccounts(tx, [...new Set(triples.map(({ accountUin }) => accountUin))])
    const configurations = await findConfigurations(tx, [
      ...new Set(triples.map(({ configurationId }) => configurationId)),
    ])
    return {
      principals: await findPrincipalNames(
        tx,
        triples.map(({ principal }) => principal),
      ),
      accounts: new Map(accounts.map((account) => [account.uin, account])),
      configurations: new Map(configurations.map((configuration) => [configuration.id, configuration])),
    }
  }

  /** Throws `user.notFound`, `group.notFound`, `account.notFound`, `permissionConfiguration.notFound`, naming the ids. */
  function requireAll(parts: Parts, triples: readonly AssignmentTriple[]): void {
    const refuse = (code: ErrorCode, what: string, ids: readonly string[]) => {
      const unknown = [...new Set(ids)]
      if (unknown.length === 0) return
      throw new IdentityCenterError(code, `There is no such ${what}: ${unknown.join(', ')}.`, { unknown })
    }
    const strangers = triples
      .map(({ principal }) => principal)
      .filter((principal) => !parts.principals.has(principalKey(principal)))
    refuse(
      'user.notFound',
      'user',
      strangers.flatMap(({ type, id }) => (type === 'user' ? [id] : [])),
    )
    refuse(
      'group.notFound',
      'group',
      strangers.flatMap(({ type, id }) => (type === 'group' ? [id] : [])),
    )
    refuse(
      'account.notFound',
      'account in the organization',
      triples.map(({ accountUin }) => accountUin).filter((uin) => !parts.accounts.has(uin)),
    )
    refuse(
      'permissionConfiguration.notFound',
      'permission configuration',
      triples.map(({ configurationId }) => configurationId).filter((id) => !parts.configurations.has(id)),
    )
  }

  /** A task about one triple; account and configuration are there, by foreign key or by `requireAll`. */
  function taskFor(
    triple: AssignmentTriple,
    parts: Parts,
    state: Pick<Task, 'type' | 'status' | 'batchId' | 'failureReason'>,
    now: string,
  ): Task {
    const account = parts.accounts.get(triple.accountUin)
    const configuration = parts.configurations.get(triple.configurationId)
    if (!account || !configuration) throw new Error('a task is made of parts that were found')
    return {
      id: newTaskId(),
      ...state,
      accountUin: account.uin,
      accountKind: account.kind,
      configurationId: configuration.id,
      configurationName: configuration.name,
      principal: triple.principal,
      principalName: parts.principals.get(principalKey(triple.principal)) ?? triple.principal.id,
      attempts: 0,
      createdAt: now,
      updatedAt: now,
    }
  }

  /** A finished task for each assignment taken away, and the audit event that names them. */
  async function recordRevocation(
    tx: Tx,
    actor: Actor,
    triples: readonly AssignmentTriple[],
    extra: readonly Task[],
    batchId: string,
    now: string,
  ): Promise<readonly Task[]> {
    const parts = await findParts(tx, triples)
    const tasks = triples.map((triple) =>
      taskFor(triple, parts, { type: 'deleteRoleAssignment', status: 'success', batchId }, now),
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
      const parts = await findParts(tx, triples)
      requireAll(parts, triples)
      const assigned = new Set(await findAssignedKeys(tx, triples))
      const deployments = new Map(
        (await findDeployments(tx, [...parts.configurations.keys()], [...parts.accounts.keys()])).map(
          (deployment) => [placeKey(deployment), deployment],
        ),
      )
      const judged = triples.map((triple) => {
        const deployment = deployments.get(placeKey(triple))
        const key = tripleKey(triple)
        const verdict = judge(deployment, assigned.has(key))
        // Named twice in one submission: the second one exists already.
        if (verdict === 'new' || verdict === 'retried') assigned.add(key)
        return { triple, deployment, verdict }
      })
      if (judged.every(({ verdict }) => verdict in REASONS)) {
        const busy = judged.some(({ verdict }) => verdict === 'undeploying')
        throw busy
          ? new IdentityCenterError('deployment.busy', REASONS.undeploying)
          : new IdentityCenterError(
              'assignment.exists',
              triples.length === 1 ? REASONS.exists : 'All of these assignments exist already.',
            )
      }

      await insertAssignments(
        tx,
        judged.filter(({ verdict }) => verdict === 'new').map(({ triple }) => triple),
        period,
        now,
      )
      const toDeploy = new Map(
        judged
          .filter(
            ({ verdict, deployment }) =>
              (verdict === 'new' || verdict === 'retried') && deployment?.deployedHash === undefined,
          )
          .map(({ triple, deployment }) => [placeKey(triple), { triple, deployment }]),
      )
      await insertDeployments(
        tx,
        [...toDeploy.values()].filter(({ deployment }) => !deployment).map(({ triple }) => triple),
        now,
      )
      for (const { triple, deployment } of toDeploy.values()) {
        if (deployment?.status !== 'failed') continue
        await updateDeployment(tx, triple, { status: 'deploying', failureReason: null }, now)
      }

      const tasks = judged.map(({ triple, verdict }) =>
        taskFor(
          triple,
          parts,
          {
            type: 'createRoleAssignment',
            batchId,
            ...(verdict === 'exists' || verdict === 'undeploying'
              ? { status: 'failed', failureReason: REASONS[verdict] }
              : { status: toDeploy.has(placeKey(triple)) ? 'inProgress' : 'success' }),
          },
          now,
        ),
      )
      await insertTasks(tx, tasks)
      await audit.record(tx, actor, {
        action: 'assignment.create',
        subject: { kind: 'batch', id: batchId },
        detail: {
          added: judged.filter(({ verdict }) => verdict === 'new').map(({ triple }) => toDetail(triple)),
          retried: judged
            .filter(({ verdict }) => verdict === 'retried')
            .map(({ triple }) => toDetail(triple)),
          refused: judged.filter(({ verdict }) => verdict in REASONS).length,
          ...period,
        },
      })
      if (toDeploy.size > 0) afterCommit(tx, wake)
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
        if (!(await deleteAssignment(tx, triple))) {
          throw new IdentityCenterError('assignment.notFound', 'There is no such assignment.')
        }
        const undeployment =
          strategy === 'undeploy' ? await undeployIfUnused(tx, triple, batchId, now) : undefined
        const [task] = await recordRevocation(tx, actor, [triple], undeployment ?? [], batchId, now)
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

  /** Begins to undeploy what nobody uses any more; nothing when it is used, not there, or has a task in progress. */
  async function undeployIfUnused(
    tx: Tx,
    triple: AssignmentTriple,
    batchId: string,
    now: string,
  ): Promise<readonly Task[] | undefined> {
    const { accountUin, configurationId } = triple
    const deployment = await findDeployment(tx, { accountUin, configurationId })
    if (!deployment || (await countAssignmentsAt(tx, { accountUin, configurationId })) > 0) return undefined
    if ((await countTasksInProgress(tx, deployment)) > 0) return undefined
    await updateDeployment(tx, deployment, { status: 'undeploying', failureReason: null }, now)
    return [
      {
        id: newTaskId(),
        type: 'deprovisionRoleConfiguration',
        status: 'inProgress',
        accountUin,
        accountKind: deployment.accountKind,
        configurationId,
        configurationName: deployment.configurationName,
        batchId,
        attempts: 0,
        createdAt: now,
        updatedAt: now,
      },
    ]
  }
}

function judge(deployment: Deployment | undefined, isAssigned: boolean): Verdict {
  if (deployment?.status === 'undeploying') return 'undeploying'
  if (!isAssigned) return 'new'
  return deployment?.status === 'failed' && deployment.deployedHash === undefined ? 'retried' : 'exists'
}

const toDetail = ({ principal, accountUin, configurationId }: AssignmentTriple) => ({
  principal: principal.id,
  account: accountUin,
  configuration: configurationId,
})
