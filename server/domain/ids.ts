/** Branded identifiers, made and parsed only here. The printed forms are those of the cloud API. */
import { randomBytes, randomInt, randomUUID } from 'node:crypto'

declare const brand: unique symbol
type Branded<Name extends string> = string & { readonly [brand]: Name }

export type ZoneId = Branded<'ZoneId'>
export type UserId = Branded<'UserId'>
export type GroupId = Branded<'GroupId'>
export type PermissionConfigurationId = Branded<'PermissionConfigurationId'>
export type ScimCredentialId = Branded<'ScimCredentialId'>
/** A name that the identity provider pushed and a manual user or group holds. */
export type CollisionId = Branded<'CollisionId'>
export type CertificateId = Branded<'CertificateId'>
export type UserSyncId = Branded<'UserSyncId'>
export type TaskId = Branded<'TaskId'>
export type SessionId = Branded<'SessionId'>
export type PasskeyId = Branded<'PasskeyId'>
/** A cloud account's number: 12 digits. A CAM sub-user's number (`SubUserUin`) has the same form. */
export type AccountUin = Branded<'AccountUin'>
export type SubUserUin = Branded<'SubUserUin'>
export type RoleId = Branded<'RoleId'>
export type NodeId = number & { readonly [brand]: 'NodeId' }

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789'

/** `length` characters of `a-z0-9`, unpredictable (12 characters carry 62 bits). */
function randomText(length: number): string {
  let text = ''
  while (text.length < length) {
    // Bytes of 252 and above would favour the first letters: drop them.
    for (const byte of randomBytes(length))
      if (byte < 252 && text.length < length) text += ALPHABET[byte % 36]
  }
  return text
}

/**
 * A UUID of version 7 (RFC 9562 section 5.7): milliseconds first, 74 random bits behind them. For what is written all the
 * time under an id: the next one belongs to the end of its index, not to a page of it that nobody has in memory.
 */
function timeOrderedUuid(): string {
  const time = Date.now().toString(16).padStart(12, '0')
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`
}

export const newZoneId = () => `z-${randomText(12)}` as ZoneId
export const newUserId = () => `u-${randomText(12)}` as UserId
export const newGroupId = () => `g-${randomText(12)}` as GroupId
export const newPermissionConfigurationId = () => `rc-${randomText(12)}` as PermissionConfigurationId
export const newScimCredentialId = () => `scimcred-${randomText(12)}` as ScimCredentialId
export const newCollisionId = () => `nc-${randomText(12)}` as CollisionId
/** In the place of a credential where the console tests the connection by itself. */
export const CONNECTION_TEST = 'connection-test' as ScimCredentialId
export const newCertificateId = () => `idp-c-${randomText(12)}` as CertificateId
export const newUserSyncId = () => `up-${randomText(12)}` as UserSyncId
export const newTaskId = () => `t-${randomText(12)}` as TaskId
/** The public name of a session (listed, revoked by it); its secret is another value. */
export const newSessionId = () => `s-${randomText(16)}` as SessionId
export const newPasskeyId = () => `pk-${randomText(12)}` as PasskeyId
/** What a command line holds; its secret is another value. */
export const newCliTokenId = () => `ct-${randomText(16)}`
/** Somebody's time in a role; its credentials are other values. */
export const newRoleSessionId = () => `rs-${randomText(16)}`
/** Credentials that somebody made of their own rights in an account; their secrets are other values. */
export const newFederationTokenId = () => `ft-${randomText(16)}`
export const newRequestId = () => timeOrderedUuid()
export const newAuditEventId = () => timeOrderedUuid()
/** Short reference that a user can read out to an administrator. */
export const newReference = () => randomText(10).toUpperCase()

/** A fresh account or sub-user number: `1000` and eight random digits. Callers insert it under a unique key. */
export const newUin = () => `1000${String(randomInt(0, 100_000_000)).padStart(8, '0')}`
export const newAccountUin = () => newUin() as AccountUin
export const newSubUserUin = () => newUin() as SubUserUin
/** CAM role ids are 19 digits from 4611686018427387904 up: text, as they do not fit a JavaScript number. */
export const newRoleId = () => (4611686018427387904n + BigInt(randomInt(1, 2 ** 40))).toString() as RoleId

const parser =
  <Id extends string>(pattern: RegExp) =>
  (text: string): Id | undefined =>
    pattern.test(text) ? (text as Id) : undefined

export const parseUserId = parser<UserId>(/^u-[a-z0-9]{12}$/)
export const parseGroupId = parser<GroupId>(/^g-[a-z0-9]{12}$/)
export const parsePermissionConfigurationId = parser<PermissionConfigurationId>(/^rc-[a-z0-9]{12}$/)
export const parseScimCredentialId = parser<ScimCredentialId>(/^scimcred-[a-z0-9]{12}$/)
export const parseCollisionId = parser<CollisionId>(/^nc-[a-z0-9]{12}$/)
export const parseCertificateId = parser<CertificateId>(/^idp-c-[a-z0-9]{12}$/)
export const parseUserSyncId = parser<UserSyncId>(/^up-[a-z0-9]{12}$/)
export const parseTaskId = parser<TaskId>(/^t-[a-z0-9]{12}$/)
export const parseSessionId = parser<SessionId>(/^s-[a-z0-9]{16}$/)
export const parsePasskeyId = parser<PasskeyId>(/^pk-[a-z0-9]{12}$/)
export const parseAccountUin = parser<AccountUin>(/^1\d{11}$/)
export const parseSubUserUin = parser<SubUserUin>(/^1\d{11}$/)
