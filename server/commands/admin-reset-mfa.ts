import type { Command } from 'commander'
import { commandActor, withContext } from './command-context.js'
import { requireAdministratorNamed } from './find-by-name.js'

export function addAdminResetMfa(parent: Command): void {
  parent
    .command('reset-mfa NAME')
    .description("unbind an administrator's second factor; the next sign-in binds another one")
    .action((name: string) =>
      withContext(async (context) => {
        const { uin } = await requireAdministratorNamed(context, name)
        await context.services.administrators.resetMfa(commandActor, uin)
      }),
    )
}
