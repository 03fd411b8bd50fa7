import type { Command } from 'commander'
import { commandActor, withContext } from './command-context.js'
import { requireUserNamed } from './find-by-name.js'

export function addUserDisable(parent: Command): void {
  parent
    .command('disable NAME')
    .description('end what the user has open and refuse the next sign-in')
    .action((name: string) =>
      withContext(async (context) => {
        const { id } = await requireUserNamed(context, name)
        await context.services.users.setActive(commandActor, id, false)
      }),
    )
}
