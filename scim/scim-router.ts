/**
 * The SCIM door, /scim/v2: bearer check, media type, and the verbs of each resource type. It takes its requests whole,
 * from the credential to the answer; in front of it stands nothing that only browsers need.
 */
import type { Request, RequestHandler, Response } from 'express'
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
import { readJsonBody } from './request-body.js'
import type { ResourceEndpoints, ResourceRequest } from './resource-endpoints.js'
import { searchAll } from './root-search.js'
import { createRoutes, handlerFor, type Route } from './routes.js'
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

/** A request on its way to an answer. */
interface Call {
  readonly req: Request
  readonly res: Response
  readonly actor: Actor
  /** What stands in the path in the place of `:id`. */
  readonly id: string
}

type Handler = (call: Call) => Promise<ScimAnswer> | ScimAnswer

export function scimRouter({ baseUrl: origin, clock, logger, services }: ScimRouterDeps): RequestHandler {
  const baseUrl = `${origin}/scim/v2`
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
      path: '/.search',
      handlers: {
        POST: async ({ req, actor }) =>
          searchAll(everything, actor, readSearchRequest(await readJsonBody(req, BODY_LIMITS.search))),
      },
    },
    {
      path: '/Bulk',
      handlers: {
        POST: async ({ req, res, actor }) => {
          const request = readBulk(await readJsonBody(req, BULK_LIMITS.maxPayloadSize))
          return runBulk(everything, actor, request, (error) => failureOf(error, res))
        },
      },
    },
    { path: '/Me', handlers: { GET: nobody, POST: nobody, PUT: nobody, PATCH: nobody, DELETE: nobody } },
  ])

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

  /** Strangers learn nothing: not what addresses there are, nor whether the switch is on. */
  async function answer(req: Request, res: Response): Promise<ScimAnswer> {
    const matched = find(req.path)
    if (matched?.route.open) {
      req.route = matched.route
      return handlerFor(matched.route, req.method)({ req, res, actor: { kind: 'anonymous' }, id: matched.id })
    }
    const zone = await services.zones.current()
    const actor = await authenticate(zone, req, res)
    requireScimEnabled(zone)
    if (!matched) {
      throw new IdentityCenterError('request.notFound', 'There is no such SCIM address: see /ResourceTypes.')
    }
    // What the log and the metrics call it.
    req.route = matched.route
    return handlerFor(matched.route, req.method)({ req, res, actor, id: matched.id })
  }

  /** A refusal as it is; anything else is a bug of ours, which the log tells and the client only learns the id of. */
  function failureOf(error: unknown, res: Response): ScimFailure {
    const refusal = refusalOf(error)
    if (refusal) {
      const { allow } = refusal.facts
      if (typeof allow === 'string') res.setHeader('allow', allow)
      return { ...toScimError(refusal), detail: refusal.message }
    }
    const requestId = String(res.getHeader('x-request-id'))
    logger.error({ err: error, requestId }, 'a SCIM request failed')
    return {
      status: 500,
      detail: `The request failed here, not because of what it said. The log tells why under the request id ${requestId}.`,
    }
  }

  return async (req, res) => {
    const requestId = res.getHeader('x-request-id')
    // The documented spelling, beside the one that all doors have.
    if (requestId !== undefined) res.setHeader('x-RequestId', requestId)
    res.setHeader('cache-control', 'no-store')
    res.setHeader('x-content-type-options', 'nosniff')
    try {
      await sendAnswer(req, res, await answer(req, res))
    } catch (error) {
      // A client that is gone needs no answer, and to one that has half of it only a broken connection says the rest.
      if (req.destroyed && !req.complete) return
      const failure = failureOf(error, res)
      if (res.headersSent) res.destroy()
      else await sendAnswer(req, res, { status: failure.status, body: errorBody(failure) })
    }
  }
}

/** The addresses of one resource type. */
function resourceRoutes(endpoints: ResourceEndpoints): readonly Route<Handler>[] {
  const { type } = endpoints
  const requestOf = ({ req, actor }: Call): ResourceRequest => ({
    actor,
    selection: selectionOf(type, req),
    ifMatch: req.headers['if-match'],
    ifNoneMatch: req.headers['if-none-match'],
  })
  const withBody = async (call: Call): Promise<ResourceRequest> => ({
    ...requestOf(call),
    body: await readJsonBody(call.req, BODY_LIMITS[type.name]),
  })
  return [
    {
      path: type.endpoint,
      handlers: {
        GET: ({ req, actor }) => endpoints.list(actor, readListParameters(req.query)),
        POST: async (call) => endpoints.create(await withBody(call)),
      },
    },
    {
      path: `${type.endpoint}/.search`,
      handlers: {
        POST: async ({ req, actor }) =>
          endpoints.list(actor, readSearchRequest(await readJsonBody(req, BODY_LIMITS.search))),
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
  ({ req, id }) => {
    if (req.query['filter'] !== undefined) {
      throw new IdentityCenterError('actor.forbidden', 'Discovery cannot be filtered (RFC 7644 section 4).')
    }
    return { status: 200, body: describe(id) }
  }

const nobody: Handler = () => {
  throw new IdentityCenterError(
    'scim.notImplemented',
    'A SCIM credential is no person: /Me has nobody to stand for (RFC 7644 section 3.11).',
  )
}

function selectionOf(type: ResourceType, req: Request): AttributeSelection {
  if (!req.url.includes('?')) return DEFAULT_SELECTION
  const { attributes, excludedAttributes } = readListParameters(req.query)
  return selectAttributes(type, attributes, excludedAttributes)
}
