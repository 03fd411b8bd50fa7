import { createReadStream } from 'node:fs'
import { IdentityCenterError } from '../domain/errors.js'

/**
 * Reads a file that was named on the command line; pipes and devices too, which do not tell their size beforehand.
 * Throws `request.tooLarge` beyond `maximumBytes`, `request.invalid` when it cannot be read.
 */
export async function readFileBounded(file: string, maximumBytes: number): Promise<Buffer> {
  try {
    const chunks: Buffer[] = []
    let size = 0
    for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
      size += chunk.length
      if (size > maximumBytes) {
        throw new IdentityCenterError('request.tooLarge', `${file} is larger than ${maximumBytes} bytes.`)
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
