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

// Assigned one by one, not spread: these run for each user of each list.

function toEmailValue({ value, type, display, primary }: EmailAddress): JsonObject {
  const email: Record<string, JsonValue> = { value }
  if (type !== undefined) email['type'] = type
  if (display !== undefined) email['display'] = display
  if (primary !== undefined) email['primary'] = primary
  return email
}

function namesOf({ familyName, givenName, attributes }: UserProfile): JsonObject | undefined {
  const { name: others } = attributes
  if (familyName === undefined && givenName === undefined && others === undefined) return undefined
  const name: Record<string, JsonValue> = isJsonObject(others) ? { ...others } : {}
  if (familyName !== undefined) name['familyName'] = familyName
  if (givenName !== undefined) name['givenName'] = givenName
  return name
}

/** Adds the attributes that clients may write. */
function addWritable(to: Record<string, JsonValue>, user: UserProfile): void {
  if (user.externalId !== undefined) to['externalId'] = user.externalId
  to['userName'] = user.userName
  const name = namesOf(user)
  if (name) to['name'] = name
  if (user.displayName !== undefined) to['displayName'] = user.displayName
  to['active'] = user.active
  if (user.emails.length > 0) to['emails'] = user.emails.map(toEmailValue)
  for (const attribute in user.attributes) {
    const value = user.attributes[attribute]
    if (attribute !== 'name' && value !== undefined) to[attribute] = value
  }
}

/** The attributes that clients may write, as `applyPatch` takes them. */
export function writableAttributes(user: UserProfile): JsonObject {
  const attributes: Record<string, JsonValue> = {}
  addWritable(attributes, user)
  return attributes
}

/** The resource as it is returned. `groups` is left out when it was not read. */
export function toUserResource(
  user: User,
  groups: readonly JoinedGroup[] | undefined,
  baseUrl: string,
): JsonObject {
  const resource: Record<string, JsonValue> = {
    schemas: user.attributes[ENTERPRISE_USER] === undefined ? CORE : CORE_AND_ENTERPRISE,
    id: user.id,
  }
  addWritable(resource, user)
  Object.assign(resource, groupReferences(groups, baseUrl))
  resource['meta'] = {
    resourceType: 'User',
    created: user.createdAt,
    lastModified: user.updatedAt,
    location: `${baseUrl}/Users/${user.id}`,
    version: `W/"${user.version}"`,
  }
  return resource
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
