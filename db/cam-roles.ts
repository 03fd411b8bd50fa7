/** Roles and SAML providers of a simulated account as the account itself sees and changes them. */
import type { Selectable } from 'kysely'
import type { CamOwner } from '../server/domain/cam-account.js'
import type { AccountUin, RoleId } from '../server/domain/ids.js'
import type { Page, PageRequest } from '../server/domain/page.js'
import type { Tags } from '../server/domain/organization.js'
import { boundedCount } from './bounded-count.js'
import { contains, fromFlag, fromJson, toFlag, toJson } from './columns.js'
import type { Db, Tx } from './database.js'
import type { CamRoleTable } from './tables.js'

export interface AccountRole {
  readonly id: RoleId
  readonly accountUin: AccountUin
  readonly name: string
  readonly description: string
  readonly trustPolicy: string
  /** Seconds. */
  readonly sessionDuration: number
  readonly consoleLogin: boolean
  readonly owner: CamOwner
  readonly tags: Tags
  readonly lastUsedAt?: string
  readonly createdAt: string
  readonly updatedAt: string
}

const toAccountRole = (row: Selectable<CamRoleTable>): AccountRole => ({
  id: row.id,
  accountUin: row.account_uin,
  name: row.name,
  description: row.description ?? '',
  trustPolicy: row.trust_policy,
  sessionDuration: row.session_duration,
  consoleLogin: fromFlag(row.console_login),
  owner: row.managed_by,
  tags: fromJson<Tags>(row.tags),
  ...(row.last_used_at !== null && { lastUsedAt: row.last_used_at }),
  createdAt: row.created_at,
  updatedAt: row.updated_at,
})

/** A role by its id or its name; names are compared without regard to case. */
export async function findAccountRole(
  db: Db | Tx,
  account: AccountUin,
  role: { readonly id: string } | { readonly name: string },
): Promise<AccountRole | undefined> {
  const query = db.selectFrom('cam_roles').selectAll().where('account_uin', '=', account)
  const row = await (
    'id' in role
      ? query.where('id', '=', role.id as RoleId)
      : query.where('name_key', '=', role.name.toLowerCase())
  ).executeTakeFirst()
  return row && toAccountRole(row)
}

/** By name. */
export async function listAccountRoles(
  db: Db | Tx,
  account: AccountUin,
  {
    search,
    tags = {},
    page,
  }: { readonly search?: string | undefined; readonly tags?: Tags; readonly page: PageRequest },
): Promise<Page<AccountRole>> {
  let query = db.selectFrom('cam_roles').selectAll().where('account_uin', '=', account)
  if (search) query = query.where((expression) => contains(expression.ref('name_key'), search.toLowerCase()))
  for (const [key, value] of Object.entries(tags)) {
    // Tags are written by `toJson`, which always spells a pair alike.
    const pair = toJson({ [key]: value }).slice(1, -1)
    query = query.where((expression) => contains(expression.ref('tags'), pair))
  }
  const rows = await query.orderBy('name_key').offset(page.offset).limit(page.limit).execute()
  return { items: rows.map(toAccountRole), total: await boundedCount(db, query) }
}

export async function countAccountRoles(tx: Tx, account: AccountUin): Promise<number> {
  return boundedCount(tx, tx.selectFrom('cam_roles').select('id').where('account_uin', '=', account))
}

export async function updateAccountRole(
  tx: Tx,
  id: RoleId,
  change: {
    readonly description?: string | undefined
    readonly trustPolicy?: string | undefined
    readonly sessionDuration?: number | undefined
    readonly consoleLogin?: boolean | undefined
    readonly tags?: Tags | undefined
  },
  now: string,
): Promise<void> {
  const { description, trustPolicy, sessionDuration, consoleLogin, tags } = change
  await tx
    .updateTable('cam_roles')
    .set({
      ...(description !== undefined && { description }),
      ...(trustPolicy !== undefined && { trust_policy: trustPolicy }),
      ...(sessionDuration !== undefined && { session_duration: sessionDuration }),
      ...(consoleLogin !== undefined && { console_login: toFlag(consoleLogin) }),
      ...(tags !== undefined && { tags: toJson(tags) }),
      updated_at: now,
    })
    .where('id', '=', id)
    .execute()
}

/** Notes that somebody took the role on, unless that was noted after `since` already. */
export async function noteRoleUse(tx: Tx, id: RoleId, now: string, since: string): Promise<void> {
  await tx
    .updateTable('cam_roles')
    .set({ last_used_at: now })
    .where('id', '=', id)
    .where((expression) =>
      expression.or([expression('last_used_at', 'is', null), expression('last_used_at', '<=', since)]),
    )
    .execute()
}

export interface AccountSamlProvider {
  readonly name: string
  readonly description: string
  readonly owner: CamOwner
  readonly createdAt: string
  readonly updatedAt: string
}

/** Without their metadata, by name; an account has few. */
export async function listSamlProviders(
  db: Db | Tx,
  account: AccountUin,
): Promise<readonly AccountSamlProvider[]> {
  const rows = await db
    .selectFrom('cam_saml_providers')
    .select(['name', 'description', 'managed_by', 'created_at', 'updated_at'])
    .where('account_uin', '=', account)
    .orderBy('name')
    .execute()
  return rows.map((row) => ({
    name: row.name,
    description: row.description ?? '',
    owner: row.managed_by,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }))
}
