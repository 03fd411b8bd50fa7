/** The organization directory: departments, members made and invited, and what stands in the way of deleting one. */
import { z } from 'zod'
import type { Actor } from '../domain/actor.js'
import { IdentityCenterError } from '../domain/errors.js'
import { parseAccountUin, type AccountUin, type NodeId } from '../domain/ids.js'
import { findInTree, type Account, type Tags, type TreeNode } from '../domain/organization.js'
import type { DepartmentService } from '../services/departments.js'
import type { InvitationService } from '../services/invitations.js'
import type { MemberService } from '../services/members.js'
import type { OrganizationService } from '../services/organization.js'
import { managerAction, type Action } from './action.js'
import { ApiError } from './api-error.js'
import type { ErrorNames } from './api-errors.js'
import {
  notAllowReason,
  organization as organizationShape,
  orgMember,
  orgNode,
  tag,
} from './shapes/organization.js'
import { memberUin, nodeId } from './shapes/values.js'
import { accountUinOf, cloudTime } from './zone-action.js'

export interface OrganizationActionDeps {
  readonly organization: OrganizationService
  readonly departments: DepartmentService
  readonly invitations: Pick<InvitationService, 'invite'>
  readonly members: MemberService
}

/** Permissions over members' bills: the first two are always there. */
const PERMISSIONS: Readonly<Record<number, string>> = {
  1: 'View bill',
  2: 'View balance',
  3: 'Transfer',
  4: 'Combined billing',
  5: 'Invoice',
  6: 'Discount inheritance',
  7: 'Pay on behalf',
  8: 'Cost analysis',
  9: 'Budgets',
  10: 'Credit limit',
}

const tagList = z.array(z.strictObject(tag.shape)).max(50).optional()
const remark = z.string().max(1024)
/** What is taken because clients send it. */
const shortText = z.string().max(128)
const LIMIT_INPUT = {
  Limit: z.int().min(1).max(50).describe('Entries of one page.'),
  Offset: z.int().min(0).describe('Entries to pass over.'),
} as const
const permissionIds = z
  .array(z.int())
  .describe('1 to 10; 1 and 2 (view bill, view balance) are always among them.')

/** What the directory answers otherwise than the identity center does. */
const ERRORS: ErrorNames = {
  'node.notFound': 'ResourceNotFound.OrganizationNodeNotExist',
  'node.nameTaken': 'FailedOperation.OrganizationNodeNameUsed',
  'node.invalid': 'InvalidParameter.ParamError',
  'node.inUse': 'FailedOperation.OrganizationNodeNotEmpty',
  'node.limit': ({ facts }) =>
    facts['kind'] === 'levels' ? 'LimitExceeded.NodeDepthExceedLimit' : 'LimitExceeded.NodeExceedLimit',
  'account.notFound': 'ResourceNotFound.OrganizationMemberNotExist',
  'account.nameTaken': 'FailedOperation.OrganizationMemberNameUsed',
  'account.nameInvalid': 'InvalidParameter.ParamError',
  'account.invalid': 'InvalidParameter.ParamError',
  'account.management': 'UnsupportedOperation.ManagerNotAllow',
  'account.created': 'UnsupportedOperation.CreateMemberNotAllowDelete',
  'account.invited': 'UnsupportedOperation.InviteAccountNotAllowDelete',
  'account.deletionOff': 'UnsupportedOperation.DeleteAccountDisabled',
  'account.inUse': 'UnsupportedOperation.MemberAccountExistResource',
  'account.exists': 'FailedOperation.OrganizationMemberExist',
  'invitation.exists': 'FailedOperation.InvitationExist',
}
/** For actions about one member, which have a code of their own for one that is not there. */
const MEMBER_ERRORS: ErrorNames = { ...ERRORS, 'account.notFound': 'ResourceNotFound.MemberNotExist' }

const tagsOf = (tags: z.output<typeof tagList>): Tags | undefined =>
  tags && Object.fromEntries(tags.map(({ TagKey, TagValue }) => [TagKey, TagValue]))
const tagAnswer = (tags: Tags | undefined) =>
  Object.entries(tags ?? {}).map(([TagKey, TagValue]) => ({ TagKey, TagValue }))
const permissionAnswer = (ids: readonly number[]) => ids.map((Id) => ({ Id, Name: PERMISSIONS[Id] ?? '' }))

/** What members may pay and see is not simulated; what is asked for has to be right all the same. */
function requirePolicy(type: string, ids: readonly number[]): void {
  if (type !== 'Financial') {
    throw new ApiError('FailedOperation.OrganizationPolicyIllegal', 'PolicyType is Financial.')
  }
  if (ids.includes(1) && ids.includes(2) && ids.every((id) => PERMISSIONS[id] !== undefined)) return
  throw new ApiError(
    'FailedOperation.OrganizationPermissionIllegal',
    'PermissionIds are 1 to 10, and 1 and 2 are always among them.',
  )
}

const flatten = (node: TreeNode): readonly TreeNode[] => [node, ...node.children.flatMap(flatten)]

// Numbers from outside that are no department's find none.
const nodeIdOf = (id: number): NodeId => id as NodeId

export function organizationActions(deps: OrganizationActionDeps): readonly Action[] {
  const { organization, departments, invitations, members } = deps

  async function memberAnswers(actor: Actor, accounts: readonly Account[]) {
    const nodes = new Map(flatten(await organization.tree(actor)).map((node) => [node.id, node.name]))
    const tags = await members.tagsOf(
      actor,
      accounts.map(({ uin }) => uin),
    )
    return accounts.map((account) => ({
      MemberUin: Number(account.uin),
      Name: account.name,
      MemberType: account.origin === 'invited' ? 'Invite' : 'Create',
      OrgPolicyType: 'Financial',
      OrgPolicyName: 'Financial',
      OrgPermission: permissionAnswer([1, 2]),
      NodeId: account.nodeId,
      NodeName: nodes.get(account.nodeId) ?? '',
      Remark: account.remark ?? '',
      CreateTime: cloudTime(account.createdAt),
      UpdateTime: cloudTime(account.updatedAt),
      IsAllowQuit: 'Denied',
      PayUin: '',
      PayName: '',
      OrgIdentity: [],
      BindStatus: 'Unbound',
      PermissionStatus: 'Confirmed',
      Tags: tagAnswer(tags.get(account.uin)),
      NickName: account.name,
    }))
  }

  const uinsOf = (uins: readonly number[]): readonly AccountUin[] => uins.map(accountUinOf)

  async function checkDelete(actor: Actor, MemberUin: number) {
    const uin = accountUinOf(MemberUin)
    const account = await organization.getAccount(actor, uin)
    const { blockers, isDeletionPermitted } = await members.blockers(actor, uin)
    const hasRoles = blockers.some(({ kind }) => kind !== 'userSync')
    const hasUsers = blockers.some(({ kind }) => kind === 'userSync')
    const isCreated = account.origin === 'created'
    return {
      AllowDelete: isCreated && isDeletionPermitted && !hasRoles && !hasUsers,
      NotAllowReason: {
        IsCreateMember: !isCreated,
        DeletionPermission: !isDeletionPermitted,
        IsAssignManager: false,
        IsAuthManager: false,
        IsShareManager: false,
        OperateProcess: false,
        BillingPermission: false,
        ExistResources: [],
        DetectFailedResources: [],
        CICRoleConfig: hasRoles,
        CICUserConfig: hasUsers,
      },
    }
  }

  return [
    managerAction({
      name: 'CreateOrganization',
      summary: 'Makes an organization of the account.',
      priority: 'P1',
      differs: 'The first start makes the organization, so this always answers that it exists.',
      refusals: ['FailedOperation.OrganizationExistAlready'],
      output: { OrgId: z.int(), NickName: z.string() },
      input: z.strictObject({}),
      handle: () => {
        // The first start of the product makes the organization: whoever can ask is in it.
        throw new ApiError('FailedOperation.OrganizationExistAlready', 'The organization exists already.')
      },
    }),
    managerAction({
      name: 'DescribeOrganization',
      summary: 'Tells of the organization.',
      priority: 'P1',
      output: organizationShape.shape,
      input: z.strictObject({ Lang: shortText.optional(), Product: shortText.optional() }),
      handle: async (actor) => {
        const management = await organization.managementAccount()
        const root = await organization.tree(actor)
        return {
          OrgId: root.id,
          HostUin: Number(management.uin),
          NickName: management.name,
          OrgType: 1,
          IsManager: true,
          OrgPolicyType: 'Financial',
          OrgPolicyName: 'Financial',
          OrgPermission: permissionAnswer(Object.keys(PERMISSIONS).map(Number)),
          RootNodeId: root.id,
          CreateTime: cloudTime(management.createdAt),
          JoinTime: cloudTime(management.createdAt),
          IsAllowQuit: 'Denied',
          PayUin: '',
          PayName: '',
          IsAssignManager: false,
          IsAuthManager: true,
        }
      },
    }),
    managerAction({
      name: 'DeleteOrganization',
      summary: 'Dissolves the organization.',
      priority: 'P1',
      differs: 'Always refused: the zone lives in it.',
      refusals: ['FailedOperation.OrganizationNotEmpty'],
      output: {},
      input: z.strictObject({}),
      handle: () => {
        // The zone lives in it.
        throw new ApiError(
          'FailedOperation.OrganizationNotEmpty',
          'The organization cannot be deleted: the Identity Center is in it.',
        )
      },
    }),
    managerAction({
      name: 'AddOrganizationNode',
      summary: 'Makes a department.',
      priority: 'P1',
      refusals: [
        'FailedOperation.OrganizationNodeNameUsed',
        'InvalidParameter.ParamError',
        'LimitExceeded.NodeDepthExceedLimit',
        'LimitExceeded.NodeExceedLimit',
        'ResourceNotFound.OrganizationNodeNotExist',
      ],
      output: { NodeId: nodeId },
      errors: ERRORS,
      input: z.strictObject({
        ParentNodeId: nodeId,
        Name: z.string(),
        Remark: remark.default(''),
        Tags: tagList,
      }),
      handle: async (actor, { ParentNodeId, Name, Remark, Tags }) => {
        const tags = tagsOf(Tags)
        const node = await organization.createNode(actor, {
          parentId: nodeIdOf(ParentNodeId),
          name: Name,
          ...(Remark !== '' && { remark: Remark }),
          ...(tags && { tags }),
        })
        return { NodeId: node.id }
      },
    }),
    managerAction({
      name: 'DescribeOrganizationNodes',
      summary: 'Lists departments, the root among them.',
      priority: 'P1',
      output: { Total: z.int(), Items: z.array(orgNode) },
      input: z.strictObject({ ...LIMIT_INPUT, Tags: tagList }),
      handle: async (actor, { Limit, Offset, Tags }) => {
        const nodes = flatten(await organization.tree(actor))
        const tags = await departments.tagsOf(
          actor,
          nodes.map(({ id }) => id),
        )
        const wanted = Object.entries(tagsOf(Tags) ?? {})
        const found = nodes.filter(({ id }) =>
          wanted.every(([key, value]) => tags.get(String(id))?.[key] === value),
        )
        return {
          Total: found.length,
          Items: found.slice(Offset, Offset + Limit).map((node) => ({
            NodeId: node.id,
            Name: node.name,
            ParentNodeId: node.parentId ?? 0,
            Remark: node.remark ?? '',
            CreateTime: cloudTime(node.createdAt),
            UpdateTime: cloudTime(node.updatedAt),
            Tags: tagAnswer(tags.get(String(node.id))),
          })),
        }
      },
    }),
    managerAction({
      name: 'UpdateOrganizationNode',
      summary: 'Changes name and remark of a department: what is absent stays.',
      priority: 'P1',
      refusals: [
        'FailedOperation.OrganizationNodeNameUsed',
        'InvalidParameter.ParamError',
        'ResourceNotFound.OrganizationNodeNotExist',
      ],
      output: {},
      errors: ERRORS,
      input: z.strictObject({
        NodeId: nodeId,
        Name: z.string().optional(),
        Remark: remark.optional(),
      }),
      handle: async (actor, { NodeId, Name, Remark }) => {
        await departments.change(actor, nodeIdOf(NodeId), {
          ...(Name !== undefined && { name: Name }),
          ...(Remark !== undefined && { remark: Remark }),
        })
        return {}
      },
    }),
    managerAction({
      name: 'DeleteOrganizationNodes',
      summary: 'Deletes departments that are empty: all of them or none.',
      priority: 'P1',
      refusals: [
        'FailedOperation.OrganizationNodeNotEmpty',
        'InvalidParameter.ParamError',
        'ResourceNotFound.OrganizationNodeNotExist',
      ],
      output: {},
      errors: ERRORS,
      input: z.strictObject({ NodeId: z.array(nodeId).min(1).max(20) }),
      handle: async (actor, { NodeId }) => {
        await departments.remove(actor, ...NodeId.map(nodeIdOf))
        return {}
      },
    }),
    managerAction({
      name: 'MoveOrganizationNodeMembers',
      summary: 'Moves members to a department.',
      priority: 'P1',
      refusals: [
        'ResourceNotFound.OrganizationMemberNotExist',
        'ResourceNotFound.OrganizationNodeNotExist',
        'UnsupportedOperation.ManagerNotAllow',
      ],
      output: {},
      errors: ERRORS,
      input: z.strictObject({ NodeId: nodeId, MemberUin: z.array(memberUin).min(1).max(100) }),
      handle: async (actor, { NodeId, MemberUin }) => {
        await members.move(actor, uinsOf(MemberUin), nodeIdOf(NodeId))
        return {}
      },
    }),
    managerAction({
      name: 'CreateOrganizationMember',
      summary: 'Makes a member: a new account of the organization.',
      priority: 'P1',
      differs: 'What concerns bills (PolicyType, PermissionIds, PayUin) is checked and not simulated.',
      refusals: [
        'FailedOperation.OrganizationMemberNameUsed',
        'FailedOperation.OrganizationPermissionIllegal',
        'FailedOperation.OrganizationPolicyIllegal',
        'InvalidParameter.ParamError',
        'ResourceNotFound.OrganizationNodeNotExist',
      ],
      output: { Uin: memberUin },
      errors: ERRORS,
      input: z.strictObject({
        Name: z.string(),
        PolicyType: z.string().describe('`Financial`.'),
        PermissionIds: permissionIds,
        NodeId: nodeId,
        AccountName: shortText,
        Remark: remark.default(''),
        RecordId: z.int().optional(),
        PayUin: shortText.optional(),
        IdentityRoleID: z.array(z.int()).optional(),
        AuthRelationId: z.int().optional(),
        Tags: tagList,
      }),
      handle: async (actor, input) => {
        requirePolicy(input.PolicyType, input.PermissionIds)
        const tags = tagsOf(input.Tags)
        const account = await organization.createAccount(actor, {
          name: input.Name,
          nodeId: nodeIdOf(input.NodeId),
          ...(input.Remark !== '' && { remark: input.Remark }),
          ...(tags && { tags }),
        })
        return { Uin: Number(account.uin) }
      },
    }),
    managerAction({
      name: 'DescribeOrganizationMembers',
      summary: 'Lists the accounts of the organization, the management account among them.',
      priority: 'P1',
      refusals: ['ResourceNotFound.OrganizationNodeNotExist'],
      output: { Total: z.int(), Items: z.array(orgMember) },
      errors: ERRORS,
      input: z.strictObject({
        ...LIMIT_INPUT,
        Lang: shortText.optional(),
        SearchKey: z.string().max(128).optional(),
        AuthName: shortText.optional(),
        Product: shortText.optional(),
        Tags: tagList,
        NodeId: nodeId.optional(),
        NodeName: shortText.optional(),
      }),
      handle: async (actor, { Limit, Offset, SearchKey, NodeId, NodeName }) => {
        const tree = await organization.tree(actor)
        const node =
          NodeId !== undefined
            ? findInTree(tree, nodeIdOf(NodeId))
            : NodeName !== undefined && NodeName !== ''
              ? flatten(tree).find(({ name }) => name === NodeName)
              : undefined
        if (NodeId !== undefined && !node) {
          throw new IdentityCenterError('node.notFound', `There is no department ${NodeId}.`)
        }
        const { items, total } = await organization.listAccounts(actor, {
          ...(node && { nodeId: node.id }),
          ...(SearchKey !== undefined && { search: SearchKey }),
          page: { offset: Offset, limit: Limit },
        })
        return { Total: total, Items: await memberAnswers(actor, items) }
      },
    }),
    managerAction({
      name: 'UpdateOrganizationMember',
      summary: 'Changes name and remark of a member: what is absent stays.',
      priority: 'P1',
      differs: 'What concerns bills (PolicyType, PermissionIds, PayUin) is checked and not simulated.',
      refusals: [
        'FailedOperation.OrganizationMemberNameUsed',
        'FailedOperation.OrganizationPermissionIllegal',
        'FailedOperation.OrganizationPolicyIllegal',
        'InvalidParameter.AllowQuitIllegal',
        'InvalidParameter.ParamError',
        'ResourceNotFound.MemberNotExist',
        'UnsupportedOperation.ManagerNotAllow',
      ],
      output: {},
      errors: MEMBER_ERRORS,
      input: z.strictObject({
        MemberUin: memberUin,
        Name: z.string().optional(),
        Remark: remark.optional(),
        PolicyType: z.string().describe('`Financial`.').optional(),
        PermissionIds: permissionIds.optional(),
        IsAllowQuit: z.string().optional(),
        PayUin: shortText.optional(),
        IsModifyNickName: z.int().optional(),
      }),
      handle: async (actor, input) => {
        const { Name, Remark, PolicyType, PermissionIds, IsAllowQuit } = input
        if (PermissionIds) requirePolicy(PolicyType ?? 'Financial', PermissionIds)
        if (IsAllowQuit !== undefined && IsAllowQuit !== 'Allow' && IsAllowQuit !== 'Denied') {
          throw new ApiError('InvalidParameter.AllowQuitIllegal', 'IsAllowQuit is Allow or Denied.')
        }
        await members.change(actor, accountUinOf(input.MemberUin), {
          ...(Name !== undefined && { name: Name }),
          ...(Remark !== undefined && { remark: Remark }),
        })
        return {}
      },
    }),
    managerAction({
      name: 'DeleteOrganizationMembers',
      summary: 'Removes invited members from the organization.',
      priority: 'P1',
      refusals: [
        'ResourceNotFound.OrganizationMemberNotExist',
        'UnsupportedOperation.CreateMemberNotAllowDelete',
        'UnsupportedOperation.ManagerNotAllow',
        'UnsupportedOperation.MemberAccountExistResource',
      ],
      output: {},
      errors: ERRORS,
      input: z.strictObject({ MemberUin: z.array(memberUin).min(1).max(100) }),
      handle: async (actor, { MemberUin }) => {
        await members.remove(actor, uinsOf(MemberUin))
        return {}
      },
    }),
    managerAction({
      name: 'InviteOrganizationMember',
      summary: 'Invites an account into the organization for fifteen days.',
      priority: 'P1',
      differs: 'The invited side accepts on a page of this server.',
      refusals: [
        'FailedOperation.InvitationExist',
        'FailedOperation.OrganizationMemberExist',
        'FailedOperation.OrganizationMemberNameUsed',
        'FailedOperation.OrganizationNodeNotExist',
        'FailedOperation.OrganizationPermissionIllegal',
        'FailedOperation.OrganizationPolicyIllegal',
        'InvalidParameter.ParamError',
      ],
      output: {},
      errors: { ...ERRORS, 'node.notFound': 'FailedOperation.OrganizationNodeNotExist' },
      input: z.strictObject({
        MemberUin: memberUin,
        Name: z.string(),
        PolicyType: z.string().describe('`Financial`.'),
        PermissionIds: permissionIds,
        NodeId: nodeId,
        Remark: remark.default(''),
        IsAllowQuit: z.string().optional(),
        PayUin: shortText.optional(),
        RelationAuthName: shortText.optional(),
        AuthFile: z.array(z.unknown()).max(20).optional(),
        Tags: tagList,
      }),
      handle: async (actor, input) => {
        requirePolicy(input.PolicyType, input.PermissionIds)
        const accountUin = parseAccountUin(String(input.MemberUin))
        if (accountUin === undefined) {
          throw new ApiError('InvalidParameterValue', 'MemberUin is the number of an account.')
        }
        await invitations.invite(actor, {
          accountUin,
          name: input.Name,
          nodeId: nodeIdOf(input.NodeId),
          remark: input.Remark,
        })
        return {}
      },
    }),
    managerAction({
      name: 'QuitOrganization',
      summary: 'Leaves the organization.',
      priority: 'P1',
      differs: 'Always refused: members do not leave by themselves, the management account removes them.',
      refusals: ['UnsupportedOperation.MemberNotAllowQuit'],
      output: {},
      input: z.strictObject({ OrgId: z.int() }),
      handle: () => {
        throw new ApiError(
          'UnsupportedOperation.MemberNotAllowQuit',
          'The account that manages the organization cannot leave it.',
        )
      },
    }),
    managerAction({
      name: 'DeleteAccount',
      summary: 'Deletes a member that was made here, while deletion is permitted and nothing is in its way.',
      priority: 'P1',
      refusals: [
        'ResourceNotFound.MemberNotExist',
        'UnsupportedOperation.DeleteAccountDisabled',
        'UnsupportedOperation.InviteAccountNotAllowDelete',
        'UnsupportedOperation.ManagerNotAllow',
        'UnsupportedOperation.MemberAccountExistResource',
      ],
      output: {},
      errors: MEMBER_ERRORS,
      input: z.strictObject({ MemberUin: memberUin }),
      handle: async (actor, { MemberUin }) => {
        await members.delete(actor, accountUinOf(MemberUin))
        return {}
      },
    }),
    managerAction({
      name: 'CheckAccountDelete',
      summary: 'Tells whether a member can be deleted, and what is in the way.',
      priority: 'P1',
      refusals: ['ResourceNotFound.MemberNotExist'],
      output: { AllowDelete: z.boolean(), NotAllowReason: notAllowReason },
      errors: MEMBER_ERRORS,
      input: z.strictObject({ MemberUin: memberUin }),
      handle: (actor, { MemberUin }) => checkDelete(actor, MemberUin),
    }),
  ]
}
