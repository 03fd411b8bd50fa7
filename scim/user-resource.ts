/** User <-> SCIM JSON, both ways. */
import type { JoinedGroup } from '../server/domain/group.js'
import type { EmailAddress, JsonObject, JsonValue, User, UserProfile } from '../server/domain/user.js'
import { invalidValue, isJsonObject } from './attribute-values.js'
import { ENTERPRISE_USER, USER_SCHEMA, USER_TYPE } from './schemas.js'

/** What imported users and groups carry as their description. */
export const IMPORTED_DESCRIPTION = 'SCIM Synchronization'

/** Attributes with a place of their own in a `UserProfile`; `password` has none, it is dropped. */
const OWN_ATTRIBUTES: ReadonlySet<string> = new Set([
  'userName',
  'displayName',
  'name',
  'emails',
  'externalId',
  'active',
  'password',
])

/**
 * The profile that a resource (as `readResource` and `applyPatch` make it) describes. What SCIM cannot say stays as it
 * is in `present`: the description, and the status when the resource leaves `active` out.
 */
export function toUserProfile(resource: JsonObject, present?: UserProfile): UserProfile {
  const { userName, displayName, externalId, active } = resource
  if (typeof userName !== 'string') throw invalidValue(USER_TYPE, 'userName', 'is required')
  const { givenName, familyName, ...otherNames } = isJsonObject(resource['name']) ? resource['name'] : {}
  const attributes: Record<string, JsonValue> = {}
  for (const [name, value] of Object.entries(resource))
    if (!OWN_ATTRIBUTES.has(name)) attributes[name] = value
  if (Object.keys(otherNames).length > 0) attributes['name'] = otherNames
  const description = present ? present.description : IMPORTED_DESCRIPTION
  return {
    userName,
    ...(typeof displayName === 'string' && { displayName }),
    ...(typeof givenName === 'string' && { givenName }),
    ...(typeof familyName === 'string' && { familyName }),
    ...(typeof externalId === 'string' && { externalId }),
    ...(description !== undefined && { description }),
    emails: toEmails(resource['emails']),
    active: typeof active === 'boolean' ? active : (present?.active ?? true),
    attributes,
  }
}

function toEmails(value: JsonValue | undefined): readonly EmailAddress[] {
  if (!Array.isArray(value)) return []
  return value.filter(isJsonObject).map((email) => {
    const { value: address, type, display, primary } = email
    if (typeof address !== 'string') throw invalidValue(USER_TYPE, 'emails.value', 'is missing')
    return {
      value: address,
      ...(typeof type === 'string' && { type }),
      ...(typeof display === 'string' && { display }),
      ...(typeof primary === 'boolean' && { primary }),
    }
  })
}

const toEmailValue = ({ value, type, display, primary }: EmailAddress): JsonObject => ({
  value,
  ...(type !== undefined && { type }),
  ...(display !== undefined && { display }),
  ...(primary !== undefined && { primary }),
})

/** The attributes that clients may write, as `applyPatch` takes them. */
export function writableAttributes(user: UserProfile): JsonObject {
  const { name, ...attributes } = user.attributes
  const names = {
    ...(isJsonObject(name) && name),
    ...(user.familyName !== undefined && { familyName: user.familyName }),
    ...(user.givenName !== undefined && { givenName: user.givenName }),
  }
  return {
    ...(user.externalId !== undefined && { externalId: user.externalId }),
    userName: user.userName,
    ...(Object.keys(names).length > 0 && { name: names }),
    ...(user.displayName !== undefined && { displayName: user.displayName }),
    active: user.active,
    ...(user.emails.length > 0 && { emails: user.emails.map(toEmailValue) }),
    ...attributes,
  }
}

/** The resource as it is returned. `groups` is left out when it was not read. */
export function toUserResource(
  user: User,
  groups: readonly JoinedGroup[] | undefined,
  baseUrl: string,
): JsonObject {
  return {
    schemas: user.attributes[ENTERPRISE_USER] === undefined ? CORE : CORE_AND_ENTERPRISE,
    id: user.id,
    ...writableAttributes(user),
    ...groupReferences(groups, baseUrl),
    meta: {
      resourceType: 'User',
      created: user.createdAt,
      lastModified: user.updatedAt,
      location: `${baseUrl}/Users/${user.id}`,
      version: `W/"${user.version}"`,
    },
  }
}

const CORE: readonly string[] = [USER_SCHEMA.id]
const CORE_AND_ENTERPRISE: readonly string[] = [USER_SCHEMA.id, ENTERPRISE_USER]

/** A user who was adopted may be in groups that SCIM does not know. */
function groupReferences(groups: readonly JoinedGroup[] = [], baseUrl: string): JsonObject {
  const imported = groups.filter(({ type }) => type === 'synchronized')
  return imported.length > 0 ? { groups: imported.map((group) => toGroupReference(group, baseUrl)) } : {}
}

const toGroupReference = (group: JoinedGroup, baseUrl: string): JsonObject => ({
  value: group.groupId,
  $ref: `${baseUrl}/Groups/${group.groupId}`,
  display: group.displayName,
  type: 'direct',
})
