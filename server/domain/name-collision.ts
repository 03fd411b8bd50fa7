/** Names that the identity provider pushed while a manual user or group holds them: what is kept, and what is said. */
import type { Group, GroupProfile } from './group.js'
import {
  parseCollisionId,
  type CollisionId,
  type GroupId,
  type ScimCredentialId,
  type UserId,
} from './ids.js'
import type { DirectoryType, User, UserProfile } from './user.js'

/** What was pushed under a name that is taken. `renamedId` is the imported one that was to get it, if there is one. */
export type NamePush =
  | { readonly kind: 'user'; readonly pushed: UserProfile; readonly renamedId?: UserId }
  | { readonly kind: 'group'; readonly pushed: GroupProfile; readonly renamedId?: GroupId }

export type CollisionStatus = 'open' | 'rejected'

export type NameCollision = NamePush & {
  readonly id: CollisionId
  readonly name: string
  readonly status: CollisionStatus
  /** Grows when something else is pushed than before. */
  readonly revision: number
  readonly pushes: number
  readonly credentialId: ScimCredentialId
  readonly decidedBy?: string
  readonly decidedAt?: string
  readonly firstSeenAt: string
  readonly lastSeenAt: string
}

/** A collision with the manual user or group that holds the name. */
export type HeldName =
  | {
      readonly kind: 'user'
      readonly collision: Extract<NameCollision, { kind: 'user' }>
      readonly holder: User
    }
  | {
      readonly kind: 'group'
      readonly collision: Extract<NameCollision, { kind: 'group' }>
      readonly holder: Group
    }

/** What became of a push: it waits, it was rejected before, or there is no room for it in the queue. */
export type CollisionFate = CollisionStatus | 'queueFull'

/** Collisions that are kept, open and rejected together. */
export const MAXIMUM_COLLISIONS = 1000
/** Most of one pushed profile, as JSON text: all of them together stay small. */
const MAXIMUM_PROFILE = 32_768
const KEPT_EMAILS = 10

export const pushedName = (push: NamePush): string =>
  push.kind === 'user' ? push.pushed.userName : push.pushed.displayName

/**
 * The push as it is kept: its profile and nothing else. A profile longer than any that an identity provider sends by
 * itself loses its other attributes, which the next push after linking brings again.
 */
export function keptPush(push: NamePush): NamePush {
  if (push.kind === 'user') {
    const {
      userName,
      displayName,
      givenName,
      familyName,
      emails,
      description,
      externalId,
      active,
      attributes,
    } = push.pushed
    const own = { userName, displayName, givenName, familyName, description, externalId, active }
    const whole = { ...own, emails, attributes }
    const pushed = fits(whole) ? whole : { ...own, emails: emails.slice(0, KEPT_EMAILS), attributes: {} }
    return { kind: 'user', pushed, renamedId: push.renamedId }
  }
  const { displayName, description, externalId, attributes } = push.pushed
  const own = { displayName, description, externalId }
  const pushed = fits({ ...own, attributes }) ? { ...own, attributes } : { ...own, attributes: {} }
  return { kind: 'group', pushed, renamedId: push.renamedId }
}

const fits = (profile: object): boolean => JSON.stringify(profile).length <= MAXIMUM_PROFILE

/** Whether two pushes say the same. */
export const isSamePush = (left: NamePush, right: NamePush): boolean =>
  JSON.stringify(keptPush(left)) === JSON.stringify(keptPush(right))

/** Stands for what an administrator looked at: changes with the push and with the one who holds the name. */
export const sightOf = ({ collision, holder }: HeldName): string =>
  `${collision.id}.${collision.revision}.${holder.version}`

/** Which collision was looked at; `undefined` for what is no sight. */
export const collisionOfSight = (sight: string): CollisionId | undefined =>
  parseCollisionId(sight.split('.', 1)[0] ?? '')

/** Why a name cannot be given: which kind of user or group holds it, and what an administrator can do about it. */
export function nameTakenMessage(
  kind: NamePush['kind'],
  name: string,
  heldBy: DirectoryType | undefined,
  fate?: CollisionFate,
): string {
  const whose = `The ${kind} name ${name} is`
  switch (heldBy) {
    case 'manual':
      return `${whose} held by a ${kind} created manually in the Identity Center. ${remedyOf(kind, fate)}`
    case 'synchronized':
      return `${whose} held by another imported ${kind}.`
    case undefined:
      return `${whose} taken.`
    default:
      return heldBy satisfies never
  }
}

function remedyOf(kind: NamePush['kind'], fate: CollisionFate | undefined): string {
  const otherwise =
    kind === 'user'
      ? 'remove that user, or let the identity provider map another attribute to userName'
      : 'rename or remove that group'
  switch (fate) {
    case 'open':
      return `The push waits in its console (SCIM synchronization, Adoption), where an administrator links that ${kind} to the identity provider or rejects it. Or: ${otherwise}.`
    case 'rejected':
      return `An administrator rejected linking that ${kind} to the identity provider: ${otherwise}.`
    case 'queueFull':
      return `Too many such pushes wait in its console (SCIM synchronization, Adoption): an administrator has to decide on some of them first.`
    case undefined:
      // Nobody pushed it: an administrator asks.
      return `Choose another name, or ${kind === 'user' ? 'remove that user' : 'rename or remove that group'} first.`
    default:
      return fate satisfies never
  }
}
