/** Tasks: one asynchronous unit of work each, with a status that whoever asked for it can follow. */
import type { Principal } from './assignment.js'
import type { AccountUin, PermissionConfigurationId, TaskId } from './ids.js'
import type { AccountKind } from './organization.js'
import type { Period } from './period.js'

export type TaskType =
  | 'createRoleAssignment'
  | 'deleteRoleAssignment'
  | 'provisionRoleConfiguration'
  | 'deprovisionRoleConfiguration'

export type TaskStatus = 'inProgress' | 'success' | 'failed'

/**
 * What goes first, of all tasks that are due: a removal overtakes everything, and what somebody waits for at the screen
 * overtakes the thousands of a batch.
 */
export type TaskPriority = 'removal' | 'act' | 'batch'
export const TASK_PRIORITIES: Readonly<Record<TaskPriority, number>> = { removal: 0, act: 1, batch: 2 }

export const priorityOf = (type: TaskType): TaskPriority =>
  type === 'deprovisionRoleConfiguration' || type === 'deleteRoleAssignment' ? 'removal' : 'act'

export interface Task {
  readonly id: TaskId
  readonly type: TaskType
  readonly status: TaskStatus
  readonly accountUin: AccountUin
  readonly accountKind: AccountKind
  readonly configurationId: PermissionConfigurationId
  readonly configurationName: string
  /** Whose assignment is made or removed; absent where a deployment as such is the matter. */
  readonly principal?: Principal
  readonly principalName?: string
  /** When the assignment counts that it makes; absent where that is from now on and for good. */
  readonly period?: Period
  /** Tasks of one submission share it. */
  readonly batchId: string
  /** Of a failed task; of one in progress, why the last attempt did not succeed. */
  readonly failureReason?: string
  /** Attempts that failed. */
  readonly attempts: number
  readonly createdAt: string
  readonly updatedAt: string
}

/** After so many failed attempts a task has failed; with the delays below that is about five minutes of trying. */
export const MAXIMUM_ATTEMPTS = 10
const FIRST_DELAY_SECONDS = 1
const LONGEST_DELAY_SECONDS = 60

/**
 * Seconds until the next attempt after `attempts` failed ones: doubling, at most a minute. `random` (0 to 1) spreads
 * them over the second half of the delay, so that tasks that failed together do not come back together.
 */
export function retryDelay(attempts: number, random: number): number {
  const full = Math.min(FIRST_DELAY_SECONDS * 2 ** (attempts - 1), LONGEST_DELAY_SECONDS)
  return full * (0.5 + random / 2)
}
