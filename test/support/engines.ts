/**
 * The engines that a suite runs on: SQLite, and the PostgreSQL server that TEST_POSTGRES_URL names (in CI it must name
 * one), or else PGlite, which is PostgreSQL within the process. `TEST_ENGINES` narrows or widens the choice while
 * developing, say `TEST_ENGINES=sqlite`.
 */
import { randomUUID } from 'node:crypto'
import { rmSync } from 'node:fs'
import { copyFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PGlite, types as pgliteTypes } from '@electric-sql/pglite'
import { Kysely, PostgresDialect, sql, type PostgresPool, type PostgresPoolClient } from 'kysely'
import pg from 'pg'
import { openDatabase, type Db } from '../../db/database.js'
import { migrate } from '../../db/migrations/index.js'
import type { Tables } from '../../db/tables.js'
import { guardTransactions } from '../../db/transaction-guard.js'

export type TestEngine = 'sqlite' | 'pglite' | 'postgres'

export interface TestDatabase {
  readonly db: Db
  /** Drops the database and its files. */
  remove(): Promise<void>
}

guardTransactions()

const postgresUrl = process.env['TEST_POSTGRES_URL']
if (process.env['CI'] === 'true' && postgresUrl === undefined) {
  throw new Error('TEST_POSTGRES_URL must name a PostgreSQL server in CI')
}

const available: readonly TestEngine[] = [
  'sqlite',
  'pglite',
  ...(postgresUrl === undefined ? [] : ['postgres' as const]),
]
const wanted = process.env['TEST_ENGINES']?.split(',') ?? [
  'sqlite',
  postgresUrl === undefined ? 'pglite' : 'postgres',
]
export const engines: readonly TestEngine[] = available.filter((engine) => wanted.includes(engine))

/** PGlite takes more than a second to start and milliseconds to empty: those that are done with wait here for the next. */
const idle: PGlite[] = []

/** An empty database of its own on the given engine. */
export async function openTestDatabase(engine: TestEngine): Promise<TestDatabase> {
  switch (engine) {
    case 'sqlite':
      return openSqlite()
    case 'pglite': {
      const database = idle.pop() ?? (await PGlite.create())
      const db = openPglite(database)
      return {
        db,
        remove: async () => {
          await db.destroy()
          await database.exec('drop schema public cascade; create schema public')
          idle.push(database)
        },
      }
    }
    case 'postgres': {
      const name = await createPostgres()
      const db = openPostgres(name)
      return {
        db,
        remove: async () => {
          await db.destroy()
          await administer(`drop database ${name} with (force)`)
        },
      }
    }
    default:
      return engine satisfies never
  }
}

/** Databases with the schema of today wait here for the next test: to migrate takes longer than most of them. */
const migratedPglites: { readonly database: PGlite; readonly seeds: Seeds }[] = []
const migratedPostgres: { readonly name: string; readonly seeds: Seeds }[] = []
let migratedSqlite: Promise<string> | undefined

/** A database of its own with the schema of today and no rows but those that the migrations write. */
export async function openMigratedDatabase(engine: TestEngine): Promise<TestDatabase> {
  switch (engine) {
    case 'sqlite': {
      migratedSqlite ??= makeMigratedFile()
      return openSqlite(await migratedSqlite)
    }
    case 'pglite': {
      const ready = migratedPglites.pop()
      const database = ready?.database ?? idle.pop() ?? (await PGlite.create())
      const db = openPglite(database)
      const seeds = ready?.seeds ?? (await migrated(db))
      return {
        db,
        remove: async () => {
          await reset(db, seeds)
          await db.destroy()
          migratedPglites.push({ database, seeds })
        },
      }
    }
    case 'postgres': {
      const ready = migratedPostgres.pop()
      const name = ready?.name ?? (await createPostgres())
      const db = openPostgres(name)
      const seeds = ready?.seeds ?? (await migrated(db))
      return {
        db,
        remove: async () => {
          // Whoever is still connected would write into the next test.
          await db.destroy()
          const again = openPostgres(name)
          await reset(again, seeds)
          await again.destroy()
          migratedPostgres.push({ name, seeds })
        },
      }
    }
    default:
      return engine satisfies never
  }
}

async function migrated(db: Db): Promise<Seeds> {
  await migrate(db)
  return readSeeds(db)
}

async function openSqlite(template?: string): Promise<TestDatabase> {
  const folder = await mkdtemp(join(tmpdir(), 'identity-center-db-'))
  const file = join(folder, 'test.db')
  if (template !== undefined) await copyFile(template, file)
  const db = openDatabase({ engine: 'sqlite', file })
  return {
    db,
    remove: async () => {
      await db.destroy()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function makeMigratedFile(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'identity-center-template-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  const file = join(folder, 'template.db')
  const db = openDatabase({ engine: 'sqlite', file })
  await migrate(db)
  // Closing it moves the log into the file.
  await db.destroy()
  return file
}

const openPglite = (database: PGlite): Db =>
  new Kysely<Tables>({ dialect: new PostgresDialect({ pool: pgliteAsPool(database) }) })

async function createPostgres(): Promise<string> {
  const name = `test_${randomUUID().replaceAll('-', '')}`
  await administer(`create database ${name}`)
  return name
}

function openPostgres(name: string): Db {
  const url = new URL(postgresUrl ?? '')
  url.pathname = `/${name}`
  return openDatabase({ engine: 'postgres', url: url.href, maximumConnections: 5 })
}

/** Tables that the migrations fill, with their rows. */
type Seeds = readonly { readonly table: string; readonly rows: readonly Record<string, unknown>[] }[]

async function filledTables(db: Db): Promise<readonly string[]> {
  const tables = (await db.introspection.getTables())
    .map(({ name }) => name)
    .filter((name) => name !== 'migrations')
  const { rows } = await sql<{ name: string }>`${sql.join(
    tables.map((name) => sql`select ${sql.lit(name)} as name where exists (select from ${sql.table(name)})`),
    sql` union all `,
  )}`.execute(db)
  return rows.map(({ name }) => name)
}

async function readSeeds(db: Db): Promise<Seeds> {
  const seeds = []
  for (const table of await filledTables(db)) {
    const { rows } = await sql<Record<string, unknown>>`select * from ${sql.table(table)}`.execute(db)
    seeds.push({ table, rows })
  }
  return seeds
}

/** Leaves a PostgreSQL with the rows that it had when it was migrated, and with numbers that go on behind them. */
async function reset(db: Db, seeds: Seeds): Promise<void> {
  const filled = await filledTables(db)
  if (filled.length > 0) {
    const tables = sql.join(filled.map((name) => sql.table(name)))
    await sql`truncate ${tables} restart identity cascade`.execute(db)
  }
  const untyped = db.withTables<Record<string, Record<string, unknown>>>()
  for (const { table, rows } of seeds) {
    await untyped.insertInto(table).values(rows).execute()
    const { rows: identities } = await sql<{ name: string }>`
      select column_name as name from information_schema.columns
      where table_name = ${table} and is_identity = 'YES'`.execute(db)
    for (const { name } of identities) {
      await sql`select setval(pg_get_serial_sequence(${table}, ${name}), (select max(${sql.ref(name)}) from ${sql.table(table)}))`.execute(
        db,
      )
    }
  }
}

async function administer(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: postgresUrl })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}

/** PGlite has one connection: whoever connects has it to himself until he releases it. */
function pgliteAsPool(database: PGlite): PostgresPool {
  let tail: Promise<void> = Promise.resolve()
  const connect = async (): Promise<PostgresPoolClient> => {
    let free!: () => void
    const held = new Promise<void>((resolve) => (free = resolve))
    const turn = tail
    tail = turn.then(() => held)
    await turn
    return {
      query: (async (sql: string, parameters: readonly unknown[]) => {
        const result = await database.query(sql, [...parameters], { parsers: { [pgliteTypes.INT8]: Number } })
        const command = /^\s*(\w+)/.exec(sql)?.[1]?.toUpperCase() ?? ''
        return { command, rowCount: result.affectedRows ?? result.rows.length, rows: result.rows }
      }) as PostgresPoolClient['query'],
      release: () => free(),
    }
  }
  return { connect, end: () => Promise.resolve() }
}
