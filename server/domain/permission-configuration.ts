/** A permission configuration: the bundle of policies that becomes one role in every account it is deployed to. */
import { createHash } from 'node:crypto'
import { IdentityCenterError } from './errors.js'
import type { PermissionConfigurationId } from './ids.js'

/** Seconds. */
export const SESSION_DURATION = { minimum: 900, maximum: 43_200, standard: 3600 } as const
/** Preset, and custom, policies of one configuration. */
export const MAXIMUM_POLICIES = 100
const MAXIMUM_NAME = 128
const MAXIMUM_CUSTOM_POLICY_NAME = 32
const MAXIMUM_DESCRIPTION = 1024
const MAXIMUM_RELAY_STATE = 1024

export interface PermissionConfiguration {
  readonly id: PermissionConfigurationId
  /** Fixed for life: it is part of the role's name in the accounts. */
  readonly name: string
  readonly description?: string
  /** Seconds. */
  readonly sessionDuration: number
  /** Where the account's console opens: a path of it, or an http(s) URL. */
  readonly relayState?: string
  /** What is deployed is known by this: see `contentHashOf`. */
  readonly contentHash: string
  /** Grows by one with each change. */
  readonly version: number
  readonly createdAt: string
  readonly updatedAt: string
}

/** A policy of a configuration, whichever version of it. */
export type PolicyContent =
  | { readonly type: 'preset'; readonly policyId: number; readonly name: string }
  | {
      readonly type: 'custom'
      readonly name: string
      /** Byte for byte as it was given. */
      readonly document: string
    }

export type ConfigurationPolicy = PolicyContent & { readonly addedAt: string }

/** What an account gets of a configuration. */
export interface ConfigurationContent {
  readonly sessionDuration: number
  readonly policies: readonly PolicyContent[]
}

/**
 * Hash of what is deployed: policies and session duration. Description and relay state stay here and change nothing in
 * the accounts. The order in which policies were added does not matter.
 */
export function contentHashOf({ sessionDuration, policies }: ConfigurationContent): string {
  const lines = policies
    .map((policy) =>
      JSON.stringify(
        policy.type === 'preset'
          ? [policy.type, policy.policyId, policy.name]
          : [policy.type, policy.name, policy.document],
      ),
    )
    .sort()
  return createHash('sha256')
    .update(JSON.stringify([sessionDuration, ...lines]))
    .digest('base64url')
}

/** Names are compared without regard to case, as CAM compares the role names made of them. */
export const permissionConfigurationNameKey = (name: string): string => name.toLowerCase()

/** Throws `permissionConfiguration.nameInvalid` unless the name is 1 to 128 letters, digits and dashes. */
export function requirePermissionConfigurationName(name: string): void {
  if (/^[A-Za-z0-9-]+$/.test(name) && name.length <= MAXIMUM_NAME) return
  throw new IdentityCenterError(
    'permissionConfiguration.nameInvalid',
    `The name of a permission configuration has 1 to ${MAXIMUM_NAME} of the characters A-Z a-z 0-9 and -.`,
    { field: 'name', limit: MAXIMUM_NAME },
  )
}

const invalid = (field: string, message: string, limit?: number) =>
  new IdentityCenterError('permissionConfiguration.invalid', message, {
    field,
    ...(limit !== undefined && { limit }),
  })

/** Throws `permissionConfiguration.invalid` unless it is a whole number of seconds from 900 to 43200. */
export function requireSessionDuration(seconds: number): void {
  const { minimum, maximum } = SESSION_DURATION
  if (Number.isInteger(seconds) && seconds >= minimum && seconds <= maximum) return
  throw invalid('sessionDuration', `A session lasts ${minimum} to ${maximum} seconds.`)
}

/** Throws `permissionConfiguration.invalid` when the description is too long. */
export function requireDescription(description: string): void {
  if (description.length <= MAXIMUM_DESCRIPTION) return
  throw invalid(
    'description',
    `A description has at most ${MAXIMUM_DESCRIPTION} characters.`,
    MAXIMUM_DESCRIPTION,
  )
}

/**
 * Throws `permissionConfiguration.invalid` unless the relay state is a page of the console: a path (`/cvm`), or an
 * http(s) URL. Empty means the console's first page.
 */
export function requireRelayState(relayState: string): void {
  const { length } = relayState
  if (length > MAXIMUM_RELAY_STATE) {
    throw invalid(
      'relayState',
      `A relay state has at most ${MAXIMUM_RELAY_STATE} characters.`,
      MAXIMUM_RELAY_STATE,
    )
  }
  // A second slash or a backslash after the first would lead to another host.
  if (relayState === '' || /^\/(?![/\\])[\x21-\x7e]*$/.test(relayState)) return
  if (/^https?:\/\/[\x21-\x7e]+$/.test(relayState) && URL.canParse(relayState)) return
  throw invalid(
    'relayState',
    'A relay state is a page of the console: a path such as /cvm, or an http(s) URL.',
  )
}

/** Throws `policy.nameInvalid` unless the name is 1 to 32 letters, digits and `+ = , . @ _ -`. */
export function requireCustomPolicyName(name: string): void {
  if (/^[A-Za-z0-9+=,.@_-]+$/.test(name) && name.length <= MAXIMUM_CUSTOM_POLICY_NAME) return
  throw new IdentityCenterError(
    'policy.nameInvalid',
    `The name of a custom policy has 1 to ${MAXIMUM_CUSTOM_POLICY_NAME} of the characters A-Z a-z 0-9 + = , . @ _ -.`,
    { field: 'name', limit: MAXIMUM_CUSTOM_POLICY_NAME, policy: name },
  )
}

/**
 * Names for policies that come from elsewhere: their own, cut to what is allowed here, with a number behind it where that
 * is taken or stands twice.
 */
export function freeCustomPolicyNames(
  wanted: readonly string[],
  taken: readonly string[],
): readonly string[] {
  const used = new Set(taken)
  return wanted.map((name) => {
    const numbered = (number: number): string => {
      const ending = number === 1 ? '' : `-${number}`
      return `${name.slice(0, MAXIMUM_CUSTOM_POLICY_NAME - ending.length)}${ending}`
    }
    let number = 1
    while (used.has(numbered(number))) number += 1
    used.add(numbered(number))
    return numbered(number)
  })
}

/** Throws `policy.limit` when the configuration would have more than 100 policies of one type. */
export function requirePolicyRoom(policies: readonly ConfigurationPolicy[]): void {
  for (const type of ['preset', 'custom'] as const) {
    if (policies.filter((policy) => policy.type === type).length <= MAXIMUM_POLICIES) continue
    throw new IdentityCenterError(
      'policy.limit',
      `A permission configuration has at most ${MAXIMUM_POLICIES} ${type} policies.`,
      { limit: MAXIMUM_POLICIES, type },
    )
  }
}
