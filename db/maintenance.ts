/** Rows that time has made worthless, removed a few at a time so that no purge holds the writer for long. */
import { sql } from 'kysely'
import type { Db } from './database.js'
import type { Tables } from './tables.js'

/** What may be purged: a table, its key, and the column that tells the age. */
const PURGEABLE = {
  sessions: { key: 'id', column: 'expires_at' },
  passkey_challenges: { key: 'challenge_hash', column: 'expires_at' },
  known_devices: { key: 'device_hash', column: 'expires_at' },
  pending_sign_ins: { key: 'request_id', column: 'expires_at' },
  seen_assertions: { key: 'assertion_key', column: 'expires_at' },
  sign_in_tickets: { key: 'ticket_hash', column: 'expires_at' },
  sign_in_tests: { key: 'request_id', column: 'expires_at' },
  pending_logouts: { key: 'request_id', column: 'expires_at' },
  cli_sign_ins: { key: 'state_hash', column: 'expires_at' },
  cli_tokens: { key: 'id', column: 'expires_at' },
  deployment_plans: { key: 'id', column: 'expires_at' },
  form_submissions: { key: 'token_hash', column: 'expires_at' },
  sign_in_diagnostics: { key: 'reference', column: 'at' },
  sign_in_attempts: { key: 'key', column: 'updated_at' },
  role_sessions: { key: 'id', column: 'expires_at' },
  scim_guard_losses: { key: 'object_id', column: 'at' },
  scim_guard_counts: { key: 'bucket', column: 'bucket' },
} as const satisfies Partial<Record<keyof Tables, { readonly key: string; readonly column: string }>>

export type PurgeableTable = keyof typeof PURGEABLE

/** Removes up to `limit` rows of `table` whose time is before `before`. Returns how many went. */
export async function purge(db: Db, table: PurgeableTable, before: string, limit: number): Promise<number> {
  const { key, column } = PURGEABLE[table]
  const result = await sql`
    delete from ${sql.table(table)} where ${sql.ref(key)} in (
      select ${sql.ref(key)} from ${sql.table(table)} where ${sql.ref(column)} < ${before} limit ${limit}
    ) and ${sql.ref(column)} < ${before}`.execute(db)
  return Number(result.numAffectedRows ?? 0n)
}

/** Removes up to `limit` finished tasks of each kind, and batches, that were made before `before`. Returns how many went. */
export async function purgeTasks(db: Db, before: string, limit: number): Promise<number> {
  let removed = 0
  for (const table of ['tasks', 'user_sync_tasks'] as const) {
    const old = db
      .selectFrom(table)
      .select('id')
      .where('created_at', '<', before)
      .where('status', '!=', 'inProgress')
      .orderBy('created_at')
      .limit(limit)
    const { numDeletedRows } = await db.deleteFrom(table).where('id', 'in', old).executeTakeFirst()
    removed += Number(numDeletedRows)
  }
  const batches = db
    .selectFrom('assignment_batches')
    .select('id')
    .where('created_at', '<', before)
    .where('tending', '=', 0)
    .limit(limit)
  const { numDeletedRows } = await db
    .deleteFrom('assignment_batches')
    .where('id', 'in', batches)
    .executeTakeFirst()
  return removed + Number(numDeletedRows)
}
