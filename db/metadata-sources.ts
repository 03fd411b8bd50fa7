/** Where the metadata of the identity provider is published, and what was found there last. */
import type { ZoneId } from '../server/domain/ids.js'
import type { Db, Tx } from './database.js'

export interface MetadataSourceRecord {
  readonly url: string
  /** Whether it is looked at time and again. */
  readonly scheduled: boolean
  readonly checkedAt?: string
  /** Why the last look failed. */
  readonly failure?: string
  /** A document that waits to be applied. */
  readonly proposal?: string
  readonly proposedAt?: string
}

export async function findMetadataSource(
  db: Db | Tx,
  zoneId: ZoneId,
): Promise<MetadataSourceRecord | undefined> {
  const row = await db
    .selectFrom('metadata_sources')
    .selectAll()
    .where('zone_id', '=', zoneId)
    .executeTakeFirst()
  return (
    row && {
      url: row.url,
      scheduled: row.scheduled === 1,
      ...(row.checked_at !== null && { checkedAt: row.checked_at }),
      ...(row.failure !== null && { failure: row.failure }),
      ...(row.proposal !== null && { proposal: row.proposal }),
      ...(row.proposed_at !== null && { proposedAt: row.proposed_at }),
    }
  )
}

/** Writes the whole record, the first or the next. */
export async function putMetadataSource(tx: Tx, zoneId: ZoneId, source: MetadataSourceRecord): Promise<void> {
  const values = {
    url: source.url,
    scheduled: source.scheduled ? (1 as const) : (0 as const),
    checked_at: source.checkedAt ?? null,
    failure: source.failure ?? null,
    proposal: source.proposal ?? null,
    proposed_at: source.proposedAt ?? null,
  }
  await tx
    .insertInto('metadata_sources')
    .values({ zone_id: zoneId, ...values })
    .onConflict((conflict) => conflict.column('zone_id').doUpdateSet(values))
    .execute()
}

export async function deleteMetadataSource(tx: Tx, zoneId: ZoneId): Promise<void> {
  await tx.deleteFrom('metadata_sources').where('zone_id', '=', zoneId).execute()
}
