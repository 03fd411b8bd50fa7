/** CAM user synchronization through the cloud's own SDK: what the actions do, and what they refuse with which code. */
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Client } from 'tencentcloud-sdk-nodejs/tencentcloud/services/organization/v20210331/organization_client.js'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Account } from '../../server/domain/organization.js'
import { createTestClock } from '../support/clock.js'
import { listenAsCloud } from '../support/cloud-server.js'
import { API_KEY } from '../support/context.js'
import { engines } from '../support/engines.js'
import { createPermissionWorld, type PermissionWorld } from '../support/permission-world.js'
import { userSyncHands, type UserSyncHands } from '../support/user-sync-world.js'

const TIME = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/
const UNKNOWN = 'aaaaaaaaaaaa'

describe.each(engines)('CAM user synchronization by API on %s', (engine) => {
  let world: PermissionWorld & UserSyncHands
  let server: Server
  let client: Client
  let ZoneId: string
  let account: Account

  beforeAll(async () => {
    const context = await createPermissionWorld(engine, { clock: createTestClock(new Date()) })
    world = { ...context, ...userSyncHands(context, context.administrator) }
    const cloud = await listenAsCloud(world.app)
    server = cloud.server
    const { port } = server.address() as AddressInfo
    client = new Client({
      credential: API_KEY,
      region: '',
      profile: { httpProfile: { protocol: 'http://', endpoint: `127.0.0.1:${port}` } },
    })
    ZoneId = (await world.services.zones.current()).id
    account = await world.account()
    return async () => {
      await cloud.close()
      await world.remove()
    }
  })

  const refused = (code: string) => ({ code })
  const entry = (PrincipalId: string, others: Readonly<Record<string, unknown>> = {}) => ({
    Description: 'night shift',
    PrincipalId,
    PrincipalType: PrincipalId.startsWith('u-') ? 'User' : 'Group',
    TargetUin: Number(account.uin),
    TargetType: 'MemberUin',
    DuplicationStrategy: 'TakeOver',
    DeletionStrategy: 'Delete',
    ...others,
  })
  const create = (...UserSyncProvisionings: readonly ReturnType<typeof entry>[]) =>
    client.CreateUserSyncProvisioning({ ZoneId, UserSyncProvisionings: [...UserSyncProvisionings] })
  const drain = () => world.services.userSyncWorker.drain()

  it('makes, shows, changes and removes a sync, and tells how its tasks stand', async () => {
    const user = await world.user()
    const { Tasks } = await create(entry(user))
    expect(Tasks).toMatchObject([
      {
        TaskId: expect.stringMatching(/^t-[a-z0-9]{12}$/),
        UserProvisioningId: expect.stringMatching(/^up-[a-z0-9]{12}$/),
        TaskType: 'StartProvisioning',
        TaskStatus: 'InProgress',
        PrincipalId: user,
        PrincipalType: 'User',
        PrincipalName: expect.any(String),
        TargetUin: Number(account.uin),
        TargetType: 'MemberUin',
        DuplicationStrategy: 'TakeOver',
        DeletionStrategy: 'Delete',
      },
    ])
    const { TaskId = '', UserProvisioningId = '' } = Tasks?.[0] ?? {}
    expect(await client.GetProvisioningTaskStatus({ ZoneId, TaskId })).toMatchObject({
      TaskStatus: { Status: 'InProgress', TaskId, TaskType: 'StartProvisioning', FailureReason: '' },
    })
    await drain()
    expect(await client.GetProvisioningTaskStatus({ ZoneId, TaskId })).toMatchObject({
      TaskStatus: { Status: 'Success' },
    })
    expect(await client.GetZoneStatistics({ ZoneId })).toMatchObject({
      ZoneStatistics: { UserProvisioningCount: 1 },
    })

    await client.UpdateUserSyncProvisioning({
      ZoneId,
      UserProvisioningId,
      NewDescription: 'day shift',
      NewDuplicationStateful: 'KeepBoth',
      NewDeletionStrategy: 'Keep',
    })
    expect(await client.GetUserSyncProvisioning({ ZoneId, UserProvisioningId })).toMatchObject({
      UserProvisioning: {
        UserProvisioningId,
        Description: 'day shift',
        Status: 'Enabled',
        PrincipalId: user,
        PrincipalType: 'User',
        TargetUin: Number(account.uin),
        TargetName: account.name,
        TargetType: 'MemberUin',
        DuplicationStrategy: 'KeepBoth',
        DeletionStrategy: 'Keep',
        CreateTime: expect.stringMatching(TIME),
        UpdateTime: expect.stringMatching(TIME),
      },
    })
    await expect(client.DeleteUser({ ZoneId, UserId: user })).rejects.toMatchObject(
      refused('FailedOperation.UserProvisioningExists'),
    )

    const { Tasks: removal } = await client.DeleteUserSyncProvisioning({ ZoneId, UserProvisioningId })
    expect(removal).toMatchObject({ TaskType: 'DeleteProvisioning', UserProvisioningId })
    await expect(client.DeleteUserSyncProvisioning({ ZoneId, UserProvisioningId })).rejects.toMatchObject(
      refused('FailedOperation.UserProvisioningFailed'),
    )
    await drain()
    expect(await client.GetProvisioningTaskStatus({ ZoneId, TaskId: removal?.TaskId ?? '' })).toMatchObject({
      TaskStatus: { Status: 'Success', TaskType: 'DeleteProvisioning' },
    })
    await expect(client.GetUserSyncProvisioning({ ZoneId, UserProvisioningId })).rejects.toMatchObject(
      refused('ResourceNotFound.UserProvisioningNotFound'),
    )
    expect((await world.camUsers(account)).map(({ managed_by }) => managed_by)).toEqual(['account'])
  })

  it('lists by exact filters and by parts of names, page by page', async () => {
    const users = [await world.user('listed-a'), await world.user('listed-b'), await world.user('listed-c')]
    const group = await world.group()
    await create(...users.map((user) => entry(user)), entry(group))
    const first = await client.ListUserSyncProvisionings({ ZoneId, Filter: 'listed-', MaxResults: 2 })
    expect(first).toMatchObject({ TotalCounts: 3, IsTruncated: true, MaxResults: 2 })
    const rest = await client.ListUserSyncProvisionings({
      ZoneId,
      Filter: 'listed-',
      MaxResults: 2,
      NextToken: first.NextToken ?? '',
    })
    expect(rest).toMatchObject({ IsTruncated: false })
    const listed = [...(first.UserProvisionings ?? []), ...(rest.UserProvisionings ?? [])]
    expect(listed.map(({ PrincipalId }) => PrincipalId).sort()).toEqual([...users].sort())
    const filters = {
      PrincipalId: group,
      PrincipalType: 'Group',
      TargetUin: Number(account.uin),
      TargetType: 'MemberUin',
    }
    expect(await client.ListUserSyncProvisionings({ ZoneId, ...filters })).toMatchObject({
      TotalCounts: 1,
      UserProvisionings: [{ PrincipalId: group, PrincipalType: 'Group' }],
    })
    expect(
      await client.ListUserSyncProvisionings({ ZoneId, ...filters, PrincipalType: 'User' }),
    ).toMatchObject({ TotalCounts: 0 })
    await expect(client.ListUserSyncProvisionings({ ZoneId, NextToken: 'x' })).rejects.toMatchObject(
      refused('InvalidParameter.NextTokenInvalid'),
    )
    await expect(client.ListUserSyncProvisionings({ ZoneId, TargetUin: 5 })).rejects.toMatchObject(
      refused('FailedOperation.OrganizationMemberNotExist'),
    )
  })

  it('refuses what exists, what is unknown and what is too much', async () => {
    const [old, fresh] = [await world.user(), await world.user()]
    await create(entry(old))
    const management = await world.services.organization.managementAccount()
    const cases = [
      [create(entry(old)), 'FailedOperation.UserProvisioningAlreadyExists'],
      [create(entry(`u-${UNKNOWN}`)), 'ResourceNotFound.UserNotExist'],
      [create(entry(`g-${UNKNOWN}`)), 'InvalidParameter.GroupNotExist'],
      [create(entry(fresh, { TargetUin: 199999999999 })), 'FailedOperation.OrganizationMemberNotExist'],
      [create(entry(fresh, { TargetUin: Number(management.uin) })), 'InvalidParameter.ParamError'],
      [create(entry(fresh, { DuplicationStrategy: 'Merge' })), 'InvalidParameterValue'],
      [create(entry(fresh, { Description: 'x'.repeat(257) })), 'InvalidParameter.ParamError'],
      [create(), 'InvalidParameterValue'],
      [
        create(...Array.from({ length: 51 }, () => entry(fresh))),
        'LimitExceeded.CreateUserSyncProvisioningLimitExceeded',
      ],
    ] as const
    await Promise.all(cases.map(([attempt, code]) => expect(attempt).rejects.toMatchObject(refused(code))))
    const { Tasks } = await create(entry(old), entry(fresh))
    expect(Tasks?.map(({ TaskStatus }) => TaskStatus)).toEqual(['Failed', 'InProgress'])
    expect(
      await client.GetProvisioningTaskStatus({ ZoneId, TaskId: Tasks?.[0]?.TaskId ?? '' }),
    ).toMatchObject({ TaskStatus: { FailureReason: expect.stringContaining('already') } })

    const UserProvisioningId = `up-${UNKNOWN}`
    const notFound = refused('ResourceNotFound.UserProvisioningNotFound')
    for (const attempt of [
      () => client.GetUserSyncProvisioning({ ZoneId, UserProvisioningId }),
      () => client.GetUserSyncProvisioning({ ZoneId, UserProvisioningId: 'x' }),
      () => client.UpdateUserSyncProvisioning({ ZoneId, UserProvisioningId, NewDescription: 'x' }),
      () => client.DeleteUserSyncProvisioning({ ZoneId, UserProvisioningId }),
    ]) {
      await expect(attempt()).rejects.toMatchObject(notFound)
    }
    await expect(
      client.UpdateUserSyncProvisioning({
        ZoneId,
        UserProvisioningId: Tasks?.[1]?.UserProvisioningId ?? '',
        NewDeletionStrategy: 'delete',
      }),
    ).rejects.toMatchObject(refused('InvalidParameterValue'))
    for (const TaskId of [`t-${UNKNOWN}`, 'x']) {
      await expect(client.GetProvisioningTaskStatus({ ZoneId, TaskId })).rejects.toMatchObject(
        refused('ResourceNotFound.UserProvisioningTaskNotFound'),
      )
    }
    await expect(
      client.GetUserSyncProvisioning({ ZoneId: `z-${UNKNOWN}`, UserProvisioningId }),
    ).rejects.toMatchObject(refused('FailedOperation.ZoneIdNotExist'))
    await expect(client.DeleteUserSyncProvisioning({ ZoneId } as never)).rejects.toMatchObject(
      refused('MissingParameter'),
    )
  })
})
