/** Sign-ins of the command line, and its tokens. */
import type { Selectable } from 'kysely'
import type { CliToken } from '../server/domain/cli-sign-in.js'
import type { SessionId, UserId } from '../server/domain/ids.js'
import { boundedCount } from './bounded-count.js'
import { fromFlag, fromJson, toFlag, toJson } from './columns.js'
import type { Db, Tx } from './database.js'
import type { CliTokenTable } from './tables.js'

export interface CliSignInRow {
  readonly stateHash: string
  readonly addresses: readonly string[]
  /** Network of the first that asked, for the share that one may have of all open ones. */
  readonly network: string | undefined
  /** Who has confirmed it, in which session. */
  readonly confirmed?: { readonly userId: UserId; readonly sessionId: SessionId }
  readonly handedOut: boolean
  readonly expiresAt: string
}

/** The sign-in unless it has expired. */
export async function findCliSignIn(
  db: Db | Tx,
  stateHash: string,
  now: string,
): Promise<CliSignInRow | undefined> {
  const row = await db
    .selectFrom('cli_sign_ins')
    .selectAll()
    .where('state_hash', '=', stateHash)
    .where('expires_at', '>', now)
    .executeTakeFirst()
  return (
    row && {
      stateHash: row.state_hash,
      addresses: fromJson<readonly string[]>(row.addresses),
      network: row.network ?? undefined,
      ...(row.user_id !== null &&
        row.session_id !== null && { confirmed: { userId: row.user_id, sessionId: row.session_id } }),
      handedOut: fromFlag(row.handed_out),
      expiresAt: row.expires_at,
    }
  )
}

/** Writes the sign-in as it is now, in place of what was kept under its state. */
export async function putCliSignIn(tx: Tx, signIn: CliSignInRow): Promise<void> {
  const columns = {
    addresses: toJson(signIn.addresses),
    network: signIn.network ?? null,
    user_id: signIn.confirmed?.userId ?? null,
    session_id: signIn.confirmed?.sessionId ?? null,
    handed_out: toFlag(signIn.handedOut),
    expires_at: signIn.expiresAt,
  }
  await tx
    .insertInto('cli_sign_ins')
    .values({ state_hash: signIn.stateHash, ...columns })
    .onConflict((conflict) => conflict.column('state_hash').doUpdateSet(columns))
    .execute()
}

/** How many are open, in all and of one network (neither is counted beyond 10,000). */
export async function countCliSignIns(
  db: Db | Tx,
  network: string | undefined,
  now: string,
): Promise<{ readonly all: number; readonly ofNetwork: number }> {
  const open = db.selectFrom('cli_sign_ins').select('state_hash').where('expires_at', '>', now)
  const own = open.where('network', network === undefined ? 'is' : '=', network ?? null)
  return { all: await boundedCount(db, open), ofNetwork: await boundedCount(db, own) }
}

/** A token with whom it stands for and the session it ends with. */
export interface CliTokenRow extends CliToken {
  readonly userId: UserId
  readonly sessionId: SessionId
}

const toCliToken = (row: Selectable<CliTokenTable>): CliTokenRow => ({
  id: row.id,
  userId: row.user_id,
  sessionId: row.session_id,
  ...(row.address !== null && { address: row.address }),
  ...(row.user_agent !== null && { userAgent: row.user_agent }),
  createdAt: row.created_at,
  ...(row.last_used_at !== null && { lastUsedAt: row.last_used_at }),
  expiresAt: row.expires_at,
})

export async function insertCliToken(tx: Tx, token: CliTokenRow, tokenHash: string): Promise<void> {
  await tx
    .insertInto('cli_tokens')
    .values({
      id: token.id,
      token_hash: tokenHash,
      user_id: token.userId,
      session_id: token.sessionId,
      address: token.address ?? null,
      user_agent: token.userAgent ?? null,
      created_at: token.createdAt,
      last_used_at: null,
      expires_at: token.expiresAt,
    })
    .execute()
}

export async function findCliToken(db: Db | Tx, tokenHash: string): Promise<CliTokenRow | undefined> {
  const row = await db
    .selectFrom('cli_tokens')
    .selectAll()
    .where('token_hash', '=', tokenHash)
    .executeTakeFirst()
  return row && toCliToken(row)
}

export async function touchCliToken(db: Db | Tx, id: string, now: string): Promise<void> {
  await db.updateTable('cli_tokens').set({ last_used_at: now }).where('id', '=', id).execute()
}

/** Those of the user that have not expired, the newest first. */
export async function listCliTokens(
  db: Db | Tx,
  userId: UserId,
  now: string,
): Promise<readonly CliTokenRow[]> {
  const rows = await db
    .selectFrom('cli_tokens')
    .selectAll()
    .where('user_id', '=', userId)
    .where('expires_at', '>', now)
    .orderBy('created_at', 'desc')
    .orderBy('id')
    .execute()
  return rows.map(toCliToken)
}

/** Deletes a token of the user. False when there is none of that id. */
export async function deleteCliToken(tx: Tx, userId: UserId, id: string): Promise<boolean> {
  const result = await tx
    .deleteFrom('cli_tokens')
    .where('id', '=', id)
    .where('user_id', '=', userId)
    .executeTakeFirst()
  return result.numDeletedRows === 1n
}

/** The session has another id from now on. */
export async function moveCliTokens(tx: Tx, from: SessionId, to: SessionId): Promise<void> {
  await tx.updateTable('cli_tokens').set({ session_id: to }).where('session_id', '=', from).execute()
  await tx.updateTable('cli_sign_ins').set({ session_id: to }).where('session_id', '=', from).execute()
}
