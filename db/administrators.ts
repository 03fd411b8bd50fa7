/** Administrators, read from the management account's sub-users and their policies, and their API keys. */
import { ADMINISTRATOR_POLICIES, type Administrator, type ApiKey } from '../server/domain/administrator.js'
import type { AdministratorRights } from '../server/domain/actor.js'
import type { AccountUin, SubUserUin } from '../server/domain/ids.js'
import type { Db, Tx } from './database.js'

/** Sub-users of the management account that hold one of the two policies. Full access wins when both are attached. */
function administrators(db: Db | Tx) {
  return db
    .selectFrom('cam_users')
    .innerJoin('accounts', (join) =>
      join.onRef('accounts.uin', '=', 'cam_users.account_uin').on('accounts.kind', '=', 'management'),
    )
    .innerJoin('cam_attachments', (join) =>
      join
        .onRef('cam_attachments.target_id', '=', 'cam_users.uin')
        .on('cam_attachments.target_kind', '=', 'user')
        .on('cam_attachments.policy_type', '=', 'preset')
        .on('cam_attachments.policy_id', 'in', [
          ADMINISTRATOR_POLICIES.full.id,
          ADMINISTRATOR_POLICIES.readOnly.id,
        ]),
    )
    .select((expression) => [
      'cam_users.uin',
      'cam_users.name',
      'cam_users.status',
      'cam_users.remark',
      'cam_users.created_at',
      'cam_users.account_uin',
      expression.fn.min('cam_attachments.policy_id').as('policy_id'),
    ])
    .groupBy([
      'cam_users.uin',
      'cam_users.name',
      'cam_users.status',
      'cam_users.remark',
      'cam_users.created_at',
      'cam_users.account_uin',
    ])
}

interface AdministratorRow {
  readonly uin: SubUserUin
  readonly name: string
  readonly status: 'enabled' | 'disabled'
  readonly remark: string | null
  readonly created_at: string
  readonly policy_id: number
}

const rightsOf = (policyId: number): AdministratorRights =>
  policyId === ADMINISTRATOR_POLICIES.full.id ? 'full' : 'readOnly'

const toAdministrator = (row: AdministratorRow): Administrator => ({
  uin: row.uin,
  name: row.name,
  rights: rightsOf(row.policy_id),
  status: row.status,
  ...(row.remark !== null && { remark: row.remark }),
  createdAt: row.created_at,
})

export async function findAdministrator(db: Db | Tx, uin: string): Promise<Administrator | undefined> {
  // The caller may hold text from outside: a number that is none matches no row.
  const row = await administrators(db)
    .where('cam_users.uin', '=', uin as SubUserUin)
    .executeTakeFirst()
  return row && toAdministrator(row)
}

export async function findAdministratorByName(db: Db | Tx, name: string): Promise<Administrator | undefined> {
  const row = await administrators(db).where('cam_users.name_key', '=', name.toLowerCase()).executeTakeFirst()
  return row && toAdministrator(row)
}

/** All of them, by name: an organization has few. */
export async function listAdministrators(db: Db | Tx): Promise<readonly Administrator[]> {
  const rows = await administrators(db).orderBy('cam_users.name').execute()
  return rows.map(toAdministrator)
}

/** The management account's number. Throws when the first start has not made it. */
export async function managementAccountUin(db: Db | Tx): Promise<AccountUin> {
  const row = await db
    .selectFrom('accounts')
    .select('uin')
    .where('kind', '=', 'management')
    .executeTakeFirstOrThrow()
  return row.uin
}

/** Makes the sub-user and attaches its policy. A taken name violates the unique key of `cam_users`. */
export async function insertAdministrator(
  tx: Tx,
  administrator: {
    readonly uin: SubUserUin
    readonly accountUin: AccountUin
    readonly name: string
    readonly rights: AdministratorRights
    readonly remark?: string | undefined
  },
  now: string,
): Promise<void> {
  await tx
    .insertInto('cam_users')
    .values({
      uin: administrator.uin,
      account_uin: administrator.accountUin,
      name: administrator.name,
      name_key: administrator.name.toLowerCase(),
      status: 'enabled',
      managed_by: 'account',
      remark: administrator.remark ?? null,
      created_at: now,
      updated_at: now,
    })
    .execute()
  const policy = ADMINISTRATOR_POLICIES[administrator.rights]
  await tx
    .insertInto('cam_attachments')
    .values({
      account_uin: administrator.accountUin,
      target_kind: 'user',
      target_id: administrator.uin,
      policy_id: policy.id,
      policy_name: policy.name,
      policy_type: 'preset',
      attached_at: now,
    })
    .execute()
}

export async function setAdministratorStatus(
  tx: Tx,
  uin: SubUserUin,
  status: 'enabled' | 'disabled',
  now: string,
): Promise<void> {
  await tx.updateTable('cam_users').set({ status, updated_at: now }).where('uin', '=', uin).execute()
}

export interface StoredApiKey extends ApiKey {
  readonly sealedSecretKey: string
  readonly accountUin: AccountUin
  /** Absent for a key of the account itself. */
  readonly subUserUin?: SubUserUin
}

export async function insertApiKey(
  tx: Tx,
  key: {
    readonly secretId: string
    readonly sealedSecretKey: string
    readonly accountUin: AccountUin
    readonly subUserUin?: SubUserUin | undefined
    readonly description?: string | undefined
  },
  now: string,
): Promise<void> {
  await tx
    .insertInto('api_keys')
    .values({
      secret_id: key.secretId,
      secret_key: key.sealedSecretKey,
      account_uin: key.accountUin,
      sub_user_uin: key.subUserUin ?? null,
      description: key.description ?? null,
      status: 'enabled',
      created_at: now,
      last_used_at: null,
    })
    .execute()
}

const API_KEY_COLUMNS = [
  'secret_id',
  'secret_key',
  'account_uin',
  'sub_user_uin',
  'status',
  'description',
  'created_at',
  'last_used_at',
] as const

const toApiKey = (row: {
  secret_id: string
  secret_key: string
  account_uin: AccountUin
  sub_user_uin: SubUserUin | null
  status: 'enabled' | 'disabled'
  description: string | null
  created_at: string
  last_used_at: string | null
}): StoredApiKey => ({
  secretId: row.secret_id,
  sealedSecretKey: row.secret_key,
  accountUin: row.account_uin,
  ...(row.sub_user_uin !== null && { subUserUin: row.sub_user_uin }),
  status: row.status,
  ...(row.description !== null && { description: row.description }),
  createdAt: row.created_at,
  ...(row.last_used_at !== null && { lastUsedAt: row.last_used_at }),
})

export async function findApiKey(db: Db | Tx, secretId: string): Promise<StoredApiKey | undefined> {
  const row = await db
    .selectFrom('api_keys')
    .select(API_KEY_COLUMNS)
    .where('secret_id', '=', secretId)
    .executeTakeFirst()
  return row && toApiKey(row)
}

/** The keys of one sub-user, oldest first; there are at most two. */
export async function listApiKeys(db: Db | Tx, uin: SubUserUin): Promise<readonly StoredApiKey[]> {
  const rows = await db
    .selectFrom('api_keys')
    .select(API_KEY_COLUMNS)
    .where('sub_user_uin', '=', uin)
    .orderBy('created_at')
    .orderBy('secret_id')
    .execute()
  return rows.map(toApiKey)
}

/** The keys of the account itself, oldest first; there are at most two. */
export async function listAccountKeys(db: Db | Tx, account: AccountUin): Promise<readonly StoredApiKey[]> {
  const rows = await db
    .selectFrom('api_keys')
    .select(API_KEY_COLUMNS)
    .where('account_uin', '=', account)
    .where('sub_user_uin', 'is', null)
    .orderBy('created_at')
    .orderBy('secret_id')
    .execute()
  return rows.map(toApiKey)
}

export async function setApiKeyStatus(
  tx: Tx,
  secretId: string,
  status: 'enabled' | 'disabled',
): Promise<void> {
  await tx.updateTable('api_keys').set({ status }).where('secret_id', '=', secretId).execute()
}

export async function deleteApiKey(tx: Tx, secretId: string): Promise<void> {
  await tx.deleteFrom('api_keys').where('secret_id', '=', secretId).execute()
}

export async function markApiKeyUsed(tx: Tx, secretId: string, now: string): Promise<void> {
  await tx.updateTable('api_keys').set({ last_used_at: now }).where('secret_id', '=', secretId).execute()
}
