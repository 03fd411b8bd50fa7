/**
 * Who uses a data folder: servers and commands share it, a restore or a migration wants it alone. The lock is SQLite's own
 * on an empty file, so the operating system lets go of it when a process ends in whatever way.
 */
import SqliteDatabase from 'better-sqlite3'

export interface FolderLock {
  release(): void
}

/** Long enough for another command to finish its start, short enough to answer a person. */
const PATIENCE_MS = 2000

/** Takes the lock in `file`, or answers `undefined` when somebody holds one that does not go with it. */
export function lockFolder(file: string, mode: 'shared' | 'exclusive'): FolderLock | undefined {
  const database = new SqliteDatabase(file, { timeout: PATIENCE_MS })
  try {
    database.pragma('journal_mode = MEMORY')
    database.exec(mode === 'exclusive' ? 'begin exclusive' : 'begin')
    // A plain begin locks nothing yet: the first read does.
    database.prepare('select count(*) from sqlite_master').get()
    return { release: () => database.close() }
  } catch (error) {
    database.close()
    if (error instanceof SqliteDatabase.SqliteError && error.code.startsWith('SQLITE_BUSY')) return undefined
    throw error
  }
}
