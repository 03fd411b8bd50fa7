/**
 * The six calls that the cloud's command line makes to sign in and to fetch credentials. Plain JSON by POST without a
 * signature; answers have status 200 and no envelope, and a top-level `Error` is a refusal.
 */
import express, {
  Router,
  type ErrorRequestHandler,
  type Request,
  type RequestHandler,
  type Response,
} from 'express'
import { z } from 'zod'
import type { Clock } from '../domain/clock.js'
import { IdentityCenterError, isIdentityCenterError, type ErrorKind } from '../domain/errors.js'
import { parseAccountUin, parsePermissionConfigurationId } from '../domain/ids.js'
import type { Actor } from '../domain/actor.js'
import { holdsOnlyStorable } from '../domain/storable-text.js'
import { refusalOf } from '../http/http-errors.js'
import { createNetworkRefusals } from '../http/network-refusal.js'
import { addressFailureLimit, rateLimit } from '../http/rate-limit.js'
import { originOf } from '../http/session-cookie.js'
import { validate } from '../http/validate.js'
import type { AccessibleAccount, AccountAccessService } from '../services/account-access.js'
import type { CliSignInService } from '../services/cli-sign-ins.js'
import type { RoleSessionService } from '../services/role-sessions.js'
import type { SignInDiagnostics } from '../services/sign-in-diagnostics.js'
import type { SignInNetworks } from '../services/sign-in-networks.js'
import type { ZoneService } from '../services/zones.js'

export interface CliProtocolDeps {
  readonly clock: Clock
  readonly logger: { error(facts: object, message: string): void }
  readonly services: {
    readonly accountAccess: Pick<AccountAccessService, 'listFor' | 'respond'>
    readonly cliSignIns: Pick<CliSignInService, 'poll' | 'authenticate'>
    readonly roleSessions: Pick<RoleSessionService, 'assumeRoleWithSaml'>
    readonly signInDiagnostics: Pick<SignInDiagnostics, 'recordNetworkRefusal'>
    readonly signInNetworks: Pick<SignInNetworks, 'require'>
    readonly zones: Pick<ZoneService, 'current'>
  }
}

type Answer = Readonly<Record<string, unknown>>

/** Room for an assertion, and for nothing much larger. */
const readBody = express.json({ type: () => true, limit: 512 * 1024, inflate: false })
/** Asked once a second while somebody signs in, by everybody behind one address. */
const LIMIT = { burst: 300, perSecond: 20 } as const
/** Assertions, by nobody who is known: each costs a look at a signature, and an event where it does not hold. */
const ASSERTION_LIMIT = { burst: 60, perSecond: 5 } as const
/** Some take a fifth of a second to refuse, in the thread that answers everybody. */
const REFUSED_ASSERTIONS = { burst: 60, perSecond: 1 } as const
const LARGEST_PAGE = 100
const DEFAULT_PAGE = 20
/** What the command line asks for when it is told nothing. Seconds. */
const DEFAULT_DURATION = 7200

const CODE_OF_KIND: Readonly<Record<ErrorKind, string>> = {
  invalid: 'InvalidParameter',
  unauthenticated: 'AuthFailure.TokenFailure',
  forbidden: 'UnauthorizedOperation',
  notFound: 'ResourceNotFound',
  conflict: 'FailedOperation',
  precondition: 'FailedOperation',
  limit: 'LimitExceeded',
  tooMany: 'RequestLimitExceeded',
  tooLarge: 'RequestSizeLimitExceeded',
  mediaType: 'InvalidParameter',
  unavailable: 'ServiceUnavailable',
}

const text = z.string().max(1024)
/** Numbers come as numbers or as texts, as the command line's options do. */
const wholeNumber = z.union([z.int(), z.string().regex(/^\d{1,9}$/)]).transform(Number)
const uin = z.union([z.int(), z.string().max(32)]).transform(String)
const tokenInput = { LoginToken: text }

export function cliProtocol({ clock, logger, services }: CliProtocolDeps): Router {
  const { accountAccess, cliSignIns, roleSessions, signInDiagnostics, signInNetworks, zones } = services

  async function accountsOf(actor: Actor): Promise<readonly AccessibleAccount[]> {
    return actor.kind === 'user' ? accountAccess.listFor(actor.userId) : []
  }

  /** Answers a call; `schema` reads what it needs of the body, whatever else stands there. */
  function call<Input>(
    schema: z.ZodType<Input>,
    handle: (input: Input, req: Request, res: Response) => Promise<Answer>,
  ) {
    return async (req: Request, res: Response): Promise<void> => {
      const body: unknown = req.body
      if (!holdsOnlyStorable(body)) {
        throw new IdentityCenterError('request.invalid', 'The body holds characters that no text may have.')
      }
      send(res, await handle(validate(schema, body), req, res))
    }
  }

  const referenceOfRefusal = createNetworkRefusals({ clock, signInDiagnostics }, 'commandLine')

  /** Every call belongs to a sign-in of a user, the one with an assertion too. */
  const requireNetwork: RequestHandler = async (req, res, next) => {
    try {
      await signInNetworks.require(originOf(req, res))
    } catch (error) {
      if (!isIdentityCenterError(error, 'signIn.networkRefused')) throw error
      const reference = await referenceOfRefusal(req, res, error)
      throw new IdentityCenterError(error.code, `${error.message} Reference: ${reference}.`)
    }
    next()
  }

  const countingRefusals = addressFailureLimit({ clock, ...REFUSED_ASSERTIONS })
  const router = Router()
  router.use(rateLimit({ clock, ...LIMIT }), requireNetwork, readBody)

  router.post(
    '/sso/check_login_state',
    call(z.object({ State: text }), async ({ State }, req, res) => {
      const token = await cliSignIns.poll(State, originOf(req, res))
      return token === undefined
        ? { Status: 'NotFound' }
        : { Status: 'Finished', Token: { State, Token: token, Site: 'cn' } }
    }),
  )

  router.post(
    '/org/list_accounts_for_access_assignment',
    call(
      z.object({
        ...tokenInput,
        PageNum: wholeNumber.default(1),
        PageSize: wholeNumber.default(DEFAULT_PAGE),
      }),
      async ({ LoginToken, PageNum, PageSize }, req, res) => {
        const accounts = await accountsOf(await cliSignIns.authenticate(LoginToken, originOf(req, res)))
        const size = Math.min(LARGEST_PAGE, Math.max(1, PageSize))
        const first = (Math.max(1, PageNum) - 1) * size
        return {
          Accounts: accounts
            .slice(first, first + size)
            .map(({ accountUin, name }) => ({ Uin: Number(accountUin), Name: name })),
          TotalCounts: accounts.length,
        }
      },
    ),
  )

  router.post(
    '/org/list_role_configurations_for_account',
    call(
      z.object({
        ...tokenInput,
        TargetUin: uin,
        MaxResults: wholeNumber.default(DEFAULT_PAGE),
        NextToken: text.nullish(),
      }),
      async ({ LoginToken, TargetUin, MaxResults, NextToken }, req, res) => {
        const accounts = await accountsOf(await cliSignIns.authenticate(LoginToken, originOf(req, res)))
        const { permissions = [] } = accounts.find(({ accountUin }) => accountUin === TargetUin) ?? {}
        // By name, as they are listed: the token is the number of those before.
        const first = /^\d{1,9}$/.test(NextToken ?? '') ? Number(NextToken) : 0
        const last = first + Math.min(LARGEST_PAGE, Math.max(1, MaxResults))
        const isTruncated = last < permissions.length
        return {
          RoleConfigurationsForAccount: permissions.slice(first, last).map(({ configurationId, name }) => ({
            RoleConfigurationId: configurationId,
            RoleConfigurationName: name,
          })),
          IsTruncated: isTruncated,
          NextToken: isTruncated ? String(last) : '',
        }
      },
    ),
  )

  router.post(
    '/org/gen_saml_response',
    call(
      z.object({
        ...tokenInput,
        LoginType: text.default('RoleSAML'),
        TargetUin: uin,
        RoleConfigurationId: text,
      }),
      async ({ LoginToken, LoginType, TargetUin, RoleConfigurationId }, req, res) => {
        const actor = await cliSignIns.authenticate(LoginToken, originOf(req, res))
        if (LoginType !== 'RoleSAML') {
          throw new IdentityCenterError('request.invalid', 'LoginType must be RoleSAML.')
        }
        const accountUin = parseAccountUin(TargetUin)
        const configurationId = parsePermissionConfigurationId(RoleConfigurationId)
        if (accountUin === undefined || configurationId === undefined) {
          throw new IdentityCenterError('access.denied', 'You do not have this permission in this account.')
        }
        return { SAMLResponse: await accountAccess.respond(actor, { accountUin, configurationId }) }
      },
    ),
  )

  router.post(
    '/org/verify_login_skey',
    call(z.object({ LoginSkey: text }), async ({ LoginSkey }, req, res) => {
      await cliSignIns.authenticate(LoginSkey, originOf(req, res))
      return { ZoneId: (await zones.current()).id }
    }),
  )

  router.post(
    '/sts/assume_role_with_saml',
    rateLimit({ clock, ...ASSERTION_LIMIT }),
    call(
      z.object({
        SAMLAssertion: z.string().max(400_000),
        PrincipalArn: text,
        RoleArn: text,
        RoleSessionName: text,
        DurationSeconds: wholeNumber.default(DEFAULT_DURATION),
      }),
      async (input, req, res) => {
        const credentials = await countingRefusals(req.ip, () =>
          roleSessions.assumeRoleWithSaml({
            samlResponse: input.SAMLAssertion,
            principalArn: input.PrincipalArn,
            roleArn: input.RoleArn,
            roleSessionName: input.RoleSessionName,
            durationSeconds: input.DurationSeconds,
            // The command line asks for two hours of roles that allow one: no sign-in by default would work.
            whenTooLong: 'cut',
            origin: originOf(req, res),
          }),
        )
        const { tmpSecretId, tmpSecretKey, token, expiresAt } = credentials
        return {
          Credentials: { TmpSecretId: tmpSecretId, TmpSecretKey: tmpSecretKey, Token: token },
          ExpiredTime: Math.floor(Date.parse(expiresAt) / 1000),
        }
      },
    ),
  )

  router.use(() => {
    throw new IdentityCenterError(
      'request.notFound',
      'There is no such call: see the documentation of the CLI.',
    )
  })

  const failed: ErrorRequestHandler = (thrown: unknown, _req, res, next) => {
    if (res.headersSent) {
      next(thrown)
      return
    }
    const refusal = refusalOf(thrown)
    if (!refusal)
      logger.error({ err: thrown, requestId: res.locals['requestId'] as unknown }, 'a call failed')
    send(res, {
      Error: refusal
        ? { Code: CODE_OF_KIND[refusal.kind], Message: refusal.message }
        : { Code: 'InternalError', Message: 'An internal error has occurred. Retry your request.' },
      RequestId: res.locals['requestId'] as unknown,
    })
  }
  router.use(failed)
  return router
}

function send(res: Response, answer: Answer): void {
  res.status(200).set('Cache-Control', 'no-store').json(answer)
}
