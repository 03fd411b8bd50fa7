/**
 * Carries deployments out: leases the due tasks of one account, brings each configuration of them to where it shall be,
 * and records the result. Everything may be done twice: after a crash the lease runs out and the next worker begins again
 * with steps that change nothing when they were done before. Many workers, in many processes, share the work.
 */
import type { Db, Tx } from '../../db/database.js'
import {
  deleteDeployment,
  findDeployment,
  hasOtherDeployments,
  updateDeployment,
  type DeploymentPlace,
} from '../../db/deployments.js'
import { findVersion } from '../../db/configuration-versions.js'
import { settleFindings } from '../../db/drift.js'
import { findConfigurationWithPolicies } from '../../db/permission-configurations.js'
import {
  claimTasks,
  countTasksInProgress,
  deploymentTaskLeases,
  finishTasks,
  postponeTask,
  type TaskLease,
} from '../../db/tasks.js'
import { inTransaction } from '../../db/transaction.js'
import type { CamClient } from '../cam/cam-client.js'
import { systemActor } from '../domain/actor.js'
import { secondsAfter, type Clock } from '../domain/clock.js'
import { planDeployment, type DeploymentGoal, type DeploymentStep } from '../domain/deployment.js'
import { isIdentityCenterError } from '../domain/errors.js'
import type { AccountUin, TaskId, ZoneId } from '../domain/ids.js'
import { contentHashOf } from '../domain/permission-configuration.js'
import { MAXIMUM_ATTEMPTS, retryDelay, type Task } from '../domain/task.js'
import type { AuditLog } from './audit-log.js'
import type { RoleIdentityProvider } from './role-identity-provider.js'
import {
  createLeaseHold,
  createWorkerLanes,
  DEFAULT_LANES,
  inTime,
  LeaseLost,
  newLeaseRequest,
  STEP_MILLISECONDS,
  Stopping,
  underLease,
  UNEXPECTED_FAILURE,
  type LeaseHold,
  type WorkerLog,
} from './worker-lanes.js'

export interface DeploymentWorkerDeps {
  readonly db: Db
  readonly clock: Clock
  readonly audit: AuditLog
  readonly log: WorkerLog
  readonly cam: CamClient
  readonly roleIdentityProvider: Pick<RoleIdentityProvider, 'describe'>
  /** Accounts that are worked in at the same time. */
  readonly lanes?: number
  /** How long an account may take to answer one call. */
  readonly stepMilliseconds?: number
  /** 0 to 1; spreads retries. */
  readonly random?: () => number
}

export type DeploymentWorker = ReturnType<typeof createDeploymentWorker>

const ACTOR = systemActor('deployment worker')

/** What became of one configuration in one account. */
type Outcome =
  | { readonly kind: 'deployed'; readonly content: { readonly hash: string; readonly version: number } }
  | { readonly kind: 'undeployed' }
  /** The tasks asked for what was so already. */
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'failed'; readonly reason: string; readonly transient: boolean }

/** The tasks of a lease that are about one configuration. */
interface Work {
  readonly place: DeploymentPlace
  readonly configurationName: string
  readonly tasks: readonly Task[]
  readonly goal: 'deployed' | 'undeployed'
}

interface Result {
  readonly work: Work
  readonly outcome: Outcome
}

/** What lasts as long as a lease. */
interface Visit {
  readonly hold: LeaseHold
  readonly describe: RoleIdentityProvider['describe']
  /** Metadata of the SAML providers that are known to be in the account. */
  readonly providers: Set<string>
}

/** What is done in an account is written within this time, so that a slow account tells of its progress. */
const UNWRITTEN_MILLISECONDS = 200

export function createDeploymentWorker({
  db,
  clock,
  audit,
  log,
  cam,
  roleIdentityProvider,
  lanes = DEFAULT_LANES,
  stepMilliseconds = STEP_MILLISECONDS,
  random = Math.random,
}: DeploymentWorkerDeps) {
  async function claim(): Promise<TaskLease | undefined> {
    if (!(await deploymentTaskLeases.hasDue(db, clock.now().toISOString()))) return undefined
    return inTransaction(db, (tx) => claimTasks(tx, newLeaseRequest(clock)))
  }

  const worker = createWorkerLanes({ lanes, log, claim, carryOut })

  /** Works through the tasks of one account, configuration by configuration. Never rejects. */
  function carryOut(lease: TaskLease): Promise<void> {
    const { token, accountUin } = lease
    const { isStopping } = worker
    const hold = createLeaseHold({ db, clock, leases: deploymentTaskLeases, lease, isStopping })
    const visit: Visit = { hold, describe: once(() => roleIdentityProvider.describe()), providers: new Set() }
    const done: Result[] = []
    let unwrittenSince = 0
    /** Writes what is done, all in one transaction. */
    const write = async (): Promise<void> => {
      if (done.length === 0) return
      const results = done.splice(0)
      await record(results, token)
      hold.settled(results.flatMap(({ work }) => work.tasks))
    }
    return underLease({ accountUin, hold, log }, async () => {
      try {
        for (const work of workOf(lease)) {
          // From its beginning on: in a slow account each configuration is written by itself.
          if (done.length === 0) unwrittenSince = performance.now()
          const outcome = await attempt(work, visit)
          done.push({ work, outcome })
          // Whether an undeployment is the last one in its account is told by those that are written.
          const isUrgent =
            work.goal === 'undeployed' || performance.now() - unwrittenSince > UNWRITTEN_MILLISECONDS
          if (isUrgent) await write()
        }
      } catch (error) {
        if (error instanceof Stopping) await write()
        throw error
      }
      await write()
    })
  }

  /** Brings the configuration to where the tasks want it; a failure of the account is an outcome, not an exception. */
  async function attempt(work: Work, visit: Visit): Promise<Outcome> {
    try {
      return work.goal === 'deployed' ? await deploy(work, visit) : await undeploy(work, visit)
    } catch (error) {
      if (error instanceof LeaseLost || error instanceof Stopping) throw error
      const { accountUin, configurationId } = work.place
      if (isIdentityCenterError(error)) {
        const transient = error.code === 'cam.unavailable'
        log.warn({ accountUin, configurationId, code: error.code }, 'an attempt to deploy failed')
        return { kind: 'failed', reason: error.message, transient }
      }
      log.error({ err: error, accountUin, configurationId }, 'an attempt to deploy ended in an error')
      return { kind: 'failed', reason: UNEXPECTED_FAILURE, transient: true }
    }
  }

  async function deploy(work: Work, visit: Visit): Promise<Outcome> {
    const deployment = await findDeployment(db, work.place)
    const configuration = await findContent(work, deployment?.wantedVersion)
    if (!deployment || !configuration) {
      return { kind: 'failed', reason: 'The permission configuration is no longer there.', transient: false }
    }
    const isAskedFor = work.tasks.some(({ type }) => type === 'provisionRoleConfiguration')
    if (deployment.deployedHash !== undefined && !isAskedFor) return { kind: 'unchanged' }
    const { zoneId, metadata } = await visit.describe()
    await perform(
      work.place.accountUin,
      zoneId,
      { kind: 'deployed', samlMetadata: metadata, configuration },
      visit,
    )
    // Of what was read and deployed, which the configuration may have left behind by now: then it is stale.
    const content = { hash: contentHashOf(configuration), version: configuration.version }
    return { kind: 'deployed', content }
  }

  /** What to deploy: the version that was asked for, or the configuration as it is now. */
  async function findContent({ place, configurationName }: Work, wantedVersion: number | undefined) {
    const { configurationId } = place
    if (wantedVersion === undefined) return findConfigurationWithPolicies(db, configurationId)
    const version = await findVersion(db, configurationId, wantedVersion)
    return version && { ...version, id: configurationId, name: configurationName, version: version.number }
  }

  async function undeploy(work: Work, visit: Visit): Promise<Outcome> {
    const { zoneId } = await visit.describe()
    const lastInAccount = !(await hasOtherDeployments(db, work.place))
    await perform(
      work.place.accountUin,
      zoneId,
      {
        kind: 'undeployed',
        configuration: { id: work.place.configurationId, name: work.configurationName },
        lastInAccount,
      },
      visit,
    )
    return { kind: 'undeployed' }
  }

  async function perform(
    accountUin: AccountUin,
    zoneId: ZoneId,
    goal: DeploymentGoal,
    { hold, providers }: Visit,
  ): Promise<void> {
    for (const step of planDeployment({ zoneId, accountUin }, goal)) {
      // The same for all configurations: under one lease it is put there once.
      if (step.call === 'putSamlProvider' && providers.has(step.metadata)) continue
      await hold.keep()
      await inTime(accountUin, stepMilliseconds, performStep(cam, accountUin, step))
      if (step.call === 'putSamlProvider') providers.add(step.metadata)
      if (step.call === 'deleteSamlProvider') providers.clear()
    }
  }

  /** Writes outcomes: tasks, deployments and audit events in one transaction, or nothing when the lease was lost. */
  async function record(results: readonly Result[], token: string): Promise<void> {
    await inTransaction(db, async (tx) => {
      for (const result of results) await recordOne(tx, result, token)
    })
  }

  async function recordOne(tx: Tx, { work, outcome }: Result, token: string): Promise<void> {
    const time = clock.now()
    const at = time.toISOString()
    const isTransient = outcome.kind === 'failed' && outcome.transient
    const postponed = work.tasks.filter(({ attempts }) => isTransient && attempts + 1 < MAXIMUM_ATTEMPTS)
    const ended = work.tasks.filter((task) => !postponed.includes(task))

    let held = true
    for (const task of postponed) {
      const attempts = task.attempts + 1
      const runAfter = secondsAfter(time, retryDelay(attempts, random()))
      const failureReason = outcome.kind === 'failed' ? outcome.reason : ''
      held &&= await postponeTask(tx, token, task.id, { attempts, runAfter, failureReason }, at)
    }
    for (const [attempts, ids] of groupByAttempts(ended)) {
      const result =
        outcome.kind === 'failed'
          ? { status: 'failed' as const, failureReason: outcome.reason, attempts: attempts + 1 }
          : { status: 'success' as const, failureReason: null }
      held &&= await finishTasks(tx, token, ids, result, at)
    }
    if (!held) throw new LeaseLost()

    if (ended.length === 0) return
    const isLast = (await countTasksInProgress(tx, work.place)) === 0
    switch (outcome.kind) {
      case 'unchanged':
        if (isLast) {
          const settled = { status: 'deployed', wantedVersion: null, failureReason: null } as const
          await updateDeployment(tx, work.place, settled, at)
        }
        break
      case 'deployed':
        await updateDeployment(
          tx,
          work.place,
          {
            status: isLast ? 'deployed' : 'deploying',
            deployed: outcome.content,
            ...(isLast && { wantedVersion: null }),
            failureReason: null,
          },
          at,
        )
        await settleFindings(tx, work.place)
        break
      case 'undeployed':
        await deleteDeployment(tx, work.place)
        await settleFindings(tx, work.place)
        break
      case 'failed':
        if (!isLast) break
        await updateDeployment(
          tx,
          work.place,
          {
            status: 'failed',
            // Half undeployed is not deployed: nobody gets in until it is deployed again.
            ...(work.goal === 'undeployed' && { deployed: null }),
            wantedVersion: null,
            failureReason: outcome.reason,
          },
          at,
        )
        break
      default:
        outcome satisfies never
    }
    await audit.record(tx, ACTOR, {
      action: work.goal === 'deployed' ? 'deployment.deployed' : 'deployment.undeployed',
      subject: {
        kind: 'permissionConfiguration',
        id: work.place.configurationId,
        name: work.configurationName,
      },
      result: outcome.kind === 'failed' ? 'failure' : 'success',
      detail: {
        account: work.place.accountUin,
        tasks: ended.map(({ id }) => id),
        ...(outcome.kind === 'failed' && { reason: outcome.reason }),
      },
    })
  }

  return worker
}

/** Groups the tasks of a lease by configuration, in the order in which they were asked for. */
function workOf(lease: TaskLease): readonly Work[] {
  const byConfiguration = new Map<string, Task[]>()
  for (const task of lease.tasks) {
    const tasks = byConfiguration.get(task.configurationId)
    if (tasks) tasks.push(task)
    else byConfiguration.set(task.configurationId, [task])
  }
  return [...byConfiguration.values()].flatMap((tasks) => {
    const [first] = tasks
    if (!first) return []
    const undeploys = tasks.some(({ type }) => type === 'deprovisionRoleConfiguration')
    return [
      {
        place: { configurationId: first.configurationId, accountUin: lease.accountUin },
        configurationName: first.configurationName,
        tasks,
        goal: undeploys ? ('undeployed' as const) : ('deployed' as const),
      },
    ]
  })
}

function groupByAttempts(tasks: readonly Task[]): ReadonlyMap<number, readonly TaskId[]> {
  const groups = new Map<number, TaskId[]>()
  for (const { attempts, id } of tasks) {
    const ids = groups.get(attempts)
    if (ids) ids.push(id)
    else groups.set(attempts, [id])
  }
  return groups
}

function performStep(cam: CamClient, account: AccountUin, step: DeploymentStep): Promise<void> {
  switch (step.call) {
    case 'putSamlProvider':
      return cam.putSamlProvider(account, {
        name: step.name,
        description: step.description,
        metadata: step.metadata,
      })
    case 'deleteSamlProvider':
      return cam.deleteSamlProvider(account, step.name)
    case 'putRole':
      return cam.putRole(account, {
        name: step.name,
        description: step.description,
        sessionDuration: step.sessionDuration,
        trustPolicy: step.trustPolicy,
      })
    case 'deleteRole':
      return cam.deleteRole(account, step.name)
    case 'putCustomPolicy':
      return cam.putCustomPolicy(account, { name: step.name, document: step.document })
    case 'deleteCustomPolicies':
      return cam.deleteCustomPolicies(account, step.prefix, step.except)
    case 'attachPolicies':
      return cam.attachPolicies(account, step.roleName, { preset: step.preset, custom: step.custom })
    default:
      return step satisfies never
  }
}

/** The result of the first call that succeeds, for all later ones. */
function once<T>(work: () => Promise<T>): () => Promise<T> {
  let result: Promise<T> | undefined
  return () => {
    result ??= work().catch((error: unknown) => {
      result = undefined
      throw error
    })
    return result
  }
}
