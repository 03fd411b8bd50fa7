/** CAM's and STS's actions through the cloud's own SDK: what each does, and what it refuses with which code. */
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Client as CamClient } from 'tencentcloud-sdk-nodejs/tencentcloud/services/cam/v20190116/cam_client.js'
import { Client as CvmClient } from 'tencentcloud-sdk-nodejs/tencentcloud/services/cvm/v20170312/cvm_client.js'
import { Client as OrganizationClient } from 'tencentcloud-sdk-nodejs/tencentcloud/services/organization/v20210331/organization_client.js'
import { Client as StsClient } from 'tencentcloud-sdk-nodejs/tencentcloud/services/sts/v20180813/sts_client.js'
import { beforeAll, describe, expect, it } from 'vitest'
import { managementAccountUin } from '../../db/administrators.js'
import type { AccountUin } from '../../server/domain/ids.js'
import { ACCESS_CONTROL_ROLE } from '../../server/domain/organization.js'
import { createTestClock } from '../support/clock.js'
import { listenAsCloud } from '../support/cloud-server.js'
import { API_KEY } from '../support/context.js'
import { engines } from '../support/engines.js'
import { createFakeIdp } from '../support/fake-idp.js'
import { createPermissionWorld, DOCUMENT, type PermissionWorld } from '../support/permission-world.js'
import type { ApiKeyPair } from '../support/tc3.js'

const READ_ONLY = 900001
const ORGANIZATION_FULL = 900006
const TIME = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/
const PASSWORD = 'Console-pass-7'
const policy = (effect: 'allow' | 'deny', action: string, resource = '*') =>
  JSON.stringify({ version: '2.0', statement: [{ effect, action, resource }] })

describe.each(engines)('accounts by API on %s', (engine) => {
  let world: PermissionWorld
  let server: Server
  let member: AccountUin
  let manager: AccountUin
  /** The member account itself. */
  let root: ReturnType<typeof clientsOf>
  let metadata: string

  const clientsOf = (credential: ApiKeyPair) => {
    const profile = {
      credential,
      region: '',
      profile: {
        httpProfile: {
          protocol: 'http://',
          endpoint: `127.0.0.1:${(server.address() as AddressInfo).port}`,
        },
      },
    } as const
    return {
      cam: new CamClient(profile),
      sts: new StsClient(profile),
      cvm: new CvmClient(profile),
      organization: new OrganizationClient(profile),
    }
  }

  beforeAll(async () => {
    world = await createPermissionWorld(engine, { clock: createTestClock(new Date()) })
    const cloud = await listenAsCloud(world.app)
    server = cloud.server
    member = (await world.account()).uin
    manager = await managementAccountUin(world.db)
    root = clientsOf(await world.services.camKeys.createForAccount(world.administrator, member))
    const idp = await createFakeIdp()
    metadata = Buffer.from(idp.metadata()).toString('base64')
    return async () => {
      await cloud.close()
      await world.remove()
    }
  })

  let serial = 0
  const unique = (prefix: string): string => `${prefix}-${(serial += 1)}`

  /** A user of the member account with a key and these policies, by their text. */
  async function addUser(...documents: readonly string[]) {
    const made = await root.cam.AddUser({ Name: unique('user'), UseApi: 1 })
    const { Uin = 0, Name = '', Uid = 0, SecretId = '', SecretKey = '' } = made
    for (const PolicyDocument of documents) {
      const { PolicyId = 0 } = await root.cam.CreatePolicy({ PolicyName: unique('policy'), PolicyDocument })
      await root.cam.AttachUserPolicy({ PolicyId, AttachUin: Uin })
    }
    return { Uin, Name, Uid, ...clientsOf({ secretId: SecretId, secretKey: SecretKey }) }
  }
  const addPolicy = async (PolicyDocument = DOCUMENT) =>
    (await root.cam.CreatePolicy({ PolicyName: unique('policy'), PolicyDocument })).PolicyId ?? 0
  const addGroup = async () => (await root.cam.CreateGroup({ GroupName: unique('group') })).GroupId ?? 0
  const trust = (principal: object = { qcs: [`qcs::cam::uin/${member}:root`] }) =>
    JSON.stringify({
      version: '2.0',
      statement: [{ effect: 'allow', action: 'name/sts:AssumeRole', principal }],
    })
  const addRole = async (RoleName = unique('role')) => {
    const { RoleId = '' } = await root.cam.CreateRole({ RoleName, PolicyDocument: trust() })
    return { RoleId, RoleName }
  }
  const codeOf = async (promise: Promise<unknown>): Promise<string> =>
    promise.then(
      () => 'done',
      (error: { code?: string; message: string }) => error.code ?? error.message,
    )

  describe('users', () => {
    it('are made, found, changed and deleted, with a secret that is shown once', async () => {
      const { cam } = root
      const Name = unique('worker')
      const made = await cam.AddUser({ Name, UseApi: 1, ConsoleLogin: 1, Remark: 'r', Email: 'a@b.example' })
      expect(made).toMatchObject({ Name, SecretId: expect.stringMatching(/^AKID\w{32}$/) })
      expect(made.Password).toHaveLength(16)
      expect(await cam.GetUser({ Name: Name.toUpperCase() })).toMatchObject({
        Uin: made.Uin,
        Uid: made.Uid,
        Remark: 'r',
        ConsoleLogin: 1,
        Email: 'a@b.example',
      })
      await cam.UpdateUser({ Name, Remark: '', ConsoleLogin: 0, PhoneNum: '123' })
      const { Data = [] } = await cam.ListUsers()
      expect(Data.find(({ Uin }) => Uin === made.Uin)).toMatchObject({
        ConsoleLogin: 0,
        Remark: '',
        PhoneNum: '123',
        CreateTime: expect.stringMatching(TIME),
      })
      const described = await cam.DescribeSubAccounts({ FilterSubAccountUin: [made.Uin ?? 0, 100000000000] })
      expect(described.SubAccounts).toMatchObject([{ Name, UserType: 2 }])
      expect(await codeOf(cam.DeleteUser({ Name }))).toBe('OperationDenied.HaveKeys')
      const theirs = clientsOf({ secretId: made.SecretId ?? '', secretKey: made.SecretKey ?? '' })
      expect(await theirs.cam.GetUserAppId()).toMatchObject({ Uin: String(made.Uin), OwnerUin: member })
      await cam.DeleteUser({ Name, Force: 1 })
      expect(await codeOf(theirs.cam.GetUserAppId())).toBe('AuthFailure.SecretIdNotFound')
      expect(await codeOf(cam.GetUser({ Name }))).toBe('ResourceNotFound.UserNotExist')
    })

    it('have two keys at most, which can be switched off', async () => {
      const user = await addUser(policy('allow', 'cam:*AccessKey*'))
      world.clock.advance(1)
      const { AccessKey } = await user.cam.CreateAccessKey({ Description: 'second' })
      const { AccessKeyId = '', SecretAccessKey = '' } = AccessKey ?? {}
      expect(await codeOf(user.cam.CreateAccessKey({}))).toBe('OperationDenied.AccessKeyOverLimit')
      const second = clientsOf({ secretId: AccessKeyId, secretKey: SecretAccessKey })
      expect(await second.sts.QueryApiKey({})).toMatchObject({ IdKeys: [{ Status: 2 }, { Status: 2 }] })
      await user.cam.UpdateAccessKey({ AccessKeyId, Status: 'Inactive' })
      expect(await codeOf(second.cam.GetUserAppId())).toBe('AuthFailure.SecretIdNotFound')
      const { AccessKeys } = await root.cam.ListAccessKeys({ TargetUin: user.Uin })
      expect(AccessKeys).toMatchObject([{ Status: 'Active' }, { Status: 'Inactive', Description: 'second' }])
      expect(JSON.stringify(AccessKeys)).not.toContain(SecretAccessKey)
      await user.cam.DeleteAccessKey({ AccessKeyId })
      expect(await codeOf(user.cam.DeleteAccessKey({ AccessKeyId }))).toBe('ResourceNotFound.SecretNotExist')
      // Those of the account itself are nobody else's, whatever his policies.
      const administrator = await addUser(policy('allow', '*'))
      const TargetUin = Number(member)
      expect(await codeOf(administrator.cam.CreateAccessKey({ TargetUin }))).toBe('OperationDenied.SubUin')
    })

    it('are confined to their account, and to what their policies allow there', async () => {
      const user = await addUser(policy('allow', 'cam:GetUser', `qcs::cam::uin/${member}:uin/*`))
      expect(await user.cam.GetUser({ Name: user.Name })).toMatchObject({ Uin: user.Uin })
      await expect(user.cam.AddUser({ Name: unique('x') })).rejects.toMatchObject({
        code: 'AuthFailure.UnauthorizedOperation',
        message: expect.stringContaining(`(cam:AddUser) on the resource (qcs::cam::uin/${member}:uin/*)`),
      })
      const other = (await world.account()).uin
      const stranger = clientsOf(await world.services.camKeys.createForAccount(world.administrator, other))
      expect(await codeOf(stranger.cam.GetUser({ Name: user.Name }))).toBe('ResourceNotFound.UserNotExist')
      expect(await codeOf(stranger.cam.ListAccessKeys({ TargetUin: user.Uin }))).toBe(
        'InvalidParameter.UserNotExist',
      )
      expect(await codeOf(user.organization.DescribeIdentityCenter())).toBe('UnauthorizedOperation')
      expect(await codeOf(root.organization.DescribeIdentityCenter())).toBe('UnauthorizedOperation')
    })
  })

  describe('groups', () => {
    it('hold users and hand their policies to them', async () => {
      const user = await addUser()
      const GroupName = unique('group')
      const { GroupId = 0 } = await root.cam.CreateGroup({ GroupName, Remark: 'r' })
      await root.cam.AttachGroupPolicy({ PolicyId: READ_ONLY, AttachGroupId: GroupId })
      expect(await codeOf(user.cvm.DescribeInstances({}))).toBe('UnauthorizedOperation')
      await root.cam.AddUserToGroup({ Info: [{ GroupId, Uid: user.Uid }] })
      await root.cam.AddUserToGroup({ Info: [{ GroupId, Uin: user.Uin }] })
      expect(await user.cvm.DescribeInstances({})).toMatchObject({ TotalCount: 0 })
      expect(await root.cam.GetGroup({ GroupId })).toMatchObject({
        GroupName,
        GroupNum: 1,
        Remark: 'r',
        UserInfo: [{ Uin: user.Uin, Uid: user.Uid }],
      })
      const users = await root.cam.ListUsersForGroup({ GroupId, Page: 2, Rp: 1 })
      expect(users).toMatchObject({ TotalNum: 1, UserInfo: [] })
      const joined = await root.cam.ListGroupsForUser({ SubUin: user.Uin })
      expect(joined).toMatchObject({ TotalNum: 1, GroupInfo: [{ GroupId }] })
      const all = await root.cam.ListAttachedUserAllPolicies({
        ...{ TargetUin: user.Uin, Page: 1, Rp: 10, AttachType: 0 },
      })
      expect(all).toMatchObject({ TotalNum: 1, PolicyList: [{ PolicyId: '900001', Groups: [{ GroupId }] }] })
      await root.cam.UpdateGroup({ GroupId, GroupName: `${GroupName}-x` })
      expect(await root.cam.ListGroups({ Keyword: `${GroupName}-X` })).toMatchObject({ TotalNum: 1 })
      const attached = await root.cam.ListAttachedGroupPolicies({ TargetGroupId: GroupId })
      expect(attached).toMatchObject({
        TotalNum: 1,
        List: [{ PolicyType: 'QCS', PolicyName: 'ReadOnlyAccess' }],
      })
      await root.cam.DetachGroupPolicy({ PolicyId: READ_ONLY, DetachGroupId: GroupId })
      expect(await codeOf(user.cvm.DescribeInstances({}))).toBe('UnauthorizedOperation')
      await root.cam.RemoveUserFromGroup({ Info: [{ GroupId, Uin: user.Uin }] })
      await root.cam.DeleteGroup({ GroupId })
      expect(await codeOf(root.cam.GetGroup({ GroupId }))).toBe('ResourceNotFound.UserNotExist')
    })
  })

  describe('policies', () => {
    it('have versions, of which one is in force', async () => {
      const user = await addUser()
      const PolicyName = unique('policy')
      const PolicyDocument = policy('allow', 'cvm:*')
      const { PolicyId = 0 } = await root.cam.CreatePolicy({ PolicyName, PolicyDocument, Description: 'd' })
      await root.cam.AttachUserPolicy({ PolicyId, AttachUin: user.Uin })
      await root.cam.AttachUserPolicy({ PolicyId, AttachUin: user.Uin })
      expect(await codeOf(user.cvm.DescribeInstances({}))).toBe('done')
      const second = await root.cam.CreatePolicyVersion({
        PolicyId,
        PolicyDocument: encodeURIComponent(policy('deny', 'cvm:*')),
        SetAsDefault: true,
      })
      expect(second.VersionId).toBe(2)
      await expect(user.cvm.DescribeInstances({})).rejects.toMatchObject({
        message: expect.stringContaining(`policy ${PolicyName}, statement 1`),
      })
      const { Versions = [] } = await root.cam.ListPolicyVersions({ PolicyId })
      expect(Versions.map(({ VersionId, IsDefaultVersion }) => [VersionId, IsDefaultVersion])).toEqual([
        [2, 1],
        [1, 0],
      ])
      await root.cam.SetDefaultPolicyVersion({ PolicyId, VersionId: 1 })
      expect(await codeOf(user.cvm.DescribeInstances({}))).toBe('done')
      const version = await root.cam.GetPolicyVersion({ PolicyId, VersionId: 2 })
      expect(version.PolicyVersion).toMatchObject({ Document: policy('deny', 'cvm:*'), IsDefaultVersion: 0 })
      for (let made = 2; made < 5; made += 1)
        await root.cam.CreatePolicyVersion({ PolicyId, PolicyDocument, SetAsDefault: false })
      const sixth = { PolicyId, PolicyDocument, SetAsDefault: false }
      expect(await codeOf(root.cam.CreatePolicyVersion(sixth))).toBe('FailedOperation.PolicyVersionFull')
      await root.cam.DeletePolicyVersion({ PolicyId, VersionId: [2, 3] })
      expect(await root.cam.CreatePolicyVersion(sixth)).toMatchObject({ VersionId: 6 })
      await root.cam.UpdatePolicy({ PolicyId, PolicyName: `${PolicyName}-x`, PolicyDocument: DOCUMENT })
      expect(await root.cam.GetPolicy({ PolicyId })).toMatchObject({
        PolicyName: `${PolicyName}-x`,
        PolicyDocument: DOCUMENT,
        Type: 1,
        Description: 'd',
      })
      const holders = await root.cam.ListEntitiesForPolicy({ PolicyId, EntityFilter: 'User' })
      expect(holders).toMatchObject({ TotalNum: 1, List: [{ Uin: user.Uin, RelatedType: 1 }] })
      await root.cam.DeletePolicy({ PolicyId: [PolicyId] })
      expect(await root.cam.ListAttachedUserPolicies({ TargetUin: user.Uin })).toMatchObject({ TotalNum: 0 })
    })

    it('are listed page by page, preset ones and the account’s own', async () => {
      const PolicyId = await addPolicy()
      const [presets, own, all] = await Promise.all(
        ['QCS', 'Local', 'All'].map((Scope) => root.cam.ListPolicies({ Scope, Rp: 1 })),
      )
      expect(all?.TotalNum).toBe((presets?.TotalNum ?? 0) + (own?.TotalNum ?? 0))
      const last = await root.cam.ListPolicies({ Rp: 1, Page: all?.TotalNum ?? 0 })
      expect(last.List).toMatchObject([{ PolicyId, Type: 1, Attachments: 0 }])
      const found = await root.cam.ListPolicies({ Keyword: 'organizationFULL' })
      expect(found).toMatchObject({ TotalNum: 1, List: [{ PolicyId: ORGANIZATION_FULL, Type: 2 }] })
    })

    it('bound what others can allow', async () => {
      const user = await addUser(policy('allow', '*'))
      const PolicyId = await addPolicy(policy('allow', 'cam:*'))
      await root.cam.PutUserPermissionsBoundary({ TargetUin: Number(user.Uin), PolicyId })
      await expect(user.cvm.DescribeInstances({})).rejects.toMatchObject({
        message: expect.stringContaining('permission boundary'),
      })
      expect(await codeOf(root.cam.DeletePolicy({ PolicyId: [PolicyId] }))).toBe(
        'InvalidParameter.ParamError',
      )
      await root.cam.DeleteUserPermissionsBoundary({ TargetUin: user.Uin })
      expect(await codeOf(user.cvm.DescribeInstances({}))).toBe('done')
    })
  })

  describe('roles', () => {
    it('are made, changed, taken on and deleted', async () => {
      const { cam, sts } = root
      const RoleName = unique('role')
      const { RoleId = '' } = await cam.CreateRole({
        RoleName,
        PolicyDocument: encodeURIComponent(trust()),
        Tags: [{ Key: 'team', Value: 'a' }],
      })
      expect(RoleId).toMatch(/^\d{19}$/)
      await cam.UpdateRoleDescription({ RoleId, Description: 'd' })
      await cam.UpdateRoleConsoleLogin({ RoleName, ConsoleLogin: 1 })
      // The id as the number that this action declares, digit by digit.
      await cam.UpdateRoleSessionDuration({ RoleId: RoleId as never, SessionDuration: 900 })
      await cam.UpdateAssumeRolePolicy({
        RoleName,
        PolicyDocument: trust({ qcs: [`qcs::cam::uin/${member}:root`, `qcs::cam::uin/${manager}:root`] }),
      })
      expect((await cam.GetRole({ RoleId })).RoleInfo).toMatchObject({
        ...{ RoleId, RoleName, Description: 'd', ConsoleLogin: 1, SessionDuration: 900, RoleType: 'user' },
        RoleArn: `qcs::cam::uin/${member}:roleName/${RoleName}`,
        Tags: [{ Key: 'team', Value: 'a' }],
        PolicyDocument: expect.stringContaining(manager),
      })
      const tagged = await cam.DescribeRoleList({ Page: 1, Rp: 1, Tags: [{ Key: 'team', Value: 'a' }] })
      expect(tagged).toMatchObject({ TotalNum: 1, List: [{ RoleId }] })
      await cam.AttachRolePolicy({ AttachRoleId: RoleId, PolicyName: 'ReadOnlyAccess' })
      const attached = await cam.ListAttachedRolePolicies({ RoleId, Page: 1, Rp: 10, PolicyType: 'QCS' })
      expect(attached).toMatchObject({ TotalNum: 1, List: [{ PolicyId: READ_ONLY }] })
      const RoleArn = `qcs::cam::uin/${member}:roleName/${RoleName}`
      const { Credentials } = await sts.AssumeRole({ RoleArn, RoleSessionName: 'one', DurationSeconds: 900 })
      const { TmpSecretId = '', TmpSecretKey = '', Token = '' } = Credentials ?? {}
      const inRole = clientsOf({ secretId: TmpSecretId, secretKey: TmpSecretKey, token: Token })
      expect(await codeOf(inRole.cvm.DescribeInstances({}))).toBe('done')
      const { last_used_at } = await world.db
        .selectFrom('cam_roles')
        .select('last_used_at')
        .where('id', '=', RoleId as never)
        .executeTakeFirstOrThrow()
      expect(last_used_at).toBe(world.clock.now().toISOString())
      await cam.PutRolePermissionsBoundary({ RoleName, PolicyId: ORGANIZATION_FULL })
      expect(await codeOf(inRole.cvm.DescribeInstances({}))).toBe('UnauthorizedOperation')
      await cam.DeleteRolePermissionsBoundary({ RoleName })
      await cam.DetachRolePolicy({ DetachRoleName: RoleName, PolicyId: READ_ONLY })
      expect(await codeOf(inRole.cvm.DescribeInstances({}))).toBe('UnauthorizedOperation')
      await cam.DeleteRole({ RoleName })
      expect(await codeOf(inRole.sts.GetCallerIdentity())).toBe('AuthFailure.TokenFailure')
    })
  })

  describe('SAML providers', () => {
    it('are made, read, changed and deleted', async () => {
      const { cam } = root
      const Name = unique('idp')
      const made = await cam.CreateSAMLProvider({ Name, Description: 'd', SAMLMetadataDocument: metadata })
      expect(made.ProviderArn).toBe(`qcs::cam::uin/${member}:saml-provider/${Name}`)
      expect(await cam.GetSAMLProvider({ Name })).toMatchObject({ Description: 'd', SAMLMetadata: metadata })
      await cam.UpdateSAMLProvider({ Name, Description: 'e' })
      const { SAMLProviderSet } = await cam.ListSAMLProviders()
      expect(SAMLProviderSet).toMatchObject([{ Name, Description: 'e' }])
      await cam.DeleteSAMLProvider({ Name })
      expect(await cam.ListSAMLProviders()).toMatchObject({ TotalCount: 0 })
    })
  })

  it('refuses in the cloud’s own codes', async () => {
    const { cam, sts } = root
    const user = await addUser()
    const GroupId = await addGroup()
    const PolicyId = await addPolicy()
    const { RoleId, RoleName } = await addRole()
    const Name = unique('idp')
    await cam.CreateSAMLProvider({ Name, Description: '', SAMLMetadataDocument: metadata })
    const { PolicyName = '' } = await cam.GetPolicy({ PolicyId })
    const none = 100000000000
    const nobody = { Name: 'nobody' }
    const page = { Page: 1, Rp: 10 }
    const refusals: readonly (readonly [string, Promise<unknown>])[] = [
      ['InvalidParameter.SubUserNameInUse', cam.AddUser({ Name: user.Name.toUpperCase() })],
      ['InvalidParameter.UserNameIllegal', cam.AddUser({ Name: 'a b' })],
      [
        'InvalidParameter.PasswordViolatedRules',
        cam.AddUser({ Name: 'x', ConsoleLogin: 1, Password: 'weak' }),
      ],
      ['MissingParameter', cam.AddUser({} as never)],
      ['UnknownParameter', cam.AddUser({ Name: 'x', Role: 'y' } as never)],
      ['InvalidParameter', cam.GetUser({ Name: 5 } as never)],
      ['ResourceNotFound.UserNotExist', cam.UpdateUser({ ...nobody, Remark: 'x' })],
      ['InvalidParameter.ParamError', cam.UpdateUser({ Name: user.Name, Email: 'x' })],
      ['ResourceNotFound.UserNotExist', cam.DeleteUser(nobody)],
      ['InvalidParameterValue', cam.DescribeSubAccounts({ FilterSubAccountUin: Array(51).fill(none) })],
      ['InvalidParameter', cam.DescribeSubAccounts({ FilterSubAccountUin: 'x' } as never)],
      ['InvalidParameter.UserNotExist', cam.CreateAccessKey({ TargetUin: none })],
      ['InvalidParameter.UserNotExist', cam.ListAccessKeys({ TargetUin: none })],
      ['InvalidParameterValue', cam.UpdateAccessKey({ AccessKeyId: 'x', Status: 'Off' })],
      ['ResourceNotFound.SecretNotExist', cam.UpdateAccessKey({ AccessKeyId: 'x', Status: 'Active' })],
      ['MissingParameter', cam.DeleteAccessKey({} as never)],
      ['InvalidParameter.ParamError', cam.CreateGroup({ GroupName: ' ' })],
      ['InvalidParameter', cam.GetGroup({ GroupId: 'x' } as never)],
      ['ResourceNotFound.UserNotExist', cam.DeleteGroup({ GroupId: 999_999 })],
      ['ResourceNotFound.GroupNotExist', cam.UpdateGroup({ GroupId: 999_999, GroupName: 'x' })],
      ['InvalidParameterValue', cam.ListGroups({ Rp: 201 })],
      ['InvalidParameter.GroupNotExist', cam.AddUserToGroup({ Info: [{ GroupId: 0, Uin: user.Uin }] })],
      ['ResourceNotFound.UserNotExist', cam.AddUserToGroup({ Info: [{ GroupId, Uin: none }] })],
      ['InvalidParameter.UserUinAndUinNotAllNull', cam.RemoveUserFromGroup({ Info: [{ GroupId }] })],
      ['ResourceNotFound.UserNotExist', cam.RemoveUserFromGroup({ Info: [{ GroupId, Uin: none }] })],
      ['ResourceNotFound.GroupNotExist', cam.ListUsersForGroup({ GroupId: 999_999 })],
      ['InvalidParameterValue', cam.ListUsersForGroup({ GroupId, Page: 0 })],
      ['ResourceNotFound.UserNotExist', cam.ListGroupsForUser({ SubUin: none })],
      ['InvalidParameter.UserUinAndUinNotAllNull', cam.ListGroupsForUser({})],
      ['InvalidParameter.RoleNameInUse', cam.CreateRole({ RoleName, PolicyDocument: trust() })],
      ['InvalidParameter.RoleNameError', cam.CreateRole({ RoleName: '/', PolicyDocument: trust() })],
      ['InvalidParameter.PrincipalError', cam.CreateRole({ RoleName: 'x', PolicyDocument: trust({}) })],
      ['InvalidParameter.StatementError', cam.CreateRole({ RoleName: 'x', PolicyDocument: DOCUMENT })],
      ['InvalidParameter.RoleNotExist', cam.GetRole({ RoleName: 'nobody' })],
      ['InvalidParameter.ParamError', cam.GetRole({})],
      ['MissingParameter', cam.DescribeRoleList({ Page: 1 } as never)],
      ['InvalidParameterValue', cam.DescribeRoleList({ Page: 0, Rp: 1 })],
      ['InvalidParameter.RoleNotExist', cam.DeleteRole({ RoleId: '4611686018427387904' })],
      ['InvalidParameter.ParamError', cam.DeleteRole({})],
      ['InvalidParameter.PolicyDocumentError', cam.UpdateAssumeRolePolicy({ RoleId, PolicyDocument: 'x' })],
      [
        'InvalidParameter.RoleNotExist',
        cam.UpdateAssumeRolePolicy({ RoleName: 'no', PolicyDocument: trust() }),
      ],
      [
        'InvalidParameter.DescriptionLengthOverlimit',
        cam.UpdateRoleDescription({ RoleId, Description: 'x'.repeat(1001) }),
      ],
      ['InvalidParameter.RoleNotExist', cam.UpdateRoleDescription({ RoleName: 'no', Description: '' })],
      ['InvalidParameterValue', cam.UpdateRoleConsoleLogin({ RoleName, ConsoleLogin: 2 })],
      ['InvalidParameter.RoleNotExist', cam.UpdateRoleConsoleLogin({ RoleName: 'no', ConsoleLogin: 1 })],
      ['InvalidParameter.ParamError', cam.UpdateRoleSessionDuration({ RoleName, SessionDuration: 899 })],
      [
        'InvalidParameter.RoleNotExist',
        cam.UpdateRoleSessionDuration({ RoleName: 'no', SessionDuration: 900 }),
      ],
      ['InvalidParameter.PolicyIdNotExist', cam.AttachRolePolicy({ AttachRoleName: RoleName, PolicyId: 2 })],
      ['InvalidParameter.RoleNotExist', cam.AttachRolePolicy({ AttachRoleName: 'no', PolicyId })],
      ['InvalidParameter.ParamError', cam.DetachRolePolicy({ DetachRoleName: RoleName })],
      ['InvalidParameter.RoleNotExist', cam.DetachRolePolicy({ DetachRoleId: '1', PolicyId })],
      ['InvalidParameter.ParamError', cam.ListAttachedRolePolicies({ ...page, RoleName: 'no' })],
      ['InvalidParameterValue', cam.ListAttachedRolePolicies({ ...page, RoleName, PolicyType: 'x' })],
      ['FailedOperation.PolicyNameInUse', cam.CreatePolicy({ PolicyName, PolicyDocument: DOCUMENT })],
      [
        'FailedOperation.PolicyNameInUse',
        cam.CreatePolicy({ PolicyName: 'readonlyaccess', PolicyDocument: DOCUMENT }),
      ],
      ['InvalidParameter.PolicyNameError', cam.CreatePolicy({ PolicyName: '', PolicyDocument: DOCUMENT })],
      ['InvalidParameter.VersionError', cam.CreatePolicy({ PolicyName: 'x', PolicyDocument: '{}' })],
      ['ResourceNotFound.PolicyIdNotFound', cam.GetPolicy({ PolicyId: 2 })],
      ['InvalidParameter', cam.GetPolicy({ PolicyId: 'x' } as never)],
      ['InvalidParameterValue', cam.ListPolicies({ Scope: 'Mine' })],
      ['InvalidParameterValue', cam.ListPolicies({ Page: 201 })],
      ['InvalidParameter.PolicyIdError', cam.UpdatePolicy({ PolicyId: READ_ONLY, Description: 'x' })],
      ['InvalidParameter.PolicyIdNotExist', cam.UpdatePolicy({ PolicyId: 2_000_000_000, Description: 'x' })],
      ['InvalidParameter.PolicyIdError', cam.DeletePolicy({ PolicyId: [PolicyId, READ_ONLY] })],
      ['InvalidParameter.ParamError', cam.DeletePolicy({ PolicyId: [] })],
      ['InvalidParameter.PolicyIdNotExist', cam.AttachUserPolicy({ PolicyId: 2, AttachUin: user.Uin })],
      ['InvalidParameter.UserNotExist', cam.AttachUserPolicy({ PolicyId, AttachUin: none })],
      ['InvalidParameter.PolicyIdNotExist', cam.DetachUserPolicy({ PolicyId: 2, DetachUin: user.Uin })],
      ['InvalidParameter.UserNotExist', cam.DetachUserPolicy({ PolicyId, DetachUin: none })],
      ['ResourceNotFound.UserNotExist', cam.ListAttachedUserPolicies({ TargetUin: none })],
      ['InvalidParameterValue', cam.ListAttachedUserPolicies({ TargetUin: user.Uin, Rp: 0 })],
      [
        'ResourceNotFound.UserNotExist',
        cam.ListAttachedUserAllPolicies({ ...page, TargetUin: none, AttachType: 0 }),
      ],
      [
        'InvalidParameterValue',
        cam.ListAttachedUserAllPolicies({ ...page, TargetUin: user.Uin, AttachType: 3 }),
      ],
      ['InvalidParameter.PolicyIdNotExist', cam.AttachGroupPolicy({ PolicyId: 2, AttachGroupId: GroupId })],
      ['ResourceNotFound.GroupNotExist', cam.AttachGroupPolicy({ PolicyId, AttachGroupId: 999_999 })],
      ['InvalidParameter.PolicyIdNotExist', cam.DetachGroupPolicy({ PolicyId: 2, DetachGroupId: GroupId })],
      ['ResourceNotFound.GroupNotExist', cam.DetachGroupPolicy({ PolicyId, DetachGroupId: 999_999 })],
      ['ResourceNotFound.GroupNotExist', cam.ListAttachedGroupPolicies({ TargetGroupId: 999_999 })],
      [
        'InvalidParameterValue',
        cam.ListAttachedGroupPolicies({ TargetGroupId: GroupId, Keyword: 'x'.repeat(129) }),
      ],
      ['InvalidParameter.PolicyIdError', cam.ListEntitiesForPolicy({ PolicyId: 2 })],
      ['InvalidParameterValue', cam.ListEntitiesForPolicy({ PolicyId, EntityFilter: 'x' })],
      [
        'InvalidParameter.PolicyIdError',
        cam.CreatePolicyVersion({ PolicyId: 1, PolicyDocument: DOCUMENT, SetAsDefault: true }),
      ],
      [
        'InvalidParameter.EffectError',
        cam.CreatePolicyVersion({
          PolicyId,
          PolicyDocument: DOCUMENT.replace('allow', 'Allow'),
          SetAsDefault: true,
        }),
      ],
      ['InvalidParameter.PolicyVersionNotExists', cam.GetPolicyVersion({ PolicyId, VersionId: 9 })],
      ['ResourceNotFound.PolicyIdNotFound', cam.GetPolicyVersion({ PolicyId: 2, VersionId: 1 })],
      ['ResourceNotFound.PolicyIdNotFound', cam.ListPolicyVersions({ PolicyId: 2 })],
      ['MissingParameter', cam.ListPolicyVersions({} as never)],
      [
        'FailedOperation.PolicyVersionAlreadyDefault',
        cam.SetDefaultPolicyVersion({ PolicyId, VersionId: 1 }),
      ],
      ['InvalidParameter.PolicyVersionNotExists', cam.SetDefaultPolicyVersion({ PolicyId, VersionId: 2 })],
      ['FailedOperation.PolicyVersionAlreadyDefault', cam.DeletePolicyVersion({ PolicyId, VersionId: [1] })],
      ['InvalidParameter.PolicyIdNotExist', cam.DeletePolicyVersion({ PolicyId: 2, VersionId: [1] })],
      [
        'InvalidParameter.IdentityNameInUse',
        cam.CreateSAMLProvider({ Name, Description: '', SAMLMetadataDocument: metadata }),
      ],
      [
        'InvalidParameterValue.MetadataError',
        cam.CreateSAMLProvider({ Name: 'x', Description: '', SAMLMetadataDocument: 'PHg+' }),
      ],
      ['ResourceNotFound.IdentityNotExist', cam.GetSAMLProvider(nobody)],
      ['InvalidParameter', cam.GetSAMLProvider({ Name: 1 } as never)],
      ['ResourceNotFound.IdentityNotExist', cam.UpdateSAMLProvider({ ...nobody, Description: 'x' })],
      ['InvalidParameterValue.MetadataError', cam.UpdateSAMLProvider({ Name, SAMLMetadataDocument: '<x>' })],
      ['ResourceNotFound.IdentityNotExist', cam.DeleteSAMLProvider(nobody)],
      ['UnknownParameter', cam.DeleteSAMLProvider({ Name, Force: 1 } as never)],
      ['InvalidParameter.UserNotExist', cam.PutUserPermissionsBoundary({ TargetUin: none, PolicyId })],
      [
        'InvalidParameter.PolicyIdNotExist',
        cam.PutUserPermissionsBoundary({ TargetUin: user.Uin, PolicyId: 2 }),
      ],
      ['InvalidParameter.UserNotExist', cam.DeleteUserPermissionsBoundary({ TargetUin: none })],
      ['MissingParameter', cam.DeleteUserPermissionsBoundary({} as never)],
      ['InvalidParameter.RoleNotExist', cam.PutRolePermissionsBoundary({ RoleName: 'no', PolicyId })],
      ['InvalidParameter.PolicyIdNotExist', cam.PutRolePermissionsBoundary({ RoleName, PolicyId: 2 })],
      ['InvalidParameter.RoleNotExist', cam.DeleteRolePermissionsBoundary({ RoleName: 'no' })],
      ['InvalidParameter.ParamError', cam.DeleteRolePermissionsBoundary({})],
      ['UnsupportedOperation', cam.GetAccountSummary()],
      ['UnknownParameter', cam.ListUsers({ Page: 1 } as never)],
      ['AuthFailure.UnauthorizedOperation', user.cam.ListUsers()],
      ['AuthFailure.UnauthorizedOperation', user.cam.ListSAMLProviders()],
      ['UnknownParameter', cam.ListSAMLProviders({ Page: 1 } as never)],
      ['UnknownParameter', cam.GetUserAppId({ x: 1 } as never)],
      ['InvalidParameter.StrategyFormatError', sts.GetFederationToken({ Name: 'x', Policy: '{}' })],
      [
        'InvalidParameter.ParamError',
        sts.GetFederationToken({ Name: ' ', Policy: encodeURIComponent(DOCUMENT) }),
      ],
      [
        'InvalidParameter.ParamError',
        sts.GetFederationToken({ Name: 'x', Policy: DOCUMENT, DurationSeconds: 7201 }),
      ],
      ['UnauthorizedOperation', user.sts.GetFederationToken({ Name: 'x', Policy: DOCUMENT })],
      ['UnsupportedOperation', sts.GetSessionToken({ SerialNumber: 'x', TokenCode: '1' })],
      ['ResourceNotFound', sts.QueryApiKey({ TargetUin: none })],
      [
        'OperationDenied.SubUin',
        addUser(policy('allow', '*')).then(({ cam: other }) =>
          other.ListAccessKeys({ TargetUin: Number(member) }),
        ),
      ],
    ]
    const told = await Promise.all(refusals.map(async ([, attempt]) => codeOf(attempt)))
    expect(told).toEqual(refusals.map(([code]) => code))
    // Whatever was refused has changed nothing.
    expect(await cam.GetPolicy({ PolicyId })).toMatchObject({ PolicyName, PolicyDocument: DOCUMENT })
    expect(await cam.GetGroup({ GroupId })).toMatchObject({ GroupNum: 0 })
  })

  it('leaves alone what the Identity Center made', async () => {
    const userId = await world.user(unique('jo'))
    const configuration = await world.configuration()
    const { assignments, deploymentWorker, userSyncs, userSyncWorker } = world.services
    await assignments.assign(world.administrator, [world.triple(userId, { uin: member }, configuration)])
    await deploymentWorker.drain()
    const { roles, policies, providers } = await world.inAccount(member)
    const [RoleName = ''] = roles
    const [PolicyName = ''] = policies
    const Name = providers.find((name) => name.startsWith('TencentReservedSSO')) ?? ''
    const listed = await root.cam.ListPolicies({ Keyword: PolicyName })
    const PolicyId = listed.List?.[0]?.PolicyId ?? 0
    await userSyncs.create(world.administrator, [
      {
        principal: { type: 'user', id: userId },
        accountUin: member,
        conflictPolicy: 'keepBoth',
        deletionPolicy: 'delete',
      },
    ])
    await userSyncWorker.drain()
    const user = (await world.services.users.get(world.administrator, userId)).userName
    const { Uin = 0 } = await root.cam.GetUser({ Name: user })
    const { cam } = root
    const attempts: readonly (readonly [string, Promise<unknown>])[] = [
      ['InvalidParameter.OrganizationRoleOperateError', cam.DeleteRole({ RoleName })],
      [
        'InvalidParameter.OrganizationRoleOperateError',
        cam.UpdateRoleDescription({ RoleName, Description: '' }),
      ],
      [
        'InvalidParameter.OrganizationRoleOperateError',
        cam.UpdateAssumeRolePolicy({ RoleName, PolicyDocument: trust() }),
      ],
      [
        'FailedOperation.OrganizationPolicyOperateError',
        cam.AttachRolePolicy({ AttachRoleName: RoleName, PolicyId: 1 }),
      ],
      [
        'FailedOperation.OrganizationPolicyOperateError',
        cam.DetachRolePolicy({ DetachRoleName: RoleName, PolicyId: READ_ONLY }),
      ],
      [
        'FailedOperation.OrganizationPolicyOperateError',
        cam.PutRolePermissionsBoundary({ RoleName, PolicyId: 1 }),
      ],
      ['FailedOperation.OrganizationPolicyOperateError', cam.DeletePolicy({ PolicyId: [PolicyId] })],
      ['FailedOperation.OrganizationPolicyOperateError', cam.UpdatePolicy({ PolicyId, Description: 'x' })],
      ['FailedOperation.OrganizationPolicyOperateError', cam.AttachUserPolicy({ PolicyId, AttachUin: Uin })],
      [
        'FailedOperation.OrganizationPolicyOperateError',
        cam.CreatePolicyVersion({ PolicyId, PolicyDocument: DOCUMENT, SetAsDefault: true }),
      ],
      ['FailedOperation.CICIdentityForbidden', cam.UpdateSAMLProvider({ Name, Description: 'x' })],
      ['FailedOperation.CICIdentityForbidden', cam.DeleteSAMLProvider({ Name })],
      ['FailedOperation.Unmodifiable', cam.DeleteUser({ Name: user })],
      ['FailedOperation.Unmodifiable', cam.UpdateUser({ Name: user, ConsoleLogin: 1, Password: PASSWORD })],
    ]
    const told = await Promise.all(attempts.map(async ([, attempt]) => codeOf(attempt)))
    expect(told).toEqual(attempts.map(([code]) => code))
    // Its rights and keys are the account's to give; the keys end with the person.
    await cam.AttachUserPolicy({ PolicyId: READ_ONLY, AttachUin: Uin })
    const { AccessKey } = await cam.CreateAccessKey({ TargetUin: Uin })
    const { AccessKeyId = '', SecretAccessKey = '' } = AccessKey ?? {}
    const theirs = clientsOf({ secretId: AccessKeyId, secretKey: SecretAccessKey })
    expect(await codeOf(theirs.cvm.DescribeInstances({}))).toBe('done')
    await world.services.users.setBlocked(world.administrator, userId, true)
    expect(await codeOf(theirs.cvm.DescribeInstances({}))).toBe('AuthFailure.SecretIdNotFound')
  })

  describe('tokens and callers', () => {
    it('make credentials of their own rights, narrowed by a policy', async () => {
      const user = await addUser(policy('allow', 'sts:GetFederationToken'), policy('allow', 'cvm:Describe*'))
      const Policy = encodeURIComponent(policy('allow', 'cvm:*'))
      const { Credentials, ExpiredTime } = await user.sts.GetFederationToken({ Name: 'guest', Policy })
      expect(ExpiredTime).toBe(Math.floor(world.clock.now().getTime() / 1000) + 1800)
      const { TmpSecretId = '', TmpSecretKey = '', Token = '' } = Credentials ?? {}
      const guest = clientsOf({ secretId: TmpSecretId, secretKey: TmpSecretKey, token: Token })
      expect(await codeOf(guest.cvm.DescribeInstances({}))).toBe('done')
      expect(await codeOf(guest.cvm.StopInstances({ InstanceIds: ['ins-1'] }))).toBe('UnauthorizedOperation')
      const again = { Name: 'again', Policy }
      expect(await codeOf(guest.sts.GetFederationToken(again))).toBe('InvalidParameter.ParamError')
      expect(await guest.sts.GetCallerIdentity()).toMatchObject({
        Type: 'CAMUser',
        UserId: `${user.Uin}:guest`,
        PrincipalId: String(user.Uin),
        Arn: `qcs::sts:${member}:federated-user/${user.Uin}`,
      })
      // Even those of the account itself are bounded by their policy.
      const narrow = await root.sts.GetFederationToken({ Name: 'narrow', Policy })
      const { Credentials: narrowed } = narrow
      const ofRoot = clientsOf({
        secretId: narrowed?.TmpSecretId ?? '',
        secretKey: narrowed?.TmpSecretKey ?? '',
        token: narrowed?.Token ?? '',
      })
      expect(await codeOf(ofRoot.cvm.StopInstances({ InstanceIds: ['ins-1'] }))).toBe('done')
      expect(await codeOf(ofRoot.cam.ListUsers())).toBe('AuthFailure.UnauthorizedOperation')
      // Nor do they come to keys that nothing narrows.
      const { AccessKeys = [] } = await root.cam.ListAccessKeys({})
      const AccessKeyId = AccessKeys[0]?.AccessKeyId ?? ''
      for (const attempt of [
        () => ofRoot.cam.CreateAccessKey({}),
        () => ofRoot.cam.CreateAccessKey({ TargetUin: Number(member) }),
        () => ofRoot.cam.ListAccessKeys({}),
        () => ofRoot.cam.UpdateAccessKey({ AccessKeyId, Status: 'Inactive' }),
        () => ofRoot.cam.DeleteAccessKey({ AccessKeyId }),
        () => ofRoot.sts.QueryApiKey({}),
      ]) {
        expect(await codeOf(attempt())).toMatch(/UnauthorizedOperation$/)
      }
      await root.cam.DeleteUser({ Name: user.Name, Force: 1 })
      expect(await codeOf(guest.cvm.DescribeInstances({}))).toBe('AuthFailure.SecretIdNotFound')
    })

    it('are whoever holds the key', async () => {
      expect(await root.sts.GetCallerIdentity()).toMatchObject({
        Type: 'CAMUser',
        AccountId: member,
        UserId: member,
        Arn: `qcs::cam::uin/${member}:uin/${member}`,
      })
      const management = clientsOf(
        await world.services.camKeys.createForAccount(world.administrator, manager),
      )
      const { Credentials } = await management.sts.AssumeRole({
        RoleArn: `qcs::cam::uin/${member}:roleName/${ACCESS_CONTROL_ROLE}`,
        RoleSessionName: 'root',
      })
      const entered = clientsOf({
        secretId: Credentials?.TmpSecretId ?? '',
        secretKey: Credentials?.TmpSecretKey ?? '',
        token: Credentials?.Token ?? '',
      })
      const Name = unique('made-from-above')
      await entered.cam.AddUser({ Name })
      expect(await root.cam.GetUser({ Name })).toMatchObject({ Name })
    })

    it('manage the organization with its policies, however they have them, and as far as these go', async () => {
      const { cam } = clientsOf(await world.services.camKeys.createForAccount(world.administrator, manager))
      const add = async () => {
        const { Uin = 0, SecretId = '', SecretKey = '' } = await cam.AddUser({ Name: unique('m'), UseApi: 1 })
        return { Uin, ...clientsOf({ secretId: SecretId, secretKey: SecretKey }) }
      }
      const { ZoneId = '' } = await clientsOf(API_KEY).organization.DescribeIdentityCenter()
      const reader = await add()
      expect(await codeOf(reader.organization.ListUsers({ ZoneId }))).toBe('UnauthorizedOperation')
      const { PolicyId = 0 } = await cam.CreatePolicy({
        PolicyName: unique('list'),
        PolicyDocument: policy('allow', 'organization:ListUsers'),
      })
      await cam.AttachUserPolicy({ PolicyId, AttachUin: reader.Uin })
      expect(await codeOf(reader.organization.ListUsers({ ZoneId }))).toBe('done')
      expect(await codeOf(reader.organization.ListGroups({ ZoneId }))).toBe('UnauthorizedOperation')
      const viaGroup = await add()
      const { GroupId = 0 } = await cam.CreateGroup({ GroupName: unique('managers') })
      await cam.AttachGroupPolicy({ PolicyId: ORGANIZATION_FULL, AttachGroupId: GroupId })
      await cam.AddUserToGroup({ Info: [{ GroupId, Uin: viaGroup.Uin }] })
      expect(await codeOf(viaGroup.organization.CreateUser({ ZoneId, UserName: unique('u') }))).toBe('done')
      // Somebody must be left who manages the organization.
      const [admin] = await world.services.administrators.list(world.administrator)
      const DetachUin = Number(admin?.uin)
      const detach = cam.DetachUserPolicy({ PolicyId: ORGANIZATION_FULL, DetachUin })
      expect(await codeOf(detach)).toBe('FailedOperation')
      expect(await codeOf(cam.DeleteUser({ Name: 'admin', Force: 1 }))).toBe('FailedOperation')
    })
  })

  it('are in the audit log with who did it', async () => {
    const user = await addUser()
    const { items } = await world.services.audit.search(world.administrator, {
      subjectId: String(user.Uin),
      page: { offset: 0, limit: 5 },
    })
    expect(items).toMatchObject([
      { action: 'camUser.create', actorKind: 'apiKey', actorName: member, subjectName: user.Name },
    ])
  })
})
