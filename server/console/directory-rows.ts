/** Users and groups as the console's lists and forms need them. */
import type { ListedUser } from '../../views/console/users.js'
import type { Blocker } from '../../views/console/confirm.js'
import type { Texts } from '../../views/i18n/index.js'
import { compare, either, type Criteria } from '../domain/criteria.js'
import { parseGroupId, parseUserId, type GroupId, type UserId } from '../domain/ids.js'
import { IdentityCenterError } from '../domain/errors.js'
import { primaryEmail, type DirectoryBlocker, type User } from '../domain/user.js'

export function toListedUser(user: User): ListedUser {
  const email = primaryEmail(user)
  return {
    id: user.id,
    userName: user.userName,
    ...(user.displayName !== undefined && { displayName: user.displayName }),
    ...(email !== undefined && { email }),
    type: user.type,
    active: user.active,
    blocked: user.blocked,
    createdAt: user.createdAt,
  }
}

/** What a search box over users looks for: a part of the name, the display name or an address. */
export const userSearch = (text: string): Criteria =>
  either(compare('userName', 'co', text), compare('displayName', 'co', text), compare('emails', 'co', text))

/** Throws `user.notFound` for what is no user id. */
export function requireUserId(text: unknown): UserId {
  const id = typeof text === 'string' ? parseUserId(text) : undefined
  if (id === undefined) throw new IdentityCenterError('user.notFound', 'There is no such user.')
  return id
}

/** Throws `group.notFound` for what is no group id. */
export function requireGroupId(text: unknown): GroupId {
  const id = typeof text === 'string' ? parseGroupId(text) : undefined
  if (id === undefined) throw new IdentityCenterError('group.notFound', 'There is no such group.')
  return id
}

/** Blockers of a user or a group with what they are called and where they are. */
export function toBlockers(
  blockers: readonly DirectoryBlocker[],
  words: Texts['console'],
): readonly Blocker[] {
  return blockers.map(({ kind, id, name }) => {
    switch (kind) {
      case 'group':
        return { kind: words.users.blockerGroup, name, href: `/admin/groups/${id}` }
      case 'user':
        return { kind: words.groups.blockerUser, name, href: `/admin/users/${id}` }
      case 'assignment':
        // An assignment is named by account and configuration; the account's page lists it.
        return {
          kind: words.users.blockerAssignment,
          name,
          href: `/admin/accounts/${id.split('/')[0] ?? ''}`,
        }
      case 'userSync':
        return { kind: words.users.blockerUserSync, name, href: `/admin/user-syncs/${id}` }
      default:
        return kind satisfies never
    }
  })
}
