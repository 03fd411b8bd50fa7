/** Copies of an SQLite database file: taken beside a running server, looked through, and put in the place of the old one. */
import { closeSync, constants, existsSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs'
import { copyFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import SqliteDatabase from 'better-sqlite3'
import { ENCRYPTION_KEY_CHECK } from '../server/domain/secrets.js'

/** What a copy says about itself; absent values are those of a file that is not one of our databases. */
export interface BackupFacts {
  readonly migrations: readonly string[]
  /** The sealed value by which an encryption key shows that it fits. */
  readonly keyCheck: string | undefined
}

/** The file is no SQLite database, or not a sound one. */
export class DamagedDatabaseError extends Error {}

/**
 * Writes a consistent copy of `source` to the new file `destination` (owner only) and looks through it. A read transaction
 * sees one moment however many writers go on, and never begins again, as the page-by-page backup would under load.
 */
export function copyDatabase(source: string, destination: string): BackupFacts {
  const partial = `${destination}.partial`
  rmSync(partial, { force: true })
  // VACUUM INTO accepts an empty file and keeps its mode: nobody else can read the copy at any moment.
  closeSync(openSync(partial, 'wx', 0o600))
  try {
    const database = new SqliteDatabase(source, { readonly: true, fileMustExist: true })
    try {
      database.prepare('vacuum into ?').run(partial)
    } finally {
      database.close()
    }
    const facts = inspectDatabase(partial)
    flush(partial)
    renameSync(partial, destination)
    flush(dirname(destination))
    return facts
  } catch (error) {
    rmSync(partial, { force: true })
    throw error
  }
}

/** Checks every page and reference of the file. Throws `DamagedDatabaseError` when something does not fit. */
export function inspectDatabase(file: string): BackupFacts {
  const database = new SqliteDatabase(file, { readonly: true, fileMustExist: true })
  try {
    const [verdict] = database.pragma('integrity_check(1)', { simple: false }) as {
      integrity_check: string
    }[]
    if (verdict?.integrity_check !== 'ok')
      throw new DamagedDatabaseError(verdict?.integrity_check ?? 'no answer')
    if ((database.pragma('foreign_key_check') as unknown[]).length > 0)
      throw new DamagedDatabaseError('rows refer to rows that are not there')
    const has = (table: string): boolean =>
      database.prepare(`select 1 from sqlite_master where type = 'table' and name = ?`).get(table) !==
      undefined
    if (!has('migrations') || !has('instance_values')) return { migrations: [], keyCheck: undefined }
    const migrations = database.prepare('select name from migrations order by name').pluck().all() as string[]
    const keyCheck = database
      .prepare('select value from instance_values where name = ?')
      .pluck()
      .get(ENCRYPTION_KEY_CHECK) as string | undefined
    return { migrations, keyCheck }
  } catch (error) {
    if (error instanceof SqliteDatabase.SqliteError)
      throw new DamagedDatabaseError(error.message, { cause: error })
    throw error
  } finally {
    database.close()
  }
}

/**
 * Puts a copy of `backup` in the place of `target`, whose files are kept under the name `aside` (answered as true when
 * there were any). Nobody else may have `target` open. A power cut leaves the old database or the new one.
 */
export async function replaceDatabase(backup: string, target: string, aside: string): Promise<boolean> {
  const incoming = `${target}.incoming`
  await copyFile(backup, incoming)
  flush(incoming)
  const hadOne = existsSync(target)
  if (hadOne) {
    foldInLog(target)
    // A log that could not be folded in belongs to the old file: beside the new one it would destroy it.
    for (const ending of ['-wal', '-shm']) {
      if (existsSync(target + ending)) renameSync(target + ending, aside + ending)
    }
    await copyFile(target, aside, constants.COPYFILE_FICLONE)
    flush(aside)
  }
  renameSync(incoming, target)
  flush(dirname(target))
  return hadOne
}

/** Moves the write-ahead log into the file itself. A damaged file keeps its log. */
function foldInLog(file: string): void {
  try {
    const database = new SqliteDatabase(file)
    try {
      database.pragma('journal_mode = DELETE')
    } finally {
      database.close()
    }
  } catch (error) {
    if (!(error instanceof SqliteDatabase.SqliteError)) throw error
  }
}

function flush(path: string): void {
  const descriptor = openSync(path, 'r')
  fsyncSync(descriptor)
  closeSync(descriptor)
}
