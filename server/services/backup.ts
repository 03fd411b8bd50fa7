/** Backup and restore of the SQLite database. The encryption key is never part of a backup. */
import { existsSync } from 'node:fs'
import {
  copyDatabase,
  DamagedDatabaseError,
  inspectDatabase,
  replaceDatabase,
  type BackupFacts,
} from '../../db/backup.js'
import type { Db } from '../../db/database.js'
import { knownMigrations } from '../../db/migrations/index.js'
import { inTransaction } from '../../db/transaction.js'
import { requireFullRights } from '../domain/access-rules.js'
import type { Actor } from '../domain/actor.js'
import type { Clock } from '../domain/clock.js'
import { IdentityCenterError } from '../domain/errors.js'
import { ENCRYPTION_KEY_CHECK, type SecretBox } from '../domain/secrets.js'
import type { AuditLog } from './audit-log.js'

const POSTGRES =
  'The data is in PostgreSQL: use pg_dump and pg_restore for it, and keep ENCRYPTION_KEY apart from the dump.'

export function createBackupService({
  db,
  audit,
  databaseFile,
}: {
  db: Db
  audit: AuditLog
  /** Absent when the data is in PostgreSQL. */
  databaseFile: string | undefined
}) {
  return {
    /**
     * Writes a checked copy of the database to the new file `destination`, beside a running server.
     * Throws `backup.unsupported` on PostgreSQL, `backup.exists` when the file is there already, `request.invalid` where
     * no file can be written.
     */
    async create(actor: Actor, destination: string): Promise<void> {
      requireFullRights(actor)
      if (databaseFile === undefined) throw new IdentityCenterError('backup.unsupported', POSTGRES)
      if (existsSync(destination)) {
        throw new IdentityCenterError('backup.exists', `${destination} exists already: choose another name.`)
      }
      // Recorded before the copy is taken, so that the copy itself tells of its making.
      await inTransaction(db, (tx) => audit.record(tx, actor, { action: 'database.backup' }))
      const { migrations } = copyTo(destination, databaseFile)
      if (migrations.length === 0) throw new Error('the copy lacks the tables of its original')
    },
  }
}

function copyTo(destination: string, databaseFile: string): BackupFacts {
  try {
    return copyDatabase(databaseFile, destination)
  } catch (error) {
    // Of the operating system: no such folder, no right to write there.
    if (!(error instanceof Error && 'syscall' in error && 'code' in error)) throw error
    throw new IdentityCenterError(
      'request.invalid',
      `${destination} cannot be written (${String(error.code)}).`,
      {},
      { cause: error },
    )
  }
}

/**
 * Puts a backup in the place of the database, which nobody may have open, and answers where the old one is kept.
 * Nothing is touched unless the backup is sound, not newer than this program, and fits the encryption key.
 * Throws `backup.unsupported`, `backup.invalid`.
 */
export async function restoreBackup({
  backup,
  databaseFile,
  secretBox,
  clock,
}: {
  readonly backup: string
  readonly databaseFile: string | undefined
  readonly secretBox: SecretBox
  readonly clock: Clock
}): Promise<string | undefined> {
  if (databaseFile === undefined) throw new IdentityCenterError('backup.unsupported', POSTGRES)
  if (!existsSync(backup)) throw new IdentityCenterError('backup.invalid', `There is no file ${backup}.`)
  const { migrations, keyCheck } = lookThrough(backup)
  const known = new Set(knownMigrations())
  const unknown = migrations.find((name) => !known.has(name))
  if (migrations.length === 0 || keyCheck === undefined) {
    throw new IdentityCenterError('backup.invalid', `${backup} is no backup of an Identity Center.`)
  }
  if (unknown !== undefined) {
    throw new IdentityCenterError(
      'backup.invalid',
      `${backup} comes from a newer version (migration ${unknown}): restore it with that one.`,
    )
  }
  try {
    secretBox.open(ENCRYPTION_KEY_CHECK, keyCheck)
  } catch (error) {
    throw new IdentityCenterError(
      'backup.invalid',
      `The encryption key does not fit ${backup}: set ENCRYPTION_KEY (or encryption.key) to the one it was made with.`,
      {},
      { cause: error },
    )
  }
  const aside = `${databaseFile}.before-restore-${clock.now().toISOString().replaceAll(/[:.]/g, '-')}`
  return (await replaceDatabase(backup, databaseFile, aside)) ? aside : undefined
}

function lookThrough(backup: string): BackupFacts {
  try {
    return inspectDatabase(backup)
  } catch (error) {
    if (!(error instanceof DamagedDatabaseError)) throw error
    throw new IdentityCenterError(
      'backup.invalid',
      `${backup} is damaged or no database at all (${error.message}).`,
      {},
      { cause: error },
    )
  }
}
