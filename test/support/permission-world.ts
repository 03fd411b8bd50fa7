/** An application with users and groups to assign to, and hands on the worker and the simulated accounts. */
import { listPolicies } from '../../db/cam.js'
import type { CamClient } from '../../server/cam/cam-client.js'
import type { AssignmentTriple } from '../../server/domain/assignment.js'
import { roleNameOf } from '../../server/domain/deployment.js'
import type { AccountUin, GroupId, PermissionConfigurationId, UserId } from '../../server/domain/ids.js'
import type { Account } from '../../server/domain/organization.js'
import type { PermissionConfiguration } from '../../server/domain/permission-configuration.js'
import { createDeploymentWorker, type DeploymentWorker } from '../../server/services/deployment-worker.js'
import type { AppContext } from '../../server/context.js'
import type { Actor } from '../../server/domain/actor.js'
import { createTestContext, type TestContext, type TestContextOptions } from './context.js'
import type { TestEngine } from './engines.js'

export const DOCUMENT =
  '{"version":"2.0","statement":[{"effect":"allow","action":"cos:Get*","resource":"*"}]}'

export const FIRST_PAGE = { offset: 0, limit: 100 } as const

/** What tests do with users, accounts and configurations of an application. */
export interface PermissionHands {
  user(name?: string): Promise<UserId>
  group(...members: readonly UserId[]): Promise<GroupId>
  account(): Promise<Account>
  /** A configuration with the preset policy ReadOnlyAccess and the custom policy `read`. */
  configuration(name?: string): Promise<PermissionConfiguration>
  triple(
    principal: UserId | GroupId,
    account: { readonly uin: AccountUin },
    configuration: { readonly id: PermissionConfigurationId },
  ): AssignmentTriple
  /** What the Identity Center has in the account: roles, its custom policies, SAML providers. */
  inAccount(uin: AccountUin): Promise<{
    readonly roles: readonly string[]
    readonly policies: readonly string[]
    readonly providers: readonly string[]
    readonly attachments: readonly string[]
  }>
  role(uin: AccountUin, configuration: { readonly name: string }): ReturnType<CamClient['describeRole']>
  /** A second worker on the same database, talking to accounts through `cam`. */
  worker(
    cam: CamClient,
    options?: { readonly lanes?: number; readonly stepMilliseconds?: number },
  ): DeploymentWorker
}

export type PermissionWorld = TestContext & PermissionHands

let serial = 0
const unique = (): string => `${(serial += 1)}`

export async function createPermissionWorld(
  engine: TestEngine,
  options: TestContextOptions = {},
): Promise<PermissionWorld> {
  const context = await createTestContext(engine, options)
  return { ...context, ...permissionHands(context, context.administrator) }
}

export function permissionHands(
  context: Pick<AppContext, 'cam' | 'clock' | 'db' | 'logger' | 'services'>,
  administrator: Actor,
): PermissionHands {
  const { db, clock, services, cam } = context
  return {
    async user(name = `user${unique()}`) {
      const profile = { userName: name, emails: [], active: true, attributes: {} }
      return (await services.users.create(administrator, { profile, type: 'manual' })).id
    },
    async group(...members) {
      const profile = { displayName: `group${unique()}`, attributes: {} }
      return (await services.groups.create(administrator, { profile, type: 'manual', members })).id
    },
    account: () => services.organization.createAccount(administrator, { name: `account${unique()}` }),
    async configuration(name = `configuration${unique()}`) {
      const { id } = await services.permissionConfigurations.create(administrator, { name })
      await services.permissionConfigurations.attachPreset(administrator, id, ['ReadOnlyAccess'])
      return services.permissionConfigurations.putCustomPolicy(administrator, id, 'read', DOCUMENT)
    },
    triple: (principal, { uin }, { id }) => ({
      principal: isUserId(principal) ? { type: 'user', id: principal } : { type: 'group', id: principal },
      accountUin: uin,
      configurationId: id,
    }),
    async inAccount(uin) {
      const roles = await db
        .selectFrom('cam_roles')
        .select('name')
        .where('account_uin', '=', uin)
        .where('managed_by', '=', 'identityCenter')
        .orderBy('name')
        .execute()
      const providers = await db
        .selectFrom('cam_saml_providers')
        .select('name')
        .where('account_uin', '=', uin)
        .execute()
      const attachments = await db
        .selectFrom('cam_attachments')
        .innerJoin('cam_roles', 'cam_roles.id', 'cam_attachments.target_id')
        .select('cam_attachments.policy_name')
        .where('cam_attachments.account_uin', '=', uin)
        .where('cam_roles.managed_by', '=', 'identityCenter')
        .orderBy('cam_attachments.policy_name')
        .execute()
      const policies = await listPolicies(db, uin, 'identityCenter', '')
      return {
        roles: roles.map(({ name }) => name),
        policies: policies.map(({ name }) => name),
        providers: providers.map(({ name }) => name),
        attachments: attachments.map(({ policy_name }) => policy_name),
      }
    },
    role: (uin, { name }) => cam.client.describeRole(uin, roleNameOf(name)),
    worker: (client, options = {}) =>
      createDeploymentWorker({
        db,
        clock,
        audit: services.audit,
        log: context.logger,
        cam: client,
        roleIdentityProvider: services.roleIdentityProvider,
        random: () => 1,
        ...options,
      }),
  }
}

const isUserId = (id: string): id is UserId => id.startsWith('u-')
