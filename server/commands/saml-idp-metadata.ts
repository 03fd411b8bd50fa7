import type { Command } from 'commander'
import { commandActor, withContext } from './command-context.js'
import { readFileBounded } from './read-file.js'

/** Metadata of one identity provider has a few kilobytes; nothing near this is one. */
const MAXIMUM_BYTES = 1024 * 1024

export function addSamlIdpMetadata(parent: Command): void {
  parent
    .command('idp-metadata FILE')
    .description('set up the identity provider from its metadata XML')
    .action(async (file: string) => {
      const metadata = await readFileBounded(file, MAXIMUM_BYTES)
      await withContext(async ({ services }) => {
        await services.identityProvider.setFromMetadata(commandActor, metadata)
      })
    })
}
