/** Opening, looking up, extending, listing and ending sessions. */
import { moveCliTokens } from '../../db/cli-sign-ins.js'
import type { Db, Tx } from '../../db/database.js'
import {
  deleteSession,
  deleteSessionOf,
  deleteSessionsOf,
  findPortalSession,
  findSessionByToken,
  insertSession,
  listSessions,
  touchSession,
} from '../../db/sessions.js'
import { inTransaction } from '../../db/transaction.js'
import { requireFullRights, requireReadRights } from '../domain/access-rules.js'
import type { Actor, ActorOrigin } from '../domain/actor.js'
import { secondsAfter, type Clock } from '../domain/clock.js'
import { IdentityCenterError } from '../domain/errors.js'
import { newSessionId, type SessionId, type SubUserUin } from '../domain/ids.js'
import { hashSecret, randomSecret } from '../domain/secrets.js'
import {
  isLive,
  isOwn,
  LAST_SEEN_SECONDS,
  sessionLimits,
  UNFINISHED_SIGN_IN_SECONDS,
  type Session,
  type SessionKind,
  type SessionView,
  type SignInMethod,
  type SignInStep,
  type Subject,
} from '../domain/session.js'
import type { Settings } from '../domain/zone.js'
import type { AdministratorRightsService } from './administrator-rights.js'
import type { AuditLog } from './audit-log.js'
import type { SignInNetworks } from './sign-in-networks.js'

/** The token is the secret of the cookie; it exists here and in the browser, at rest there is its hash. */
export interface OpenedSession {
  readonly session: Session
  readonly token: string
  /** For the browser to keep, so that it is known at the next sign-in. Of a sign-in that is complete, unless it was known. */
  readonly deviceSecret?: string
}

export interface SessionToOpen {
  readonly kind: SessionKind
  readonly subject: Subject
  readonly method: SignInMethod
  readonly owedSteps?: readonly SignInStep[]
  readonly breakGlass?: boolean
  readonly roleSessionId?: string
  readonly camUserUin?: SubUserUin
  /** Ends the session before its absolute limit does (`SessionNotOnOrAfter`, the role session's end). */
  readonly notAfter?: string | undefined
  readonly origin: ActorOrigin
}

const TOKEN = /^[A-Za-z0-9_-]{43}$/
const LONGEST_USER_AGENT = 300

export interface SessionServiceDeps {
  readonly db: Db
  readonly clock: Clock
  readonly audit: AuditLog
  readonly administratorRights: Pick<AdministratorRightsService, 'leftTo'>
  /** The settings, which hold the limits. */
  readonly zones: {
    current(): Promise<{ readonly settings: Settings }>
    within(tx: Tx): Promise<{ readonly settings: Settings }>
  }
  readonly signInNetworks: Pick<SignInNetworks, 'requireBy'>
}

export function createSessionService(deps: SessionServiceDeps) {
  const { db, clock, audit, zones, administratorRights, signInNetworks } = deps

  /** Whatever brought the sign-in this far: users have no session where they may not sign in. */
  async function open(tx: Tx, wanted: SessionToOpen): Promise<OpenedSession> {
    const now = clock.now()
    const owedSteps = wanted.owedSteps ?? []
    const breakGlass = wanted.breakGlass ?? false
    const { settings } = await zones.within(tx)
    if (wanted.subject.kind === 'user') signInNetworks.requireBy(settings, wanted.origin)
    const { absolute } = sessionLimits({ ...wanted, breakGlass }, settings)
    const limit = secondsAfter(now, owedSteps.length > 0 ? UNFINISHED_SIGN_IN_SECONDS : absolute)
    const token = randomSecret()
    const session: Session = {
      id: newSessionId(),
      kind: wanted.kind,
      subject: wanted.subject,
      method: wanted.method,
      owedSteps,
      breakGlass,
      ...(wanted.roleSessionId !== undefined && { roleSessionId: wanted.roleSessionId }),
      ...(wanted.camUserUin !== undefined && { camUserUin: wanted.camUserUin }),
      ...(wanted.origin.address !== undefined && { address: wanted.origin.address }),
      ...(wanted.origin.userAgent !== undefined && {
        userAgent: wanted.origin.userAgent.slice(0, LONGEST_USER_AGENT),
      }),
      createdAt: now.toISOString(),
      lastSeenAt: now.toISOString(),
      // ISO 8601 UTC times sort as text.
      expiresAt: wanted.notAfter !== undefined && wanted.notAfter < limit ? wanted.notAfter : limit,
    }
    await insertSession(tx, session, hashSecret(token))
    return { session, token }
  }

  async function withRightsLeft(view: SessionView, address: string | undefined): Promise<SessionView> {
    const { rights: held, ...others } = view
    if (held === undefined) return view
    // The subject's id was made in ids.ts as its kind says, and only administrators have rights.
    const uin = view.subject.id as SubUserUin
    const rights = await administratorRights.leftTo({ uin, name: view.name, rights: held }, address)
    return { ...others, ...(rights && { rights }) }
  }

  return {
    open,

    /**
     * The live session of that kind behind a cookie, also one that still owes steps: see `isComplete`. Its rights are
     * those that the policies leave to a request from that address. Notes the use, at most once a minute. Throws
     * `signIn.networkRefused` for a user's session that is used from where users may not sign in: it stays, counts for
     * nothing there, and its time runs on.
     */
    async authenticate(token: string, kind: SessionKind, address?: string): Promise<SessionView | undefined> {
      if (!TOKEN.test(token)) return undefined
      const found = await findSessionByToken(db, hashSecret(token), kind)
      const view = found && (await withRightsLeft(found, address))
      const now = clock.now()
      if (!view) return undefined
      const { settings } = await zones.current()
      if (!isLive(view, sessionLimits(view, settings), now)) return undefined
      if (view.subject.kind === 'user') signInNetworks.requireBy(settings, { address }, view.name)
      if (now.getTime() - Date.parse(view.lastSeenAt) < LAST_SEEN_SECONDS * 1000) return view
      const lastSeenAt = now.toISOString()
      await inTransaction(db, (tx) => touchSession(tx, view.id, lastSeenAt))
      return { ...view, lastSeenAt }
    },

    /**
     * Replaces the session by one with a new id and token that owes these steps: at every raise of privilege, so that a
     * token seen before is worth nothing after. Throws `session.ended` when the session is gone by now.
     */
    async replace(
      tx: Tx,
      session: Session,
      owedSteps: readonly SignInStep[],
      origin: ActorOrigin,
    ): Promise<OpenedSession> {
      if (!(await deleteSession(tx, session.id))) {
        throw new IdentityCenterError('session.ended', 'The session has ended. Sign in again.')
      }
      const opened = await open(tx, {
        kind: session.kind,
        subject: session.subject,
        method: session.method,
        owedSteps,
        breakGlass: session.breakGlass,
        origin,
      })
      await moveCliTokens(tx, session.id, opened.session.id)
      return opened
    },

    /** The portal session of that id while it is on; its use is not noted. For what ends together with it. */
    async findLive(tx: Tx, id: SessionId): Promise<SessionView | undefined> {
      const view = await findPortalSession(tx, id)
      if (!view) return undefined
      const { settings } = await zones.within(tx)
      return isLive(view, sessionLimits(view, settings), clock.now()) ? view : undefined
    },

    /** Logs out. Nothing happens when the session is gone already. */
    async end(actor: Actor, session: SessionView): Promise<void> {
      await inTransaction(db, async (tx) => {
        if (!(await deleteSession(tx, session.id))) return
        await audit.record(tx, actor, {
          action: 'session.end',
          subject: { ...session.subject, name: session.name },
          detail: { sessionId: session.id, kind: session.kind },
        })
      })
    },

    /** What the subject has open, last used first: by the subject itself or an administrator. */
    async listOf(actor: Actor, subject: Subject): Promise<readonly Session[]> {
      if (!isOwn(actor, subject)) requireReadRights(actor)
      const now = clock.now()
      const sessions = await listSessions(db, subject, now.toISOString())
      const { settings } = await zones.current()
      return sessions.filter((session) => isLive(session, sessionLimits(session, settings), now))
    },

    /** Ends one session of the subject. Throws `session.notFound`. */
    async revoke(actor: Actor, subject: Subject, id: SessionId): Promise<void> {
      if (!isOwn(actor, subject)) requireFullRights(actor)
      await inTransaction(db, async (tx) => {
        if (!(await deleteSessionOf(tx, subject, id))) {
          throw new IdentityCenterError('session.notFound', 'This session does not exist or has ended.')
        }
        await audit.record(tx, actor, { action: 'session.revoke', subject, detail: { sessionId: id } })
      })
    },

    /** Ends all sessions of the subject, but for the one given; returns how many ended. */
    async revokeAll(actor: Actor, subject: Subject, except?: SessionId): Promise<number> {
      if (!isOwn(actor, subject)) requireFullRights(actor)
      return inTransaction(db, async (tx) => {
        const ended = await deleteSessionsOf(tx, subject, except)
        await audit.record(tx, actor, { action: 'session.revokeAll', subject, detail: { ended } })
        return ended
      })
    },
  }
}

export type SessionService = ReturnType<typeof createSessionService>
