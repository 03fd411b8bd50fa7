/** Reads the JSON body of a SCIM request, once the client is known: nothing of a stranger's body is looked at. */
import { isUtf8 } from 'node:buffer'
import type { IncomingMessage } from 'node:http'
import { IdentityCenterError } from '../server/domain/errors.js'

/** `application/scim+json` and `application/json`, in UTF-8, which is JSON's own encoding. */
const MEDIA_TYPE = /^application\/(?:scim\+)?json *(?:;|$)/i
const CHARSET = /; *charset *= *"?([^";]*)/i

/** Throws `request.mediaType`, `request.tooLarge`, `request.malformedJson`. `limit` is in bytes. */
export async function readJsonBody(req: IncomingMessage, limit: number): Promise<unknown> {
  requireJson(req)
  const { 'content-length': announced } = req.headers
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
  const bytes = first && more.length === 0 ? first : Buffer.concat(chunks)
  if (!isUtf8(bytes)) throw new IdentityCenterError('request.malformedJson', 'The body is not UTF-8.')
  const text = bytes.toString('utf8')
  try {
    // Some clients begin with a byte order mark, which may be passed over (RFC 8259 section 8.1).
    return JSON.parse(text.startsWith('\ufeff') ? text.slice(1) : text) as unknown
  } catch (error) {
    const message = length === 0 ? 'The body is empty.' : 'The body is not JSON.'
    throw new IdentityCenterError('request.malformedJson', message, {}, { cause: error })
  }
}

function requireJson(req: IncomingMessage): void {
  const { 'content-type': type = '', 'content-encoding': encoding = 'identity' } = req.headers
  const charset = CHARSET.exec(type)?.[1]?.trim().toLowerCase() ?? 'utf-8'
  if (!MEDIA_TYPE.test(type) || (charset !== 'utf-8' && charset !== 'utf8')) {
    throw new IdentityCenterError(
      'request.mediaType',
      'Send the body as application/scim+json (or application/json) in UTF-8 and name it in Content-Type.',
    )
  }
  if (encoding.toLowerCase() !== 'identity') {
    throw new IdentityCenterError('request.mediaType', 'Send the body as it is, without Content-Encoding.')
  }
}

const tooLarge = (limit: number) =>
  new IdentityCenterError('request.tooLarge', `The body is larger than ${limit} bytes.`)
