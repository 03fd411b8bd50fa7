import type { Command } from 'commander'
import { commandActor, withContext } from './command-context.js'

export function addAdminCreate(parent: Command): void {
  parent
    .command('create NAME')
    .description('make an administrator and print the initial password, alone')
    .option('--read-only', 'an auditor: QcloudOrganizationReadOnlyAccess')
    .action((name: string, options: { readonly readOnly?: true }) =>
      withContext(async ({ services }) => {
        const { initialPassword } = await services.administrators.create(commandActor, {
          name,
          rights: options.readOnly ? 'readOnly' : 'full',
        })
        console.log(initialPassword)
      }),
    )
}
