/** The objects of a simulated account that one side owns, all at once. */
import type { AccountUin, RoleId } from '../server/domain/ids.js'
import type { CamOwner } from './cam.js'
import type { Db, Tx } from './database.js'

export interface ManagedRole {
  readonly id: RoleId
  readonly name: string
  readonly description: string
  readonly trustPolicy: string
  /** Seconds. */
  readonly sessionDuration: number
}

/** By name. */
export async function listManagedRoles(
  db: Db | Tx,
  account: AccountUin,
  owner: CamOwner,
): Promise<readonly ManagedRole[]> {
  const rows = await db
    .selectFrom('cam_roles')
    .select(['id', 'name', 'description', 'trust_policy', 'session_duration'])
    .where('account_uin', '=', account)
    .where('managed_by', '=', owner)
    .orderBy('name')
    .execute()
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    description: row.description ?? '',
    trustPolicy: row.trust_policy,
    sessionDuration: row.session_duration,
  }))
}

export interface ManagedAttachment {
  readonly roleId: string
  readonly type: 'preset' | 'custom'
  readonly policyId: number
  readonly policyName: string
  /** Text of a custom policy that is there. */
  readonly document?: string
}

/** What is attached to the roles of that owner, by name of the policy. */
export async function listManagedAttachments(
  db: Db | Tx,
  account: AccountUin,
  owner: CamOwner,
): Promise<readonly ManagedAttachment[]> {
  const rows = await db
    .selectFrom('cam_attachments')
    .innerJoin('cam_roles', 'cam_roles.id', 'cam_attachments.target_id')
    .leftJoin('cam_policies', (join) =>
      join
        .onRef('cam_policies.id', '=', 'cam_attachments.policy_id')
        .on('cam_attachments.policy_type', '=', 'custom'),
    )
    .select([
      'cam_attachments.target_id',
      'cam_attachments.policy_type',
      'cam_attachments.policy_id',
      'cam_attachments.policy_name',
      'cam_policies.document',
    ])
    .where('cam_attachments.target_kind', '=', 'role')
    .where('cam_roles.account_uin', '=', account)
    .where('cam_roles.managed_by', '=', owner)
    .orderBy('cam_attachments.policy_name')
    .execute()
  return rows.map((row) => ({
    roleId: row.target_id,
    type: row.policy_type,
    policyId: row.policy_id,
    policyName: row.policy_name,
    ...(row.document !== null && { document: row.document }),
  }))
}

/** By name. */
export async function listManagedSamlProviders(
  db: Db | Tx,
  account: AccountUin,
  owner: CamOwner,
): Promise<readonly { readonly name: string; readonly description: string; readonly metadata: string }[]> {
  const rows = await db
    .selectFrom('cam_saml_providers')
    .select(['name', 'description', 'metadata'])
    .where('account_uin', '=', account)
    .where('managed_by', '=', owner)
    .orderBy('name')
    .execute()
  return rows.map((row) => ({ name: row.name, description: row.description ?? '', metadata: row.metadata }))
}
