/** Groups of the zone and their members. A change of members touches the rows of those members and the group's own. */
import { sql, type Insertable, type Selectable } from 'kysely'
import { identityOf, type Actor } from '../server/domain/actor.js'
import type { Criteria } from '../server/domain/criteria.js'
import type { Group, GroupMember } from '../server/domain/group.js'
import { groupNameKey } from '../server/domain/group.js'
import type { GroupId, UserId } from '../server/domain/ids.js'
import type { Page, PageRequest } from '../server/domain/page.js'
import type { DirectoryType, JsonObject } from '../server/domain/user.js'
import { boundedCount } from './bounded-count.js'
import { fromJson, toJson } from './columns.js'
import { readCounters } from './counters.js'
import {
  createCriteriaCompiler,
  type CriteriaCompiler,
  type Field,
  type FieldLookup,
  type TextField,
} from './criteria.js'
import { engineOf, type Db, type Tx } from './database.js'
import { listParts, textList, totalOf, valueAskedFor, type DirectoryQuery } from './directory-lists.js'
import { firstOf, prepared, rowsOf } from './prepared.js'
import type { GroupTable } from './tables.js'

const toGroup = (row: Selectable<GroupTable>): Group => ({
  id: row.id,
  displayName: row.display_name,
  ...(row.description !== null && { description: row.description }),
  ...(row.external_id !== null && { externalId: row.external_id }),
  type: row.type,
  createdBy: row.created_by,
  attributes: row.attributes === '{}' ? {} : fromJson<JsonObject>(row.attributes),
  memberCount: row.member_count,
  version: row.version,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
})

const selectById = prepared((db, slots: { id: GroupId }) =>
  db.selectFrom('groups').selectAll().where('id', '=', slots.id),
)
const selectByName = prepared((db, slots: { key: string }) =>
  db.selectFrom('groups').selectAll().where('display_name_key', '=', slots.key),
)

export async function findGroup(db: Db | Tx, id: GroupId): Promise<Group | undefined> {
  const row = await firstOf(selectById(db, { id }))
  return row && toGroup(row)
}

/** By name, without regard to case. */
export async function findGroupByName(db: Db | Tx, displayName: string): Promise<Group | undefined> {
  const row = await firstOf(selectByName(db, { key: groupNameKey(displayName) }))
  return row && toGroup(row)
}

const profileColumns = (group: Group) => ({
  display_name: group.displayName,
  display_name_key: groupNameKey(group.displayName),
  description: group.description ?? null,
  external_id: group.externalId ?? null,
  type: group.type,
  attributes: toJson(group.attributes),
  member_count: group.memberCount,
  version: group.version,
  updated_at: group.updatedAt,
})

const insertRow = prepared((db, slots: Required<Insertable<GroupTable>>) =>
  db.insertInto('groups').values({
    id: slots.id,
    display_name: slots.display_name,
    display_name_key: slots.display_name_key,
    description: slots.description,
    external_id: slots.external_id,
    type: slots.type,
    created_by: slots.created_by,
    attributes: slots.attributes,
    member_count: slots.member_count,
    version: slots.version,
    created_at: slots.created_at,
    updated_at: slots.updated_at,
  }),
)

/** Throws the unique violation of `display_name_key` when the name is taken. */
export async function insertGroup(tx: Tx, group: Group): Promise<void> {
  await insertRow(tx, {
    id: group.id,
    created_by: group.createdBy,
    created_at: group.createdAt,
    ...profileColumns(group),
  })
}

const updateRow = prepared((db, slots: ReturnType<typeof profileColumns> & { id: GroupId }) =>
  db
    .updateTable('groups')
    .set({
      display_name: slots.display_name,
      display_name_key: slots.display_name_key,
      description: slots.description,
      external_id: slots.external_id,
      type: slots.type,
      attributes: slots.attributes,
      member_count: slots.member_count,
      version: slots.version,
      updated_at: slots.updated_at,
    })
    .where('id', '=', slots.id),
)

/** Writes the group as it is now. Throws the unique violation of `display_name_key`. */
export async function updateGroup(tx: Tx, group: Group): Promise<void> {
  await updateRow(tx, { id: group.id, ...profileColumns(group) })
}

/** Deletes the group's row; memberships and assignments must be gone. */
export async function deleteGroup(tx: Tx, id: GroupId): Promise<void> {
  await tx.deleteFrom('groups').where('id', '=', id).execute()
}

const selectPresent = prepared((db, slots: { groupId: GroupId; userIds: string }) =>
  db
    .selectFrom('memberships')
    .select('user_id')
    .where('group_id', '=', slots.groupId)
    .where('user_id', 'in', textList<UserId>(engineOf(db), slots.userIds)),
)

const selectPresentOfType = prepared(
  (db, slots: { groupId: GroupId; userIds: string; type: DirectoryType }) =>
    db
      .selectFrom('memberships')
      .innerJoin('users', 'users.id', 'memberships.user_id')
      .select('memberships.user_id')
      .where('memberships.group_id', '=', slots.groupId)
      .where('memberships.user_id', 'in', textList<UserId>(engineOf(db), slots.userIds))
      .where('users.type', '=', slots.type),
)

/** Those of the ids that are members, or members of that type. */
export async function findPresentMembers(
  db: Db | Tx,
  groupId: GroupId,
  userIds: readonly string[],
  type?: DirectoryType,
): Promise<ReadonlySet<string>> {
  const slots = { groupId, userIds: toJson(userIds) }
  const rows = await rowsOf(
    type === undefined ? selectPresent(db, slots) : selectPresentOfType(db, { ...slots, type }),
  )
  return new Set(rows.map((row) => row.user_id))
}

/** What is kept of how a membership was made. */
interface NewMemberships {
  readonly groupId: GroupId
  /** JSON array. */
  readonly userIds: string
  readonly joinedAt: string
  readonly byKind: Actor['kind']
  readonly byId: string | null
  readonly byName: string
  readonly requestId: string | null
}

const asText = <T extends string | null>(slot: T) => sql<T>`cast(${slot} as text)`

const insertMembers = prepared((db, slots: NewMemberships) =>
  db
    .insertInto('memberships')
    .columns([
      'group_id',
      'user_id',
      'joined_at',
      'added_by_kind',
      'added_by_id',
      'added_by_name',
      'added_request_id',
    ])
    .expression((expression) =>
      expression
        .selectFrom('users')
        .select([
          asText(slots.groupId).as('group_id'),
          'users.id',
          asText(slots.joinedAt).as('joined_at'),
          asText(slots.byKind).as('added_by_kind'),
          asText(slots.byId).as('added_by_id'),
          asText(slots.byName).as('added_by_name'),
          asText(slots.requestId).as('added_request_id'),
        ])
        .where('users.id', 'in', textList<UserId>(engineOf(db), slots.userIds)),
    ),
)

const countJoined = prepared((db, slots: { userIds: string; now: string }) =>
  db
    .updateTable('users')
    .set((expression) => ({
      group_count: expression('group_count', '+', 1),
      version: expression('version', '+', 1),
      updated_at: slots.now,
    }))
    .where('id', 'in', textList<UserId>(engineOf(db), slots.userIds)),
)

/** Adds users that are not members yet, and keeps who did; the caller writes the group's own row. */
export async function addMemberships(
  tx: Tx,
  groupId: GroupId,
  userIds: readonly string[],
  { by, now }: { readonly by: Actor; readonly now: string },
): Promise<void> {
  const ids = toJson(userIds)
  const { id: byId, name: byName } = identityOf(by)
  const requestId = by.requestId ?? null
  await insertMembers(tx, {
    groupId,
    userIds: ids,
    joinedAt: now,
    byKind: by.kind,
    ...{ byId, byName, requestId },
  })
  await countJoined(tx, { userIds: ids, now })
}

const deleteMembers = prepared((db, slots: { groupId: GroupId; userIds: string }) =>
  db
    .deleteFrom('memberships')
    .where('group_id', '=', slots.groupId)
    .where('user_id', 'in', textList<UserId>(engineOf(db), slots.userIds)),
)

const countLeft = prepared((db, slots: { userIds: string; now: string }) =>
  db
    .updateTable('users')
    .set((expression) => ({
      group_count: expression('group_count', '-', 1),
      version: expression('version', '+', 1),
      updated_at: slots.now,
    }))
    .where('id', 'in', textList<UserId>(engineOf(db), slots.userIds)),
)

/** Takes out users that are members; the caller writes the group's own row. */
export async function removeMemberships(
  tx: Tx,
  groupId: GroupId,
  userIds: readonly string[],
  now: string,
): Promise<void> {
  const ids = toJson(userIds)
  await deleteMembers(tx, { groupId, userIds: ids })
  await countLeft(tx, { userIds: ids, now })
}

/** Ids of all members, or of those of one type: what replacing a whole membership compares with. */
export async function findMemberIds(
  tx: Tx,
  groupId: GroupId,
  type?: DirectoryType,
): Promise<readonly UserId[]> {
  const members = tx.selectFrom('memberships').select('user_id').where('group_id', '=', groupId)
  const rows = await (
    type === undefined
      ? members
      : members.innerJoin('users', 'users.id', 'memberships.user_id').where('users.type', '=', type)
  ).execute()
  return rows.map((row) => row.user_id)
}

const selectMembers = prepared(
  (db, slots: { groupId: GroupId; joinedAt: string; userId: string; limit: number }) =>
    db
      .selectFrom('memberships')
      .innerJoin('users', 'users.id', 'memberships.user_id')
      .select(['memberships.user_id', 'users.user_name', 'users.display_name', 'memberships.joined_at'])
      .where('memberships.group_id', '=', slots.groupId)
      .where(
        sql<boolean>`(memberships.joined_at, memberships.user_id) > (${slots.joinedAt}, ${slots.userId})`,
      )
      .where('users.type', '=', 'synchronized')
      .orderBy('memberships.joined_at')
      .orderBy('memberships.user_id')
      .limit(slots.limit),
)

const toMember = (row: {
  user_id: UserId
  user_name: string
  display_name: string | null
  joined_at: string
}): GroupMember => ({
  userId: row.user_id,
  userName: row.user_name,
  ...(row.display_name !== null && { displayName: row.display_name }),
  joinedAt: row.joined_at,
})

/** Imported members in the order of joining, at most `limit`, behind `after`: each page of a long list costs the same. */
export async function importedMembersAfter(
  db: Db,
  groupId: GroupId,
  after: Pick<GroupMember, 'joinedAt' | 'userId'> | undefined,
  limit: number,
): Promise<readonly GroupMember[]> {
  const { joinedAt = '', userId = '' } = after ?? {}
  const rows = await rowsOf(selectMembers(db, { groupId, joinedAt, userId, limit }))
  return rows.map(toMember)
}

/** A part of the members, by name. */
export async function listGroupMembers(
  db: Db,
  groupId: GroupId,
  page: Pick<PageRequest, 'offset' | 'limit'>,
): Promise<readonly GroupMember[]> {
  return pageOfMembers(membersOf(db, groupId), page)
}

/** A part of the members of one type, by name, with their number. */
export async function listGroupMembersOf(
  db: Db,
  groupId: GroupId,
  type: DirectoryType,
  page: Pick<PageRequest, 'offset' | 'limit'>,
): Promise<Page<GroupMember>> {
  const members = membersOf(db, groupId).where('users.type', '=', type)
  const items = await pageOfMembers(members, page)
  return { items, total: await boundedCount(db, members.select('memberships.user_id')) }
}

const membersOf = (db: Db, groupId: GroupId) =>
  db
    .selectFrom('memberships')
    .innerJoin('users', 'users.id', 'memberships.user_id')
    .where('memberships.group_id', '=', groupId)

async function pageOfMembers(
  members: ReturnType<typeof membersOf>,
  page: Pick<PageRequest, 'offset' | 'limit'>,
): Promise<readonly GroupMember[]> {
  const rows = await members
    .select(['memberships.user_id', 'users.user_name', 'users.display_name', 'memberships.joined_at'])
    .orderBy('users.user_name_key')
    .limit(page.limit)
    .offset(page.offset)
    .execute()
  return rows.map(toMember)
}

/** Fields of a member inside `members[…]`. */
const memberFields = (name: string): TextField => {
  if (name === 'value') return { kind: 'text', of: sql.ref('memberships.user_id'), exact: true }
  if (name === 'display') {
    return { kind: 'text', of: sql`coalesce(users.display_name, users.user_name)`, exact: false }
  }
  return { kind: 'text', of: sql`'User'`, exact: false }
}

/** Ids of the imported members that meet criteria over `value`, `display` and `type`. */
export async function findImportedMembersBy(
  db: Db,
  groupId: GroupId,
  criteria: Criteria,
): Promise<readonly UserId[]> {
  const compiler = createCriteriaCompiler(engineOf(db))
  const rows = await db
    .selectFrom('memberships')
    .innerJoin('users', 'users.id', 'memberships.user_id')
    .select('memberships.user_id')
    .where('memberships.group_id', '=', groupId)
    .where('users.type', '=', 'synchronized')
    .where(compiler.condition(criteria, memberFields))
    .execute()
  return rows.map((row) => row.user_id)
}

/** Where the attributes of a group are stored. */
const groupFields =
  (compiler: CriteriaCompiler, type: DirectoryType | undefined): FieldLookup =>
  (name): Field => {
    switch (name) {
      case 'id':
        return { kind: 'text', of: sql.ref('groups.id'), exact: true }
      case 'externalId':
        return { kind: 'text', of: sql.ref('groups.external_id'), exact: true }
      case 'displayName':
        return { kind: 'key', of: sql.ref('groups.display_name_key'), fold: groupNameKey }
      case 'description':
        return { kind: 'text', of: sql.ref('groups.description'), exact: false }
      case 'type':
        return { kind: 'text', of: sql.ref('groups.type'), exact: true }
      case 'createdAt':
      case 'meta.created':
        return { kind: 'text', of: sql.ref('groups.created_at'), exact: true }
      case 'updatedAt':
      case 'meta.lastModified':
        return { kind: 'text', of: sql.ref('groups.updated_at'), exact: true }
      case 'meta.resourceType':
        return { kind: 'text', of: sql`'Group'`, exact: true }
      case 'meta.version':
        return { kind: 'text', of: sql`('W/"' || groups.version || '"')`, exact: true }
      case 'members':
        return membersField(compiler, type)
      default:
        throw new Error(`groups have no field ${name}`)
    }
  }

/** Who is limited to groups of one type knows users of that type only. */
function membersField(compiler: CriteriaCompiler, type: DirectoryType | undefined): Field {
  const known = type === undefined ? sql`` : sql` and users.type = ${type}`
  return {
    kind: 'values',
    some: (where) => sql`groups.id in (
      select memberships.group_id from memberships inner join users on users.id = memberships.user_id
      where ${compiler.condition(where, memberFields)}${known}
    )`,
    any: sql`groups.member_count > 0`,
    first: (sub) => sql`(
      select ${memberFields(sub).of} from memberships inner join users on users.id = memberships.user_id
      where memberships.group_id = groups.id order by memberships.joined_at, memberships.user_id limit 1
    )`,
  }
}

/** Groups that match, in the order asked for. */
export async function listGroups(db: Db, query: DirectoryQuery, page: PageRequest): Promise<Page<Group>> {
  const named = valueAskedFor(query.criteria, 'displayName')
  if (named !== undefined) {
    const group = await findGroupByName(db, named)
    const matches = group && (query.type === undefined || group.type === query.type) ? [group] : []
    return {
      items: page.after ? [] : matches.slice(page.offset, page.offset + page.limit),
      total: matches.length,
    }
  }
  const { where, orderBy, offset } = listParts(db, 'groups', groupFields, query, page)
  const matching = db.selectFrom('groups').where(where)
  const rows =
    page.limit > 0
      ? await matching.selectAll().orderBy(orderBy).limit(page.limit).offset(offset).execute()
      : []
  const total = await totalOf(rows.length, page, async () => {
    if (!query.criteria) {
      const counter = query.type ? (`groups.${query.type}` as const) : 'groups'
      return (await readCounters(db, [counter]))[counter]
    }
    const counted = await matching
      .select((expression) => expression.fn.countAll<number>().as('total'))
      .executeTakeFirstOrThrow()
    return counted.total
  })
  return { items: rows.map(toGroup), total }
}
