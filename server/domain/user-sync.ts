/** CAM user synchronization: a principal and an account, and what copying its users there means. */
import { principalKey, type Principal } from './assignment.js'
import { IdentityCenterError } from './errors.js'
import type { AccountUin, SubUserUin, TaskId, UserId, UserSyncId } from './ids.js'
import type { AccountKind } from './organization.js'
import type { TaskStatus } from './task.js'

/**
 * What happens when the account has a CAM user of the name already: `replace` takes that user over, with its number but
 * without its policies, groups, keys and console password; `keepBoth` makes a second one with a longer name.
 */
export type ConflictPolicy = 'replace' | 'keepBoth'

/** What becomes of the CAM user when nothing synchronizes it any more: `keep` leaves it as a plain user of the account. */
export type DeletionPolicy = 'keep' | 'delete'

/** `synchronizing` and `removing` have a task in progress; the two failures say that the last one did not succeed. */
export type UserSyncStatus = 'synchronizing' | 'succeeded' | 'failed' | 'removing' | 'removalFailed'

/** Whether the sync still wants its users in the account. */
export const isActive = (status: UserSyncStatus): boolean =>
  status !== 'removing' && status !== 'removalFailed'

/** One principal in one account. */
export interface UserSyncPair {
  readonly principal: Principal
  readonly accountUin: AccountUin
}

export interface UserSyncPolicies {
  readonly description?: string
  readonly conflictPolicy: ConflictPolicy
  readonly deletionPolicy: DeletionPolicy
}

export interface UserSync extends UserSyncPair, UserSyncPolicies {
  readonly id: UserSyncId
  readonly principalName: string
  readonly accountName: string
  readonly accountKind: AccountKind
  readonly status: UserSyncStatus
  readonly failureReason?: string
  readonly createdAt: string
  readonly updatedAt: string
}

/** One user of a sync and the CAM user made for it. */
export interface UserSyncMember {
  readonly userId: UserId
  readonly userName: string
  readonly camUser?: { readonly uin: SubUserUin; readonly name: string }
  readonly state: 'pending' | 'synchronized' | 'failed'
  readonly failureReason?: string
  readonly updatedAt: string
}

/** `followMembership` carries out what a change of a group's members means for one account. */
export type UserSyncTaskType = 'startProvisioning' | 'followMembership' | 'deleteProvisioning'

/** One unit of work for one principal in one account; the results of the single users are counted in it. */
export interface UserSyncTask extends UserSyncPair {
  readonly id: TaskId
  readonly type: UserSyncTaskType
  readonly status: TaskStatus
  readonly syncId: UserSyncId
  readonly accountKind: AccountKind
  readonly principalName: string
  readonly conflictPolicy: ConflictPolicy
  readonly deletionPolicy: DeletionPolicy
  /** The membership change that it follows. */
  readonly changeId?: number
  /** Tasks of one submission share it. */
  readonly batchId: string
  readonly succeeded: number
  readonly failed: number
  /** Of a failed task; of one in progress, why the last attempt did not succeed. */
  readonly failureReason?: string
  /** Attempts in a row that brought nothing about. */
  readonly attempts: number
  readonly createdAt: string
  readonly updatedAt: string
}

/** Pairs that one call may name. Doors may set less. */
export const MAXIMUM_PAIRS = 1000
const MAXIMUM_DESCRIPTION = 256

/** Equal for equal pairs and for no others. */
export const pairKey = ({ principal, accountUin }: UserSyncPair): string =>
  `${principalKey(principal)} ${accountUin}`

/** Throws `userSync.invalid` for none, `userSync.limit` for more than 1000. */
export function requirePairCount(count: number): void {
  if (count === 0) {
    throw new IdentityCenterError(
      'userSync.invalid',
      'Choose at least one user or group, and at least one account.',
    )
  }
  if (count <= MAXIMUM_PAIRS) return
  throw new IdentityCenterError(
    'userSync.limit',
    `At most ${MAXIMUM_PAIRS} combinations of principal and account can be synchronized at once; these are ${count}.`,
    { limit: MAXIMUM_PAIRS, count },
  )
}

/** Throws `userSync.invalid` for a description of more than 256 characters. */
export function requireDescription(description: string | undefined): void {
  if (description === undefined || [...description].length <= MAXIMUM_DESCRIPTION) return
  throw new IdentityCenterError(
    'userSync.invalid',
    `A description has at most ${MAXIMUM_DESCRIPTION} characters.`,
    { field: 'description', limit: MAXIMUM_DESCRIPTION },
  )
}

/** A task's word on users that could not be synchronized; the first reason stands for the others. */
export const failureOf = (failed: number, total: number, firstReason: string): string =>
  total === 1 ? firstReason : `${failed} of ${total} users failed. The first reason: ${firstReason}`
