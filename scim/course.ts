/** What becomes known of a request on its way through the door, told to the log when the answer was sent. */
import type { IncomingMessage } from 'node:http'
import type { Clock } from '../server/domain/clock.js'
import type { ScimCredentialId } from '../server/domain/ids.js'
import type { ScimRecorder } from '../server/domain/scim-log.js'
import type { ScimAnswer } from './answer.js'
import { errorBody, type ScimFailure } from './scim-errors.js'

/** A request on its way. */
export interface ScimCourse {
  /** Set as soon as it is known whose secret was sent. */
  credentialId?: ScimCredentialId
  /** The body as it was read. */
  body?: unknown
  /** Told once, after the answer was sent: `size` is that of its body as text. */
  done(answer: ScimAnswer, size: number): void
  failed(failure: ScimFailure): void
}

export interface CourseDeps {
  readonly recorder: ScimRecorder
  readonly clock: Clock
  readonly addressOf: (req: IncomingMessage) => string | undefined
}

/** `url` is path and query behind the door's prefix. */
export type BeginCourse = (req: IncomingMessage, requestId: string, url: string) => ScimCourse

export function createCourses({ recorder, clock, addressOf }: CourseDeps): BeginCourse {
  return (req, requestId, url) => {
    const at = clock.now()
    const start = performance.now()

    function record(answer: ScimAnswer, size: number, failure?: ScimFailure): void {
      const { 'user-agent': userAgent } = req.headers
      const { credentialId, body } = course
      const address = addressOf(req)
      recorder.record({
        requestId,
        at,
        milliseconds: performance.now() - start,
        method: req.method ?? '',
        url,
        bytes: bodySize(req) + size,
        status: answer.status,
        ...(credentialId !== undefined && { credentialId }),
        ...(address !== undefined && { address }),
        ...(userAgent !== undefined && { userAgent }),
        ...(body !== undefined && { request: body }),
        ...(answer.location !== undefined && { location: answer.location }),
        ...(answer.body && { answer: answer.body }),
        ...(failure && { failure }),
        ...(answer.remarks && { remarks: answer.remarks }),
      })
    }

    const course: ScimCourse = {
      done: record,
      failed: (failure) => record({ status: failure.status, body: errorBody(failure) }, 0, failure),
    }
    return course
  }
}

/** A body that comes in chunks may be of any size. */
function bodySize({ headers }: IncomingMessage): number {
  if (headers['transfer-encoding'] !== undefined) return Number.POSITIVE_INFINITY
  return Number(headers['content-length'] ?? 0)
}
