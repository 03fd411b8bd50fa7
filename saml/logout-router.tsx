/**
 * Single logout: the way to the identity provider, and where its messages arrive. They come from another site, so no
 * cookie counts here: what a message may end is decided by its signature and by the names in it.
 */
import express, { Router, type Request, type RequestHandler, type Response } from 'express'
import { IdentityCenterError } from '../server/domain/errors.js'
import type { Browser } from '../server/http/browser.js'
import { sendPage } from '../server/http/page.js'
import { originOf } from '../server/http/session-cookie.js'
import type {
  OutgoingMessage,
  ReceivedLogout,
  SingleLogoutService,
} from '../server/services/single-logout.js'
import type { ZoneService } from '../server/services/zones.js'
import { LoggedOutPage, type LogoutReach } from '../views/saml/logged-out.js'
import { SamlRequestPage } from '../views/saml/request.js'
import type { LogoutOutcome } from './core/logout-messages.js'
import { readRedirect } from './core/redirect-binding.js'
import { decodeMessage, LOGOUT_BOUNDS } from './core/safe-xml.js'
import { SamlCheckError } from './core/saml-check.js'
import type { LogoutMessageForm } from './core/verify-logout.js'

export interface LogoutRouterDeps {
  readonly browser: Browser
  readonly zones: ZoneService
  readonly singleLogout: SingleLogoutService
  /** Bounds how often one address may have messages refused. */
  readonly requireFewRefusals: RequestHandler
  readonly bodyLimit: string
}

const REACH: Record<LogoutOutcome, LogoutReach> = {
  success: 'everywhere',
  partial: 'partial',
  failed: 'unknown',
}

export function logoutRouter(deps: LogoutRouterDeps): Router {
  const { browser, zones, singleLogout, requireFewRefusals, bodyLimit } = deps
  const router = Router()

  /** Sends the browser on with a message. */
  function forward(req: Request, res: Response, message: OutgoingMessage): void {
    if (message.binding === 'redirect') {
      res.redirect(302, message.url)
      return
    }
    const page = browser.pageContext(req, res)
    sendPage(
      res,
      <SamlRequestPage page={page} purpose="logout" url={message.url} fields={message.fields} />,
      {
        formTargets: [new URL(message.url).origin],
      },
    )
  }

  function finish(req: Request, res: Response, received: ReceivedLogout): void {
    if (received.kind === 'ended' && received.answer) {
      forward(req, res, received.answer)
      return
    }
    const reach = received.kind === 'answered' ? REACH[received.outcome] : 'here'
    sendPage(res, <LoggedOutPage page={browser.pageContext(req, res)} reach={reach} />)
  }

  router.get('/logout/:requestId', async (req, res) => {
    const message = await singleLogout.request(req.params.requestId)
    // Too late, or called up a second time after the answer: here the session has ended in any case.
    if (message) forward(req, res, message)
    else sendPage(res, <LoggedOutPage page={browser.pageContext(req, res)} reach="unknown" />)
  })

  const atOurAddress: RequestHandler<{ zoneId: string }> = async (req, res, next) => {
    res.locals['samlPurpose'] = 'logout'
    if (req.params.zoneId !== (await zones.current()).id) {
      throw new IdentityCenterError('request.notFound', 'This page does not exist.')
    }
    next()
  }

  async function receive(
    req: Request,
    res: Response,
    form: LogoutMessageForm,
    relayState: string | undefined,
  ): Promise<void> {
    finish(req, res, await singleLogout.receive(form, relayState, originOf(req, res)))
  }

  router.get('/slo/:zoneId', atOurAddress, requireFewRefusals, async (req, res) => {
    // As it came, character by character: the signature is over that.
    const at = req.originalUrl.indexOf('?')
    const message = readRedirect(at === -1 ? '' : req.originalUrl.slice(at + 1))
    res.locals['samlResponse'] = message.xml
    await receive(req, res, { binding: 'redirect', message }, message.relayState)
  })

  router.post(
    '/slo/:zoneId',
    atOurAddress,
    requireFewRefusals,
    express.urlencoded({ extended: false, limit: bodyLimit, parameterLimit: 20 }),
    async (req, res) => {
      const fields: Readonly<Record<string, unknown>> =
        (req.body as Record<string, unknown> | undefined) ?? {}
      const { SAMLRequest: request, SAMLResponse: response, RelayState: relayState } = fields
      if ((request === undefined) === (response === undefined)) {
        throw new SamlCheckError(
          'encoding',
          'The form has to carry exactly one SAMLRequest or SAMLResponse.',
          'The identity provider has to use the HTTP-POST or the HTTP-Redirect binding for its logout messages.',
        )
      }
      const field = request === undefined ? 'SAMLResponse' : 'SAMLRequest'
      const xml = decodeMessage(request ?? response, LOGOUT_BOUNDS)
      res.locals['samlResponse'] = xml
      await receive(
        req,
        res,
        { binding: 'post', field, xml },
        typeof relayState === 'string' ? relayState : undefined,
      )
    },
  )
  router.all('/slo/:zoneId', (_req, res) => {
    res
      .status(405)
      .set('Allow', 'GET, POST')
      .type('text/plain')
      .send('Logout messages are taken by GET and POST only.\n')
  })
  return router
}
