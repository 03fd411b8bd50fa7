/** The one zone, its settings, and facts about the database itself. */
import type { ZoneId } from '../server/domain/ids.js'
import type { Db, Tx } from './database.js'
import { firstOf, prepared } from './prepared.js'

export interface ZoneRecord {
  readonly id: ZoneId
  readonly spaceName: string
  readonly scimStatus: 'enabled' | 'disabled'
  readonly loginMethod: 'password' | 'sso'
  readonly revision: number
  readonly createdAt: string
  readonly updatedAt: string
}

const selectZone = prepared((db, _slots: object) => db.selectFrom('zones').selectAll())

/** The zone, or `undefined` before it was opened. One row, read by every request: see `revision`. */
export async function findZone(db: Db | Tx): Promise<ZoneRecord | undefined> {
  const row = await firstOf(selectZone(db, {}))
  return (
    row && {
      id: row.id,
      spaceName: row.space_name,
      scimStatus: row.scim_status,
      loginMethod: row.login_method,
      revision: row.revision,
      createdAt: row.created_at,
      updatedAt: row.updated_at,
    }
  )
}

export async function insertZone(
  tx: Tx,
  zone: { id: ZoneId; spaceName: string; now: string },
): Promise<void> {
  await tx
    .insertInto('zones')
    .values({
      id: zone.id,
      space_name: zone.spaceName,
      scim_status: 'disabled',
      login_method: 'password',
      revision: 1,
      created_at: zone.now,
      updated_at: zone.now,
    })
    .execute()
}

/** Changes the zone and grows its revision. */
export async function updateZone(
  tx: Tx,
  change: Partial<Pick<ZoneRecord, 'spaceName' | 'scimStatus' | 'loginMethod'>>,
  now: string,
): Promise<void> {
  await tx
    .updateTable('zones')
    .set((expression) => ({
      ...(change.spaceName !== undefined && { space_name: change.spaceName }),
      ...(change.scimStatus !== undefined && { scim_status: change.scimStatus }),
      ...(change.loginMethod !== undefined && { login_method: change.loginMethod }),
      revision: expression('revision', '+', 1),
      updated_at: now,
    }))
    .execute()
}

/** Marks that a setting, a credential or the identity provider changed: whatever is cached by revision is read anew. */
export async function bumpRevision(tx: Tx): Promise<void> {
  await tx
    .updateTable('zones')
    .set((expression) => ({ revision: expression('revision', '+', 1) }))
    .execute()
}

/** Settings that were changed from their defaults, as JSON texts by name. */
export async function readSettings(db: Db | Tx): Promise<ReadonlyMap<string, string>> {
  const rows = await db.selectFrom('settings').selectAll().execute()
  return new Map(rows.map((row) => [row.name, row.value]))
}

export async function putSetting(tx: Tx, name: string, value: string): Promise<void> {
  await tx
    .insertInto('settings')
    .values({ name, value })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ value }))
    .execute()
}

export async function findInstanceValue(db: Db | Tx, name: string): Promise<string | undefined> {
  const row = await db
    .selectFrom('instance_values')
    .select('value')
    .where('name', '=', name)
    .executeTakeFirst()
  return row?.value
}

export async function putInstanceValue(tx: Tx, name: string, value: string): Promise<void> {
  await tx
    .insertInto('instance_values')
    .values({ name, value })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ value }))
    .execute()
}
