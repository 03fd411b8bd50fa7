import { resolve } from 'node:path'
import type { Command } from 'commander'
import { commandActor, withContext } from './command-context.js'

export function addBackup(program: Command): void {
  program
    .command('backup FILE')
    .description('write a checked copy of the SQLite database, beside a running server')
    .action((file: string) =>
      withContext(async ({ config, services }) => {
        await services.backup.create(commandActor, resolve(file))
        const key = config.encryptionKey ? 'ENCRYPTION_KEY' : `${config.dataDir}/encryption.key`
        console.log(`Wrote ${file}. The encryption key is not in it: keep ${key} apart, a restore needs it.`)
      }),
    )
}
