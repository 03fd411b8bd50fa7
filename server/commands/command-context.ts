/** What every command that works on the data does first: read the configuration, take the data folder, open the database. */
import { pendingMigrations } from '../../db/migrations/index.js'
import type { FolderLock } from '../../db/folder-lock.js'
import { readConfig, type Config } from '../config.js'
import { createContext, type AppContext } from '../context.js'
import { useDataFolder, writeInitialPassword } from '../data-folder.js'
import { systemActor } from '../domain/actor.js'
import { IdentityCenterError, isIdentityCenterError } from '../domain/errors.js'
import { prepare } from '../first-start.js'
import { createLogger } from '../logger.js'

/** Who acts, for the audit log. */
export const commandActor = systemActor('command')

/** Runs `work` on the data, beside a running server, and closes everything. The first start is made up for when missing. */
export async function withContext(work: (context: AppContext) => Promise<void>): Promise<void> {
  const config = readConfig()
  const shared = useDataFolder(config.dataDir, 'shared')
  await withOpened(config, shared, async (context) => {
    if ((await pendingMigrations(context.db)).length > 0) {
      // A command of a newer version must not migrate under a server of an older one.
      shared.release()
      const alone = takeAlone(config)
      try {
        await bringUp(context)
        await work(context)
      } finally {
        alone.release()
      }
      return
    }
    await bringUp(context)
    await work(context)
  })
}

/** Runs `work` while nobody else uses the data folder. Throws `dataFolder.inUse`. */
export async function withContextAlone(work: (context: AppContext) => Promise<void>): Promise<void> {
  const config = readConfig()
  await withOpened(config, useDataFolder(config.dataDir, 'exclusive'), work)
}

async function withOpened(
  config: Config,
  lock: FolderLock,
  work: (context: AppContext) => Promise<void>,
): Promise<void> {
  try {
    const context = await createContext(config, { logger: createLogger('silent') })
    try {
      await work(context)
    } finally {
      await context.close()
    }
  } finally {
    lock.release()
  }
}

function takeAlone({ dataDir }: Config): FolderLock {
  try {
    return useDataFolder(dataDir, 'exclusive')
  } catch (error) {
    if (!isIdentityCenterError(error, 'dataFolder.inUse')) throw error
    throw new IdentityCenterError(
      'database.migrationsPending',
      'The database is of an older version and a server is using it: stop the server, then run `identity-center migrate`.',
      {},
      { cause: error },
    )
  }
}

/** A command may be the first to touch an empty database: its administrator's password must not be lost. */
export async function bringUp(context: AppContext): Promise<void> {
  const { initialAdministrator } = await prepare(context)
  if (initialAdministrator?.password !== undefined) {
    const file = writeInitialPassword(context.config.dataDir, initialAdministrator.password)
    process.stderr.write(`The password of ${initialAdministrator.name} is in ${file}.\n`)
  }
}
