/** The end of syncs whose principal goes, as a part of the transaction in which it does. */
import { randomUUID } from 'node:crypto'
import type { Tx } from '../../db/database.js'
import { insertUserSyncTasks } from '../../db/user-sync-tasks.js'
import { findUserSyncsOf, updateUserSync } from '../../db/user-syncs.js'
import type { Principal } from '../domain/assignment.js'
import { newTaskId } from '../domain/ids.js'
import { isActive, type UserSync, type UserSyncTask } from '../domain/user-sync.js'

/** Begins to remove the sync: it wants nobody in the account any more, and its task deals with those who are there. */
export async function beginRemoval(
  tx: Tx,
  sync: UserSync,
  batchId: string,
  now: string,
): Promise<UserSyncTask> {
  const task: UserSyncTask = {
    id: newTaskId(),
    type: 'deleteProvisioning',
    status: 'inProgress',
    syncId: sync.id,
    accountUin: sync.accountUin,
    accountKind: sync.accountKind,
    principal: sync.principal,
    principalName: sync.principalName,
    conflictPolicy: sync.conflictPolicy,
    deletionPolicy: sync.deletionPolicy,
    batchId,
    succeeded: 0,
    failed: 0,
    attempts: 0,
    createdAt: now,
    updatedAt: now,
  }
  const { principalName } = sync
  await updateUserSync(tx, sync.id, { status: 'removing', failureReason: null, principalName }, now)
  await insertUserSyncTasks(tx, [task])
  return task
}

/**
 * Ends all syncs of a user or a group that is about to be deleted, each by its deletion policy. Returns how many; the
 * worker is to be woken after the commit when there are any.
 */
export async function endUserSyncsOf(tx: Tx, principal: Principal, now: string): Promise<number> {
  const syncs = (await findUserSyncsOf(tx, principal)).filter(({ status }) => isActive(status))
  const batchId = randomUUID()
  for (const sync of syncs) await beginRemoval(tx, sync, batchId, now)
  return syncs.length
}
