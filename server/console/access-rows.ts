/** Ids of what access is made of, as they stand in addresses and forms. */
import type { Principal } from '../domain/assignment.js'
import { IdentityCenterError } from '../domain/errors.js'
import {
  parseAccountUin,
  parseGroupId,
  parsePermissionConfigurationId,
  parseUserId,
  type AccountUin,
  type PermissionConfigurationId,
} from '../domain/ids.js'

/** Throws `permissionConfiguration.notFound` for what is no such id. */
export function requireConfigurationId(text: unknown): PermissionConfigurationId {
  const id = typeof text === 'string' ? parsePermissionConfigurationId(text) : undefined
  if (id !== undefined) return id
  throw new IdentityCenterError(
    'permissionConfiguration.notFound',
    'There is no such permission configuration.',
  )
}

/** Throws `account.notFound` for what is no account number. */
export function requireAccountUin(text: unknown): AccountUin {
  const uin = typeof text === 'string' ? parseAccountUin(text) : undefined
  if (uin !== undefined) return uin
  throw new IdentityCenterError('account.notFound', 'There is no such account in the organization.')
}

/** A user or a group by its id, whose form tells which it is. Throws `user.notFound`. */
export function requirePrincipal(text: string): Principal {
  const userId = parseUserId(text)
  if (userId !== undefined) return { type: 'user', id: userId }
  const groupId = parseGroupId(text)
  if (groupId !== undefined) return { type: 'group', id: groupId }
  throw new IdentityCenterError('user.notFound', 'There is no such user or group.')
}
