import type { Command } from 'commander'
import { commandActor, withContext } from './command-context.js'

export function addScimCredentialCreate(parent: Command): void {
  parent
    .command('create')
    .description('make a SCIM bearer credential and print the secret, alone')
    .action(() =>
      withContext(async ({ services }) => {
        const { secret } = await services.scimCredentials.create(commandActor, {})
        console.log(secret)
      }),
    )
}
