/**
 * What we may ask of a cloud account. The simulator answers it today; a client of a real cloud can take its place.
 *
 * Every call may be repeated: the second time changes nothing further. What is made here belongs to the Identity
 * Center and is read-only in the account. A passing failure (outage, time-out, throttling) throws
 * `IdentityCenterError('cam.unavailable')` and is worth another try; any other error is final.
 */
import type { AccountObjects } from '../domain/account-objects.js'
import type { AccountUin, SubUserUin, UserId } from '../domain/ids.js'

export interface SamlProviderSettings {
  readonly name: string
  readonly description: string
  /** SAML metadata of the identity provider that the account shall trust. */
  readonly metadata: string
}

export interface RoleSettings {
  readonly name: string
  readonly description: string
  /** Seconds. */
  readonly sessionDuration: number
  /** Policy text that says who may take on the role. */
  readonly trustPolicy: string
}

export interface CustomPolicySettings {
  readonly name: string
  /** Byte for byte what the account keeps. */
  readonly document: string
}

export interface RolePolicies {
  readonly preset: readonly { readonly id: number; readonly name: string }[]
  /** Names of custom policies of the account. */
  readonly custom: readonly string[]
}

/** A role as the account has it. */
export interface RoleDescription extends RoleSettings {
  readonly preset: readonly { readonly id: number; readonly name: string }[]
  readonly custom: readonly CustomPolicySettings[]
}

/** A sub-user of an account. */
export interface CamUserReference {
  readonly uin: SubUserUin
  readonly name: string
}

/**
 * Sub-users that stand for users of the zone, which they are known by: a user who is renamed keeps the sub-user, and the
 * sub-user its name. They have no policies and cannot sign in by themselves.
 */
export interface CamUserClient {
  /**
   * Makes the sub-user, unless the account has it. When a user of the account has the name, `replace` takes that one over
   * (its number stays; its policies, groups, keys and console password go) and `keepBoth` gives the new one a longer name.
   * Throws `cam.nameTaken` rather than take over somebody who administers the organization.
   */
  putUser(
    account: AccountUin,
    user: {
      readonly userId: UserId
      readonly name: string
      readonly whenTaken: 'replace' | 'keepBoth'
    },
  ): Promise<CamUserReference>
  /** Leaves the sub-user to the account as one of its own; one that is not there is no error. */
  releaseUser(account: AccountUin, userId: UserId): Promise<void>
  /** Deletes the sub-user with all it has; one that is not there is no error. */
  deleteUser(account: AccountUin, userId: UserId): Promise<void>
  /** The account's own users that have one of the names (at most 1000), without regard to case. */
  findOwnUsers(account: AccountUin, names: readonly string[]): Promise<readonly CamUserReference[]>
}

/** Everything the Identity Center asks of accounts. */
export type AccountClient = CamClient & CamUserClient

export interface CamClient {
  /** Makes the SAML provider, or gives it these settings. */
  putSamlProvider(account: AccountUin, provider: SamlProviderSettings): Promise<void>
  /** Deletes the SAML provider; one that is not there is no error. */
  deleteSamlProvider(account: AccountUin, name: string): Promise<void>
  /** Makes the role (console login allowed), or gives it these settings. Its policies stay as they are. */
  putRole(account: AccountUin, role: RoleSettings): Promise<void>
  /** Deletes the role with its attachments; one that is not there is no error. */
  deleteRole(account: AccountUin, name: string): Promise<void>
  /** Makes the custom policy, or gives it this document. */
  putCustomPolicy(account: AccountUin, policy: CustomPolicySettings): Promise<void>
  /**
   * Deletes, with their attachments, the custom policies that the Identity Center made in the account, whose names begin
   * with `prefix`, and that are not named in `except`.
   */
  deleteCustomPolicies(account: AccountUin, prefix: string, except: readonly string[]): Promise<void>
  /** Attaches exactly these policies to the role: others are detached. */
  attachPolicies(account: AccountUin, roleName: string, policies: RolePolicies): Promise<void>
  describeRole(account: AccountUin, name: string): Promise<RoleDescription | undefined>
  /** Names of the custom policies that the account made itself, in order. */
  listOwnPolicies(account: AccountUin): Promise<readonly string[]>
  /** Those of the named policies that the account made itself and still has, as they are in force. */
  readOwnPolicies(account: AccountUin, names: readonly string[]): Promise<readonly CustomPolicySettings[]>
  /** All that the Identity Center made in the account and still owns there, sub-users left aside. */
  describeManaged(account: AccountUin): Promise<AccountObjects>
}

/** A policy that every account has and none can change. */
export interface PresetPolicy {
  readonly id: number
  readonly name: string
  /** Service it is about, as in actions; empty for policies about everything. */
  readonly service: string
  readonly description: string
  /** Policy text. */
  readonly document: string
}

/** The preset policies that accounts have. Names are compared without regard to case. */
export interface PresetCatalogue {
  list(): readonly PresetPolicy[]
  find(id: number): PresetPolicy | undefined
  findByName(name: string): PresetPolicy | undefined
}

/** The token service of the accounts and what their policies allow, as the services know them. */
export type { Authorization } from './authorization.js'
export type { Federation } from './federation.js'
export type { RoleRequest, RoleSessions, SamlRoleRequest } from './role-session.js'
