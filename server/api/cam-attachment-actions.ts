/** What policies are attached to, and permission boundaries, by CAM's actions. */
import { z } from 'zod'
import { policyNumber } from '../domain/cam-account.js'
import { IdentityCenterError } from '../domain/errors.js'
import type {
  AttachedPolicy,
  CamAttachmentService,
  Holder,
  PolicyHolder,
  PolicyName,
} from '../services/cam-attachments.js'
import type { Action } from './action.js'
import type { ErrorNames } from './api-errors.js'
import {
  camAction,
  CREATE_MODE,
  groupId,
  keyword,
  PAGE,
  pageOf,
  policyId,
  policyOf,
  policyType,
  ROLE,
  roleOf,
  toPolicyType,
  typeNumber,
  uin,
} from './cam-action.js'
import { cloudTime } from './zone-action.js'

export interface CamAttachmentActionDeps {
  readonly camAttachments: CamAttachmentService
}

const ATTACHED = {
  PolicyId: z.int(),
  PolicyName: z.string(),
  AddTime: z.string(),
  CreateMode: z.int(),
  PolicyType: policyType,
  Deactived: z.int(),
  DeactivedDetail: z.array(z.string()),
} as const

const attachedFields = (policy: AttachedPolicy): z.output<z.ZodObject<typeof ATTACHED>> => ({
  PolicyId: policyNumber(policy),
  PolicyName: policy.name,
  AddTime: cloudTime(policy.attachedAt),
  CreateMode: CREATE_MODE,
  PolicyType: toPolicyType(policy.type),
  Deactived: 0,
  DeactivedDetail: [],
})

const LIST = {
  TotalNum: z.int(),
  List: z.array(
    z.object({
      ...ATTACHED,
      Remark: z.string(),
      OperateOwnerUin: z.string(),
      OperateUin: z.string(),
      OperateUinType: z.int(),
    }),
  ),
} as const
const listFields = (policy: AttachedPolicy) => ({
  ...attachedFields(policy),
  Remark: policy.description ?? '',
  OperateOwnerUin: '',
  OperateUin: '',
  OperateUinType: 0,
})

/** Attaching knows policies and users by codes of its own. */
const ATTACHMENT_ERRORS: ErrorNames = {
  'camPolicy.notFound': 'InvalidParameter.PolicyIdNotExist',
  'camUser.notFound': 'InvalidParameter.UserNotExist',
  'cam.managed': 'FailedOperation.OrganizationPolicyOperateError',
}
const RELATED_TYPES: Readonly<Record<PolicyHolder['kind'], 1 | 2 | 3>> = { user: 1, group: 2, role: 3 }
const ENTITY_FILTERS = { All: undefined, User: 'user', Group: 'group', Role: 'role' } as const

const userHolder = (number: number): Holder & { readonly kind: 'user' } => ({
  kind: 'user',
  uin: String(number),
})
const groupHolder = (id: number): Holder => ({ kind: 'group', id })
const roleHolder = (
  id: string | number | undefined,
  name: string | undefined,
): Holder & { readonly kind: 'role' } => ({ kind: 'role', role: roleOf(id, name) })

/** Throws `camPolicy.invalid` unless number or name is there; the number counts. */
function policyNameOf(number: number | undefined, name: string | undefined): PolicyName {
  if (number !== undefined) return policyOf(number)
  if (name !== undefined) return { name }
  throw new IdentityCenterError('camPolicy.invalid', 'Name the policy by PolicyId or PolicyName.')
}

/** The ways by which a user has policies, put together by policy. */
function byPolicy(
  ways: readonly AttachedPolicy[],
): readonly (readonly [number, readonly AttachedPolicy[]])[] {
  const found = new Map<number, AttachedPolicy[]>()
  for (const way of ways) {
    const number = policyNumber(way)
    const known = found.get(number)
    if (known) known.push(way)
    else found.set(number, [way])
  }
  return [...found.entries()]
}

export function camAttachmentActions({ camAttachments }: CamAttachmentActionDeps): readonly Action[] {
  const attached = async (
    call: Parameters<CamAttachmentService['list']>[0],
    holder: Holder,
    query: Parameters<CamAttachmentService['list']>[2],
  ) => {
    const { items, total } = await camAttachments.list(call, holder, query)
    return { TotalNum: total, items }
  }
  return [
    camAction({
      name: 'AttachUserPolicy',
      summary: 'Attaches a policy to a user.',
      refusals: [
        'FailedOperation.OrganizationPolicyOperateError',
        'InvalidParameter.AttachmentFull',
        'InvalidParameter.PolicyIdNotExist',
        'InvalidParameter.UserNotExist',
      ],
      input: { PolicyId: policyId, AttachUin: uin },
      output: {},
      errors: ATTACHMENT_ERRORS,
      handle: async (call, { PolicyId, AttachUin }) => {
        await camAttachments.attach(call, userHolder(AttachUin), policyOf(PolicyId))
        return {}
      },
    }),
    camAction({
      name: 'DetachUserPolicy',
      summary: 'Detaches a policy from a user.',
      refusals: [
        'FailedOperation',
        'FailedOperation.OrganizationPolicyOperateError',
        'InvalidParameter.PolicyIdNotExist',
        'InvalidParameter.UserNotExist',
      ],
      input: { PolicyId: policyId, DetachUin: uin },
      output: {},
      errors: ATTACHMENT_ERRORS,
      handle: async (call, { PolicyId, DetachUin }) => {
        await camAttachments.detach(call, userHolder(DetachUin), policyOf(PolicyId))
        return {}
      },
    }),
    camAction({
      name: 'ListAttachedUserPolicies',
      summary: 'Lists the policies attached to a user directly.',
      refusals: ['ResourceNotFound.UserNotExist'],
      input: { ...PAGE, TargetUin: uin },
      output: LIST,
      handle: async (call, input) => {
        const page = pageOf(input)
        const { TotalNum, items } = await attached(call, userHolder(input.TargetUin), { page })
        return { TotalNum, List: items.map(listFields) }
      },
    }),
    camAction({
      name: 'ListAttachedUserAllPolicies',
      summary: 'Lists the policies of a user, attached directly and through groups.',
      refusals: ['ResourceNotFound.UserNotExist'],
      input: {
        Page: PAGE.Page.unwrap(),
        Rp: PAGE.Rp.unwrap(),
        TargetUin: uin,
        AttachType: z.literal([0, 1, 2]).describe('0 all, 1 attached directly, 2 through groups.'),
        StrategyType: z.literal([1, 2]).optional().describe('1 custom, 2 preset.'),
        Keyword: keyword,
      },
      output: {
        PolicyList: z.array(
          z.object({
            PolicyId: z.string(),
            PolicyName: z.string(),
            Description: z.string(),
            AddTime: z.string(),
            StrategyType: z.string(),
            CreateMode: z.string(),
            Groups: z.array(z.object({ GroupId: z.int(), GroupName: z.string() })),
            Deactived: z.int(),
            DeactivedDetail: z.array(z.string()),
          }),
        ),
        TotalNum: z.int(),
      },
      handle: async (call, input) => {
        const { AttachType, StrategyType, Keyword = '' } = input
        const { offset, limit } = pageOf(input)
        const ways = (await camAttachments.listAllOfUser(call, String(input.TargetUin))).filter(
          ({ type, name, group }) =>
            (AttachType === 0 || (AttachType === 2) === (group !== undefined)) &&
            (StrategyType === undefined || StrategyType === typeNumber(type)) &&
            name.toLowerCase().includes(Keyword.toLowerCase()),
        )
        const policies = byPolicy(ways)
        return {
          TotalNum: policies.length,
          PolicyList: policies.slice(offset, offset + limit).flatMap(([number, found]) => {
            const [policy] = found
            if (!policy) return []
            return [
              {
                PolicyId: String(number),
                PolicyName: policy.name,
                Description: policy.description ?? '',
                AddTime: cloudTime(policy.attachedAt),
                StrategyType: String(typeNumber(policy.type)),
                CreateMode: String(CREATE_MODE),
                Groups: found.flatMap(({ group }) =>
                  group ? [{ GroupId: group.id, GroupName: group.name }] : [],
                ),
                Deactived: 0,
                DeactivedDetail: [],
              },
            ]
          }),
        }
      },
    }),
    camAction({
      name: 'AttachGroupPolicy',
      summary: 'Attaches a policy to a group: its users have it.',
      refusals: [
        'FailedOperation.OrganizationPolicyOperateError',
        'InvalidParameter.AttachmentFull',
        'InvalidParameter.PolicyIdNotExist',
        'ResourceNotFound.GroupNotExist',
      ],
      input: { PolicyId: policyId, AttachGroupId: groupId },
      output: {},
      errors: ATTACHMENT_ERRORS,
      handle: async (call, { PolicyId, AttachGroupId }) => {
        await camAttachments.attach(call, groupHolder(AttachGroupId), policyOf(PolicyId))
        return {}
      },
    }),
    camAction({
      name: 'DetachGroupPolicy',
      summary: 'Detaches a policy from a group.',
      refusals: [
        'FailedOperation.OrganizationPolicyOperateError',
        'InvalidParameter.PolicyIdNotExist',
        'ResourceNotFound.GroupNotExist',
      ],
      input: { PolicyId: policyId, DetachGroupId: groupId },
      output: {},
      errors: ATTACHMENT_ERRORS,
      handle: async (call, { PolicyId, DetachGroupId }) => {
        await camAttachments.detach(call, groupHolder(DetachGroupId), policyOf(PolicyId))
        return {}
      },
    }),
    camAction({
      name: 'ListAttachedGroupPolicies',
      summary: 'Lists the policies attached to a group.',
      refusals: ['ResourceNotFound.GroupNotExist'],
      input: { ...PAGE, TargetGroupId: groupId, Keyword: keyword },
      output: LIST,
      handle: async (call, input) => {
        const query = { search: input.Keyword, page: pageOf(input) }
        const { TotalNum, items } = await attached(call, groupHolder(input.TargetGroupId), query)
        return { TotalNum, List: items.map(listFields) }
      },
    }),
    camAction({
      name: 'AttachRolePolicy',
      summary: 'Attaches a policy to a role.',
      refusals: [
        'FailedOperation.OrganizationPolicyOperateError',
        'InvalidParameter.AttachmentFull',
        'InvalidParameter.ParamError',
        'InvalidParameter.PolicyIdNotExist',
        'InvalidParameter.RoleNotExist',
      ],
      input: {
        PolicyId: policyId.optional(),
        PolicyName: z.string().optional(),
        AttachRoleId: ROLE.RoleId,
        AttachRoleName: ROLE.RoleName,
      },
      output: {},
      errors: ATTACHMENT_ERRORS,
      handle: async (call, { PolicyId, PolicyName, AttachRoleId, AttachRoleName }) => {
        const holder = roleHolder(AttachRoleId, AttachRoleName)
        await camAttachments.attach(call, holder, policyNameOf(PolicyId, PolicyName))
        return {}
      },
    }),
    camAction({
      name: 'DetachRolePolicy',
      summary: 'Detaches a policy from a role.',
      refusals: [
        'FailedOperation.OrganizationPolicyOperateError',
        'InvalidParameter.ParamError',
        'InvalidParameter.PolicyIdNotExist',
        'InvalidParameter.RoleNotExist',
      ],
      input: {
        PolicyId: policyId.optional(),
        PolicyName: z.string().optional(),
        DetachRoleId: ROLE.RoleId,
        DetachRoleName: ROLE.RoleName,
      },
      output: {},
      errors: ATTACHMENT_ERRORS,
      handle: async (call, { PolicyId, PolicyName, DetachRoleId, DetachRoleName }) => {
        const holder = roleHolder(DetachRoleId, DetachRoleName)
        await camAttachments.detach(call, holder, policyNameOf(PolicyId, PolicyName))
        return {}
      },
    }),
    camAction({
      name: 'ListAttachedRolePolicies',
      summary: 'Lists the policies attached to a role.',
      refusals: ['InvalidParameter.ParamError'],
      input: {
        ...ROLE,
        Page: PAGE.Page.unwrap(),
        Rp: PAGE.Rp.unwrap(),
        PolicyType: policyType.optional(),
        Keyword: keyword,
      },
      output: {
        List: z.array(z.object({ ...ATTACHED, Description: z.string() })),
        TotalNum: z.int(),
      },
      errors: { 'role.notFound': 'InvalidParameter.ParamError' },
      handle: async (call, input) => {
        const { TotalNum, items } = await attached(call, roleHolder(input.RoleId, input.RoleName), {
          type: input.PolicyType && (input.PolicyType === 'User' ? 'custom' : 'preset'),
          search: input.Keyword,
          page: pageOf(input),
        })
        return {
          TotalNum,
          List: items.map((policy) => ({
            ...attachedFields(policy),
            Description: policy.description ?? '',
          })),
        }
      },
    }),
    camAction({
      name: 'ListEntitiesForPolicy',
      summary: 'Lists the users, groups and roles that a policy is attached to.',
      refusals: ['InvalidParameter.PolicyIdError'],
      input: {
        ...PAGE,
        PolicyId: policyId,
        EntityFilter: z.enum(['All', 'User', 'Group', 'Role']).default('All'),
      },
      output: {
        TotalNum: z.int(),
        List: z.array(
          z.object({
            Id: z.string(),
            Name: z.string(),
            Uin: z.int(),
            RelatedType: z.literal([1, 2, 3]),
            AttachmentTime: z.string(),
          }),
        ),
      },
      errors: { 'camPolicy.notFound': 'InvalidParameter.PolicyIdError' },
      handle: async (call, input) => {
        const { items, total } = await camAttachments.listHolders(call, policyOf(input.PolicyId), {
          kind: ENTITY_FILTERS[input.EntityFilter],
          page: pageOf(input),
        })
        return {
          TotalNum: total,
          List: items.map((holder) => ({
            Id: holder.id,
            Name: holder.name,
            Uin: holder.kind === 'user' ? Number(holder.id) : 0,
            RelatedType: RELATED_TYPES[holder.kind],
            AttachmentTime: cloudTime(holder.attachedAt),
          })),
        }
      },
    }),
    camAction({
      name: 'PutUserPermissionsBoundary',
      summary: 'Bounds a user: what the policy does not allow is denied.',
      refusals: [
        'FailedOperation.OrganizationPolicyOperateError',
        'InvalidParameter.PolicyIdNotExist',
        'InvalidParameter.UserNotExist',
      ],
      input: { TargetUin: uin, PolicyId: policyId },
      output: {},
      errors: ATTACHMENT_ERRORS,
      handle: async (call, { TargetUin, PolicyId }) => {
        await camAttachments.putBoundary(call, userHolder(TargetUin), policyOf(PolicyId))
        return {}
      },
    }),
    camAction({
      name: 'DeleteUserPermissionsBoundary',
      summary: 'Takes the boundary of a user away.',
      refusals: ['InvalidParameter.UserNotExist'],
      input: { TargetUin: uin },
      output: {},
      errors: ATTACHMENT_ERRORS,
      handle: async (call, { TargetUin }) => {
        await camAttachments.deleteBoundary(call, userHolder(TargetUin))
        return {}
      },
    }),
    camAction({
      name: 'PutRolePermissionsBoundary',
      summary: 'Bounds a role: what the policy does not allow is denied.',
      refusals: [
        'FailedOperation.OrganizationPolicyOperateError',
        'InvalidParameter.ParamError',
        'InvalidParameter.PolicyIdNotExist',
        'InvalidParameter.RoleNotExist',
      ],
      input: { ...ROLE, PolicyId: policyId },
      output: {},
      errors: ATTACHMENT_ERRORS,
      handle: async (call, { RoleId, RoleName, PolicyId }) => {
        await camAttachments.putBoundary(call, roleHolder(RoleId, RoleName), policyOf(PolicyId))
        return {}
      },
    }),
    camAction({
      name: 'DeleteRolePermissionsBoundary',
      summary: 'Takes the boundary of a role away.',
      refusals: [
        'FailedOperation.OrganizationPolicyOperateError',
        'InvalidParameter.ParamError',
        'InvalidParameter.RoleNotExist',
      ],
      input: ROLE,
      output: {},
      errors: ATTACHMENT_ERRORS,
      handle: async (call, { RoleId, RoleName }) => {
        await camAttachments.deleteBoundary(call, roleHolder(RoleId, RoleName))
        return {}
      },
    }),
  ]
}
