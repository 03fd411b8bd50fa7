import { createReadStream } from 'node:fs'
import type { Command } from 'commander'
import { IdentityCenterError } from '../domain/errors.js'
import { commandActor, withContext } from './command-context.js'

/** Metadata of one identity provider has a few kilobytes; nothing near this is one. */
const MAXIMUM_BYTES = 1024 * 1024

export function addSamlIdpMetadata(parent: Command): void {
  parent
    .command('idp-metadata FILE')
    .description('set up the identity provider from its metadata XML')
    .action(async (file: string) => {
      const metadata = await read(file)
      await withContext(async ({ services }) => {
        await services.identityProvider.setFromMetadata(commandActor, metadata)
      })
    })
}

async function read(file: string): Promise<Buffer> {
  try {
    const chunks: Buffer[] = []
    let size = 0
    // Pipes and devices do not tell their size beforehand.
    for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
      size += chunk.length
      if (size > MAXIMUM_BYTES) {
        throw new IdentityCenterError('request.tooLarge', `${file} is larger than any metadata.`)
      }
      chunks.push(chunk)
    }
    return Buffer.concat(chunks)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error) || error instanceof IdentityCenterError) throw error
    throw new IdentityCenterError(
      'request.invalid',
      `${file} cannot be read (${String(error.code)}).`,
      {},
      { cause: error },
    )
  }
}
