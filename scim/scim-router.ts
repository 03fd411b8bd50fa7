/**
 * The SCIM door, /scim/v2: bearer check, media type, and the verbs of each resource type. It takes its requests as node
 * has them and answers them by itself: nothing stands before it, and nothing is computed that SCIM does not need.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { parse as parseQuery, type ParsedUrlQuery } from 'node:querystring'
import type { Actor } from '../server/domain/actor.js'
import type { Clock } from '../server/domain/clock.js'
import { requireScimEnabled } from '../server/domain/directory-access.js'
import { IdentityCenterError } from '../server/domain/errors.js'
import type { ScimRecorder } from '../server/domain/scim-log.js'
import type { Zone } from '../server/domain/zone.js'
import type { BeginExchange } from '../server/http/exchange.js'
import { refusalOf } from '../server/http/http-errors.js'
import type { GroupService } from '../server/services/groups.js'
import type { ScimCredentialService } from '../server/services/scim-credentials.js'
import type { ScimUsage } from '../server/services/scim-usage.js'
import type { UserService } from '../server/services/users.js'
import type { ZoneService } from '../server/services/zones.js'
import { sendAnswer, type ScimAnswer } from './answer.js'
import { DEFAULT_SELECTION, selectAttributes, type AttributeSelection } from './attribute-selection.js'
import { BULK_LIMITS, readBulk, runBulk } from './bulk.js'
import { createCourses, type ScimCourse } from './course.js'
import {
  findResourceType,
  findSchema,
  listResourceTypes,
  listSchemas,
  serviceProviderConfig,
} from './discovery.js'
import { createGroupEndpoints } from './groups.js'
import { createListPages } from './list-pages.js'
import { readListParameters, readSearchRequest } from './list-request.js'
import { acceptedMediaType } from './media-type.js'
import { readJsonBody } from './request-body.js'
import type { ResourceEndpoints, ResourceRequest } from './resource-endpoints.js'
import { searchAll } from './root-search.js'
import { allowedMethods, createRoutes, handlerFor, type Matched, type Route } from './routes.js'
import { errorBody, toScimError, type ScimFailure } from './scim-errors.js'
import type { ResourceType } from './schemas.js'
import { createUserEndpoints } from './users.js'

export interface ScimRouterDeps {
  /** Origin under which the product is reached. */
  readonly baseUrl: string
  readonly clock: Clock
  readonly beginExchange: BeginExchange
  /** The client's address: the proxies that are trusted are looked behind. */
  readonly addressOf: (req: IncomingMessage) => string | undefined
  readonly logger: { error(facts: object, message: string): void }
  readonly recorder: ScimRecorder
  readonly services: {
    readonly users: UserService
    readonly groups: GroupService
    readonly scimCredentials: Pick<ScimCredentialService, 'authenticate' | 'holderOf'>
    readonly scimUsage: Pick<ScimUsage, 'count'>
    readonly zones: Pick<ZoneService, 'current'>
  }
}

/** Largest bodies, in bytes. A group of 100,000 members with their names is one; a user has nothing of that size. */
const BODY_LIMITS = { User: 1024 * 1024, Group: 8 * 1024 * 1024, search: 1024 * 1024 } as const

/** A request on its way to an answer. */
interface Call {
  readonly req: IncomingMessage
  readonly requestId: string
  /** What follows the question mark; empty when there is none. */
  readonly search: string
  readonly actor: Actor
  /** What stands in the path in the place of `:id`. */
  readonly id: string
  /** Headers that belong to the answer, whatever it says. */
  readonly headers: Record<string, string>
  readonly course: ScimCourse
}

const PREFIX = '/scim/v2'
/** Most proxies send the path alone; a request's target may also be a whole address (RFC 9112 section 3.2.2). */
const TARGET = /^(?:https?:\/\/[^/?#]*)?\/scim\/v2(?=[/?#]|$)/i

/** Whether the target of a request is an address of this door. */
export const isScimTarget = (target: string): boolean => TARGET.test(target)

type Handler = (call: Call) => Promise<ScimAnswer> | ScimAnswer

/** A listener for the requests whose target is one of this door's. */
export function scimRouter(
  deps: ScimRouterDeps,
): (req: IncomingMessage, res: ServerResponse) => Promise<void> {
  const { baseUrl: origin, clock, beginExchange, addressOf, logger, services } = deps
  const baseUrl = `${origin}/scim/v2`
  const beginCourse = createCourses(deps)
  const pages = createListPages(clock)
  const users = createUserEndpoints({ users: services.users, pages, baseUrl })
  const groups = createGroupEndpoints({ groups: services.groups, pages, baseUrl })
  const everything = [users, groups]

  const find = createRoutes<Handler>([
    {
      path: '/ServiceProviderConfig',
      open: true,
      handlers: { GET: discovery(() => serviceProviderConfig(baseUrl)) },
    },
    { path: '/ResourceTypes', handlers: { GET: discovery(() => listResourceTypes(baseUrl)) } },
    { path: '/ResourceTypes/:id', handlers: { GET: discovery((name) => findResourceType(name, baseUrl)) } },
    { path: '/Schemas', handlers: { GET: discovery(() => listSchemas(baseUrl)) } },
    { path: '/Schemas/:id', handlers: { GET: discovery((urn) => findSchema(urn, baseUrl)) } },
    ...everything.flatMap(resourceRoutes),
    {
      path: '/',
      handlers: { GET: (call) => searchAll(everything, call.actor, readListParameters(queryOf(call))) },
    },
    {
      path: '/.search',
      handlers: {
        POST: async (call) =>
          searchAll(everything, call.actor, readSearchRequest(await readBody(call, BODY_LIMITS.search))),
      },
    },
    {
      path: '/Bulk',
      handlers: {
        POST: async (call) => {
          const request = readBulk(await readBody(call, BULK_LIMITS.maxPayloadSize))
          return runBulk(everything, call.actor, request, (error) => failureOf(error, call.requestId))
        },
      },
    },
    { path: '/Me', handlers: { GET: nobody, POST: nobody, PUT: nobody, PATCH: nobody, DELETE: nobody } },
  ])

  /**
   * Who asks. Throws `actor.unauthenticated`, `scimCredential.invalid`, `request.rateLimited`; `headers` then say how to
   * come back.
   */
  async function authenticate(zone: Zone, { req, requestId, headers, course }: Call): Promise<Actor> {
    const { authorization, 'user-agent': userAgent } = req.headers
    const secret =
      authorization === undefined ? undefined : /^bearer +([\w.~+/-]+=*) *$/i.exec(authorization)?.[1]
    const actor = secret === undefined ? undefined : await services.scimCredentials.authenticate(secret, zone)
    if (actor) {
      course.credentialId = actor.credentialId
      services.scimUsage.count(actor.credentialId, zone.settings['scim.requestsPerMinute'])
      const address = addressOf(req)
      return {
        ...actor,
        requestId,
        ...(address !== undefined && { address }),
        ...(userAgent !== undefined && { userAgent }),
      }
    }
    const holder = secret === undefined ? undefined : await services.scimCredentials.holderOf(secret, zone)
    if (holder) course.credentialId = holder.id
    headers['www-authenticate'] =
      authorization === undefined ? 'Bearer realm="SCIM"' : 'Bearer realm="SCIM", error="invalid_token"'
    throw authorization === undefined
      ? new IdentityCenterError(
          'actor.unauthenticated',
          'Send the secret of a SCIM credential: Authorization: Bearer <CredentialSecret>.',
        )
      : new IdentityCenterError(
          'scimCredential.invalid',
          'The SCIM credential is unknown, disabled or expired: an administrator issues credentials in the console of the Identity Center (SCIM synchronization).',
        )
  }

  /** Strangers learn nothing: not what addresses there are, nor whether the switch is on. */
  async function answer(call: Call, matched: Matched<Handler> | undefined): Promise<ScimAnswer> {
    if (matched?.route.open) return answerMatched(matched.route, call)
    const zone = await services.zones.current()
    const actor = await authenticate(zone, call)
    requireScimEnabled(zone)
    if (!matched) {
      throw new IdentityCenterError('request.notFound', 'There is no such SCIM address: see /ResourceTypes.')
    }
    return answerMatched(matched.route, { ...call, actor })
  }

  /** A refusal as it is; anything else is a bug of ours, which the log tells and the client only learns the id of. */
  function failureOf(error: unknown, requestId: string): ScimFailure {
    const refusal = refusalOf(error)
    if (refusal) return { ...toScimError(refusal), detail: refusal.message, code: refusal.code }
    logger.error({ err: error, requestId }, 'a SCIM request failed')
    return {
      status: 500,
      detail: `The request failed here, not because of what it said. The log tells why under the request id ${requestId}.`,
    }
  }

  return async (req, res) => {
    const { path, search } = partsOf(req.url ?? '')
    const matched = find(path)
    const requestId = beginExchange(req, res, () => (matched ? PREFIX + matched.route.path : '/scim/*'))
    const headers: Record<string, string> = {
      // The documented spelling, beside the one that all doors have.
      'x-RequestId': requestId,
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    }
    const course = beginCourse(req, requestId, search === '' ? path : `${path}?${search}`)
    const call = { req, requestId, search, actor: STRANGER, id: matched?.id ?? '', headers, course }
    try {
      const answered = await answer(call, matched)
      course.done(answered, await sendAnswer(req, res, answered, headers))
    } catch (error) {
      // A client that is gone needs no answer, and to one that has half of it only a broken connection says the rest.
      if (req.destroyed && !req.complete) return
      const failure = failureOf(error, requestId)
      if (res.headersSent) {
        res.destroy()
        course.failed(failure)
        return
      }
      const { allow, retryAfterSeconds } = refusalOf(error)?.facts ?? {}
      if (typeof allow === 'string') headers['allow'] = allow
      if (typeof retryAfterSeconds === 'number') headers['retry-after'] = String(retryAfterSeconds)
      await sendAnswer(req, res, { status: failure.status, body: errorBody(failure) }, headers)
      course.failed(failure)
    }
  }
}

const STRANGER: Actor = { kind: 'anonymous' }

/** Path behind the prefix, and query. */
function partsOf(target: string): { readonly path: string; readonly search: string } {
  const rest = target.replace(TARGET, '')
  const end = rest.search(/[?#]/)
  if (end < 0) return { path: rest, search: '' }
  return { path: rest.slice(0, end), search: rest[end] === '?' ? rest.slice(end + 1) : '' }
}

const queryOf = ({ search }: Call): ParsedUrlQuery => parseQuery(search)

/** The body of the request, which the log shows as well. */
async function readBody({ req, course }: Call, limit: number): Promise<unknown> {
  course.body = await readJsonBody(req, limit)
  return course.body
}

function answerMatched(route: Route<Handler>, call: Call): Promise<ScimAnswer> | ScimAnswer {
  const { method = '', headers } = call.req
  if (method === 'OPTIONS') {
    call.headers['allow'] = allowedMethods(route)
    return { status: 204 }
  }
  const handler = handlerFor(route, method)
  if (acceptedMediaType(headers.accept) === undefined) {
    throw new IdentityCenterError(
      'request.notAcceptable',
      'Answers are application/scim+json or application/json: name one of them in Accept.',
    )
  }
  return handler(call)
}

/** The addresses of one resource type. */
function resourceRoutes(endpoints: ResourceEndpoints): readonly Route<Handler>[] {
  const { type } = endpoints
  const requestOf = (call: Call): ResourceRequest => ({
    actor: call.actor,
    selection: selectionOf(type, call),
    ifMatch: call.req.headers['if-match'],
    ifNoneMatch: call.req.headers['if-none-match'],
  })
  const withBody = async (call: Call): Promise<ResourceRequest> => ({
    ...requestOf(call),
    body: await readBody(call, BODY_LIMITS[type.name]),
  })
  return [
    {
      path: type.endpoint,
      handlers: {
        GET: (call) => endpoints.list(call.actor, readListParameters(queryOf(call))),
        POST: async (call) => endpoints.create(await withBody(call)),
      },
    },
    {
      path: `${type.endpoint}/.search`,
      handlers: {
        POST: async (call) =>
          endpoints.list(call.actor, readSearchRequest(await readBody(call, BODY_LIMITS.search))),
      },
    },
    {
      path: `${type.endpoint}/:id`,
      handlers: {
        GET: (call) => endpoints.get(call.id, requestOf(call)),
        PUT: async (call) => endpoints.replace(call.id, await withBody(call)),
        PATCH: async (call) => endpoints.patch(call.id, await withBody(call)),
        DELETE: (call) => endpoints.remove(call.id, requestOf(call)),
      },
    },
  ]
}

const discovery =
  (describe: (id: string) => object): Handler =>
  (call) => {
    if (queryOf(call)['filter'] !== undefined) {
      throw new IdentityCenterError('actor.forbidden', 'Discovery cannot be filtered (RFC 7644 section 4).')
    }
    return { status: 200, body: describe(call.id) }
  }

const nobody: Handler = () => {
  throw new IdentityCenterError(
    'scim.notImplemented',
    'A SCIM credential is no person: /Me has nobody to stand for (RFC 7644 section 3.11).',
  )
}

function selectionOf(type: ResourceType, call: Call): AttributeSelection {
  if (call.search === '') return DEFAULT_SELECTION
  const { attributes, excludedAttributes } = readListParameters(queryOf(call))
  return selectAttributes(type, attributes, excludedAttributes)
}
