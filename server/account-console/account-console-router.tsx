/**
 * The consoles of the simulated accounts, below `/account`. An account takes a signed response from the portal's page and
 * opens under the role that it names, or opens for a CAM user whom the portal or its own password (`sign-in.tsx`) let in;
 * what the visitor may do can be tried out here.
 */
import { Router, type Request, type RequestHandler, type Response } from 'express'
import { z } from 'zod'
import { AccessPage, type AccessAnswer } from '../../views/account/access-page.js'
import { EnterPage } from '../../views/account/enter-page.js'
import { OverviewPage } from '../../views/account/overview-page.js'
import { accountSignInPath } from '../../views/account/sign-in-page.js'
import { texts } from '../../views/i18n/index.js'
import type { FieldErrors } from '../../views/parts/form.js'
import type { Clock } from '../domain/clock.js'
import type { CloudCaller } from '../domain/cloud-caller.js'
import { IdentityCenterError } from '../domain/errors.js'
import type { UserId } from '../domain/ids.js'
import { splitResourceName } from '../domain/policy-document.js'
import type { Decision, RequestContext } from '../domain/policy-evaluation.js'
import { actorOf, isComplete, type SessionView } from '../domain/session.js'
import type { Browser } from '../http/browser.js'
import { pageNotFound } from '../http/error-page.js'
import { formBody } from '../http/form-body.js'
import { languageOf } from '../http/language.js'
import { networkRefusals } from '../http/network-refusal.js'
import { sendPage } from '../http/page.js'
import { failureLimit } from '../http/rate-limit.js'
import { findSession, originOf, refuseOtherNetworks } from '../http/session-cookie.js'
import { validate } from '../http/validate.js'
import type { ApiCallerService } from '../services/api-callers.js'
import type { CamUserAccessService } from '../services/cam-user-access.js'
import type { SignInDiagnostics } from '../services/sign-in-diagnostics.js'
import { roleSessionActor, type RoleSessionService } from '../services/role-sessions.js'
import { accountGroupsRouter } from './groups.js'
import { createObjectDoor, type AccountObjectServices } from './object-door.js'
import { accountPoliciesRouter } from './policies.js'
import { accountRolesRouter } from './roles.js'
import { accountUsersRouter } from './users.js'
import { leaveAccount, rememberVisit, visitBehind, type Visit } from './visit.js'

export interface AccountConsoleDeps {
  readonly browser: Browser
  readonly clock: Clock
  readonly services: {
    readonly roleSessions: RoleSessionService
    readonly camUserAccess: Pick<CamUserAccessService, 'visitOf' | 'signOut'>
    readonly apiCallers: Pick<ApiCallerService, 'authorize' | 'policiesOf'>
    readonly signInDiagnostics: Pick<SignInDiagnostics, 'recordNetworkRefusal'>
  } & AccountObjectServices
}

const responseForm = z.object({
  SAMLResponse: z.string().max(100_000),
  RelayState: z.string().max(1024).default(''),
})

const question = z.object({
  action: z.string().trim().max(256).catch(''),
  resource: z.string().trim().max(1024).catch(''),
  context: z.string().trim().max(2000).catch(''),
})

/** What the account knows by itself: nobody tells it otherwise. */
const KNOWN_KEYS: ReadonlySet<string> = new Set(['qcs:current_time', 'qcs:owner_uin', 'qcs:uin', 'qcs:mfa'])

/** Lines of `key=value` as condition keys; several lines of one key are several values. Undefined for any other text. */
function readContext(text: string): RequestContext | undefined {
  const context = new Map<string, string[]>()
  for (const line of text.split('\n').map((part) => part.trim())) {
    if (line === '') continue
    const [, key = '', value = ''] = /^([A-Za-z0-9_-]+:[^\s=]{1,128})\s*=\s*(.{1,256})$/.exec(line) ?? []
    if (key === '' || KNOWN_KEYS.has(key)) return undefined
    context.set(key, [...(context.get(key) ?? []), value])
  }
  return Object.fromEntries(context)
}

/** One operation of a service; patterns are for policies. */
const OPERATION = /^[A-Za-z0-9_-]{1,64}:[A-Za-z0-9_]{1,128}$/

/** A page of the cloud's console, as permission configurations name one. */
const CLOUD_PAGE = /^(?:\/(?![/\\])|https?:\/\/)[\x21-\x7e]*$/

export function accountConsoleRouter({ browser, clock, services }: AccountConsoleDeps): Router {
  const { roleSessions, camUserAccess, apiCallers } = services

  async function findVisit(session: SessionView): Promise<Visit | undefined> {
    if (!isComplete(session)) return undefined
    const role = await roleSessions.visitOf(session)
    if (role) {
      const { session: taken, accountName } = role
      return {
        caller: { kind: 'roleSession', session: taken },
        visitor: { kind: 'role', ...taken, accountName, userName: taken.sourceIdentity },
        actor: (origin) => roleSessionActor(taken, origin),
      }
    }
    const visit = await camUserAccess.visitOf(session)
    if (!visit) return undefined
    const { camUser, userName, createdAt, expiresAt } = visit
    const { accountUin, accountName, uin, name } = camUser
    return {
      caller: { kind: 'subUser', accountUin, uin, name },
      visitor: {
        kind: 'camUser',
        camUserName: name,
        camUserUin: uin,
        ...{ accountUin, accountName, userName, createdAt, expiresAt },
      },
      // Made in ids.ts when the session was: a CAM user is entered by a user of the zone, or signs in itself.
      actor: (origin) =>
        userName === undefined
          ? actorOf(session, origin)
          : {
              ...origin,
              kind: 'user',
              userId: session.subject.id as UserId,
              name: userName,
              sessionId: session.id,
            },
    }
  }

  // To refuse a response costs more than to take one: nobody may have that done as often as people sign in.
  const refusedResponses = failureLimit({ clock, burst: 100, perSecond: 2 })

  /** Signs in with the response of the form, in place of whoever was signed in before. */
  async function signIn(req: Request, res: Response): Promise<void> {
    const { SAMLResponse, RelayState } = validate(responseForm, req.body)
    const opened = await roleSessions.signIn(SAMLResponse, originOf(req, res)).catch((error: unknown) => {
      refusedResponses.count(req)
      throw error
    })
    const previous = findSession(res)
    if (previous) await leaveAccount(services, previous, req, res)
    browser.cookies.set(res, opened)
    // The cloud's pages are not simulated; where one would have opened is told.
    if (RelayState !== '' && CLOUD_PAGE.test(RelayState)) {
      const text = texts(languageOf(res)).account.overview.relayState(RelayState)
      browser.flash.set(res, { kind: 'info', text })
    }
    res.redirect(303, '/account')
  }

  /** Lets a session pass whose role session or CAM user still counts. */
  const requireVisit: RequestHandler = async (_req, res, next) => {
    const session = findSession(res)
    const visit = session && (await findVisit(session))
    if (!visit) {
      throw new IdentityCenterError(
        'session.ended',
        'Your session in this account has ended. Open the account again from your portal, or sign in to it again.',
      )
    }
    rememberVisit(res, visit)
    next()
  }

  const router = Router()
  router.use(...browser.enter('account'), refuseOtherNetworks, formBody)

  // The SAML POST binding knows no CSRF token. A page of ours needs none; from elsewhere somebody might be signed in to an
  // account of another's choice.
  router.post('/acs', browser.limitSignIns, refusedResponses.require, async (req, res) => {
    if (!browser.comesFromElsewhere(req)) {
      await signIn(req, res)
      return
    }
    const { SAMLResponse, RelayState } = validate(responseForm, req.body)
    const page = browser.pageContext(req, res)
    sendPage(res, <EnterPage page={page} samlResponse={SAMLResponse} relayState={RelayState} />)
  })

  router.use(browser.requireCsrf)
  router.post('/enter', browser.limitSignIns, refusedResponses.require, signIn)

  router.post('/logout', async (req, res) => {
    const session = findSession(res)
    const visit = session && (await findVisit(session))
    if (session) await leaveAccount(services, session, req, res)
    browser.cookies.clear(res, 'account')
    const signedInHere = session?.subject.kind === 'administrator'
    res.redirect(303, signedInHere ? accountSignInPath(visit?.visitor.accountUin ?? '') : '/portal')
  })

  router.use(requireVisit)

  router.get('/', async (req, res) => {
    const { caller, visitor } = visitBehind(res)
    sendPage(
      res,
      <OverviewPage
        page={browser.pageContext(req, res)}
        visitor={visitor}
        policies={await apiCallers.policiesOf(caller)}
      />,
    )
  })

  router.get('/access', async (req, res) => {
    const { caller, visitor } = visitBehind(res)
    const isAsked = req.query['action'] !== undefined
    const { action, resource, context } = question.parse(req.query)
    const keys = readContext(context)
    const { access } = texts(languageOf(res)).account
    const errors: FieldErrors = [
      ...(isAsked && !OPERATION.test(action) ? [{ field: 'action', message: access.actionInvalid }] : []),
      ...(isAsked && resource !== '*' && !splitResourceName(resource)
        ? [{ field: 'resource', message: access.resourceInvalid }]
        : []),
      ...(keys ? [] : [{ field: 'context', message: access.contextInvalid }]),
    ]
    sendPage(
      res,
      <AccessPage
        page={browser.pageContext(req, res)}
        accountName={visitor.accountName}
        values={isAsked ? { action, resource, context } : { action: '', resource: '*', context: '' }}
        errors={errors}
        answer={
          isAsked && keys && errors.length === 0
            ? await decide(req, caller, { action, resource, keys })
            : undefined
        }
      />,
      { status: errors.length > 0 ? 400 : 200 },
    )
  })

  async function decide(
    req: Request,
    caller: CloudCaller,
    asked: { readonly action: string; readonly resource: string; readonly keys: RequestContext },
  ): Promise<AccessAnswer> {
    const { action, resource, keys } = asked
    const context: RequestContext = { ...(req.ip !== undefined && { 'qcs:ip': req.ip }), ...keys }
    const decision = await apiCallers.authorize(caller, { action, resources: [resource], context })
    return { decision, statement: await statementOf(caller, decision) }
  }

  /** Text of the statement that decided, laid out to be read. */
  async function statementOf(caller: CloudCaller, { decidedBy }: Decision): Promise<string | undefined> {
    if (!decidedBy) return undefined
    const policies = await apiCallers.policiesOf(caller)
    const document = policies.find(({ name }) => name === decidedBy.policy)?.document
    if (document === undefined) return undefined
    const { statement } = JSON.parse(document) as { readonly statement: unknown }
    const statements: readonly unknown[] = Array.isArray(statement) ? statement : [statement]
    return JSON.stringify(statements[decidedBy.statement - 1], undefined, 2)
  }

  const door = createObjectDoor(browser, services)
  router.use(accountUsersRouter(door))
  router.use(accountGroupsRouter(door))
  router.use(accountRolesRouter(door))
  router.use(accountPoliciesRouter(door))
  router.use(pageNotFound)
  router.use(networkRefusals({ browser, ...services }, 'account'))
  router.use(browser.errorPages({ variant: 'account', startPath: '/portal' }))
  return router
}
