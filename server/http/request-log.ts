/** One line per request when its answer is done: who answered what in which time. Paths, queries and bodies stay out. */
import type { RequestHandler } from 'express'
import { routeLabel } from './route-label.js'

/** As much of the logger as is needed here. */
export interface RequestLogger {
  info(facts: object, message: string): void
  debug(facts: object, message: string): void
}

/** Asked every few seconds by machines: of no interest to a reader unless he looks for them. */
const QUIET = new Set(['/healthz', '/readyz', '/metrics'])

/** Goes behind the one that gives request ids and before all doors. */
export function requestLog(logger: RequestLogger): RequestHandler {
  return (req, res, next) => {
    const start = process.hrtime.bigint()
    res.once('close', () => {
      const route = routeLabel(req)
      const facts = {
        requestId: res.getHeader('x-request-id'),
        method: req.method,
        route,
        status: res.statusCode,
        ms: Number((process.hrtime.bigint() - start) / 10_000n) / 100,
        // The client went away before it had its answer.
        ...(!res.writableFinished && { aborted: true }),
      }
      if (QUIET.has(route)) logger.debug(facts, 'request')
      else logger.info(facts, 'request')
    })
    next()
  }
}
