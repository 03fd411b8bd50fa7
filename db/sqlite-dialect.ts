/**
 * Kysely on better-sqlite3 for a server: one writing connection (BEGIN IMMEDIATE, so a read-then-write never fails
 * half-way) and one read-only connection for reads outside transactions, so that reads do not queue behind writes.
 * Statements are prepared once. A file locked by another process is retried without blocking the event loop.
 */
import { setTimeout as delay } from 'node:timers/promises'
import SqliteDatabase from 'better-sqlite3'
import {
  RawNode,
  SelectQueryNode,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type Kysely,
  type QueryResult,
} from 'kysely'
import { foldCase } from '../server/domain/criteria.js'
import { SqliteWriter, type Turn } from './sqlite-writer.js'
import { isInsideTransaction } from './transaction-guard.js'

export interface SqliteOptions {
  readonly file: string
  /** How long a file locked by another process is waited for, in milliseconds. */
  readonly lockWait?: number
}

const STATEMENT_CACHE = 1000
/** Kept short: SQLite waits inside the call and holds up the event loop with it. */
const BUSY_TIMEOUT_MS = 20

/** In KiB: the upper pages of all indexes, also where the file is large. What is mapped would count as memory too. */
const CACHE = 'cache_size = -16000'

/** A statement that is prepared, and how its rows become objects. */
interface Prepared {
  readonly statement: SqliteDatabase.Statement
  /** Absent where there are no rows. */
  readonly toObject?: (values: readonly unknown[]) => object
}

/**
 * Objects with the columns as their properties. better-sqlite3 would make them as well, by looking up each property of
 * each row: for a page of 100 users that takes twice as long as all the rest.
 */
function objectMaker(columns: readonly string[]): (values: readonly unknown[]) => object {
  const empty = Object.fromEntries(columns.map((column) => [column, null]))
  return (values) => {
    const row: Record<string, unknown> = { ...empty }
    let index = 0
    for (const column of columns) row[column] = values[index++]
    return row
  }
}

class Handle {
  readonly #statements = new Map<string, Prepared>()

  constructor(readonly database: SqliteDatabase.Database) {
    // SQLite's own `lower` knows ASCII only.
    database.function('fold_case', { deterministic: true }, (text: unknown) =>
      typeof text === 'string' ? foldCase(text) : text,
    )
  }

  run<Row>(query: CompiledQuery): QueryResult<Row> {
    const { statement, toObject } = this.#prepare(query.sql)
    // Kysely's compiler numbers parameters in order; better-sqlite3 refuses what SQLite cannot store.
    if (toObject) {
      const rows = statement.all(...query.parameters) as (readonly unknown[])[]
      return { rows: rows.map(toObject) as Row[] }
    }
    const { changes, lastInsertRowid } = statement.run(...query.parameters)
    return { rows: [], numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid) }
  }

  #prepare(sql: string): Prepared {
    const known = this.#statements.get(sql)
    if (known) return known
    const statement = this.database.prepare(sql)
    const prepared: Prepared = statement.reader
      ? { statement: statement.raw(), toObject: objectMaker(statement.columns().map(({ name }) => name)) }
      : { statement }
    if (this.#statements.size >= STATEMENT_CACHE) {
      const oldest = this.#statements.keys().next().value
      if (oldest !== undefined) this.#statements.delete(oldest)
    }
    this.#statements.set(sql, prepared)
    return prepared
  }
}

const isBusy = (error: unknown): boolean =>
  error instanceof SqliteDatabase.SqliteError && error.code.startsWith('SQLITE_BUSY')

class SqliteDriver implements Driver {
  #writer: Handle | undefined
  #turns: SqliteWriter | undefined
  #reader: Handle | undefined

  constructor(private readonly options: SqliteOptions) {}

  async init(): Promise<void> {
    const writer = new SqliteDatabase(this.options.file, { timeout: BUSY_TIMEOUT_MS })
    await this.patiently(() => writer.pragma('journal_mode = WAL'))
    writer.pragma('synchronous = FULL')
    writer.pragma('foreign_keys = ON')
    writer.pragma('temp_store = MEMORY')
    writer.pragma(CACHE)
    // A page that many transactions write, one after the other, is copied into the database file once.
    writer.pragma('wal_autocheckpoint = 4000')
    // `like` as on PostgreSQL, and able to use an index for a prefix.
    writer.pragma('case_sensitive_like = ON')
    this.#writer = new Handle(writer)
    this.#turns = new SqliteWriter(writer, (call) => this.patiently(call))
    const reader = new SqliteDatabase(this.options.file, { timeout: BUSY_TIMEOUT_MS })
    reader.pragma('case_sensitive_like = ON')
    reader.pragma('query_only = ON')
    reader.pragma(CACHE)
    this.#reader = new Handle(reader)
  }

  get writer(): Handle {
    if (!this.#writer) throw new Error('the database is not open')
    return this.#writer
  }

  get reader(): Handle {
    if (!this.#reader) throw new Error('the database is not open')
    return this.#reader
  }

  get turns(): SqliteWriter {
    if (isInsideTransaction()) {
      throw new Error('a write outside the running transaction: use tx, not db, inside inTransaction')
    }
    if (!this.#turns) throw new Error('the database is not open')
    return this.#turns
  }

  /** Repeats the call while another process holds the file, giving the event loop back in between. */
  async patiently<T>(call: () => T): Promise<T> {
    const deadline = Date.now() + (this.options.lockWait ?? 10_000)
    for (;;) {
      try {
        return call()
      } catch (error) {
        if (!isBusy(error) || Date.now() >= deadline) throw error
        await delay(5 + Math.random() * 20)
      }
    }
  }

  async acquireConnection(): Promise<DatabaseConnection> {
    return new SqliteConnection(this)
  }

  async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await (connection as SqliteConnection).begin()
  }

  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await (connection as SqliteConnection).commit()
  }

  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    await (connection as SqliteConnection).rollback()
  }

  async releaseConnection(): Promise<void> {
    // There is nothing to give back: a turn ends with its commit or rollback.
  }

  async destroy(): Promise<void> {
    this.#reader?.database.close()
    this.#turns?.finish()
    this.#writer?.database.close()
  }
}

class SqliteConnection implements DatabaseConnection {
  #turn: Turn | undefined

  constructor(private readonly driver: SqliteDriver) {}

  async begin(): Promise<void> {
    this.#turn = await this.driver.turns.begin()
  }

  async commit(): Promise<void> {
    await this.#turn?.commit()
  }

  async rollback(): Promise<void> {
    await this.#turn?.rollback()
  }

  async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    const { driver } = this
    if (this.#turn) return driver.writer.run<Row>(query)
    if (SelectQueryNode.is(query.query)) return driver.patiently(() => driver.reader.run<Row>(query))
    if (RawNode.is(query.query)) return driver.turns.alone(() => driver.writer.run<Row>(query))
    const turn = await driver.turns.begin()
    try {
      const result = driver.writer.run<Row>(query)
      await turn.commit()
      return result
    } catch (error) {
      await turn.rollback()
      throw error
    }
  }

  // The interface asks for a generator; long reads page by key instead.
  async *streamQuery<Row>(): AsyncIterableIterator<QueryResult<Row>> {
    throw new Error('streaming is not offered: page by key')
  }
}

export class SqliteServerDialect implements Dialect {
  constructor(private readonly options: SqliteOptions) {}
  createDriver = (): Driver => new SqliteDriver(this.options)
  createQueryCompiler = () => new SqliteQueryCompiler()
  createAdapter = () => new SqliteAdapter()
  createIntrospector = (db: Kysely<unknown>) => new SqliteIntrospector(db)
}
