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
import type { Action } from './action.js'
import { ApiError } from './api-error.js'
import { filterText, readNameFilter } from './directory-parameters.js'
import { roleConfiguration, rolePolicie } from './shapes/permissions.js'
import { policyType, principalId, roleConfigurationId, targetUin } from './shapes/values.js'
import {
  accountUinOf,
  cloudTime,
  PAGE_INPUT,
  PAGE_OUTPUT,
  pageAnswer,
  pageOf,
  zoneActions,
} from './zone-action.js'

export interface RoleConfigurationActionDeps {
  readonly zones: Pick<ZoneService, 'current'>
  readonly permissionConfigurations: PermissionConfigurationService
  readonly assignments: Pick<AssignmentService, 'list'>
  readonly deployments: Pick<DeploymentService, 'list'>
}

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

const toRoleConfiguration = (
  configuration: PermissionConfiguration,
  isSelected = false,
): z.output<typeof roleConfiguration> => ({
  RoleConfigurationId: configuration.id,
  RoleConfigurationName: configuration.name,
  Description: configuration.description ?? '',
  SessionDuration: configuration.sessionDuration,
  RelayState: configuration.relayState ?? '',
  CreateTime: cloudTime(configuration.createdAt),
  UpdateTime: cloudTime(configuration.updatedAt),
  IsSelected: isSelected,
})

const toRolePolicie = (policy: ConfigurationPolicy): z.output<typeof rolePolicie> => ({
  RolePolicyId: policy.type === 'preset' ? policy.policyId : 0,
  RolePolicyName: policy.name,
  RolePolicyType: policy.type === 'preset' ? 'System' : 'Custom',
  RolePolicyDocument: policy.type === 'preset' ? '' : policy.document,
  AddTime: cloudTime(policy.addedAt),
})

/** `RoleConfigurationName eq <name>`, the same with `sw` for its beginning, or any part of name and description. */
function searchOf(
  filter: string | undefined,
): Omit<Parameters<PermissionConfigurationService['list']>[1], 'page'> {
  if (filter === undefined) return {}
  const named = readNameFilter(filter)
  if (named?.attribute !== 'RoleConfigurationName') return { search: filter }
  return { name: { matches: named.operator === 'eq' ? 'whole' : 'beginning', text: named.value } }
}

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
      summary: 'Makes a role configuration, whose name is fixed for life.',
      priority: 'P0',
      refusals: [
        'FailedOperation.ConfigurationOverUpperLimit',
        'InvalidParameter.ConfigurationNameAlreadyExists',
        'InvalidParameter.ConfigurationNameFormatError',
        'InvalidParameter.ParamError',
      ],
      output: { RoleConfigurationInfo: roleConfiguration },
      input: {
        RoleConfigurationName: z.string().describe('1 to 128 letters, digits and dashes.'),
        Description: z.string().optional(),
        SessionDuration: z.int().optional().describe('Seconds, 900 to 43200; 3600 unless given.'),
        RelayState: z.string().optional().describe('Page of the account that opens after the sign-in.'),
      },
      handle: async (actor, input) => {
        const configuration = await configurations.create(actor, {
          name: input.RoleConfigurationName,
          ...(input.Description !== undefined && { description: input.Description }),
          ...(input.SessionDuration !== undefined && { sessionDuration: input.SessionDuration }),
          ...(input.RelayState !== undefined && { relayState: input.RelayState }),
        })
        return { RoleConfigurationInfo: toRoleConfiguration(configuration) }
      },
    }),
    zoneAction({
      name: 'GetRoleConfiguration',
      summary: 'Tells of one role configuration.',
      priority: 'P0',
      refusals: ['InvalidParameter.RoleConfigurationNotExist'],
      output: { RoleConfigurationInfo: roleConfiguration },
      input: { RoleConfigurationId: roleConfigurationId },
      handle: async (actor, { RoleConfigurationId }) => ({
        RoleConfigurationInfo: toRoleConfiguration(
          await configurations.get(actor, configurationIdOf(RoleConfigurationId)),
        ),
      }),
    }),
    zoneAction({
      name: 'ListRoleConfigurations',
      summary: 'Lists role configurations, newest first.',
      priority: 'P0',
      refusals: ['FailedOperation.OrganizationMemberNotExist', 'InvalidParameter.NextTokenInvalid'],
      output: { ...PAGE_OUTPUT, RoleConfigurations: z.array(roleConfiguration) },
      input: {
        ...PAGE_INPUT,
        Filter: filterText,
        FilterTargets: z.array(targetUin).max(50).default([]).describe('Accounts that IsSelected speaks of.'),
        PrincipalId: principalId.optional(),
      },
      handle: async (actor, input) => {
        const page = await configurations.list(actor, { ...searchOf(input.Filter), page: pageOf(input) })
        const selected = await selectedIn(actor, input.FilterTargets, input.PrincipalId)
        return {
          ...pageAnswer(input, page),
          RoleConfigurations: page.items.map((item) => toRoleConfiguration(item, selected.has(item.id))),
        }
      },
    }),
    zoneAction({
      name: 'UpdateRoleConfiguration',
      summary:
        'Changes description, session duration and relay state of a role configuration: what is absent stays.',
      priority: 'P0',
      refusals: ['InvalidParameter.ParamError', 'InvalidParameter.RoleConfigurationNotExist'],
      output: { RoleConfigurationInfo: roleConfiguration },
      input: {
        RoleConfigurationId: roleConfigurationId,
        NewDescription: z.string().optional(),
        NewSessionDuration: z.int().optional().describe('Seconds, 900 to 43200.'),
        NewRelayState: z.string().optional(),
      },
      handle: async (actor, input) => {
        const id = configurationIdOf(input.RoleConfigurationId)
        const configuration = await configurations.update(actor, id, {
          ...(input.NewDescription !== undefined && { description: input.NewDescription }),
          ...(input.NewSessionDuration !== undefined && { sessionDuration: input.NewSessionDuration }),
          ...(input.NewRelayState !== undefined && { relayState: input.NewRelayState }),
        })
        return { RoleConfigurationInfo: toRoleConfiguration(configuration) }
      },
    }),
    zoneAction({
      name: 'DeleteRoleConfiguration',
      summary: 'Deletes a role configuration that has no policies and is deployed nowhere.',
      priority: 'P0',
      refusals: [
        'FailedOperation.RoleConfigurationProvisioningAlreadyDeployed',
        'InvalidParameter.RoleConfigurationNotExist',
        'InvalidParameter.RolePolicyAlreadyExist',
      ],
      output: {},
      input: { RoleConfigurationId: roleConfigurationId },
      handle: async (actor, { RoleConfigurationId }) => {
        await configurations.remove(actor, configurationIdOf(RoleConfigurationId))
        return {}
      },
    }),
    zoneAction({
      name: 'AddPermissionPolicyToRoleConfiguration',
      summary: 'Adds system policies, or custom ones with their documents: all of them or none.',
      priority: 'P0',
      refusals: [
        'FailedOperation.CustomPolicyOverUpperLimit',
        'FailedOperation.SystemPolicyOverUpperLimit',
        'InvalidParameter.ParamError',
        'InvalidParameter.PolicyDocumentEmpty',
        'InvalidParameter.PolicyDocumentError',
        'InvalidParameter.PolicyDocumentLengthOverLimit',
        'InvalidParameter.PolicyNameAlreadyExists',
        'InvalidParameter.PolicyNameSizeOverUpperLimit',
        'InvalidParameter.RoleConfigurationNotExist',
        'InvalidParameter.RolePolicyNotExist',
      ],
      output: {},
      input: {
        RoleConfigurationId: roleConfigurationId,
        RolePolicyType: policyType,
        RolePolicyNames: z
          .array(z.string())
          .max(POLICY_NAMES_PER_CALL)
          .default([])
          .describe('Names of system policies, or those that custom policies get (32 characters at most).'),
        RolePolicies: z
          .array(z.strictObject({ PolicyId: z.int(), PolicyName: z.string().optional() }))
          .max(100)
          .default([])
          .describe('System policies; PolicyId decides.'),
        CustomPolicyDocument: z.string().max(65_536).optional().describe('Document of the one name.'),
        CustomPolicyDocuments: z
          .array(z.string().max(65_536))
          .max(POLICY_NAMES_PER_CALL)
          .default([])
          .describe('As many documents as names.'),
        PolicyType: z.int().optional().describe('1 or 0; it says nothing here.'),
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
      summary: 'Removes a policy from a role configuration.',
      priority: 'P0',
      refusals: [
        'InvalidParameter.ParamError',
        'InvalidParameter.RoleConfigurationNotExist',
        'InvalidParameter.RolePolicyNotExist',
      ],
      output: {},
      input: {
        RoleConfigurationId: roleConfigurationId,
        RolePolicyType: policyType,
        RolePolicyName: z.string().optional(),
        RolePolicyId: z.int().optional().describe('Of a system policy; 0 counts as absent.'),
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
      summary: 'Lists the policies of a role configuration.',
      priority: 'P0',
      refusals: ['InvalidParameter.RoleConfigurationNotExist'],
      output: { TotalCounts: z.int(), RolePolicies: z.array(rolePolicie) },
      input: {
        RoleConfigurationId: roleConfigurationId,
        RolePolicyType: policyType.optional(),
        Filter: filterText,
      },
      handle: async (actor, { RoleConfigurationId, RolePolicyType, Filter = '' }) => {
        const policies = await configurations.listPolicies(actor, configurationIdOf(RoleConfigurationId))
        const wanted = policies
          .map(toRolePolicie)
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
      summary: 'Replaces the document of a custom policy.',
      priority: 'P0',
      refusals: [
        'InvalidParameter.PolicyDocumentEmpty',
        'InvalidParameter.PolicyDocumentError',
        'InvalidParameter.PolicyDocumentLengthOverLimit',
        'InvalidParameter.PolicyTypeError',
        'InvalidParameter.RoleConfigurationNotExist',
        'InvalidParameter.RolePolicyNotExist',
      ],
      output: {},
      input: {
        RoleConfigurationId: roleConfigurationId,
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
