/** CAM users in the consoles of accounts: those a user of the zone may enter as, and who is there, however they came in. */
import { findConsoleUser } from '../../db/cam-account-users.js'
import type { Db } from '../../db/database.js'
import { deleteSession } from '../../db/sessions.js'
import { inTransaction } from '../../db/transaction.js'
import { listReachableCamUsers, type ReachableCamUser } from '../../db/user-sync-members.js'
import type { Actor, ActorOrigin } from '../domain/actor.js'
import { secondsAfter, type Clock } from '../domain/clock.js'
import { IdentityCenterError } from '../domain/errors.js'
import type { AccountUin, UserId } from '../domain/ids.js'
import { actorOf, CAM_USER_VISIT_SECONDS, type SessionView } from '../domain/session.js'
import type { AuditLog } from './audit-log.js'
import type { OpenedSession, SessionService } from './sessions.js'

export interface CamUserAccessServiceDeps {
  readonly db: Db
  readonly clock: Clock
  readonly audit: AuditLog
  readonly sessions: Pick<SessionService, 'open'>
}

/** Somebody in the console of an account as a CAM user. */
export interface CamUserVisit {
  readonly camUser: ReachableCamUser
  /** The user of the zone in the CAM user's place; absent for one who signed in with the password of its own. */
  readonly userName?: string
  readonly createdAt: string
  readonly expiresAt: string
}

export type CamUserAccessService = ReturnType<typeof createCamUserAccessService>

export function createCamUserAccessService({ db, clock, audit, sessions }: CamUserAccessServiceDeps) {
  const subjectOf = (camUser: ReachableCamUser | undefined, accountUin: AccountUin) =>
    camUser ? { kind: 'camUser', id: camUser.uin, name: camUser.name } : { kind: 'account', id: accountUin }

  return {
    /** The CAM users that the user can enter accounts as now, by account. */
    listFor: (userId: UserId): Promise<readonly ReachableCamUser[]> => listReachableCamUsers(db, userId),

    /** Opens the account's console as the user's CAM user there. Throws `access.denied`. */
    async open(actor: Actor, accountUin: AccountUin): Promise<OpenedSession> {
      if (actor.kind !== 'user') {
        throw new IdentityCenterError('actor.forbidden', 'Only a signed-in user of the zone opens accounts.')
      }
      const { userId, address, requestId, userAgent } = actor
      const opened = await inTransaction(db, async (tx) => {
        const [camUser] = await listReachableCamUsers(tx, userId, accountUin)
        await audit.record(tx, actor, {
          action: 'camUser.signIn',
          subject: subjectOf(camUser, accountUin),
          result: camUser ? 'success' : 'failure',
          detail: { account: accountUin },
        })
        if (!camUser) return undefined
        return sessions.open(tx, {
          kind: 'account',
          subject: { kind: 'user', id: userId },
          method: 'role',
          camUserUin: camUser.uin,
          notAfter: secondsAfter(clock.now(), CAM_USER_VISIT_SECONDS),
          origin: {
            ...(address !== undefined && { address }),
            ...(requestId !== undefined && { requestId }),
            ...(userAgent !== undefined && { userAgent }),
          },
        })
      })
      if (opened) return opened
      throw new IdentityCenterError('access.denied', 'You have no CAM user in this account.')
    },

    /** Where a console's session is; `undefined` when it is not a CAM user's, or the user has lost the CAM user since. */
    async visitOf(session: SessionView): Promise<CamUserVisit | undefined> {
      const { createdAt, expiresAt } = session
      if (session.subject.kind === 'administrator') {
        const camUser = await findConsoleUser(db, session.subject.id)
        return camUser && { camUser, createdAt, expiresAt }
      }
      if (session.camUserUin === undefined) return undefined
      // Made in ids.ts when the session was: the column holds ids of that kind only.
      const camUsers = await listReachableCamUsers(db, session.subject.id as UserId)
      const camUser = camUsers.find(({ uin }) => uin === session.camUserUin)
      return camUser && { camUser, userName: session.name, createdAt, expiresAt }
    },

    /** Leaves the console. Nothing happens to a session that is not a CAM user's. */
    async signOut(session: SessionView, origin: ActorOrigin): Promise<void> {
      const { camUserUin, subject, name } = session
      const actor: Actor =
        subject.kind === 'administrator'
          ? actorOf(session, origin)
          : { ...origin, kind: 'user', userId: subject.id as UserId, name, sessionId: session.id }
      const left =
        subject.kind === 'administrator'
          ? { kind: 'camUser', id: subject.id, name }
          : camUserUin && { kind: 'camUser', id: camUserUin }
      if (!left) return
      await inTransaction(db, async (tx) => {
        if (!(await deleteSession(tx, session.id))) return
        await audit.record(tx, actor, { action: 'camUser.signOut', subject: left })
      })
    },
  }
}
