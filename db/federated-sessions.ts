/** Sessions by the name and session they have at the identity provider, and requests to log out there. */
import type { Federation } from '../server/domain/federation.js'
import type { SessionId, UserId } from '../server/domain/ids.js'
import type { Db, Tx } from './database.js'

export async function insertFederatedSession(
  tx: Tx,
  sessionId: SessionId,
  { nameKey, indexKey, sealedName }: Federation,
): Promise<void> {
  await tx
    .insertInto('federated_sessions')
    .values({
      session_id: sessionId,
      name_key: nameKey,
      index_key: indexKey ?? null,
      sealed_name: sealedName,
    })
    .execute()
}

/** The sealed name under which the session is known at the identity provider, if it came from one that told. */
export async function findSealedName(db: Db | Tx, sessionId: SessionId): Promise<string | undefined> {
  const row = await db
    .selectFrom('federated_sessions')
    .select('sealed_name')
    .where('session_id', '=', sessionId)
    .executeTakeFirst()
  return row?.sealed_name
}

export interface EndedSession {
  readonly id: SessionId
  readonly userId: UserId
}

/**
 * Deletes the tickets of that name, whatever session they are for: somebody who logs out has not just come in. There are
 * few tickets, as they live for two minutes.
 */
export async function deleteFederatedTickets(tx: Tx, nameKey: string): Promise<void> {
  await tx.deleteFrom('sign_in_tickets').where('federation', 'like', `%${nameKey}%`).execute()
}

/**
 * Deletes the sessions of that name: those of the given sessions at the identity provider, or all when none is given.
 * A session that never learned its index ends in either case: better one too many than one left open.
 */
export async function deleteFederatedSessions(
  tx: Tx,
  nameKey: string,
  indexKeys: readonly string[],
): Promise<readonly EndedSession[]> {
  let chosen = tx.selectFrom('federated_sessions').select('session_id').where('name_key', '=', nameKey)
  if (indexKeys.length > 0) {
    chosen = chosen.where((expression) =>
      expression.or([expression('index_key', 'in', [...indexKeys]), expression('index_key', 'is', null)]),
    )
  }
  const rows = await tx
    .deleteFrom('sessions')
    .where('id', 'in', chosen)
    .returning(['id', 'subject_id'])
    .execute()
  // Federated sessions are those of users.
  return rows.map((row) => ({ id: row.id, userId: row.subject_id as UserId }))
}

export interface PendingLogout {
  readonly requestId: string
  readonly sealedName: string
  readonly createdAt: string
  readonly expiresAt: string
}

export async function insertPendingLogout(tx: Tx, pending: PendingLogout): Promise<void> {
  await tx
    .insertInto('pending_logouts')
    .values({
      request_id: pending.requestId,
      sealed_name: pending.sealedName,
      created_at: pending.createdAt,
      expires_at: pending.expiresAt,
    })
    .execute()
}

/** The request, if it still waits for its answer. */
export async function findPendingLogout(
  db: Db | Tx,
  requestId: string,
  now: string,
): Promise<PendingLogout | undefined> {
  const row = await db
    .selectFrom('pending_logouts')
    .selectAll()
    .where('request_id', '=', requestId)
    .where('expires_at', '>', now)
    .executeTakeFirst()
  return (
    row && {
      requestId: row.request_id,
      sealedName: row.sealed_name,
      createdAt: row.created_at,
      expiresAt: row.expires_at,
    }
  )
}

/** Takes the request away. False when it is not there: of two answers to it, one counts. */
export async function takePendingLogout(tx: Tx, requestId: string, now: string): Promise<boolean> {
  const result = await tx
    .deleteFrom('pending_logouts')
    .where('request_id', '=', requestId)
    .where('expires_at', '>', now)
    .executeTakeFirst()
  return result.numDeletedRows === 1n
}
