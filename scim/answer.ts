/** What a SCIM request is answered with, and sending it: serialised once, long member lists piece by piece. */
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Request, Response } from 'express'
import type { JsonObject } from '../server/domain/user.js'

export interface ScimAnswer {
  readonly status: number
  readonly body?: object
  readonly location?: string
  /** Version of the resource: its ETag. */
  readonly version?: number
  /** Members of a large group, page by page: they follow the attributes of `body`. */
  readonly members?: AsyncIterable<readonly JsonObject[]>
}

export const entityTag = (version: number): string => `W/"${version}"`

/** `application/scim+json`, unless the client names plain JSON only. */
function mediaType(req: Request): string {
  const { accept } = req.headers
  return accept?.includes('application/json') && !accept.includes('application/scim+json')
    ? 'application/json; charset=utf-8'
    : 'application/scim+json; charset=utf-8'
}

export async function sendAnswer(req: Request, res: Response, answer: ScimAnswer): Promise<void> {
  res.statusCode = answer.status
  if (answer.location !== undefined) res.setHeader('location', answer.location)
  if (answer.version !== undefined) res.setHeader('etag', entityTag(answer.version))
  if (!answer.body) {
    res.end()
    return
  }
  res.setHeader('content-type', mediaType(req))
  const text = JSON.stringify(answer.body)
  if (!answer.members || req.method === 'HEAD') {
    res.setHeader('content-length', Buffer.byteLength(text))
    res.end(text)
    return
  }
  try {
    await pipeline(Readable.from(withMembers(text, answer.members)), res)
  } catch (error) {
    // A client that hangs up half-way is no failure of ours.
    if (!isHangUp(error)) throw error
  }
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
