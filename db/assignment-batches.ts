/** Batches of assignments: one row each, however many triples, and the lease of whoever works on one. */
import type { Selectable } from 'kysely'
import type { Actor } from '../server/domain/actor.js'
import type { AssignmentBatch, BatchParts, BatchState } from '../server/domain/assignment-batch.js'
import type { Page, PageRequest } from '../server/domain/page.js'
import { toPeriod } from './assignments.js'
import { boundedCount } from './bounded-count.js'
import { fromFlag, fromJson, toFlag, toJson } from './columns.js'
import type { Db, Tx } from './database.js'
import type { AssignmentBatchTable } from './tables.js'
import type { LeaseRequest } from './task-leases.js'

const toBatch = (row: Selectable<AssignmentBatchTable>): AssignmentBatch => ({
  id: row.id,
  state: row.state,
  tending: fromFlag(row.tending),
  parts: fromJson<BatchParts>(row.parts),
  actor: fromJson<Actor>(row.actor),
  period: toPeriod(row),
  total: row.total,
  expanded: row.expanded,
  ...(row.retry_after !== null && { retryAfter: row.retry_after }),
  createdAt: row.created_at,
  updatedAt: row.updated_at,
})

/** False, and nothing is written, when there is a batch of that key already. */
export async function insertBatch(
  tx: Tx,
  batch: AssignmentBatch,
  requestKey: string | undefined,
): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('assignment_batches')
    .values({
      id: batch.id,
      request_key: requestKey ?? null,
      state: batch.state,
      tending: toFlag(batch.tending),
      parts: toJson(batch.parts),
      actor: toJson(batch.actor),
      starts_at: batch.period.startsAt ?? null,
      ends_at: batch.period.endsAt ?? null,
      total: batch.total,
      expanded: batch.expanded,
      retry_after: null,
      lease_token: null,
      lease_until: null,
      tended_at: NEVER,
      created_at: batch.createdAt,
      updated_at: batch.updatedAt,
    })
    .onConflict((conflict) => conflict.column('request_key').doNothing())
    .executeTakeFirst()
  return numInsertedOrUpdatedRows === 1n
}

/** Before every other time: tended first. */
const NEVER = ''

export async function findBatch(db: Db | Tx, id: string): Promise<AssignmentBatch | undefined> {
  const row = await db.selectFrom('assignment_batches').selectAll().where('id', '=', id).executeTakeFirst()
  return row && toBatch(row)
}

/** Id of the batch that was submitted under this key. */
export async function findBatchIdByKey(db: Db | Tx, requestKey: string): Promise<string | undefined> {
  const row = await db
    .selectFrom('assignment_batches')
    .select('id')
    .where('request_key', '=', requestKey)
    .executeTakeFirst()
  return row?.id
}

/** What a list shows: without the parts, of which there may be thousands. */
export type BatchSummary = Omit<AssignmentBatch, 'parts'>

const SUMMARY_COLUMNS = [
  'id',
  'state',
  'tending',
  'actor',
  'starts_at',
  'ends_at',
  'total',
  'expanded',
  'retry_after',
  'created_at',
  'updated_at',
] as const

/** Newest first, ties by id. */
export async function listBatches(db: Db, page: PageRequest): Promise<Page<BatchSummary>> {
  const rows = await db
    .selectFrom('assignment_batches')
    .select(SUMMARY_COLUMNS)
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(page.limit)
    .offset(page.offset)
    .execute()
  const items = rows.map((row): BatchSummary => {
    const { parts: _, ...summary } = toBatch({
      ...row,
      parts: 'null',
      request_key: null,
      lease_token: null,
      lease_until: null,
      tended_at: NEVER,
    })
    return summary
  })
  return { items, total: await boundedCount(db, db.selectFrom('assignment_batches').select('id')) }
}

/** Sets the state when it is one of `from`, and has the batch tended at once. False when it is another. */
export async function changeBatch(
  tx: Tx,
  id: string,
  from: readonly BatchState[],
  change: { readonly state: BatchState; readonly retryAfter?: string },
  now: string,
): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('assignment_batches')
    .set({
      state: change.state,
      ...(change.retryAfter !== undefined && { retry_after: change.retryAfter }),
      tending: 1,
      tended_at: NEVER,
      updated_at: now,
    })
    .where('id', '=', id)
    .where('state', 'in', from)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

/**
 * Batches that nobody tends and that were not tended since `before`. A time that lies ahead was written by a clock that
 * has been moved back, and holds nobody up.
 */
const waiting = (db: Db | Tx, now: string, before: string) =>
  db
    .selectFrom('assignment_batches')
    .select('id')
    .where('tending', '=', 1)
    .where((expression) =>
      expression.or([expression('tended_at', '<=', before), expression('tended_at', '>', now)]),
    )
    .where((expression) =>
      expression.or([expression('lease_until', 'is', null), expression('lease_until', '<=', now)]),
    )
    .orderBy('tended_at')
    .limit(1)

/** Whether a claim would find something: a read, so that an idle worker does not write. */
export async function hasWaitingBatch(db: Db, now: string, before: string): Promise<boolean> {
  return (await waiting(db, now, before).executeTakeFirst()) !== undefined
}

/** Leases the batch that has waited longest and returns its id. */
export async function claimBatch(
  tx: Tx,
  { token, now, until }: LeaseRequest,
  before: string,
): Promise<string | undefined> {
  const first = await waiting(tx, now, before).executeTakeFirst()
  if (!first) return undefined
  await tx
    .updateTable('assignment_batches')
    .set({ lease_token: token, lease_until: until })
    .where('id', '=', first.id)
    .execute()
  return first.id
}

/** The batch, as long as the lease on it is held. */
export async function findHeldBatch(tx: Tx, id: string, token: string): Promise<AssignmentBatch | undefined> {
  const row = await tx
    .selectFrom('assignment_batches')
    .selectAll()
    .where('id', '=', id)
    .where('lease_token', '=', token)
    .executeTakeFirst()
  return row && toBatch(row)
}

/** What was done in this transaction; the lease was found held in it. */
export async function advanceBatch(
  tx: Tx,
  id: string,
  change: {
    readonly expanded?: number
    /** `null`: there is no failed task left to be tried again. */
    readonly retryAfter?: string | null
    readonly tending?: boolean
    readonly leaseUntil: string
  },
): Promise<void> {
  await tx
    .updateTable('assignment_batches')
    .set({
      ...(change.expanded !== undefined && { expanded: change.expanded }),
      ...(change.retryAfter !== undefined && { retry_after: change.retryAfter }),
      ...(change.tending !== undefined && { tending: toFlag(change.tending) }),
      lease_until: change.leaseUntil,
    })
    .where('id', '=', id)
    .execute()
}

/** Gives the batch back, not to be tended again at once. Nothing happens when another has it by now. */
export async function releaseBatch(tx: Tx, id: string, token: string, now: string): Promise<void> {
  await tx
    .updateTable('assignment_batches')
    .set({ lease_token: null, lease_until: null, tended_at: now })
    .where('id', '=', id)
    .where('lease_token', '=', token)
    .execute()
}
