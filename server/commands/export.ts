import type { Command } from 'commander'
import { stringify } from 'yaml'
import { commandActor, withContext } from './command-context.js'

export function addExport(parent: Command): void {
  parent
    .command('export')
    .description(
      'print settings, organization, groups, permission configurations and assignments as YAML, for `apply`',
    )
    .action(() =>
      withContext(async ({ services }) => {
        const document = await services.zoneAsCode.read(commandActor)
        process.stdout.write(stringify(document, { aliasDuplicateObjects: false }))
      }),
    )
}
