/** Drift: what an account has, compared with what the deployments left there. */
import type { AccountObjects, AccountPolicy, AccountRole, AccountSamlProvider } from './account-objects.js'
import { customPolicyPrefix } from './deployment.js'
import type { AccountUin, PermissionConfigurationId } from './ids.js'
import { compareRoles, compareSamlProviders, type RoleChange } from './role-comparison.js'
import { compareLines, type DiffLine } from './text-comparison.js'

/** Seconds after which an account that could not be asked is asked again, however long the interval is. */
export const RETRY_SECONDS = 15 * 60

export interface ObjectDifference {
  /** `missing` vanished, `extra` is there though nothing deployed needs it. */
  readonly state: 'missing' | 'changed' | 'extra'
  /** Of a role: from what should be to what is. */
  readonly role?: RoleChange
  /** Of a SAML provider or a policy, line by line: from what should be to what is. */
  readonly lines?: readonly DiffLine[]
}

/** An object of an account that is not what it should be. */
export interface DriftFinding {
  readonly kind: 'role' | 'samlProvider' | 'policy'
  /** The object's name in the account. */
  readonly name: string
  readonly configurationId?: PermissionConfigurationId
  readonly difference: ObjectDifference
}

export interface ExpectedRole {
  readonly configurationId: PermissionConfigurationId
  readonly role: AccountRole
  /** Whether it is known what was deployed, and not only that something was. */
  readonly isContentKnown: boolean
}

/** What an account should have. */
export interface Expectation {
  readonly roles: readonly ExpectedRole[]
  /** Absent where nothing is deployed. */
  readonly samlProvider?: AccountSamlProvider
  /** Deployments in progress, of whose objects nothing can be said. */
  readonly unsettled: readonly {
    readonly configurationId: PermissionConfigurationId
    readonly roleName: string
  }[]
}

/** What is not as it should be; nothing when all is. */
export function findDrift(
  accountUin: AccountUin,
  expected: Expectation,
  actual: AccountObjects,
): readonly DriftFinding[] {
  return [
    ...roleFindings(accountUin, expected, actual),
    ...policyFindings(expected, actual),
    ...samlProviderFindings(expected, actual),
  ]
}

const keyOf = (name: string): string => name.toLowerCase()

function roleFindings(
  accountUin: AccountUin,
  { roles, unsettled }: Expectation,
  actual: AccountObjects,
): readonly DriftFinding[] {
  const there = new Map(actual.roles.map((role) => [keyOf(role.name), role]))
  const known = new Set([
    ...roles.map(({ role }) => keyOf(role.name)),
    ...unsettled.map(({ roleName }) => keyOf(roleName)),
  ])
  const differing = roles.flatMap(({ configurationId, role, isContentKnown }): readonly DriftFinding[] => {
    const found = there.get(keyOf(role.name))
    const wanted = isContentKnown || !found ? role : { ...found, trustPolicy: role.trustPolicy }
    const policyPrefix = customPolicyPrefix(configurationId)
    const change = compareRoles(wanted, found, { accountUin, policyPrefix })
    if (change.kind === 'same') return []
    const difference = { state: found ? ('changed' as const) : ('missing' as const), role: change }
    return [{ kind: 'role', name: role.name, configurationId, difference }]
  })
  const extra = actual.roles
    .filter(({ name }) => !known.has(keyOf(name)))
    .map((role): DriftFinding => {
      const change = compareRoles(undefined, role, { accountUin, policyPrefix: '' })
      return { kind: 'role', name: role.name, difference: { state: 'extra', role: change } }
    })
  return [...differing, ...extra]
}

/** Policies that nothing deployed has and no role holds: those that a role holds are told of with it. */
function policyFindings({ roles, unsettled }: Expectation, actual: AccountObjects): readonly DriftFinding[] {
  const attached = new Set(actual.roles.flatMap(({ custom }) => custom.map(({ name }) => name)))
  const wanted = new Set(roles.flatMap(({ role }) => role.custom.map(({ name }) => name)))
  const isOf = (id: PermissionConfigurationId, { name }: AccountPolicy) =>
    name.startsWith(customPolicyPrefix(id))
  return actual.policies
    .filter((policy) => !attached.has(policy.name) && !wanted.has(policy.name))
    .filter((policy) => !unsettled.some(({ configurationId }) => isOf(configurationId, policy)))
    .map((policy): DriftFinding => {
      const owner = roles.find(({ configurationId }) => isOf(configurationId, policy))
      return {
        kind: 'policy',
        name: policy.name,
        ...(owner && { configurationId: owner.configurationId }),
        difference: { state: 'extra', lines: compareLines([], policy.document.split('\n')) },
      }
    })
}

function samlProviderFindings(
  { samlProvider, roles, unsettled }: Expectation,
  actual: AccountObjects,
): readonly DriftFinding[] {
  const found = actual.samlProviders.find(({ name }) => name === samlProvider?.name)
  const { kind, lines } = compareSamlProviders(samlProvider, found)
  const own: readonly DriftFinding[] =
    samlProvider === undefined || kind === 'same'
      ? []
      : [
          {
            kind: 'samlProvider',
            name: samlProvider.name,
            difference: found ? { state: 'changed', lines } : { state: 'missing' },
          },
        ]
  // A deployment that has just begun makes the provider first.
  const mayHaveOthers = roles.length === 0 && unsettled.length > 0
  const extra = actual.samlProviders
    .filter(({ name }) => name !== samlProvider?.name && !mayHaveOthers)
    .map(({ name }): DriftFinding => ({ kind: 'samlProvider', name, difference: { state: 'extra' } }))
  return [...own, ...extra]
}
