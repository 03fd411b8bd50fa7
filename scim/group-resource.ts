/** Group <-> SCIM JSON, both ways. */
import type { Group, GroupMember, GroupProfile } from '../server/domain/group.js'
import type { JsonObject } from '../server/domain/user.js'
import { invalidValue } from './attribute-values.js'
import { GROUP_SCHEMA, GROUP_TYPE } from './schemas.js'
import { IMPORTED_DESCRIPTION } from './user-resource.js'

/** The profile that a resource describes, members aside. The description stays as it is in `present`. */
export function toGroupProfile(resource: JsonObject, present?: GroupProfile): GroupProfile {
  const { displayName, externalId } = resource
  if (typeof displayName !== 'string') throw invalidValue(GROUP_TYPE, 'displayName', 'is required')
  const description = present ? present.description : IMPORTED_DESCRIPTION
  return {
    displayName,
    ...(typeof externalId === 'string' && { externalId }),
    ...(description !== undefined && { description }),
    attributes: {},
  }
}

/** The attributes that clients may write, members aside, as `applyPatch` takes them. */
export const writableGroupAttributes = (group: GroupProfile): JsonObject => ({
  ...(group.externalId !== undefined && { externalId: group.externalId }),
  displayName: group.displayName,
})

/** The resource as it is returned. `members` is left out when they were not read. */
export const toGroupResource = (
  group: Group,
  members: readonly GroupMember[] | undefined,
  baseUrl: string,
): JsonObject => ({
  schemas: [GROUP_SCHEMA.id],
  id: group.id,
  ...writableGroupAttributes(group),
  meta: {
    resourceType: 'Group',
    created: group.createdAt,
    lastModified: group.updatedAt,
    location: `${baseUrl}/Groups/${group.id}`,
    version: `W/"${group.version}"`,
  },
  // Last, so that a long list can be sent piece by piece.
  ...(members &&
    members.length > 0 && { members: members.map((member) => toMemberReference(member, baseUrl)) }),
})

export const toMemberReference = (member: GroupMember, baseUrl: string): JsonObject => ({
  value: member.userId,
  $ref: `${baseUrl}/Users/${member.userId}`,
  display: member.displayName ?? member.userName,
  type: 'User',
})
