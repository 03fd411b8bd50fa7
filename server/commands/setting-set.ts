import type { Command } from 'commander'
import { commandActor, withContext } from './command-context.js'

export function addSettingSet(parent: Command): void {
  parent
    .command('set NAME VALUE')
    .description('change a setting; it counts at once, also in a running server')
    .action((name: string, value: string) =>
      withContext(async ({ services }) => {
        await services.zones.changeSetting(commandActor, name, value)
      }),
    )
}
