/** What each kind of actor may do to the zone as a whole; finer rules live beside their subjects. */
import { IdentityCenterError } from './errors.js'
import type { Actor } from './actor.js'

/** Throws `actor.forbidden` unless the actor may change the zone (full administrators, their keys, the system). */
export function requireFullRights(actor: Actor): void {
  if (actor.kind === 'system') return
  if ((actor.kind === 'administrator' || actor.kind === 'apiKey') && actor.rights === 'full') return
  throw new IdentityCenterError(
    'actor.forbidden',
    'This needs an administrator who holds QcloudOrganizationFullAccess.',
  )
}

/** Throws `actor.forbidden` unless the actor may read the zone's directory and settings. */
export function requireReadRights(actor: Actor): void {
  if (actor.kind === 'system' || actor.kind === 'administrator' || actor.kind === 'apiKey') return
  throw new IdentityCenterError(
    'actor.forbidden',
    'This needs an administrator of the management account (QcloudOrganizationReadOnlyAccess or more).',
  )
}
