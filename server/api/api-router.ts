/**
 * The cloud API v3: one endpoint, `POST /`. The order is the cloud's: version and action known, authentication, parameters,
 * authorization, state. Whatever happens the status is 200 and the type exactly `application/json`: SDKs look no further
 * at answers that differ.
 */
import express, {
  Router,
  type ErrorRequestHandler,
  type Request,
  type RequestHandler,
  type Response,
} from 'express'
import type { Actor } from '../domain/actor.js'
import type { Clock } from '../domain/clock.js'
import { isIdentityCenterError } from '../domain/errors.js'
import { holdsOnlyStorable } from '../domain/storable-text.js'
import type { RequestContext } from '../domain/policy-evaluation.js'
import { refusalOf } from '../http/http-errors.js'
import { rateLimit } from '../http/rate-limit.js'
import { originOf } from '../http/session-cookie.js'
import type { ApiCallerService } from '../services/api-callers.js'
import type { Action, ApiAnswer, SignedCall } from './action.js'
import type { ActionTable, FoundAction } from './actions.js'
import { ApiError } from './api-error.js'
import { toApiError } from './api-errors.js'
import { isSignedWith, parseAuthorization, requireTimely } from './signature.js'

export interface ApiRouterDeps {
  readonly clock: Clock
  readonly logger: { error(facts: object, message: string): void }
  readonly apiCallers: ApiCallerService
  readonly actions: ActionTable
}

/** As large as the cloud takes. Read only once the SecretId is known: strangers cannot fill the memory. */
const readSigned = express.raw({ type: () => true, limit: 10 * 1024 * 1024, inflate: false })
/** Room for an assertion. */
const readUnsigned = express.raw({ type: () => true, limit: 512 * 1024, inflate: false })
/** Requests that nobody signs, per address: each costs a look at a signature, and proves nothing about who sends it. */
const UNSIGNED = { burst: 60, perSecond: 5 } as const

export function apiRouter({ clock, logger, apiCallers, actions }: ApiRouterDeps): Router {
  const limitUnsigned = rateLimit({ clock, ...UNSIGNED })

  /** Whose signature the request says it has, with what is needed to check it. Throws the `AuthFailure` codes. */
  async function identify(req: Request) {
    const authorization = parseAuthorization(req.get('authorization'))
    const timestamp = requireHeader(req, 'X-TC-Timestamp')
    requireTimely(timestamp, authorization, clock.now())
    const signer = await apiCallers.findSigner(authorization.secretId)
    if (signer) return { authorization, timestamp, signer }
    throw new ApiError('AuthFailure.SecretIdNotFound', 'The SecretId is not found or is disabled.')
  }

  /** Checks signature and token. Throws the `AuthFailure` codes. */
  function requireSigned(
    req: Request,
    body: Buffer,
    { authorization, timestamp, signer }: Awaited<ReturnType<typeof identify>>,
  ): void {
    const signed = { method: req.method, query: '', headers: req.headers, body }
    if (!isSignedWith(signer.secretKey, signed, authorization, timestamp)) {
      throw new ApiError(
        'AuthFailure.SignatureFailure',
        'The signature is not that of this request: check the SecretKey and how the request is signed.',
      )
    }
    if (!signer.accepts(req.get('x-tc-token'))) {
      throw new ApiError(
        'AuthFailure.TokenFailure',
        'The token is missing, wrong or expired, or the key is one that has no token.',
      )
    }
  }

  async function runSigned(
    req: Request,
    res: Response,
    { service, action }: FoundAction & { readonly action: Extract<Action, { access: 'signed' }> },
  ): Promise<ApiAnswer> {
    const identified = await identify(req)
    const body = await readBody(readSigned, req, res)
    requireSigned(req, body, identified)
    const { signer, authorization } = identified
    const { secretId } = authorization
    await signer.noteUse()
    const { caller } = signer
    const origin = originOf(req, res)
    const context: RequestContext = origin.address === undefined ? {} : { 'qcs:ip': origin.address }
    const operation = `${service}:${action.name}`
    const call: SignedCall = {
      origin,
      caller,
      actor: apiCallers.actorOf(caller, secretId, origin),
      region: regionOf(req),
      context,
      require: (resources) => apiCallers.require(caller, { action: operation, resources, context }),
      requireManager: (): Promise<Actor> =>
        apiCallers.requireManager(caller, secretId, { action: operation, resources: [], context }, origin),
    }
    return action.run(call, parseBody(body))
  }

  async function answer(req: Request, res: Response): Promise<ApiAnswer> {
    requireJson(req)
    const name = requireHeader(req, 'X-TC-Action')
    const { service, action } = actions.find(requireHeader(req, 'X-TC-Version'), name)
    try {
      if (action.access === 'signed') return await runSigned(req, res, { service, action })
      limitUnsigned(req, res, () => undefined)
      const body = await readBody(readUnsigned, req, res)
      return await action.run({ origin: originOf(req, res) }, parseBody(body))
    } catch (error) {
      throw isIdentityCenterError(error) ? toApiError(error, action.errors) : error
    }
  }

  const failed: ErrorRequestHandler = (thrown: unknown, _req, res, next) => {
    if (res.headersSent) {
      next(thrown)
      return
    }
    const refusal = thrown instanceof ApiError ? thrown : refusalOf(thrown)
    if (!refusal) logger.error({ err: thrown, requestId: requestIdOf(res) }, 'an API request failed')
    const { code, message } =
      refusal instanceof ApiError
        ? refusal
        : refusal
          ? toApiError(refusal)
          : new ApiError('InternalError', 'An internal error has occurred. Retry your request.')
    send(res, { Error: { Code: code, Message: message } })
  }

  const router = Router()
  router.post('/', async (req, res) => send(res, await answer(req, res)))
  router.use(failed)
  return router
}

/** The bytes of the body, empty when there are none. Rejects as the body parser does. */
const readBody = (parse: RequestHandler, req: Request, res: Response): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    void parse(req, res, (error?: unknown) => {
      if (error instanceof Error) reject(error)
      else resolve(Buffer.isBuffer(req.body) ? req.body : Buffer.alloc(0))
    })
  })

/** Sent by hand: Express would add a charset to the type. */
function send(res: Response, response: ApiAnswer): void {
  res.statusCode = 200
  res.setHeader('Content-Type', 'application/json')
  res.setHeader('Cache-Control', 'no-store')
  res.end(JSON.stringify({ Response: { ...response, RequestId: requestIdOf(res) } }))
}

const requestIdOf = (res: Response): string => String(res.locals['requestId'] ?? '')

function requireHeader(req: Request, name: string): string {
  const value = req.get(name)
  if (value !== undefined && value !== '') return value
  throw new ApiError('MissingParameter', `The request is missing the header ${name}.`)
}

function requireJson(req: Request): void {
  const type = (req.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase()
  if (type === 'application/json') return
  throw new ApiError('UnsupportedProtocol', 'The content type of a request is application/json.')
}

/** Regions become part of resource names: text that is none is no region. */
function regionOf(req: Request): string {
  const region = req.get('x-tc-region') ?? ''
  return /^[a-z0-9-]{1,32}$/.test(region) ? region : ''
}

function parseBody(body: Buffer): unknown {
  if (body.length === 0) return {}
  let parameters: unknown
  try {
    parameters = JSON.parse(body.toString('utf8'))
  } catch {
    throw new ApiError('InvalidParameter', 'The body of the request is not JSON.')
  }
  if (typeof parameters !== 'object' || parameters === null || Array.isArray(parameters))
    throw new ApiError('InvalidParameter', 'The body of the request is not a JSON object.')
  if (!holdsOnlyStorable(parameters)) {
    throw new ApiError(
      'InvalidParameter',
      'A text in the body of the request holds NUL or half of a surrogate pair.',
    )
  }
  return parameters
}
