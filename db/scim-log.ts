/** The SCIM log: lines, their bodies, and keeping both within bounds. */
import { sql, type Selectable } from 'kysely'
import type {
  ScimLogEntry,
  ScimLogFilter,
  ScimLogPlace,
  ScimLogRecord,
  ScimRemarks,
} from '../server/domain/scim-log.js'
import { fromJson, toJson } from './columns.js'
import { addToCounter, readCounters } from './counters.js'
import type { Db, Tx } from './database.js'
import { prepared } from './prepared.js'
import type { ScimLogBodyTable, ScimLogTable } from './tables.js'

type Line = Selectable<ScimLogTable>
type Bodies = Selectable<ScimLogBodyTable>

const toLine = (record: ScimLogRecord): Line => ({
  request_id: record.requestId,
  at: record.at,
  credential_id: record.credentialId ?? null,
  method: record.method,
  path: record.path,
  query: record.query ?? null,
  status: record.status,
  scim_type: record.scimType ?? null,
  error_code: record.errorCode ?? null,
  detail: record.detail ?? null,
  resource_type: record.resourceType ?? null,
  resource_id: record.resourceId ?? null,
  address: record.address ?? null,
  user_agent: record.userAgent ?? null,
  microseconds: Math.round(record.milliseconds * 1000),
  further: record.further,
})

const toEntry = (row: Line): ScimLogEntry => ({
  requestId: row.request_id,
  at: row.at,
  ...(row.credential_id !== null && { credentialId: row.credential_id }),
  method: row.method,
  path: row.path,
  ...(row.query !== null && { query: row.query }),
  status: row.status,
  ...(row.scim_type !== null && { scimType: row.scim_type }),
  ...(row.error_code !== null && { errorCode: row.error_code }),
  ...(row.detail !== null && { detail: row.detail }),
  ...(row.resource_type !== null && { resourceType: row.resource_type }),
  ...(row.resource_id !== null && { resourceId: row.resource_id }),
  ...(row.address !== null && { address: row.address }),
  ...(row.user_agent !== null && { userAgent: row.user_agent }),
  milliseconds: row.microseconds / 1000,
  further: row.further,
})

/** Writes lines and bodies, many with each statement: a sync brings hundreds of them in a second. */
export async function insertScimLog(tx: Tx, records: readonly ScimLogRecord[]): Promise<void> {
  const bodies = records.flatMap(({ requestId, request, answer, remarks }): readonly Bodies[] => {
    const told = Object.keys(remarks).length > 0
    if (request === undefined && answer === undefined && !told) return []
    return [
      {
        request_id: requestId,
        request: request ?? null,
        answer: answer ?? null,
        remarks: told ? toJson(remarks) : null,
      },
    ]
  })
  await insertLines(tx, records.map(toLine))
  await insertBodies(tx, bodies)
  const ofClients = records.filter(({ credentialId }) => credentialId !== undefined).length
  if (ofClients > 0) await addToCounter(tx, 'scimLog', ofClients)
}

/** Rows of one statement; what is left over goes one by one. */
const AT_ONCE = 20

type Values = Readonly<Record<string, string | number | null>>

/** Inserts any number of rows by two statements that are compiled once. */
function inserter<Row extends Values>(
  table: 'scim_log' | 'scim_log_bodies',
  columns: readonly (keyof Row & string)[],
): (tx: Tx, rows: readonly Row[]) => Promise<void> {
  const names = sql.join(columns.map((column) => sql.ref(column)))
  const slotOf = (column: string, row: number): string => `${column} ${row}`
  const statementOf = (count: number) =>
    prepared((db, slots: Values) => ({
      compile() {
        const rows = Array.from(
          { length: count },
          (_, row) => sql`(${sql.join(columns.map((column) => sql`${slots[slotOf(column, row)]}`))})`,
        )
        return sql`insert into ${sql.table(table)} (${names}) values ${sql.join(rows)}`.compile(db)
      },
    }))
  const statements = [AT_ONCE, 1].map((count) => ({ count, run: statementOf(count) }))
  return async (tx, rows) => {
    let done = 0
    for (const { count, run } of statements) {
      for (; rows.length - done >= count; done += count) {
        const values: Record<string, string | number | null> = {}
        for (let row = 0; row < count; row += 1) {
          for (const column of columns) values[slotOf(column, row)] = rows[done + row]?.[column] ?? null
        }
        await run(tx, values)
      }
    }
  }
}

const insertLines = inserter<Line & Values>('scim_log', [
  'request_id',
  'at',
  'credential_id',
  'method',
  'path',
  'query',
  'status',
  'scim_type',
  'error_code',
  'detail',
  'resource_type',
  'resource_id',
  'address',
  'user_agent',
  'microseconds',
  'further',
])
const insertBodies = inserter<Bodies & Values>('scim_log_bodies', [
  'request_id',
  'request',
  'answer',
  'remarks',
])

/** Lines that match, the newest first, older than `before`. */
export async function listScimLog(
  db: Db,
  filter: ScimLogFilter,
  page: { readonly limit: number; readonly before?: ScimLogPlace },
): Promise<readonly ScimLogEntry[]> {
  let lines = db.selectFrom('scim_log').selectAll()
  const { credentialId, status, resource, requestId, from, until } = filter
  if (credentialId === 'none') lines = lines.where('credential_id', 'is', null)
  else if (credentialId !== undefined) lines = lines.where('credential_id', '=', credentialId)
  if (status) {
    const [first, last] = status
    lines = lines.where('status', '>=', first).where('status', '<=', last)
    // Said once more as a constant: bound values do not tell that the index of the failures has all of them.
    if (first >= 400) lines = lines.where(sql<boolean>`status >= 400`)
  }
  if (resource !== undefined) {
    const isType = resource === 'User' || resource === 'Group'
    lines = lines.where(isType ? 'resource_type' : 'resource_id', '=', resource)
  }
  if (requestId !== undefined) lines = lines.where('request_id', '=', requestId)
  if (from !== undefined) lines = lines.where('at', '>=', from)
  if (until !== undefined) lines = lines.where('at', '<', until)
  if (page.before) {
    lines = lines.where(sql<boolean>`(at, request_id) < (${page.before.at}, ${page.before.requestId})`)
  }
  const rows = await lines.orderBy('at', 'desc').orderBy('request_id', 'desc').limit(page.limit).execute()
  return rows.map(toEntry)
}

export async function findScimLogRecord(db: Db, requestId: string): Promise<ScimLogRecord | undefined> {
  const row = await db
    .selectFrom('scim_log')
    .leftJoin('scim_log_bodies', 'scim_log_bodies.request_id', 'scim_log.request_id')
    .selectAll('scim_log')
    .select(['scim_log_bodies.request', 'scim_log_bodies.answer', 'scim_log_bodies.remarks'])
    .where('scim_log.request_id', '=', requestId)
    .executeTakeFirst()
  return (
    row && {
      ...toEntry(row),
      ...(row.request !== null && { request: row.request }),
      ...(row.answer !== null && { answer: row.answer }),
      remarks: row.remarks === null ? {} : fromJson<ScimRemarks>(row.remarks),
    }
  )
}

/**
 * Removes lines from before `before`, and of those that credentials made all but the newest `keep`, of the others all but
 * the newest `keepStrangers`; up to `limit` of each kind. Returns how many went.
 */
export async function trimScimLog(
  tx: Tx,
  {
    before,
    keep,
    keepStrangers,
    limit,
  }: {
    readonly before: string
    readonly keep: number
    readonly keepStrangers: number
    readonly limit: number
  },
): Promise<number> {
  const oldest = tx.selectFrom('scim_log').select('request_id').orderBy('at').orderBy('request_id')
  const ofClients = oldest.where('credential_id', 'is not', null)
  const ofStrangers = oldest.where('credential_id', 'is', null)
  const remove = async (rows: typeof oldest): Promise<number> => {
    const { numDeletedRows } = await tx
      .deleteFrom('scim_log')
      .where('request_id', 'in', rows)
      .executeTakeFirst()
    return Number(numDeletedRows)
  }

  let clients = await remove(ofClients.where('at', '<', before).limit(limit))
  const { scimLog } = await readCounters(tx, ['scimLog'])
  const excess = Math.min(limit, scimLog - clients - keep)
  if (excess > 0) clients += await remove(ofClients.limit(excess))
  if (clients > 0) await addToCounter(tx, 'scimLog', -clients)

  const first = await tx
    .selectFrom('scim_log')
    .select('at')
    .where('credential_id', 'is', null)
    .orderBy('at', 'desc')
    .offset(keepStrangers)
    .limit(1)
    .executeTakeFirst()
  const end = first && first.at > before ? first.at : before
  return clients + (await remove(ofStrangers.where('at', '<', end).limit(limit)))
}
