/** Roles of the accounts taken on: by the token service, and by sign-in to an account's console. */
import type { Db, Tx } from '../../db/database.js'
import { findAccount } from '../../db/organization.js'
import { endRoleSession, findRoleSession } from '../../db/role-sessions.js'
import { deleteSession } from '../../db/sessions.js'
import { inTransaction } from '../../db/transaction.js'
import type { RoleRequest, RoleSessions, SamlRoleRequest } from '../cam/cam-client.js'
import type { Actor, ActorOrigin } from '../domain/actor.js'
import type { Clock } from '../domain/clock.js'
import type { CloudCaller } from '../domain/cloud-caller.js'
import { IdentityCenterError, isIdentityCenterError } from '../domain/errors.js'
import type { RoleSession, TemporaryCredentials } from '../domain/role-session.js'
import type { SessionView } from '../domain/session.js'
import type { AuditLog } from './audit-log.js'
import type { OpenedSession, SessionService } from './sessions.js'

export interface RoleSessionServiceDeps {
  readonly db: Db
  readonly clock: Clock
  readonly audit: AuditLog
  readonly roles: RoleSessions
  readonly sessions: Pick<SessionService, 'open'>
}

/** Somebody in the console of an account. */
export interface AccountVisit {
  readonly session: RoleSession
  readonly accountName: string
}

/** The role session as an actor; `origin` may be that of the request which opens it. */
export const roleSessionActor = (session: RoleSession, origin: ActorOrigin): Actor => ({
  ...origin,
  kind: 'roleSession',
  roleSessionId: session.id,
  accountUin: session.accountUin,
  name: session.sourceIdentity,
})

export function createRoleSessionService({ db, clock, audit, roles, sessions }: RoleSessionServiceDeps) {
  /** The event of a role taken on. RoleSessionName is the caller's choice: the signed name is the actor's. */
  const recordOpened = (tx: Tx, actor: Actor, action: string, session: RoleSession): Promise<void> =>
    audit.record(tx, actor, {
      action,
      subject: { kind: 'role', id: session.roleId, name: session.roleName },
      detail: {
        account: session.accountUin,
        roleSessionId: session.id,
        roleSessionName: session.roleSessionName,
        sourceIdentity: session.sourceIdentity,
        expiresAt: session.expiresAt,
        ...(session.assertionId !== undefined && { assertionId: session.assertionId }),
        ...(session.userId !== undefined && { userId: session.userId }),
      },
    })

  /** Does `work`, and notes why an assertion was refused: the one who brought it is not told. */
  async function withRefusalNoted<T>(
    origin: ActorOrigin,
    action: string,
    detail: Readonly<Record<string, unknown>>,
    work: () => Promise<T>,
  ): Promise<T> {
    try {
      return await work()
    } catch (error) {
      if (!isIdentityCenterError(error, 'assertion.refused')) throw error
      const reason = error.cause instanceof Error ? error.cause.message : error.message
      await inTransaction(db, (tx) =>
        audit.record(
          tx,
          { ...origin, kind: 'anonymous' },
          {
            action,
            result: 'failure',
            detail: { ...detail, reason },
          },
        ),
      )
      throw error
    }
  }

  return {
    /**
     * Trades an assertion for temporary credentials of a role. Throws `sts.invalid`, `sts.duration`, `role.notFound`, and
     * `assertion.refused` alike for everything that is wrong with the assertion.
     */
    assumeRoleWithSaml({
      origin,
      ...request
    }: SamlRoleRequest & { readonly origin: ActorOrigin }): Promise<TemporaryCredentials> {
      const action = 'role.assumeWithSaml'
      const { roleArn, principalArn } = request
      return withRefusalNoted(origin, action, { roleArn, principalArn }, async () => {
        const grant = await roles.checkSaml(request)
        return inTransaction(db, async (tx) => {
          const { session, credentials } = await roles.openWithSaml(tx, grant)
          await recordOpened(tx, roleSessionActor(session, origin), action, session)
          return credentials
        })
      })
    },

    /**
     * Signs the bearer of a response in to the console of an account. Throws `role.notFound`, `assertion.refused`, and
     * `access.denied` for somebody who is no user of this zone.
     */
    signIn(samlResponse: string, origin: ActorOrigin): Promise<OpenedSession> {
      const action = 'role.signIn'
      return withRefusalNoted(origin, action, {}, async () => {
        const grant = await roles.checkSamlSignIn(samlResponse)
        return inTransaction(db, async (tx) => {
          const { session } = await roles.openWithSaml(tx, grant)
          if (session.userId === undefined) {
            throw new IdentityCenterError(
              'access.denied',
              'Only users of the Identity Center sign in to this console; use the API instead.',
            )
          }
          await recordOpened(tx, roleSessionActor(session, origin), action, session)
          return sessions.open(tx, {
            kind: 'account',
            subject: { kind: 'user', id: session.userId },
            method: 'role',
            roleSessionId: session.id,
            notAfter: session.expiresAt,
            origin,
          })
        })
      })
    },

    /** Where a console's session is; `undefined` when the role session behind it has ended. */
    async visitOf({ roleSessionId }: SessionView): Promise<AccountVisit | undefined> {
      const session = roleSessionId === undefined ? undefined : await roles.findLive(roleSessionId)
      const account = session && (await findAccount(db, session.accountUin))
      return account && { session, accountName: account.name }
    },

    /** Leaves the console: its session and the role session end. Nothing happens when they have ended already. */
    async signOut(view: SessionView, origin: ActorOrigin): Promise<void> {
      const { roleSessionId } = view
      await inTransaction(db, async (tx) => {
        const session = roleSessionId === undefined ? undefined : await findRoleSession(tx, roleSessionId)
        if (!session || !(await deleteSession(tx, view.id))) return
        await endRoleSession(tx, session.id, clock.now().toISOString())
        await audit.record(tx, roleSessionActor(session, origin), {
          action: 'role.signOut',
          subject: { kind: 'role', id: session.roleId, name: session.roleName },
          detail: { account: session.accountUin, roleSessionId: session.id },
        })
      })
    },

    /**
     * Takes a role on by a caller's own right. Throws `access.denied`, `role.notFound`, `sts.invalid`, `sts.duration`,
     * `policy.invalid`.
     */
    async assumeRole(actor: Actor, caller: CloudCaller, request: RoleRequest): Promise<TemporaryCredentials> {
      const grant = await roles.checkCaller(caller, request)
      return inTransaction(db, async (tx) => {
        const { session, credentials } = await roles.open(tx, grant)
        await recordOpened(tx, actor, 'role.assume', session)
        return credentials
      })
    },
  }
}

export type RoleSessionService = ReturnType<typeof createRoleSessionService>
