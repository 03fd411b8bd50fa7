/** CAM user synchronizations: which principal's users shall be in which account. */
import type { Principal, PrincipalType } from '../server/domain/assignment.js'
import type { AccountUin, UserId, UserSyncId } from '../server/domain/ids.js'
import type { AccountKind } from '../server/domain/organization.js'
import type { Page, PageRequest } from '../server/domain/page.js'
import type { DirectoryBlocker } from '../server/domain/user.js'
import {
  pairKey,
  type ConflictPolicy,
  type DeletionPolicy,
  type UserSync,
  type UserSyncPair,
  type UserSyncPolicies,
  type UserSyncStatus,
} from '../server/domain/user-sync.js'
import { principalsOf } from './account-access.js'
import { toPrincipal } from './assignments.js'
import { boundedCount } from './bounded-count.js'
import { contains } from './columns.js'
import { addToCounter } from './counters.js'
import type { Db, Tx } from './database.js'

const ROWS_PER_INSERT = 50

interface UserSyncRow {
  readonly id: UserSyncId
  readonly principal_type: PrincipalType
  readonly principal_id: string
  readonly principal_name: string
  readonly account_uin: AccountUin
  readonly account_name: string
  readonly account_kind: AccountKind
  readonly description: string | null
  readonly conflict_policy: ConflictPolicy
  readonly deletion_policy: DeletionPolicy
  readonly status: UserSyncStatus
  readonly failure_reason: string | null
  readonly created_at: string
  readonly updated_at: string
}

const toUserSync = (row: UserSyncRow): UserSync => ({
  id: row.id,
  principal: toPrincipal(row.principal_type, row.principal_id),
  principalName: row.principal_name,
  accountUin: row.account_uin,
  accountName: row.account_name,
  accountKind: row.account_kind,
  ...(row.description !== null && { description: row.description }),
  conflictPolicy: row.conflict_policy,
  deletionPolicy: row.deletion_policy,
  status: row.status,
  ...(row.failure_reason !== null && { failureReason: row.failure_reason }),
  createdAt: row.created_at,
  updatedAt: row.updated_at,
})

/** Syncs with the names that their principals and accounts have now; of a principal that is gone, the last one. */
const joined = (db: Db | Tx) =>
  db
    .selectFrom('user_syncs')
    .innerJoin('accounts', 'accounts.uin', 'user_syncs.account_uin')
    .leftJoin('users', (join) =>
      join.on((expression) =>
        expression.and([
          expression(
            expression.ref('users.id').$castTo<string>(),
            '=',
            expression.ref('user_syncs.principal_id'),
          ),
          expression('user_syncs.principal_type', '=', 'user'),
        ]),
      ),
    )
    .leftJoin('groups', (join) =>
      join.on((expression) =>
        expression.and([
          expression(
            expression.ref('groups.id').$castTo<string>(),
            '=',
            expression.ref('user_syncs.principal_id'),
          ),
          expression('user_syncs.principal_type', '=', 'group'),
        ]),
      ),
    )

const selected = (query: ReturnType<typeof joined>) =>
  query.select((expression) => [
    'user_syncs.id',
    'user_syncs.principal_type',
    'user_syncs.principal_id',
    expression.fn
      .coalesce('users.user_name', 'groups.display_name', 'user_syncs.principal_name')
      .as('principal_name'),
    'user_syncs.account_uin',
    'accounts.name as account_name',
    'accounts.kind as account_kind',
    'user_syncs.description',
    'user_syncs.conflict_policy',
    'user_syncs.deletion_policy',
    'user_syncs.status',
    'user_syncs.failure_reason',
    'user_syncs.created_at',
    'user_syncs.updated_at',
  ])

/** Adds syncs that wait for their first success. A pair that exists violates the unique key. */
export async function insertUserSyncs(
  tx: Tx,
  syncs: readonly (UserSyncPair & UserSyncPolicies & Pick<UserSync, 'id' | 'principalName'>)[],
  now: string,
): Promise<void> {
  for (let start = 0; start < syncs.length; start += ROWS_PER_INSERT) {
    await tx
      .insertInto('user_syncs')
      .values(
        syncs.slice(start, start + ROWS_PER_INSERT).map((sync) => ({
          id: sync.id,
          principal_type: sync.principal.type,
          principal_id: sync.principal.id,
          principal_name: sync.principalName,
          account_uin: sync.accountUin,
          description: sync.description ?? null,
          conflict_policy: sync.conflictPolicy,
          deletion_policy: sync.deletionPolicy,
          status: 'synchronizing' as const,
          failure_reason: null,
          created_at: now,
          updated_at: now,
        })),
      )
      .execute()
  }
  if (syncs.length > 0) await addToCounter(tx, 'userSyncs', syncs.length)
}

/** Status of those of the pairs that exist, by `pairKey`. */
export async function findSyncedPairs(
  tx: Tx,
  pairs: readonly UserSyncPair[],
): Promise<ReadonlyMap<string, UserSyncStatus>> {
  const principals = [...new Set(pairs.map(({ principal }) => principal.id as string))]
  const accounts = [...new Set(pairs.map(({ accountUin }) => accountUin))]
  const rows = await tx
    .selectFrom('user_syncs')
    .select(['principal_type', 'principal_id', 'account_uin', 'status'])
    .where('principal_id', 'in', principals)
    .where('account_uin', 'in', accounts)
    .execute()
  return new Map(
    rows.map((row) => [
      pairKey({
        principal: toPrincipal(row.principal_type, row.principal_id),
        accountUin: row.account_uin,
      }),
      row.status,
    ]),
  )
}

export async function findUserSync(db: Db | Tx, id: UserSyncId): Promise<UserSync | undefined> {
  const row = await selected(joined(db)).where('user_syncs.id', '=', id).executeTakeFirst()
  return row && toUserSync(row)
}

/** All syncs of a principal, whatever their status, by account. */
export async function findUserSyncsOf(
  tx: Tx,
  { type, id }: Principal,
  after = '',
  limit?: number,
): Promise<readonly UserSync[]> {
  let rows = selected(joined(tx))
    .where('user_syncs.principal_type', '=', type)
    .where('user_syncs.principal_id', '=', id)
    // Text comparison of the key alone: the cursor is the number of an account or nothing.
    .where('user_syncs.account_uin', '>', after as AccountUin)
    .orderBy('user_syncs.account_uin')
  if (limit !== undefined) rows = rows.limit(limit)
  return (await rows.execute()).map(toUserSync)
}

/** Absent values stay as they are, `null` clears. */
export async function updateUserSync(
  tx: Tx,
  id: UserSyncId,
  change: {
    readonly description?: string | null
    readonly conflictPolicy?: ConflictPolicy
    readonly deletionPolicy?: DeletionPolicy
    readonly status?: UserSyncStatus
    readonly failureReason?: string | null
    readonly principalName?: string
  },
  now: string,
): Promise<void> {
  await tx
    .updateTable('user_syncs')
    .set({
      ...(change.description !== undefined && { description: change.description }),
      ...(change.conflictPolicy && { conflict_policy: change.conflictPolicy }),
      ...(change.deletionPolicy && { deletion_policy: change.deletionPolicy }),
      ...(change.status && { status: change.status }),
      ...(change.failureReason !== undefined && { failure_reason: change.failureReason }),
      ...(change.principalName !== undefined && { principal_name: change.principalName }),
      updated_at: now,
    })
    .where('id', '=', id)
    .execute()
}

/** Deletes the sync, whose members must be gone. */
export async function deleteUserSync(tx: Tx, id: UserSyncId): Promise<void> {
  const { numDeletedRows } = await tx.deleteFrom('user_syncs').where('id', '=', id).executeTakeFirst()
  if (numDeletedRows > 0n) await addToCounter(tx, 'userSyncs', -1)
}

/** Filters, all of which must hold. */
export interface UserSyncFilter {
  readonly accountUin?: AccountUin
  readonly accountKind?: AccountKind
  readonly principalType?: PrincipalType
  readonly principalId?: string
  /** Syncs of this user and of the groups that the user is in. */
  readonly reachingUser?: UserId
  readonly status?: UserSyncStatus
  /** Part of the id, of the principal's or of the account's name, or of the account's number. */
  readonly search?: string
}

/** Newest first, ties by id. */
export async function listUserSyncs(
  db: Db | Tx,
  filter: UserSyncFilter,
  page: PageRequest,
): Promise<Page<UserSync>> {
  let rows = joined(db)
  const { accountUin, accountKind, principalType, principalId, reachingUser, status } = filter
  if (accountUin !== undefined) rows = rows.where('user_syncs.account_uin', '=', accountUin)
  if (accountKind !== undefined) rows = rows.where('accounts.kind', '=', accountKind)
  if (principalType !== undefined) rows = rows.where('user_syncs.principal_type', '=', principalType)
  if (principalId !== undefined) rows = rows.where('user_syncs.principal_id', '=', principalId)
  if (status !== undefined) rows = rows.where('user_syncs.status', '=', status)
  if (reachingUser !== undefined) {
    rows = rows.where((expression) =>
      expression('user_syncs.principal_id', 'in', principalsOf(db, reachingUser)),
    )
  }
  const search = filter.search?.toLowerCase()
  if (search !== undefined && search !== '') {
    rows = rows.where((expression) =>
      expression.or([
        contains(expression.ref('user_syncs.id'), search),
        contains(expression.ref('users.user_name_key'), search),
        contains(expression.ref('groups.display_name_key'), search),
        contains(expression.fn<string>('lower', ['accounts.name']), search),
        contains(expression.ref('user_syncs.account_uin'), search),
      ]),
    )
  }
  const items = await selected(rows)
    .orderBy('user_syncs.created_at', 'desc')
    .orderBy('user_syncs.id', 'desc')
    .limit(page.limit)
    .offset(page.offset)
    .execute()
  return { items: items.map(toUserSync), total: await boundedCount(db, rows.select('user_syncs.id')) }
}

/** Syncs of the principal as blockers, at most `limit` of them; those that are being removed block nothing. */
export async function userSyncBlockers(
  db: Db | Tx,
  principalId: string,
  limit: number,
): Promise<readonly DirectoryBlocker[]> {
  const rows = await db
    .selectFrom('user_syncs')
    .innerJoin('accounts', 'accounts.uin', 'user_syncs.account_uin')
    .select(['user_syncs.id', 'accounts.name'])
    .where('user_syncs.principal_id', '=', principalId)
    .where('user_syncs.status', 'not in', ['removing', 'removalFailed'])
    .orderBy('accounts.name')
    .limit(limit)
    .execute()
  return rows.map(({ id, name }) => ({ kind: 'userSync', id, name }))
}
