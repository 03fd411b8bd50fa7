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
