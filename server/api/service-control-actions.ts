/** Service control policies: the switch, the policies, and where they are attached. */
import { z } from 'zod'
import type { Actor } from '../domain/actor.js'
import { IdentityCenterError } from '../domain/errors.js'
import { parseAccountUin, type NodeId } from '../domain/ids.js'
import type { ServiceControlPolicy, ServiceControlTarget } from '../domain/service-control.js'
import type { OrganizationService } from '../services/organization.js'
import type { ServiceControlService } from '../services/service-control.js'
import { managerAction, type Action } from './action.js'
import { ApiError } from './api-error.js'
import type { ErrorNames } from './api-errors.js'
import { listPoliciesForTarget, listPolicyNode, listTargetsForPolicyNode } from './shapes/organization.js'
import { cloudTimeText, policyId } from './shapes/values.js'
import { cloudTime } from './zone-action.js'

export interface ServiceControlActionDeps {
  readonly organization: OrganizationService
  readonly serviceControl: ServiceControlService
}

const policyType = z.enum(['SERVICE_CONTROL_POLICY', 'TAG_POLICY'])
const PAGE = {
  Rp: z.int().min(1).max(200).default(20).describe('Entries of one page.'),
  Page: z.int().min(1).max(200).default(1).describe('Number of the page.'),
} as const
const targetId = z.int().describe('Number of a department or of a member account.')
const organizationId = z.int().describe('OrgId of DescribeOrganization.')
const TARGET = {
  TargetId: targetId,
  TargetType: z.enum(['NODE', 'MEMBER']),
  PolicyId: policyId,
  Type: policyType.optional(),
} as const

const NO_TAG_POLICIES = 'Tag policies are refused with UnsupportedOperation.'

const ERRORS: ErrorNames = {
  'serviceControl.off': 'FailedOperation.OrganizationPolicyIsNotEnabled',
  // Spelled so by the cloud: it is on already.
  'serviceControl.on': 'FailedOperation.OrganizationPolicyIsNotDisabled',
  'serviceControl.notFound': 'ResourceNotFound.PolicyIdNotFound',
  'serviceControl.nameTaken': 'FailedOperation.PolicyNameInUse',
  'serviceControl.nameInvalid': 'InvalidParameter.PolicyNameError',
  'serviceControl.limit': 'FailedOperation.PolicyFull',
  'serviceControl.inUse': 'FailedOperation.OrganizationPolicyInUsed',
  'serviceControl.preset': 'FailedOperation.OrganizationPolicyOperateError',
  'serviceControl.attached': 'FailedOperation.OrganizationPolicyInUsed',
  'serviceControl.notAttached': 'ResourceNotFound.PolicyNotExist',
  'serviceControl.last': 'FailedOperation.OrganizationDetachLastPolicyError',
  'node.notFound': 'ResourceNotFound.OrganizationNodeNotExist',
  'account.notFound': 'ResourceNotFound.OrganizationMemberNotExist',
  'account.management': 'ResourceNotFound.OrganizationMemberNotExist',
}
const ATTACH_ERRORS: ErrorNames = {
  ...ERRORS,
  'serviceControl.notFound': 'InvalidParameter.PolicyIdNotExist',
  'serviceControl.limit': 'InvalidParameter.AttachmentFull',
}

/** 1 custom, 2 preset. */
const typeOf = ({ type }: Pick<ServiceControlPolicy, 'type'>): number => (type === 'custom' ? 1 : 2)

const targetOf = (type: 'NODE' | 'MEMBER', id: number): ServiceControlTarget => ({
  kind: type === 'NODE' ? 'node' : 'account',
  id: String(id),
})

/** Tag policies are known and not served: nothing here has tags that a policy could speak of. */
function requireServiceControl(type: z.output<typeof policyType> | undefined): void {
  if (type !== 'TAG_POLICY') return
  throw new ApiError('UnsupportedOperation', 'Tag policies are not supported here.')
}

function paged<Item>(items: readonly Item[], { Rp, Page }: { readonly Rp: number; readonly Page: number }) {
  return { TotalNum: items.length, part: items.slice((Page - 1) * Rp, Page * Rp) }
}

export function serviceControlActions(deps: ServiceControlActionDeps): readonly Action[] {
  const { organization, serviceControl } = deps

  async function requireOrganization(actor: Actor, id: number): Promise<void> {
    if (id === (await organization.tree(actor)).id) return
    throw new ApiError('InvalidParameter.OrganizationNotExist', `There is no organization ${id}.`)
  }

  const switchAction = (
    name: string,
    summary: string,
    refusal: string,
    work: (actor: Actor) => Promise<void>,
  ): Action =>
    managerAction({
      name,
      summary,
      priority: 'P2',
      differs: NO_TAG_POLICIES,
      refusals: [refusal, 'InvalidParameter.OrganizationNotExist', 'UnsupportedOperation'],
      output: {},
      errors: ERRORS,
      input: z.strictObject({ OrganizationId: organizationId, PolicyType: policyType }),
      handle: async (actor, { OrganizationId, PolicyType }) => {
        requireServiceControl(PolicyType)
        await requireOrganization(actor, OrganizationId)
        await work(actor)
        return {}
      },
    })

  return [
    switchAction(
      'EnablePolicyType',
      'Switches service control policies on, which attaches `FullQcloudAccess` to every department and member.',
      'FailedOperation.OrganizationPolicyIsNotDisabled',
      (actor) => serviceControl.enable(actor),
    ),
    switchAction(
      'DisablePolicyType',
      'Switches service control policies off, which detaches all of them.',
      'FailedOperation.OrganizationPolicyIsNotEnabled',
      (actor) => serviceControl.disable(actor),
    ),
    managerAction({
      name: 'DescribePolicyConfig',
      summary: 'Tells whether service control policies are on.',
      priority: 'P2',
      differs: 'Tag policies are always off.',
      refusals: ['InvalidParameter.OrganizationNotExist'],
      output: { Status: z.int().describe('0 off, 1 on.'), Type: z.string() },
      input: z.strictObject({ OrganizationId: organizationId, Type: z.int().min(0).max(1).default(0) }),
      handle: async (actor, { OrganizationId, Type }) => {
        await requireOrganization(actor, OrganizationId)
        return Type === 0
          ? { Status: (await serviceControl.isOn(actor)) ? 1 : 0, Type: 'SERVICE_CONTROL_POLICY' }
          : { Status: 0, Type: 'TAG_POLICY' }
      },
    }),
    managerAction({
      name: 'CreatePolicy',
      summary: 'Makes a service control policy.',
      priority: 'P2',
      differs: NO_TAG_POLICIES,
      refusals: [
        'FailedOperation.OrganizationPolicyIsNotEnabled',
        'FailedOperation.PolicyFull',
        'FailedOperation.PolicyNameInUse',
        'InvalidParameter.PolicyDocumentError',
        'InvalidParameter.PolicyDocumentLengthOverLimit',
        'InvalidParameter.PolicyNameError',
        'UnsupportedOperation',
      ],
      output: { PolicyId: policyId },
      errors: ERRORS,
      input: z.strictObject({
        Name: z.string(),
        Content: z.string(),
        Type: policyType,
        Description: z.string().default(''),
      }),
      handle: async (actor, { Name, Content, Type, Description }) => {
        requireServiceControl(Type)
        const input = {
          name: Name,
          document: Content,
          ...(Description !== '' && { description: Description }),
        }
        return { PolicyId: await serviceControl.create(actor, input) }
      },
    }),
    managerAction({
      name: 'UpdatePolicy',
      summary: 'Changes a service control policy: what is absent stays.',
      priority: 'P2',
      refusals: [
        'FailedOperation.OrganizationPolicyIsNotEnabled',
        'FailedOperation.OrganizationPolicyOperateError',
        'FailedOperation.PolicyNameInUse',
        'InvalidParameter.PolicyDocumentError',
        'InvalidParameter.PolicyDocumentLengthOverLimit',
        'InvalidParameter.PolicyNameError',
        'ResourceNotFound.PolicyIdNotFound',
        'UnsupportedOperation',
      ],
      output: {},
      errors: ERRORS,
      input: z.strictObject({
        PolicyId: policyId,
        Description: z.string().optional(),
        Content: z.string().optional(),
        Name: z.string().optional(),
        Type: policyType.optional(),
      }),
      handle: async (actor, { PolicyId, Description, Content, Name, Type }) => {
        requireServiceControl(Type)
        await serviceControl.change(actor, PolicyId, {
          ...(Name !== undefined && { name: Name }),
          ...(Description !== undefined && { description: Description }),
          ...(Content !== undefined && { document: Content }),
        })
        return {}
      },
    }),
    managerAction({
      name: 'DeletePolicy',
      summary: 'Deletes a service control policy that is attached nowhere.',
      priority: 'P2',
      refusals: [
        'FailedOperation.OrganizationPolicyInUsed',
        'FailedOperation.OrganizationPolicyIsNotEnabled',
        'FailedOperation.OrganizationPolicyOperateError',
        'ResourceNotFound.PolicyIdNotFound',
      ],
      output: {},
      errors: ERRORS,
      input: z.strictObject({ PolicyId: policyId, Type: policyType.optional() }),
      handle: async (actor, { PolicyId }) => {
        await serviceControl.remove(actor, PolicyId)
        return {}
      },
    }),
    managerAction({
      name: 'DescribePolicy',
      summary: 'Tells of one service control policy, with its document.',
      priority: 'P2',
      refusals: ['ResourceNotFound.PolicyIdNotFound'],
      output: {
        PolicyId: policyId,
        PolicyName: z.string(),
        Type: z.int().describe('1 custom, 2 preset.'),
        Description: z.string(),
        PolicyDocument: z.string(),
        AddTime: cloudTimeText,
        UpdateTime: cloudTimeText,
      },
      errors: ERRORS,
      input: z.strictObject({ PolicyId: policyId, PolicyType: policyType.optional() }),
      handle: async (actor, { PolicyId }) => {
        const policy = await serviceControl.get(actor, PolicyId)
        return {
          PolicyId: policy.id,
          PolicyName: policy.name,
          Type: typeOf(policy),
          Description: policy.description ?? '',
          PolicyDocument: policy.document,
          AddTime: cloudTime(policy.createdAt),
          UpdateTime: cloudTime(policy.updatedAt),
        }
      },
    }),
    managerAction({
      name: 'ListPolicies',
      summary: 'Lists service control policies.',
      priority: 'P2',
      output: { TotalNum: z.int(), List: z.array(listPolicyNode) },
      input: z.strictObject({
        ...PAGE,
        Scope: z.enum(['All', 'QCS', 'Local']).default('All'),
        Keyword: z.string().max(128).optional(),
        PolicyType: policyType.optional(),
      }),
      handle: async (actor, { Rp, Page, Scope, Keyword, PolicyType }) => {
        if (PolicyType === 'TAG_POLICY') return { TotalNum: 0, List: [] }
        const { items, total } = await serviceControl.list(actor, {
          ...(Scope !== 'All' && { type: Scope === 'QCS' ? ('preset' as const) : ('custom' as const) }),
          ...(Keyword !== undefined && { search: Keyword }),
          page: { offset: (Page - 1) * Rp, limit: Rp },
        })
        return {
          TotalNum: total,
          List: items.map((policy) => ({
            PolicyId: policy.id,
            PolicyName: policy.name,
            Type: typeOf(policy),
            Description: policy.description ?? '',
            AttachedTimes: policy.attachments,
            AddTime: cloudTime(policy.createdAt),
            UpdateTime: cloudTime(policy.updatedAt),
          })),
        }
      },
    }),
    managerAction({
      name: 'AttachPolicy',
      summary: 'Attaches a service control policy to a department or a member.',
      priority: 'P2',
      refusals: [
        'FailedOperation.OrganizationPolicyInUsed',
        'FailedOperation.OrganizationPolicyIsNotEnabled',
        'InvalidParameter.AttachmentFull',
        'InvalidParameter.PolicyIdNotExist',
        'ResourceNotFound.OrganizationMemberNotExist',
        'ResourceNotFound.OrganizationNodeNotExist',
        'UnsupportedOperation',
      ],
      output: {},
      errors: ATTACH_ERRORS,
      input: z.strictObject(TARGET),
      handle: async (actor, { TargetId, TargetType, PolicyId, Type }) => {
        requireServiceControl(Type)
        await serviceControl.attach(actor, targetOf(TargetType, TargetId), PolicyId)
        return {}
      },
    }),
    managerAction({
      name: 'DetachPolicy',
      summary: 'Detaches a service control policy that is not the last one of its target.',
      priority: 'P2',
      refusals: [
        'FailedOperation.OrganizationDetachLastPolicyError',
        'FailedOperation.OrganizationPolicyIsNotEnabled',
        'ResourceNotFound.OrganizationMemberNotExist',
        'ResourceNotFound.OrganizationNodeNotExist',
        'ResourceNotFound.PolicyNotExist',
        'UnsupportedOperation',
      ],
      output: {},
      errors: { ...ERRORS, 'serviceControl.notFound': 'ResourceNotFound.PolicyNotExist' },
      input: z.strictObject(TARGET),
      handle: async (actor, { TargetId, TargetType, PolicyId, Type }) => {
        requireServiceControl(Type)
        await serviceControl.detach(actor, targetOf(TargetType, TargetId), PolicyId)
        return {}
      },
    }),
    managerAction({
      name: 'ListTargetsForPolicy',
      summary: 'Lists where a service control policy is attached.',
      priority: 'P2',
      refusals: ['ResourceNotFound.PolicyIdNotFound'],
      output: { TotalNum: z.int(), List: z.array(listTargetsForPolicyNode) },
      errors: ERRORS,
      input: z.strictObject({
        PolicyId: policyId,
        ...PAGE,
        TargetType: z.enum(['All', 'User', 'Node']).default('All'),
        PolicyType: policyType.optional(),
        Keyword: z.string().max(128).default(''),
      }),
      handle: async (actor, { PolicyId, TargetType, Keyword, ...page }) => {
        const all = await serviceControl.targetsOf(actor, PolicyId)
        const wanted = Keyword.toLowerCase()
        const { TotalNum, part } = paged(
          all.filter(
            ({ kind, name }) =>
              (TargetType === 'All' || (TargetType === 'Node') === (kind === 'node')) &&
              name.toLowerCase().includes(wanted),
          ),
          page,
        )
        return {
          TotalNum,
          List: part.map((target) => ({
            Uin: Number(target.id),
            RelatedType: target.kind === 'node' ? 1 : 2,
            Name: target.name,
            AddTime: cloudTime(target.attachedAt),
          })),
        }
      },
    }),
    managerAction({
      name: 'ListPoliciesForTarget',
      summary: 'Lists the service control policies attached to a department or member itself.',
      priority: 'P2',
      refusals: ['ResourceNotFound.OrganizationMemberNotExist', 'ResourceNotFound.OrganizationNodeNotExist'],
      output: { TotalNum: z.int(), List: z.array(listPoliciesForTarget) },
      errors: ERRORS,
      input: z.strictObject({
        TargetId: targetId,
        ...PAGE,
        PolicyType: policyType.optional(),
        Keyword: z.string().max(128).default(''),
      }),
      handle: async (actor, { TargetId, Keyword, ...page }) => {
        // Accounts have twelve digits, departments never so many.
        const isAccount = parseAccountUin(String(TargetId)) !== undefined
        const target = targetOf(isAccount ? 'MEMBER' : 'NODE', TargetId)
        const attached = await serviceControl.policiesOf(actor, target)
        const name = await nameOf(actor, target)
        const wanted = Keyword.toLowerCase()
        const { TotalNum, part } = paged(
          attached.filter((policy) => policy.name.toLowerCase().includes(wanted)),
          page,
        )
        return {
          TotalNum,
          List: part.map((policy) => ({
            StrategyId: policy.id,
            StrategyName: policy.name,
            Remark: policy.description ?? '',
            Uin: TargetId,
            Type: isAccount ? 2 : 1,
            Name: name,
            AddTime: cloudTime(policy.createdAt),
            UpdateTime: cloudTime(policy.updatedAt),
            AttachTime: cloudTime(policy.attachedAt),
          })),
        }
      },
    }),
    managerAction({
      name: 'DescribeEffectivePolicy',
      summary: 'Tells of the tag policy that results for a target, of which there is none here.',
      priority: 'P2',
      differs: 'There are no tag policies.',
      refusals: ['ResourceNotFound.EffectivePolicyNotFound'],
      output: {},
      input: z.strictObject({ TargetId: targetId }),
      handle: () => {
        // Of tag policies only, which there are none of.
        throw new ApiError('ResourceNotFound.EffectivePolicyNotFound', 'There is no effective tag policy.')
      },
    }),
  ]

  async function nameOf(actor: Actor, { kind, id }: ServiceControlTarget): Promise<string> {
    if (kind === 'node') {
      const [node] = await organization.getNodePath(actor, Number(id) as NodeId)
      return node?.name ?? ''
    }
    const uin = parseAccountUin(id)
    if (uin === undefined) throw new IdentityCenterError('account.notFound', 'There is no such account.')
    return (await organization.getAccount(actor, uin)).name
  }
}
