/**
 * The engines that a suite runs on: SQLite and PGlite always, and a PostgreSQL server when TEST_POSTGRES_URL names one
 * (in CI it must). `TEST_ENGINES=sqlite` narrows the choice while developing.
 */
import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PGlite, types as pgliteTypes } from '@electric-sql/pglite'
import { Kysely, PostgresDialect, type PostgresPool, type PostgresPoolClient } from 'kysely'
import pg from 'pg'
import { openDatabase, type Db } from '../../db/database.js'
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
const wanted = process.env['TEST_ENGINES']?.split(',')
export const engines: readonly TestEngine[] = available.filter((engine) => wanted?.includes(engine) ?? true)

/** PGlite takes more than a second to start and milliseconds to empty: those that are done with wait here for the next. */
const idle: PGlite[] = []

/** An empty database of its own on the given engine. */
export async function openTestDatabase(engine: TestEngine): Promise<TestDatabase> {
  switch (engine) {
    case 'sqlite': {
      const folder = await mkdtemp(join(tmpdir(), 'identity-center-db-'))
      const db = openDatabase({ engine: 'sqlite', file: join(folder, 'test.db') })
      return {
        db,
        remove: async () => {
          await db.destroy()
          await rm(folder, { recursive: true, force: true })
        },
      }
    }
    case 'pglite': {
      const database = idle.pop() ?? (await PGlite.create())
      const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool: pgliteAsPool(database) }) })
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
      const name = `test_${randomUUID().replaceAll('-', '')}`
      await administer(`create database ${name}`)
      const url = new URL(postgresUrl ?? '')
      url.pathname = `/${name}`
      const db = openDatabase({ engine: 'postgres', url: url.href, maximumConnections: 5 })
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
