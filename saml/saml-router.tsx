/**
 * The service provider's door: metadata, the way to the identity provider, and the way back.
 *
 * The identity provider's answer is posted from another site, so no cookie of ours comes along and it says nothing about
 * whose browser this is. The ACS therefore signs nobody in: it answers with a one-time ticket, and the session is made at
 * `/saml/finish`, where the Lax cookie set at the start shows that this browser asked.
 */
import { parseCookie } from 'cookie'
import express, { Router, type ErrorRequestHandler, type Request, type Response } from 'express'
import type { Clock } from '../server/domain/clock.js'
import { IdentityCenterError, isIdentityCenterError } from '../server/domain/errors.js'
import { randomSecret } from '../server/domain/secrets.js'
import type { Browser } from '../server/http/browser.js'
import { pageNotFound } from '../server/http/error-page.js'
import { formBody } from '../server/http/form-body.js'
import { refusalOf, STATUS_OF_KIND } from '../server/http/http-errors.js'
import { networkRefusals } from '../server/http/network-refusal.js'
import { sendPage } from '../server/http/page.js'
import { failureLimit, rateLimit } from '../server/http/rate-limit.js'
import { originOf } from '../server/http/session-cookie.js'
import type { IdentityProviderService } from '../server/services/identity-provider.js'
import type { PendingSignInService } from '../server/services/pending-sign-ins.js'
import type { SignInDiagnostics } from '../server/services/sign-in-diagnostics.js'
import type { SignInNetworks } from '../server/services/sign-in-networks.js'
import type { SignInTests, TestFinding } from '../server/services/sign-in-tests.js'
import type { SignInService } from '../server/services/sign-in.js'
import type { SigningKeyService } from '../server/services/signing-keys.js'
import type { SingleLogoutService } from '../server/services/single-logout.js'
import type { ZoneService } from '../server/services/zones.js'
import { SamlConfirmPage } from '../views/saml/confirm.js'
import { SamlFailurePage } from '../views/saml/failure.js'
import { SamlRequestPage } from '../views/saml/request.js'
import { failuresOf } from './core/check-report.js'
import { decodeMessage } from './core/safe-xml.js'
import { SamlCheckError } from './core/saml-check.js'
import { answeredRequest, type VerifiedAssertion } from './core/verify.js'
import { logoutRouter } from './logout-router.js'
import { landingPath } from './relay-state.js'
import type { ResponseValidator } from './response-validation.js'
import { statusOf, ticketRefused, unreadableBody } from './saml-errors.js'
import { createServiceProvider, type LoginRequest } from './service-provider.js'

export interface SamlRouterDeps {
  readonly browser: Browser
  readonly clock: Clock
  readonly baseUrl: string
  readonly responseValidator: ResponseValidator
  readonly services: {
    readonly zones: ZoneService
    readonly signingKeys: SigningKeyService
    readonly identityProvider: IdentityProviderService
    readonly pendingSignIns: PendingSignInService
    readonly signIn: SignInService
    readonly signInDiagnostics: SignInDiagnostics
    readonly signInNetworks: SignInNetworks
    readonly signInTests: SignInTests
    readonly singleLogout: SingleLogoutService
  }
}

/** Where a sign-in leads that was not on its way to a page. */
const DEFAULT_PATH = '/portal'
/** Base64 of the largest message, percent-encoded, and room for RelayState. */
const BODY_LIMIT = '512kb'
const COOKIE_SECONDS = 600
const SECRET = /^[A-Za-z0-9_-]{43}$/

export function samlRouter({ browser, clock, baseUrl, responseValidator, services }: SamlRouterDeps): Router {
  const { zones, identityProvider, pendingSignIns, signIn, signInDiagnostics, signInNetworks, signInTests } =
    services
  const serviceProvider = createServiceProvider({
    ...services,
    clock,
    baseUrl,
    validator: responseValidator,
  })
  const cookieOptions = { httpOnly: true, sameSite: 'lax', secure: browser.secure, path: '/' } as const

  const cookie = (name: string) => {
    const fullName = `${browser.secure ? '__Host-' : ''}${name}`
    return {
      read(req: Request): string | undefined {
        const value = parseCookie(req.headers.cookie ?? '')[fullName]
        return value !== undefined && SECRET.test(value) ? value : undefined
      },
      set: (res: Response, secret: string) =>
        res.cookie(fullName, secret, { ...cookieOptions, maxAge: COOKIE_SECONDS * 1000 }),
      clear: (res: Response) => res.clearCookie(fullName, cookieOptions),
    }
  }
  /** Shows at the end of a sign-in which browser began it. */
  const browserCookie = cookie('saml-browser')
  /** Binds an answer that nobody asked for to the browser that is to confirm it. */
  const confirmCookie = cookie('saml-confirm')

  // A large message takes a quarter of a second to refuse: nobody may have that done as often as people sign in.
  const refusedResponses = failureLimit({ clock, burst: 200, perSecond: 2 })

  const router = Router()
  router.use(
    (_req, res, next) => {
      res.set('Cache-Control', 'no-store')
      next()
    },
    // A company behind one address arrives in the same minute.
    rateLimit({ clock, burst: 600, perSecond: 20 }),
    ...browser.enter('portal'),
  )

  router.get('/metadata', async (_req, res) => {
    const { metadataXml } = await identityProvider.serviceProviderInfo()
    res
      .set('Content-Disposition', 'attachment; filename="identity-center-metadata.xml"')
      .set('X-Content-Type-Options', 'nosniff')
      .type('application/samlmetadata+xml')
      .send(metadataXml)
  })

  router.get('/login', async (req, res) => {
    await signInNetworks.require(originOf(req, res))
    const relayState = landingPath(req.query['RelayState'])
    const elsewhere = addressToBeginAt(req, relayState)
    if (elsewhere !== undefined) {
      res.redirect(302, elsewhere)
      return
    }
    // Kept over several sign-ins, so that two tabs can be at it together.
    const secret = browserCookie.read(req) ?? randomSecret()
    const request = await serviceProvider.begin(secret, relayState, originOf(req, res))
    browserCookie.set(res, secret)
    lead(req, res, request)
  })

  /** Leads the browser to the identity provider. */
  function lead(req: Request, res: Response, request: LoginRequest): void {
    if (request.binding === 'redirect') {
      res.redirect(302, request.url)
      return
    }
    sendPage(
      res,
      <SamlRequestPage
        page={browser.pageContext(req, res)}
        purpose="signIn"
        url={request.url}
        fields={{ SAMLRequest: request.samlRequest }}
      />,
      { formTargets: [new URL(request.url).origin] },
    )
  }

  router.get('/test/:requestId', async (req, res) => {
    const { requestId } = req.params
    if (!(await signInTests.isWaiting(requestId))) {
      throw new IdentityCenterError('request.notFound', 'This page does not exist.')
    }
    lead(req, res, await serviceProvider.beginTest(requestId))
  })

  /** Whether the message says that it answers a test. Unsigned words: they decide only that nobody is signed in by it. */
  async function findTest(xml: string): Promise<string | undefined> {
    const requestId = answeredRequest(xml)
    return requestId !== undefined && (await signInTests.isWaiting(requestId)) ? requestId : undefined
  }

  /** Checks the answer to a test and keeps what was found; no ticket, no session. */
  async function answerTest(req: Request, res: Response, requestId: string, xml: string): Promise<void> {
    let assertion: VerifiedAssertion | undefined
    let finding: TestFinding
    try {
      assertion = await serviceProvider.validateTest(xml, requestId, originOf(req, res))
      finding = { assertion, ...(await pendingSignIns.preview(assertion)) }
    } catch (failure) {
      if (!(failure instanceof SamlCheckError)) throw failure
      finding = { failure, ...(assertion && { assertion }) }
    }
    await signInTests.record(requestId, finding, xml, originOf(req, res))
    res.redirect(303, `/admin/sso/tests/${requestId}`)
  }

  /**
   * The cookie has to be set where the answer arrives: a person who came by another name of this machine (127.0.0.1 for
   * localhost) begins at the base address instead. Once only, as a proxy may hide the name that was asked for; and for
   * browsers only, which say that they navigate.
   */
  function addressToBeginAt(req: Request, relayState: string | undefined): string | undefined {
    const here = new URL(baseUrl).host
    if (req.get('host') === here || req.get('sec-fetch-mode') !== 'navigate') return undefined
    if (req.query['moved'] !== undefined) return undefined
    const query = new URLSearchParams({
      moved: '1',
      ...(relayState !== undefined && { RelayState: relayState }),
    })
    return `${baseUrl}/saml/login?${query.toString()}`
  }

  router.post(
    '/acs/:zoneId',
    refusedResponses.require,
    express.urlencoded({ extended: false, limit: BODY_LIMIT, parameterLimit: 20 }),
    async (req: Request<{ zoneId: string }>, res) => {
      if (req.params.zoneId !== (await zones.current()).id) {
        throw new IdentityCenterError('request.notFound', 'This page does not exist.')
      }
      const fields: Readonly<Record<string, unknown>> =
        (req.body as Record<string, unknown> | undefined) ?? {}
      const xml = decodeMessage(fields['SAMLResponse'])
      res.locals['samlResponse'] = xml
      let assertion: VerifiedAssertion
      try {
        // Before the message: what it says, and of whom, is nobody's business from there.
        const origin = originOf(req, res)
        await signInNetworks.require(origin)
        assertion = await serviceProvider.validate(xml, origin)
      } catch (error) {
        // An answer to a test never gets past this: its request is none of those that can be answered.
        const test = await findTest(xml)
        if (test === undefined) throw error
        await answerTest(req, res, test, xml)
        return
      }
      res.locals['samlName'] = assertion.nameId
      if (assertion.inResponseTo !== undefined) {
        const { ticket } = await pendingSignIns.complete(assertion)
        res.redirect(303, `/saml/finish?ticket=${ticket}`)
        return
      }
      const browserSecret = randomSecret()
      const relayState = landingPath(fields['RelayState'])
      const { ticket } = await pendingSignIns.complete(assertion, { browserSecret, relayState })
      confirmCookie.set(res, browserSecret)
      res.redirect(303, `/saml/confirm?ticket=${ticket}`)
    },
  )
  router.all('/acs/:zoneId', (_req, res) => {
    res.status(405).set('Allow', 'POST').type('text/plain').send('Responses are taken by POST only.\n')
  })

  async function finish(
    req: Request,
    res: Response,
    ticket: unknown,
    secret: string | undefined,
  ): Promise<void> {
    try {
      const opened = await signIn.finishFederated(
        typeof ticket === 'string' ? ticket : '',
        secret ?? '',
        browser.cookies.signInOrigin(req, res, 'portal'),
      )
      browser.cookies.set(res, opened)
      res.redirect(303, landingPath(opened.relayState) ?? DEFAULT_PATH)
    } catch (error) {
      if (!isIdentityCenterError(error, 'signIn.federationFailed')) throw error
      res.locals['samlAudited'] = true
      throw ticketRefused(error)
    }
  }

  router.get('/finish', (req, res) => finish(req, res, req.query['ticket'], browserCookie.read(req)))

  // An answer that nobody asked for may have been brought by a page of somebody else's, to sign this person in under
  // another name. So it is shown first; the cookie that it needs does not come along with a foreign form.
  router.get('/confirm', async (req, res) => {
    await signInNetworks.require(originOf(req, res))
    const ticket = req.query['ticket']
    const secret = confirmCookie.read(req)
    const user =
      typeof ticket === 'string' && secret !== undefined
        ? await signIn.previewFederated(ticket, secret)
        : undefined
    if (typeof ticket !== 'string' || !user) throw ticketRefused(unknownTicket())
    sendPage(
      res,
      <SamlConfirmPage page={browser.pageContext(req, res)} userName={user.userName} ticket={ticket} />,
    )
  })
  router.post('/confirm', formBody, browser.requireCsrf, async (req, res) => {
    const { ticket } = (req.body ?? {}) as Record<string, unknown>
    const secret = confirmCookie.read(req)
    confirmCookie.clear(res)
    await finish(req, res, ticket, secret)
  })

  router.use(
    logoutRouter({
      browser,
      zones,
      singleLogout: services.singleLogout,
      requireFewRefusals: refusedResponses.require,
      bodyLimit: BODY_LIMIT,
    }),
  )

  router.use(pageNotFound, failurePage({ browser, signInDiagnostics, noteFailure: refusedResponses.count }))
  router.use(networkRefusals({ browser, signInDiagnostics }, 'saml'))
  router.use(browser.errorPages({ variant: 'bare', startPath: DEFAULT_PATH }))
  return router
}

const unknownTicket = () =>
  new IdentityCenterError('signIn.federationFailed', 'The ticket is not known.', { cause: 'ticketUnknown' })

interface FailurePageDeps {
  readonly browser: Browser
  readonly signInDiagnostics: SignInDiagnostics
  readonly noteFailure: (req: Request) => void
}

/** Keeps the reason for the administrator and shows the person a reference; one sentence for every cause. */
function failurePage({ browser, signInDiagnostics, noteFailure }: FailurePageDeps): ErrorRequestHandler {
  return async (thrown: unknown, req, res, next) => {
    const failure = failureOf(thrown, req)
    if (!failure || res.headersSent) {
      next(thrown)
      return
    }
    noteFailure(req)
    const response: unknown = res.locals['samlResponse']
    const userName: unknown = res.locals['samlName']
    const purpose = res.locals['samlPurpose'] === 'logout' ? 'logout' : 'signIn'
    const reference = await signInDiagnostics.record(
      originOf(req, res),
      {
        purpose,
        check: failure.check,
        message: failure.message,
        remedy: failure.remedy,
        failures: failuresOf(failure),
        ...(typeof userName === 'string' && { userName }),
        ...(typeof response === 'string' && { response }),
      },
      { audited: res.locals['samlAudited'] === true },
    )
    sendPage(
      res,
      <SamlFailurePage page={browser.pageContext(req, res)} reference={reference} purpose={purpose} />,
      {
        status: statusOf(failure.check),
      },
    )
  }
}

/** A failed check, or a body at the ACS that the parser refused; everything else is the error pages' part. */
function failureOf(thrown: unknown, req: Request): SamlCheckError | undefined {
  if (thrown instanceof SamlCheckError) return thrown
  if (thrown instanceof IdentityCenterError || !/^\/(?:acs|slo)\//.test(req.path)) return undefined
  const refusal = refusalOf(thrown)
  return refusal && unreadableBody(STATUS_OF_KIND[refusal.kind], thrown)
}
