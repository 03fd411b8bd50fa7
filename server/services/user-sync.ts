/** CAM user synchronization: asking for it, changing it, ending it. The worker carries it out. */
import { randomUUID } from 'node:crypto'
import { findPrincipalNames } from '../../db/assignments.js'
import type { Db, Tx } from '../../db/database.js'
import { listGroupMembers } from '../../db/groups.js'
import { decideRaces } from '../../db/insert-race.js'
import { findAccounts } from '../../db/organization.js'
import { countByStatus } from '../../db/task-counts.js'
import { afterCommit, inTransaction } from '../../db/transaction.js'
import { listMembers } from '../../db/user-sync-members.js'
import {
  findUserSyncTask,
  hasTaskInProgress,
  insertUserSyncTasks,
  listUserSyncTasks,
  type UserSyncTaskFilter,
} from '../../db/user-sync-tasks.js'
import {
  findSyncedPairs,
  findUserSync,
  insertUserSyncs,
  listUserSyncs,
  updateUserSync,
  type UserSyncFilter,
} from '../../db/user-syncs.js'
import type { CamUserClient } from '../cam/cam-client.js'
import { requireFullRights, requireReadRights } from '../domain/access-rules.js'
import type { Actor } from '../domain/actor.js'
import { principalKey, type Principal } from '../domain/assignment.js'
import type { Clock } from '../domain/clock.js'
import { IdentityCenterError, isIdentityCenterError, type ErrorCode } from '../domain/errors.js'
import { newTaskId, newUserSyncId, type AccountUin, type TaskId, type UserSyncId } from '../domain/ids.js'
import type { Account } from '../domain/organization.js'
import type { Page, PageRequest } from '../domain/page.js'
import type { TaskStatus } from '../domain/task.js'
import { changedFields } from '../domain/user.js'
import {
  isActive,
  pairKey,
  requireDescription,
  requirePairCount,
  type ConflictPolicy,
  type DeletionPolicy,
  type UserSync,
  type UserSyncMember,
  type UserSyncPair,
  type UserSyncPolicies,
  type UserSyncStatus,
  type UserSyncTask,
} from '../domain/user-sync.js'
import type { AuditLog } from './audit-log.js'
import { beginRemoval } from './user-sync-endings.js'

export interface UserSyncServiceDeps {
  readonly db: Db
  readonly clock: Clock
  readonly audit: AuditLog
  readonly cam: Pick<CamUserClient, 'findOwnUsers'>
  /** Tells the worker that there is something to do; called after the commit. */
  readonly wake: () => void
}

export type UserSyncService = ReturnType<typeof createUserSyncService>

/** A principal in an account with how it shall be synchronized there. */
export type WantedUserSync = UserSyncPair & UserSyncPolicies

export interface UserSyncChange {
  /** Empty clears. */
  readonly description?: string
  readonly conflictPolicy?: ConflictPolicy
  readonly deletionPolicy?: DeletionPolicy
}

/** Users of an account who have the name of somebody who is to be synchronized there. */
export interface NameConflicts {
  readonly account: Account
  /** In order of name. */
  readonly names: readonly string[]
  /** Whether the account could not be asked. */
  readonly isUnknown: boolean
}

const REASONS = {
  exists: 'This user or group is synchronized into this account already.',
  removing:
    'The synchronization of this user or group into this account is being removed. Ask again when that is done.',
} as const

/** Users of one group whose names are looked for before a sync is asked for. */
const NAMES_OF_GROUP = 200
/** Names that are looked for in one account. */
const NAMES_PER_ACCOUNT = 1000
/** Accounts that are asked. */
const ACCOUNTS_ASKED = 50

type Verdict = 'new' | keyof typeof REASONS

const judge = (status: UserSyncStatus | undefined): Verdict =>
  status === undefined ? 'new' : isActive(status) ? 'exists' : 'removing'

export function createUserSyncService({ db, clock, audit, cam, wake }: UserSyncServiceDeps) {
  const now = (): string => clock.now().toISOString()

  async function getWithin(from: Db | Tx, id: UserSyncId): Promise<UserSync> {
    const sync = await findUserSync(from, id)
    if (sync) return sync
    throw new IdentityCenterError('userSync.notFound', 'There is no such synchronization.', {
      userSyncId: id,
    })
  }

  const subjectOf = (sync: Pick<UserSync, 'id' | 'principalName'>) => ({
    kind: 'userSync',
    id: sync.id,
    name: sync.principalName,
  })

  /** Names and accounts of the pairs. Throws `user.notFound`, `group.notFound`, `account.notFound`, naming the ids. */
  async function requireParts(tx: Tx, pairs: readonly UserSyncPair[]) {
    const accounts = new Map<AccountUin, Account>()
    for (const account of await findAccounts(tx, [...new Set(pairs.map((pair) => pair.accountUin))])) {
      accounts.set(account.uin, account)
    }
    const names = await findPrincipalNames(
      tx,
      pairs.map(({ principal }) => principal),
    )
    const refuse = (code: ErrorCode, what: string, ids: readonly string[]) => {
      const unknown = [...new Set(ids)]
      if (unknown.length === 0) return
      throw new IdentityCenterError(code, `There is no such ${what}: ${unknown.join(', ')}.`, { unknown })
    }
    const strangers = pairs
      .map(({ principal }) => principal)
      .filter((principal) => !names.has(principalKey(principal)))
    const idsOf = (type: Principal['type']) =>
      strangers.flatMap((principal) => (principal.type === type ? [principal.id] : []))
    refuse('user.notFound', 'user', idsOf('user'))
    refuse('group.notFound', 'group', idsOf('group'))
    refuse(
      'account.notFound',
      'account in the organization',
      pairs.map(({ accountUin }) => accountUin).filter((uin) => !accounts.has(uin)),
    )
    return { names, accounts }
  }

  function createOnce(actor: Actor, wanted: readonly WantedUserSync[], batchId: string) {
    return inTransaction(db, async (tx): Promise<readonly UserSyncTask[]> => {
      const time = now()
      const { names, accounts } = await requireParts(tx, wanted)
      const statuses = new Map(await findSyncedPairs(tx, wanted))
      const judged = wanted.map((pair) => {
        const key = pairKey(pair)
        const verdict = judge(statuses.get(key))
        // Named twice in one submission: the second one exists already.
        if (verdict === 'new') statuses.set(key, 'synchronizing')
        const principalName = names.get(principalKey(pair.principal)) ?? pair.principal.id
        return { ...pair, id: newUserSyncId(), principalName, verdict }
      })
      const added = judged.filter(({ verdict }) => verdict === 'new')
      if (added.length === 0) {
        throw judged.some(({ verdict }) => verdict === 'removing')
          ? new IdentityCenterError('userSync.busy', REASONS.removing)
          : new IdentityCenterError(
              'userSync.exists',
              wanted.length === 1 ? REASONS.exists : 'All of these are synchronized already.',
            )
      }
      await insertUserSyncs(tx, added, time)
      const tasks = judged.map(({ verdict, id, ...pair }): UserSyncTask => {
        const account = accounts.get(pair.accountUin)
        if (!account) throw new Error('a task is made of parts that were found')
        return {
          id: newTaskId(),
          type: 'startProvisioning',
          ...(verdict === 'new'
            ? { status: 'inProgress' as const }
            : { status: 'failed' as const, failureReason: REASONS[verdict] }),
          syncId: id,
          accountUin: account.uin,
          accountKind: account.kind,
          principal: pair.principal,
          principalName: pair.principalName,
          conflictPolicy: pair.conflictPolicy,
          deletionPolicy: pair.deletionPolicy,
          batchId,
          succeeded: 0,
          failed: 0,
          attempts: 0,
          createdAt: time,
          updatedAt: time,
        }
      })
      await insertUserSyncTasks(tx, tasks)
      await audit.record(tx, actor, {
        action: 'userSync.create',
        subject: { kind: 'batch', id: batchId },
        detail: { added: added.map(toDetail), refused: judged.length - added.length },
      })
      afterCommit(tx, wake)
      return tasks
    })
  }

  return {
    /**
     * Begins to copy users into accounts, in one transaction: one task for each pair, in their order. A pair that is
     * synchronized already comes back as a failed task with its reason, and the others go on. Throws `userSync.exists`
     * when all of them are, `userSync.busy` when the rest is being removed, `userSync.limit` above 1000, `userSync.invalid`,
     * and `….notFound` for unknown parts: then nothing is begun.
     */
    async create(actor: Actor, wanted: readonly WantedUserSync[]): Promise<readonly UserSyncTask[]> {
      requireFullRights(actor)
      requirePairCount(wanted.length)
      for (const { description } of wanted) requireDescription(description)
      const batchId = randomUUID()
      return decideRaces(['user_syncs'], () => createOnce(actor, wanted, batchId))
    },

    /** Throws `userSync.notFound`. */
    async get(actor: Actor, id: UserSyncId): Promise<UserSync> {
      requireReadRights(actor)
      return getWithin(db, id)
    },

    /** Syncs that meet all filters, newest first. */
    async list(
      actor: Actor,
      { page, ...filter }: UserSyncFilter & { readonly page: PageRequest },
    ): Promise<Page<UserSync>> {
      requireReadRights(actor)
      return listUserSyncs(db, filter, page)
    },

    /** The users of a sync with their CAM users: those that failed first, then by name. */
    async members(actor: Actor, id: UserSyncId, page: PageRequest): Promise<Page<UserSyncMember>> {
      requireReadRights(actor)
      return listMembers(db, (await getWithin(db, id)).id, page)
    },

    /**
     * Changes the description and the policies. They count from the next task on: no CAM user changes by this alone.
     * Throws `userSync.notFound`, `userSync.invalid`, `userSync.busy` while it is being removed.
     */
    async change(actor: Actor, id: UserSyncId, change: UserSyncChange): Promise<UserSync> {
      requireFullRights(actor)
      requireDescription(change.description)
      return inTransaction(db, async (tx) => {
        const sync = await getWithin(tx, id)
        if (!isActive(sync.status)) throw new IdentityCenterError('userSync.busy', REASONS.removing)
        const { description: before, ...rest } = sync
        const description = change.description === undefined ? before : change.description || undefined
        const after: UserSync = {
          ...rest,
          ...(description !== undefined && { description }),
          ...(change.conflictPolicy && { conflictPolicy: change.conflictPolicy }),
          ...(change.deletionPolicy && { deletionPolicy: change.deletionPolicy }),
        }
        const changes = changedFields(sync, after, ['description', 'conflictPolicy', 'deletionPolicy'])
        if (!changes) return sync
        const time = now()
        const { conflictPolicy, deletionPolicy } = after
        await updateUserSync(
          tx,
          id,
          { description: description ?? null, conflictPolicy, deletionPolicy },
          time,
        )
        await audit.record(tx, actor, {
          action: 'userSync.update',
          subject: subjectOf(sync),
          detail: changes,
        })
        return { ...after, updatedAt: time }
      })
    },

    /**
     * Ends the sync: the CAM users that nothing else synchronizes are deleted or left to the account, by its deletion
     * policy, as a task. One whose removal failed is tried again. Throws `userSync.notFound`, `userSync.busy` while it is
     * being removed.
     */
    async remove(actor: Actor, id: UserSyncId): Promise<UserSyncTask> {
      requireFullRights(actor)
      return inTransaction(db, async (tx) => {
        const sync = await getWithin(tx, id)
        if (sync.status === 'removing') throw new IdentityCenterError('userSync.busy', REASONS.removing)
        const task = await beginRemoval(tx, sync, randomUUID(), now())
        await audit.record(tx, actor, {
          action: 'userSync.delete',
          subject: subjectOf(sync),
          detail: toDetail(sync),
        })
        afterCommit(tx, wake)
        return task
      })
    },

    /**
     * Looks at every user of the sync again: what failed is tried once more, what is right stays. Throws
     * `userSync.notFound`, `userSync.busy` while it has a task in progress.
     */
    async synchronizeAgain(actor: Actor, id: UserSyncId): Promise<UserSyncTask> {
      requireFullRights(actor)
      return inTransaction(db, async (tx) => {
        const sync = await getWithin(tx, id)
        if (sync.status === 'removing' || (await hasTaskInProgress(tx, id))) {
          throw new IdentityCenterError(
            'userSync.busy',
            'This synchronization has a task in progress. Ask again when that is done.',
          )
        }
        const time = now()
        await audit.record(tx, actor, { action: 'userSync.again', subject: subjectOf(sync), detail: {} })
        afterCommit(tx, wake)
        if (!isActive(sync.status)) return beginRemoval(tx, sync, randomUUID(), time)
        const { accountUin, accountKind, principal, principalName, conflictPolicy, deletionPolicy } = sync
        const task: UserSyncTask = {
          id: newTaskId(),
          type: 'startProvisioning',
          status: 'inProgress',
          syncId: id,
          ...{ accountUin, accountKind, principal, principalName, conflictPolicy, deletionPolicy },
          batchId: randomUUID(),
          succeeded: 0,
          failed: 0,
          attempts: 0,
          createdAt: time,
          updatedAt: time,
        }
        await updateUserSync(tx, id, { status: 'synchronizing', failureReason: null }, time)
        await insertUserSyncTasks(tx, [task])
        return task
      })
    },

    /**
     * Users that the accounts have of their own under the names of those who would be synchronized: the ones that
     * `replace` would take over. Looks at up to 200 users of each group and 50 accounts; `isComplete` says whether that
     * was all of them.
     */
    async nameConflicts(
      actor: Actor,
      principals: readonly Principal[],
      accountUins: readonly AccountUin[],
    ): Promise<{ readonly conflicts: readonly NameConflicts[]; readonly isComplete: boolean }> {
      requireReadRights(actor)
      const names = new Set<string>()
      let isComplete = accountUins.length <= ACCOUNTS_ASKED
      const known = await inTransaction(db, (tx) => findPrincipalNames(tx, principals))
      for (const principal of principals) {
        if (principal.type === 'user') {
          const name = known.get(principalKey(principal))
          if (name !== undefined) names.add(name)
          continue
        }
        const page = { offset: 0, limit: NAMES_OF_GROUP + 1 }
        const members = await listGroupMembers(db, principal.id, page)
        if (members.length > NAMES_OF_GROUP) isComplete = false
        for (const { userName } of members.slice(0, NAMES_OF_GROUP)) names.add(userName)
      }
      if (names.size > NAMES_PER_ACCOUNT) isComplete = false
      const asked = [...names].slice(0, NAMES_PER_ACCOUNT)
      const accounts = await findAccounts(db, accountUins.slice(0, ACCOUNTS_ASKED))
      const conflicts = await Promise.all(accounts.map((account) => conflictsIn(account, asked)))
      return {
        conflicts: conflicts.filter((each) => each.isUnknown || each.names.length > 0),
        isComplete,
      }
    },

    /** Throws `task.notFound`. */
    async getTask(actor: Actor, id: TaskId): Promise<UserSyncTask> {
      requireReadRights(actor)
      const task = await findUserSyncTask(db, id)
      if (task) return task
      throw new IdentityCenterError('task.notFound', 'There is no such task.', { taskId: id })
    },

    /** Tasks that meet all filters, newest first. */
    async listTasks(
      actor: Actor,
      { page, ...filter }: UserSyncTaskFilter & { readonly page: PageRequest },
    ): Promise<Page<UserSyncTask>> {
      requireReadRights(actor)
      return listUserSyncTasks(db, filter, page)
    },

    /** How far the tasks of one submission are. */
    async progress(actor: Actor, batchId: string): Promise<Record<TaskStatus, number>> {
      requireReadRights(actor)
      return countByStatus(db, 'user_sync_tasks', batchId)
    },
  }

  async function conflictsIn(account: Account, names: readonly string[]): Promise<NameConflicts> {
    try {
      const users = await cam.findOwnUsers(account.uin, names)
      return { account, names: users.map(({ name }) => name), isUnknown: false }
    } catch (error) {
      if (!isIdentityCenterError(error, 'cam.unavailable')) throw error
      return { account, names: [], isUnknown: true }
    }
  }
}

const toDetail = ({ principal, accountUin, conflictPolicy, deletionPolicy }: WantedUserSync) => ({
  principal: principal.id,
  account: accountUin,
  conflictPolicy,
  deletionPolicy,
})
