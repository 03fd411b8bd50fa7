import type { Command } from 'commander'
import { commandActor, withContext } from './command-context.js'
import { requireAdministratorNamed } from './find-by-name.js'

export function addAdminReset(parent: Command): void {
  parent
    .command('reset NAME')
    .description(
      'give a locked-out administrator a new password, to be changed at sign-in, and print it, alone',
    )
    .action((name: string) =>
      withContext(async (context) => {
        const { uin } = await requireAdministratorNamed(context, name)
        const { administrators } = context.services
        console.log(await administrators.resetPassword(commandActor, uin, { mustChange: true }))
      }),
    )
}
