/** Calls of the cloud API as data: for each action one that succeeds, and those that are refused with their codes. */
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { AbstractClient } from 'tencentcloud-sdk-nodejs/tencentcloud/common/abstract_client.js'
import { managementAccountUin } from '../../../db/administrators.js'
import type { AccountUin } from '../../../server/domain/ids.js'
import { createTestClock } from '../clock.js'
import { listenAsCloud } from '../cloud-server.js'
import { API_KEY } from '../context.js'
import type { TestEngine } from '../engines.js'
import { createFakeIdp, makeKeyPair } from '../fake-idp.js'
import { createPermissionWorld, type PermissionWorld } from '../permission-world.js'
import type { ApiKeyPair } from '../tc3.js'

export type Parameters = Readonly<Record<string, unknown>>
/** Parameters, or what makes them of a world where something has to be there first. */
export type Wanted = Parameters | ((world: CallWorld) => Parameters | Promise<Parameters>)
/** `manager`: an administrator's key. `member`: the root key of a member. `nobody`: a user of it without policies. */
export type Caller = 'manager' | 'member' | 'nobody' | 'unsigned'
export type Refusal = readonly [code: string, wanted: Wanted, caller?: Caller]

export interface ActionCalls {
  /** `never` for an action that this server always refuses. */
  readonly works: Wanted | 'never'
  readonly refused: readonly [Refusal, Refusal, ...Refusal[]]
}

/** By name of the action. */
export type Calls = Readonly<Record<string, ActionCalls>>

export const UNKNOWN = 'aaaaaaaaaaaa'
export const UNKNOWN_UIN = 199_999_999_999
export const UNKNOWN_NODE = 99_999
/** `ReadOnlyAccess` of the catalogue. */
export const READ_ONLY = 900_001
export const ANOTHER_ZONE: Refusal = ['FailedOperation.ZoneIdNotExist', { ZoneId: `z-${UNKNOWN}` }]
export const NO_SUCH_FIELD: Refusal = ['UnknownParameter', { Colour: 'red' }]

export interface CallWorld {
  readonly world: PermissionWorld
  readonly ZoneId: string
  readonly OrgId: number
  /** A member account, and the management account. */
  readonly member: number
  readonly manager: number
  readonly metadata: string
  readonly certificates: readonly string[]
  unique(name: string): string
  call(version: string, action: string, parameters: Parameters, caller?: Caller): Promise<Parameters>
  close(): Promise<void>
}

export async function openCallWorld(engine: TestEngine): Promise<CallWorld> {
  // The SDK signs by the computer's clock.
  const world = await createPermissionWorld(engine, { clock: createTestClock(new Date()) })
  const { services, administrator } = world
  const cloud = await listenAsCloud(world.app)
  const account = (await world.account()).uin
  const member = await services.camKeys.createForAccount(administrator, account)
  const idp = await createFakeIdp()
  const keyPairs = await Promise.all(['One', 'Two', 'Three'].map((name) => makeKeyPair(name)))
  const keys: Record<Caller, ApiKeyPair> = {
    manager: API_KEY,
    member,
    nobody: member,
    unsigned: { secretId: '', secretKey: '' },
  }
  let serial = 0
  const unique = (name: string) => `${name}-${(serial += 1)}`
  const call: CallWorld['call'] = (version, action, parameters, caller = 'manager') =>
    clientOf(cloud.server, version, keys[caller]).request(action, parameters, {
      skipSign: caller === 'unsigned',
    })
  const nobody = await call('2019-01-16', 'AddUser', { Name: 'nobody', UseApi: 1 }, 'member')
  keys.nobody = { secretId: String(nobody['SecretId']), secretKey: String(nobody['SecretKey']) }
  return {
    world,
    ZoneId: (await services.zones.current()).id,
    OrgId: (await services.organization.tree(administrator)).id,
    member: Number(account),
    manager: Number(await managementAccountUin(world.db)),
    metadata: Buffer.from(idp.metadata()).toString('base64'),
    certificates: keyPairs.map(({ certificatePem }) => certificatePem),
    unique,
    call,
    close: async () => {
      await cloud.close()
      await world.remove()
    },
  }
}

/** The client that every service's own client of the SDK is made of. */
const clientOf = (server: Server, version: string, credential: ApiKeyPair): AbstractClient => {
  const endpoint = `127.0.0.1:${(server.address() as AddressInfo).port}`
  return new AbstractClient(endpoint, version, {
    credential,
    region: '',
    profile: { httpProfile: { protocol: 'http://', endpoint } },
  })
}

/** What things are made of that several calls need. */
export const hands = {
  user: async ({ world }: CallWorld) => ({ UserId: await world.user() }),
  group: async ({ world }: CallWorld) => ({ GroupId: await world.group() }),
  /** A user in a group. */
  membership: async ({ world }: CallWorld) => {
    const UserId = await world.user()
    return { UserId, GroupId: await world.group(UserId) }
  },
  emptyConfiguration: async ({ world, unique }: CallWorld) => ({
    RoleConfigurationId: (
      await world.services.permissionConfigurations.create(world.administrator, { name: unique('empty') })
    ).id as string,
  }),
  /** With `ReadOnlyAccess` and a custom policy `read`. */
  configuration: async ({ world }: CallWorld) => ({
    RoleConfigurationId: (await world.configuration()).id as string,
  }),
  place: async (made: CallWorld) => ({ ...(await hands.configuration(made)), ...target(made) }),
  triple: async (made: CallWorld) => ({
    ...(await hands.place(made)),
    PrincipalType: 'User',
    PrincipalId: await made.world.user(),
  }),
  /** A triple that is assigned and deployed. */
  assigned: async (made: CallWorld) => {
    const { world, member } = made
    const configuration = await world.configuration()
    const user = await world.user()
    const uin = String(member) as AccountUin
    const [task] = await world.services.assignments.assign(world.administrator, [
      world.triple(user, { uin }, configuration),
    ])
    await world.services.deploymentWorker.drain()
    return {
      triple: {
        RoleConfigurationId: configuration.id as string,
        ...target(made),
        PrincipalType: 'User',
        PrincipalId: user,
      },
      TaskId: task?.id ?? '',
    }
  },
  sync: async ({ world, member }: CallWorld) => {
    const id = await world.user()
    const [task] = await world.services.userSyncs.create(world.administrator, [
      {
        principal: { type: 'user', id },
        accountUin: String(member) as AccountUin,
        conflictPolicy: 'keepBoth',
        deletionPolicy: 'delete',
      },
    ])
    await world.services.userSyncWorker.drain()
    return { UserProvisioningId: task?.syncId ?? '', TaskId: task?.id ?? '' }
  },
} as const

export const target = ({ member }: CallWorld) => ({ TargetUin: member, TargetType: 'MemberUin' })
