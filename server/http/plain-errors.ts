/** The last handler of all: what went wrong outside the doors (static files, metrics), or after an answer had begun. */
import { STATUS_CODES } from 'node:http'
import type { ErrorRequestHandler } from 'express'
import type { ErrorLogger } from './error-page.js'
import { refusalOf, STATUS_OF_KIND } from './http-errors.js'

/** Answers with the name of the status alone: a stack is for the log. Cuts an answer that had begun. */
export const plainErrors =
  ({ logger }: { readonly logger: ErrorLogger }): ErrorRequestHandler =>
  (thrown: unknown, _req, res, _next) => {
    const refusal = refusalOf(thrown)
    if (!refusal) {
      logger.error({ err: thrown, requestId: res.locals['requestId'] as unknown }, 'a request failed')
    }
    if (res.headersSent) {
      // Half of it must not pass for the whole.
      res.destroy()
      return
    }
    // Static files are refused by statuses of their own, such as 416 for a range that is not there.
    const own = thrown instanceof Error && 'status' in thrown ? thrown.status : undefined
    const status = !refusal ? 500 : typeof own === 'number' ? own : STATUS_OF_KIND[refusal.kind]
    res.status(status).set('Cache-Control', 'no-store').type('text/plain').send(`${STATUS_CODES[status]}\n`)
  }
