/** What the browser doors share, built once: cookies, CSRF check, page context, error pages. */
import type { ErrorRequestHandler, RequestHandler } from 'express'
import type { Clock } from '../domain/clock.js'
import { IdentityCenterError } from '../domain/errors.js'
import type { SessionKind } from '../domain/session.js'
import type { SessionService } from '../services/sessions.js'
import { createCsrf } from './csrf.js'
import { errorPages, type ErrorLogger, type ErrorPagePlace } from './error-page.js'
import { createFlash } from './flash.js'
import { chooseLanguage } from './language.js'
import { createPageContext } from './page-context.js'
import { rateLimit } from './rate-limit.js'
import { createSessionCookies } from './session-cookie.js'
import { chooseTheme } from './theme.js'

export interface BrowserDeps {
  readonly sessions: SessionService
  readonly logger: ErrorLogger
  readonly baseUrl: string
  readonly clock: Clock
}

/** No address of ours holds NUL, and PostgreSQL cannot even look for one. */
const requireStorableAddress: RequestHandler = (req, _res, next) => {
  if (req.originalUrl.includes('%00')) {
    throw new IdentityCenterError('request.invalid', 'The address could not be read.')
  }
  next()
}

export function createBrowser({ sessions, logger, baseUrl, clock }: BrowserDeps) {
  const secure = baseUrl.startsWith('https:')
  const cookies = createSessionCookies({ sessions, secure })
  const csrf = createCsrf({ secure, baseUrl })
  const flash = createFlash({ secure })
  const pageContext = createPageContext({ csrf, flash })

  return {
    /** Whether cookies are `Secure`. */
    secure,
    clock,
    cookies,
    flash,
    pageContext,
    csrfToken: csrf.csrfToken,
    /** Who the browser is before anybody has signed in. */
    findVisitor: csrf.findVisitor,
    /** Whether a page of another site made the browser send this. */
    comesFromElsewhere: csrf.comesFromElsewhere,
    /** Goes behind the body parsers of the door. */
    requireCsrf: csrf.requireCsrf,
    /** Before every handler that looks at a password, a code or a ticket. */
    limitSignIns: rateLimit({ clock, burst: 300, perSecond: 50 }),
    /** First handlers of a door: language, and whose session it is. Body parsers, CSRF check and guards follow. */
    enter: (kind: SessionKind): readonly RequestHandler[] => [
      chooseLanguage({ secure }),
      chooseTheme({ secure }),
      cookies.authenticate(kind),
      requireStorableAddress,
    ],
    /** Last handler of a door. */
    errorPages: (place: ErrorPagePlace): ErrorRequestHandler => errorPages({ pageContext, logger }, place),
  }
}

/** Handed to every browser door. */
export type Browser = ReturnType<typeof createBrowser>
