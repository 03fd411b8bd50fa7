/** What a cloud account holds (users, groups, roles, policies, SAML providers): its rules, and how requests name it. */
import { IdentityCenterError, type ErrorCode } from './errors.js'
import type { AccountUin, RoleId, SubUserUin } from './ids.js'
import { roleResource } from './role-session.js'
import type { RequestedResource } from './policy-evaluation.js'

/** The cloud's limits per account. */
export const CAM_LIMITS = {
  users: 1000,
  groups: 300,
  roles: 1000,
  policies: 1500,
  samlProviders: 20,
  usersOfGroup: 100,
  groupsOfUser: 10,
  attachments: 200,
  policyVersions: 5,
  accessKeys: 2,
} as const

/** Who made an object, and alone may change it. */
export type CamOwner = 'account' | 'identityCenter'

/** A policy of the catalogue, or one of the account's own. */
export interface PolicyReference {
  readonly type: 'preset' | 'custom'
  readonly id: number
}

/** Ids of preset policies are the cloud's and below; those of accounts' own follow. */
const FIRST_CUSTOM_POLICY = 1_000_000_000

/** The one number by which requests name a policy of either type. */
export const policyNumber = ({ type, id }: PolicyReference): number =>
  type === 'preset' ? id : FIRST_CUSTOM_POLICY + id

export const policyOfNumber = (number: number): PolicyReference =>
  number > FIRST_CUSTOM_POLICY
    ? { type: 'custom', id: number - FIRST_CUSTOM_POLICY }
    : { type: 'preset', id: number }

/** The shorter number that a sub-user has beside its uin. */
export const uidOf = (uin: SubUserUin): number => Number(uin.slice(4))

/** Made of `uidOf`; a number that is none gives one that nobody has. */
export const uinOfUid = (uid: number): SubUserUin => `1000${String(uid).padStart(8, '0')}` as SubUserUin

/** Resources of CAM as policies name them. What is to be made, or is not there, is asked for as any (`uin/*`). */
export const camResource = {
  user: (account: AccountUin, uin?: SubUserUin | AccountUin): RequestedResource =>
    `qcs::cam::uin/${account}:uin/${uin ?? '*'}`,
  group: (account: AccountUin, id?: number): RequestedResource =>
    `qcs::cam::uin/${account}:groupid/${id ?? '*'}`,
  policy: (account: AccountUin, policy?: PolicyReference): RequestedResource =>
    `qcs::cam::uin/${account}:policyid/${policy ? policyNumber(policy) : '*'}`,
  samlProvider: (account: AccountUin, name: string): RequestedResource =>
    `qcs::cam::uin/${account}:saml-provider/${name}`,
  role: (account: AccountUin, role: { readonly id?: RoleId; readonly name: string }): RequestedResource =>
    role.id === undefined
      ? `qcs::cam::uin/${account}:roleName/${role.name}`
      : roleResource(account, role.id, role.name),
} as const

const NAME = /^[A-Za-z0-9+=,.@_-]+$/

/** Names of sub-users, roles, policies and SAML providers: letters, digits and `+ = , . @ _ -`. */
export function requireCamName(code: ErrorCode, what: string, name: string, maximum = 128): void {
  if (NAME.test(name) && name.length <= maximum) return
  throw new IdentityCenterError(
    code,
    `The name of a ${what} has 1 to ${maximum} of the characters A-Z a-z 0-9 + = , . @ _ -.`,
    { field: 'name' },
  )
}

/** Names of groups may be written in any script. */
export function requireGroupName(name: string): void {
  if (/^[\p{L}\p{N}+=,.@_\- ]{1,64}$/u.test(name) && name.trim() === name) return
  throw new IdentityCenterError(
    'camGroup.invalid',
    'The name of a group has 1 to 64 letters, digits, + = , . @ _ - or spaces within.',
    { field: 'name' },
  )
}

export function requireLength(
  code: ErrorCode,
  field: string,
  text: string | undefined,
  maximum: number,
): void {
  if (text === undefined || text.length <= maximum) return
  throw new IdentityCenterError(code, `The ${field} is longer than ${maximum} characters.`, {
    field,
    maximum,
  })
}

/** Shortest and longest session of a role, in seconds. */
export const ROLE_SECONDS = { minimum: 900, standard: 7200, maximum: 43_200 } as const

export function requireRoleSeconds(seconds: number): void {
  const { minimum, maximum } = ROLE_SECONDS
  if (Number.isInteger(seconds) && seconds >= minimum && seconds <= maximum) return
  throw new IdentityCenterError('camRole.invalid', `A role session lasts ${minimum} to ${maximum} seconds.`, {
    field: 'sessionDuration',
  })
}

/** Throws `cam.managed` for what the Identity Center made: only it may change that. */
export function requireOwnObject(
  kind: 'user' | 'role' | 'policy' | 'samlProvider',
  { owner, name }: { readonly owner: CamOwner; readonly name: string },
): void {
  if (owner === 'account') return
  throw new IdentityCenterError(
    'cam.managed',
    `${name} was made by the Identity Center and cannot be changed or deleted in the account: change it in the Identity Center.`,
    { kind, name },
  )
}

/** Throws `code` when one more would be too many. */
export function requireRoom(code: ErrorCode, what: string, count: number, limit: number): void {
  if (count < limit) return
  throw new IdentityCenterError(code, `There can be at most ${limit} ${what}.`, { limit })
}
