/** The cloud's own SDK against a listening server, as anyone would use it with credentials from the portal. */
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Client as CvmClient } from 'tencentcloud-sdk-nodejs/tencentcloud/services/cvm/v20170312/cvm_client.js'
import { Client as OrganizationClient } from 'tencentcloud-sdk-nodejs/tencentcloud/services/organization/v20210331/organization_client.js'
import { Client as StsClient } from 'tencentcloud-sdk-nodejs/tencentcloud/services/sts/v20180813/sts_client.js'
import { beforeAll, describe, expect, it } from 'vitest'
import { createTestClock } from '../support/clock.js'
import { listenAsCloud } from '../support/cloud-server.js'
import { API_KEY } from '../support/context.js'
import { engines } from '../support/engines.js'
import { createPermissionWorld, type PermissionWorld } from '../support/permission-world.js'

interface Credential {
  readonly secretId: string
  readonly secretKey: string
  readonly token?: string
}

describe.each(engines)('the SDK on %s', (engine) => {
  let world: PermissionWorld
  let server: Server
  let credential: Credential

  beforeAll(async () => {
    // The SDK signs by the computer's clock.
    world = await createPermissionWorld(engine, { clock: createTestClock(new Date()) })
    const userId = await world.user('jo')
    const account = await world.account()
    const configuration = await world.configuration('ops')
    await world.services.assignments.assign(world.administrator, [
      world.triple(userId, account, configuration),
    ])
    await world.services.deploymentWorker.drain()
    const actor = { kind: 'user', userId, name: 'jo', sessionId: 's-1' } as never
    const place = { accountUin: account.uin, configurationId: configuration.id }
    const credentials = await world.services.accountAccess.credentials(actor, place)
    credential = {
      secretId: credentials.tmpSecretId,
      secretKey: credentials.tmpSecretKey,
      token: credentials.token,
    }
    const cloud = await listenAsCloud(world.app)
    server = cloud.server
    return async () => {
      await cloud.close()
      await world.remove()
    }
  })

  const options = (who: Credential) => ({
    credential: who,
    region: 'ap-guangzhou',
    profile: {
      httpProfile: {
        protocol: 'http://',
        endpoint: `127.0.0.1:${(server.address() as AddressInfo).port}`,
      },
    },
  })
  const stsOf = (who: Credential) => new StsClient(options(who))
  const cvmOf = (who: Credential) => new CvmClient(options(who))

  it('learns who it is with temporary credentials', async () => {
    const identity = await stsOf(credential).GetCallerIdentity()
    expect(identity).toMatchObject({ Type: 'CAMRole', RequestId: expect.any(String) })
    expect(identity.UserId).toMatch(/:jo$/)
  })

  it('learns who it is with an API key', async () => {
    expect(await stsOf(API_KEY).GetCallerIdentity()).toMatchObject({ Type: 'CAMUser' })
  })

  it('may describe instances under a role that reads', async () => {
    expect(await cvmOf(credential).DescribeInstances({ Limit: 10 })).toMatchObject({
      TotalCount: 0,
      InstanceSet: [],
    })
  })

  it('may not run instances under it, and is told so by code', async () => {
    await expect(cvmOf(credential).RunInstances({ InstanceType: 'S5.SMALL1' })).rejects.toMatchObject({
      code: 'UnauthorizedOperation',
      message: expect.stringContaining('cvm:RunInstances'),
      requestId: expect.any(String),
    })
  })

  it('goes from the zone to temporary credentials of a new member, and back', async () => {
    const organization = new OrganizationClient(options(API_KEY))
    // The first start has opened the zone.
    await expect(organization.OpenIdentityCenter({ ZoneName: 'another' })).rejects.toMatchObject({
      code: 'FailedOperation.IdentityCenterAlreadyOpen',
    })
    const { ZoneId = '' } = await organization.DescribeIdentityCenter()
    const { RootNodeId = 0 } = await organization.DescribeOrganization({})
    const { Uin = 0 } = await organization.CreateOrganizationMember({
      Name: 'life-cycle',
      AccountName: 'life-cycle',
      PolicyType: 'Financial',
      PermissionIds: [1, 2],
      NodeId: RootNodeId,
    })
    const { UserInfo } = await organization.CreateUser({ ZoneId, UserName: 'sam' })
    const { GroupInfo } = await organization.CreateGroup({ ZoneId, GroupName: 'operators' })
    const [UserId, GroupId] = [UserInfo?.UserId ?? '', GroupInfo?.GroupId ?? '']
    await organization.AddUserToGroup({ ZoneId, UserId, GroupId })
    const { RoleConfigurationInfo } = await organization.CreateRoleConfiguration({
      ZoneId,
      RoleConfigurationName: 'operate',
    })
    const RoleConfigurationId = RoleConfigurationInfo?.RoleConfigurationId ?? ''
    await organization.AddPermissionPolicyToRoleConfiguration({
      ZoneId,
      RoleConfigurationId,
      RolePolicyType: 'System',
      RolePolicyNames: ['ReadOnlyAccess'],
    })
    const triple = {
      PrincipalId: GroupId,
      PrincipalType: 'Group',
      TargetUin: Uin,
      TargetType: 'MemberUin',
      RoleConfigurationId,
    }
    const { Tasks } = await organization.CreateRoleAssignment({ ZoneId, RoleAssignmentInfo: [triple] })
    await world.services.deploymentWorker.drain()
    const { TaskStatus } = await organization.GetTaskStatus({ ZoneId, TaskId: Tasks?.[0]?.TaskId ?? '' })
    expect(TaskStatus?.Status).toBe('Success')

    // What the browser of the signed-in user would bring.
    const open = () =>
      world.services.accountAccess.open(
        { kind: 'user', userId: UserId, name: 'sam', sessionId: 's-1' } as never,
        { accountUin: String(Uin), configurationId: RoleConfigurationId } as never,
      )
    const { samlResponse } = await open()
    const account = `qcs::cam::uin/${Uin}`
    const { Credentials } = await stsOf({ secretId: '', secretKey: '' }).AssumeRoleWithSAML({
      SAMLAssertion: samlResponse,
      PrincipalArn: `${account}:saml-provider/TencentReservedSSO-${ZoneId}`,
      RoleArn: `${account}:roleName/TencentCloudSSO-operate`,
      RoleSessionName: 'sam',
    })
    const temporary = {
      secretId: Credentials?.TmpSecretId ?? '',
      secretKey: Credentials?.TmpSecretKey ?? '',
      token: Credentials?.Token ?? '',
    }
    expect(await stsOf(temporary).GetCallerIdentity()).toMatchObject({ AccountId: String(Uin) })
    expect(await cvmOf(temporary).DescribeInstances({})).toMatchObject({ TotalCount: 0 })

    await organization.DeleteRoleAssignment({ ZoneId, ...triple })
    await world.services.deploymentWorker.drain()
    await expect(open()).rejects.toMatchObject({ code: 'access.denied' })
  })

  it.each<[string, (good: Credential) => Credential]>([
    ['AuthFailure.SignatureFailure', (good) => ({ ...good, secretKey: 'x'.repeat(32) })],
    ['AuthFailure.TokenFailure', (good) => ({ ...good, token: 'x' })],
    ['AuthFailure.TokenFailure', ({ secretId, secretKey }) => ({ secretId, secretKey })],
    ['AuthFailure.SecretIdNotFound', (good) => ({ ...good, secretId: `AKID${'x'.repeat(32)}` })],
  ])('is told %s', async (code, change) => {
    await expect(stsOf(change(credential)).GetCallerIdentity()).rejects.toMatchObject({ code })
  })
})
