/** The data folder: made when it is missing, locked while it is in use, and what may stand in it besides the database. */
import { accessSync, constants, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { lockFolder, type FolderLock } from '../db/folder-lock.js'
import { IdentityCenterError } from './domain/errors.js'

/** The folder cannot be used; the message says which and why. */
export class DataFolderError extends Error {}

/** The SQLite database, where the data is not in PostgreSQL. */
export const databaseFileIn = (dataDir: string): string => join(dataDir, 'identity-center.db')

/** Makes the folder (owner only) when it is not there. Throws `DataFolderError` when it cannot be written to. */
function requireDataFolder(dataDir: string): void {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 })
    accessSync(dataDir, constants.W_OK | constants.X_OK)
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : String(error)
    throw new DataFolderError(
      `The data folder ${dataDir} cannot be written to (${reason}): set DATA_DIR to another.`,
      {
        cause: error,
      },
    )
  }
}

/**
 * Takes the folder for a server or a command (`shared`), or for a restore or a migration that must be alone
 * (`exclusive`). Throws `DataFolderError`, `dataFolder.inUse`. The lock ends with the process at the latest.
 */
export function useDataFolder(dataDir: string, mode: 'shared' | 'exclusive'): FolderLock {
  requireDataFolder(dataDir)
  const lock = lockFolder(join(dataDir, 'in-use.lock'), mode)
  if (lock) return lock
  throw new IdentityCenterError(
    'dataFolder.inUse',
    mode === 'exclusive'
      ? `A server or another command uses the data folder ${dataDir}: stop it first.`
      : `A restore or a migration is running in the data folder ${dataDir}: try again when it is done.`,
  )
}

const initialPasswordFile = (dataDir: string): string => join(dataDir, 'initial-password')

/** Leaves the first administrator's password where only the owner of the folder can read it; answers the path. */
export function writeInitialPassword(dataDir: string, password: string): string {
  const file = initialPasswordFile(dataDir)
  writeFileSync(file, `${password}\n`, { mode: 0o600, flush: true })
  return file
}

/** The password has been used: nobody needs the file any more. */
export const removeInitialPassword = (dataDir: string): void =>
  rmSync(initialPasswordFile(dataDir), { force: true })
