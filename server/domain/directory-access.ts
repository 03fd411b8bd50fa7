/** Who may see and change users and groups: manual and imported ones never mix. */
import { requireFullRights, requireReadRights } from './access-rules.js'
import type { Actor } from './actor.js'
import { IdentityCenterError } from './errors.js'
import type { Group } from './group.js'
import { membersOwnedByScim } from './group.js'
import type { CreatedBy, DirectoryType, User } from './user.js'
import type { Zone } from './zone.js'

/** SCIM knows imported users and groups only: others do not exist for it. */
export const isVisibleTo = (actor: Actor, subject: { readonly type: DirectoryType }): boolean =>
  actor.kind !== 'scim' || subject.type === 'synchronized'

/** Which type a list is limited to for this actor. Throws `actor.forbidden`. */
export function requireMayList(actor: Actor): DirectoryType | undefined {
  if (actor.kind === 'scim') return 'synchronized'
  requireReadRights(actor)
  return undefined
}

/** Throws `scim.disabled` or `actor.forbidden`; returns what the object will carry as its origin. */
export function requireMayCreate(actor: Actor, type: DirectoryType, zone: Zone): CreatedBy {
  if (actor.kind !== 'scim') {
    requireFullRights(actor)
    return 'administrator'
  }
  requireScimEnabled(zone)
  if (type !== 'synchronized') {
    throw new IdentityCenterError('actor.forbidden', 'SCIM makes synchronized users and groups only.')
  }
  return 'scim'
}

/** Throws `user.synchronized` where the identity provider owns the user, `scim.disabled`, or `actor.forbidden`. */
export function requireMayChangeUser(actor: Actor, user: Pick<User, 'type' | 'userName'>, zone: Zone): void {
  if (actor.kind === 'scim') {
    requireScimEnabled(zone)
    return
  }
  requireFullRights(actor)
  if (user.type === 'synchronized' && zone.scimStatus === 'enabled') {
    throw new IdentityCenterError(
      'user.synchronized',
      `${user.userName} is owned by the identity provider: change it there, or disable SCIM synchronization first.`,
    )
  }
}

/** Throws `group.synchronized` where SCIM made the group, `scim.disabled`, or `actor.forbidden`. Goes for members too. */
export function requireMayChangeGroup(
  actor: Actor,
  group: Pick<Group, 'type' | 'createdBy' | 'displayName'>,
  zone: Zone,
): void {
  if (actor.kind === 'scim') {
    requireScimEnabled(zone)
    return
  }
  requireFullRights(actor)
  if (membersOwnedByScim(group) && zone.scimStatus === 'enabled') {
    throw new IdentityCenterError(
      'group.synchronized',
      `${group.displayName} is owned by the identity provider: change it there, or disable SCIM synchronization first.`,
    )
  }
}

/** Throws `scim.disabled` while the switch of the zone is off. */
export function requireScimEnabled(zone: Zone): void {
  if (zone.scimStatus === 'enabled') return
  throw new IdentityCenterError(
    'scim.disabled',
    'SCIM synchronization is disabled: an administrator enables it in the console of the Identity Center (SCIM synchronization).',
  )
}
