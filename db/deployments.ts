/** Deployments: which configuration is, was or shall be a role in which account. */
import type { Deployment, DeploymentStatus } from '../server/domain/deployment.js'
import type { AccountUin, PermissionConfigurationId } from '../server/domain/ids.js'
import type { Page, PageRequest } from '../server/domain/page.js'
import { boundedCount } from './bounded-count.js'
import { contains } from './columns.js'
import { addToCounter } from './counters.js'
import type { Db, Tx } from './database.js'

const ROWS_PER_INSERT = 100

/** One configuration in one account. */
export interface DeploymentPlace {
  readonly configurationId: PermissionConfigurationId
  readonly accountUin: AccountUin
}

/** A deployment with what is wanted now: another content hash than `deployedHash` means it is stale. */
export type DeploymentWithWanted = Deployment & {
  readonly contentHash: string
  /** Version that the configuration is at. */
  readonly configurationVersion: number
  /** Version that the task in progress deploys; absent where that is the configuration as it is by then. */
  readonly wantedVersion?: number
}

const joined = (db: Db | Tx) =>
  db
    .selectFrom('deployments')
    .innerJoin('accounts', 'accounts.uin', 'deployments.account_uin')
    .innerJoin(
      'permission_configurations as configurations',
      'configurations.id',
      'deployments.configuration_id',
    )

const COLUMNS = [
  'deployments.configuration_id',
  'configurations.name as configuration_name',
  'configurations.content_hash',
  'configurations.version as configuration_version',
  'deployments.account_uin',
  'accounts.name as account_name',
  'accounts.kind as account_kind',
  'deployments.status',
  'deployments.deployed_hash',
  'deployments.deployed_version',
  'deployments.wanted_version',
  'deployments.failure_reason',
  'deployments.created_at',
  'deployments.updated_at',
] as const

interface DeploymentRow {
  readonly configuration_id: PermissionConfigurationId
  readonly configuration_name: string
  readonly content_hash: string
  readonly configuration_version: number
  readonly account_uin: AccountUin
  readonly account_name: string
  readonly account_kind: 'management' | 'member'
  readonly status: DeploymentStatus
  readonly deployed_hash: string | null
  readonly deployed_version: number | null
  readonly wanted_version: number | null
  readonly failure_reason: string | null
  readonly created_at: string
  readonly updated_at: string
}

const toDeployment = (row: DeploymentRow): DeploymentWithWanted => ({
  configurationId: row.configuration_id,
  configurationName: row.configuration_name,
  contentHash: row.content_hash,
  configurationVersion: row.configuration_version,
  ...(row.wanted_version !== null && { wantedVersion: row.wanted_version }),
  accountUin: row.account_uin,
  accountName: row.account_name,
  accountKind: row.account_kind,
  status: row.status,
  ...(row.deployed_hash !== null && { deployedHash: row.deployed_hash }),
  ...(row.deployed_version !== null && { deployedVersion: row.deployed_version }),
  ...(row.failure_reason !== null && { failureReason: row.failure_reason }),
  createdAt: row.created_at,
  updatedAt: row.updated_at,
})

/** Adds deployments that wait for their first success. One that exists violates the primary key. */
export async function insertDeployments(
  tx: Tx,
  places: readonly DeploymentPlace[],
  now: string,
): Promise<void> {
  for (let start = 0; start < places.length; start += ROWS_PER_INSERT) {
    await tx
      .insertInto('deployments')
      .values(
        places.slice(start, start + ROWS_PER_INSERT).map(({ configurationId, accountUin }) => ({
          configuration_id: configurationId,
          account_uin: accountUin,
          status: 'deploying' as const,
          deployed_hash: null,
          failure_reason: null,
          created_at: now,
          updated_at: now,
        })),
      )
      .execute()
  }
  if (places.length > 0) await addToCounter(tx, 'deployments', places.length)
}

/** Absent values stay as they are; `undefined` cannot be written, `null` clears. */
export async function updateDeployment(
  tx: Tx,
  place: DeploymentPlace,
  change: {
    readonly status: DeploymentStatus
    /** Content that the account has. */
    readonly deployed?: { readonly hash: string; readonly version: number } | null
    /** Version to deploy, rather than what the configuration is by then. */
    readonly wantedVersion?: number | null
    readonly failureReason: string | null
  },
  now: string,
): Promise<void> {
  await tx
    .updateTable('deployments')
    .set({
      status: change.status,
      ...(change.deployed !== undefined && {
        deployed_hash: change.deployed?.hash ?? null,
        deployed_version: change.deployed?.version ?? null,
      }),
      ...(change.wantedVersion !== undefined && { wanted_version: change.wantedVersion }),
      failure_reason: change.failureReason,
      updated_at: now,
    })
    .where('configuration_id', '=', place.configurationId)
    .where('account_uin', '=', place.accountUin)
    .execute()
}

export async function deleteDeployment(tx: Tx, place: DeploymentPlace): Promise<void> {
  const { numDeletedRows } = await tx
    .deleteFrom('deployments')
    .where('configuration_id', '=', place.configurationId)
    .where('account_uin', '=', place.accountUin)
    .executeTakeFirst()
  if (numDeletedRows > 0n) await addToCounter(tx, 'deployments', -1)
}

export async function findDeployment(
  db: Db | Tx,
  place: DeploymentPlace,
): Promise<DeploymentWithWanted | undefined> {
  const row = await joined(db)
    .select(COLUMNS)
    .where('deployments.configuration_id', '=', place.configurationId)
    .where('deployments.account_uin', '=', place.accountUin)
    .executeTakeFirst()
  return row && toDeployment(row)
}

/** Deployments of any of the configurations in any of the accounts. */
export async function findDeployments(
  db: Db | Tx,
  configurations: readonly PermissionConfigurationId[],
  accounts: readonly AccountUin[],
): Promise<readonly DeploymentWithWanted[]> {
  if (configurations.length === 0 || accounts.length === 0) return []
  const rows = await joined(db)
    .select(COLUMNS)
    .where('deployments.configuration_id', 'in', configurations)
    .where('deployments.account_uin', 'in', accounts)
    .execute()
  return rows.map(toDeployment)
}

/** All deployments in the accounts. */
export async function findDeploymentsIn(
  db: Db | Tx,
  accounts: readonly AccountUin[],
): Promise<readonly DeploymentWithWanted[]> {
  if (accounts.length === 0) return []
  const rows = await joined(db)
    .select(COLUMNS)
    .where('deployments.account_uin', 'in', accounts)
    .orderBy('deployments.account_uin')
    .orderBy('deployments.configuration_id')
    .execute()
  return rows.map(toDeployment)
}

/** Whether the account has, or is to have, a deployment of another configuration. */
export async function hasOtherDeployments(db: Db | Tx, place: DeploymentPlace): Promise<boolean> {
  const row = await db
    .selectFrom('deployments')
    .select('configuration_id')
    .where('account_uin', '=', place.accountUin)
    .where('configuration_id', '!=', place.configurationId)
    .executeTakeFirst()
  return row !== undefined
}

/** How many accounts have each configuration, and how many of these need redeploying. */
export async function countDeployments(
  db: Db | Tx,
  configurations: readonly PermissionConfigurationId[],
): Promise<ReadonlyMap<PermissionConfigurationId, { readonly deployments: number; readonly stale: number }>> {
  if (configurations.length === 0) return new Map()
  const rows = await joined(db)
    .select((expression) => [
      'deployments.configuration_id',
      expression.fn.countAll<number>().as('deployments'),
      expression.fn
        .sum<number>(
          expression
            .case()
            .when('deployments.deployed_hash', '!=', expression.ref('configurations.content_hash'))
            .then(1)
            .else(0)
            .end(),
        )
        .as('stale'),
    ])
    .where('deployments.configuration_id', 'in', configurations)
    .groupBy('deployments.configuration_id')
    .execute()
  return new Map(
    rows.map((row) => [row.configuration_id, { deployments: row.deployments, stale: row.stale }]),
  )
}

/** Exact filters, all of which must hold; `search` is part of a name. */
export interface DeploymentFilter {
  readonly configurationId?: PermissionConfigurationId
  readonly accountUin?: AccountUin
  readonly accountKind?: 'management' | 'member'
  /** As a list shows it: `stale` are the deployed ones that need redeploying, `deployed` the others. */
  readonly condition?: DeploymentStatus | 'stale'
  /** Part of the account's or the configuration's name, without regard to case. */
  readonly search?: string
}

/** Newest first; ties by account and configuration, so pages neither repeat nor skip. */
export async function listDeployments(
  db: Db | Tx,
  filter: DeploymentFilter,
  page: PageRequest,
): Promise<Page<DeploymentWithWanted>> {
  let rows = joined(db)
  const { configurationId, accountUin, accountKind, condition } = filter
  if (configurationId !== undefined) rows = rows.where('deployments.configuration_id', '=', configurationId)
  if (accountUin !== undefined) rows = rows.where('deployments.account_uin', '=', accountUin)
  if (accountKind !== undefined) rows = rows.where('accounts.kind', '=', accountKind)
  if (condition === 'stale' || condition === 'deployed') {
    rows = rows
      .where('deployments.status', '=', 'deployed')
      .whereRef(
        'deployments.deployed_hash',
        condition === 'stale' ? '!=' : '=',
        'configurations.content_hash',
      )
  } else if (condition !== undefined) rows = rows.where('deployments.status', '=', condition)
  const search = filter.search?.toLowerCase()
  if (search !== undefined && search !== '') {
    rows = rows.where((expression) =>
      expression.or([
        contains(expression.fn<string>('lower', ['accounts.name']), search),
        contains(expression.ref('configurations.name_key'), search),
      ]),
    )
  }
  const items = await rows
    .select(COLUMNS)
    .orderBy('deployments.created_at', 'desc')
    .orderBy('deployments.account_uin')
    .orderBy('deployments.configuration_id')
    .limit(page.limit)
    .offset(page.offset)
    .execute()
  const total = await boundedCount(db, rows.select('deployments.configuration_id'))
  return { items: items.map(toDeployment), total }
}
