import type { Command } from 'commander'
import { commandActor, withContext } from './command-context.js'
import { requireUserNamed } from './find-by-name.js'

/** `user block` and `user unblock`: independent of the status that an identity provider may own. */
export function addUserBlock(parent: Command): void {
  for (const [verb, blocked, description] of [
    ['block', true, 'end what the user has open and keep the user out, whatever the identity provider says'],
    ['unblock', false, 'lift the block'],
  ] as const) {
    parent
      .command(`${verb} NAME`)
      .description(description)
      .action((name: string) =>
        withContext(async (context) => {
          const { id } = await requireUserNamed(context, name)
          await context.services.users.setBlocked(commandActor, id, blocked)
        }),
      )
  }
}
