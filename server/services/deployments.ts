/** Deployments: putting configurations into accounts again, taking them out, and looking at them. */
import { randomUUID } from 'node:crypto'
import { countAssignmentsAt } from '../../db/assignments.js'
import type { Db, Tx } from '../../db/database.js'
import {
  findDeployment,
  findDeployments,
  insertDeployments,
  listDeployments,
  updateDeployment,
  type DeploymentFilter,
  type DeploymentWithWanted,
  type DeploymentPlace,
} from '../../db/deployments.js'
import { decideRaces } from '../../db/insert-race.js'
import { findAccounts } from '../../db/organization.js'
import { findConfigurations } from '../../db/permission-configurations.js'
import { countTasksInProgress, insertTasks } from '../../db/tasks.js'
import { afterCommit, inTransaction } from '../../db/transaction.js'
import { requireFullRights, requireReadRights } from '../domain/access-rules.js'
import type { Actor } from '../domain/actor.js'
import { MAXIMUM_TRIPLES } from '../domain/assignment.js'
import type { Clock } from '../domain/clock.js'
import { conditionOf, type Deployment, type DeploymentCondition } from '../domain/deployment.js'
import { IdentityCenterError } from '../domain/errors.js'
import { newTaskId } from '../domain/ids.js'
import type { AccountKind } from '../domain/organization.js'
import type { Page, PageRequest } from '../domain/page.js'
import type { Task } from '../domain/task.js'
import type { AuditLog } from './audit-log.js'

export interface DeploymentServiceDeps {
  readonly db: Db
  readonly clock: Clock
  readonly audit: AuditLog
  /** Tells the worker that there is something to do; called after the commit. */
  readonly wake: () => void
}

export type DeploymentService = ReturnType<typeof createDeploymentService>

export interface ListedDeployment extends Deployment {
  /** The status, with `stale` (needs redeploying) told apart from `deployed`. */
  readonly condition: DeploymentCondition
}

/** Refusal of an undeployment while so many assignments need what is deployed. */
export const stillAssigned = (assignments: number): IdentityCenterError =>
  new IdentityCenterError(
    'permissionConfiguration.assigned',
    `${assignments} assignments use the permission configuration in this account: remove them first.`,
    { assignments },
  )

export function createDeploymentService({ db, clock, audit, wake }: DeploymentServiceDeps) {
  const busy = (what: string) =>
    new IdentityCenterError(
      'deployment.busy',
      `The permission configuration is being ${what}. Wait until that is done.`,
    )

  const notFound = (place: DeploymentPlace) =>
    new IdentityCenterError(
      'deployment.notFound',
      'The permission configuration is not deployed in this account.',
      { ...place },
    )

  const taskAt = (
    place: DeploymentPlace & { readonly accountKind: AccountKind; readonly configurationName: string },
    type: 'provisionRoleConfiguration' | 'deprovisionRoleConfiguration',
    batchId: string,
    now: string,
  ): Task => ({
    id: newTaskId(),
    type,
    status: 'inProgress',
    accountUin: place.accountUin,
    accountKind: place.accountKind,
    configurationId: place.configurationId,
    configurationName: place.configurationName,
    batchId,
    attempts: 0,
    createdAt: now,
    updatedAt: now,
  })

  /** Deploys at places that are known to exist. */
  async function deployAt(
    tx: Tx,
    actor: Actor,
    places: readonly (DeploymentPlace & {
      readonly accountKind: AccountKind
      readonly configurationName: string
      readonly deployment: Deployment | undefined
      /** Version to deploy; absent for the configuration as it is when its turn comes. */
      readonly version?: number
    })[],
    action = 'deployment.deploy',
    detail: Readonly<Record<string, unknown>> = {},
  ): Promise<readonly Task[]> {
    const now = clock.now().toISOString()
    const batchId = randomUUID()
    if (places.some(({ deployment }) => deployment?.status === 'undeploying')) throw busy('undeployed')
    await insertDeployments(
      tx,
      places.filter(({ deployment }) => !deployment),
      now,
    )
    for (const place of places) {
      if (!place.deployment) continue
      const wantedVersion = place.version ?? null
      await updateDeployment(tx, place, { status: 'deploying', wantedVersion, failureReason: null }, now)
    }
    const tasks = places.map((place) => taskAt(place, 'provisionRoleConfiguration', batchId, now))
    await insertTasks(tx, tasks)
    await audit.record(tx, actor, {
      action,
      subject: { kind: 'batch', id: batchId },
      detail: {
        ...detail,
        places: places.map(({ configurationName, accountUin, version }) => ({
          configuration: configurationName,
          account: accountUin,
          ...(version !== undefined && { version }),
        })),
      },
    })
    afterCommit(tx, wake)
    return tasks
  }

  /** Within a transaction of the caller: deploys these versions where the configurations are deployed already. */
  async function deployVersions(
    tx: Tx,
    actor: Actor,
    places: readonly (DeploymentWithWanted & { readonly version: number })[],
    event: { readonly action: string; readonly detail: Readonly<Record<string, unknown>> },
  ): Promise<readonly Task[]> {
    return deployAt(
      tx,
      actor,
      places.map((place) => ({ ...place, deployment: place })),
      event.action,
      event.detail,
    )
  }

  function requirePlaceCount(count: number): void {
    if (count <= MAXIMUM_TRIPLES) return
    throw new IdentityCenterError(
      'assignment.limit',
      `At most ${MAXIMUM_TRIPLES} deployments can be asked for at once; these are ${count}.`,
      { limit: MAXIMUM_TRIPLES, count },
    )
  }

  return {
    deployVersions,

    /**
     * Deploys the configurations as they are now, where they are already and where they are not yet: one task for each
     * place, in their order. Throws `account.notFound`, `permissionConfiguration.notFound`, `deployment.busy` while one
     * of them is being undeployed, `assignment.limit` above 1000: then none is deployed.
     */
    async redeploy(actor: Actor, places: readonly DeploymentPlace[]): Promise<readonly Task[]> {
      requireFullRights(actor)
      requirePlaceCount(places.length)
      if (places.length === 0) return []
      return decideRaces(['deployments'], () =>
        inTransaction(db, async (tx) => {
          const accountUins = [...new Set(places.map(({ accountUin }) => accountUin))]
          const configurationIds = [...new Set(places.map(({ configurationId }) => configurationId))]
          const accounts = new Map(
            (await findAccounts(tx, accountUins)).map((account) => [account.uin, account]),
          )
          const configurations = new Map(
            (await findConfigurations(tx, configurationIds)).map((found) => [found.id, found]),
          )
          const deployments = await findDeployments(tx, configurationIds, accountUins)
          const distinct = new Map(
            places.map((place) => [`${place.configurationId} ${place.accountUin}`, place]),
          )
          const known = [...distinct.values()].map((place) => {
            const account = accounts.get(place.accountUin)
            const configuration = configurations.get(place.configurationId)
            if (!account) {
              throw new IdentityCenterError(
                'account.notFound',
                'There is no such account in the organization.',
                {
                  accountUin: place.accountUin,
                },
              )
            }
            if (!configuration) {
              throw new IdentityCenterError(
                'permissionConfiguration.notFound',
                'There is no such permission configuration.',
                { configurationId: place.configurationId },
              )
            }
            return {
              ...place,
              accountKind: account.kind,
              configurationName: configuration.name,
              deployment: deployments.find(
                (deployment) =>
                  deployment.accountUin === place.accountUin &&
                  deployment.configurationId === place.configurationId,
              ),
            }
          })
          return deployAt(tx, actor, known)
        }),
      )
    },

    /**
     * Redeploys what needs it, because it changed since or because the last time failed: of one configuration, of one
     * account, or both. At most 1000 at once; call again for the rest.
     */
    async redeployStale(
      actor: Actor,
      filter: Pick<DeploymentFilter, 'configurationId' | 'accountUin'>,
    ): Promise<readonly Task[]> {
      requireFullRights(actor)
      return inTransaction(db, async (tx) => {
        const places = []
        for (const condition of ['stale', 'failed'] as const) {
          const { items } = await listDeployments(
            tx,
            { ...filter, condition },
            { offset: 0, limit: MAXIMUM_TRIPLES - places.length },
          )
          places.push(...items)
        }
        if (places.length === 0) return []
        return deployAt(
          tx,
          actor,
          places.map((deployment) => ({ ...deployment, deployment })),
        )
      })
    },

    /**
     * Takes the role with its policies out of the account, and the SAML provider when it was the last one. Throws
     * `deployment.notFound`, `permissionConfiguration.assigned` while assignments use it, `deployment.busy` while a task
     * of it is in progress.
     */
    async undeploy(actor: Actor, place: DeploymentPlace): Promise<Task> {
      requireFullRights(actor)
      return inTransaction(db, async (tx) => {
        const now = clock.now().toISOString()
        const deployment = await findDeployment(tx, place)
        if (!deployment) throw notFound(place)
        const assignments = await countAssignmentsAt(tx, place)
        if (assignments > 0) {
          throw stillAssigned(assignments)
        }
        if ((await countTasksInProgress(tx, place)) > 0) {
          throw busy(deployment.status === 'undeploying' ? 'undeployed' : 'deployed')
        }
        await updateDeployment(tx, place, { status: 'undeploying', failureReason: null }, now)
        const task = taskAt(deployment, 'deprovisionRoleConfiguration', randomUUID(), now)
        await insertTasks(tx, [task])
        await audit.record(tx, actor, {
          action: 'deployment.undeploy',
          subject: {
            kind: 'permissionConfiguration',
            id: deployment.configurationId,
            name: deployment.configurationName,
          },
          detail: { account: deployment.accountUin, task: task.id },
        })
        afterCommit(tx, wake)
        return task
      })
    },

    /** Deployments that meet all filters, newest first. */
    async list(
      actor: Actor,
      { page, ...filter }: DeploymentFilter & { readonly page: PageRequest },
    ): Promise<Page<ListedDeployment>> {
      requireReadRights(actor)
      const { items, total } = await listDeployments(db, filter, page)
      return {
        total,
        items: items.map((deployment) => ({ ...deployment, condition: conditionOf(deployment, deployment) })),
      }
    },

    /** Throws `deployment.notFound`. */
    async get(actor: Actor, place: DeploymentPlace): Promise<ListedDeployment> {
      requireReadRights(actor)
      const deployment = await findDeployment(db, place)
      if (!deployment) throw notFound(place)
      return { ...deployment, condition: conditionOf(deployment, deployment) }
    },
  }
}
