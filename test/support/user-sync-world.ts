/** What tests do with CAM user synchronization: on top of users, groups and accounts of an application. */
import type { CamUserClient } from '../../server/cam/cam-client.js'
import type { AppContext } from '../../server/context.js'
import type { Actor } from '../../server/domain/actor.js'
import type { AccountUin, GroupId, SubUserUin, UserId } from '../../server/domain/ids.js'
import type { UserSync, UserSyncPolicies } from '../../server/domain/user-sync.js'
import { createUserSyncWorker, type UserSyncWorker } from '../../server/services/user-sync-worker.js'
import { FIRST_PAGE } from './permission-world.js'

export interface ShownCamUser {
  readonly uin: SubUserUin
  readonly name: string
  readonly managed_by: 'account' | 'identityCenter'
  readonly synchronized_from: UserId | null
}

const isUserId = (id: string): id is UserId => id.startsWith('u-')

let serial = 0

export function userSyncHands({ db, clock, services, logger }: AppContext, administrator: Actor) {
  const wanted = (principal: UserId | GroupId, { uin }: { readonly uin: AccountUin }) => ({
    principal: isUserId(principal)
      ? { type: 'user' as const, id: principal }
      : { type: 'group' as const, id: principal },
    accountUin: uin,
  })
  return {
    /** A sync as it is asked for: both are kept on a conflict and the CAM user goes with it, unless told otherwise. */
    wanted: (
      principal: UserId | GroupId,
      account: { readonly uin: AccountUin },
      policies: Partial<UserSyncPolicies> = {},
    ) => ({
      ...wanted(principal, account),
      conflictPolicy: 'keepBoth' as const,
      deletionPolicy: 'delete' as const,
      ...policies,
    }),

    /** The sync of the principal in the account, when there is one. */
    async syncOf(principal: string, { uin }: { readonly uin: AccountUin }): Promise<UserSync | undefined> {
      const { items } = await services.userSyncs.list(administrator, {
        principalId: principal,
        accountUin: uin,
        page: FIRST_PAGE,
      })
      return items[0]
    },

    /** All sub-users of the account, by name. */
    camUsers: ({ uin }: { readonly uin: AccountUin }): Promise<readonly ShownCamUser[]> =>
      db
        .selectFrom('cam_users')
        .select(['uin', 'name', 'managed_by', 'synchronized_from'])
        .where('account_uin', '=', uin)
        .orderBy('name')
        .execute(),

    /** A sub-user that the account made itself, with a policy and a key. */
    async ownCamUser({ uin: account }: { readonly uin: AccountUin }, name: string): Promise<SubUserUin> {
      serial += 1
      const uin = `1999${String(serial).padStart(8, '0')}` as SubUserUin
      const now = clock.now().toISOString()
      await db
        .insertInto('cam_users')
        .values({
          uin,
          account_uin: account,
          name,
          name_key: name.toLowerCase(),
          status: 'enabled',
          managed_by: 'account',
          synchronized_from: null,
          remark: null,
          created_at: now,
          updated_at: now,
        })
        .execute()
      await db
        .insertInto('cam_attachments')
        .values({
          account_uin: account,
          target_kind: 'user',
          target_id: uin,
          policy_id: 1,
          policy_name: 'AdministratorAccess',
          policy_type: 'preset',
          attached_at: now,
        })
        .execute()
      await db
        .insertInto('api_keys')
        .values({
          secret_id: `AKIDown${serial}`,
          secret_key: 'sealed',
          account_uin: account,
          sub_user_uin: uin,
          status: 'enabled',
          created_at: now,
          last_used_at: null,
        })
        .execute()
      return uin
    },

    /** How many policies and keys the sub-user has. */
    async belongingsOf(uin: SubUserUin): Promise<{ readonly policies: number; readonly keys: number }> {
      const policies = await db
        .selectFrom('cam_attachments')
        .select('policy_id')
        .where('target_id', '=', uin)
        .execute()
      const keys = await db
        .selectFrom('api_keys')
        .select('secret_id')
        .where('sub_user_uin', '=', uin)
        .execute()
      return { policies: policies.length, keys: keys.length }
    },

    /** A second worker on the same database, talking to accounts through `cam`. */
    userSyncWorker: (
      cam: CamUserClient,
      options: { readonly lanes?: number; readonly stepMilliseconds?: number } = {},
    ): UserSyncWorker =>
      createUserSyncWorker({
        db,
        clock,
        audit: services.audit,
        log: logger,
        cam,
        random: () => 1,
        ...options,
      }),
  }
}

export type UserSyncHands = ReturnType<typeof userSyncHands>
