/** The verbs of the User resource. */
import { IdentityCenterError } from '../server/domain/errors.js'
import { parseUserId, type UserId } from '../server/domain/ids.js'
import type { User } from '../server/domain/user.js'
import type { UserService } from '../server/services/users.js'
import type { ScimAnswer } from './answer.js'
import type { AttributeSelection } from './attribute-selection.js'
import { readResource } from './attribute-values.js'
import { conditionOf, isKnownVersion } from './conditions.js'
import type { ListPages } from './list-pages.js'
import { toListRequest } from './list-request.js'
import { readPatch } from './patch-operations.js'
import { applyPatch } from './patch.js'
import type { ResourceEndpoints } from './resource-endpoints.js'
import { USER_TYPE } from './schemas.js'
import { toUserProfile, toUserResource, writableAttributes } from './user-resource.js'

export interface UserEndpointDeps {
  readonly users: UserService
  readonly pages: ListPages
  /** Of the SCIM door. */
  readonly baseUrl: string
}

export function createUserEndpoints({ users, pages, baseUrl }: UserEndpointDeps): ResourceEndpoints {
  const locationOf = (id: string) => `${baseUrl}/Users/${id}`

  async function answerWith(status: number, user: User, selection: AttributeSelection): Promise<ScimAnswer> {
    const groups = selection.mentions('groups') === 'excluded' ? undefined : await users.groupsOf([user])
    const resource = toUserResource(user, groups?.get(user.id), baseUrl)
    return {
      status,
      body: selection.apply(resource),
      location: locationOf(user.id),
      version: user.version,
    }
  }

  return {
    type: USER_TYPE,
    locationOf,

    async create({ actor, body, selection }) {
      const profile = toUserProfile(readResource(USER_TYPE, body))
      return answerWith(201, await users.create(actor, { profile, type: 'synchronized' }), selection)
    },

    async get(id, { actor, selection, ...conditions }) {
      const user = await users.get(actor, requireId(id))
      if (isKnownVersion(conditions, user.version, 'user.versionMismatch'))
        return { status: 304, version: user.version }
      return answerWith(200, user, selection)
    },

    async replace(id, { actor, body, selection, ...conditions }) {
      const resource = readResource(USER_TYPE, body)
      const user = await users.change(
        actor,
        requireId(id),
        (present) => toUserProfile(resource, present),
        conditionOf(conditions),
      )
      return answerWith(200, user, selection)
    },

    async patch(id, { actor, body, selection, ...conditions }) {
      const operations = readPatch(USER_TYPE, body)
      const user = await users.change(
        actor,
        requireId(id),
        (present) => toUserProfile(applyPatch(USER_TYPE, writableAttributes(present), operations), present),
        conditionOf(conditions),
      )
      return answerWith(200, user, selection)
    },

    async remove(id, { actor, ...conditions }) {
      await users.remove(actor, requireId(id), conditionOf(conditions))
      return { status: 204 }
    },

    async list(actor, parameters) {
      const request = toListRequest(USER_TYPE, parameters, baseUrl)
      const place = pages.locate(request)
      const found = await users.list(actor, { ...request, page: place.page })
      const wantsGroups = request.selection.mentions('groups') !== 'excluded'
      const groups = wantsGroups ? await users.groupsOf(found.items) : undefined
      const resources = found.items.map((user) =>
        request.selection.apply(toUserResource(user, groups?.get(user.id), baseUrl)),
      )
      return { status: 200, body: pages.respond(request, place, found, resources) }
    },
  }
}

function requireId(text: string): UserId {
  const id = parseUserId(text)
  if (id) return id
  throw new IdentityCenterError('user.notFound', `There is no user ${text.slice(0, 128)}.`)
}
