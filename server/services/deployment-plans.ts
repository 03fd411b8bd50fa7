/**
 * Plans of deployments: shown before anything happens, and applied as they were shown. Where something has moved in
 * between, nothing happens and a new plan is made.
 */
import { randomUUID } from 'node:crypto'
import type { Db, Tx } from '../../db/database.js'
import {
  claimPlan,
  findAssignedAt,
  findPlan,
  findPlanChange,
  findPlanPlaces,
  insertPlan,
  listAffectedPrincipals,
  listPlanChanges,
  listPlanPlaces,
  type AffectedPrincipal,
  type NamedPlanPlace,
  type PlanChangeRecord,
  type PlanPlace,
  type PlanRecord,
} from '../../db/deployment-plans.js'
import {
  findDeployment,
  findDeployments,
  listDeployments,
  type DeploymentFilter,
  type DeploymentPlace,
  type DeploymentWithWanted,
} from '../../db/deployments.js'
import { inTransaction } from '../../db/transaction.js'
import { requireFullRights, requireReadRights } from '../domain/access-rules.js'
import type { Actor } from '../domain/actor.js'
import { MAXIMUM_TRIPLES } from '../domain/assignment.js'
import { secondsAfter, type Clock } from '../domain/clock.js'
import { fingerprintOf, type PlannedChange } from '../domain/deployment-plan.js'
import { IdentityCenterError } from '../domain/errors.js'
import type { Page, PageRequest } from '../domain/page.js'
import type { Task } from '../domain/task.js'
import type { AuditLog } from './audit-log.js'
import { placeKey, type DeploymentPreviews, type Preview, type WantedPlace } from './deployment-previews.js'
import { stillAssigned, type DeploymentService } from './deployments.js'

/** Whoever looks at a plan for longer has it made anew. */
const PLAN_SECONDS = 60 * 60

export interface DeploymentPlanDeps {
  readonly db: Db
  readonly clock: Clock
  readonly audit: AuditLog
  readonly previews: DeploymentPreviews
  readonly deployments: Pick<DeploymentService, 'deployVersions' | 'undeploy'>
}

/** Which deployments: these, or those of a configuration or an account that need redeploying. */
export type PlanSelection =
  | { readonly places: readonly DeploymentPlace[] }
  | { readonly stale: Pick<DeploymentFilter, 'configurationId' | 'accountUin'> }

/** Stands for the fingerprint where the account could not be asked. */
export const UNKNOWN_STATE = 'unknown'

export type DeploymentPlanService = ReturnType<typeof createDeploymentPlanService>

export function createDeploymentPlanService({ db, clock, audit, previews, deployments }: DeploymentPlanDeps) {
  const notDeployed = (place: DeploymentPlace) =>
    new IdentityCenterError(
      'deployment.notFound',
      'The permission configuration is not deployed in this account.',
      { ...place },
    )

  const moved = () =>
    new IdentityCenterError(
      'deploymentPlan.moved',
      'Something has changed since this was planned. Nothing was done.',
    )

  const applied = () =>
    new IdentityCenterError('deploymentPlan.applied', 'The plan has been applied already.')

  async function deploymentsAt(
    from: Db | Tx,
    places: readonly DeploymentPlace[],
  ): Promise<readonly DeploymentWithWanted[]> {
    const wanted = new Set(places.map(placeKey))
    const found = await findDeployments(
      from,
      [...new Set(places.map(({ configurationId }) => configurationId))],
      [...new Set(places.map(({ accountUin }) => accountUin))],
    )
    return found.filter((deployment) => wanted.has(placeKey(deployment)))
  }

  async function choose(selection: PlanSelection) {
    if ('places' in selection) {
      const { places } = selection
      if (places.length > MAXIMUM_TRIPLES) {
        throw new IdentityCenterError(
          'assignment.limit',
          `At most ${MAXIMUM_TRIPLES} deployments can be planned at once; these are ${places.length}.`,
          { limit: MAXIMUM_TRIPLES, count: places.length },
        )
      }
      const found = await deploymentsAt(db, places)
      const there = new Set(found.map(placeKey))
      const missing = places.find((place) => !there.has(placeKey(place)))
      if (missing) throw notDeployed(missing)
      return { chosen: found, leftOut: 0 }
    }
    const chosen: DeploymentWithWanted[] = []
    let total = 0
    for (const condition of ['stale', 'failed'] as const) {
      const page = { offset: 0, limit: MAXIMUM_TRIPLES - chosen.length }
      const found = await listDeployments(db, { ...selection.stale, condition }, page)
      chosen.push(...found.items)
      total += found.total
    }
    return { chosen, leftOut: total - chosen.length }
  }

  async function getPlan(id: string): Promise<PlanRecord> {
    const plan = await findPlan(db, id)
    if (plan && plan.expiresAt > clock.now().toISOString()) return plan
    throw new IdentityCenterError(
      'deploymentPlan.notFound',
      'There is no such plan, or it is too old. Plan again.',
    )
  }

  async function getChange(id: string, number: number): Promise<PlanChangeRecord> {
    await getPlan(id)
    const change = await findPlanChange(db, id, number)
    if (change) return change
    throw new IdentityCenterError('deploymentPlan.notFound', 'The plan has no such change.')
  }

  /**
   * Plans deploying the configurations as they are now where they are deployed, at most 1000 places, and returns the
   * plan's id; nothing when no deployment is meant. Accounts that cannot be asked, and places at which a task is in
   * progress, are in the plan as such and will be left out. Throws `deployment.notFound`, `assignment.limit`.
   */
  async function create(actor: Actor, selection: PlanSelection): Promise<string | undefined> {
    requireFullRights(actor)
    const { chosen, leftOut } = await choose(selection)
    if (chosen.length === 0) return undefined
    const wanted = chosen.map((deployment) => ({ ...deployment, version: deployment.configurationVersion }))
    const steady = await previews.ofDeployments(wanted.filter((place) => !isBusy(place)))
    const all = [...steady, ...wanted.filter(isBusy).map(busyPreview)]
    const { changes, places } = numbered(all)
    const now = clock.now()
    const plan: PlanRecord = {
      id: randomUUID(),
      fingerprint: wholeFingerprint(places),
      placeCount: places.length,
      leftOut,
      createdAt: now.toISOString(),
      expiresAt: secondsAfter(now, PLAN_SECONDS),
    }
    await inTransaction(db, async (tx) => {
      await insertPlan(tx, plan, changes, places)
      await audit.record(tx, actor, {
        action: 'deployment.plan',
        subject: { kind: 'plan', id: plan.id },
        detail: { places: places.length, changes: changes.length, leftOut },
      })
    })
    return plan.id
  }

  /** What undeploying would take out of the account. Throws `deployment.notFound`. */
  async function previewUndeployment(actor: Actor, place: DeploymentPlace): Promise<UndeploymentPreview> {
    requireReadRights(actor)
    const deployment = await findDeployment(db, place)
    if (!deployment) throw notDeployed(place)
    return toUndeploymentPreview(await previews.ofUndeployment(deployment))
  }

  return {
    create,

    /** Throws `deploymentPlan.notFound`, also when it is older than an hour. */
    async get(
      actor: Actor,
      id: string,
      page: PageRequest,
    ): Promise<{ readonly plan: PlanRecord; readonly changes: Page<PlanChangeRecord> }> {
      requireReadRights(actor)
      return { plan: await getPlan(id), changes: await listPlanChanges(db, id, page) }
    },

    /** Throws `deploymentPlan.notFound`. */
    async change(actor: Actor, id: string, number: number): Promise<PlanChangeRecord> {
      requireReadRights(actor)
      return getChange(id, number)
    },

    /** Accounts in which that change happens; without a number, those that are left out. */
    async places(
      actor: Actor,
      id: string,
      number: number | undefined,
      page: PageRequest,
    ): Promise<Page<NamedPlanPlace>> {
      requireReadRights(actor)
      return listPlanPlaces(db, id, number, page)
    },

    /** Who is assigned where that change happens. */
    async principals(
      actor: Actor,
      id: string,
      number: number,
      page: PageRequest,
    ): Promise<Page<AffectedPrincipal>> {
      requireReadRights(actor)
      return listAffectedPrincipals(db, id, number, page)
    },

    /**
     * Does what the plan says, where every account still has what it had and every configuration is still at its
     * version: one task for each place, which deploys that version. `fingerprint` is that of the plan that was looked
     * at. Throws `deploymentPlan.moved`, `deploymentPlan.applied`, `deploymentPlan.notFound`, `deployment.busy`.
     */
    async apply(actor: Actor, id: string, fingerprint: string): Promise<readonly Task[]> {
      requireFullRights(actor)
      const plan = await getPlan(id)
      if (plan.batchId !== undefined) throw applied()
      if (plan.fingerprint !== fingerprint) throw moved()
      const places = (await findPlanPlaces(db, id)).filter((place) => place.fingerprint !== undefined)
      if (places.length === 0) {
        throw new IdentityCenterError('deploymentPlan.empty', 'The plan has nothing that can be done now.')
      }
      const found = new Map(
        (await deploymentsAt(db, places)).map((deployment) => [placeKey(deployment), deployment]),
      )
      const wanted = places.map((place): WantedPlace => {
        const deployment = found.get(placeKey(place))
        if (deployment?.configurationVersion !== place.version || isBusy(deployment)) throw moved()
        return { ...deployment, version: place.version }
      })
      const planned = new Map(places.map((place) => [placeKey(place), place.fingerprint]))
      for (const preview of await previews.ofDeployments(wanted)) {
        if (preview.kind === 'unknown' || preview.fingerprint !== planned.get(placeKey(preview.place))) {
          throw moved()
        }
      }
      return inTransaction(db, async (tx) => {
        const still = new Map(
          (await deploymentsAt(tx, wanted)).map((deployment) => [placeKey(deployment), deployment]),
        )
        for (const place of wanted) {
          const now = still.get(placeKey(place))
          if (now?.configurationVersion !== place.version || now.updatedAt !== place.updatedAt) throw moved()
        }
        const tasks = await deployments.deployVersions(tx, actor, wanted, {
          action: 'deployment.applyPlan',
          detail: { plan: id, fingerprint },
        })
        if (await claimPlan(tx, id, tasks[0]?.batchId ?? '')) return tasks
        throw applied()
      })
    },

    /** A new plan for the places of an earlier one that are still deployed; nothing when none is. */
    async again(actor: Actor, id: string): Promise<string | undefined> {
      requireFullRights(actor)
      const places = await deploymentsAt(db, await findPlanPlaces(db, id))
      return create(actor, { places })
    },

    previewUndeployment,

    /**
     * Undeploys where the account still has what was shown; one that could not be asked then is undeployed if it still
     * cannot. Throws `deploymentPlan.moved`, and what `deployments.undeploy` throws.
     */
    async undeployAsPlanned(actor: Actor, place: DeploymentPlace, fingerprint: string): Promise<Task> {
      requireFullRights(actor)
      const { configurationId, accountUin } = place
      const assigned = (await findAssignedAt(db, [configurationId], [accountUin])).get(placeKey(place))
      if (assigned) throw stillAssigned(assigned.length)
      const preview = await previewUndeployment(actor, place)
      if (preview.fingerprint !== fingerprint) throw moved()
      return deployments.undeploy(actor, place)
    },
  }
}

export interface UndeploymentPreview {
  readonly fingerprint: string
  /** Absent where the account could not be asked. */
  readonly change?: PlannedChange
  readonly failure?: string
}

const toUndeploymentPreview = (preview: Preview): UndeploymentPreview =>
  preview.kind === 'known'
    ? { fingerprint: preview.fingerprint, change: preview.change }
    : { fingerprint: UNKNOWN_STATE, failure: preview.failure }

const isBusy = ({ status }: Pick<DeploymentWithWanted, 'status'>): boolean =>
  status === 'deploying' || status === 'undeploying'

const busyPreview = ({ configurationId, accountUin, version }: WantedPlace): Preview => ({
  kind: 'unknown',
  place: { configurationId, accountUin },
  version,
  failure: 'A task is in progress there.',
})

/** Changes that say the same become one, numbered by how many places they have. */
function numbered(all: readonly Preview[]) {
  const alike = new Map<string, { readonly change: PlannedChange; readonly keys: Set<string> }>()
  const texts = new Map<PlannedChange, string>()
  for (const preview of all) {
    if (preview.kind === 'unknown') continue
    const text = texts.get(preview.change) ?? JSON.stringify(preview.change)
    texts.set(preview.change, text)
    const group = alike.get(text) ?? { change: preview.change, keys: new Set<string>() }
    group.keys.add(placeKey(preview.place))
    alike.set(text, group)
  }
  const groups = [...alike.values()].sort((one, other) => other.keys.size - one.keys.size)
  const numbers = new Map(
    groups.flatMap(({ keys }, index) => [...keys].map((key) => [key, index + 1] as const)),
  )
  return {
    changes: groups.map(({ change, keys }, index) => ({ number: index + 1, change, placeCount: keys.size })),
    places: all.map((preview): PlanPlace => {
      const { place, version } = preview
      if (preview.kind === 'unknown') return { ...place, version, failure: preview.failure }
      const changeNumber = numbers.get(placeKey(place))
      return {
        ...place,
        version,
        fingerprint: preview.fingerprint,
        ...(changeNumber !== undefined && { changeNumber }),
      }
    }),
  }
}

const wholeFingerprint = (places: readonly PlanPlace[]): string =>
  fingerprintOf(
    places
      .map(({ fingerprint = '', version, ...place }) => `${placeKey(place)} ${version} ${fingerprint}`)
      .sort(),
  )
