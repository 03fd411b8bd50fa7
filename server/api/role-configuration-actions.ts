/** Role configurations (our permission configurations) and their policies. */
import { z } from 'zod'
import type { Actor } from '../domain/actor.js'
import { IdentityCenterError } from '../domain/errors.js'
import { parsePermissionConfigurationId, type PermissionConfigurationId } from '../domain/ids.js'
import type { ConfigurationPolicy, PermissionConfiguration } from '../domain/permission-configuration.js'
import type { AssignmentService } from '../services/assignments.js'
import type { DeploymentService } from '../services/deployments.js'
import type { PermissionConfigurationService } from '../services/permission-configurations.js'
import type { ZoneService } from '../services/zones.js'
import type { Action, ApiAnswer } from './action.js'
import { ApiError } from './api-error.js'
import { filterText } from './directory-parameters.js'
import { accountUinOf, cloudTime, PAGE_INPUT, pageAnswer, pageOf, zoneActions } from './zone-action.js'

export interface RoleConfigurationActionDeps {
  readonly zones: Pick<ZoneService, 'current'>
  readonly permissionConfigurations: PermissionConfigurationService
  readonly assignments: Pick<AssignmentService, 'list'>
  readonly deployments: Pick<DeploymentService, 'list'>
}

const policyType = z.enum(['System', 'Custom'])
const POLICY_NAMES_PER_CALL = 20
/** A principal has at most so many configurations in one account: the zone has no more of them. */
const ALL_OF_ONE_ACCOUNT = { offset: 0, limit: 1000 } as const

/** An id of another form is as unknown as one that nobody has. */
export function configurationIdOf(text: string): PermissionConfigurationId {
  const id = parsePermissionConfigurationId(text)
  if (id !== undefined) return id
  throw new IdentityCenterError(
    'permissionConfiguration.notFound',
    `There is no role configuration ${text.slice(0, 64)}.`,
  )
}

const configurationInfo = (configuration: PermissionConfiguration, isSelected = false): ApiAnswer => ({
  RoleConfigurationId: configuration.id,
  RoleConfigurationName: configuration.name,
  Description: configuration.description ?? '',
  SessionDuration: configuration.sessionDuration,
  RelayState: configuration.relayState ?? '',
  CreateTime: cloudTime(configuration.createdAt),
  UpdateTime: cloudTime(configuration.updatedAt),
  IsSelected: isSelected,
})

const policyInfo = (policy: ConfigurationPolicy): ApiAnswer => ({
  RolePolicyId: policy.type === 'preset' ? policy.policyId : 0,
  RolePolicyName: policy.name,
  RolePolicyType: policy.type === 'preset' ? 'System' : 'Custom',
  RolePolicyDocument: policy.type === 'preset' ? '' : policy.document,
  AddTime: cloudTime(policy.addedAt),
})

const wrongParameters = (message: string) => new ApiError('InvalidParameter.ParamError', message)

/** Preset policies come by id (with a name that says nothing further), or by name. */
function presetsOf(input: {
  readonly RolePolicies: readonly { readonly PolicyId: number }[]
  readonly RolePolicyNames: readonly string[]
}): readonly (number | string)[] {
  const references = [...input.RolePolicies.map(({ PolicyId }) => PolicyId), ...input.RolePolicyNames]
  if (references.length > 0) return references
  throw wrongParameters('Name the system policies in RolePolicies or RolePolicyNames.')
}

/** One name with one document, or as many documents as names. */
function customsOf(input: {
  readonly RolePolicyNames: readonly string[]
  readonly CustomPolicyDocument?: string | undefined
  readonly CustomPolicyDocuments: readonly string[]
}): readonly { readonly name: string; readonly document: string }[] {
  const documents =
    input.CustomPolicyDocuments.length > 0
      ? input.CustomPolicyDocuments
      : input.CustomPolicyDocument === undefined
        ? []
        : [input.CustomPolicyDocument]
  if (documents.length !== input.RolePolicyNames.length || documents.length === 0)
    throw wrongParameters('Custom policies need as many documents as names, at least one.')
  return input.RolePolicyNames.map((name, index) => ({ name, document: documents[index] ?? '' }))
}

export function roleConfigurationActions(deps: RoleConfigurationActionDeps): readonly Action[] {
  const { zones, permissionConfigurations: configurations, assignments, deployments } = deps
  const zoneAction = zoneActions(zones)

  /** Configurations that are in one of the accounts, or that the principal has there. */
  async function selectedIn(
    actor: Actor,
    targets: readonly number[],
    principalId: string | undefined,
  ): Promise<ReadonlySet<string>> {
    const selected = new Set<string>()
    for (const target of targets) {
      const query = { accountUin: accountUinOf(target), page: ALL_OF_ONE_ACCOUNT }
      const { items } =
        principalId === undefined
          ? await deployments.list(actor, query)
          : await assignments.list(actor, { ...query, principalId })
      for (const { configurationId } of items) selected.add(configurationId)
    }
    return selected
  }

  return [
    zoneAction({
      name: 'CreateRoleConfiguration',
      input: {
        RoleConfigurationName: z.string(),
        Description: z.string().optional(),
        SessionDuration: z.int().optional(),
        RelayState: z.string().optional(),
      },
      handle: async (actor, input) => {
        const configuration = await configurations.create(actor, {
          name: input.RoleConfigurationName,
          ...(input.Description !== undefined && { description: input.Description }),
          ...(input.SessionDuration !== undefined && { sessionDuration: input.SessionDuration }),
          ...(input.RelayState !== undefined && { relayState: input.RelayState }),
        })
        return { RoleConfigurationInfo: configurationInfo(configuration) }
      },
    }),
    zoneAction({
      name: 'GetRoleConfiguration',
      input: { RoleConfigurationId: z.string() },
      handle: async (actor, { RoleConfigurationId }) => ({
        RoleConfigurationInfo: configurationInfo(
          await configurations.get(actor, configurationIdOf(RoleConfigurationId)),
        ),
      }),
    }),
    zoneAction({
      name: 'ListRoleConfigurations',
      input: {
        ...PAGE_INPUT,
        Filter: filterText,
        FilterTargets: z.array(z.int()).max(50).default([]),
        PrincipalId: z.string().optional(),
      },
      handle: async (actor, input) => {
        const page = await configurations.list(actor, {
          ...(input.Filter !== undefined && { search: input.Filter }),
          page: pageOf(input),
        })
        const selected = await selectedIn(actor, input.FilterTargets, input.PrincipalId)
        return {
          ...pageAnswer(input, page),
          RoleConfigurations: page.items.map((item) => configurationInfo(item, selected.has(item.id))),
        }
      },
    }),
    zoneAction({
      name: 'UpdateRoleConfiguration',
      input: {
        RoleConfigurationId: z.string(),
        NewDescription: z.string().optional(),
        NewSessionDuration: z.int().optional(),
        NewRelayState: z.string().optional(),
      },
      handle: async (actor, input) => {
        const id = configurationIdOf(input.RoleConfigurationId)
        const configuration = await configurations.update(actor, id, {
          ...(input.NewDescription !== undefined && { description: input.NewDescription }),
          ...(input.NewSessionDuration !== undefined && { sessionDuration: input.NewSessionDuration }),
          ...(input.NewRelayState !== undefined && { relayState: input.NewRelayState }),
        })
        return { RoleConfigurationInfo: configurationInfo(configuration) }
      },
    }),
    zoneAction({
      name: 'DeleteRoleConfiguration',
      input: { RoleConfigurationId: z.string() },
      handle: async (actor, { RoleConfigurationId }) => {
        await configurations.remove(actor, configurationIdOf(RoleConfigurationId))
        return {}
      },
    }),
    zoneAction({
      name: 'AddPermissionPolicyToRoleConfiguration',
      input: {
        RoleConfigurationId: z.string(),
        RolePolicyType: policyType,
        RolePolicyNames: z.array(z.string()).max(POLICY_NAMES_PER_CALL).default([]),
        RolePolicies: z
          .array(z.strictObject({ PolicyId: z.int(), PolicyName: z.string().optional() }))
          .max(100)
          .default([]),
        CustomPolicyDocument: z.string().max(65_536).optional(),
        CustomPolicyDocuments: z.array(z.string().max(65_536)).max(POLICY_NAMES_PER_CALL).default([]),
        PolicyType: z.int().optional(),
      },
      handle: async (actor, input) => {
        const id = configurationIdOf(input.RoleConfigurationId)
        if (input.RolePolicyType === 'System') await configurations.attachPreset(actor, id, presetsOf(input))
        else await configurations.addCustomPolicies(actor, id, customsOf(input))
        return {}
      },
    }),
    zoneAction({
      name: 'RemovePermissionPolicyFromRoleConfiguration',
      input: {
        RoleConfigurationId: z.string(),
        RolePolicyType: policyType,
        RolePolicyName: z.string().optional(),
        RolePolicyId: z.int().optional(),
      },
      handle: async (actor, input) => {
        const id = configurationIdOf(input.RoleConfigurationId)
        const { RolePolicyName: name = '', RolePolicyId: policyId = 0 } = input
        // Clients send 0 for a custom policy, which has no id.
        const isPreset = input.RolePolicyType === 'System'
        if (name === '' && !(isPreset && policyId !== 0))
          throw wrongParameters('Name the policy in RolePolicyName, or a system policy in RolePolicyId.')
        await configurations.detachPolicy(
          actor,
          id,
          isPreset && policyId !== 0
            ? { type: 'preset', policyId }
            : { type: isPreset ? 'preset' : 'custom', name },
        )
        return {}
      },
    }),
    zoneAction({
      name: 'ListPermissionPoliciesInRoleConfiguration',
      input: { RoleConfigurationId: z.string(), RolePolicyType: policyType.optional(), Filter: filterText },
      handle: async (actor, { RoleConfigurationId, RolePolicyType, Filter = '' }) => {
        const policies = await configurations.listPolicies(actor, configurationIdOf(RoleConfigurationId))
        const wanted = policies
          .map(policyInfo)
          .filter(
            ({ RolePolicyType: type, RolePolicyName: name }) =>
              (RolePolicyType === undefined || type === RolePolicyType) &&
              String(name).toLowerCase().includes(Filter.toLowerCase()),
          )
        return { TotalCounts: wanted.length, RolePolicies: wanted }
      },
    }),
    zoneAction({
      name: 'UpdateCustomPolicyForRoleConfiguration',
      input: {
        RoleConfigurationId: z.string(),
        CustomPolicyName: z.string(),
        NewCustomPolicyDocument: z.string().max(65_536).default(''),
      },
      handle: async (actor, { RoleConfigurationId, CustomPolicyName, NewCustomPolicyDocument }) => {
        const id = configurationIdOf(RoleConfigurationId)
        const named = (await configurations.listPolicies(actor, id)).filter(
          ({ name }) => name === CustomPolicyName,
        )
        if (named.length > 0 && named.every(({ type }) => type === 'preset'))
          throw new ApiError('InvalidParameter.PolicyTypeError', `${CustomPolicyName} is a system policy.`)
        if (named.length === 0) {
          throw new IdentityCenterError(
            'policy.notFound',
            'The role configuration has no custom policy of this name.',
          )
        }
        await configurations.putCustomPolicy(actor, id, CustomPolicyName, NewCustomPolicyDocument, 'existing')
        return {}
      },
    }),
  ]
}
