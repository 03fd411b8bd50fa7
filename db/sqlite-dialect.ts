/**
 * Kysely on better-sqlite3 for a server: one writing connection (BEGIN IMMEDIATE, so a read-then-write never fails
 * half-way) and one read-only connection for reads outside transactions, so that reads do not queue behind writes.
 * Statements are prepared once. A file locked by another process is retried without blocking the event loop.
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import { setTimeout as delay } from 'node:timers/promises'
import SqliteDatabase from 'better-sqlite3'
import {
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

export interface SqliteOptions {
  readonly file: string
  /** How long a file locked by another process is waited for, in milliseconds. */
  readonly lockWait?: number
}

const STATEMENT_CACHE = 1000
/** Kept short: SQLite waits inside the call and holds up the event loop with it. */
const BUSY_TIMEOUT_MS = 20

/** True inside a transaction's callback: asking for the writer there would wait for itself. */
const insideTransaction = new AsyncLocalStorage<true>()

/** Runs the callback marked as a transaction's; `inTransaction` uses it on both engines to refuse nesting. */
export const markTransaction = <T>(callback: () => Promise<T>): Promise<T> =>
  insideTransaction.run(true, callback)
export const isInsideTransaction = (): boolean => insideTransaction.getStore() === true

class Handle {
  readonly #statements = new Map<string, SqliteDatabase.Statement>()

  constructor(readonly database: SqliteDatabase.Database) {
    // SQLite's own `lower` knows ASCII only.
    database.function('fold_case', { deterministic: true }, (text: unknown) =>
      typeof text === 'string' ? foldCase(text) : text,
    )
  }

  run<Row>(query: CompiledQuery): QueryResult<Row> {
    const statement = this.#prepare(query.sql)
    // Kysely's compiler numbers parameters in order; better-sqlite3 refuses what SQLite cannot store.
    if (statement.reader) return { rows: statement.all(...query.parameters) as Row[] }
    const { changes, lastInsertRowid } = statement.run(...query.parameters)
    return { rows: [], numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid) }
  }

  #prepare(sql: string): SqliteDatabase.Statement {
    let statement = this.#statements.get(sql)
    if (!statement) {
      statement = this.database.prepare(sql)
      if (this.#statements.size >= STATEMENT_CACHE) {
        const oldest = this.#statements.keys().next().value
        if (oldest !== undefined) this.#statements.delete(oldest)
      }
      this.#statements.set(sql, statement)
    }
    return statement
  }
}

/** A fair lock over the one writing connection. */
class Lock {
  #tail: Promise<void> = Promise.resolve()

  async acquire(): Promise<() => void> {
    let release!: () => void
    const held = new Promise<void>((resolve) => (release = resolve))
    const turn = this.#tail
    this.#tail = turn.then(() => held)
    await turn
    return release
  }
}

const isBusy = (error: unknown): boolean =>
  error instanceof SqliteDatabase.SqliteError && error.code.startsWith('SQLITE_BUSY')

class SqliteDriver implements Driver {
  #writer: Handle | undefined
  #reader: Handle | undefined
  readonly #lock = new Lock()

  constructor(private readonly options: SqliteOptions) {}

  async init(): Promise<void> {
    const writer = new SqliteDatabase(this.options.file, { timeout: BUSY_TIMEOUT_MS })
    await this.patiently(() => writer.pragma('journal_mode = WAL'))
    writer.pragma('synchronous = FULL')
    writer.pragma('foreign_keys = ON')
    writer.pragma('temp_store = MEMORY')
    // `like` as on PostgreSQL, and able to use an index for a prefix.
    writer.pragma('case_sensitive_like = ON')
    this.#writer = new Handle(writer)
    const reader = new SqliteDatabase(this.options.file, { timeout: BUSY_TIMEOUT_MS })
    reader.pragma('case_sensitive_like = ON')
    reader.pragma('query_only = ON')
    reader.pragma('mmap_size = 268435456')
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

  lockWriter(): Promise<() => void> {
    if (isInsideTransaction()) {
      return Promise.reject(
        new Error('a write outside the running transaction: use tx, not db, inside inTransaction'),
      )
    }
    return this.#lock.acquire()
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
    ;(connection as SqliteConnection).end('commit')
  }

  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    ;(connection as SqliteConnection).end('rollback')
  }

  async releaseConnection(connection: DatabaseConnection): Promise<void> {
    ;(connection as SqliteConnection).release()
  }

  async destroy(): Promise<void> {
    this.#reader?.database.close()
    this.#writer?.database.close()
  }
}

class SqliteConnection implements DatabaseConnection {
  #unlock: (() => void) | undefined

  constructor(private readonly driver: SqliteDriver) {}

  async begin(): Promise<void> {
    this.#unlock = await this.driver.lockWriter()
    await this.driver.patiently(() => this.driver.writer.database.exec('begin immediate'))
  }

  end(how: 'commit' | 'rollback'): void {
    const { database } = this.driver.writer
    // A failed statement may have rolled back by itself; a second rollback would be an error of its own.
    if (how === 'commit' || database.inTransaction) database.exec(how)
  }

  release(): void {
    this.#unlock?.()
    this.#unlock = undefined
  }

  async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    if (this.#unlock) return this.driver.writer.run<Row>(query)
    if (SelectQueryNode.is(query.query))
      return this.driver.patiently(() => this.driver.reader.run<Row>(query))
    const unlock = await this.driver.lockWriter()
    try {
      return await this.driver.patiently(() => this.driver.writer.run<Row>(query))
    } finally {
      unlock()
    }
  }

  // eslint-disable-next-line require-yield -- the interface asks for a generator; long reads page by key instead
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
