/** Headers of every answer. `sendPage` sets the policy that a page needs in place of the one here. */
import type { RequestHandler } from 'express'
import helmet from 'helmet'

const ONE_YEAR_SECONDS = 365 * 24 * 60 * 60

/** What is no page (JSON, XML, redirects, files) loads nothing, is framed by nobody and is what its type says. */
export const securityHeaders = ({ secure }: { readonly secure: boolean }): RequestHandler =>
  helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
    },
    referrerPolicy: { policy: 'same-origin' },
    xFrameOptions: { action: 'deny' },
    // Under plain HTTP (a trial on one's own machine) the header would only mislead.
    strictTransportSecurity: secure && { maxAge: ONE_YEAR_SECONDS, includeSubDomains: false },
  })
