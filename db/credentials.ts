/** Bearer credentials of SCIM clients. */
import type { Selectable } from 'kysely'
import type { ScimCredentialId } from '../server/domain/ids.js'
import type { ScimCredential } from '../server/domain/scim-credential.js'
import type { Db, Tx } from './database.js'
import type { ScimCredentialTable } from './tables.js'

const toCredential = (row: Selectable<ScimCredentialTable>): ScimCredential => ({
  id: row.id,
  status: row.status,
  createdAt: row.created_at,
  expiresAt: row.expires_at,
  ...(row.last_used_at !== null && { lastUsedAt: row.last_used_at }),
})

/** All credentials (there are two at most), oldest first. */
export async function listScimCredentials(db: Db | Tx): Promise<readonly ScimCredential[]> {
  const rows = await db
    .selectFrom('scim_credentials')
    .selectAll()
    .orderBy('created_at')
    .orderBy('id')
    .execute()
  return rows.map(toCredential)
}

/** The credentials by the hash of their secret. */
export async function scimCredentialsByHash(db: Db): Promise<ReadonlyMap<string, ScimCredential>> {
  const rows = await db.selectFrom('scim_credentials').selectAll().execute()
  return new Map(rows.map((row) => [row.secret_hash, toCredential(row)]))
}

export async function insertScimCredential(
  tx: Tx,
  credential: ScimCredential,
  secretHash: string,
): Promise<void> {
  await tx
    .insertInto('scim_credentials')
    .values({
      id: credential.id,
      secret_hash: secretHash,
      status: credential.status,
      created_at: credential.createdAt,
      expires_at: credential.expiresAt,
      last_used_at: null,
    })
    .execute()
}

export async function setScimCredentialStatus(
  tx: Tx,
  id: ScimCredentialId,
  status: ScimCredential['status'],
): Promise<void> {
  await tx.updateTable('scim_credentials').set({ status }).where('id', '=', id).execute()
}

export async function touchScimCredential(db: Db, id: ScimCredentialId, now: string): Promise<void> {
  await db.updateTable('scim_credentials').set({ last_used_at: now }).where('id', '=', id).execute()
}

/** Adds requests to those of the minute (ISO 8601) and returns how many that makes; `undefined` without a credential. */
export async function addScimUses(
  db: Db,
  id: ScimCredentialId,
  minute: string,
  requests: number,
): Promise<number | undefined> {
  const row = await db
    .updateTable('scim_credentials')
    .set((expression) => ({
      used_minute: minute,
      used_requests: expression
        .case()
        .when('used_minute', '=', minute)
        .then(expression('used_requests', '+', requests))
        .else(requests)
        .end(),
    }))
    .where('id', '=', id)
    .returning('used_requests')
    .executeTakeFirst()
  return row?.used_requests
}

export async function deleteScimCredential(tx: Tx, id: ScimCredentialId): Promise<void> {
  await tx.deleteFrom('scim_credentials').where('id', '=', id).execute()
}
