/**
 * Carries CAM user synchronization out. A membership change is first fanned out to one task per account; a task first
 * writes down the users it concerns, and then looks at each: what the account shall have is decided when it is looked at,
 * so the order of tasks does not matter and each may be done twice. A user is written down before the account is asked
 * for anything, so nothing that was made there is ever forgotten.
 */
import { randomUUID } from 'node:crypto'
import type { Db, Tx } from '../../db/database.js'
import {
  deleteFinishedChange,
  hasUnfannedChange,
  nextUnfannedChange,
  setFannedOutTo,
  usersOfChange,
} from '../../db/membership-changes.js'
import { inTransaction } from '../../db/transaction.js'
import {
  assignMembers,
  deleteMember,
  failPendingMembers,
  listConcernedUsers,
  listPendingMembers,
  setMemberFailed,
  setMemberSynchronized,
  summarizeMembers,
  type PendingMember,
} from '../../db/user-sync-members.js'
import {
  claimUserSyncTasks,
  findExpandedTo,
  findUserSyncTask,
  hasTaskInProgress,
  insertUserSyncTasks,
  noteProgress,
  settleUserSyncTask,
  userSyncTaskLeases,
  type UserSyncLease,
} from '../../db/user-sync-tasks.js'
import { deleteUserSync, findUserSync, findUserSyncsOf, updateUserSync } from '../../db/user-syncs.js'
import type { CamUserClient, CamUserReference } from '../cam/cam-client.js'
import { systemActor } from '../domain/actor.js'
import { secondsAfter, type Clock } from '../domain/clock.js'
import { isIdentityCenterError } from '../domain/errors.js'
import { newTaskId } from '../domain/ids.js'
import { MAXIMUM_ATTEMPTS, retryDelay } from '../domain/task.js'
import { failureOf, isActive, type UserSync, type UserSyncTask } from '../domain/user-sync.js'
import type { AuditLog } from './audit-log.js'
import {
  createLeaseHold,
  createWorkerLanes,
  DEFAULT_LANES,
  inTime,
  LeaseLost,
  newLeaseRequest,
  STEP_MILLISECONDS,
  Stopping,
  underLease,
  UNEXPECTED_FAILURE,
  type LeaseHold,
  type WorkerLog,
} from './worker-lanes.js'

export interface UserSyncWorkerDeps {
  readonly db: Db
  readonly clock: Clock
  readonly audit: AuditLog
  readonly log: WorkerLog
  readonly cam: CamUserClient
  /** Accounts that are worked in at the same time. */
  readonly lanes?: number
  /** How long an account may take to answer one call. */
  readonly stepMilliseconds?: number
  /** 0 to 1; spreads retries. */
  readonly random?: () => number
}

export type UserSyncWorker = ReturnType<typeof createUserSyncWorker>

/** Accounts that get their task of a membership change in one transaction. */
const ACCOUNTS_PER_TRANSACTION = 100
/** Users that are written down in one transaction. */
const USERS_PER_TRANSACTION = 500
/** Users whose results are written in one transaction. */
const RESULTS_PER_TRANSACTION = 50
const ACTOR = systemActor('user sync worker')

/** What became of one user in the account. */
type MemberResult =
  | { readonly kind: 'present'; readonly camUser: CamUserReference }
  /** The sync has no claim any more, and the account has been told where it had to be. */
  | { readonly kind: 'gone' }
  | { readonly kind: 'failed'; readonly reason: string }

/** How far one run of a task came. */
type Outcome =
  | { readonly kind: 'finished' }
  | { readonly kind: 'interrupted'; readonly reason: string; readonly progressed: boolean }

export function createUserSyncWorker({
  db,
  clock,
  audit,
  log,
  cam,
  lanes = DEFAULT_LANES,
  stepMilliseconds = STEP_MILLISECONDS,
  random = Math.random,
}: UserSyncWorkerDeps) {
  const now = (): string => clock.now().toISOString()

  /** Gives the accounts of the oldest membership change their tasks, some at a time. False when there is none. */
  const fanOutSome = (): Promise<boolean> =>
    inTransaction(db, async (tx) => {
      const change = await nextUnfannedChange(tx)
      if (!change) return false
      const principal = { type: 'group', id: change.groupId } as const
      const syncs = await findUserSyncsOf(tx, principal, change.fannedOutTo, ACCOUNTS_PER_TRANSACTION)
      const time = now()
      const batchId = randomUUID()
      await insertUserSyncTasks(
        tx,
        syncs.map((sync) => ({
          id: newTaskId(),
          type: 'followMembership',
          status: 'inProgress',
          syncId: sync.id,
          accountUin: sync.accountUin,
          accountKind: sync.accountKind,
          principal,
          principalName: sync.principalName,
          conflictPolicy: sync.conflictPolicy,
          deletionPolicy: sync.deletionPolicy,
          changeId: change.id,
          batchId,
          succeeded: 0,
          failed: 0,
          attempts: 0,
          createdAt: time,
          updatedAt: time,
        })),
      )
      for (const { id, status } of syncs) {
        if (isActive(status)) await updateUserSync(tx, id, { status: 'synchronizing' }, time)
      }
      const isDone = syncs.length < ACCOUNTS_PER_TRANSACTION
      await setFannedOutTo(tx, change.id, isDone ? undefined : syncs.at(-1)?.accountUin)
      if (isDone) await deleteFinishedChange(tx, change.id)
      return true
    })

  async function claim(): Promise<UserSyncLease | undefined> {
    while ((await hasUnfannedChange(db)) && (await fanOutSome())) {
      // Each round is a transaction of its own.
    }
    if (!(await userSyncTaskLeases.hasDue(db, now()))) return undefined
    return inTransaction(db, (tx) => claimUserSyncTasks(tx, newLeaseRequest(clock)))
  }

  const worker = createWorkerLanes({ lanes, log, claim, carryOut })

  /** Works through the tasks of one account. Never rejects. */
  function carryOut(lease: UserSyncLease): Promise<void> {
    const { token, tasks, accountUin } = lease
    const { isStopping } = worker
    const hold = createLeaseHold({ db, clock, leases: userSyncTaskLeases, lease, isStopping })
    return underLease({ accountUin, hold, log }, async () => {
      for (const task of tasks) {
        await expand(task, token, hold)
        const outcome = await lookAtMembers(task, token, hold)
        await settle(task, token, outcome)
        hold.settled([task])
      }
    })
  }

  /** Writes down the users that the task concerns, some at a time; goes on where a dead process stopped. */
  async function expand(task: UserSyncTask, token: string, hold: LeaseHold): Promise<void> {
    for (;;) {
      await hold.keep()
      const isDone = await inTransaction(db, async (tx) => {
        const after = await findExpandedTo(tx, task.id)
        // A sync that is gone has no users; the task then ends at once.
        if (after === undefined || !(await findUserSync(tx, task.syncId))) return true
        const userIds =
          task.changeId === undefined
            ? await listConcernedUsers(tx, task, after, USERS_PER_TRANSACTION)
            : await usersOfChange(tx, task.changeId, after, USERS_PER_TRANSACTION)
        await assignMembers(tx, task, userIds, now())
        const last = userIds.length < USERS_PER_TRANSACTION
        const expandedTo = last ? null : (userIds.at(-1) ?? null)
        if (!(await noteProgress(tx, token, task.id, { expandedTo }, now()))) throw new LeaseLost()
        return last
      })
      if (isDone) return
    }
  }

  /** Looks at the users of the task one by one, and writes the results in groups. */
  async function lookAtMembers(task: UserSyncTask, token: string, hold: LeaseHold): Promise<Outcome> {
    let progressed = false
    for (;;) {
      const members = await inTransaction(db, (tx) =>
        listPendingMembers(tx, task.id, RESULTS_PER_TRANSACTION),
      )
      if (members.length === 0) return { kind: 'finished' }
      const results = new Map<PendingMember, MemberResult>()
      let interruption: unknown
      for (const member of members) {
        try {
          await hold.keep()
          results.set(member, await bringAbout(task, member))
        } catch (error) {
          if (error instanceof LeaseLost) throw error
          interruption = error
          break
        }
      }
      await record(task, token, results)
      progressed ||= results.size > 0
      if (interruption === undefined) continue
      if (interruption instanceof Stopping) throw interruption
      return { kind: 'interrupted', reason: reasonOf(task, interruption), progressed }
    }
  }

  /** Brings one user to where it shall be in the account. Throws what may pass, and what nobody expected. */
  async function bringAbout(task: UserSyncTask, member: PendingMember): Promise<MemberResult> {
    const { accountUin } = task
    const asked = <T>(call: Promise<T>): Promise<T> => inTime(accountUin, stepMilliseconds, call)
    const { userId, userName: name } = member
    try {
      if (member.wanted) {
        const whenTaken = task.conflictPolicy
        return { kind: 'present', camUser: await asked(cam.putUser(accountUin, { userId, name, whenTaken })) }
      }
      if (!member.coveredElsewhere) {
        await asked(
          task.deletionPolicy === 'delete'
            ? cam.deleteUser(accountUin, userId)
            : cam.releaseUser(accountUin, userId),
        )
      }
      return { kind: 'gone' }
    } catch (error) {
      if (!isIdentityCenterError(error) || error.code === 'cam.unavailable') throw error
      return { kind: 'failed', reason: error.message }
    }
  }

  function reasonOf({ accountUin, syncId }: UserSyncTask, error: unknown): string {
    if (isIdentityCenterError(error)) {
      log.warn({ accountUin, syncId, code: error.code }, 'an attempt to synchronize users failed')
      return error.message
    }
    log.error({ err: error, accountUin, syncId }, 'an attempt to synchronize users ended in an error')
    return UNEXPECTED_FAILURE
  }

  /** Writes what became of users, or nothing when the lease was lost. */
  async function record(
    task: UserSyncTask,
    token: string,
    results: ReadonlyMap<PendingMember, MemberResult>,
  ): Promise<void> {
    if (results.size === 0) return
    await inTransaction(db, async (tx) => {
      const time = now()
      for (const [member, result] of results) {
        const key = { syncId: task.syncId, accountUin: task.accountUin, userId: member.userId }
        switch (result.kind) {
          case 'present':
            await setMemberSynchronized(
              tx,
              key,
              {
                userName: member.userName,
                camUser: result.camUser,
                isNew: member.camUserUin === undefined,
              },
              time,
            )
            break
          case 'gone':
            await deleteMember(tx, key, member.camUserUin !== undefined)
            break
          case 'failed':
            await setMemberFailed(tx, key, result.reason, time)
            break
          default:
            result satisfies never
        }
      }
      const failed = [...results.values()].filter(({ kind }) => kind === 'failed').length
      const progress = { succeeded: results.size - failed, failed }
      if (!(await noteProgress(tx, token, task.id, progress, time))) throw new LeaseLost()
    })
  }

  /** Ends the task or puts it off, and says what has become of its sync. */
  async function settle(task: UserSyncTask, token: string, outcome: Outcome): Promise<void> {
    await inTransaction(db, async (tx) => {
      const time = clock.now()
      const at = time.toISOString()
      if (outcome.kind === 'interrupted') {
        const attempts = outcome.progressed ? 1 : task.attempts + 1
        const failureReason = outcome.reason
        if (attempts < MAXIMUM_ATTEMPTS) {
          const runAfter = secondsAfter(time, retryDelay(attempts, random()))
          const put = { status: 'inProgress', failureReason, attempts, runAfter } as const
          if (!(await settleUserSyncTask(tx, token, task.id, put, at))) throw new LeaseLost()
          return
        }
        const failed = await failPendingMembers(tx, task.id, failureReason, at)
        if (!(await noteProgress(tx, token, task.id, { failed }, at))) throw new LeaseLost()
      }
      await end(tx, task, token, at)
    })
  }

  async function end(tx: Tx, task: UserSyncTask, token: string, at: string): Promise<void> {
    const counted = await findUserSyncTask(tx, task.id)
    const { failed, succeeded } = counted ?? task
    const summary = await summarizeMembers(tx, task.syncId)
    const failureReason =
      failed > 0 ? failureOf(failed, failed + succeeded, summary.firstReason ?? 'unknown') : null
    const result = {
      status: failed > 0 ? ('failed' as const) : ('success' as const),
      failureReason,
      attempts: task.attempts,
    }
    if (!(await settleUserSyncTask(tx, token, task.id, result, at))) throw new LeaseLost()
    if (task.changeId !== undefined) await deleteFinishedChange(tx, task.changeId)
    const sync = await findUserSync(tx, task.syncId)
    if (sync && !(await hasTaskInProgress(tx, sync.id, task.id))) await settleSync(tx, sync, summary, at)
    await audit.record(tx, ACTOR, {
      action: `userSync.${task.type}`,
      subject: { kind: 'userSync', id: task.syncId, name: task.principalName },
      result: failed > 0 ? 'failure' : 'success',
      detail: {
        account: task.accountUin,
        principal: task.principal.id,
        task: task.id,
        succeeded,
        failed,
        ...(failureReason !== null && { reason: failureReason }),
      },
    })
  }

  /** The last task of the sync has ended: the sync is as its users are, or goes with the last of them. */
  async function settleSync(
    tx: Tx,
    sync: UserSync,
    members: { readonly isEmpty: boolean; readonly failures: number; readonly firstReason?: string },
    at: string,
  ): Promise<void> {
    if (!isActive(sync.status) && members.isEmpty) {
      await deleteUserSync(tx, sync.id)
      return
    }
    const isFailed = members.failures > 0 || !isActive(sync.status)
    const failureReason = isFailed ? (members.firstReason ?? 'Some of its users could not be removed.') : null
    const status = isActive(sync.status) ? (isFailed ? 'failed' : 'succeeded') : 'removalFailed'
    await updateUserSync(tx, sync.id, { status, failureReason }, at)
  }

  return worker
}
