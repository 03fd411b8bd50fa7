/** Work that only one process may do at a time. */
import type { Db, Tx } from './database.js'

/**
 * Takes or extends the lease `name` for the holder of `token` until `until`; false when another holds it.
 * In one statement, so that of two takers one wins.
 */
export async function takeLease(
  db: Db | Tx,
  lease: { readonly name: string; readonly token: string; readonly now: string; readonly until: string },
): Promise<boolean> {
  const taken = await db
    .insertInto('leases')
    .values({ name: lease.name, token: lease.token, until: lease.until })
    .onConflict((conflict) =>
      conflict
        .column('name')
        .doUpdateSet({ token: lease.token, until: lease.until })
        .where((expression) =>
          expression.or([
            expression('leases.token', '=', lease.token),
            expression('leases.until', '<=', lease.now),
          ]),
        ),
    )
    .returning('token')
    .executeTakeFirst()
  return taken !== undefined
}

/** Gives the lease back, so that the next holder need not wait for its end. */
export async function dropLease(db: Db | Tx, name: string, token: string): Promise<void> {
  await db.deleteFrom('leases').where('name', '=', name).where('token', '=', token).execute()
}
