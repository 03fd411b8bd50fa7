/** Plans: what a deployment would change in an account, worked out beforehand from what the account has. */
import { createHash } from 'node:crypto'
import type { AccountObjects, AccountRole, AccountSamlProvider } from './account-objects.js'
import { customPolicyPrefix, roleNameOf } from './deployment.js'
import type { AccountUin, PermissionConfigurationId } from './ids.js'
import {
  compareRoles,
  compareSamlProviders,
  effectOf,
  type AccessEffect,
  type ObjectChangeKind,
  type RoleChange,
} from './role-comparison.js'

/** What will happen at one place; alike at every place where the account has the same. */
export interface PlannedChange {
  readonly configurationId: PermissionConfigurationId
  readonly configurationName: string
  /** Version that the account has, as far as that is known. */
  readonly deployedVersion?: number
  /** Version that it will have; absent where it is undeployed. */
  readonly version?: number
  readonly role: RoleChange
  readonly samlProvider: ObjectChangeKind
  /** Custom policies of the configuration that no role has, and that go as well. */
  readonly looseEnds: readonly string[]
  readonly effect: AccessEffect
}

/** What an account has of one configuration. */
export interface PlaceState {
  readonly role?: AccountRole
  readonly samlProvider?: AccountSamlProvider
  /** Names of custom policies of the configuration that its role does not have. */
  readonly looseEnds: readonly string[]
}

export function placeStateOf(
  objects: AccountObjects,
  configuration: { readonly id: PermissionConfigurationId; readonly name: string },
  samlProviderName: string,
): PlaceState {
  const roleName = roleNameOf(configuration.name).toLowerCase()
  const prefix = customPolicyPrefix(configuration.id)
  const role = objects.roles.find(({ name }) => name.toLowerCase() === roleName)
  const samlProvider = objects.samlProviders.find(({ name }) => name === samlProviderName)
  const held = new Set(role?.custom.map(({ name }) => name))
  return {
    ...(role && { role }),
    ...(samlProvider && { samlProvider }),
    looseEnds: objects.policies.flatMap(({ name }) =>
      name.startsWith(prefix) && !held.has(name) ? [name.slice(prefix.length)] : [],
    ),
  }
}

export interface PlaceGoal {
  readonly configurationId: PermissionConfigurationId
  readonly configurationName: string
  readonly deployedVersion?: number
  /** Absent where it is undeployed. */
  readonly version?: number
  readonly role?: AccountRole
  readonly samlProvider?: AccountSamlProvider
}

export function planChange(accountUin: AccountUin, state: PlaceState, goal: PlaceGoal): PlannedChange {
  const { configurationId, configurationName, deployedVersion, version } = goal
  const policyPrefix = customPolicyPrefix(configurationId)
  const role = compareRoles(state.role, goal.role, { accountUin, policyPrefix })
  const wanted = new Set(goal.role?.custom.map(({ name }) => name.slice(policyPrefix.length)))
  return {
    configurationId,
    configurationName,
    ...(deployedVersion !== undefined && { deployedVersion }),
    ...(version !== undefined && { version }),
    role,
    samlProvider: compareSamlProviders(state.samlProvider, goal.samlProvider).kind,
    looseEnds: state.looseEnds.filter((name) => !wanted.has(name)),
    effect: effectOf(role),
  }
}

/** Two states of accounts with the same text differ in nothing but the account's number. */
export const stateText = (accountUin: AccountUin, state: PlaceState): string =>
  JSON.stringify([state.role, state.samlProvider, state.looseEnds]).replaceAll(accountUin, '<account>')

/** Known again by this: what the account has, who is assigned, and whatever else a plan rests on. */
export const fingerprintOf = (facts: readonly unknown[]): string =>
  createHash('sha256').update(JSON.stringify(facts)).digest('base64url')
