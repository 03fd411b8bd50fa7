import type { Command } from 'commander'
import { pendingMigrations } from '../../db/migrations/index.js'
import { bringUp, withContextAlone } from './command-context.js'

export function addMigrate(program: Command): void {
  program
    .command('migrate')
    .description('bring the database to the schema of this version; refused while a server runs')
    .action(() =>
      withContextAlone(async (context) => {
        const pending = await pendingMigrations(context.db)
        await bringUp(context)
        console.log(pending.length === 0 ? 'Nothing to do.' : `Applied ${pending.join(', ')}.`)
      }),
    )
}
