/** The simulated cloud accounts at rest: sub-users, roles, policies, SAML providers and faults. */
import type { Selectable } from 'kysely'
import type { CamOwner } from '../server/domain/cam-account.js'
import type { AccountUin, RoleId } from '../server/domain/ids.js'
import { fromFlag, startsWith, toFlag } from './columns.js'
import type { Db, Tx } from './database.js'
import { endSessionsOfRole } from './role-sessions.js'
import type { CamRoleTable, CamSamlProviderTable } from './tables.js'

export type { CamOwner }

export interface CamRole {
  readonly id: RoleId
  readonly accountUin: AccountUin
  readonly name: string
  readonly description: string
  readonly trustPolicy: string
  /** Seconds. */
  readonly sessionDuration: number
  readonly consoleLogin: boolean
  readonly owner: CamOwner
}

export interface CamSamlProvider {
  readonly accountUin: AccountUin
  readonly name: string
  readonly description: string
  readonly metadata: string
  readonly owner: CamOwner
}

export interface CamPolicy {
  readonly id: number
  readonly name: string
  readonly document: string
  readonly owner: CamOwner
}

export interface CamAttachment {
  readonly type: 'preset' | 'custom'
  readonly policyId: number
  readonly policyName: string
}

/** A user, a group or a role as the holder of policies. */
export interface CamEntity {
  readonly kind: 'user' | 'group' | 'role'
  readonly id: string
}

/** Faults of an account, to rehearse slow and failing deployments. */
export interface CamFaults {
  readonly delayMilliseconds: number
  /** Share of calls that fail, in thousandths. */
  readonly errorPermille: number
  readonly outage: boolean
}

const roleNameKey = (name: string): string => name.toLowerCase()

const toRole = (row: Selectable<CamRoleTable>): CamRole => ({
  id: row.id,
  accountUin: row.account_uin,
  name: row.name,
  description: row.description ?? '',
  trustPolicy: row.trust_policy,
  sessionDuration: row.session_duration,
  consoleLogin: fromFlag(row.console_login),
  owner: row.managed_by,
})

/** Names of roles are compared without regard to case. */
export async function findRole(db: Db | Tx, account: AccountUin, name: string): Promise<CamRole | undefined> {
  const row = await db
    .selectFrom('cam_roles')
    .selectAll()
    .where('account_uin', '=', account)
    .where('name_key', '=', roleNameKey(name))
    .executeTakeFirst()
  return row && toRole(row)
}

export async function findRoleById(
  db: Db | Tx,
  account: AccountUin,
  id: string,
): Promise<CamRole | undefined> {
  const row = await db
    .selectFrom('cam_roles')
    .selectAll()
    .where('account_uin', '=', account)
    // Text from outside that is no role's id matches no row.
    .where('id', '=', id as RoleId)
    .executeTakeFirst()
  return row && toRole(row)
}

/** A role of this name in the account violates the unique key of `cam_roles`. */
export async function insertRole(tx: Tx, role: CamRole, now: string): Promise<void> {
  await tx
    .insertInto('cam_roles')
    .values({
      id: role.id,
      account_uin: role.accountUin,
      name: role.name,
      name_key: roleNameKey(role.name),
      description: role.description,
      trust_policy: role.trustPolicy,
      session_duration: role.sessionDuration,
      console_login: toFlag(role.consoleLogin),
      managed_by: role.owner,
      created_at: now,
      updated_at: now,
    })
    .execute()
}

export async function updateRole(
  tx: Tx,
  id: RoleId,
  role: Pick<CamRole, 'description' | 'trustPolicy' | 'sessionDuration'>,
  now: string,
): Promise<void> {
  await tx
    .updateTable('cam_roles')
    .set({
      description: role.description,
      trust_policy: role.trustPolicy,
      session_duration: role.sessionDuration,
      updated_at: now,
    })
    .where('id', '=', id)
    .execute()
}

/** Deletes the role with its attachments, and ends its sessions: their credentials are worth nothing without it. */
export async function deleteRole(tx: Tx, id: RoleId, now: string): Promise<void> {
  await endSessionsOfRole(tx, id, now)
  await deleteHoldings(tx, { kind: 'role', id })
  await tx.deleteFrom('cam_roles').where('id', '=', id).execute()
}

const toSamlProvider = (row: CamSamlProviderTable): CamSamlProvider => ({
  accountUin: row.account_uin,
  name: row.name,
  description: row.description ?? '',
  metadata: row.metadata,
  owner: row.managed_by,
})

export async function findSamlProvider(
  db: Db | Tx,
  account: AccountUin,
  name: string,
): Promise<CamSamlProvider | undefined> {
  const row = await db
    .selectFrom('cam_saml_providers')
    .selectAll()
    .where('account_uin', '=', account)
    .where('name', '=', name)
    .executeTakeFirst()
  return row && toSamlProvider(row)
}

/** A provider of this name in the account violates the primary key of `cam_saml_providers`. */
export async function insertSamlProvider(tx: Tx, provider: CamSamlProvider, now: string): Promise<void> {
  await tx
    .insertInto('cam_saml_providers')
    .values({
      account_uin: provider.accountUin,
      name: provider.name,
      description: provider.description,
      metadata: provider.metadata,
      managed_by: provider.owner,
      created_at: now,
      updated_at: now,
    })
    .execute()
}

export async function updateSamlProvider(
  tx: Tx,
  provider: Pick<CamSamlProvider, 'accountUin' | 'name' | 'description' | 'metadata'>,
  now: string,
): Promise<void> {
  await tx
    .updateTable('cam_saml_providers')
    .set({ description: provider.description, metadata: provider.metadata, updated_at: now })
    .where('account_uin', '=', provider.accountUin)
    .where('name', '=', provider.name)
    .execute()
}

export async function deleteSamlProvider(tx: Tx, account: AccountUin, name: string): Promise<void> {
  await tx
    .deleteFrom('cam_saml_providers')
    .where('account_uin', '=', account)
    .where('name', '=', name)
    .execute()
}

const POLICY_COLUMNS = ['id', 'name', 'document', 'managed_by'] as const

const toPolicy = (row: {
  readonly id: number
  readonly name: string
  readonly document: string
  readonly managed_by: CamOwner
}): CamPolicy => ({ id: row.id, name: row.name, document: row.document, owner: row.managed_by })

export async function findPolicy(
  db: Db | Tx,
  account: AccountUin,
  name: string,
): Promise<CamPolicy | undefined> {
  const row = await db
    .selectFrom('cam_policies')
    .select(POLICY_COLUMNS)
    .where('account_uin', '=', account)
    .where('name', '=', name)
    .executeTakeFirst()
  return row && toPolicy(row)
}

/** The account's custom policies of that owner whose names begin with `prefix`, by name. */
export async function listPolicies(
  db: Db | Tx,
  account: AccountUin,
  owner: CamOwner,
  prefix: string,
): Promise<readonly CamPolicy[]> {
  const rows = await db
    .selectFrom('cam_policies')
    .select(POLICY_COLUMNS)
    .where('account_uin', '=', account)
    .where('managed_by', '=', owner)
    .where((expression) => startsWith(expression.ref('name'), prefix))
    .orderBy('name')
    .execute()
  return rows.map(toPolicy)
}

/** Names of the custom policies of the account that `owner` made, in order. */
export async function listPolicyNames(
  db: Db | Tx,
  account: AccountUin,
  owner: CamOwner,
): Promise<readonly string[]> {
  const rows = await db
    .selectFrom('cam_policies')
    .select('name')
    .where('account_uin', '=', account)
    .where('managed_by', '=', owner)
    .orderBy('name')
    .execute()
  return rows.map(({ name }) => name)
}

/** A policy of this name in the account violates the unique key of `cam_policies`. */
export async function insertPolicy(
  tx: Tx,
  policy: {
    readonly accountUin: AccountUin
    readonly name: string
    readonly document: string
    readonly owner: CamOwner
  },
  now: string,
): Promise<void> {
  await tx
    .insertInto('cam_policies')
    .values({
      account_uin: policy.accountUin,
      name: policy.name,
      description: null,
      document: policy.document,
      managed_by: policy.owner,
      created_at: now,
      updated_at: now,
    })
    .execute()
}

export async function updatePolicyDocument(tx: Tx, id: number, document: string, now: string): Promise<void> {
  await tx.updateTable('cam_policies').set({ document, updated_at: now }).where('id', '=', id).execute()
}

/** Detaches all policies from the entity, and lifts its boundary: part of deleting it. */
export async function deleteHoldings(tx: Tx, { kind, id }: CamEntity): Promise<void> {
  for (const table of ['cam_attachments', 'cam_boundaries'] as const) {
    await tx
      .deleteFrom(table)
      .where('target_kind', '=', kind as 'user')
      .where('target_id', '=', id)
      .execute()
  }
}

/** Deletes custom policies, and detaches them from everything. */
export async function deletePolicies(tx: Tx, ids: readonly number[]): Promise<void> {
  if (ids.length === 0) return
  await tx
    .deleteFrom('cam_attachments')
    .where('policy_type', '=', 'custom')
    .where('policy_id', 'in', ids)
    .execute()
  await tx.deleteFrom('cam_policies').where('id', 'in', ids).execute()
}

/** What is attached to the entity: preset policies, and custom ones with their text, by name. */
export async function listAttachments(
  db: Db | Tx,
  entity: CamEntity,
): Promise<readonly (CamAttachment & { readonly document?: string })[]> {
  const rows = await db
    .selectFrom('cam_attachments')
    .leftJoin('cam_policies', (join) =>
      join
        .onRef('cam_policies.id', '=', 'cam_attachments.policy_id')
        .on('cam_attachments.policy_type', '=', 'custom'),
    )
    .select([
      'cam_attachments.policy_type',
      'cam_attachments.policy_id',
      'cam_attachments.policy_name',
      'cam_policies.document',
    ])
    .where('cam_attachments.target_kind', '=', entity.kind)
    .where('cam_attachments.target_id', '=', entity.id)
    .orderBy('cam_attachments.policy_name')
    .execute()
  return rows.map((row) => ({
    type: row.policy_type,
    policyId: row.policy_id,
    policyName: row.policy_name,
    ...(row.document !== null && { document: row.document }),
  }))
}

export async function insertAttachments(
  tx: Tx,
  account: AccountUin,
  entity: CamEntity,
  attachments: readonly CamAttachment[],
  now: string,
): Promise<void> {
  if (attachments.length === 0) return
  await tx
    .insertInto('cam_attachments')
    .values(
      attachments.map((attachment) => ({
        account_uin: account,
        target_kind: entity.kind,
        target_id: entity.id,
        policy_id: attachment.policyId,
        policy_name: attachment.policyName,
        policy_type: attachment.type,
        attached_at: now,
      })),
    )
    .execute()
}

export async function deleteAttachment(
  tx: Tx,
  entity: CamEntity,
  attachment: Pick<CamAttachment, 'type' | 'policyId'>,
): Promise<void> {
  await tx
    .deleteFrom('cam_attachments')
    .where('target_kind', '=', entity.kind)
    .where('target_id', '=', entity.id)
    .where('policy_type', '=', attachment.type)
    .where('policy_id', '=', attachment.policyId)
    .execute()
}

export async function findFaults(db: Db | Tx, account: AccountUin): Promise<CamFaults | undefined> {
  const row = await db
    .selectFrom('cam_faults')
    .selectAll()
    .where('account_uin', '=', account)
    .executeTakeFirst()
  return (
    row && {
      delayMilliseconds: row.delay_ms,
      errorPermille: row.error_permille,
      outage: fromFlag(row.outage),
    }
  )
}

export async function putFaults(tx: Tx, account: AccountUin, faults: CamFaults): Promise<void> {
  const values = {
    delay_ms: faults.delayMilliseconds,
    error_permille: faults.errorPermille,
    outage: toFlag(faults.outage),
  }
  await tx
    .insertInto('cam_faults')
    .values({ account_uin: account, ...values })
    .onConflict((conflict) => conflict.column('account_uin').doUpdateSet(values))
    .execute()
}
