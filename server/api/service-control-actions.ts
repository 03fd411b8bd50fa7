/** Service control policies: the switch, the policies, and where they are attached. */
import { z } from 'zod'
import type { Actor } from '../domain/actor.js'
import { IdentityCenterError } from '../domain/errors.js'
import { parseAccountUin, type NodeId } from '../domain/ids.js'
import type { ServiceControlPolicy, ServiceControlTarget } from '../domain/service-control.js'
import type { OrganizationService } from '../services/organization.js'
import type { ServiceControlService } from '../services/service-control.js'
import { managerAction, type Action, type ApiAnswer } from './action.js'
import { ApiError } from './api-error.js'
import type { ErrorNames } from './api-errors.js'
import { cloudTime } from './zone-action.js'

export interface ServiceControlActionDeps {
  readonly organization: OrganizationService
  readonly serviceControl: ServiceControlService
}

const policyType = z.enum(['SERVICE_CONTROL_POLICY', 'TAG_POLICY'])
const PAGE = { Rp: z.int().min(1).max(200).default(20), Page: z.int().min(1).max(200).default(1) } as const
const TARGET = {
  TargetId: z.int(),
  TargetType: z.enum(['NODE', 'MEMBER']),
  PolicyId: z.int(),
  Type: policyType.optional(),
} as const

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

  const switchAction = (name: string, work: (actor: Actor) => Promise<void>): Action =>
    managerAction({
      name,
      errors: ERRORS,
      input: z.strictObject({ OrganizationId: z.int(), PolicyType: policyType }),
      handle: async (actor, { OrganizationId, PolicyType }) => {
        requireServiceControl(PolicyType)
        await requireOrganization(actor, OrganizationId)
        await work(actor)
        return {}
      },
    })

  return [
    switchAction('EnablePolicyType', (actor) => serviceControl.enable(actor)),
    switchAction('DisablePolicyType', (actor) => serviceControl.disable(actor)),
    managerAction({
      name: 'DescribePolicyConfig',
      input: z.strictObject({ OrganizationId: z.int(), Type: z.int().min(0).max(1).default(0) }),
      handle: async (actor, { OrganizationId, Type }) => {
        await requireOrganization(actor, OrganizationId)
        return Type === 0
          ? { Status: (await serviceControl.isOn(actor)) ? 1 : 0, Type: 'SERVICE_CONTROL_POLICY' }
          : { Status: 0, Type: 'TAG_POLICY' }
      },
    }),
    managerAction({
      name: 'CreatePolicy',
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
      errors: ERRORS,
      input: z.strictObject({
        PolicyId: z.int(),
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
      errors: ERRORS,
      input: z.strictObject({ PolicyId: z.int(), Type: policyType.optional() }),
      handle: async (actor, { PolicyId }) => {
        await serviceControl.remove(actor, PolicyId)
        return {}
      },
    }),
    managerAction({
      name: 'DescribePolicy',
      errors: ERRORS,
      input: z.strictObject({ PolicyId: z.int(), PolicyType: policyType.optional() }),
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
      errors: ERRORS,
      input: z.strictObject({
        PolicyId: z.int(),
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
          List: part.map((target): ApiAnswer => ({
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
      errors: ERRORS,
      input: z.strictObject({
        TargetId: z.int(),
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
          List: part.map((policy): ApiAnswer => ({
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
      input: z.strictObject({ TargetId: z.int() }),
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
