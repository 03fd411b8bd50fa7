/** Sessions at rest, and the end of everything a person has open. */
import type { Selectable } from 'kysely'
import type { Federation } from '../server/domain/federation.js'
import type { SessionId, UserId } from '../server/domain/ids.js'
import type {
  Session,
  SessionKind,
  SessionView,
  SignInMethod,
  SignInStep,
  Subject,
} from '../server/domain/session.js'
import { findAdministrator } from './administrators.js'
import { breakGlassIsOpenTo } from './break-glass.js'
import { findConsoleUser } from './cam-account-users.js'
import { fromFlag, fromJson, toFlag, toJson } from './columns.js'
import type { Db, Tx } from './database.js'
import type { SessionTable, SignInTicketTable } from './tables.js'

const toSession = (row: Selectable<SessionTable>): Session => ({
  id: row.id,
  kind: row.kind,
  subject: { kind: row.subject_kind, id: row.subject_id },
  method: row.method,
  owedSteps: fromJson<readonly SignInStep[]>(row.owed_steps),
  breakGlass: fromFlag(row.break_glass),
  ...(row.role_session_id !== null && { roleSessionId: row.role_session_id }),
  ...(row.cam_user_uin !== null && { camUserUin: row.cam_user_uin }),
  ...(row.address !== null && { address: row.address }),
  ...(row.user_agent !== null && { userAgent: row.user_agent }),
  createdAt: row.created_at,
  lastSeenAt: row.last_seen_at,
  expiresAt: row.expires_at,
})

export async function insertSession(tx: Tx, session: Session, tokenHash: string): Promise<void> {
  await tx
    .insertInto('sessions')
    .values({
      id: session.id,
      token_hash: tokenHash,
      kind: session.kind,
      subject_kind: session.subject.kind,
      subject_id: session.subject.id,
      method: session.method,
      owed_steps: toJson(session.owedSteps),
      break_glass: toFlag(session.breakGlass),
      enrolment_secret: null,
      role_session_id: session.roleSessionId ?? null,
      cam_user_uin: session.camUserUin ?? null,
      address: session.address ?? null,
      user_agent: session.userAgent ?? null,
      created_at: session.createdAt,
      last_seen_at: session.lastSeenAt,
      expires_at: session.expiresAt,
    })
    .execute()
}

/**
 * The session of that kind behind a token, with its owner, as long as the owner may still have it: an enabled user whose
 * way of signing in is the zone's, an enabled administrator, a role session that has not ended, a CAM user
 * that is there and, where it signed in itself, has a password. Says nothing about its time limits.
 */
export async function findSessionByToken(
  db: Db | Tx,
  tokenHash: string,
  kind: SessionKind,
): Promise<SessionView | undefined> {
  const row = await db
    .selectFrom('sessions')
    .selectAll()
    .where('token_hash', '=', tokenHash)
    .where('kind', '=', kind)
    .executeTakeFirst()
  return row && withOwner(db, toSession(row))
}

/** The portal session of that id, as `findSessionByToken` finds it. */
export async function findPortalSession(db: Db | Tx, id: SessionId): Promise<SessionView | undefined> {
  const row = await db
    .selectFrom('sessions')
    .selectAll()
    .where('id', '=', id)
    .where('kind', '=', 'portal')
    .executeTakeFirst()
  return row && withOwner(db, toSession(row))
}

/** With its owner, if he may still have it. */
async function withOwner(db: Db | Tx, session: Session): Promise<SessionView | undefined> {
  const owner =
    session.subject.kind === 'user' ? await findUserOf(db, session) : await findAdministratorOf(db, session)
  return owner && { ...session, ...owner }
}

type Owner = Pick<SessionView, 'name' | 'displayName' | 'rights'>

async function findUserOf(db: Db | Tx, session: Session): Promise<Owner | undefined> {
  // Made in ids.ts when the session was: the column holds ids of that kind only.
  const userId = session.subject.id as UserId
  let query = db
    .selectFrom('users')
    .select(['users.user_name', 'users.display_name'])
    .where('users.id', '=', userId)
    .where('users.active', '=', 1)
    .where('users.blocked', '=', 0)
  const { camUserUin } = session
  if (camUserUin !== undefined) {
    query = query.where((expression) =>
      expression.exists(
        expression
          .selectFrom('cam_users')
          .select('cam_users.uin')
          .where('cam_users.uin', '=', camUserUin)
          .where('cam_users.synchronized_from', '=', userId)
          .where('cam_users.status', '=', 'enabled'),
      ),
    )
  } else if (session.method === 'role') {
    query = query.where((expression) =>
      expression.exists(
        expression
          .selectFrom('role_sessions')
          .select('role_sessions.id')
          .where('role_sessions.id', '=', session.roleSessionId ?? '')
          .where('role_sessions.ended_at', 'is', null),
      ),
    )
  } else if (!(session.breakGlass && (await breakGlassIsOpenTo(db, userId)))) {
    const { method } = session
    query = query.where((expression) =>
      expression.exists(
        expression.selectFrom('zones').select('zones.id').where('zones.login_method', '=', method),
      ),
    )
  }
  const row = await query.executeTakeFirst()
  return row && { name: row.user_name, ...(row.display_name !== null && { displayName: row.display_name }) }
}

async function findAdministratorOf(db: Db | Tx, session: Session): Promise<Owner | undefined> {
  // In an account nobody is an administrator: the session carries no rights.
  if (session.kind === 'account') {
    const camUser = await findConsoleUser(db, session.subject.id)
    return camUser && { name: camUser.name }
  }
  const administrator = await findAdministrator(db, session.subject.id)
  return administrator?.status === 'enabled'
    ? { name: administrator.name, rights: administrator.rights }
    : undefined
}

export async function touchSession(tx: Tx, id: SessionId, now: string): Promise<void> {
  await tx.updateTable('sessions').set({ last_seen_at: now }).where('id', '=', id).execute()
}

/** The sealed key that the session's browser is to enrol, if one was made for it. */
export async function findEnrolmentSecret(db: Db | Tx, id: SessionId): Promise<string | undefined> {
  const row = await db
    .selectFrom('sessions')
    .select('enrolment_secret')
    .where('id', '=', id)
    .executeTakeFirst()
  return row?.enrolment_secret ?? undefined
}

/** Keeps the key for the session unless it has one; a session that ended keeps nothing. */
export async function addEnrolmentSecret(tx: Tx, id: SessionId, sealedSecret: string): Promise<void> {
  await tx
    .updateTable('sessions')
    .set({ enrolment_secret: sealedSecret })
    .where('id', '=', id)
    .where('enrolment_secret', 'is', null)
    .execute()
}

/** Sessions of the subject that count (no steps owed) and have not expired, the last used first. */
export async function listSessions(db: Db | Tx, subject: Subject, now: string): Promise<readonly Session[]> {
  const rows = await db
    .selectFrom('sessions')
    .selectAll()
    .where('subject_kind', '=', subject.kind)
    .where('subject_id', '=', subject.id)
    .where('expires_at', '>', now)
    .where('owed_steps', '=', '[]')
    .orderBy('last_seen_at', 'desc')
    .orderBy('id')
    .execute()
  return rows.map(toSession)
}

/** Deletes one session. False when it is gone already: of two who consume it, one wins. */
export async function deleteSession(tx: Tx, id: SessionId): Promise<boolean> {
  const result = await tx.deleteFrom('sessions').where('id', '=', id).executeTakeFirst()
  return result.numDeletedRows === 1n
}

/** Deletes a session of the subject. False when it has none of that id. */
export async function deleteSessionOf(tx: Tx, subject: Subject, id: SessionId): Promise<boolean> {
  const result = await tx
    .deleteFrom('sessions')
    .where('id', '=', id)
    .where('subject_kind', '=', subject.kind)
    .where('subject_id', '=', subject.id)
    .executeTakeFirst()
  return result.numDeletedRows === 1n
}

/** Deletes the sessions of the subject, all but one if told so; returns how many. */
export async function deleteSessionsOf(tx: Tx, subject: Subject, except?: SessionId): Promise<number> {
  let query = tx
    .deleteFrom('sessions')
    .where('subject_kind', '=', subject.kind)
    .where('subject_id', '=', subject.id)
  if (except !== undefined) query = query.where('id', '!=', except)
  const result = await query.executeTakeFirst()
  return Number(result.numDeletedRows)
}

/** Ends the portal sessions that came about by that method: part of switching the login method. */
export async function endSessionsByMethod(tx: Tx, method: Exclude<SignInMethod, 'role'>): Promise<void> {
  await tx.deleteFrom('sessions').where('kind', '=', 'portal').where('method', '=', method).execute()
  if (method === 'sso') await tx.deleteFrom('sign_in_tickets').execute()
}

/**
 * Ends the user's portal sessions and role sessions (with their temporary credentials) at once: part of the
 * transaction that disables, blocks or deletes the user.
 */
export async function endUserAccess(tx: Tx, userId: UserId, now: string): Promise<void> {
  await tx.deleteFrom('sign_in_tickets').where('user_id', '=', userId).execute()
  await deleteSessionsOf(tx, { kind: 'user', id: userId })
  await tx
    .updateTable('role_sessions')
    .set({ ended_at: now })
    .where('user_id', '=', userId)
    .where('ended_at', 'is', null)
    .execute()
}

/** One-time proof of a federated sign-in, to be traded for a session. */
export interface SignInTicket {
  readonly browserHash: string
  readonly userId: UserId
  readonly relayState?: string
  readonly sessionNotAfter?: string
  readonly federation?: Federation
  readonly expiresAt: string
}

export async function insertSignInTicket(tx: Tx, ticketHash: string, ticket: SignInTicket): Promise<void> {
  await tx
    .insertInto('sign_in_tickets')
    .values({
      ticket_hash: ticketHash,
      browser_hash: ticket.browserHash,
      user_id: ticket.userId,
      relay_state: ticket.relayState ?? null,
      session_not_after: ticket.sessionNotAfter ?? null,
      federation: ticket.federation ? toJson(ticket.federation) : null,
      expires_at: ticket.expiresAt,
    })
    .execute()
}

const toSignInTicket = (row: Selectable<SignInTicketTable>): SignInTicket => ({
  browserHash: row.browser_hash,
  userId: row.user_id,
  ...(row.relay_state !== null && { relayState: row.relay_state }),
  ...(row.session_not_after !== null && { sessionNotAfter: row.session_not_after }),
  ...(row.federation !== null && { federation: fromJson<Federation>(row.federation) }),
  expiresAt: row.expires_at,
})

/** The ticket without using it up. */
export async function findSignInTicket(db: Db | Tx, ticketHash: string): Promise<SignInTicket | undefined> {
  const row = await db
    .selectFrom('sign_in_tickets')
    .selectAll()
    .where('ticket_hash', '=', ticketHash)
    .executeTakeFirst()
  return row && toSignInTicket(row)
}

/** Takes the ticket away and returns it: of two who present it, one gets it. */
export async function takeSignInTicket(tx: Tx, ticketHash: string): Promise<SignInTicket | undefined> {
  const row = await tx
    .deleteFrom('sign_in_tickets')
    .where('ticket_hash', '=', ticketHash)
    .returningAll()
    .executeTakeFirst()
  return row && toSignInTicket(row)
}
