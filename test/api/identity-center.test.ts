/** The identity center's actions through the cloud's own SDK: what they do, and what they refuse with which code. */
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import request from 'supertest'
import { Client } from 'tencentcloud-sdk-nodejs/tencentcloud/services/organization/v20210331/organization_client.js'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { BAD_POLICIES } from '../support/bad-policies.js'
import type { AccountUin } from '../../server/domain/ids.js'
import { createTestClock } from '../support/clock.js'
import { listenAsCloud } from '../support/cloud-server.js'
import { API_KEY } from '../support/context.js'
import { engines } from '../support/engines.js'
import { createFakeIdp, makeKeyPair } from '../support/fake-idp.js'
import { createPermissionWorld, DOCUMENT, type PermissionWorld } from '../support/permission-world.js'
import type { ApiKeyPair } from '../support/tc3.js'

const TIME = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/
const UNKNOWN = 'aaaaaaaaaaaa'

describe.each(engines)('the identity center by API on %s', (engine) => {
  let world: PermissionWorld
  let server: Server
  let client: Client
  let ZoneId: string

  const clientFor = (credential: ApiKeyPair): Client =>
    new Client({
      credential,
      region: '',
      profile: {
        httpProfile: { protocol: 'http://', endpoint: `127.0.0.1:${(server.address() as AddressInfo).port}` },
      },
    })

  beforeAll(async () => {
    world = await createPermissionWorld(engine, { clock: createTestClock(new Date()) })
    const cloud = await listenAsCloud(world.app)
    server = cloud.server
    client = clientFor(API_KEY)
    ZoneId = (await world.services.zones.current()).id
    return async () => {
      await cloud.close()
      await world.remove()
    }
  })

  let serial = 0
  const unique = (prefix: string): string => `${prefix}-${(serial += 1)}`
  const refused = (code: string) => ({ code })

  const addUser = async (UserName = unique('user')) => {
    const { UserInfo } = await client.CreateUser({ ZoneId, UserName })
    return UserInfo?.UserId ?? ''
  }
  const addGroup = async (GroupName = unique('group')) => {
    const { GroupInfo } = await client.CreateGroup({ ZoneId, GroupName })
    return GroupInfo?.GroupId ?? ''
  }
  const addConfiguration = async (RoleConfigurationName = unique('configuration')) => {
    const { RoleConfigurationInfo } = await client.CreateRoleConfiguration({ ZoneId, RoleConfigurationName })
    return RoleConfigurationInfo?.RoleConfigurationId ?? ''
  }

  describe('callers', () => {
    it('may read, and nothing else, as administrators who may only read', async () => {
      const { administrators } = world.services
      const { administrator } = await administrators.create(world.administrator, {
        name: 'auditor',
        rights: 'readOnly',
      })
      const reader = clientFor(await administrators.createApiKey(world.administrator, administrator.uin))
      expect(await reader.ListUsers({ ZoneId })).toMatchObject({ IsTruncated: false })
      expect(await reader.GetIPWhitelist({})).toMatchObject({ IpWhitelist: [] })
      const attempts = [
        reader.CreateUser({ ZoneId, UserName: 'x' }),
        reader.UpdateZone({ ZoneId, NewZoneName: 'other' }),
        reader.CreateSCIMCredential({ ZoneId }),
        reader.UpdateIPWhitelist({ ZoneId, IpWhitelist: ['192.0.2.1'] }),
      ]
      for (const attempt of await Promise.allSettled(attempts)) {
        expect(attempt).toMatchObject({
          status: 'rejected',
          reason: { code: 'UnauthorizedOperation', message: expect.stringContaining('organization:') },
        })
      }
    })

    it('are of the management account only, whatever their policies', async () => {
      const userId = await world.user()
      const account = await world.account()
      const id = await addConfiguration()
      await client.AddPermissionPolicyToRoleConfiguration({
        ZoneId,
        RoleConfigurationId: id,
        RolePolicyType: 'System',
        RolePolicyNames: ['AdministratorAccess'],
      })
      await client.CreateRoleAssignment({
        ZoneId,
        RoleAssignmentInfo: [
          {
            PrincipalId: userId,
            PrincipalType: 'User',
            TargetUin: Number(account.uin),
            TargetType: 'MemberUin',
            RoleConfigurationId: id,
          },
        ],
      })
      await world.services.deploymentWorker.drain()
      const actor = { kind: 'user', userId, name: 'x', sessionId: 's-1' } as never
      const place = { accountUin: account.uin, configurationId: id as never }
      const credentials = await world.services.accountAccess.credentials(actor, place)
      const stranger = clientFor({
        secretId: credentials.tmpSecretId,
        secretKey: credentials.tmpSecretKey,
        token: credentials.token,
      })
      await expect(stranger.ListUsers({ ZoneId })).rejects.toMatchObject({
        code: 'UnauthorizedOperation',
        message: expect.stringContaining('management account'),
      })
    })

    it('name the zone, and the right one', async () => {
      await expect(client.ListUsers({ ZoneId: `z-${UNKNOWN}` })).rejects.toMatchObject(
        refused('FailedOperation.ZoneIdNotExist'),
      )
      await expect(client.ListUsers({} as never)).rejects.toMatchObject(refused('MissingParameter'))
    })

    it.each([
      ['TC3-HMAC-SHA256', 'GET'],
      ['HmacSHA1', 'POST'],
      ['HmacSHA1', 'GET'],
      ['HmacSHA256', 'POST'],
      ['HmacSHA256', 'GET'],
    ] as const)('may sign by %s and send by %s', async (signMethod, reqMethod) => {
      const endpoint = `127.0.0.1:${(server.address() as AddressInfo).port}`
      const httpProfile = { protocol: 'http://', endpoint, reqMethod } as const
      const profile = { signMethod, httpProfile }
      const other = new Client({ credential: API_KEY, region: 'ap-guangzhou', profile })
      const UserName = unique('form')
      const Description = 'a & b=c + ü 测试 %41'
      const { UserInfo } = await other.CreateUser({
        ZoneId,
        UserName,
        Description,
        NeedResetPassword: true,
      })
      expect(UserInfo).toMatchObject({ Description, NeedResetPassword: true })
      const groupId = await addGroup()
      await other.AddUserToGroup({ ZoneId, GroupId: groupId, UserId: UserInfo?.UserId ?? '' })
      const FilterGroups = [`g-${UNKNOWN}`, groupId]
      const { Users } = await other.ListUsers({ ZoneId, MaxResults: 1, Filter: UserName, FilterGroups })
      expect(Users).toMatchObject([{ UserId: UserInfo?.UserId, IsSelected: true }])
      await expect(other.ListUsers({ ZoneId, MaxResults: 'x' } as never)).rejects.toMatchObject(
        refused('InvalidParameter'),
      )
      const stranger = new Client({ credential: { ...API_KEY, secretKey: 'x' }, region: '', profile })
      await expect(stranger.ListUsers({ ZoneId })).rejects.toMatchObject(
        refused('AuthFailure.SignatureFailure'),
      )
    })

    it('are named in the audit log', async () => {
      const id = await addUser()
      const { items } = await world.services.audit.search(world.administrator, {
        subjectId: id,
        page: { offset: 0, limit: 5 },
      })
      expect(items.at(-1)).toMatchObject({
        actorKind: 'apiKey',
        actorId: API_KEY.secretId,
        action: 'user.create',
      })
    })
  })

  describe('the zone', () => {
    afterEach(async () => {
      await world.services.zones.rename(world.administrator, 'acme')
    })

    it('is described, and renamed', async () => {
      expect(await client.DescribeIdentityCenter()).toMatchObject({
        ZoneId,
        ZoneName: 'acme',
        ServiceStatus: 'Enabled',
        ScimSyncStatus: 'Disabled',
        CreateTime: expect.stringMatching(TIME),
      })
      await client.UpdateZone({ ZoneId, NewZoneName: 'acme-2' })
      expect((await client.DescribeIdentityCenter()).ZoneName).toBe('acme-2')
      await expect(client.UpdateZone({ ZoneId, NewZoneName: 'A' })).rejects.toMatchObject(
        refused('InvalidParameterValue.ZoneNameFormatError'),
      )
    })

    it('limits the networks that users may sign in from', async () => {
      expect((await client.GetIPWhitelist({})).IpWhitelist).toEqual([])
      const IpWhitelist = ['192.0.2.1/32', '10.0.0.0/8', '2001:db8::/32']
      expect((await client.UpdateIPWhitelist({ ZoneId, IpWhitelist })).Success).toBe(true)
      // In the order and the form in which Terraform compares them.
      expect((await client.GetIPWhitelist({ ZoneId })).IpWhitelist).toEqual(IpWhitelist)
      const { items } = await world.services.audit.search(world.administrator, {
        subjectId: 'signIn.networks',
        page: { offset: 0, limit: 1 },
      })
      expect(items[0]).toMatchObject({ action: 'setting.change', actorId: API_KEY.secretId })
      expect(JSON.parse(items[0]?.detail ?? '')).toEqual({ before: [], after: IpWhitelist })

      const many = (count: number) => Array.from({ length: count }, (_, at) => `10.0.${at >> 8}.${at & 255}`)
      for (const [wrong, code, message] of [
        [['10.0.0.0/8', '10.0.0.1/8'], 'InvalidParameter', '"10.0.0.1/8" has bits set'],
        [['10.0.0.1,10.0.0.2'], 'InvalidParameter', '"10.0.0.1,10.0.0.2" is neither'],
        [[''], 'InvalidParameter', '"" is neither'],
        [many(10_000), 'InvalidParameterValue', 'IpWhitelist'],
        [[7], 'InvalidParameter', 'IpWhitelist'],
        ['10.0.0.1', 'InvalidParameter', 'IpWhitelist'],
      ] as const) {
        await expect(client.UpdateIPWhitelist({ ZoneId, IpWhitelist: wrong as never })).rejects.toMatchObject(
          {
            code,
            message: expect.stringContaining(message),
          },
        )
      }
      for (const attempt of [
        client.GetIPWhitelist({ ZoneId: `z-${UNKNOWN}` }),
        client.UpdateIPWhitelist({ ZoneId: `z-${UNKNOWN}`, IpWhitelist: [] }),
      ]) {
        await expect(attempt).rejects.toMatchObject(refused('FailedOperation.ZoneIdNotExist'))
      }
      expect((await client.GetIPWhitelist({ ZoneId })).IpWhitelist).toEqual(IpWhitelist)
      // As SDKs that leave empty lists out send it.
      await client.UpdateIPWhitelist({ ZoneId })
      expect((await client.GetIPWhitelist({ ZoneId })).IpWhitelist).toEqual([])
    })

    it('is open already', async () => {
      await expect(client.OpenIdentityCenter({ ZoneName: 'acme' })).rejects.toMatchObject(
        refused('FailedOperation.IdentityCenterAlreadyOpen'),
      )
      await expect(client.OpenIdentityCenter({ ZoneName: '-' })).rejects.toMatchObject(
        refused('InvalidParameterValue.ZoneNameFormatError'),
      )
    })

    it('counts what is in it, beside the quotas', async () => {
      const before = (await client.GetZoneStatistics({ ZoneId })).ZoneStatistics
      await addUser()
      const after = (await client.GetZoneStatistics({ ZoneId })).ZoneStatistics
      expect(after).toEqual({ ...before, UserCount: (before?.UserCount ?? 0) + 1 })
      expect(after).toMatchObject({ UserQuota: 1000, SystemPolicyPerRoleConfigurationQuota: 100 })
    })
  })

  describe('users', () => {
    it('are made with everything, and their password is told this once', async () => {
      const UserName = unique('jo')
      const texts = {
        FirstName: 'Jo',
        LastName: 'Doe',
        DisplayName: 'Jo Doe',
        Description: 'Example',
        Email: `${UserName}@example.com`,
      }
      const { UserInfo } = await client.CreateUser({ ZoneId, UserName, ...texts, UserStatus: 'Disabled' })
      expect(UserInfo).toMatchObject({
        UserName,
        ...texts,
        UserStatus: 'Disabled',
        UserType: 'Manual',
        NeedResetPassword: false,
        IsSelected: false,
        CreateTime: expect.stringMatching(TIME),
      })
      expect(UserInfo?.Password).toMatch(/^\S{8,32}$/)
      const UserId = UserInfo?.UserId ?? ''
      expect((await client.GetUser({ ZoneId, UserId })).UserInfo).toEqual({ ...UserInfo, Password: '' })
    })

    it('are told to change their password where that is asked for', async () => {
      const { UserInfo } = await client.CreateUser({
        ZoneId,
        UserName: unique('new'),
        NeedResetPassword: true,
      })
      expect(UserInfo?.NeedResetPassword).toBe(true)
      const UserId = UserInfo?.UserId ?? ''
      const { UserInfo: changed } = await client.UpdateUser({ ZoneId, UserId, NeedResetPassword: false })
      expect(changed?.NeedResetPassword).toBe(false)
    })

    it('have no password when they are to be synchronized', async () => {
      const UserName = unique('synced')
      const { UserInfo } = await client.CreateUser({ ZoneId, UserName, UserType: 'Synchronized' })
      expect(UserInfo).toMatchObject({ UserType: 'Synchronized', Password: '' })
    })

    it('are changed where a field is given, and cleared where it is empty', async () => {
      const { UserInfo } = await client.CreateUser({
        ZoneId,
        UserName: unique('changing'),
        FirstName: 'A',
        Description: 'B',
        Email: `${unique('c')}@example.com`,
      })
      const UserId = UserInfo?.UserId ?? ''
      const { UserInfo: changed } = await client.UpdateUser({
        ZoneId,
        UserId,
        NewFirstName: 'C',
        NewDescription: '',
      })
      expect(changed).toMatchObject({ FirstName: 'C', Description: '', Email: UserInfo?.Email })
      await client.UpdateUserStatus({ ZoneId, UserId, NewUserStatus: 'Disabled' })
      expect((await client.GetUser({ ZoneId, UserId })).UserInfo?.UserStatus).toBe('Disabled')
    })

    it('are found by filter, type and status, newest first, page by page', async () => {
      const prefix = unique('listed')
      const names = Array.from({ length: 5 }, (_, index) => `${prefix}-${index}`)
      for (const UserName of names) {
        world.clock.advance(1)
        await client.CreateUser({
          ZoneId,
          UserName,
          UserStatus: UserName.endsWith('0') ? 'Disabled' : 'Enabled',
        })
      }
      const first = await client.ListUsers({ ZoneId, Filter: prefix, MaxResults: 3 })
      expect(first).toMatchObject({ TotalCounts: 5, MaxResults: 3, IsTruncated: true })
      expect(first.Users?.map(({ UserName }) => UserName)).toEqual(names.toReversed().slice(0, 3))
      const second = await client.ListUsers({
        ZoneId,
        Filter: prefix,
        MaxResults: 3,
        NextToken: first.NextToken ?? '',
        Offset: 77,
      })
      expect(second.Users?.map(({ UserName }) => UserName)).toEqual(names.toReversed().slice(3))
      expect(second).toMatchObject({ IsTruncated: false })
      expect(second).not.toHaveProperty('NextToken')
      const oldest = await client.ListUsers({
        ZoneId,
        Filter: prefix,
        SortType: 'Asc',
        MaxResults: 1,
        NextToken: '',
      })
      expect(oldest.Users?.[0]?.UserName).toBe(names[0])
      const enabled = await client.ListUsers({ ZoneId, Filter: prefix, UserStatus: 'Enabled' })
      expect(enabled.TotalCounts).toBe(4)
      const exact = await client.ListUsers({ ZoneId, Filter: `UserName eq ${prefix}-1` })
      expect(exact.Users).toHaveLength(1)
      const offset = await client.ListUsers({ ZoneId, Filter: prefix, Offset: 4 })
      expect(offset.Users?.map(({ UserName }) => UserName)).toEqual([names[0]])
      const synced = await client.ListUsers({ ZoneId, Filter: prefix, UserType: 'Synchronized' })
      expect(synced).toMatchObject({ TotalCounts: 0, Users: [] })
    })

    it.each<[string, () => Promise<unknown>]>([
      ['ResourceNotFound.UserNotExist', () => client.GetUser({ ZoneId, UserId: `u-${UNKNOWN}` })],
      ['ResourceNotFound.UserNotExist', () => client.DeleteUser({ ZoneId, UserId: 'nobody' })],
      ['InvalidParameter.UsernameFormatError', () => client.CreateUser({ ZoneId, UserName: 'a b' })],
      [
        'InvalidParameter.UsernameAlreadyExists',
        async () => {
          const UserName = unique('taken')
          await client.CreateUser({ ZoneId, UserName })
          return client.CreateUser({ ZoneId, UserName: UserName.toUpperCase() })
        },
      ],
      [
        'InvalidParameter.EmailAlreadyExists',
        async () => {
          const Email = `${unique('mail')}@example.com`
          await client.CreateUser({ ZoneId, UserName: unique('mail'), Email })
          return client.CreateUser({ ZoneId, UserName: unique('mail'), Email })
        },
      ],
      ['InvalidParameterValue', () => client.CreateUser({ ZoneId, UserName: 'x', UserStatus: 'On' })],
      ['InvalidParameterValue', () => client.ListUsers({ ZoneId, MaxResults: 101 })],
      ['InvalidParameter', () => client.ListUsers({ ZoneId, MaxResults: '5' as never })],
      ['UnknownParameter', () => client.ListUsers({ ZoneId, Page: 1 } as never)],
      ['InvalidParameter.NextTokenInvalid', () => client.ListUsers({ ZoneId, NextToken: 'x' })],
    ])('are refused with %s', async (code, attempt) => {
      await expect(attempt()).rejects.toMatchObject(refused(code))
    })

    it('belong to the identity provider while it synchronizes them', async () => {
      const { UserInfo } = await client.CreateUser({
        ZoneId,
        UserName: unique('idp'),
        UserType: 'Synchronized',
      })
      const UserId = UserInfo?.UserId ?? ''
      await client.UpdateSCIMSynchronizationStatus({ ZoneId, SCIMSynchronizationStatus: 'Enabled' })
      const update = 'FailedOperation.SynchronizedUserNotUpdate'
      await expect(client.UpdateUser({ ZoneId, UserId, NewFirstName: 'x' })).rejects.toMatchObject(
        refused(update),
      )
      await expect(
        client.UpdateUserStatus({ ZoneId, UserId, NewUserStatus: 'Disabled' }),
      ).rejects.toMatchObject(refused(update))
      await expect(client.DeleteUser({ ZoneId, UserId })).rejects.toMatchObject(
        refused('FailedOperation.SynchronizedUserNotDelete'),
      )
      await client.UpdateSCIMSynchronizationStatus({ ZoneId, SCIMSynchronizationStatus: 'Disabled' })
      await client.DeleteUser({ ZoneId, UserId })
    })
  })

  describe('groups', () => {
    it('are made, changed, listed and deleted', async () => {
      const GroupName = unique('operators')
      const { GroupInfo } = await client.CreateGroup({ ZoneId, GroupName, Description: 'Ops' })
      expect(GroupInfo).toMatchObject({ GroupName, Description: 'Ops', GroupType: 'Manual', MemberCount: 0 })
      const GroupId = GroupInfo?.GroupId ?? ''
      const { GroupInfo: changed } = await client.UpdateGroup({
        ZoneId,
        GroupId,
        NewGroupName: `${GroupName}-2`,
        NewDescription: '',
      })
      expect(changed).toMatchObject({ GroupName: `${GroupName}-2`, Description: '' })
      const listed = await client.ListGroups({ ZoneId, Filter: `GroupName eq ${GroupName}-2` })
      expect(listed).toMatchObject({ TotalCounts: 1, IsTruncated: false, Groups: [{ GroupId }] })
      await client.DeleteGroup({ ZoneId, GroupId })
      await expect(client.GetGroup({ ZoneId, GroupId })).rejects.toMatchObject(
        refused('InvalidParameter.GroupNotExist'),
      )
    })

    it('have members, who can be seen from both sides', async () => {
      const [GroupId, UserId] = [await addGroup(), await addUser()]
      await client.AddUserToGroup({ ZoneId, GroupId, UserId })
      await expect(client.AddUserToGroup({ ZoneId, GroupId, UserId })).rejects.toMatchObject(
        refused('InvalidParameter.GroupUserAlreadyExists'),
      )
      const members = await client.ListGroupMembers({ ZoneId, GroupId })
      expect(members).toMatchObject({
        TotalCounts: 1,
        GroupMembers: [
          { UserId, UserStatus: 'Enabled', UserType: 'Manual', JoinTime: expect.stringMatching(TIME) },
        ],
      })
      const none = await client.ListGroupMembers({ ZoneId, GroupId, UserType: 'Synchronized' })
      expect(none).toMatchObject({ TotalCounts: 0, IsTruncated: false })
      const joined = await client.ListJoinedGroupsForUser({ ZoneId, UserId })
      expect(joined).toMatchObject({ TotalCounts: 1, JoinedGroups: [{ GroupId, GroupType: 'Manual' }] })
      const selected = await client.ListGroups({ ZoneId, FilterUsers: [UserId], MaxResults: 100 })
      expect(selected.Groups?.filter(({ IsSelected }) => IsSelected).map((group) => group.GroupId)).toEqual([
        GroupId,
      ])
      const users = await client.ListUsers({ ZoneId, FilterGroups: [GroupId], MaxResults: 100 })
      expect(users.Users?.filter(({ IsSelected }) => IsSelected).map((user) => user.UserId)).toEqual([UserId])
      await expect(client.DeleteUser({ ZoneId, UserId })).rejects.toMatchObject(
        refused('InvalidParameter.UserAlreadyExistsGroup'),
      )
      await expect(client.DeleteGroup({ ZoneId, GroupId })).rejects.toMatchObject(
        refused('FailedOperation.DeleteGroupNotAllowExistUser'),
      )
      await client.RemoveUserFromGroup({ ZoneId, GroupId, UserId })
      await expect(client.RemoveUserFromGroup({ ZoneId, GroupId, UserId })).rejects.toMatchObject(
        refused('InvalidParameter.GroupUserNotExist'),
      )
    })

    it.each<[string, () => Promise<unknown>]>([
      ['InvalidParameter.GroupNameFormatError', () => client.CreateGroup({ ZoneId, GroupName: 'a b' })],
      [
        'InvalidParameter.GroupNameAlreadyExists',
        async () => {
          const GroupName = unique('taken')
          await client.CreateGroup({ ZoneId, GroupName })
          return client.CreateGroup({ ZoneId, GroupName })
        },
      ],
      ['InvalidParameter.GroupNotExist', () => client.GetGroup({ ZoneId, GroupId: `g-${UNKNOWN}` })],
      [
        'ResourceNotFound.UserNotExist',
        async () => client.AddUserToGroup({ ZoneId, GroupId: await addGroup(), UserId: `u-${UNKNOWN}` }),
      ],
      [
        'FailedOperation.GroupTypeUserTypeNotMatch',
        async () => {
          const { UserInfo } = await client.CreateUser({
            ZoneId,
            UserName: unique('other'),
            UserType: 'Synchronized',
          })
          return client.AddUserToGroup({ ZoneId, GroupId: await addGroup(), UserId: UserInfo?.UserId ?? '' })
        },
      ],
    ])('are refused with %s', async (code, attempt) => {
      await expect(attempt()).rejects.toMatchObject(refused(code))
    })
  })

  describe('SCIM', () => {
    it('is switched', async () => {
      for (const SCIMSynchronizationStatus of ['Enabled', 'Disabled']) {
        await client.UpdateSCIMSynchronizationStatus({ ZoneId, SCIMSynchronizationStatus })
        expect(await client.GetSCIMSynchronizationStatus({ ZoneId })).toMatchObject({
          SCIMSynchronizationStatus,
        })
      }
      await expect(
        client.UpdateSCIMSynchronizationStatus({ ZoneId, SCIMSynchronizationStatus: 'On' }),
      ).rejects.toMatchObject(refused('InvalidParameter.ScimSyncStatusError'))
    })

    it('has two credentials at most, whose secret is told this once', async () => {
      const first = await client.CreateSCIMCredential({ ZoneId, ExpireDuration: 3600 })
      expect(first).toMatchObject({ ZoneId, CredentialType: 'BearerToken', CredentialStatus: 'Enabled' })
      const CredentialId = first.CredentialId ?? ''
      const push = async (): Promise<number> => {
        const bearer = `Bearer ${first.CredentialSecret ?? ''}`
        return (await request(world.app).get('/scim/v2/Users').set('Authorization', bearer)).status
      }
      await client.UpdateSCIMSynchronizationStatus({ ZoneId, SCIMSynchronizationStatus: 'Enabled' })
      expect(await push()).toBe(200)
      const second = await client.CreateSCIMCredential({ ZoneId })
      await expect(client.CreateSCIMCredential({ ZoneId })).rejects.toMatchObject(
        refused('LimitExceeded.ScimCredentialLimitExceeded'),
      )
      expect((await client.ListSCIMCredentials({ ZoneId })).TotalCounts).toBe(2)
      const one = await client.ListSCIMCredentials({ ZoneId, CredentialId })
      expect(one).toMatchObject({ TotalCounts: 1, SCIMCredentials: [{ CredentialId, Status: 'Enabled' }] })
      expect(JSON.stringify(one)).not.toContain(first.CredentialSecret)
      expect(await client.ListSCIMCredentials({ ZoneId, CredentialId: `scimcred-${UNKNOWN}` })).toMatchObject(
        { TotalCounts: 0 },
      )
      await client.UpdateSCIMCredentialStatus({ ZoneId, CredentialId, NewStatus: 'Disabled' })
      expect(await push()).toBe(401)
      await client.UpdateSCIMSynchronizationStatus({ ZoneId, SCIMSynchronizationStatus: 'Disabled' })
      await expect(
        client.UpdateSCIMCredentialStatus({ ZoneId, CredentialId, NewStatus: 'Off' }),
      ).rejects.toMatchObject(refused('InvalidParameter.UserScimCredentialStatusError'))
      // The API has no code for refusing an enabled one.
      for (const id of [CredentialId, second.CredentialId ?? '']) {
        await client.DeleteSCIMCredential({ ZoneId, CredentialId: id })
      }
      await expect(client.DeleteSCIMCredential({ ZoneId, CredentialId })).rejects.toMatchObject(
        refused('InvalidParameter.ScimCredentialNotFound'),
      )
    })
  })

  describe('single sign-on', () => {
    const base64 = (text: string): string => Buffer.from(text).toString('base64')

    it('takes metadata, certificates and a status, and gives them back', async () => {
      const idp = await createFakeIdp('api')
      await expect(client.GetExternalSAMLIdentityProvider({ ZoneId })).rejects.toMatchObject(
        refused('ResourceNotFound.SAMLIdentityProviderNotFound'),
      )
      const metadata = idp.metadata()
      const set = await client.SetExternalSAMLIdentityProvider({
        ZoneId,
        EncodedMetadataDocument: base64(encodeURIComponent(metadata)),
      })
      expect(set.CertificateIds).toHaveLength(1)
      const { SAMLIdentityProviderConfiguration: read } = await client.GetExternalSAMLIdentityProvider({
        ZoneId,
      })
      expect(read).toMatchObject({
        EntityId: idp.entityId,
        LoginUrl: idp.loginUrl,
        SSOStatus: 'Disabled',
        CertificateIds: set.CertificateIds,
        EncodedMetadataDocument: base64(metadata),
      })
      await client.SetExternalSAMLIdentityProvider({ ZoneId, SSOStatus: 'Enabled' })
      expect((await world.services.zones.current()).loginMethod).toBe('sso')
      await expect(client.ClearExternalSAMLIdentityProvider({ ZoneId })).rejects.toMatchObject(
        refused('FailedOperation.SSoStatusEnableNotClearIdentityProvider'),
      )

      const second = await makeKeyPair('Second')
      const { CertificateId } = await client.AddExternalSAMLIdPCertificate({
        ZoneId,
        X509Certificate: second.certificatePem,
      })
      const again = { ZoneId, X509Certificate: second.certificatePem }
      await expect(client.AddExternalSAMLIdPCertificate(again)).rejects.toMatchObject(
        refused('FailedOperation.X509CertificateAlreadyExist'),
      )
      const third = { ZoneId, X509Certificate: (await makeKeyPair('Third')).certificatePem }
      await expect(client.AddExternalSAMLIdPCertificate(third)).rejects.toMatchObject(
        refused('FailedOperation.X509CertificateLimitExceeded'),
      )
      const { SAMLIdPCertificates: listed } = await client.ListExternalSAMLIdPCertificates({ ZoneId })
      expect(listed?.find((certificate) => certificate.CertificateId === CertificateId)).toMatchObject({
        Subject: 'CN=Second',
        Issuer: 'CN=Second',
        Version: 3,
        SignatureAlgorithm: 'SHA256withRSA',
        NotBefore: '2026-01-01 08:00:00',
      })
      await client.RemoveExternalSAMLIdPCertificate({ ZoneId, CertificateId: set.CertificateIds?.[0] ?? '' })
      await expect(
        client.RemoveExternalSAMLIdPCertificate({ ZoneId, CertificateId: CertificateId ?? '' }),
      ).rejects.toMatchObject(refused('FailedOperation.X509CertificateMinimumRequired'))

      const LoginUrl = 'https://api.example/other'
      await client.SetExternalSAMLIdentityProvider({ ZoneId, LoginUrl, SSOStatus: 'Disabled' })
      const { SAMLIdentityProviderConfiguration: changed } = await client.GetExternalSAMLIdentityProvider({
        ZoneId,
      })
      expect(changed).toMatchObject({ EntityId: idp.entityId, LoginUrl, SSOStatus: 'Disabled' })
      await client.ClearExternalSAMLIdentityProvider({ ZoneId })
    })

    it.each<[string, () => Promise<unknown>]>([
      [
        'FailedOperation.DecodeMetadataDocumentFailed',
        () => client.SetExternalSAMLIdentityProvider({ ZoneId, EncodedMetadataDocument: '***' }),
      ],
      [
        'FailedOperation.XMLDataUnmarshalFailed',
        () => client.SetExternalSAMLIdentityProvider({ ZoneId, EncodedMetadataDocument: base64('<a/>') }),
      ],
      [
        'InvalidParameterValue.X509CertificateFormatError',
        () =>
          client.SetExternalSAMLIdentityProvider({
            ZoneId,
            EntityId: 'x',
            LoginUrl: 'https://x.example',
            X509Certificate: 'x',
          }),
      ],
      [
        'InvalidParameterValue.SSoStatusInvalid',
        () => client.SetExternalSAMLIdentityProvider({ ZoneId, SSOStatus: 'Enabled' }),
      ],
      [
        'InvalidParameterValue.SSoStatusInvalid',
        () => client.SetExternalSAMLIdentityProvider({ ZoneId, SSOStatus: 'On' }),
      ],
      [
        'ResourceNotFound.SAMLIdentityProviderNotFound',
        () => client.ClearExternalSAMLIdentityProvider({ ZoneId }),
      ],
    ])('is refused with %s', async (code, attempt) => {
      await expect(attempt()).rejects.toMatchObject(refused(code))
    })

    it('tells what the identity provider needs to know', async () => {
      const { SAMLServiceProvider } = await client.GetZoneSAMLServiceProviderInfo({ ZoneId })
      expect(SAMLServiceProvider).toMatchObject({
        ZoneId,
        EntityId: `${world.baseUrl}/saml/sp/${ZoneId}`,
        AcsUrl: `${world.baseUrl}/saml/acs/${ZoneId}`,
      })
      const xml = Buffer.from(SAMLServiceProvider?.EncodedMetadataDocument ?? '', 'base64').toString()
      expect(xml).toContain('SPSSODescriptor')
    })
  })

  describe('role configurations', () => {
    it('are made, changed, listed and deleted', async () => {
      const RoleConfigurationName = unique('reader')
      const { RoleConfigurationInfo } = await client.CreateRoleConfiguration({
        ZoneId,
        RoleConfigurationName,
        Description: 'Reads',
        RelayState: '/cvm',
      })
      expect(RoleConfigurationInfo).toMatchObject({
        RoleConfigurationName,
        Description: 'Reads',
        SessionDuration: 3600,
        RelayState: '/cvm',
      })
      const RoleConfigurationId = RoleConfigurationInfo?.RoleConfigurationId ?? ''
      const changed = await client.UpdateRoleConfiguration({
        ZoneId,
        RoleConfigurationId,
        NewDescription: '',
        NewSessionDuration: 7200,
      })
      expect(changed.RoleConfigurationInfo).toMatchObject({ Description: '', SessionDuration: 7200 })
      const listed = await client.ListRoleConfigurations({
        ZoneId,
        Filter: RoleConfigurationName.toUpperCase(),
      })
      expect(listed).toMatchObject({ TotalCounts: 1, IsTruncated: false })
      await client.DeleteRoleConfiguration({ ZoneId, RoleConfigurationId })
      await expect(client.GetRoleConfiguration({ ZoneId, RoleConfigurationId })).rejects.toMatchObject(
        refused('InvalidParameter.RoleConfigurationNotExist'),
      )
    })

    it('hold system and custom policies, the latter byte for byte', async () => {
      const RoleConfigurationId = await addConfiguration()
      const named = { ZoneId, RoleConfigurationId }
      await client.AddPermissionPolicyToRoleConfiguration({
        ...named,
        RolePolicyType: 'System',
        RolePolicies: [{ PolicyId: 1, PolicyName: 'whatever' }],
      })
      const spaced = `${DOCUMENT} \n`
      await client.AddPermissionPolicyToRoleConfiguration({
        ...named,
        RolePolicyType: 'Custom',
        RolePolicyNames: ['one', 'two'],
        CustomPolicyDocuments: [DOCUMENT, spaced],
      })
      const { TotalCounts, RolePolicies } = await client.ListPermissionPoliciesInRoleConfiguration(named)
      expect(TotalCounts).toBe(3)
      expect(RolePolicies).toContainEqual(
        expect.objectContaining({
          RolePolicyId: 1,
          RolePolicyName: 'AdministratorAccess',
          RolePolicyType: 'System',
        }),
      )
      expect(RolePolicies).toContainEqual(
        expect.objectContaining({
          RolePolicyName: 'two',
          RolePolicyType: 'Custom',
          RolePolicyDocument: spaced,
        }),
      )
      const custom = await client.ListPermissionPoliciesInRoleConfiguration({
        ...named,
        RolePolicyType: 'Custom',
        Filter: 'ONE',
      })
      expect(custom.TotalCounts).toBe(1)
      await client.UpdateCustomPolicyForRoleConfiguration({
        ...named,
        CustomPolicyName: 'one',
        NewCustomPolicyDocument: spaced,
      })
      await expect(client.DeleteRoleConfiguration(named)).rejects.toMatchObject(
        refused('InvalidParameter.RolePolicyAlreadyExist'),
      )
      await client.RemovePermissionPolicyFromRoleConfiguration({
        ...named,
        RolePolicyType: 'System',
        RolePolicyId: 1,
      })
      for (const RolePolicyName of ['one', 'two']) {
        await client.RemovePermissionPolicyFromRoleConfiguration({
          ...named,
          RolePolicyType: 'Custom',
          RolePolicyName,
          RolePolicyId: 0,
        })
      }
      await client.DeleteRoleConfiguration(named)
    })

    it.each<[string, object]>([
      ['InvalidParameter.RolePolicyNotExist', { RolePolicyType: 'System', RolePolicyNames: ['None'] }],
      [
        'InvalidParameter.PolicyNameAlreadyExists',
        { RolePolicyType: 'System', RolePolicyNames: ['ReadOnlyAccess'] },
      ],
      [
        'InvalidParameter.PolicyNameAlreadyExists',
        {
          RolePolicyType: 'Custom',
          RolePolicyNames: ['new', 'there'],
          CustomPolicyDocuments: [DOCUMENT, DOCUMENT],
        },
      ],
      [
        'InvalidParameter.PolicyNameAlreadyExists',
        {
          RolePolicyType: 'Custom',
          RolePolicyNames: ['new', 'new'],
          CustomPolicyDocuments: [DOCUMENT, DOCUMENT],
        },
      ],
      [
        'InvalidParameter.PolicyNameSizeOverUpperLimit',
        { RolePolicyType: 'Custom', RolePolicyNames: ['x'.repeat(33)], CustomPolicyDocument: DOCUMENT },
      ],
      [
        'InvalidParameter.PolicyDocumentEmpty',
        { RolePolicyType: 'Custom', RolePolicyNames: ['new'], CustomPolicyDocument: ' ' },
      ],
      [
        'InvalidParameter.EffectError',
        {
          RolePolicyType: 'Custom',
          RolePolicyNames: ['new'],
          CustomPolicyDocument: DOCUMENT.replace('allow', 'Allow'),
        },
      ],
      [
        'InvalidParameter.ParamError',
        { RolePolicyType: 'Custom', RolePolicyNames: ['new', 'other'], CustomPolicyDocument: DOCUMENT },
      ],
      ['InvalidParameter.ParamError', { RolePolicyType: 'System' }],
      ['InvalidParameterValue', { RolePolicyType: 'Inline' }],
    ])('refuse policies with %s, and take none of them: %.80j', async (code, policies) => {
      const RoleConfigurationId = await addConfiguration()
      const named = { ZoneId, RoleConfigurationId }
      await client.AddPermissionPolicyToRoleConfiguration({
        ...named,
        RolePolicyType: 'System',
        RolePolicyNames: ['ReadOnlyAccess'],
      })
      await client.AddPermissionPolicyToRoleConfiguration({
        ...named,
        RolePolicyType: 'Custom',
        RolePolicyNames: ['there'],
        CustomPolicyDocument: DOCUMENT,
      })
      await expect(
        client.AddPermissionPolicyToRoleConfiguration({ ...named, ...policies } as never),
      ).rejects.toMatchObject(refused(code))
      expect((await client.ListPermissionPoliciesInRoleConfiguration(named)).TotalCounts).toBe(2)
    })

    it('refuse every policy that nobody can mean, and say how it is wrong', async () => {
      const named = { ZoneId, RoleConfigurationId: await addConfiguration() }
      for (const { what, document, reason, message } of BAD_POLICIES) {
        const outcome = await client
          .AddPermissionPolicyToRoleConfiguration({
            ...named,
            RolePolicyType: 'Custom',
            RolePolicyNames: ['odd'],
            CustomPolicyDocument: document,
          })
          .catch((error: unknown) => error)
        expect([what, outcome]).toMatchObject([what, refused(`InvalidParameter.${reason}`)])
        expect((outcome as Error).message).toContain(message)
      }
      expect((await client.ListPermissionPoliciesInRoleConfiguration(named)).TotalCounts).toBe(0)
    })

    it.each<[string, (named: { ZoneId: string; RoleConfigurationId: string }) => Promise<unknown>]>([
      [
        'InvalidParameter.ConfigurationNameFormatError',
        () => client.CreateRoleConfiguration({ ZoneId, RoleConfigurationName: 'a b' }),
      ],
      [
        'InvalidParameter.ParamError',
        (named) => client.UpdateRoleConfiguration({ ...named, NewSessionDuration: 60 }),
      ],
      [
        'InvalidParameter.RoleConfigurationNotExist',
        () => client.DeleteRoleConfiguration({ ZoneId, RoleConfigurationId: `rc-${UNKNOWN}` }),
      ],
      [
        'InvalidParameter.RolePolicyNotExist',
        (named) =>
          client.RemovePermissionPolicyFromRoleConfiguration({
            ...named,
            RolePolicyType: 'Custom',
            RolePolicyName: 'x',
          }),
      ],
      [
        'InvalidParameter.RolePolicyNotExist',
        (named) =>
          client.UpdateCustomPolicyForRoleConfiguration({
            ...named,
            CustomPolicyName: 'x',
            NewCustomPolicyDocument: DOCUMENT,
          }),
      ],
      [
        'InvalidParameter.PolicyTypeError',
        async (named) => {
          await client.AddPermissionPolicyToRoleConfiguration({
            ...named,
            RolePolicyType: 'System',
            RolePolicyNames: ['ReadOnlyAccess'],
          })
          return client.UpdateCustomPolicyForRoleConfiguration({
            ...named,
            CustomPolicyName: 'ReadOnlyAccess',
            NewCustomPolicyDocument: DOCUMENT,
          })
        },
      ],
    ])('are refused with %s', async (code, attempt) => {
      const RoleConfigurationId = await addConfiguration()
      await expect(attempt({ ZoneId, RoleConfigurationId })).rejects.toMatchObject(refused(code))
    })
  })

  describe('assignments', () => {
    const place = async () => {
      const account = await world.account()
      return {
        TargetUin: Number(account.uin),
        TargetType: 'MemberUin',
        RoleConfigurationId: await addConfiguration(),
      }
    }

    it('deploy, are followed as tasks, and go again', async () => {
      const target = await place()
      const user = { PrincipalId: await addUser(), PrincipalType: 'User' }
      const group = { PrincipalId: await addGroup(), PrincipalType: 'Group' }
      const triple = { ZoneId, ...target, ...user }
      const { Tasks } = await client.CreateRoleAssignment({
        ZoneId,
        RoleAssignmentInfo: [
          { ...target, ...user },
          { ...target, ...group },
        ],
      })
      expect(Tasks).toMatchObject([
        { ...target, ...user, TaskType: 'CreateRoleAssignment', Status: 'InProgress', FailureReason: '' },
        { ...target, ...group, TaskType: 'CreateRoleAssignment' },
      ])
      const TaskId = Tasks?.[0]?.TaskId ?? ''
      expect(await client.GetTaskStatus({ ZoneId, TaskId })).toMatchObject({ TaskStatus: { TaskId } })
      await world.services.deploymentWorker.drain()
      expect(await client.GetTaskStatus({ ZoneId, TaskId })).toMatchObject({
        TaskStatus: { Status: 'Success', TaskType: 'CreateRoleAssignment' },
      })
      const found = await client.ListTasks({ ZoneId, ...target, ...user, Status: 'Success' })
      expect(found).toMatchObject({ TotalCounts: 1, Tasks: [{ TaskId }] })

      const listed = await client.ListRoleAssignments({ ZoneId, ...target, ...user })
      expect(listed).toMatchObject({
        TotalCounts: 1,
        IsTruncated: false,
        RoleAssignments: [{ ...target, ...user }],
      })
      const byAccount = await client.ListRoleAssignments({ ZoneId, TargetUin: target.TargetUin })
      expect(byAccount.TotalCounts).toBe(2)
      const provisionings = await client.ListRoleConfigurationProvisionings({
        ZoneId,
        TargetUin: target.TargetUin,
      })
      expect(provisionings).toMatchObject({
        TotalCounts: 1,
        RoleConfigurationProvisionings: [{ ...target, DeploymentStatus: 'Deployed' }],
      })
      const selected = await client.ListRoleConfigurations({
        ZoneId,
        FilterTargets: [target.TargetUin],
        PrincipalId: user.PrincipalId,
        MaxResults: 100,
      })
      expect(
        selected.RoleConfigurations?.find((each) => each.RoleConfigurationId === target.RoleConfigurationId),
      ).toMatchObject({ IsSelected: true })
      await expect(client.DeleteUser({ ZoneId, UserId: user.PrincipalId })).rejects.toMatchObject(
        refused('FailedOperation.RoleConfigurationAuthorizationExist'),
      )

      await expect(client.DismantleRoleConfiguration({ ZoneId, ...target })).rejects.toMatchObject(
        refused('FailedOperation.RoleConfigurationAuthorizationExist'),
      )
      const removed = await client.DeleteRoleAssignment(triple)
      expect(removed.Task).toMatchObject({ TaskType: 'DeleteRoleAssignment', ...target, ...user })
      await expect(client.DeleteRoleAssignment(triple)).rejects.toMatchObject(
        refused('ResourceNotFound.RoleConfigurationAuthorizationNotFound'),
      )
      await client.DeleteRoleAssignment({ ZoneId, ...target, ...group })
      const dismantled = await client.DismantleRoleConfiguration({ ZoneId, ...target })
      expect(dismantled.Task).toMatchObject({
        TaskType: 'DeprovisionRoleConfiguration',
        TaskStatus: 'InProgress',
      })
      await world.services.deploymentWorker.drain()
      expect(
        (await client.ListRoleConfigurationProvisionings({ ZoneId, TargetUin: target.TargetUin }))
          .TotalCounts,
      ).toBe(0)
      await expect(client.DismantleRoleConfiguration({ ZoneId, ...target })).rejects.toMatchObject(
        refused('ResourceNotFound.RoleConfigurationProvisioningNotFound'),
      )
    })

    it('show what needs deploying, and deploy it', async () => {
      const target = await place()
      const first = await client.ProvisionRoleConfiguration({ ZoneId, ...target })
      expect(first.Task).toMatchObject({ TaskType: 'ProvisionRoleConfiguration', TaskStatus: 'InProgress' })
      await world.services.deploymentWorker.drain()
      await client.AddPermissionPolicyToRoleConfiguration({
        ZoneId,
        RoleConfigurationId: target.RoleConfigurationId,
        RolePolicyType: 'System',
        RolePolicyNames: ['ReadOnlyAccess'],
      })
      const wanted = { ZoneId, TargetUin: target.TargetUin, DeploymentStatus: 'DeployedRequired' }
      expect((await client.ListRoleConfigurationProvisionings(wanted)).TotalCounts).toBe(1)
      await expect(
        client.DeleteRoleConfiguration({ ZoneId, RoleConfigurationId: target.RoleConfigurationId }),
      ).rejects.toMatchObject(refused('FailedOperation.RoleConfigurationProvisioningAlreadyDeployed'))
      await client.ProvisionRoleConfiguration({ ZoneId, ...target })
      await world.services.deploymentWorker.drain()
      expect((await client.ListRoleConfigurationProvisionings(wanted)).TotalCounts).toBe(0)
    })

    it('are not taken out or deleted while a task is at them', async () => {
      const target = await place()
      const named = { ZoneId, RoleConfigurationId: target.RoleConfigurationId }
      const busy = refused('FailedOperation.RoleConfigurationProvisioningStatusError')
      const deployed = refused('FailedOperation.RoleConfigurationProvisioningAlreadyDeployed')
      await client.ProvisionRoleConfiguration({ ZoneId, ...target })
      await expect(client.DismantleRoleConfiguration({ ZoneId, ...target })).rejects.toMatchObject(busy)
      await expect(client.DeleteRoleConfiguration(named)).rejects.toMatchObject(deployed)
      await world.services.deploymentWorker.drain()
      await client.DismantleRoleConfiguration({ ZoneId, ...target })
      await expect(client.DismantleRoleConfiguration({ ZoneId, ...target })).rejects.toMatchObject(busy)
      await expect(client.ProvisionRoleConfiguration({ ZoneId, ...target })).rejects.toMatchObject(busy)
      await expect(client.DeleteRoleConfiguration(named)).rejects.toMatchObject(deployed)
      await world.services.deploymentWorker.drain()
      await client.DeleteRoleConfiguration(named)
    })

    it('tell of an account that does not answer, and are deployed when it does again', async () => {
      const target = await place()
      const faults = (outage: boolean) =>
        world.services.accountFaults.set(world.administrator, String(target.TargetUin) as AccountUin, {
          delayMilliseconds: 0,
          errorPermille: 0,
          outage,
        })
      await faults(true)
      const { Task } = await client.ProvisionRoleConfiguration({ ZoneId, ...target })
      const status = async () =>
        (await client.GetTaskStatus({ ZoneId, TaskId: Task?.TaskId ?? '' })).TaskStatus
      await world.services.deploymentWorker.drain()
      expect(await status()).toMatchObject({ Status: 'InProgress' })
      for (let round = 0; round < 12; round += 1) {
        world.clock.advance(60)
        await world.services.deploymentWorker.drain()
      }
      // Signatures are of the time of this machine.
      world.clock.advance(-12 * 60)
      expect(await status()).toMatchObject({
        Status: 'Failed',
        FailureReason: expect.stringContaining('does not answer'),
      })
      const failed = { ZoneId, TargetUin: target.TargetUin, DeploymentStatus: 'DeployFailed' }
      expect((await client.ListRoleConfigurationProvisionings(failed)).TotalCounts).toBe(1)
      await faults(false)
      await client.ProvisionRoleConfiguration({ ZoneId, ...target })
      await world.services.deploymentWorker.drain()
      expect((await client.ListRoleConfigurationProvisionings(failed)).TotalCounts).toBe(0)
    })

    it('go with their deployment where that is asked for', async () => {
      const target = await place()
      const triple = { ...target, PrincipalId: await addUser(), PrincipalType: 'User' }
      await client.CreateRoleAssignment({ ZoneId, RoleAssignmentInfo: [triple] })
      await world.services.deploymentWorker.drain()
      await client.DeleteRoleAssignment({
        ZoneId,
        ...triple,
        DeprovisionStrategy: 'DeprovisionForLastRoleAssignmentOnAccount',
      })
      await world.services.deploymentWorker.drain()
      const left = await client.ListRoleConfigurationProvisionings({ ZoneId, TargetUin: target.TargetUin })
      expect(left.TotalCounts).toBe(0)
    })

    it('that exist fail on their own, and as a whole when all of them do', async () => {
      const target = await place()
      const [one, two] = [await addUser(), await addUser()].map((PrincipalId) => ({
        ...target,
        PrincipalId,
        PrincipalType: 'User',
      }))
      if (!one || !two) throw new Error('there are two')
      await client.CreateRoleAssignment({ ZoneId, RoleAssignmentInfo: [one] })
      await expect(client.CreateRoleAssignment({ ZoneId, RoleAssignmentInfo: [one] })).rejects.toMatchObject(
        refused('FailedOperation.RoleConfigurationAuthorizationAlreadyExist'),
      )
      const { Tasks } = await client.CreateRoleAssignment({ ZoneId, RoleAssignmentInfo: [one, two] })
      expect(Tasks?.[0]).toMatchObject({ Status: 'Failed', FailureReason: expect.stringContaining('exists') })
      expect(Tasks?.[1]?.Status).not.toBe('Failed')
    })

    it.each<[string, object]>([
      ['FailedOperation.OrganizationMemberNotExist', { TargetUin: 100000000000 }],
      ['FailedOperation.OrganizationMemberNotExist', { TargetUin: 5 }],
      ['InvalidParameter.ParamError', { TargetType: 'ManagerUin' }],
      ['InvalidParameterValue', { TargetType: 'Member' }],
      ['InvalidParameter.RoleConfigurationNotExist', { RoleConfigurationId: `rc-${UNKNOWN}` }],
      ['ResourceNotFound.UserNotExist', { PrincipalId: `u-${UNKNOWN}` }],
      ['InvalidParameter.GroupNotExist', { PrincipalType: 'Group', PrincipalId: `g-${UNKNOWN}` }],
      ['MissingParameter', { PrincipalId: undefined }],
      ['UnknownParameter', { Other: 1 }],
    ])('are refused with %s for %j', async (code, changes) => {
      const entry = { ...(await place()), PrincipalId: await addUser(), PrincipalType: 'User', ...changes }
      await expect(
        client.CreateRoleAssignment({ ZoneId, RoleAssignmentInfo: [entry] }),
      ).rejects.toMatchObject(refused(code))
    })

    it('are made fifty at a time', async () => {
      const entry = { ...(await place()), PrincipalId: await addUser(), PrincipalType: 'User' }
      await expect(
        client.CreateRoleAssignment({ ZoneId, RoleAssignmentInfo: Array(51).fill(entry) }),
      ).rejects.toMatchObject(refused('LimitExceeded.CreateRoleAssignmentLimitExceeded'))
    })

    it('count in the time of the call, which the cloud has not', async () => {
      const target = await place()
      const entry = { ...target, PrincipalId: await addUser(), PrincipalType: 'User' }
      const hours = (count: number): string =>
        new Date(world.clock.now().getTime() + count * 3_600_000).toISOString()
      const assign = (period: object) =>
        client.CreateRoleAssignment({ ZoneId, RoleAssignmentInfo: [entry], ...period })
      for (const period of [
        { EndTime: hours(-1) },
        { EndTime: 'tomorrow' },
        { EndTime: '2026-02-30' },
        { StartTime: hours(2), EndTime: hours(1) },
        { EndTime: hours(200_000) },
      ]) {
        await expect(assign(period)).rejects.toMatchObject(refused('InvalidParameter.ParamError'))
      }
      const listed = async () => (await client.ListRoleAssignments({ ZoneId, ...target })).RoleAssignments
      expect(await listed()).toEqual([])
      const period = { StartTime: hours(1), EndTime: hours(2) }
      await assign(period)
      expect(await listed()).toMatchObject([{ PrincipalId: entry.PrincipalId, ...period }])
      const other = { ...entry, PrincipalId: await addUser() }
      await client.CreateRoleAssignment({ ZoneId, RoleAssignmentInfo: [other] })
      const [standing] = (await client.ListRoleAssignments({ ZoneId, ...other })).RoleAssignments ?? []
      expect(standing).not.toHaveProperty('StartTime')
      expect(standing).not.toHaveProperty('EndTime')
    })

    it('have tasks that are found by their own id only', async () => {
      for (const TaskId of [`t-${UNKNOWN}`, 'x']) {
        await expect(client.GetTaskStatus({ ZoneId, TaskId })).rejects.toMatchObject(
          refused('ResourceNotFound.RoleConfigurationTaskNotFound'),
        )
      }
    })
  })

  it('says so of what only the cloud can do', async () => {
    await expect(
      client.DescribeShareUnits({ Area: 'ap-guangzhou', Offset: 0, Limit: 10 }),
    ).rejects.toMatchObject(refused('UnsupportedOperation'))
  })
})
