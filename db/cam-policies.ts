/** Custom policies of a simulated account with their versions. What the Identity Center deploys goes through cam.ts. */
import type { CamOwner } from '../server/domain/cam-account.js'
import type { AccountUin } from '../server/domain/ids.js'
import type { Page, PageRequest } from '../server/domain/page.js'
import { boundedCount } from './bounded-count.js'
import { contains, isRowNumber } from './columns.js'
import type { Db, Tx } from './database.js'

export interface CustomPolicy {
  readonly id: number
  readonly name: string
  readonly description: string
  /** Text of the default version. */
  readonly document: string
  readonly defaultVersion: number
  readonly owner: CamOwner
  readonly createdAt: string
  readonly updatedAt: string
}

export interface PolicyVersion {
  readonly version: number
  readonly document: string
  readonly createdAt: string
  readonly isDefault: boolean
}

interface PolicyRow {
  readonly id: number
  readonly name: string
  readonly description: string | null
  readonly document: string
  readonly default_version: number
  readonly managed_by: CamOwner
  readonly created_at: string
  readonly updated_at: string
}

const toPolicy = (row: PolicyRow): CustomPolicy => ({
  id: row.id,
  name: row.name,
  description: row.description ?? '',
  document: row.document,
  defaultVersion: row.default_version,
  owner: row.managed_by,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
})

export async function findCustomPolicy(
  db: Db | Tx,
  account: AccountUin,
  id: number,
): Promise<CustomPolicy | undefined> {
  if (!isRowNumber(id)) return undefined
  const row = await db
    .selectFrom('cam_policies')
    .selectAll()
    .where('account_uin', '=', account)
    .where('id', '=', id)
    .executeTakeFirst()
  return row && toPolicy(row)
}

export async function findCustomPolicyByName(
  db: Db | Tx,
  account: AccountUin,
  name: string,
): Promise<CustomPolicy | undefined> {
  const row = await db
    .selectFrom('cam_policies')
    .selectAll()
    .where('account_uin', '=', account)
    .where('name', '=', name)
    .executeTakeFirst()
  return row && toPolicy(row)
}

/** In the order in which they were made. */
export async function listCustomPolicies(
  db: Db | Tx,
  account: AccountUin,
  { search, page }: { readonly search?: string | undefined; readonly page: PageRequest },
): Promise<Page<CustomPolicy>> {
  let query = db.selectFrom('cam_policies').selectAll().where('account_uin', '=', account)
  if (search) {
    query = query.where((expression) =>
      contains(expression.fn<string>('lower', ['name']), search.toLowerCase()),
    )
  }
  const total = await boundedCount(db, query)
  if (page.limit === 0) return { items: [], total }
  const rows = await query.orderBy('id').offset(page.offset).limit(page.limit).execute()
  return { items: rows.map(toPolicy), total }
}

export async function countCustomPolicies(tx: Tx, account: AccountUin): Promise<number> {
  return boundedCount(tx, tx.selectFrom('cam_policies').select('id').where('account_uin', '=', account))
}

/** A taken name violates the unique key of `cam_policies`. */
export async function insertCustomPolicy(
  tx: Tx,
  policy: {
    readonly accountUin: AccountUin
    readonly name: string
    readonly description: string
    readonly document: string
  },
  now: string,
): Promise<number> {
  const { id } = await tx
    .insertInto('cam_policies')
    .values({
      account_uin: policy.accountUin,
      name: policy.name,
      description: policy.description || null,
      document: policy.document,
      managed_by: 'account',
      created_at: now,
      updated_at: now,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  return id
}

/** Changes what is given; a document replaces that of the default version. A taken name violates the unique key. */
export async function updateCustomPolicy(
  tx: Tx,
  id: number,
  change: {
    readonly name?: string | undefined
    readonly description?: string | undefined
    readonly document?: string | undefined
  },
  now: string,
): Promise<void> {
  const { name, description, document } = change
  await tx
    .updateTable('cam_policies')
    .set({
      ...(name !== undefined && { name }),
      ...(description !== undefined && { description: description || null }),
      ...(document !== undefined && { document }),
      updated_at: now,
    })
    .where('id', '=', id)
    .execute()
  if (name === undefined) return
  // Attachments carry the name, so that decisions can speak of it without a look at the policy.
  await tx
    .updateTable('cam_attachments')
    .set({ policy_name: name })
    .where('policy_type', '=', 'custom')
    .where('policy_id', '=', id)
    .execute()
}

async function defaultVersionOf(db: Db | Tx, policyId: number) {
  const row = await db
    .selectFrom('cam_policies')
    .select(['default_version', 'document', 'version_created_at', 'created_at'])
    .where('id', '=', policyId)
    .executeTakeFirstOrThrow()
  return {
    version: row.default_version,
    document: row.document,
    createdAt: row.version_created_at ?? row.created_at,
    isDefault: true,
  }
}

/** All versions, the newest first; there are few. */
export async function listPolicyVersions(db: Db | Tx, policyId: number): Promise<readonly PolicyVersion[]> {
  const rows = await db
    .selectFrom('cam_policy_versions')
    .selectAll()
    .where('policy_id', '=', policyId)
    .execute()
  const others = rows.map((row) => ({
    version: row.version,
    document: row.document,
    createdAt: row.created_at,
    isDefault: false,
  }))
  return [await defaultVersionOf(db, policyId), ...others].sort((a, b) => b.version - a.version)
}

/** Keeps the text as a version that is not in force, and returns its number. */
export async function insertPolicyVersion(
  tx: Tx,
  policyId: number,
  document: string,
  now: string,
): Promise<number> {
  const { last_version: version } = await tx
    .updateTable('cam_policies')
    .set((expression) => ({ last_version: expression('last_version', '+', 1), updated_at: now }))
    .where('id', '=', policyId)
    .returning('last_version')
    .executeTakeFirstOrThrow()
  await tx
    .insertInto('cam_policy_versions')
    .values({ policy_id: policyId, version, document, created_at: now })
    .execute()
  return version
}

/** Puts a kept version in force; the one that was is kept. */
export async function setDefaultPolicyVersion(
  tx: Tx,
  policyId: number,
  next: PolicyVersion,
  now: string,
): Promise<void> {
  const previous = await defaultVersionOf(tx, policyId)
  await deletePolicyVersion(tx, policyId, next.version)
  await tx
    .insertInto('cam_policy_versions')
    .values({
      policy_id: policyId,
      version: previous.version,
      document: previous.document,
      created_at: previous.createdAt,
    })
    .execute()
  await tx
    .updateTable('cam_policies')
    .set({
      document: next.document,
      default_version: next.version,
      version_created_at: next.createdAt,
      updated_at: now,
    })
    .where('id', '=', policyId)
    .execute()
}

export async function deletePolicyVersion(tx: Tx, policyId: number, version: number): Promise<void> {
  await tx
    .deleteFrom('cam_policy_versions')
    .where('policy_id', '=', policyId)
    .where('version', '=', version)
    .execute()
}
