import type { Command } from 'commander'
import { commandActor, withContext } from './command-context.js'

export function addUserCreate(parent: Command): void {
  parent
    .command('create NAME')
    .description('make a user and print the initial password, alone')
    .option('--disabled', 'the user may not sign in until enabled')
    .action((userName: string, options: { readonly disabled?: true }) =>
      withContext(async ({ services }) => {
        const [created] = await services.users.createWithPasswords(commandActor, [
          { userName, emails: [], attributes: {}, active: !options.disabled },
        ])
        console.log(created?.initialPassword)
      }),
    )
}
