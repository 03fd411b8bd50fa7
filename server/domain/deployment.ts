/** Deployments: a permission configuration as a role in one account, and the steps that put it there or take it away. */
import type { AccountUin, PermissionConfigurationId, ZoneId } from './ids.js'
import type { AccountKind } from './organization.js'
import type { PolicyContent } from './permission-configuration.js'

/** `deploying` and `undeploying` have a task in progress; `failed` says that the last one did not succeed. */
export type DeploymentStatus = 'deploying' | 'deployed' | 'failed' | 'undeploying'

export interface Deployment {
  readonly configurationId: PermissionConfigurationId
  readonly configurationName: string
  readonly accountUin: AccountUin
  readonly accountName: string
  readonly accountKind: AccountKind
  readonly status: DeploymentStatus
  /** Content hash that the account has; absent until the first success: nobody gets in before. */
  readonly deployedHash?: string
  /** Version that the account has; absent until then, and where it is from before versions were kept. */
  readonly deployedVersion?: number
  readonly failureReason?: string
  readonly createdAt: string
  readonly updatedAt: string
}

/** Whether the configuration changed after it was deployed. A stale deployment keeps working as it was until redeployed. */
export const isStale = (
  deployed: Pick<Deployment, 'deployedHash'>,
  wanted: { readonly contentHash: string },
): boolean => deployed.deployedHash !== undefined && deployed.deployedHash !== wanted.contentHash

/** What a list shows of a deployment: its status, with `stale` (needs redeploying) told apart from `deployed`. */
export type DeploymentCondition = DeploymentStatus | 'stale'

export const conditionOf = (
  deployed: Pick<Deployment, 'status' | 'deployedHash'>,
  wanted: { readonly contentHash: string },
): DeploymentCondition =>
  deployed.status === 'deployed' && isStale(deployed, wanted) ? 'stale' : deployed.status

const ROLE_PREFIX = 'TencentCloudSSO-'
/** Characters of a role's name: the prefix and a configuration's name, which may have 128 itself. */
export const MAXIMUM_DEPLOYED_ROLE_NAME = 128 + ROLE_PREFIX.length
/** Name of the role that a configuration becomes in every account. */
export const roleNameOf = (configurationName: string): string => `${ROLE_PREFIX}${configurationName}`
/** Name of the zone's SAML provider in every account. */
export const samlProviderNameOf = (zoneId: ZoneId): string => `TencentReservedSSO-${zoneId}`
export const roleArn = (account: AccountUin, roleName: string): string =>
  `qcs::cam::uin/${account}:roleName/${roleName}`
export const samlProviderArn = (account: AccountUin, providerName: string): string =>
  `qcs::cam::uin/${account}:saml-provider/${providerName}`

/**
 * Beginning of the account's names for a configuration's custom policies. Two configurations may each have a policy
 * called `read`; the id keeps them apart and, unlike the name, within CAM's 128 characters.
 */
export const customPolicyPrefix = (id: PermissionConfigurationId): string => `${id}-`

/** Who may take on the role: whoever the zone's SAML provider vouches for. */
function trustPolicyFor(account: AccountUin, providerName: string): string {
  return JSON.stringify({
    version: '2.0',
    statement: [
      {
        effect: 'allow',
        action: 'name/sts:AssumeRoleWithSAML',
        principal: { federated: [samlProviderArn(account, providerName)] },
      },
    ],
  })
}

/** One call to the account, as data. Each may be repeated without further effect. */
export type DeploymentStep =
  | {
      readonly call: 'putSamlProvider'
      readonly name: string
      readonly description: string
      readonly metadata: string
    }
  | { readonly call: 'deleteSamlProvider'; readonly name: string }
  | {
      readonly call: 'putRole'
      readonly name: string
      readonly description: string
      readonly sessionDuration: number
      readonly trustPolicy: string
    }
  | { readonly call: 'deleteRole'; readonly name: string }
  | { readonly call: 'putCustomPolicy'; readonly name: string; readonly document: string }
  | { readonly call: 'deleteCustomPolicies'; readonly prefix: string; readonly except: readonly string[] }
  | {
      readonly call: 'attachPolicies'
      readonly roleName: string
      readonly preset: readonly { readonly id: number; readonly name: string }[]
      readonly custom: readonly string[]
    }

/** What shall be true of one configuration in one account. */
export type DeploymentGoal =
  | {
      readonly kind: 'deployed'
      /** Metadata of the Identity Center as the identity provider of its roles. */
      readonly samlMetadata: string
      readonly configuration: {
        readonly id: PermissionConfigurationId
        readonly name: string
        readonly description?: string
        readonly sessionDuration: number
        readonly policies: readonly PolicyContent[]
      }
    }
  | {
      readonly kind: 'undeployed'
      readonly configuration: { readonly id: PermissionConfigurationId; readonly name: string }
      /** Whether no other configuration of the zone is, or is to be, deployed in the account. */
      readonly lastInAccount: boolean
    }

/**
 * The steps that reach the goal, whatever part of them was done before. In their order an account never has a role with
 * more rights than it shall have: the role comes before its policies, and goes before what it trusts.
 */
export function planDeployment(
  place: { readonly zoneId: ZoneId; readonly accountUin: AccountUin },
  goal: DeploymentGoal,
): readonly DeploymentStep[] {
  const providerName = samlProviderNameOf(place.zoneId)
  const roleName = roleNameOf(goal.configuration.name)
  const prefix = customPolicyPrefix(goal.configuration.id)
  if (goal.kind === 'undeployed') {
    return [
      { call: 'deleteRole', name: roleName },
      { call: 'deleteCustomPolicies', prefix, except: [] },
      ...(goal.lastInAccount ? [{ call: 'deleteSamlProvider', name: providerName } as const] : []),
    ]
  }
  const { configuration, samlMetadata } = goal
  const custom = configuration.policies
    .filter((policy) => policy.type === 'custom')
    .map(({ name, document }) => ({ name: `${prefix}${name}`, document }))
  return [
    {
      call: 'putSamlProvider',
      name: providerName,
      description: 'Identity Center',
      metadata: samlMetadata,
    },
    {
      call: 'putRole',
      name: roleName,
      description: configuration.description ?? '',
      sessionDuration: configuration.sessionDuration,
      trustPolicy: trustPolicyFor(place.accountUin, providerName),
    },
    ...custom.map((policy) => ({ call: 'putCustomPolicy', ...policy }) as const),
    {
      call: 'attachPolicies',
      roleName,
      preset: configuration.policies
        .filter((policy) => policy.type === 'preset')
        .map(({ policyId, name }) => ({ id: policyId, name })),
      custom: custom.map(({ name }) => name),
    },
    { call: 'deleteCustomPolicies', prefix, except: custom.map(({ name }) => name) },
  ]
}
