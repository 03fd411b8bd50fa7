/** What every request has, whichever door takes it: an id, one line in the log when its answer is done, a measured time. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { RequestHandler } from 'express'
import { newRequestId } from '../domain/ids.js'
import { routeLabel } from './route-label.js'

/** As much of the logger as is needed here. */
export interface RequestLogger {
  info(facts: object, message: string): void
  debug(facts: object, message: string): void
}

export interface ExchangeDeps {
  readonly logger: RequestLogger
  /** Takes the measures of a request that is done. */
  readonly observe: (method: string, route: string, status: number, seconds: number) => void
}

/**
 * Gives the request an id, never one that the client chose, puts it into the answer (`x-request-id`) and returns it.
 * `route` is asked when the answer is done: the pattern that answered, since paths, queries and bodies stay out of logs.
 */
export type BeginExchange = (req: IncomingMessage, res: ServerResponse, route: () => string) => string

/** Asked every few seconds by machines: of no interest to a reader unless he looks for them. */
const QUIET = new Set(['/healthz', '/readyz', '/metrics'])

export function createExchanges({ logger, observe }: ExchangeDeps): BeginExchange {
  return (req, res, route) => {
    const requestId = newRequestId()
    const start = performance.now()
    res.setHeader('x-request-id', requestId)
    res.once('close', () => {
      const ms = performance.now() - start
      const label = route()
      const method = req.method ?? ''
      observe(method, label, res.statusCode, ms / 1000)
      const facts = {
        requestId,
        method,
        route: label,
        status: res.statusCode,
        ms: Math.round(ms * 100) / 100,
        // The client went away before it had its answer.
        ...(!res.writableFinished && { aborted: true }),
      }
      if (QUIET.has(label)) logger.debug(facts, 'request')
      else logger.info(facts, 'request')
    })
    return requestId
  }
}

/** For the doors that Express serves: the id is in `res.locals.requestId` too. Goes before all of them. */
export function exchangeMiddleware(begin: BeginExchange): RequestHandler {
  return (req, res, next) => {
    res.locals['requestId'] = begin(req, res, () => routeLabel(req))
    next()
  }
}
