/** Calls of the organization's directory. */
import type { AccountUin } from '../../../server/domain/ids.js'
import { NO_SUCH_FIELD, UNKNOWN_NODE, UNKNOWN_UIN, type Calls, type CallWorld } from './call.js'

const FINANCIAL = { PolicyType: 'Financial', PermissionIds: [1, 2] }
const PAGE = { Limit: 10, Offset: 0 }

const newMember = ({ OrgId, unique }: CallWorld) => {
  const Name = unique('member')
  return { ...FINANCIAL, Name, AccountName: Name, NodeId: OrgId }
}
const newNode = ({ OrgId, unique }: CallWorld) => ({ ParentNodeId: OrgId, Name: unique('node') })
const node = async ({ world, OrgId, unique }: CallWorld) => {
  const wanted = { parentId: OrgId as never, name: unique('node') }
  return { NodeId: (await world.services.organization.createNode(world.administrator, wanted)).id as number }
}
const member = async ({ world }: CallWorld) => Number((await world.account()).uin)

/** An account that was invited and has accepted. */
async function invited({ world, OrgId, unique }: CallWorld): Promise<number> {
  const { invitations } = world.services
  const accountUin =
    `15550000${String(Math.floor(world.clock.now().getTime() / 1000)).slice(-4)}` as AccountUin
  const wanted = { accountUin, name: unique('joiner'), nodeId: OrgId as never, remark: '' }
  await invitations.invite(world.administrator, wanted)
  const { items } = await invitations.list(world.administrator, { offset: 0, limit: 10 })
  const { id = '' } = items.find((one) => one.accountUin === accountUin) ?? {}
  const { token } = await invitations.renewToken(world.administrator, id)
  await invitations.accept(token, {})
  return Number(accountUin)
}

export const DIRECTORY_CALLS: Calls = {
  CreateOrganization: {
    works: 'never',
    refused: [['FailedOperation.OrganizationExistAlready', {}], NO_SUCH_FIELD],
  },
  DescribeOrganization: { works: {}, refused: [NO_SUCH_FIELD, ['UnauthorizedOperation', {}, 'nobody']] },
  DeleteOrganization: {
    works: 'never',
    refused: [['FailedOperation.OrganizationNotEmpty', {}], NO_SUCH_FIELD],
  },
  AddOrganizationNode: {
    works: newNode,
    refused: [
      ['ResourceNotFound.OrganizationNodeNotExist', { ParentNodeId: UNKNOWN_NODE, Name: 'x' }],
      ['InvalidParameter.ParamError', (made) => ({ ...newNode(made), Name: 'x'.repeat(41) })],
    ],
  },
  DescribeOrganizationNodes: {
    works: PAGE,
    refused: [
      ['MissingParameter', {}],
      ['InvalidParameterValue', { ...PAGE, Limit: 51 }],
    ],
  },
  UpdateOrganizationNode: {
    works: async (made) => ({ ...(await node(made)), Remark: 'x' }),
    refused: [
      ['ResourceNotFound.OrganizationNodeNotExist', { NodeId: UNKNOWN_NODE, Name: 'x' }],
      ['InvalidParameter.ParamError', async (made) => ({ ...(await node(made)), Name: '' })],
    ],
  },
  DeleteOrganizationNodes: {
    works: async (made) => ({ NodeId: [(await node(made)).NodeId] }),
    refused: [
      ['ResourceNotFound.OrganizationNodeNotExist', { NodeId: [UNKNOWN_NODE] }],
      ['InvalidParameter.ParamError', ({ OrgId }) => ({ NodeId: [OrgId] })],
    ],
  },
  MoveOrganizationNodeMembers: {
    works: async (made) => ({ ...(await node(made)), MemberUin: [await member(made)] }),
    refused: [
      [
        'ResourceNotFound.OrganizationNodeNotExist',
        async (made) => ({ NodeId: UNKNOWN_NODE, MemberUin: [await member(made)] }),
      ],
      [
        'ResourceNotFound.OrganizationMemberNotExist',
        ({ OrgId }) => ({ NodeId: OrgId, MemberUin: [UNKNOWN_UIN] }),
      ],
      [
        'UnsupportedOperation.ManagerNotAllow',
        async (made) => ({ ...(await node(made)), MemberUin: [made.manager] }),
      ],
    ],
  },
  CreateOrganizationMember: {
    works: newMember,
    refused: [
      [
        'FailedOperation.OrganizationPermissionIllegal',
        (made) => ({ ...newMember(made), PermissionIds: [1] }),
      ],
      ['FailedOperation.OrganizationPolicyIllegal', (made) => ({ ...newMember(made), PolicyType: 'Other' })],
      ['ResourceNotFound.OrganizationNodeNotExist', (made) => ({ ...newMember(made), NodeId: UNKNOWN_NODE })],
    ],
  },
  DescribeOrganizationMembers: {
    works: PAGE,
    refused: [
      ['ResourceNotFound.OrganizationNodeNotExist', { ...PAGE, NodeId: UNKNOWN_NODE }],
      ['MissingParameter', {}],
    ],
  },
  UpdateOrganizationMember: {
    works: async (made) => ({ MemberUin: await member(made), Remark: 'x' }),
    refused: [
      ['ResourceNotFound.MemberNotExist', { MemberUin: UNKNOWN_UIN, Name: 'x' }],
      [
        'InvalidParameter.AllowQuitIllegal',
        async (made) => ({ MemberUin: await member(made), IsAllowQuit: 'Maybe' }),
      ],
    ],
  },
  DeleteOrganizationMembers: {
    works: async (made) => ({ MemberUin: [await invited(made)] }),
    refused: [
      ['ResourceNotFound.OrganizationMemberNotExist', { MemberUin: [UNKNOWN_UIN] }],
      [
        'UnsupportedOperation.CreateMemberNotAllowDelete',
        async (made) => ({ MemberUin: [await member(made)] }),
      ],
      ['UnsupportedOperation.ManagerNotAllow', ({ manager }) => ({ MemberUin: [manager] })],
    ],
  },
  InviteOrganizationMember: {
    works: ({ OrgId }) => ({ ...FINANCIAL, MemberUin: 155_599_999_999, Name: 'Guest', NodeId: OrgId }),
    refused: [
      [
        'FailedOperation.InvitationExist',
        ({ OrgId }) => ({ ...FINANCIAL, MemberUin: 155_599_999_999, Name: 'Guest', NodeId: OrgId }),
      ],
      [
        'FailedOperation.OrganizationNodeNotExist',
        { ...FINANCIAL, MemberUin: 155_599_999_998, Name: 'Other', NodeId: UNKNOWN_NODE },
      ],
    ],
  },
  QuitOrganization: {
    works: 'never',
    refused: [
      ['UnsupportedOperation.MemberNotAllowQuit', ({ OrgId }) => ({ OrgId })],
      ['UnauthorizedOperation', ({ OrgId }) => ({ OrgId }), 'member'],
    ],
  },
  CheckAccountDelete: {
    works: async (made) => ({ MemberUin: await member(made) }),
    refused: [
      ['ResourceNotFound.MemberNotExist', { MemberUin: UNKNOWN_UIN }],
      ['MissingParameter', {}],
    ],
  },
  DeleteAccount: {
    works: async (made) => {
      const { zones } = made.world.services
      await zones.changeSetting(made.world.administrator, 'organization.deleteMembers', 'true')
      return { MemberUin: await member(made) }
    },
    refused: [
      ['ResourceNotFound.MemberNotExist', { MemberUin: UNKNOWN_UIN }],
      ['UnsupportedOperation.ManagerNotAllow', ({ manager }) => ({ MemberUin: manager })],
    ],
  },
}
