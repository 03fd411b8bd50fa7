/** The verbs of the Group resource. Members are read only where they are wanted, and page by page where they are many. */
import { IdentityCenterError } from '../server/domain/errors.js'
import type { Group } from '../server/domain/group.js'
import { parseGroupId, type GroupId } from '../server/domain/ids.js'
import type { JsonObject } from '../server/domain/user.js'
import type { ChangedGroup, GroupService } from '../server/services/groups.js'
import type { ScimAnswer } from './answer.js'
import type { AttributeSelection } from './attribute-selection.js'
import { isJsonObject, readResource } from './attribute-values.js'
import { conditionOf, isKnownVersion } from './conditions.js'
import { memberIds, readGroupPatch } from './group-patch.js'
import {
  toGroupProfile,
  toGroupResource,
  toMemberReference,
  writableGroupAttributes,
} from './group-resource.js'
import type { ListPages } from './list-pages.js'
import { toListRequest } from './list-request.js'
import { applyPatch } from './patch.js'
import type { ResourceEndpoints } from './resource-endpoints.js'
import { GROUP_TYPE } from './schemas.js'

export interface GroupEndpointDeps {
  readonly groups: GroupService
  readonly pages: ListPages
  /** Of the SCIM door. */
  readonly baseUrl: string
}

/** Up to so many members are sent in one piece. */
const MEMBERS_AT_ONCE = 1000

export function createGroupEndpoints({ groups, pages, baseUrl }: GroupEndpointDeps): ResourceEndpoints {
  const locationOf = (id: string) => `${baseUrl}/Groups/${id}`

  /** Members page by page, reduced to what was asked for. */
  async function* memberPages(
    group: Group,
    selection: AttributeSelection,
  ): AsyncGenerator<readonly JsonObject[]> {
    for await (const members of groups.importedMemberPages(group)) {
      const references = members.map((member) => toMemberReference(member, baseUrl))
      const { members: selected } = selection.apply({ members: references })
      yield Array.isArray(selected) ? selected.filter(isJsonObject) : []
    }
  }

  async function allMembers(group: Group, selection: AttributeSelection): Promise<readonly JsonObject[]> {
    const all: JsonObject[] = []
    for await (const members of memberPages(group, selection)) all.push(...members)
    return all
  }

  async function answerWith(
    status: number,
    group: ChangedGroup,
    selection: AttributeSelection,
  ): Promise<ScimAnswer> {
    const resource = selection.apply(toGroupResource(group, undefined, baseUrl))
    const answer = { status, location: locationOf(group.id), version: group.version, ...remarksOn(group) }
    if (group.memberCount === 0 || selection.mentions('members') === 'excluded') {
      return { ...answer, body: resource }
    }
    if (group.memberCount > MEMBERS_AT_ONCE) {
      return { ...answer, body: resource, members: memberPages(group, selection) }
    }
    return { ...answer, body: { ...resource, members: await allMembers(group, selection) } }
  }

  return {
    type: GROUP_TYPE,
    locationOf,

    async create({ actor, body, selection }) {
      const resource = readResource(GROUP_TYPE, body)
      const members = memberIds(resource['members'])
      const profile = toGroupProfile(resource)
      const group = await groups.create(actor, { profile, type: 'synchronized', members })
      return answerWith(201, group, selection)
    },

    async get(id, { actor, selection, ...conditions }) {
      const group = await groups.get(actor, requireId(id))
      if (isKnownVersion(conditions, group.version, 'group.versionMismatch'))
        return { status: 304, version: group.version }
      return answerWith(200, group, selection)
    },

    async replace(id, { actor, body, selection, ...conditions }) {
      const resource = readResource(GROUP_TYPE, body)
      // Leaving members out says nothing of them (RFC 7644 section 3.5.1): access is not lost by omission.
      const members = mentionsMembers(body) ? { replaceWith: memberIds(resource['members']) } : undefined
      const group = await groups.change(actor, requireId(id), {
        profile: (present) => toGroupProfile(resource, present),
        ...(members && { members }),
        ...conditionOf(conditions),
      })
      return answerWith(200, group, selection)
    },

    async patch(id, { actor, body, selection, ...conditions }) {
      const groupId = requireId(id)
      const { attributes, members } = await readGroupPatch(body, (criteria) =>
        groups.findImportedMembers(actor, groupId, criteria),
      )
      const group = await groups.change(actor, groupId, {
        ...(attributes.length > 0 && {
          profile: (present) =>
            toGroupProfile(applyPatch(GROUP_TYPE, writableGroupAttributes(present), attributes), present),
        }),
        ...(members && { members }),
        ...conditionOf(conditions),
      })
      // Who names attributes wants to see them (RFC 7644 section 3.5.2); else a large group is not sent back each time.
      return selection.isDefault
        ? { status: 204, location: locationOf(group.id), version: group.version, ...remarksOn(group) }
        : answerWith(200, group, selection)
    },

    async remove(id, { actor, ...conditions }) {
      await groups.remove(actor, requireId(id), conditionOf(conditions))
      return { status: 204 }
    },

    async list(actor, parameters) {
      const request = toListRequest(GROUP_TYPE, parameters, baseUrl)
      const { selection } = request
      const place = pages.locate(request)
      const found = await groups.list(actor, { ...request, page: place.page })
      const wantsMembers = selection.mentions('members') === 'included'
      const resources: JsonObject[] = []
      for (const group of found.items) {
        const resource = selection.apply(toGroupResource(group, undefined, baseUrl))
        const members = wantsMembers && group.memberCount > 0 ? await allMembers(group, selection) : undefined
        resources.push(members ? { ...resource, members } : resource)
      }
      return { status: 200, body: pages.respond(request, place, found, resources) }
    },
  }
}

/** The client asked for more than was done, and wanted it so. */
const remarksOn = ({ passedOver }: ChangedGroup): Pick<ScimAnswer, 'remarks'> =>
  passedOver ? { remarks: { unknownMembers: passedOver } } : {}

const mentionsMembers = (body: unknown): boolean =>
  isJsonObject(body) && Object.keys(body).some((name) => name.toLowerCase() === 'members')

function requireId(text: string): GroupId {
  const id = parseGroupId(text)
  if (id) return id
  throw new IdentityCenterError('group.notFound', `There is no group ${text.slice(0, 128)}.`)
}
