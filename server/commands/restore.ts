import { resolve } from 'node:path'
import type { Command } from 'commander'
import { readConfig } from '../config.js'
import { databaseFileIn, useDataFolder } from '../data-folder.js'
import { systemClock } from '../domain/clock.js'
import { createSecretBox } from '../domain/secrets.js'
import { obtainEncryptionKey } from '../encryption-key.js'
import { restoreBackup } from '../services/backup.js'

export function addRestore(program: Command): void {
  program
    .command('restore FILE')
    .description('put a backup in the place of the SQLite database; refused while a server runs')
    .action(async (file: string) => {
      const config = readConfig()
      const lock = useDataFolder(config.dataDir, 'exclusive')
      try {
        const aside = await restoreBackup({
          backup: resolve(file),
          databaseFile: config.databaseUrl === undefined ? databaseFileIn(config.dataDir) : undefined,
          secretBox: createSecretBox(await obtainEncryptionKey(config)),
          clock: systemClock,
        })
        console.log(aside === undefined ? 'Restored.' : `Restored. The database before is kept as ${aside}.`)
      } finally {
        lock.release()
      }
    })
}
