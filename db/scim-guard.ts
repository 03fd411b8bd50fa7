/** The guard's state, what it counts and what it holds. A request costs what it names, however large the zone is. */
import { sql } from 'kysely'
import type { GroupId, UserId } from '../server/domain/ids.js'
import type { Page, PageRequest } from '../server/domain/page.js'
import {
  MAXIMUM_GUARD_ENTRIES,
  type GuardedAction,
  type GuardEntry,
  type GuardState,
  type GuardTrip,
  type GuardWindow,
  type LossCounts,
  type LossKind,
} from '../server/domain/scim-guard.js'
import { boundedCount } from './bounded-count.js'
import { contains, fromFlag, fromJson, toFlag, toJson } from './columns.js'
import { engineOf, type Db, type Tx } from './database.js'
import { textList } from './directory-lists.js'

export async function readGuardState(db: Db | Tx): Promise<GuardState> {
  const row = await db.selectFrom('scim_guard').selectAll().where('id', '=', 1).executeTakeFirstOrThrow()
  return {
    status: row.status,
    since: row.since,
    ...(row.decided_by !== null && { decidedBy: row.decided_by }),
    countedFrom: row.counted_from,
    ...(row.released_until !== null && { releasedUntil: row.released_until }),
    ...(row.release_left !== null && { releaseLeft: row.release_left }),
    ...(row.trip !== null && { trip: fromJson<GuardTrip>(row.trip) }),
    heldRequests: row.held_requests,
    unlisted: fromFlag(row.unlisted),
    ...(row.last_held_at !== null && { lastHeldAt: row.last_held_at }),
  }
}

export async function writeGuardState(tx: Tx, state: GuardState): Promise<void> {
  await tx
    .updateTable('scim_guard')
    .set({
      status: state.status,
      since: state.since,
      decided_by: state.decidedBy ?? null,
      counted_from: state.countedFrom,
      released_until: state.releasedUntil ?? null,
      release_left: state.releaseLeft ?? null,
      trip: state.trip === undefined ? null : toJson(state.trip),
      held_requests: state.heldRequests,
      unlisted: toFlag(state.unlisted),
      last_held_at: state.lastHeldAt ?? null,
    })
    .where('id', '=', 1)
    .execute()
}

/** Those of the ids that have not been counted in the window yet. */
export async function uncountedLosses<Id extends UserId | GroupId>(
  tx: Tx,
  ids: readonly Id[],
  window: GuardWindow,
): Promise<readonly Id[]> {
  if (ids.length === 0) return []
  const rows = await tx
    .selectFrom('scim_guard_losses')
    .select('object_id')
    .where('object_id', 'in', textList<UserId | GroupId>(engineOf(tx), toJson(ids)))
    .where('at', '>=', window.from)
    .execute()
  const counted = new Set<string>(rows.map((row) => row.object_id))
  return ids.filter((id) => !counted.has(id))
}

/** Counts ids that have not been counted in the window yet. */
export async function countLosses(
  tx: Tx,
  kind: LossKind,
  ids: readonly (UserId | GroupId)[],
  window: GuardWindow,
  now: string,
): Promise<void> {
  if (ids.length === 0) return
  const list =
    engineOf(tx) === 'sqlite'
      ? sql`json_each(${toJson(ids)})`
      : sql`jsonb_array_elements_text(cast(${toJson(ids)} as jsonb)) as listed (value)`
  // The condition keeps SQLite from taking the conflict clause for that of a join.
  await sql`
    insert into scim_guard_losses (object_id, at)
    select value, cast(${now} as text) from ${list} where 1 = 1
    on conflict (object_id) do update set at = excluded.at`.execute(tx)
  await tx
    .insertInto('scim_guard_counts')
    .values({ bucket: window.bucket, kind, losses: ids.length })
    .onConflict((conflict) =>
      conflict.columns(['bucket', 'kind']).doUpdateSet((expression) => ({
        losses: expression('scim_guard_counts.losses', '+', ids.length),
      })),
    )
    .execute()
}

/** Losses within the window: a sum over its parts, which are a dozen. */
export async function sumLosses(db: Db | Tx, window: GuardWindow): Promise<LossCounts> {
  const rows = await db
    .selectFrom('scim_guard_counts')
    .select((expression) => ['kind', expression.fn.sum<number>('losses').as('losses')])
    .where('bucket', '>=', window.firstBucket)
    .groupBy('kind')
    .execute()
  const of = (kind: LossKind) => Number(rows.find((row) => row.kind === kind)?.losses ?? 0)
  return { users: of('users'), groups: of('groups') }
}

/** Forgets all counts: what was lost before does not count any more. */
export async function clearLossCounts(tx: Tx): Promise<void> {
  await tx.deleteFrom('scim_guard_counts').execute()
}

/** What is held by one request. */
export interface HeldLosses {
  readonly action: GuardedAction
  readonly users: readonly UserId[]
  readonly group?: { readonly id: GroupId; readonly displayName: string }
}

/** Lists what is held, as far as there is room. Returns whether all of it is listed. */
export async function insertGuardEntries(tx: Tx, held: HeldLosses, now: string): Promise<boolean> {
  const { action, group } = held
  const { listed } = await tx
    .selectFrom('scim_guard_entries')
    .select((expression) => expression.fn.countAll<number>().as('listed'))
    .executeTakeFirstOrThrow()
  const keyOf = (userId: UserId | undefined) => [action, group?.id ?? '', userId ?? ''].join(' ')
  // More than there is room for is neither looked up nor written.
  const users = held.users.slice(0, MAXIMUM_GUARD_ENTRIES)
  const wanted: readonly (UserId | undefined)[] = users.length > 0 ? users : [undefined]
  const repeated = await tx
    .updateTable('scim_guard_entries')
    .set((expression) => ({ requests: expression('requests', '+', 1), last_at: now }))
    .where('entry_key', 'in', textList<string>(engineOf(tx), toJson(wanted.map(keyOf))))
    .returning('entry_key')
    .execute()
  const known = new Set(repeated.map((row) => row.entry_key))
  const fresh = wanted.filter((id) => !known.has(keyOf(id)))
  const entered = fresh.slice(0, MAXIMUM_GUARD_ENTRIES - listed)
  const names = await userNamesOf(
    tx,
    entered.filter((id) => id !== undefined),
  )
  for (const userId of entered) {
    await tx
      .insertInto('scim_guard_entries')
      .values({
        entry_key: keyOf(userId),
        action,
        user_id: userId ?? null,
        user_name: (userId !== undefined && names.get(userId)) || null,
        group_id: group?.id ?? null,
        group_name: group?.displayName ?? null,
        requests: 1,
        first_at: now,
        last_at: now,
      })
      .execute()
  }
  return entered.length === fresh.length && users.length === held.users.length
}

async function userNamesOf(tx: Tx, ids: readonly UserId[]): Promise<ReadonlyMap<UserId, string>> {
  if (ids.length === 0) return new Map()
  const rows = await tx
    .selectFrom('users')
    .select(['id', 'user_name'])
    .where('id', 'in', textList<UserId>(engineOf(tx), toJson(ids)))
    .execute()
  return new Map(rows.map((row) => [row.id, row.user_name]))
}

export async function clearGuardEntries(tx: Tx): Promise<void> {
  await tx.deleteFrom('scim_guard_entries').execute()
}

export interface GuardEntryQuery {
  readonly action?: GuardedAction
  /** A part of the name of the user or the group. */
  readonly search?: string
  readonly page: PageRequest
}

/** By name of the user, then of the group. The list is bounded. */
export async function listGuardEntries(db: Db, query: GuardEntryQuery): Promise<Page<GuardEntry>> {
  let rows = db.selectFrom('scim_guard_entries')
  const { action, search } = query
  if (action !== undefined) rows = rows.where('action', '=', action)
  if (search !== undefined) {
    const text = search.toLowerCase()
    rows = rows.where((expression) =>
      expression.or([
        contains(expression.fn('lower', ['user_name']), text),
        contains(expression.fn('lower', ['group_name']), text),
      ]),
    )
  }
  const found = await rows
    .selectAll()
    .orderBy('user_name')
    .orderBy('group_name')
    .orderBy('entry_key')
    .limit(query.page.limit)
    .offset(query.page.offset)
    .execute()
  return {
    items: found.map((row) => ({
      action: row.action,
      ...(row.user_id !== null && { userId: row.user_id }),
      ...(row.user_name !== null && { userName: row.user_name }),
      ...(row.group_id !== null && { groupId: row.group_id }),
      ...(row.group_name !== null && { groupName: row.group_name }),
      requests: row.requests,
      firstAt: row.first_at,
      lastAt: row.last_at,
    })),
    total: await boundedCount(db, rows.select('entry_key')),
  }
}
