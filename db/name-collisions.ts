/** Names that the identity provider pushed and a manual user or group holds. */
import type { Selectable } from 'kysely'
import { groupNameKey, type GroupProfile } from '../server/domain/group.js'
import type { CollisionId, GroupId, UserId } from '../server/domain/ids.js'
import type { CollisionStatus, NameCollision, NamePush } from '../server/domain/name-collision.js'
import type { Page, PageRequest } from '../server/domain/page.js'
import { userNameKey, type UserProfile } from '../server/domain/user.js'
import { boundedCount } from './bounded-count.js'
import { contains, fromJson, toJson } from './columns.js'
import { addToCounter, readCounters } from './counters.js'
import type { Db, Tx } from './database.js'
import type { NameCollisionTable } from './tables.js'

export type CollisionKind = NamePush['kind']

const nameKey = (kind: CollisionKind, name: string): string =>
  kind === 'user' ? userNameKey(name) : groupNameKey(name)

function toCollision(row: Selectable<NameCollisionTable>): NameCollision {
  const facts = {
    id: row.id,
    name: row.name,
    status: row.status,
    revision: row.revision,
    pushes: row.pushes,
    credentialId: row.credential_id,
    ...(row.decided_by !== null && { decidedBy: row.decided_by }),
    ...(row.decided_at !== null && { decidedAt: row.decided_at }),
    firstSeenAt: row.first_seen_at,
    lastSeenAt: row.last_seen_at,
  }
  // The id is of the row's own kind.
  return row.kind === 'user'
    ? {
        ...facts,
        kind: 'user',
        pushed: fromJson<UserProfile>(row.pushed),
        ...(row.renamed_id !== null && { renamedId: row.renamed_id as UserId }),
      }
    : {
        ...facts,
        kind: 'group',
        pushed: fromJson<GroupProfile>(row.pushed),
        ...(row.renamed_id !== null && { renamedId: row.renamed_id as GroupId }),
      }
}

export async function findCollision(db: Db | Tx, id: CollisionId): Promise<NameCollision | undefined> {
  const row = await db.selectFrom('name_collisions').selectAll().where('id', '=', id).executeTakeFirst()
  return row && toCollision(row)
}

/** By kind and name, without regard to case. */
export async function findCollisionOf(
  db: Db | Tx,
  kind: CollisionKind,
  name: string,
): Promise<NameCollision | undefined> {
  const row = await db
    .selectFrom('name_collisions')
    .selectAll()
    .where('kind', '=', kind)
    .where('name_key', '=', nameKey(kind, name))
    .executeTakeFirst()
  return row && toCollision(row)
}

/** What a further push and a decision change. */
const changingColumns = (collision: NameCollision) => ({
  name: collision.name,
  status: collision.status,
  pushed: toJson(collision.pushed),
  renamed_id: collision.renamedId ?? null,
  revision: collision.revision,
  pushes: collision.pushes,
  credential_id: collision.credentialId,
  decided_by: collision.decidedBy ?? null,
  decided_at: collision.decidedAt ?? null,
  last_seen_at: collision.lastSeenAt,
})

/** Throws a unique violation of the table when another transaction has just kept the same name. */
export async function insertCollision(tx: Tx, collision: NameCollision): Promise<void> {
  await tx
    .insertInto('name_collisions')
    .values({
      id: collision.id,
      kind: collision.kind,
      name_key: nameKey(collision.kind, collision.name),
      first_seen_at: collision.firstSeenAt,
      ...changingColumns(collision),
    })
    .execute()
  await addToCounter(tx, `collisions.${collision.status}`, 1)
}

/** Writes the collision as it is now; `before` is what the row holds. */
export async function updateCollision(
  tx: Tx,
  collision: NameCollision,
  before: NameCollision,
): Promise<void> {
  await tx
    .updateTable('name_collisions')
    .set(changingColumns(collision))
    .where('id', '=', collision.id)
    .execute()
  if (collision.status === before.status) return
  await addToCounter(tx, `collisions.${before.status}`, -1)
  await addToCounter(tx, `collisions.${collision.status}`, 1)
}

/** Forgets the collision over a name, if there is one. */
export async function deleteCollisionOf(tx: Tx, kind: CollisionKind, name: string): Promise<void> {
  const row = await tx
    .deleteFrom('name_collisions')
    .where('kind', '=', kind)
    .where('name_key', '=', nameKey(kind, name))
    .returning('status')
    .executeTakeFirst()
  if (row) await addToCounter(tx, `collisions.${row.status}`, -1)
}

/** How many there are of each status. */
export async function countCollisions(db: Db | Tx): Promise<Readonly<Record<CollisionStatus, number>>> {
  const counts = await readCounters(db, ['collisions.open', 'collisions.rejected'])
  return { open: counts['collisions.open'], rejected: counts['collisions.rejected'] }
}

export interface CollisionQuery {
  readonly status: CollisionStatus
  readonly kind?: CollisionKind
  /** A part of the name. */
  readonly search?: string
  readonly page: PageRequest
}

/** The last pushed first. The table is bounded, so that looking through all of it is cheap. */
export async function listCollisions(db: Db, query: CollisionQuery): Promise<Page<NameCollision>> {
  let rows = db.selectFrom('name_collisions').where('status', '=', query.status)
  const { kind, search } = query
  if (kind !== undefined) rows = rows.where('kind', '=', kind)
  if (search !== undefined) {
    // Keys are in lower case, whatever the name looks like.
    const text = kind === 'user' ? userNameKey(search) : groupNameKey(search)
    rows = rows.where((expression) => contains(expression.ref('name_key'), text))
  }
  const found = await rows
    .selectAll()
    .orderBy('last_seen_at', 'desc')
    .orderBy('id')
    .limit(query.page.limit)
    .offset(query.page.offset)
    .execute()
  return { items: found.map(toCollision), total: await boundedCount(db, rows.select('id')) }
}
