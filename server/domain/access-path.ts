/** How somebody comes to a permission in an account: from the assignment over the membership to what is deployed. */
import type { Actor } from './actor.js'
import { conditionOf, type DeploymentCondition, type DeploymentStatus } from './deployment.js'
import type { AccountUin, GroupId, PermissionConfigurationId, UserId } from './ids.js'
import type { Period } from './period.js'

/** How a membership came about. Who and by which request is absent where it is older than that was kept. */
export interface MembershipOrigin {
  readonly joinedAt: string
  readonly by?: { readonly kind: Actor['kind']; readonly id?: string; readonly name: string }
  readonly requestId?: string
}

/** A permission configuration that is assigned in an account, and what of it the account has. */
export interface AccessPlace extends Period {
  readonly accountUin: AccountUin
  readonly accountName: string
  readonly configurationId: PermissionConfigurationId
  readonly configurationName: string
  readonly assignedAt: string
  readonly deployment?: PlaceDeployment
}

export interface PlaceDeployment {
  readonly status: DeploymentStatus
  /** Absent until the first success: nobody gets in before. */
  readonly deployedHash?: string
  /** Which version the account has; absent also where that is older than versions were kept. */
  readonly version?: number
  /** What is wanted now. */
  readonly contentHash: string
  readonly updatedAt: string
}

export interface AccessPath extends AccessPlace {
  readonly userId: UserId
  readonly userName: string
  readonly user: { readonly active: boolean; readonly blocked: boolean }
  /** The group whose assignment it is; absent where the user has it directly. */
  readonly group?: { readonly id: GroupId; readonly name: string; readonly membership: MembershipOrigin }
}

/** Whether the path leads into the account now, and if not, where it ends. */
export type PathState = 'open' | 'userBlocked' | 'userDisabled' | PlaceEnd

/** Why an assignment leads nowhere, whoever has it. */
export type PlaceEnd = 'notBegun' | 'ended' | 'neverDeployed'

export function placeEnd(place: AccessPlace, now: string): PlaceEnd | undefined {
  if (place.startsAt !== undefined && place.startsAt > now) return 'notBegun'
  if (place.endsAt !== undefined && place.endsAt <= now) return 'ended'
  return place.deployment?.deployedHash === undefined ? 'neverDeployed' : undefined
}

export function pathState(path: AccessPath, now: string): PathState {
  if (path.user.blocked) return 'userBlocked'
  if (!path.user.active) return 'userDisabled'
  return placeEnd(path, now) ?? 'open'
}

/** The state of what is deployed, with what needs redeploying told apart; absent where nothing is. */
export const placeCondition = ({ deployment }: AccessPlace): DeploymentCondition | undefined =>
  deployment && conditionOf(deployment, deployment)

/** A CAM user of an account, who gets in with a password or keys of its own or by way of the portal. */
export interface AccountCamUser {
  readonly uin: string
  readonly name: string
  readonly enabled: boolean
  /** The zone's user that it was made for. */
  readonly madeFor?: { readonly id: UserId; readonly name: string }
  readonly enabledKeys: number
  readonly createdAt: string
}
