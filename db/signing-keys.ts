/** Private keys of the product, sealed before they come here. */
import type { Db, Tx } from './database.js'

export type SigningPurpose = 'serviceProvider' | 'roleSaml'

/** To come (published ahead), in use, and no longer in use but still known to the other side. */
export type SigningKeyState = 'next' | 'current' | 'previous'

export interface SigningKeyRecord {
  readonly id: string
  readonly purpose: SigningPurpose
  readonly sealedPrivateKey: string
  readonly certificate: string
  readonly createdAt: string
  readonly state: SigningKeyState
}

/** All keys of a purpose (at most one of each state), the newest first. */
export async function listSigningKeys(
  db: Db | Tx,
  purpose: SigningPurpose,
): Promise<readonly SigningKeyRecord[]> {
  const rows = await db
    .selectFrom('signing_keys')
    .selectAll()
    .where('purpose', '=', purpose)
    .orderBy('created_at', 'desc')
    .orderBy('id')
    .execute()
  return rows.map((row) => ({
    id: row.id,
    purpose: row.purpose,
    sealedPrivateKey: row.private_key,
    certificate: row.certificate,
    createdAt: row.created_at,
    state: row.state,
  }))
}

export async function insertSigningKey(tx: Tx, key: SigningKeyRecord): Promise<void> {
  await tx
    .insertInto('signing_keys')
    .values({
      id: key.id,
      purpose: key.purpose,
      private_key: key.sealedPrivateKey,
      certificate: key.certificate,
      created_at: key.createdAt,
      state: key.state,
    })
    .execute()
}

export async function setSigningKeyState(tx: Tx, id: string, state: SigningKeyState): Promise<void> {
  await tx.updateTable('signing_keys').set({ state }).where('id', '=', id).execute()
}

export async function deleteSigningKey(tx: Tx, id: string): Promise<void> {
  await tx.deleteFrom('signing_keys').where('id', '=', id).execute()
}
