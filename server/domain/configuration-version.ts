/** Versions of a permission configuration: what it was after each change. They are kept as they are. */
import type { PermissionConfigurationId } from './ids.js'
import type { PolicyContent } from './permission-configuration.js'

/** What made a version: the act on the configuration; `found` is what was there before versions were kept. */
export const VERSION_CHANGES = [
  'found',
  'create',
  'update',
  'attachPreset',
  'addCustomPolicies',
  'putCustomPolicy',
  'detachPolicy',
  'restore',
] as const
export type VersionChange = (typeof VERSION_CHANGES)[number]

/** Description, session duration and relay state. */
export interface VersionSettings {
  readonly description?: string
  /** Seconds. */
  readonly sessionDuration: number
  readonly relayState?: string
}

export interface ConfigurationVersion extends VersionSettings {
  readonly configurationId: PermissionConfigurationId
  /** From 1, without gaps. */
  readonly number: number
  readonly contentHash: string
  readonly change: VersionChange
  /** The version that was restored. */
  readonly restoredNumber?: number
  readonly actorName: string
  readonly createdAt: string
}

export interface VersionWithPolicies extends ConfigurationVersion {
  /** By name. */
  readonly policies: readonly PolicyContent[]
}

/** Whether both say the same of description, session duration and relay state. */
export const sameSettings = (one: VersionSettings, other: VersionSettings): boolean =>
  one.description === other.description &&
  one.sessionDuration === other.sessionDuration &&
  one.relayState === other.relayState

/** What a policy is known by within a configuration. */
export const policyKey = ({ type, name }: Pick<PolicyContent, 'type' | 'name'>): string => `${type} ${name}`

const samePolicy = (one: PolicyContent, other: PolicyContent): boolean =>
  one.type === 'preset'
    ? other.type === 'preset' && one.policyId === other.policyId && one.name === other.name
    : other.type === 'custom' && one.name === other.name && one.document === other.document

/** The policies that are gone or were another before, and those that take their places. */
export function policyTurnover<Policy extends PolicyContent>(
  before: readonly PolicyContent[],
  after: readonly Policy[],
): { readonly gone: readonly PolicyContent[]; readonly come: readonly Policy[] } {
  const earlier = new Map(before.map((policy) => [policyKey(policy), policy]))
  const later = new Map(after.map((policy) => [policyKey(policy), policy]))
  const stays = (policy: PolicyContent, other: PolicyContent | undefined) =>
    other !== undefined && samePolicy(policy, other)
  return {
    gone: before.filter((policy) => !stays(policy, later.get(policyKey(policy)))),
    come: after.filter((policy) => !stays(policy, earlier.get(policyKey(policy)))),
  }
}
