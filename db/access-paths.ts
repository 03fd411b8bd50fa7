/** Paths by which users come to permissions in accounts: assignments over memberships to deployments. */
import { sql } from 'kysely'
import type { AccessPath, AccessPlace, AccountCamUser } from '../server/domain/access-path.js'
import type { Actor } from '../server/domain/actor.js'
import type { DeploymentStatus } from '../server/domain/deployment.js'
import type { AccountUin, GroupId, PermissionConfigurationId, UserId } from '../server/domain/ids.js'
import type { Page, PageRequest } from '../server/domain/page.js'
import { principalsOf } from './account-access.js'
import { boundedCount } from './bounded-count.js'
import { contains, fromFlag } from './columns.js'
import type { Db, Tx } from './database.js'
import type { Flag } from './tables.js'

/** Whose paths: each narrows them further. */
export interface PathFilter {
  readonly userId?: UserId
  readonly accountUin?: AccountUin
  /** Only those by the group's assignments. */
  readonly groupId?: GroupId
  readonly configurationId?: PermissionConfigurationId
  /** Part of the name of the user. */
  readonly userName?: string
}

/** Assignments with the configuration, the account and what the account has of it. */
const places = (db: Db | Tx) =>
  db
    .selectFrom('assignments')
    .innerJoin('accounts', 'accounts.uin', 'assignments.account_uin')
    .innerJoin(
      'permission_configurations as configurations',
      'configurations.id',
      'assignments.configuration_id',
    )
    .leftJoin('deployments', (join) =>
      join
        .onRef('deployments.configuration_id', '=', 'assignments.configuration_id')
        .onRef('deployments.account_uin', '=', 'assignments.account_uin'),
    )

const PLACE_COLUMNS = [
  'assignments.account_uin',
  'accounts.name as account_name',
  'assignments.configuration_id',
  'configurations.name as configuration_name',
  'configurations.content_hash',
  'assignments.created_at as assigned_at',
  'assignments.starts_at',
  'assignments.ends_at',
  'deployments.status as deployment_status',
  'deployments.deployed_hash',
  'deployments.deployed_version',
  'deployments.updated_at as deployment_updated_at',
] as const

interface PlaceRow {
  readonly account_uin: AccountUin
  readonly account_name: string
  readonly configuration_id: PermissionConfigurationId
  readonly configuration_name: string
  readonly content_hash: string
  readonly assigned_at: string
  readonly starts_at: string | null
  readonly ends_at: string | null
  readonly deployment_status: DeploymentStatus | null
  readonly deployed_hash: string | null
  readonly deployed_version: number | null
  readonly deployment_updated_at: string | null
}

const toPlace = (row: PlaceRow): AccessPlace => ({
  accountUin: row.account_uin,
  accountName: row.account_name,
  configurationId: row.configuration_id,
  configurationName: row.configuration_name,
  assignedAt: row.assigned_at,
  ...(row.starts_at !== null && { startsAt: row.starts_at }),
  ...(row.ends_at !== null && { endsAt: row.ends_at }),
  ...(row.deployment_status !== null && {
    deployment: {
      status: row.deployment_status,
      ...(row.deployed_hash !== null && { deployedHash: row.deployed_hash }),
      ...(row.deployed_version !== null && { version: row.deployed_version }),
      contentHash: row.content_hash,
      updatedAt: row.deployment_updated_at ?? '',
    },
  }),
})

/** One row for each user and assignment that reaches the user. */
function paths(db: Db | Tx, filter: PathFilter) {
  const { userId, accountUin, groupId, configurationId } = filter
  let rows = places(db)
    // Of a user's own assignment no membership is found: the principal is the user.
    .leftJoin('memberships', (join) => {
      const ofGroup = join.onRef('memberships.group_id', '=', 'assignments.principal_id')
      return userId === undefined ? ofGroup : ofGroup.on('memberships.user_id', '=', userId)
    })
    .leftJoin('groups', 'groups.id', 'memberships.group_id')
    .innerJoin('users', (join) =>
      join.on((expression) =>
        expression(
          'users.id',
          '=',
          sql<UserId>`coalesce(${expression.ref('memberships.user_id')}, ${expression.ref('assignments.principal_id')})`,
        ),
      ),
    )
  if (userId !== undefined) {
    rows = rows.where((expression) => expression('assignments.principal_id', 'in', principalsOf(db, userId)))
  }
  if (accountUin !== undefined) rows = rows.where('assignments.account_uin', '=', accountUin)
  if (groupId !== undefined) rows = rows.where('assignments.principal_id', '=', groupId)
  if (configurationId !== undefined) rows = rows.where('assignments.configuration_id', '=', configurationId)
  const search = filter.userName?.toLowerCase()
  if (search !== undefined && search !== '') {
    rows = rows.where((expression) => contains(expression.ref('users.user_name_key'), search))
  }
  return rows
}

const PATH_COLUMNS = [
  ...PLACE_COLUMNS,
  'assignments.principal_id',
  'users.id as user_id',
  'users.user_name',
  'users.active',
  'users.blocked',
  'groups.id as group_id',
  'groups.display_name as group_name',
  'memberships.joined_at',
  'memberships.added_by_kind',
  'memberships.added_by_id',
  'memberships.added_by_name',
  'memberships.added_request_id',
] as const

interface PathRow extends PlaceRow {
  readonly principal_id: string
  readonly user_id: UserId
  readonly user_name: string
  readonly active: Flag
  readonly blocked: Flag
  readonly group_id: GroupId | null
  readonly group_name: string | null
  readonly joined_at: string | null
  readonly added_by_kind: Actor['kind'] | null
  readonly added_by_id: string | null
  readonly added_by_name: string | null
  readonly added_request_id: string | null
}

const toPath = (row: PathRow): AccessPath => ({
  ...toPlace(row),
  userId: row.user_id,
  userName: row.user_name,
  user: { active: fromFlag(row.active), blocked: fromFlag(row.blocked) },
  ...(row.group_id !== null && {
    group: {
      id: row.group_id,
      name: row.group_name ?? row.group_id,
      membership: {
        joinedAt: row.joined_at ?? '',
        ...(row.added_by_kind !== null && {
          by: {
            kind: row.added_by_kind,
            ...(row.added_by_id !== null && { id: row.added_by_id }),
            name: row.added_by_name ?? row.added_by_id ?? '',
          },
        }),
        ...(row.added_request_id !== null && { requestId: row.added_request_id }),
      },
    },
  }),
})

/** A part of the paths: those of one user by account, others by user; then by configuration. */
export async function listPaths(
  db: Db | Tx,
  filter: PathFilter,
  page: PageRequest,
): Promise<Page<AccessPath>> {
  const matching = paths(db, filter)
  const rows = await matching
    .select(PATH_COLUMNS)
    .orderBy(filter.userId === undefined ? 'users.user_name_key' : 'accounts.name')
    .orderBy('configurations.name_key')
    .orderBy('assignments.account_uin')
    .orderBy('assignments.principal_id')
    .limit(page.limit)
    .offset(page.offset)
    .execute()
  return {
    items: rows.map(toPath),
    total: await boundedCount(db, matching.select('assignments.principal_id')),
  }
}

/** Where a walk through paths stands. */
export interface PathKey {
  readonly accountUin: string
  readonly configurationId: string
  readonly principalId: string
  readonly userId: string
}

export const FIRST_PATH: PathKey = { accountUin: '', configurationId: '', principalId: '', userId: '' }

/** At most `limit` paths behind `after`, by account and configuration: any number of them in even parts. */
export async function pathsAfter(
  db: Db,
  filter: PathFilter,
  after: PathKey,
  limit: number,
): Promise<{ readonly items: readonly AccessPath[]; readonly next: PathKey | undefined }> {
  const rows = await paths(db, filter)
    .select(PATH_COLUMNS)
    .where(
      sql<boolean>`(assignments.account_uin, assignments.configuration_id, assignments.principal_id, users.id)
        > (${after.accountUin}, ${after.configurationId}, ${after.principalId}, ${after.userId})`,
    )
    .orderBy('assignments.account_uin')
    .orderBy('assignments.configuration_id')
    .orderBy('assignments.principal_id')
    .orderBy('users.id')
    .limit(limit)
    .execute()
  const last = rows.length < limit ? undefined : rows[rows.length - 1]
  return {
    items: rows.map(toPath),
    next: last && {
      accountUin: last.account_uin,
      configurationId: last.configuration_id,
      principalId: last.principal_id,
      userId: last.user_id,
    },
  }
}

/** What members of the group have by it, by account and configuration. */
export async function listPlacesOfGroup(
  db: Db,
  groupId: GroupId,
  page: PageRequest,
): Promise<Page<AccessPlace>> {
  const matching = places(db).where('assignments.principal_id', '=', groupId)
  const rows = await matching
    .select(PLACE_COLUMNS)
    .orderBy('accounts.name')
    .orderBy('configurations.name_key')
    .limit(page.limit)
    .offset(page.offset)
    .execute()
  return {
    items: rows.map(toPlace),
    total: await boundedCount(db, matching.select('assignments.principal_id')),
  }
}

/** Enabled keys of the account itself, which need no policy. */
export async function countRootKeys(db: Db, accountUin: AccountUin): Promise<number> {
  const { count } = await db
    .selectFrom('api_keys')
    .select((expression) => expression.fn.countAll<number>().as('count'))
    .where('account_uin', '=', accountUin)
    .where('sub_user_uin', 'is', null)
    .where('status', '=', 'enabled')
    .executeTakeFirstOrThrow()
  return count
}

/** The account's CAM users by name. */
export async function listCamUsersOfAccount(
  db: Db,
  accountUin: AccountUin,
  page: PageRequest,
): Promise<Page<AccountCamUser>> {
  const matching = db
    .selectFrom('cam_users')
    .leftJoin('users', 'users.id', 'cam_users.synchronized_from')
    .where('cam_users.account_uin', '=', accountUin)
  const rows = await matching
    .select((expression) => [
      'cam_users.uin',
      'cam_users.name',
      'cam_users.status',
      'cam_users.created_at',
      'users.id as user_id',
      'users.user_name',
      expression
        .selectFrom('api_keys')
        .select((keys) => keys.fn.countAll<number>().as('keys'))
        .whereRef('api_keys.sub_user_uin', '=', 'cam_users.uin')
        .where('api_keys.status', '=', 'enabled')
        .as('keys'),
    ])
    .orderBy('cam_users.name_key')
    .limit(page.limit)
    .offset(page.offset)
    .execute()
  return {
    items: rows.map((row) => ({
      uin: row.uin,
      name: row.name,
      enabled: row.status === 'enabled',
      ...(row.user_id !== null && { madeFor: { id: row.user_id, name: row.user_name ?? row.user_id } }),
      enabledKeys: row.keys ?? 0,
      createdAt: row.created_at,
    })),
    total: await boundedCount(db, matching.select('cam_users.uin')),
  }
}
