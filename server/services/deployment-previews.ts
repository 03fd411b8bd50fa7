/** Works out what deploying, or undeploying, would change in accounts, from what they have at this moment. */
import { setImmediate as turn } from 'node:timers/promises'
import { findVersion } from '../../db/configuration-versions.js'
import type { Db } from '../../db/database.js'
import { findAssignedAt } from '../../db/deployment-plans.js'
import { hasOtherDeployments, type DeploymentPlace, type DeploymentWithWanted } from '../../db/deployments.js'
import { objectsOf } from '../domain/account-objects.js'
import type { VersionWithPolicies } from '../domain/configuration-version.js'
import { samlProviderNameOf } from '../domain/deployment.js'
import {
  fingerprintOf,
  placeStateOf,
  planChange,
  stateText,
  type PlaceGoal,
  type PlannedChange,
} from '../domain/deployment-plan.js'
import type { AccountObserver } from './account-observer.js'
import type { RoleIdentityProvider } from './role-identity-provider.js'

export interface DeploymentPreviewDeps {
  readonly db: Db
  readonly observer: AccountObserver
  readonly roleIdentityProvider: Pick<RoleIdentityProvider, 'describe'>
}

/** A place and the version that it is to have. */
export type WantedPlace = DeploymentWithWanted & { readonly version: number }

export type Preview =
  | {
      readonly kind: 'known'
      readonly place: DeploymentPlace
      readonly version: number
      /** Of what the account has and who is assigned: the same again where nothing has moved. */
      readonly fingerprint: string
      /** The same object for every place at which the same happens. */
      readonly change: PlannedChange
    }
  | {
      readonly kind: 'unknown'
      readonly place: DeploymentPlace
      readonly version: number
      readonly failure: string
    }

export type DeploymentPreviews = ReturnType<typeof createDeploymentPreviews>

export const placeKey = ({ configurationId, accountUin }: DeploymentPlace): string =>
  `${configurationId} ${accountUin}`

export function createDeploymentPreviews({ db, observer, roleIdentityProvider }: DeploymentPreviewDeps) {
  async function versionsOf(
    places: readonly WantedPlace[],
  ): Promise<ReadonlyMap<string, VersionWithPolicies>> {
    const versions = new Map<string, VersionWithPolicies>()
    for (const { configurationId, version } of places) {
      const key = `${configurationId} ${version}`
      if (versions.has(key)) continue
      const found = await findVersion(db, configurationId, version)
      if (found) versions.set(key, found)
    }
    return versions
  }

  return {
    /** What deploying these versions would change, place by place in their order. Asks every account once. */
    async ofDeployments(places: readonly WantedPlace[]): Promise<readonly Preview[]> {
      const { zoneId, metadata } = await roleIdentityProvider.describe()
      const accounts = places.map(({ accountUin }) => accountUin)
      const observations = await observer.observeAll(accounts)
      const assigned = await findAssignedAt(
        db,
        [...new Set(places.map(({ configurationId }) => configurationId))],
        [...new Set(accounts)],
      )
      const versions = await versionsOf(places)
      // Many accounts have the same: what would change there is worked out once.
      const changes = new Map<string, PlannedChange>()
      const previews: Preview[] = []
      for (const deployment of places) {
        const { configurationId, configurationName, accountUin, version, deployedVersion } = deployment
        const place = { configurationId, accountUin }
        const observation = observations.get(accountUin)
        const content = versions.get(`${configurationId} ${version}`)
        if (observation?.kind !== 'seen' || !content) {
          const failure = observation?.kind === 'unknown' ? observation.failure : 'There is no such version.'
          previews.push({ kind: 'unknown', place, version, failure })
          continue
        }
        const state = placeStateOf(
          observation.objects,
          { id: configurationId, name: configurationName },
          samlProviderNameOf(zoneId),
        )
        const text = stateText(accountUin, state)
        const key = JSON.stringify([configurationId, version, deployedVersion, text])
        let change = changes.get(key)
        if (!change) {
          const goal: PlaceGoal = {
            configurationId,
            configurationName,
            ...(deployedVersion !== undefined && { deployedVersion }),
            version,
            ...objectsOf(
              { zoneId, accountUin },
              {
                kind: 'deployed',
                samlMetadata: metadata,
                configuration: { ...content, id: configurationId, name: configurationName },
              },
            ),
          }
          change = planChange(accountUin, state, goal)
          changes.set(key, change)
          // Comparing texts takes its time; others have their turn in between.
          await turn()
        }
        const fingerprint = fingerprintOf([text, version, metadata, assigned.get(placeKey(place)) ?? []])
        previews.push({ kind: 'known', place, version, fingerprint, change })
      }
      return previews
    },

    /** What undeploying would take away. */
    async ofUndeployment(deployment: DeploymentWithWanted): Promise<Preview> {
      const { configurationId, configurationName, accountUin, deployedVersion } = deployment
      const place = { configurationId, accountUin }
      const version = deployedVersion ?? 0
      const observation = await observer.observe(accountUin)
      if (observation.kind === 'unknown') return { ...observation, place, version }
      const { zoneId } = await roleIdentityProvider.describe()
      const state = placeStateOf(
        observation.objects,
        { id: configurationId, name: configurationName },
        samlProviderNameOf(zoneId),
      )
      const isProviderKept = await hasOtherDeployments(db, place)
      const change = planChange(accountUin, state, {
        configurationId,
        configurationName,
        ...(deployedVersion !== undefined && { deployedVersion }),
        ...(isProviderKept && state.samlProvider && { samlProvider: state.samlProvider }),
      })
      const fingerprint = fingerprintOf([stateText(accountUin, state), isProviderKept])
      return { kind: 'known', place, version, fingerprint, change }
    },
  }
}
