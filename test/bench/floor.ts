/**
 * What the SCIM door and the cloud API are measured against: bare Express and better-sqlite3, one statement per request, the same pragmas,
 * the same rows and bytes; no authentication, no validation, no audit, no rules.
 * `node floor.js <port> <database file> <people> <group sizes, with commas>`.
 */
import { randomUUID } from 'node:crypto'
import SqliteDatabase from 'better-sqlite3'
import express from 'express'
import { JOINERS, userBody } from './people.js'

const [port = '', file = '', people = '', groupSizes = ''] = process.argv.slice(2)

interface UserRow {
  readonly id: string
  readonly user_name: string
  readonly user_name_key: string
  readonly display_name: string
  readonly given_name: string
  readonly family_name: string
  readonly external_id: string
  readonly active: number
  readonly emails: string
  readonly attributes: string
  readonly created_at: string
}

const db = new SqliteDatabase(file)
db.pragma('journal_mode = WAL')
db.pragma('synchronous = FULL')
db.pragma('foreign_keys = ON')
db.pragma('temp_store = MEMORY')
db.exec(`
  create table users (
    id text primary key, user_name text not null, user_name_key text not null unique, display_name text,
    given_name text, family_name text, description text, external_id text, type text not null,
    created_by text not null, active integer not null, blocked integer not null, emails text not null,
    attributes text not null, group_count integer not null, version integer not null, created_at text not null,
    updated_at text not null
  );
  create index users_type_created_at on users (type, created_at, id);
  create index users_external_id on users (external_id) where external_id is not null;
  create index users_created_at on users (created_at, id);
  create table memberships (
    group_id text not null, user_id text not null references users (id), joined_at text not null,
    primary key (group_id, user_id)
  );
  create index memberships_user_id on memberships (user_id, group_id);
`)
const insertUser = db.prepare(`
  insert into users values (
    @id, @user_name, @user_name_key, @display_name, @given_name, @family_name, 'SCIM Synchronization', @external_id,
    'synchronized', 'scim', @active, 0, @emails, @attributes, 0, 1, @created_at, @created_at
  )`)
const selectUser = db.prepare<[string], UserRow>('select * from users where user_name_key = ?')
const selectById = db.prepare<[string], UserRow>('select * from users where id = ?')
const selectNewest = db.prepare<[], UserRow>(
  'select * from users order by created_at desc, id desc limit 100',
)
const selectPage = db.prepare<[], UserRow>('select * from users order by created_at, id limit 100')
const updateActive = db.prepare<[number, string], UserRow>(
  'update users set active = ?, version = version + 1 where id = ? returning *',
)
const insertMember = db.prepare('insert or ignore into memberships values (?, ?, ?)')
const deleteMember = db.prepare('delete from memberships where group_id = ? and user_id = ?')

let made = 0
function toRow(body: ReturnType<typeof userBody>): UserRow {
  const { schemas: _schemas, userName, name, displayName, externalId, active, emails, ...attributes } = body
  made += 1
  return {
    id: `u-${String(made).padStart(12, '0')}`,
    user_name: userName,
    user_name_key: userName.toLowerCase(),
    display_name: displayName,
    given_name: name.givenName,
    family_name: name.familyName,
    external_id: externalId,
    active: active ? 1 : 0,
    emails: JSON.stringify(emails),
    attributes: JSON.stringify(attributes),
    created_at: new Date().toISOString(),
  }
}

const location = (id: string) => `http://localhost:${port}/scim/v2/Users/${id}`
const toResource = (row: UserRow) => ({
  schemas: [
    'urn:ietf:params:scim:schemas:core:2.0:User',
    'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User',
  ],
  id: row.id,
  externalId: row.external_id,
  userName: row.user_name,
  name: { familyName: row.family_name, givenName: row.given_name },
  displayName: row.display_name,
  active: row.active === 1,
  emails: JSON.parse(row.emails) as unknown,
  ...(JSON.parse(row.attributes) as object),
  meta: {
    resourceType: 'User',
    created: row.created_at,
    lastModified: row.created_at,
    location: location(row.id),
    version: 'W/"1"',
  },
})

db.transaction(() => {
  for (let index = 0; index < Number(people) + JOINERS; index += 1) insertUser.run(toRow(userBody(index)))
  for (const size of groupSizes.split(',').map(Number)) {
    for (let index = 1; index <= size; index += 1) {
      insertMember.run(`g-${size}`, `u-${String(index).padStart(12, '0')}`, new Date().toISOString())
    }
  }
})()

const app = express()
app.use(express.json({ type: ['application/scim+json', 'application/json'] }))
app.get('/readyz', (_req, res) => {
  res.send('ready')
})
app.post('/scim/v2/Users', (req, res) => {
  const row = toRow(req.body as ReturnType<typeof userBody>)
  insertUser.run(row)
  res.status(201).location(location(row.id)).type('application/scim+json').json(toResource(row))
})
const sendList = (res: express.Response, rows: readonly UserRow[], totalResults: number) =>
  res.type('application/scim+json').json({
    schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
    totalResults,
    itemsPerPage: rows.length,
    startIndex: 1,
    Resources: rows.map(toResource),
  })
app.get('/scim/v2/Users', (req, res) => {
  const { filter } = req.query
  if (typeof filter !== 'string') {
    sendList(res, selectPage.all(), Number(people))
    return
  }
  const [, userName = ''] = /"(.*)"/.exec(filter) ?? []
  const row = selectUser.get(userName.toLowerCase())
  sendList(res, row ? [row] : [], row ? 1 : 0)
})
app.get('/scim/v2/Users/:id', (req, res) => {
  const row = selectById.get(req.params.id)
  if (row) res.type('application/scim+json').json(toResource(row))
  else res.status(404).end()
})
const toUserInfo = (row: UserRow) => ({
  UserId: row.id,
  UserName: row.user_name,
  FirstName: row.given_name,
  LastName: row.family_name,
  DisplayName: row.display_name,
  Description: 'SCIM Synchronization',
  Email: (JSON.parse(row.emails) as readonly { value: string }[])[0]?.value ?? '',
  UserStatus: row.active === 1 ? 'Enabled' : 'Disabled',
  UserType: 'Synchronized',
  CreateTime: row.created_at.slice(0, 19).replace('T', ' '),
  UpdateTime: row.created_at.slice(0, 19).replace('T', ' '),
  IsSelected: false,
  Password: '',
  NeedResetPassword: false,
})
app.post('/', (req, res) => {
  const RequestId = randomUUID()
  if (req.get('x-tc-action') === 'ListUsers') {
    const Users = selectNewest.all().map(toUserInfo)
    const page = { TotalCounts: Number(people), MaxResults: 100, IsTruncated: true, NextToken: 'ZnJvbSAxMDA' }
    res.json({ Response: { ...page, Users, RequestId } })
    return
  }
  const row = selectById.get((req.body as { UserId: string }).UserId)
  res.json({ Response: row ? { UserInfo: toUserInfo(row), RequestId } : { Error: {}, RequestId } })
})
app.patch('/scim/v2/Users/:id', (req, res) => {
  const { Operations } = req.body as { Operations: readonly [{ value: boolean }] }
  const row = updateActive.get(Operations[0].value ? 1 : 0, req.params.id)
  if (row) res.type('application/scim+json').json(toResource(row))
  else res.status(404).end()
})
app.patch('/scim/v2/Groups/:id', (req, res) => {
  const { Operations } = req.body as {
    Operations: readonly [{ op: string; path: string; value?: readonly [{ value: string }] }]
  }
  const [{ op, path, value }] = Operations
  if (op === 'add') insertMember.run(req.params.id, value?.[0].value ?? '', new Date().toISOString())
  else deleteMember.run(req.params.id, /"(.*)"/.exec(path)?.[1] ?? '')
  res.status(204).end()
})
app.listen(Number(port), '127.0.0.1')
