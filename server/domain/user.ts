/** A person of the zone: origin, status, and which changes each origin allows. */
import { IdentityCenterError } from './errors.js'
import type { UserId } from './ids.js'

/** Where an identity lives: made here, or owned by the IdP that pushes it (API words Manual / Synchronized). */
export type DirectoryType = 'manual' | 'synchronized'
/** Who made the object; not the same as its type (an administrator may make a synchronized group). */
export type CreatedBy = 'administrator' | 'scim'

/** JSON as it stands in a SCIM resource. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject
export interface JsonObject {
  readonly [name: string]: JsonValue
}

export interface EmailAddress {
  readonly value: string
  readonly type?: string
  readonly display?: string
  readonly primary?: boolean
}

/** What can be said of a user by those who write it; everything absent is unset. */
export interface UserProfile {
  readonly userName: string
  readonly displayName?: string
  readonly givenName?: string
  readonly familyName?: string
  readonly emails: readonly EmailAddress[]
  readonly description?: string
  readonly externalId?: string
  /** The status that the IdP owns for synchronized users (SCIM `active`). */
  readonly active: boolean
  /** All other SCIM attributes, by their schema spelling, as pushed; extensions under their urn. */
  readonly attributes: JsonObject
}

export interface User extends UserProfile {
  readonly id: UserId
  readonly type: DirectoryType
  readonly createdBy: CreatedBy
  /** Set by an administrator only; SCIM never clears it. */
  readonly blocked: boolean
  /** Grows by one with each change: the ETag of the SCIM resource. */
  readonly version: number
  readonly groupCount: number
  readonly createdAt: string
  readonly updatedAt: string
}

/** Whether the user may sign in at all: active by its owner's word and not blocked by an administrator. */
export const maySignIn = (user: Pick<User, 'active' | 'blocked'>): boolean => user.active && !user.blocked

/** The address shown in lists: the primary one, else the first. */
export const primaryEmail = (user: Pick<UserProfile, 'emails'>): string | undefined =>
  (user.emails.find((email) => email.primary) ?? user.emails[0])?.value

/** User names are compared without regard to ASCII case; nothing else is folded, so no two people can be joined. */
export const userNameKey = (userName: string): string => userName.toLowerCase()

const USER_NAME = /^[A-Za-z0-9+=,.@_-]+$/
const MAXIMUM_USER_NAME = { manual: 64, synchronized: 128 } as const

/** Whether anybody can be called that: what is no name need not be looked up. */
export const isUserName = (text: string): boolean =>
  text.length <= MAXIMUM_USER_NAME.synchronized && USER_NAME.test(text)

/** Throws `user.nameInvalid` unless the name is made of `[A-Za-z0-9+=,.@_-]`, 1 to 64 characters (synchronized: 128). */
export function requireUserName(userName: string, type: DirectoryType): void {
  const limit = MAXIMUM_USER_NAME[type]
  if (userName.length >= 1 && userName.length <= limit && USER_NAME.test(userName)) return
  const remedy =
    type === 'synchronized' ? ' Change the attribute that the identity provider maps to userName.' : ''
  throw new IdentityCenterError(
    'user.nameInvalid',
    `A user name has 1 to ${limit} of the characters A-Z a-z 0-9 + = , . @ _ -.${remedy}`,
    { field: 'userName', limit },
  )
}

interface ProfileLimits {
  readonly displayName: number
  readonly givenName: number
  readonly familyName: number
  readonly description: number
  readonly externalId: number
  readonly email: number
}

/** Longest texts, in characters. Those of manual users are the cloud's; imported ones need only fit an index. */
const PROFILE_LIMITS: Readonly<Record<DirectoryType, ProfileLimits>> = {
  manual: { displayName: 256, givenName: 64, familyName: 64, description: 1024, externalId: 512, email: 128 },
  synchronized: {
    displayName: 1024,
    givenName: 1024,
    familyName: 1024,
    description: 1024,
    externalId: 512,
    email: 512,
  },
}
/** Most of everything else together, as JSON text. */
const MAXIMUM_ATTRIBUTES = 131_072

/** Throws `user.nameInvalid` or `user.attributeInvalid` unless the profile can be that of a user of this type. */
export function requireUserProfile(profile: UserProfile, type: DirectoryType): void {
  requireUserName(profile.userName, type)
  const limits = PROFILE_LIMITS[type]
  for (const field of ['displayName', 'givenName', 'familyName', 'description', 'externalId'] as const) {
    requireLength(field, profile[field], limits[field])
  }
  for (const { value } of profile.emails) {
    requireLength('emails.value', value, limits.email)
    if (type === 'manual' && !/^[^\s@]+@[^\s@]+$/.test(value)) {
      throw new IdentityCenterError('user.attributeInvalid', `${value} is not an e-mail address.`, {
        field: 'emails.value',
      })
    }
  }
  if (JSON.stringify(profile.attributes).length > MAXIMUM_ATTRIBUTES) {
    throw new IdentityCenterError(
      'user.attributeInvalid',
      `The attributes of a user take at most ${MAXIMUM_ATTRIBUTES} characters together.`,
    )
  }
}

function requireLength(field: string, text: string | undefined, limit: number): void {
  if (text === undefined || text.length <= limit) return
  throw new IdentityCenterError('user.attributeInvalid', `'${field}' has at most ${limit} characters.`, {
    field,
    limit,
  })
}

/** What of `before` and `after` differs, for the audit log; empty when nothing does. */
export function changedFields<Profile extends object>(
  before: Profile,
  after: Profile,
  fields: readonly (keyof Profile & string)[],
):
  | { readonly before: Readonly<Record<string, unknown>>; readonly after: Readonly<Record<string, unknown>> }
  | undefined {
  const changed = fields.filter((field) => JSON.stringify(before[field]) !== JSON.stringify(after[field]))
  if (changed.length === 0) return undefined
  const of = (profile: Profile) => Object.fromEntries(changed.map((field) => [field, profile[field] ?? null]))
  return { before: of(before), after: of(after) }
}

/** What stands in the way of deleting a user or a group. */
export interface DirectoryBlocker {
  readonly kind: 'group' | 'user' | 'assignment' | 'userSync'
  readonly id: string
  readonly name: string
}
