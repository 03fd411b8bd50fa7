/** Row counts kept by the writers, so that quotas and totals never count a table. */
import type { Db, Tx } from './database.js'
import { firstOf, prepared } from './prepared.js'

export type CounterName =
  | 'users'
  | 'users.manual'
  | 'users.synchronized'
  | 'groups'
  | 'groups.manual'
  | 'groups.synchronized'
  | 'collisions.open'
  | 'collisions.rejected'
  | 'permissionConfigurations'
  | 'deployments'
  /** Rows of the SCIM log that credentials made. */
  | 'scimLog'
  | 'userSyncs'
  | 'camUsers'

const addTo = prepared((db, slots: { name: CounterName; by: number }) =>
  db
    .insertInto('counters')
    .values({ name: slots.name, value: slots.by })
    .onConflict((conflict) =>
      conflict
        .column('name')
        .doUpdateSet((expression) => ({ value: expression('counters.value', '+', slots.by) })),
    )
    .returning('value'),
)

/** Adds `by` (negative to take away) to a counter, making it when it is not there. Returns its new value. */
export async function addToCounter(tx: Tx, name: CounterName, by: number): Promise<number> {
  const row = await firstOf(addTo(tx, { name, by }))
  return row?.value ?? by
}

/** The counters asked for; one that was never written is 0. */
export async function readCounters<Name extends CounterName>(
  db: Db | Tx,
  names: readonly Name[],
): Promise<Record<Name, number>> {
  const rows = await db.selectFrom('counters').selectAll().where('name', 'in', names).execute()
  const values = new Map(rows.map((row) => [row.name, row.value]))
  return Object.fromEntries(names.map((name) => [name, values.get(name) ?? 0])) as Record<Name, number>
}
