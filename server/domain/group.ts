/** A group of the zone and the rules of membership. */
import { IdentityCenterError } from './errors.js'
import type { GroupId, UserId } from './ids.js'
import type { CreatedBy, DirectoryType, JsonObject, User } from './user.js'

export interface GroupProfile {
  readonly displayName: string
  readonly description?: string
  readonly externalId?: string
  readonly attributes: JsonObject
}

export interface Group extends GroupProfile {
  readonly id: GroupId
  readonly type: DirectoryType
  readonly createdBy: CreatedBy
  readonly memberCount: number
  readonly version: number
  readonly createdAt: string
  readonly updatedAt: string
}

/** A user as a member of a group, or seen from the user: see `JoinedGroup`. */
export interface GroupMember {
  readonly userId: UserId
  readonly userName: string
  readonly displayName?: string
  readonly joinedAt: string
}

export interface JoinedGroup {
  readonly groupId: GroupId
  readonly displayName: string
  readonly type: DirectoryType
  readonly joinedAt: string
}

/**
 * Which members change, without the members it does not name. `replaceWith` empties the group of all others. Ids are
 * as the caller named them; whether they name users of the zone is for the group service to find out.
 */
export type MembershipChange =
  | { readonly add: readonly string[]; readonly remove: readonly string[] }
  | { readonly replaceWith: readonly string[] }

export const groupNameKey = (displayName: string): string => displayName.normalize('NFC').toLowerCase()

/** Throws `group.nameInvalid` unless the name has 1 to 128 characters, none of them a control character. */
export function requireGroupName(displayName: string): void {
  if (
    displayName.length >= 1 &&
    displayName.length <= 128 &&
    !/\p{Cc}/u.test(displayName) &&
    displayName.trim() !== ''
  )
    return
  throw new IdentityCenterError(
    'group.nameInvalid',
    'A group name has 1 to 128 characters: not blanks alone, and no tabs, line breaks or other control characters.',
    { field: 'displayName' },
  )
}

/** Throws `group.nameInvalid` or `group.attributeInvalid` unless the profile can be that of a group. */
export function requireGroupProfile(profile: GroupProfile): void {
  requireGroupName(profile.displayName)
  for (const [field, limit] of [
    ['description', 1024],
    ['externalId', 512],
  ] as const) {
    if ((profile[field]?.length ?? 0) <= limit) continue
    throw new IdentityCenterError('group.attributeInvalid', `'${field}' has at most ${limit} characters.`, {
      field,
      limit,
    })
  }
}

/** Throws `group.typeMismatch`: a user and a group are joined only when both are of one type. */
export function requireSameType(
  group: Pick<Group, 'type' | 'displayName'>,
  user: Pick<User, 'type' | 'userName'>,
): void {
  if (group.type === user.type) return
  throw new IdentityCenterError(
    'group.typeMismatch',
    `${user.userName} is ${user.type} and the group ${group.displayName} is ${group.type}: both must be of one type.`,
  )
}

/** Whether SCIM alone may change the members while synchronization is enabled: where SCIM made the group. */
export const membersOwnedByScim = (group: Pick<Group, 'type' | 'createdBy'>): boolean =>
  group.type === 'synchronized' && group.createdBy === 'scim'
