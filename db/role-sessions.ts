/** Role sessions and their temporary credentials at rest. */
import type { Selectable } from 'kysely'
import type { AccountUin, RoleId } from '../server/domain/ids.js'
import type { RoleSession } from '../server/domain/role-session.js'
import type { Db, Tx } from './database.js'
import type { RoleSessionTable } from './tables.js'

/** A session with what its requests are checked against. */
export interface StoredRoleSession {
  readonly session: RoleSession
  readonly sealedSecretKey: string
  readonly tokenHash: string
}

const toRoleSession = (row: Selectable<RoleSessionTable>): RoleSession => ({
  id: row.id,
  tmpSecretId: row.tmp_secret_id,
  accountUin: row.account_uin,
  roleId: row.role_id,
  roleName: row.role_name,
  roleSessionName: row.role_session_name,
  requesterUin: row.requester_uin,
  sourceIdentity: row.source_identity,
  ...(row.assertion_id !== null && { assertionId: row.assertion_id }),
  ...(row.user_id !== null && { userId: row.user_id }),
  ...(row.session_policy !== null && { sessionPolicy: row.session_policy }),
  ...(row.chain_id !== null && { chainId: row.chain_id }),
  createdAt: row.created_at,
  expiresAt: row.expires_at,
  ...(row.ended_at !== null && { endedAt: row.ended_at }),
})

export async function insertRoleSession(tx: Tx, stored: StoredRoleSession): Promise<void> {
  const { session } = stored
  await tx
    .insertInto('role_sessions')
    .values({
      id: session.id,
      tmp_secret_id: session.tmpSecretId,
      secret_key: stored.sealedSecretKey,
      token_hash: stored.tokenHash,
      account_uin: session.accountUin,
      role_id: session.roleId,
      role_name: session.roleName,
      role_session_name: session.roleSessionName,
      requester_uin: session.requesterUin,
      source_identity: session.sourceIdentity,
      assertion_id: session.assertionId ?? null,
      user_id: session.userId ?? null,
      session_policy: session.sessionPolicy ?? null,
      created_at: session.createdAt,
      expires_at: session.expiresAt,
      ended_at: session.endedAt ?? null,
      chain_id: session.chainId ?? null,
    })
    .execute()
}

export async function findRoleSession(db: Db | Tx, id: string): Promise<RoleSession | undefined> {
  const row = await db.selectFrom('role_sessions').selectAll().where('id', '=', id).executeTakeFirst()
  return row && toRoleSession(row)
}

export async function findRoleSessionByKey(
  db: Db | Tx,
  tmpSecretId: string,
): Promise<StoredRoleSession | undefined> {
  const row = await db
    .selectFrom('role_sessions')
    .selectAll()
    .where('tmp_secret_id', '=', tmpSecretId)
    .executeTakeFirst()
  return row && { session: toRoleSession(row), sealedSecretKey: row.secret_key, tokenHash: row.token_hash }
}

/** The session, and those whose chain of roles began with it. */
const openChain = (tx: Tx, id: string) =>
  tx
    .updateTable('role_sessions')
    .where((expression) => expression.or([expression('id', '=', id), expression('chain_id', '=', id)]))
    .where('ended_at', 'is', null)

/**
 * Ends the session and its credentials now, with all that was taken on through it; nothing happens to what has ended.
 */
export async function endRoleSession(tx: Tx, id: string, now: string): Promise<void> {
  await openChain(tx, id).set({ ended_at: now }).execute()
}

/** Lets the session, and all that was taken on through it, end by that time; nothing happens to what ends before. */
export async function limitRoleSession(tx: Tx, id: string, time: string): Promise<void> {
  await openChain(tx, id).where('expires_at', '>', time).set({ expires_at: time }).execute()
}

/** Ends the sessions of a role that goes, with all that was taken on through them. */
export async function endSessionsOfRole(tx: Tx, roleId: RoleId, now: string): Promise<void> {
  await tx
    .updateTable('role_sessions')
    .set({ ended_at: now })
    .where((expression) =>
      expression.or([
        expression('role_id', '=', roleId),
        expression(
          'chain_id',
          'in',
          expression.selectFrom('role_sessions').select('id').where('role_id', '=', roleId),
        ),
      ]),
    )
    .where('ended_at', 'is', null)
    .execute()
}

/** Forgets the sessions in an account that goes, with all that was taken on through them. */
export async function deleteRoleSessionsIn(tx: Tx, accountUin: AccountUin): Promise<void> {
  await tx
    .deleteFrom('role_sessions')
    .where((expression) =>
      expression.or([
        expression('account_uin', '=', accountUin),
        expression(
          'chain_id',
          'in',
          expression.selectFrom('role_sessions').select('id').where('account_uin', '=', accountUin),
        ),
      ]),
    )
    .execute()
}
