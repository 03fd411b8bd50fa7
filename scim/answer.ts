/** What a SCIM request is answered with, and sending it: serialised once, long member lists piece by piece. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { ScimRemarks } from '../server/domain/scim-log.js'
import type { JsonObject } from '../server/domain/user.js'
import { acceptedMediaType, SCIM_JSON } from './media-type.js'

export interface ScimAnswer {
  readonly status: number
  readonly body?: object
  readonly location?: string
  /** Version of the resource: its ETag. */
  readonly version?: number
  /** Members of a large group, page by page: they follow the attributes of `body`. */
  readonly members?: AsyncIterable<readonly JsonObject[]>
  /** For the log alone. */
  readonly remarks?: ScimRemarks
}

export const entityTag = (version: number): string => `W/"${version}"`

/**
 * Sends the answer with `headers` and those it has of its own. Resolves when all of it is handed to the connection, with
 * the size of `body` as text.
 */
export async function sendAnswer(
  req: IncomingMessage,
  res: ServerResponse,
  answer: ScimAnswer,
  headers: Readonly<Record<string, string>>,
): Promise<number> {
  const { status, location, version, body, members } = answer
  const own: Record<string, string | number> = { ...headers }
  if (location !== undefined) own['location'] = location
  if (version !== undefined) own['etag'] = entityTag(version)
  if (!body) {
    res.writeHead(status, own).end()
    return 0
  }
  // A refusal is told also to a client that takes neither media type.
  own['content-type'] = acceptedMediaType(req.headers.accept) ?? SCIM_JSON
  // What `meta.location` must be the same as (RFC 7643 section 3.1).
  if (location !== undefined) own['content-location'] = location
  const text = JSON.stringify(body)
  if (members && req.method === 'HEAD') {
    // How long the list would be is not known before it is read.
    res.writeHead(status, own).end()
    return 0
  }
  if (!members) {
    // Turned into bytes once: a text would be for its length and again for the connection.
    const bytes = Buffer.from(text)
    own['content-length'] = bytes.length
    res.writeHead(status, own).end(bytes)
    return bytes.length
  }
  res.writeHead(status, own)
  try {
    await pipeline(Readable.from(withMembers(text, members)), res)
  } catch (error) {
    // A client that hangs up half-way is no failure of ours.
    if (!isHangUp(error)) throw error
  }
  return text.length
}

const isHangUp = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ERR_STREAM_PREMATURE_CLOSE'

/** The object's text with `members` as its last attribute. */
async function* withMembers(
  text: string,
  pages: AsyncIterable<readonly JsonObject[]>,
): AsyncGenerator<string> {
  yield `${text.slice(0, -1)},"members":[`
  let separator = ''
  for await (const members of pages) {
    yield separator + JSON.stringify(members).slice(1, -1)
    separator = ','
  }
  yield ']}'
}
