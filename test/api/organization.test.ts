/** The organization directory and service control policies through the cloud's own SDK. */
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Client } from 'tencentcloud-sdk-nodejs/tencentcloud/services/organization/v20210331/organization_client.js'
import { beforeAll, describe, expect, it } from 'vitest'
import { BAD_POLICIES } from '../support/bad-policies.js'
import { createTestClock } from '../support/clock.js'
import { listenAsCloud } from '../support/cloud-server.js'
import { API_KEY, createTestContext, type TestContext } from '../support/context.js'
import { engines } from '../support/engines.js'

const TIME = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/
const DOCUMENT = '{"version":"2.0","statement":[{"effect":"deny","action":"cvm:*","resource":"*"}]}'
const FINANCIAL = { PolicyType: 'Financial', PermissionIds: [1, 2] }
const UNKNOWN_NODE = 99_999
const UNKNOWN_UIN = 199_999_999_999

describe.each(engines)('the organization by API on %s', (engine) => {
  let world: TestContext
  let server: Server
  let client: Client
  let OrgId: number

  beforeAll(async () => {
    world = await createTestContext(engine, { clock: createTestClock(new Date()) })
    const cloud = await listenAsCloud(world.app)
    server = cloud.server
    const { port } = server.address() as AddressInfo
    client = new Client({
      credential: API_KEY,
      region: '',
      profile: { httpProfile: { protocol: 'http://', endpoint: `127.0.0.1:${port}` } },
    })
    OrgId = (await client.DescribeOrganization({})).OrgId ?? 0
    return async () => {
      await cloud.close()
      await world.remove()
    }
  })

  let serial = 0
  const unique = (name: string) => `${name}${(serial += 1)}`
  const addNode = async (ParentNodeId = OrgId, Name = unique('node')) =>
    (await client.AddOrganizationNode({ ParentNodeId, Name })).NodeId ?? 0
  const addMember = async (NodeId = OrgId, Name = unique('member')) =>
    (await client.CreateOrganizationMember({ ...FINANCIAL, Name, AccountName: Name, NodeId })).Uin ?? 0
  const memberOf = async (uin: number) =>
    (await client.DescribeOrganizationMembers({ Limit: 10, Offset: 0, SearchKey: String(uin) })).Items?.[0]

  /** Each attempt is refused with its code. */
  async function expectRefused(cases: readonly (readonly [Promise<unknown>, string])[]): Promise<void> {
    // All at once: a promise that is refused before somebody waits for it counts as an error of the run.
    await Promise.all(cases.map(([attempt, code]) => expect(attempt).rejects.toMatchObject({ code })))
  }

  it('describes the organization, which is there for ever', async () => {
    const management = await world.services.organization.managementAccount()
    expect(await client.DescribeOrganization({})).toMatchObject({
      HostUin: Number(management.uin),
      IsManager: true,
      RootNodeId: OrgId,
      CreateTime: expect.stringMatching(TIME),
    })
    await expectRefused([
      [client.CreateOrganization(), 'FailedOperation.OrganizationExistAlready'],
      [client.DeleteOrganization(), 'FailedOperation.OrganizationNotEmpty'],
      [client.QuitOrganization({ OrgId }), 'UnsupportedOperation.MemberNotAllowQuit'],
    ])
  })

  it('keeps departments', async () => {
    const { NodeId = 0 } = await client.AddOrganizationNode({
      ParentNodeId: OrgId,
      Name: 'Research',
      Remark: 'labs',
      Tags: [{ TagKey: 'cost', TagValue: '42' }],
    })
    await client.UpdateOrganizationNode({ NodeId, Name: 'Research 2' })
    const { Items, Total } = await client.DescribeOrganizationNodes({ Limit: 50, Offset: 0 })
    expect(Items?.length).toBe(Total)
    expect(Items?.find((node) => node.NodeId === NodeId)).toMatchObject({
      Name: 'Research 2',
      ParentNodeId: OrgId,
      Remark: 'labs',
      Tags: [{ TagKey: 'cost', TagValue: '42' }],
      CreateTime: expect.stringMatching(TIME),
    })
    expect(Items?.find((node) => node.NodeId === OrgId)).toMatchObject({ ParentNodeId: 0 })
    const child = await addNode(NodeId)
    await expectRefused([
      [client.DeleteOrganizationNodes({ NodeId: [NodeId] }), 'FailedOperation.OrganizationNodeNotEmpty'],
      // Below, departments are added to the child: it is there still.
      [
        client.DeleteOrganizationNodes({ NodeId: [child, UNKNOWN_NODE] }),
        'ResourceNotFound.OrganizationNodeNotExist',
      ],
      [
        client.AddOrganizationNode({ ParentNodeId: OrgId, Name: 'Research 2' }),
        'FailedOperation.OrganizationNodeNameUsed',
      ],
      [
        client.AddOrganizationNode({ ParentNodeId: UNKNOWN_NODE, Name: 'x' }),
        'ResourceNotFound.OrganizationNodeNotExist',
      ],
      [
        client.AddOrganizationNode({ ParentNodeId: OrgId, Name: 'x'.repeat(41) }),
        'InvalidParameter.ParamError',
      ],
      [
        client.AddOrganizationNode({ ParentNodeId: OrgId, Name: 'y', Remark: 'x'.repeat(1025) }),
        'InvalidParameterValue',
      ],
      [
        client.UpdateOrganizationNode({ NodeId: UNKNOWN_NODE, Name: 'x' }),
        'ResourceNotFound.OrganizationNodeNotExist',
      ],
      [client.UpdateOrganizationNode({ NodeId: OrgId, Name: '' }), 'InvalidParameter.ParamError'],
      [client.DescribeOrganizationNodes({ Limit: 51, Offset: 0 }), 'InvalidParameterValue'],
      [client.DescribeOrganizationNodes({ Limit: 5 } as never), 'MissingParameter'],
    ])
    let deep = child
    for (let level = 3; level <= 5; level += 1) deep = await addNode(deep)
    await expectRefused([[addNode(deep), 'LimitExceeded.NodeDepthExceedLimit']])
  })

  it('makes nothing where the tags are refused', async () => {
    const Name = unique('untagged')
    const Tags = [{ TagKey: '', TagValue: 'x' }]
    const member = { ...FINANCIAL, Name, AccountName: Name, NodeId: OrgId }
    await expectRefused([
      [client.AddOrganizationNode({ ParentNodeId: OrgId, Name, Tags }), 'InvalidParameter.ParamError'],
      [client.CreateOrganizationMember({ ...member, Tags }), 'InvalidParameter.ParamError'],
    ])
    const { Items } = await client.DescribeOrganizationNodes({ Limit: 50, Offset: 0 })
    expect(Items?.map((node) => node.Name)).not.toContain(Name)
    expect(await client.DescribeOrganizationMembers({ Limit: 10, Offset: 0, SearchKey: Name })).toMatchObject(
      { Total: 0 },
    )
  })

  it('finds nothing under numbers that are larger than any', async () => {
    const ParentNodeId = 2 ** 40
    await expectRefused([
      [client.AddOrganizationNode({ ParentNodeId, Name: 'x' }), 'ResourceNotFound.OrganizationNodeNotExist'],
      [addMember(2 ** 40), 'ResourceNotFound.OrganizationNodeNotExist'],
      [client.DescribePolicy({ PolicyId: 2 ** 40 }), 'ResourceNotFound.PolicyIdNotFound'],
    ])
  })

  it('keeps members', async () => {
    const NodeId = await addNode()
    const uin = await addMember()
    await client.MoveOrganizationNodeMembers({ NodeId, MemberUin: [uin] })
    await client.UpdateOrganizationMember({ MemberUin: uin, Name: 'Renamed', Remark: 'r' })
    expect(await memberOf(uin)).toMatchObject({
      MemberUin: uin,
      Name: 'Renamed',
      Remark: 'r',
      MemberType: 'Create',
      OrgPolicyType: 'Financial',
      OrgPermission: [{ Id: 1 }, { Id: 2 }],
      NodeId,
      IsAllowQuit: 'Denied',
    })
    expect(await client.DescribeOrganizationMembers({ Limit: 10, Offset: 0, NodeId })).toMatchObject({
      Total: 1,
    })
    const management = Number((await world.services.organization.managementAccount()).uin)
    await expectRefused([
      [
        client.DescribeOrganizationMembers({ Limit: 10, Offset: 0, NodeId: UNKNOWN_NODE }),
        'ResourceNotFound.OrganizationNodeNotExist',
      ],
      [addMember(OrgId, 'Renamed'), 'FailedOperation.OrganizationMemberNameUsed'],
      [addMember(UNKNOWN_NODE), 'ResourceNotFound.OrganizationNodeNotExist'],
      [
        client.CreateOrganizationMember({
          ...FINANCIAL,
          PermissionIds: [1, 11],
          Name: 'x',
          AccountName: 'x',
          NodeId: OrgId,
        }),
        'FailedOperation.OrganizationPermissionIllegal',
      ],
      [
        client.CreateOrganizationMember({
          ...FINANCIAL,
          PolicyType: 'Other',
          Name: 'x',
          AccountName: 'x',
          NodeId: OrgId,
        }),
        'FailedOperation.OrganizationPolicyIllegal',
      ],
      [
        client.UpdateOrganizationMember({ MemberUin: UNKNOWN_UIN, Name: 'x' }),
        'ResourceNotFound.MemberNotExist',
      ],
      [
        client.UpdateOrganizationMember({ MemberUin: uin, IsAllowQuit: 'Maybe' }),
        'InvalidParameter.AllowQuitIllegal',
      ],
      [
        client.MoveOrganizationNodeMembers({ NodeId: UNKNOWN_NODE, MemberUin: [uin] }),
        'ResourceNotFound.OrganizationNodeNotExist',
      ],
      [
        client.MoveOrganizationNodeMembers({ NodeId, MemberUin: [UNKNOWN_UIN] }),
        'ResourceNotFound.OrganizationMemberNotExist',
      ],
      [
        client.MoveOrganizationNodeMembers({ NodeId, MemberUin: [management] }),
        'UnsupportedOperation.ManagerNotAllow',
      ],
      [
        client.DeleteOrganizationMembers({ MemberUin: [uin] }),
        'UnsupportedOperation.CreateMemberNotAllowDelete',
      ],
      [
        client.DeleteOrganizationMembers({ MemberUin: [UNKNOWN_UIN] }),
        'ResourceNotFound.OrganizationMemberNotExist',
      ],
    ])
  })

  it('deletes members by permit, and says before what stands in the way', async () => {
    const MemberUin = await addMember()
    expect(await client.CheckAccountDelete({ MemberUin })).toMatchObject({
      AllowDelete: false,
      NotAllowReason: { DeletionPermission: true, CICRoleConfig: false, CICUserConfig: false },
    })
    await expectRefused([
      [client.DeleteAccount({ MemberUin }), 'UnsupportedOperation.DeleteAccountDisabled'],
      [client.CheckAccountDelete({ MemberUin: UNKNOWN_UIN }), 'ResourceNotFound.MemberNotExist'],
      [client.DeleteAccount({ MemberUin: UNKNOWN_UIN }), 'ResourceNotFound.MemberNotExist'],
    ])
    await world.services.zones.changeSetting(world.administrator, 'organization.deleteMembers', 'true')
    expect(await client.CheckAccountDelete({ MemberUin })).toMatchObject({ AllowDelete: true })
    await client.DeleteAccount({ MemberUin })
    expect(await memberOf(MemberUin)).toBeUndefined()
  })

  it('invites accounts, which leave again', async () => {
    const invitation = { ...FINANCIAL, MemberUin: 155_500_000_001, Name: 'Joiner', NodeId: OrgId }
    await client.InviteOrganizationMember(invitation)
    await expectRefused([
      [client.InviteOrganizationMember(invitation), 'FailedOperation.InvitationExist'],
      [
        client.InviteOrganizationMember({ ...invitation, NodeId: UNKNOWN_NODE }),
        'FailedOperation.OrganizationNodeNotExist',
      ],
      [client.InviteOrganizationMember({ ...invitation, MemberUin: 5 }), 'InvalidParameterValue'],
    ])
    const { invitations } = world.services
    const { items } = await invitations.list(world.administrator, { offset: 0, limit: 10 })
    const { token } = await invitations.renewToken(world.administrator, items[0]?.id ?? '')
    await invitations.accept(token, {})
    expect(await memberOf(invitation.MemberUin)).toMatchObject({ MemberType: 'Invite' })
    await expectRefused([
      [client.InviteOrganizationMember(invitation), 'FailedOperation.OrganizationMemberExist'],
      [
        client.DeleteAccount({ MemberUin: invitation.MemberUin }),
        'UnsupportedOperation.InviteAccountNotAllowDelete',
      ],
    ])
    await client.DeleteOrganizationMembers({ MemberUin: [invitation.MemberUin] })
    expect(await memberOf(invitation.MemberUin)).toBeUndefined()
  })

  it('keeps service control policies, and limits accounts by them', async () => {
    const NodeId = await addNode()
    const uin = await addMember(NodeId)
    const Type = 'SERVICE_CONTROL_POLICY'
    const switched = { OrganizationId: OrgId, PolicyType: Type }
    const target = { TargetId: NodeId, TargetType: 'NODE' }
    const off = 'FailedOperation.OrganizationPolicyIsNotEnabled'
    await expectRefused([
      [client.CreatePolicy({ Name: 'NoCvm', Content: DOCUMENT, Type }), off],
      [client.AttachPolicy({ ...target, PolicyId: 1 }), off],
      [client.DisablePolicyType(switched), off],
      [
        client.EnablePolicyType({ ...switched, OrganizationId: UNKNOWN_NODE }),
        'InvalidParameter.OrganizationNotExist',
      ],
    ])
    await client.EnablePolicyType(switched)
    expect(await client.DescribePolicyConfig({ OrganizationId: OrgId, Type: 0 })).toMatchObject({
      Status: 1,
      Type,
    })
    const { PolicyId = 0 } = await client.CreatePolicy({ Name: 'NoCvm', Content: DOCUMENT, Type })
    await client.UpdatePolicy({ PolicyId, Description: 'No machines' })
    expect(await client.DescribePolicy({ PolicyId, PolicyType: Type })).toMatchObject({
      PolicyName: 'NoCvm',
      Type: 1,
      Description: 'No machines',
      PolicyDocument: DOCUMENT,
      AddTime: expect.stringMatching(TIME),
    })
    await client.AttachPolicy({ ...target, PolicyId, Type })
    expect(await client.ListPolicies({ Scope: 'Local' })).toMatchObject({
      TotalNum: 1,
      List: [{ PolicyId, AttachedTimes: 1, Type: 1 }],
    })
    expect(await client.ListPolicies({ Scope: 'QCS' })).toMatchObject({
      List: [{ PolicyName: 'FullQcloudAccess', Type: 2 }],
    })
    expect(await client.ListTargetsForPolicy({ PolicyId, TargetType: 'Node' })).toMatchObject({
      TotalNum: 1,
      List: [{ Uin: NodeId, RelatedType: 1 }],
    })
    expect(await client.ListPoliciesForTarget({ TargetId: NodeId })).toMatchObject({
      TotalNum: 2,
      List: [
        { StrategyName: 'FullQcloudAccess', Type: 1 },
        { StrategyId: PolicyId, StrategyName: 'NoCvm', AttachTime: expect.stringMatching(TIME) },
      ],
    })
    expect(await client.ListPoliciesForTarget({ TargetId: uin })).toMatchObject({ TotalNum: 1 })
    await expectRefused([
      [client.EnablePolicyType(switched), 'FailedOperation.OrganizationPolicyIsNotDisabled'],
      [client.CreatePolicy({ Name: 'NoCvm', Content: DOCUMENT, Type }), 'FailedOperation.PolicyNameInUse'],
      [client.CreatePolicy({ Name: 'a b', Content: DOCUMENT, Type }), 'InvalidParameter.PolicyNameError'],
      ...BAD_POLICIES.map(({ document, reason }): [Promise<unknown>, string] => [
        client.CreatePolicy({ Name: 'x', Content: document, Type }),
        `InvalidParameter.${reason}`,
      ]),
      [client.UpdatePolicy({ PolicyId: 4711, Name: 'x' }), 'ResourceNotFound.PolicyIdNotFound'],
      [client.UpdatePolicy({ PolicyId: 1, Name: 'x' }), 'FailedOperation.OrganizationPolicyOperateError'],
      [client.DeletePolicy({ PolicyId }), 'FailedOperation.OrganizationPolicyInUsed'],
      [client.DeletePolicy({ PolicyId: 4711 }), 'ResourceNotFound.PolicyIdNotFound'],
      [client.DescribePolicy({ PolicyId: 4711 }), 'ResourceNotFound.PolicyIdNotFound'],
      [client.AttachPolicy({ ...target, PolicyId: 4711 }), 'InvalidParameter.PolicyIdNotExist'],
      [
        client.AttachPolicy({ TargetId: UNKNOWN_NODE, TargetType: 'NODE', PolicyId }),
        'ResourceNotFound.OrganizationNodeNotExist',
      ],
      [
        client.DetachPolicy({ TargetId: uin, TargetType: 'MEMBER', PolicyId: 1 }),
        'FailedOperation.OrganizationDetachLastPolicyError',
      ],
      [
        client.DetachPolicy({ TargetId: uin, TargetType: 'MEMBER', PolicyId }),
        'ResourceNotFound.PolicyNotExist',
      ],
      [
        client.ListPoliciesForTarget({ TargetId: UNKNOWN_UIN }),
        'ResourceNotFound.OrganizationMemberNotExist',
      ],
      [client.ListTargetsForPolicy({ PolicyId: 4711 }), 'ResourceNotFound.PolicyIdNotFound'],
      [client.DescribeEffectivePolicy({ TargetId: uin }), 'ResourceNotFound.EffectivePolicyNotFound'],
    ])
    await client.DetachPolicy({ ...target, PolicyId })
    await client.DeletePolicy({ PolicyId })
    await client.DisablePolicyType(switched)
    expect(await client.DescribePolicyConfig({ OrganizationId: OrgId })).toMatchObject({ Status: 0 })
  })
})
