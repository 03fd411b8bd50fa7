/**
 * Writing assignments inside a transaction: what becomes of each triple, what has to be deployed for it, and the tasks
 * that tell of both. Used by whoever assigns: a call, a batch that is being expanded, a task that is tried again.
 */
import {
  countAssignmentsAt,
  findAssignedKeys,
  findPrincipalNames,
  insertAssignments,
} from '../../db/assignments.js'
import type { Tx } from '../../db/database.js'
import {
  findDeployment,
  findDeployments,
  insertDeployments,
  updateDeployment,
  type DeploymentPlace,
} from '../../db/deployments.js'
import { findAccounts } from '../../db/organization.js'
import { findConfigurations } from '../../db/permission-configurations.js'
import { countTasksInProgress } from '../../db/tasks.js'
import { principalKey, tripleKey, type AssignmentTriple, type Principal } from '../domain/assignment.js'
import type { Deployment } from '../domain/deployment.js'
import { IdentityCenterError, type ErrorCode } from '../domain/errors.js'
import { newTaskId, type AccountUin, type PermissionConfigurationId } from '../domain/ids.js'
import type { Account } from '../domain/organization.js'
import type { Period } from '../domain/period.js'
import type { PermissionConfiguration } from '../domain/permission-configuration.js'
import type { Task } from '../domain/task.js'

/** What assignments speak of, as far as it is there. */
export interface Parts {
  /** Names by `principalKey`. */
  readonly principals: ReadonlyMap<string, string>
  readonly accounts: ReadonlyMap<AccountUin, Account>
  readonly configurations: ReadonlyMap<PermissionConfigurationId, PermissionConfiguration>
}

/** Why a triple was not assigned. */
export const REASONS = {
  exists: 'This assignment exists already.',
  undeploying:
    'The permission configuration is being undeployed from this account. Assign it again when that is done.',
  ended: 'The time for which this was to be assigned has passed.',
  gone: 'The user, group, account or permission configuration is no longer there.',
} as const
type Refusal = keyof typeof REASONS

/** What became of one triple: it waits for a deployment, counts already, or was refused. */
export interface Written {
  readonly triple: AssignmentTriple
  readonly outcome: 'waits' | 'done' | Refusal
  /** Whether the assignment was made now; it may have been there while its deployment is tried again. */
  readonly isNew: boolean
}

export const isRefused = (written: Written): written is Written & { readonly outcome: Refusal } =>
  written.outcome in REASONS

const placeKey = ({ configurationId, accountUin }: DeploymentPlace): string =>
  `${configurationId} ${accountUin}`

export const distinct = <T>(values: readonly T[]): readonly T[] => [...new Set(values)]

/** Each of them once. */
export const distinctPrincipals = (principals: readonly Principal[]): readonly Principal[] => [
  ...new Map(principals.map((principal) => [principalKey(principal), principal])).values(),
]

/** Ids of what assignments speak of, each once. */
export interface PartIds {
  readonly principals: readonly Principal[]
  readonly accountUins: readonly AccountUin[]
  readonly configurationIds: readonly PermissionConfigurationId[]
}

export const partIdsOf = (triples: readonly AssignmentTriple[]): PartIds => ({
  principals: distinctPrincipals(triples.map(({ principal }) => principal)),
  accountUins: distinct(triples.map(({ accountUin }) => accountUin)),
  configurationIds: distinct(triples.map(({ configurationId }) => configurationId)),
})

export async function findParts(
  tx: Tx,
  { principals, accountUins, configurationIds }: PartIds,
): Promise<Parts> {
  const accounts = await findAccounts(tx, accountUins)
  const configurations = await findConfigurations(tx, configurationIds)
  return {
    principals: await findPrincipalNames(tx, principals),
    accounts: new Map(accounts.map((account) => [account.uin, account])),
    configurations: new Map(configurations.map((configuration) => [configuration.id, configuration])),
  }
}

/** Throws `user.notFound`, `group.notFound`, `account.notFound`, `permissionConfiguration.notFound`, naming the ids. */
export function requireParts(parts: Parts, ids: PartIds): void {
  const refuse = (code: ErrorCode, what: string, unknown: readonly string[]) => {
    if (unknown.length === 0) return
    throw new IdentityCenterError(code, `There is no such ${what}: ${unknown.join(', ')}.`, { unknown })
  }
  const strangers = ids.principals.filter((principal) => !parts.principals.has(principalKey(principal)))
  const idsOf = (wanted: Principal['type']) =>
    strangers.flatMap(({ type, id }) => (type === wanted ? [id] : []))
  refuse('user.notFound', 'user', idsOf('user'))
  refuse('group.notFound', 'group', idsOf('group'))
  refuse(
    'account.notFound',
    'account in the organization',
    ids.accountUins.filter((uin) => !parts.accounts.has(uin)),
  )
  refuse(
    'permissionConfiguration.notFound',
    'permission configuration',
    ids.configurationIds.filter((id) => !parts.configurations.has(id)),
  )
}

/**
 * Assigns what can be assigned and says of each triple, in order, what became of it. A triple that is named twice exists
 * the second time. Where a deployment failed before it ever succeeded, it is begun again; `again` begins it also for those
 * triples that are assigned and merely wait, and calls those that count already done.
 */
export async function writeAssignments(
  tx: Tx,
  triples: readonly AssignmentTriple[],
  parts: Parts,
  { period, now, again = false }: { readonly period: Period; readonly now: string; readonly again?: boolean },
): Promise<readonly Written[]> {
  if (triples.length === 0) return []
  const assigned = new Set(await findAssignedKeys(tx, triples))
  const deployments = new Map(
    (await findDeployments(tx, [...parts.configurations.keys()], [...parts.accounts.keys()])).map(
      (deployment) => [placeKey(deployment), deployment],
    ),
  )
  const written = triples.map((triple): Written => {
    const deployment = deployments.get(placeKey(triple))
    const key = tripleKey(triple)
    const isAssigned = assigned.has(key)
    if (!arePresent(triple, parts)) return { triple, outcome: 'gone', isNew: false }
    if (deployment?.status === 'undeploying') return { triple, outcome: 'undeploying', isNew: false }
    const isDeployed = deployment?.deployedHash !== undefined
    if (isAssigned && !again && (isDeployed || deployment?.status !== 'failed')) {
      return { triple, outcome: 'exists', isNew: false }
    }
    // Left waiting beyond its end, or tried again after it.
    const hasEnded = period.endsAt !== undefined && period.endsAt <= now
    if (!isAssigned && hasEnded) return { triple, outcome: 'ended', isNew: false }
    assigned.add(key)
    return { triple, outcome: isDeployed ? 'done' : 'waits', isNew: !isAssigned }
  })
  await insertAssignments(
    tx,
    written.filter(({ isNew }) => isNew).map(({ triple }) => triple),
    period,
    now,
  )
  const places = new Map(
    written.filter(({ outcome }) => outcome === 'waits').map(({ triple }) => [placeKey(triple), triple]),
  )
  await insertDeployments(
    tx,
    [...places].filter(([key]) => !deployments.has(key)).map(([, place]) => place),
    now,
  )
  for (const [key, place] of places) {
    if (deployments.get(key)?.status !== 'failed') continue
    await updateDeployment(tx, place, { status: 'deploying', failureReason: null }, now)
  }
  return written
}

const arePresent = ({ principal, accountUin, configurationId }: AssignmentTriple, parts: Parts): boolean =>
  parts.principals.has(principalKey(principal)) &&
  parts.accounts.has(accountUin) &&
  parts.configurations.has(configurationId)

/** How a task ends, or begins, after its triple was written. */
export const stateOf = (written: Written): Pick<Task, 'status' | 'failureReason'> =>
  isRefused(written)
    ? { status: 'failed', failureReason: REASONS[written.outcome] }
    : { status: written.outcome === 'waits' ? 'inProgress' : 'success' }

/** Names of what is gone by now, kept by those who asked for it earlier. */
export interface KeptNames {
  readonly principals: ReadonlyMap<string, string>
  readonly configurations: ReadonlyMap<PermissionConfigurationId, string>
}

/** A task about one triple. */
export function newTaskFor(
  triple: AssignmentTriple,
  parts: Parts,
  state: Pick<Task, 'type' | 'status' | 'batchId' | 'failureReason' | 'period'>,
  now: string,
  kept?: KeptNames,
): Task {
  const { principal, accountUin, configurationId } = triple
  const key = principalKey(principal)
  const { period = {}, ...rest } = state
  return {
    id: newTaskId(),
    ...rest,
    ...(Object.keys(period).length > 0 && { period }),
    accountUin,
    accountKind: parts.accounts.get(accountUin)?.kind ?? 'member',
    configurationId,
    configurationName:
      parts.configurations.get(configurationId)?.name ??
      kept?.configurations.get(configurationId) ??
      configurationId,
    principal,
    principalName: parts.principals.get(key) ?? kept?.principals.get(key) ?? principal.id,
    attempts: 0,
    createdAt: now,
    updatedAt: now,
  }
}

/** What an audit event says of a triple. */
export const toDetail = ({ principal, accountUin, configurationId }: AssignmentTriple) => ({
  principal: principal.id,
  account: accountUin,
  configuration: configurationId,
})

/** The same of a whole submission. */
export const detailOf = (written: readonly Written[]) => {
  const served = written.filter((each) => !isRefused(each))
  return {
    added: served.filter(({ isNew }) => isNew).map(({ triple }) => toDetail(triple)),
    retried: served.filter(({ isNew }) => !isNew).map(({ triple }) => toDetail(triple)),
    refused: written.length - served.length,
  }
}

/** Begins to undeploy what nobody uses any more; nothing when it is used, not there, or has a task in progress. */
export async function undeployIfUnused(
  tx: Tx,
  place: DeploymentPlace,
  batchId: string,
  now: string,
): Promise<Task | undefined> {
  const { accountUin, configurationId } = place
  const deployment: Deployment | undefined = await findDeployment(tx, { accountUin, configurationId })
  if (!deployment || (await countAssignmentsAt(tx, { accountUin, configurationId })) > 0) return undefined
  if ((await countTasksInProgress(tx, deployment)) > 0) return undefined
  await updateDeployment(tx, deployment, { status: 'undeploying', failureReason: null }, now)
  return {
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
  }
}
