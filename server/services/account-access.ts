/** What a signed-in user may open, and opening it: by a signed response to the account, or as temporary credentials. */
import {
  findAccess,
  hasAccessUnderway,
  listAccess,
  type AccessListRow,
  type AccessRow,
} from '../../db/account-access.js'
import type { Db } from '../../db/database.js'
import { listKeptAccounts, noteAccountUse, putFavourite } from '../../db/portal-accounts.js'
import { inTransaction } from '../../db/transaction.js'
import type { Actor, ActorOrigin } from '../domain/actor.js'
import type { Clock } from '../domain/clock.js'
import { IdentityCenterError } from '../domain/errors.js'
import type { AccountUin, PermissionConfigurationId, UserId } from '../domain/ids.js'
import type { AccountKind } from '../domain/organization.js'
import type { TemporaryCredentials } from '../domain/role-session.js'
import type { AuditLog } from './audit-log.js'
import type { RoleIdentityProvider, RoleResponse } from './role-identity-provider.js'

/** An account with the permissions that a user has in it. */
export interface AccessibleAccount {
  readonly accountUin: AccountUin
  readonly name: string
  readonly kind: AccountKind
  /** Chosen by the user. */
  readonly favourite: boolean
  /** When the user opened it last, or took credentials of it. */
  readonly lastUsedAt?: string
  readonly permissions: readonly {
    readonly configurationId: PermissionConfigurationId
    readonly name: string
    readonly description?: string
    /** When it ends by itself. */
    readonly until?: string
  }[]
}

/** One permission in one account. */
export interface AccessPlace {
  readonly accountUin: AccountUin
  readonly configurationId: PermissionConfigurationId
}

/** What the browser posts to the account's console. */
export interface AccountOpening {
  /** Base64; good for 60 seconds and one use. */
  readonly samlResponse: string
  readonly acsUrl: string
  /** Page of the console to begin with; empty for its first page. */
  readonly relayState: string
}

export interface AssumeRoleRequest extends Omit<RoleResponse, 'acsUrl'> {
  readonly durationSeconds: number
  readonly origin: ActorOrigin
}

export interface AccountAccessServiceDeps {
  readonly db: Db
  readonly clock: Clock
  readonly audit: AuditLog
  readonly roleIdentityProvider: Pick<RoleIdentityProvider, 'sign'>
  /** The account's token service, which checks the response like any other. */
  readonly assumeRoleWithSaml: (request: AssumeRoleRequest) => Promise<TemporaryCredentials>
}

export type AccountAccessService = ReturnType<typeof createAccountAccessService>

export function createAccountAccessService({
  db,
  clock,
  audit,
  roleIdentityProvider,
  assumeRoleWithSaml,
}: AccountAccessServiceDeps) {
  /**
   * The permission as it stands now, and the audit event of its use or refusal. Throws `access.denied` unless the user
   * may sign in and has it, directly or through a group, where it is deployed.
   */
  async function authorize(
    actor: Extract<Actor, { kind: 'user' }>,
    place: AccessPlace,
    action: 'access.open' | 'access.credentials' | 'access.commandLine',
  ): Promise<AccessRow> {
    const access = await inTransaction(db, async (tx) => {
      const now = clock.now().toISOString()
      const found = await findAccess(tx, actor.userId, place, now)
      if (found) await noteAccountUse(tx, actor.userId, place.accountUin, now)
      await audit.record(tx, actor, {
        action,
        subject: { kind: 'account', id: place.accountUin, name: found?.accountName },
        result: found ? 'success' : 'failure',
        detail: {
          configurationId: place.configurationId,
          ...(found && { configuration: found.configurationName }),
        },
      })
      return found
    })
    if (access) return access
    throw denied()
  }

  function requireUser(actor: Actor): Extract<Actor, { kind: 'user' }> {
    if (actor.kind === 'user') return actor
    throw new IdentityCenterError('actor.forbidden', 'Only a signed-in user of the zone opens accounts.')
  }

  return {
    /**
     * Accounts the user can open now, by name, each with its permissions by name. Computed from assignments and
     * memberships: whoever joins or leaves a group has or loses its permissions at once.
     */
    async listFor(userId: UserId): Promise<readonly AccessibleAccount[]> {
      const accounts = new Map<AccountUin, AccessListRow[]>()
      for (const row of await listAccess(db, userId, clock.now().toISOString())) {
        const rows = accounts.get(row.accountUin)
        if (rows) rows.push(row)
        else accounts.set(row.accountUin, [row])
      }
      const kept = await listKeptAccounts(db, userId)
      return [...accounts].flatMap(([accountUin, rows]) => {
        const [first] = rows
        if (!first) return []
        const { favourite = false, lastUsedAt } = kept.get(accountUin) ?? {}
        return [
          {
            accountUin,
            name: first.accountName,
            kind: first.accountKind,
            favourite,
            ...(lastUsedAt !== undefined && { lastUsedAt }),
            permissions: rows.map(({ configurationId, configurationName, description, until }) => ({
              configurationId,
              name: configurationName,
              ...(description !== null && { description }),
              ...(until !== null && { until }),
            })),
          },
        ]
      })
    },

    /** Whether a permission of the user waits for its deployment: why a list may be empty that will not stay so. */
    isUnderway: (userId: UserId): Promise<boolean> =>
      hasAccessUnderway(db, userId, clock.now().toISOString()),

    /**
     * Keeps the account among the user's favourites, or no longer. A matter of the user's own page, so no audit event
     * tells of it. Throws `access.denied` for an account that the user cannot open.
     */
    async setFavourite(actor: Actor, accountUin: AccountUin, favourite: boolean): Promise<void> {
      const { userId } = requireUser(actor)
      await inTransaction(db, async (tx) => {
        const reachable = (await listAccess(tx, userId, clock.now().toISOString())).some(
          (row) => row.accountUin === accountUin,
        )
        if (!reachable) throw denied()
        await putFavourite(tx, userId, accountUin, favourite)
      })
    },

    /** Signs the user in to the account's console under the role. Throws `access.denied`. */
    async open(actor: Actor, place: AccessPlace): Promise<AccountOpening> {
      const access = await authorize(requireUser(actor), place, 'access.open')
      const { samlResponse, acsUrl } = await roleIdentityProvider.sign(access)
      return { samlResponse, acsUrl, relayState: access.relayState ?? '' }
    },

    /** The signed response, Base64, for a command line that takes it to the token service. Throws `access.denied`. */
    async respond(actor: Actor, place: AccessPlace): Promise<string> {
      const access = await authorize(requireUser(actor), place, 'access.commandLine')
      return (await roleIdentityProvider.sign(access)).samlResponse
    },

    /** Temporary credentials of the role for the configuration's session duration. Throws `access.denied`. */
    async credentials(actor: Actor, place: AccessPlace): Promise<TemporaryCredentials> {
      const user = requireUser(actor)
      const access = await authorize(user, place, 'access.credentials')
      const { acsUrl: _, ...signed } = await roleIdentityProvider.sign(access)
      const { address, requestId, userAgent } = user
      return assumeRoleWithSaml({
        ...signed,
        durationSeconds: access.sessionDuration,
        origin: {
          ...(address !== undefined && { address }),
          ...(requestId !== undefined && { requestId }),
          ...(userAgent !== undefined && { userAgent }),
        },
      })
    },
  }
}

const denied = () =>
  new IdentityCenterError('access.denied', 'You do not have this permission in this account.')
