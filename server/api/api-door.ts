/**
 * The cloud API v3: one address, `/`. The order is the cloud's: version and action known, authentication, parameters,
 * authorization, state. Whatever happens the status is 200 and the type exactly `application/json`: SDKs look no further
 * at answers that differ. It is served by node:http itself, as SCIM is: Express would cost as much as an answer does.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Actor, ActorOrigin } from '../domain/actor.js'
import type { Clock } from '../domain/clock.js'
import { isIdentityCenterError } from '../domain/errors.js'
import type { RequestContext } from '../domain/policy-evaluation.js'
import { holdsOnlyStorable } from '../domain/storable-text.js'
import type { BeginExchange } from '../http/exchange.js'
import { refusalOf } from '../http/http-errors.js'
import { addressFailureLimit, addressLimit } from '../http/rate-limit.js'
import type { ApiCallerService } from '../services/api-callers.js'
import type { Action, ApiAnswer, SignedCall } from './action.js'
import type { ActionTable, FoundAction } from './actions.js'
import { ApiError } from './api-error.js'
import { toApiError } from './api-errors.js'
import { requireTimely } from './signature.js'
import { queryOf, readWireRequest, type WireRequest } from './wire-request.js'

export interface ApiDoorDeps {
  readonly clock: Clock
  readonly beginExchange: BeginExchange
  /** The client's address: the proxies that are trusted are looked behind. */
  readonly addressOf: (req: IncomingMessage) => string | undefined
  readonly logger: { error(facts: object, message: string): void }
  readonly apiCallers: ApiCallerService
  readonly actions: ActionTable
}

/** As large as the cloud takes. Read only once the SecretId is known: strangers cannot fill the memory. */
const LARGEST_SIGNED = 10 * 1024 * 1024
/** Room for an assertion. */
const LARGEST_UNSIGNED = 512 * 1024
/** Requests that nobody signs, per address: each costs a look at a signature, and proves nothing about who sends it. */
const UNSIGNED = { burst: 60, perSecond: 5 } as const
/** Some assertions take a fifth of a second to refuse, in the thread that answers everybody. */
const UNSIGNED_REFUSED = { burst: 60, perSecond: 1 } as const

/** The path of the door, by itself or in a whole address (RFC 9112 section 3.2.2). */
const TARGET = /^(?:https?:\/\/[^/?#]*)?\/?(?=[?#]|$)/i

/** Whether a request is for this door: what is sent to `/`, and queries of it that name an action. */
export const isApiRequest = (req: IncomingMessage): boolean =>
  (req.method === 'POST' && TARGET.test(req.url ?? '')) ||
  (req.method === 'GET' &&
    TARGET.test(req.url ?? '') &&
    (req.headers['x-tc-action'] !== undefined || /(?:^|&)Action=/.test(queryOf(req))))

/** A listener for the requests that `isApiRequest` tells. */
export function apiDoor(deps: ApiDoorDeps): (req: IncomingMessage, res: ServerResponse) => Promise<void> {
  const { clock, beginExchange, addressOf, logger, apiCallers, actions } = deps
  const limitUnsigned = addressLimit({ clock, ...UNSIGNED })
  const countingRefusals = addressFailureLimit({ clock, ...UNSIGNED_REFUSED })

  async function runSigned(
    wire: WireRequest,
    origin: ActorOrigin,
    { service, action }: FoundAction & { readonly action: Extract<Action, { access: 'signed' }> },
  ): Promise<ApiAnswer> {
    const claim = wire.claim()
    requireTimely(claim.timestamp, clock.now())
    claim.requireConsistent()
    const signer = await apiCallers.findSigner(claim.secretId)
    if (!signer)
      throw new ApiError('AuthFailure.SecretIdNotFound', 'The SecretId is not found or is disabled.')
    const body = await wire.readBody(LARGEST_SIGNED)
    if (!claim.isSignedWith(signer.secretKey, body)) {
      throw new ApiError(
        'AuthFailure.SignatureFailure',
        'The signature is not that of this request: check the SecretKey and how the request is signed.',
      )
    }
    if (!signer.accepts(wire.token)) {
      throw new ApiError(
        'AuthFailure.TokenFailure',
        'The token is missing, wrong or expired, or the key is one that has no token.',
      )
    }
    await signer.noteUse()
    const { caller } = signer
    const { secretId } = claim
    const context: RequestContext = origin.address === undefined ? {} : { 'qcs:ip': origin.address }
    const operation = `${service}:${action.name}`
    const call: SignedCall = {
      origin,
      caller,
      actor: apiCallers.actorOf(caller, secretId, origin),
      region: wire.region,
      context,
      require: (resources) => apiCallers.require(caller, { action: operation, resources, context }),
      requireManager: (): Promise<Actor> =>
        apiCallers.requireManager(caller, secretId, { action: operation, resources: [], context }, origin),
    }
    return action.run(call, parametersOf(wire, body, action))
  }

  async function answer(req: IncomingMessage, requestId: string): Promise<ApiAnswer> {
    const wire = await readWireRequest(req)
    const { service, action } = actions.find(wire.version, wire.action)
    const origin = originOf(req, requestId)
    try {
      if (action.access === 'signed') return await runSigned(wire, origin, { service, action })
      limitUnsigned(origin.address)
      return await countingRefusals(origin.address, async () => {
        const body = await wire.readBody(LARGEST_UNSIGNED)
        return action.run({ origin }, parametersOf(wire, body, action))
      })
    } catch (error) {
      throw isIdentityCenterError(error) ? toApiError(error, action.errors) : error
    }
  }

  function originOf(req: IncomingMessage, requestId: string): ActorOrigin {
    const address = addressOf(req)
    const userAgent = req.headers['user-agent']
    return {
      requestId,
      ...(address !== undefined && { address }),
      ...(userAgent !== undefined && { userAgent }),
    }
  }

  function refuse(thrown: unknown, requestId: string): ApiAnswer {
    const refusal = thrown instanceof ApiError ? thrown : refusalOf(thrown)
    if (!refusal) logger.error({ err: thrown, requestId }, 'an API request failed')
    return { Error: errorOf(refusal) }
  }

  return async (req, res) => {
    const requestId = beginExchange(req, res, () => '/')
    let response: ApiAnswer
    try {
      response = await answer(req, requestId)
    } catch (error) {
      // A client that is gone needs no answer.
      if (req.destroyed && !req.complete) return
      response = refuse(error, requestId)
    }
    const bytes = Buffer.from(JSON.stringify({ Response: { ...response, RequestId: requestId } }))
    res
      .writeHead(200, {
        'content-type': 'application/json',
        'content-length': bytes.length,
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
      })
      .end(bytes)
  }
}

/** Code and message of a refusal; of what is none, only that something failed. */
export function errorOf(refusal: ReturnType<typeof refusalOf> | ApiError): {
  readonly Code: string
  readonly Message: string
} {
  if (!refusal)
    return { Code: 'InternalError', Message: 'An internal error has occurred. Retry your request.' }
  const { code, message } = refusal instanceof ApiError ? refusal : toApiError(refusal)
  return { Code: code, Message: message }
}

function parametersOf(wire: WireRequest, body: Buffer, { input }: Action): unknown {
  const parameters = wire.parameters(body, input)
  if (holdsOnlyStorable(parameters)) return parameters
  throw new ApiError('InvalidParameter', 'A text in the request holds NUL or half of a surrogate pair.')
}
