/** Users of the zone. */
import { sql, type Insertable, type Selectable } from 'kysely'
import { fieldPath, type Criteria } from '../server/domain/criteria.js'
import type { JoinedGroup } from '../server/domain/group.js'
import type { GroupId, UserId } from '../server/domain/ids.js'
import type { Page, PageRequest } from '../server/domain/page.js'
import {
  userNameKey,
  type DirectoryType,
  type EmailAddress,
  type JsonObject,
  type User,
} from '../server/domain/user.js'
import { fromFlag, fromJson, toFlag, toJson } from './columns.js'
import { readCounters } from './counters.js'
import type { CriteriaCompiler, Field, FieldLookup, TextField } from './criteria.js'
import { engineOf, type Db, type Tx } from './database.js'
import { listParts, textList, totalOf, valueAskedFor, type DirectoryQuery } from './directory-lists.js'
import { firstOf, prepared, rowsOf } from './prepared.js'
import type { UserTable } from './tables.js'

type UserRow = Selectable<UserTable>

const NO_EMAILS: readonly EmailAddress[] = []
const NO_ATTRIBUTES: JsonObject = {}

/** Assigned one by one, not spread: this runs for each user of each list. */
function toUser(row: UserRow): User {
  const user: Writable<User> = {
    id: row.id,
    userName: row.user_name,
    type: row.type,
    createdBy: row.created_by,
    active: fromFlag(row.active),
    blocked: fromFlag(row.blocked),
    emails: row.emails === '[]' ? NO_EMAILS : fromJson<readonly EmailAddress[]>(row.emails),
    attributes: row.attributes === '{}' ? NO_ATTRIBUTES : fromJson<JsonObject>(row.attributes),
    groupCount: row.group_count,
    version: row.version,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
  if (row.display_name !== null) user.displayName = row.display_name
  if (row.given_name !== null) user.givenName = row.given_name
  if (row.family_name !== null) user.familyName = row.family_name
  if (row.description !== null) user.description = row.description
  if (row.external_id !== null) user.externalId = row.external_id
  return user
}

type Writable<T> = { -readonly [Name in keyof T]: T[Name] }

const profileColumns = (user: User) => ({
  user_name: user.userName,
  user_name_key: userNameKey(user.userName),
  display_name: user.displayName ?? null,
  given_name: user.givenName ?? null,
  family_name: user.familyName ?? null,
  description: user.description ?? null,
  external_id: user.externalId ?? null,
  type: user.type,
  active: toFlag(user.active),
  blocked: toFlag(user.blocked),
  emails: toJson(user.emails),
  attributes: toJson(user.attributes),
  version: user.version,
  updated_at: user.updatedAt,
})

const selectById = prepared((db, slots: { id: UserId }) =>
  db.selectFrom('users').selectAll().where('id', '=', slots.id),
)
const selectByName = prepared((db, slots: { key: string }) =>
  db.selectFrom('users').selectAll().where('user_name_key', '=', slots.key),
)

export async function findUser(db: Db | Tx, id: UserId): Promise<User | undefined> {
  const row = await firstOf(selectById(db, { id }))
  return row && toUser(row)
}

/** By name, without regard to case. */
export async function findUserByName(db: Db | Tx, userName: string): Promise<User | undefined> {
  const row = await firstOf(selectByName(db, { key: userNameKey(userName) }))
  return row && toUser(row)
}

const insertRow = prepared((db, slots: Required<Insertable<UserTable>>) =>
  db.insertInto('users').values({
    id: slots.id,
    user_name: slots.user_name,
    user_name_key: slots.user_name_key,
    display_name: slots.display_name,
    given_name: slots.given_name,
    family_name: slots.family_name,
    description: slots.description,
    external_id: slots.external_id,
    type: slots.type,
    created_by: slots.created_by,
    active: slots.active,
    blocked: slots.blocked,
    emails: slots.emails,
    attributes: slots.attributes,
    group_count: slots.group_count,
    version: slots.version,
    created_at: slots.created_at,
    updated_at: slots.updated_at,
  }),
)

/** Throws the unique violation of `user_name_key` when the name is taken. */
export async function insertUser(tx: Tx, user: User): Promise<void> {
  await insertRow(tx, {
    id: user.id,
    created_by: user.createdBy,
    group_count: user.groupCount,
    created_at: user.createdAt,
    ...profileColumns(user),
  })
  await insertEmails(tx, user)
}

const updateRow = prepared((db, slots: ReturnType<typeof profileColumns> & { id: UserId }) =>
  db
    .updateTable('users')
    .set({
      display_name: slots.display_name,
      given_name: slots.given_name,
      family_name: slots.family_name,
      description: slots.description,
      active: slots.active,
      blocked: slots.blocked,
      emails: slots.emails,
      attributes: slots.attributes,
      version: slots.version,
      updated_at: slots.updated_at,
    })
    .where('id', '=', slots.id),
)

/** Columns that are indexed: SQLite writes their indexes anew whenever they are named, also with the value they have. */
const updateKeys = prepared((db, slots: ReturnType<typeof profileColumns> & { id: UserId }) =>
  db
    .updateTable('users')
    .set({
      user_name: slots.user_name,
      user_name_key: slots.user_name_key,
      external_id: slots.external_id,
      type: slots.type,
    })
    .where('id', '=', slots.id),
)

const deleteEmails = prepared((db, slots: { id: UserId }) =>
  db.deleteFrom('user_emails').where('user_id', '=', slots.id),
)

/** Writes the user as it is now; `before` is what the row holds. Throws the unique violation of `user_name_key`. */
export async function updateUser(tx: Tx, user: User, before: User): Promise<void> {
  const columns = { id: user.id, ...profileColumns(user) }
  if (
    user.userName !== before.userName ||
    user.externalId !== before.externalId ||
    user.type !== before.type
  ) {
    await updateKeys(tx, columns)
  }
  await updateRow(tx, columns)
  if (toJson(user.emails) === toJson(before.emails)) return
  await deleteEmails(tx, { id: user.id })
  await insertEmails(tx, user)
}

const insertEmail = prepared((db, slots: { user_id: UserId; position: number; value_key: string }) =>
  db
    .insertInto('user_emails')
    .values({ user_id: slots.user_id, position: slots.position, value_key: slots.value_key }),
)

async function insertEmails(tx: Tx, user: User): Promise<void> {
  for (const [position, email] of user.emails.entries()) {
    await insertEmail(tx, { user_id: user.id, position, value_key: emailKey(email.value) })
  }
}

/** Addresses are compared without regard to case. */
const emailKey = (address: string): string => address.toLowerCase()

/** Deletes the user's row and addresses; memberships and assignments must be gone. */
export async function deleteUser(tx: Tx, id: UserId): Promise<void> {
  await tx.deleteFrom('users').where('id', '=', id).execute()
}

/** A manual user other than `except` who has one of the addresses. */
export async function findManualUserByEmail(
  tx: Tx,
  addresses: readonly string[],
  except: UserId,
): Promise<Pick<User, 'id' | 'userName'> | undefined> {
  if (addresses.length === 0) return undefined
  const row = await tx
    .selectFrom('user_emails')
    .innerJoin('users', 'users.id', 'user_emails.user_id')
    .select(['users.id', 'users.user_name'])
    .where('user_emails.value_key', 'in', addresses.map(emailKey))
    .where('users.type', '=', 'manual')
    .where('users.id', '!=', except)
    .limit(1)
    .executeTakeFirst()
  return row && { id: row.id, userName: row.user_name }
}

/** What joining a group needs to know of users. */
export type JoiningUser = Pick<User, 'id' | 'userName' | 'type' | 'groupCount'>

const selectJoining = prepared((db, slots: { ids: string }) =>
  db
    .selectFrom('users')
    .select(['id', 'user_name', 'type', 'group_count'])
    .where('id', 'in', textList<UserId>(engineOf(db), slots.ids)),
)

/** Those of the ids that name users. */
export async function findJoiningUsers(
  tx: Tx,
  ids: readonly string[],
): Promise<ReadonlyMap<string, JoiningUser>> {
  const rows = await rowsOf(selectJoining(tx, { ids: toJson(ids) }))
  return new Map(
    rows.map((row) => [
      row.id,
      { id: row.id, userName: row.user_name, type: row.type, groupCount: row.group_count },
    ]),
  )
}

/** Where the attributes of a user are stored; everything without a column is in the JSON of `attributes`. */
const userFields =
  (compiler: CriteriaCompiler, type: DirectoryType | undefined): FieldLookup =>
  (name): Field => {
    const column = (of: string, exact = false): Field => ({ kind: 'text', of: sql.ref(`users.${of}`), exact })
    const attributes = compiler.document('users.attributes')
    switch (name) {
      case 'id':
        return column('id', true)
      case 'externalId':
        return column('external_id', true)
      case 'userName':
        return { kind: 'key', of: sql.ref('users.user_name_key'), fold: userNameKey }
      case 'displayName':
        return column('display_name')
      case 'name.givenName':
        return column('given_name')
      case 'name.familyName':
        return column('family_name')
      case 'name':
        return {
          kind: 'text',
          of: sql`case when users.given_name is null and users.family_name is null
            then ${compiler.extract(attributes, ['name'])} else 'name' end`,
          exact: true,
        }
      case 'description':
        return column('description')
      case 'type':
        return column('type', true)
      case 'active':
        return { kind: 'flag', of: sql.ref('users.active') }
      case 'blocked':
        return { kind: 'flag', of: sql.ref('users.blocked') }
      case 'createdAt':
      case 'meta.created':
        return column('created_at', true)
      case 'updatedAt':
      case 'meta.lastModified':
        return column('updated_at', true)
      case 'meta.resourceType':
        return { kind: 'text', of: sql`'User'`, exact: true }
      case 'meta.version':
        return { kind: 'text', of: sql`('W/"' || users.version || '"')`, exact: true }
      case 'emails':
        return emailsField(compiler)
      case 'groups':
        return groupsField(compiler, type)
      case 'phoneNumbers':
      case 'ims':
      case 'photos':
      case 'addresses':
      case 'entitlements':
      case 'roles':
      case 'x509Certificates':
        return compiler.items(attributes, [name])
      default:
        return { kind: 'json', document: attributes, path: fieldPath(name) }
    }
  }

function emailsField(compiler: CriteriaCompiler): Field {
  const items = compiler.items(compiler.document('users.emails'), [])
  return {
    ...items,
    some(where) {
      const address = equalValue(where)
      if (address === undefined) return items.some(where)
      const byAddress = sql<boolean>`users.id in (select user_id from user_emails where value_key = ${emailKey(address)})`
      return where.kind === 'compare' ? byAddress : sql`(${byAddress} and ${items.some(where)})`
    },
  }
}

/** The value that the criteria require to be equal, when they do. */
function equalValue(where: Criteria): string | undefined {
  if (where.kind === 'and') {
    for (const term of where.terms) {
      const value = equalValue(term)
      if (value !== undefined) return value
    }
    return undefined
  }
  return where.kind === 'compare' &&
    where.field === 'value' &&
    where.operator === 'eq' &&
    typeof where.value === 'string'
    ? where.value
    : undefined
}

/** Who is limited to users of one type knows groups of that type only. */
function groupsField(compiler: CriteriaCompiler, type: DirectoryType | undefined): Field {
  const known = type === undefined ? sql`` : sql` and groups.type = ${type}`
  const joined = (name: string): TextField => {
    if (name === 'value') return { kind: 'text', of: sql.ref('memberships.group_id'), exact: true }
    if (name === 'display') return { kind: 'text', of: sql.ref('groups.display_name'), exact: false }
    return { kind: 'text', of: sql`'direct'`, exact: false }
  }
  return {
    kind: 'values',
    some: (where) => sql`users.id in (
      select memberships.user_id from memberships inner join groups on groups.id = memberships.group_id
      where ${compiler.condition(where, joined)}${known}
    )`,
    any: sql`users.group_count > 0`,
    first: (sub) => sql`(
      select ${joined(sub).of} from memberships inner join groups on groups.id = memberships.group_id
      where memberships.user_id = users.id${known} order by groups.display_name_key limit 1
    )`,
  }
}

/** Users that match, in the order asked for. */
export async function listUsers(db: Db, query: DirectoryQuery, page: PageRequest): Promise<Page<User>> {
  const named = valueAskedFor(query.criteria, 'userName')
  if (named !== undefined) {
    const user = await findUserByName(db, named)
    const matches = user && (query.type === undefined || user.type === query.type) ? [user] : []
    return {
      items: page.after ? [] : matches.slice(page.offset, page.offset + page.limit),
      total: matches.length,
    }
  }
  const { where, orderBy, offset } = listParts(db, 'users', userFields, query, page)
  const matching = db.selectFrom('users').where(where)
  const rows =
    page.limit > 0
      ? await matching.selectAll().orderBy(orderBy).limit(page.limit).offset(offset).execute()
      : []
  const total = await totalOf(rows.length, page, async () => {
    if (!query.criteria) {
      const counter = query.type ? (`users.${query.type}` as const) : 'users'
      return (await readCounters(db, [counter]))[counter]
    }
    const counted = await matching
      .select((expression) => expression.fn.countAll<number>().as('total'))
      .executeTakeFirstOrThrow()
    return counted.total
  })
  return { items: rows.map(toUser), total }
}

/** A group as one of its members sees it. */
export interface Membership extends JoinedGroup {
  readonly userId: UserId
}

const selectMemberships = prepared((db, slots: { userIds: string }) =>
  db
    .selectFrom('memberships')
    .innerJoin('groups', 'groups.id', 'memberships.group_id')
    .select([
      'memberships.user_id',
      'memberships.group_id',
      'memberships.joined_at',
      'groups.display_name',
      'groups.type',
    ])
    .where('memberships.user_id', 'in', textList<UserId>(engineOf(db), slots.userIds))
    .orderBy('memberships.user_id')
    .orderBy('groups.display_name_key'),
)

/** All memberships of the users, by user and then by name of the group. */
export async function membershipsOf(db: Db | Tx, userIds: readonly UserId[]): Promise<readonly Membership[]> {
  const rows = await rowsOf(selectMemberships(db, { userIds: toJson(userIds) }))
  return rows.map((row) => ({
    userId: row.user_id,
    groupId: row.group_id,
    displayName: row.display_name,
    type: row.type,
    joinedAt: row.joined_at,
  }))
}

/** A part of the groups of one user, by name. */
export async function listJoinedGroups(
  db: Db,
  userId: UserId,
  page: Pick<PageRequest, 'offset' | 'limit'>,
): Promise<readonly JoinedGroup[]> {
  const rows = await db
    .selectFrom('memberships')
    .innerJoin('groups', 'groups.id', 'memberships.group_id')
    .select(['groups.id', 'groups.display_name', 'groups.type', 'memberships.joined_at'])
    .where('memberships.user_id', '=', userId)
    .orderBy('groups.display_name_key')
    .limit(page.limit)
    .offset(page.offset)
    .execute()
  return rows.map((row) => ({
    groupId: row.id,
    displayName: row.display_name,
    type: row.type,
    joinedAt: row.joined_at,
  }))
}

/** Takes the user out of all groups, whose counts and versions follow. Returns how many there were. */
export async function leaveAllGroups(tx: Tx, userId: UserId, now: string): Promise<number> {
  const left = await tx
    .deleteFrom('memberships')
    .where('user_id', '=', userId)
    .returning('group_id')
    .execute()
  if (left.length > 0) {
    await tx
      .updateTable('groups')
      .set((expression) => ({
        member_count: expression('member_count', '-', 1),
        version: expression('version', '+', 1),
        updated_at: now,
      }))
      .where('id', 'in', textList<GroupId>(engineOf(tx), toJson(left.map((row) => row.group_id))))
      .execute()
  }
  return left.length
}
