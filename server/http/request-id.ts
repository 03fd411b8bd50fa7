/** One id per request: in every answer, in the log and in the audit event. Never taken from the client. */
import type { RequestHandler } from 'express'
import { newRequestId } from '../domain/ids.js'

/** Sets `res.locals.requestId` and the `x-request-id` of the answer. */
export const requestId: RequestHandler = (_req, res, next) => {
  const id = newRequestId()
  res.locals['requestId'] = id
  res.set('x-request-id', id)
  next()
}
