/**
 * The SCIM door, /scim/v2: bearer check, media type, and the verbs of each resource type. In front of it stands nothing
 * that only browsers need.
 */
import { Router, json, type Request, type RequestHandler, type Response } from 'express'
import type { Actor } from '../server/domain/actor.js'
import type { Clock } from '../server/domain/clock.js'
import { requireScimEnabled } from '../server/domain/directory-access.js'
import { IdentityCenterError } from '../server/domain/errors.js'
import type { Zone } from '../server/domain/zone.js'
import { refusalOf } from '../server/http/http-errors.js'
import type { GroupService } from '../server/services/groups.js'
import type { ScimCredentialService } from '../server/services/scim-credentials.js'
import type { UserService } from '../server/services/users.js'
import type { ZoneService } from '../server/services/zones.js'
import { sendAnswer, type ScimAnswer } from './answer.js'
import { DEFAULT_SELECTION, selectAttributes, type AttributeSelection } from './attribute-selection.js'
import { BULK_LIMITS, readBulk, runBulk } from './bulk.js'
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
import type { ResourceEndpoints, ResourceRequest } from './resource-endpoints.js'
import { searchAll } from './root-search.js'
import { errorBody, toScimError, type ScimFailure } from './scim-errors.js'
import type { ResourceType } from './schemas.js'
import { createUserEndpoints } from './users.js'

export interface ScimRouterDeps {
  /** Origin under which the product is reached. */
  readonly baseUrl: string
  readonly clock: Clock
  readonly logger: { error(facts: object, message: string): void }
  readonly services: {
    readonly users: UserService
    readonly groups: GroupService
    readonly scimCredentials: Pick<ScimCredentialService, 'authenticate'>
    readonly zones: Pick<ZoneService, 'current'>
  }
}

/** Largest bodies, in bytes. A group of 100,000 members with their names is one; a user has nothing of that size. */
const BODY_LIMITS = { User: 1024 * 1024, Group: 8 * 1024 * 1024, search: 1024 * 1024 } as const

type Handler = (req: Request, res: Response) => Promise<ScimAnswer> | ScimAnswer

export function scimRouter({ baseUrl: origin, clock, logger, services }: ScimRouterDeps): Router {
  const baseUrl = `${origin}/scim/v2`
  const pages = createListPages(clock)
  const users = createUserEndpoints({ users: services.users, pages, baseUrl })
  const groups = createGroupEndpoints({ groups: services.groups, pages, baseUrl })
  const router = Router()

  const answer =
    (handler: Handler): RequestHandler =>
    async (req, res) => {
      await sendAnswer(req, res, await handler(req, res))
    }

  router.use((_req, res, next) => {
    const requestId = res.getHeader('x-request-id')
    // The documented spelling, beside the one that all doors have.
    if (requestId !== undefined) res.setHeader('x-RequestId', requestId)
    res.setHeader('cache-control', 'no-store')
    res.setHeader('x-content-type-options', 'nosniff')
    next()
  })

  /** Each path with what it answers to each method; other methods are told so. */
  const route = (
    path: string,
    handlers: Readonly<
      Partial<Record<'get' | 'post' | 'put' | 'patch' | 'delete', readonly RequestHandler[]>>
    >,
  ) => {
    const declared = router.route(path)
    for (const [method, chain] of Object.entries(handlers)) {
      // The keys are the method names that the type admits.
      declared[method as keyof typeof handlers](...chain)
    }
    const allowed = Object.keys(handlers)
      .map((method) => method.toUpperCase())
      .join(', ')
    declared.all((_req, res) => {
      res.setHeader('allow', allowed)
      throw new IdentityCenterError('request.methodNotAllowed', `This address answers ${allowed} only.`)
    })
  }

  const discovery = (describe: (req: Request) => object): RequestHandler =>
    answer((req) => {
      if (req.query['filter'] !== undefined) {
        throw new IdentityCenterError('actor.forbidden', 'Discovery cannot be filtered (RFC 7644 section 4).')
      }
      return { status: 200, body: describe(req) }
    })

  route('/ServiceProviderConfig', { get: [discovery(() => serviceProviderConfig(baseUrl))] })

  router.use(async (req, res, next) => {
    const zone = await services.zones.current()
    const actor = await authenticate(zone, req, res)
    requireScimEnabled(zone)
    res.locals['actor'] = actor
    next()
  })

  async function authenticate(zone: Zone, req: Request, res: Response): Promise<Actor> {
    const header = req.headers.authorization
    const secret = header === undefined ? undefined : /^bearer +([\w.~+/-]+=*) *$/i.exec(header)?.[1]
    const actor = secret === undefined ? undefined : await services.scimCredentials.authenticate(secret, zone)
    if (actor) {
      const requestId = res.getHeader('x-request-id')
      const userAgent = req.headers['user-agent']
      return {
        ...actor,
        ...(req.ip !== undefined && { address: req.ip }),
        ...(typeof requestId === 'string' && { requestId }),
        ...(userAgent !== undefined && { userAgent }),
      }
    }
    res.setHeader(
      'www-authenticate',
      header === undefined ? 'Bearer realm="SCIM"' : 'Bearer realm="SCIM", error="invalid_token"',
    )
    throw header === undefined
      ? new IdentityCenterError(
          'actor.unauthenticated',
          'Send the secret of a SCIM credential: Authorization: Bearer <CredentialSecret>.',
        )
      : new IdentityCenterError(
          'scimCredential.invalid',
          'The SCIM credential is unknown, disabled or expired: an administrator issues credentials in the console of the Identity Center (SCIM synchronization).',
        )
  }

  const searchBody = readJson(BODY_LIMITS.search)
  const bulkBody = readJson(BULK_LIMITS.maxPayloadSize)

  const resource = (endpoints: ResourceEndpoints): void => {
    const { type } = endpoints
    const body = readJson(BODY_LIMITS[type.name])
    const requestOf = (req: Request, res: Response): ResourceRequest => ({
      actor: actorOf(res),
      body: req.body as unknown,
      selection: selectionOf(type, req),
      ifMatch: req.headers['if-match'],
      ifNoneMatch: req.headers['if-none-match'],
    })
    const one = (verb: 'get' | 'replace' | 'patch' | 'remove'): RequestHandler =>
      answer((req, res) => endpoints[verb](parameter(req, 'id'), requestOf(req, res)))
    route(type.endpoint, {
      get: [answer((req, res) => endpoints.list(actorOf(res), readListParameters(req.query)))],
      post: [body, answer((req, res) => endpoints.create(requestOf(req, res)))],
    })
    route(`${type.endpoint}/.search`, {
      post: [searchBody, answer((req, res) => endpoints.list(actorOf(res), readSearchRequest(req.body)))],
    })
    route(`${type.endpoint}/:id`, {
      get: [one('get')],
      put: [body, one('replace')],
      patch: [body, one('patch')],
      delete: [one('remove')],
    })
  }
  resource(users)
  resource(groups)

  route('/ResourceTypes', { get: [discovery(() => listResourceTypes(baseUrl))] })
  route('/ResourceTypes/:name', {
    get: [discovery((req) => findResourceType(parameter(req, 'name'), baseUrl))],
  })
  route('/Schemas', { get: [discovery(() => listSchemas(baseUrl))] })
  route('/Schemas/:urn', { get: [discovery((req) => findSchema(parameter(req, 'urn'), baseUrl))] })

  const all = [users, groups]
  route('/.search', {
    post: [searchBody, answer((req, res) => searchAll(all, actorOf(res), readSearchRequest(req.body)))],
  })
  route('/Bulk', {
    post: [
      bulkBody,
      answer((req, res) => runBulk(all, actorOf(res), readBulk(req.body), (error) => failureOf(error, res))),
    ],
  })
  router.use('/Me', () => {
    throw new IdentityCenterError(
      'scim.notImplemented',
      'A SCIM credential is no person: /Me has nobody to stand for (RFC 7644 section 3.11).',
    )
  })

  router.use(() => {
    throw new IdentityCenterError('request.notFound', 'There is no such SCIM address: see /ResourceTypes.')
  })

  /** A refusal as it is; anything else is a bug of ours, which the log tells and the client only learns the id of. */
  function failureOf(error: unknown, res: Response): ScimFailure {
    const refusal = isMalformedJson(error)
      ? new IdentityCenterError('request.malformedJson', 'The body is not JSON.', {}, { cause: error })
      : refusalOf(error)
    if (refusal) return { ...toScimError(refusal), detail: refusal.message }
    const requestId = String(res.getHeader('x-request-id'))
    logger.error({ err: error, requestId }, 'a SCIM request failed')
    return {
      status: 500,
      detail: `The request failed here, not because of what it said. The log tells why under the request id ${requestId}.`,
    }
  }

  router.use((error: unknown, req: Request, res: Response, next: (error: unknown) => void) => {
    if (res.headersSent) {
      // Too late for an answer: a broken connection is all that says so.
      failureOf(error, res)
      res.destroy()
      return
    }
    const failure = failureOf(error, res)
    sendAnswer(req, res, { status: failure.status, body: errorBody(failure) }).catch(next)
  })
  return router
}

const isMalformedJson = (error: unknown): boolean =>
  error instanceof Error && 'type' in error && error.type === 'entity.parse.failed'

/** The router's guard has put it there. */
const actorOf = (res: Response): Actor => res.locals['actor'] as Actor

/** A path parameter; the routes name it. */
function parameter(req: Request, name: string): string {
  const value = req.params[name]
  return typeof value === 'string' ? value : ''
}

function selectionOf(type: ResourceType, req: Request): AttributeSelection {
  if (!req.url.includes('?')) return DEFAULT_SELECTION
  const { attributes, excludedAttributes } = readListParameters(req.query)
  return selectAttributes(type, attributes, excludedAttributes)
}

/** Reads a JSON body of at most `limit` bytes. Throws `request.mediaType`, and what the parser throws. */
function readJson(limit: number): RequestHandler {
  const parse = json({ limit, strict: false, type: () => true })
  return (req, res, next) => {
    const [mediaType = ''] = (req.headers['content-type'] ?? '').split(';', 1)
    const accepted = ['application/scim+json', 'application/json'].includes(mediaType.trim().toLowerCase())
    if (!accepted) {
      throw new IdentityCenterError(
        'request.mediaType',
        'Send the body as application/scim+json (or application/json) and name it in Content-Type.',
      )
    }
    // The parser takes nothing for an empty object.
    if (req.headers['content-length'] === '0') {
      throw new IdentityCenterError('request.malformedJson', 'The body is empty.')
    }
    parse(req, res, next)
  }
}
