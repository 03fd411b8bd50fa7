import type { Command } from 'commander'
import { commandActor, withContext } from './command-context.js'
import { requireUserNamed } from './find-by-name.js'

export function addUserDelete(parent: Command): void {
  parent
    .command('delete NAME')
    .description('remove a user; refused while groups or assignments hold on to it')
    .action((name: string) =>
      withContext(async (context) => {
        const { id } = await requireUserNamed(context, name)
        await context.services.users.remove(commandActor, id)
      }),
    )
}
