/** Refusals and bugs of the browser doors as pages: status, words, request id. Last handlers of a door. */
import type { ErrorRequestHandler, RequestHandler } from 'express'
import { ErrorPage } from '../../views/error.js'
import { errorText } from '../../views/i18n/error-text.js'
import type { FrameVariant } from '../../views/layout.js'
import { IdentityCenterError } from '../domain/errors.js'
import { refusalOf, STATUS_OF_KIND } from './http-errors.js'
import { languageOf } from './language.js'
import type { MakePageContext } from './page-context.js'
import { sendPage } from './page.js'

/** As much of the logger as is needed here. */
export interface ErrorLogger {
  error(facts: object, message: string): void
}

export interface ErrorPageDeps {
  readonly pageContext: MakePageContext
  readonly logger: ErrorLogger
}

export interface ErrorPagePlace {
  readonly variant: FrameVariant
  /** Where the way out leads. */
  readonly startPath: string
}

/** A page that does not exist; goes behind the routes of a door. */
export const pageNotFound: RequestHandler = () => {
  throw new IdentityCenterError('request.notFound', 'This page does not exist.')
}

/** Answers what the handlers of a door threw. Shows the message of a refusal, and nothing of a bug. */
export const errorPages =
  ({ pageContext, logger }: ErrorPageDeps, place: ErrorPagePlace): ErrorRequestHandler =>
  (thrown: unknown, req, res, next) => {
    if (res.headersSent) {
      next(thrown)
      return
    }
    const refusal = refusalOf(thrown)
    const requestId: unknown = res.locals['requestId']
    if (!refusal) logger.error({ err: thrown, requestId }, 'a page could not be made')
    const retryAfter = refusal?.facts['retryAfterSeconds']
    if (typeof retryAfter === 'number') res.set('Retry-After', String(retryAfter))
    const page = pageContext(req, res)
    sendPage(
      res,
      <ErrorPage
        page={page}
        variant={page.viewer ? place.variant : 'bare'}
        kind={refusal === undefined ? 'internal' : refusal.code === 'request.csrf' ? 'csrf' : refusal.kind}
        // What is not found is said by the page itself, in the same words everywhere.
        message={
          refusal && refusal.code !== 'request.notFound' ? errorText(languageOf(res), refusal) : undefined
        }
        requestId={typeof requestId === 'string' ? requestId : undefined}
        startPath={place.startPath}
      />,
      { status: refusal ? STATUS_OF_KIND[refusal.kind] : 500 },
    )
  }
