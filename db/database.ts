/** Opening the database: SQLite in a file, or PostgreSQL. The rest of `db` works on both. */
import { Kysely, PostgresAdapter, PostgresDialect, type Transaction } from 'kysely'
import pg from 'pg'
import { SqliteServerDialect } from './sqlite-dialect.js'
import type { Tables } from './tables.js'

export type Db = Kysely<Tables>
export type Tx = Transaction<Tables>
export type Engine = 'sqlite' | 'postgres'

export type DatabaseLocation =
  | { readonly engine: 'sqlite'; readonly file: string }
  | { readonly engine: 'postgres'; readonly url: string; readonly maximumConnections?: number }

const INT8 = 20

/** Opens the database lazily: the first query connects. Close it with `db.destroy()`. */
export function openDatabase(location: DatabaseLocation): Db {
  if (location.engine === 'sqlite')
    return new Kysely<Tables>({ dialect: new SqliteServerDialect({ file: location.file }) })
  const pool = new pg.Pool({
    connectionString: location.url,
    max: location.maximumConnections ?? 10,
    connectionTimeoutMillis: 10_000,
    types: {
      // int8 as number: count(*) is one type on both engines.
      getTypeParser: (oid: number, format?: 'text' | 'binary'): ((value: string) => unknown) => {
        const parser = pg.types.getTypeParser(oid, format) as (value: string) => unknown
        return oid === INT8 ? Number : parser
      },
    },
  })
  // A connection lost while idle is replaced at the next use; without a listener it would end the process.
  pool.on('error', () => undefined)
  return new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) })
}

/** Which engine answers; for the few places where one dialect lacks what the other has. */
export const engineOf = (db: Db | Tx): Engine =>
  db.getExecutor().adapter instanceof PostgresAdapter ? 'postgres' : 'sqlite'
