/** The bytes of a request's body, up to a limit. */
import type { IncomingMessage } from 'node:http'
import { IdentityCenterError } from '../domain/errors.js'

/** Throws `request.tooLarge`, `request.mediaType` for a compressed one. `limit` is in bytes. */
export async function readBody(req: IncomingMessage, limit: number): Promise<Buffer> {
  const { 'content-length': announced, 'content-encoding': encoding = 'identity' } = req.headers
  if (encoding.toLowerCase() !== 'identity') {
    throw new IdentityCenterError('request.mediaType', 'Send the body as it is, without Content-Encoding.')
  }
  if (announced !== undefined && Number(announced) > limit) throw tooLarge(limit)
  const chunks: Buffer[] = []
  let length = 0
  // Leaving off in the middle must not close the connection: the refusal is still to be sent.
  const incoming: AsyncIterable<Buffer> = req.iterator({ destroyOnReturn: false })
  for await (const chunk of incoming) {
    length += chunk.length
    if (length > limit) throw tooLarge(limit)
    chunks.push(chunk)
  }
  const [first, ...more] = chunks
  return first && more.length === 0 ? first : Buffer.concat(chunks)
}

const tooLarge = (limit: number) =>
  new IdentityCenterError('request.tooLarge', `The body is larger than ${limit} bytes.`)
