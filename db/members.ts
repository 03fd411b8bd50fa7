/** Member accounts beyond their row: what they are used for, tags, invitations, and the end of one. */
import type { Selectable } from 'kysely'
import type { AccountUin, NodeId } from '../server/domain/ids.js'
import type { AccountBlocker, Invitation, Tags } from '../server/domain/organization.js'
import type { Page, PageRequest } from '../server/domain/page.js'
import { boundedCount } from './bounded-count.js'
import { deleteCamUserFactors } from './cam-users.js'
import type { Db, Tx } from './database.js'
import { deleteRoleSessionsIn } from './role-sessions.js'
import { detachAllFrom } from './service-control.js'
import type { InvitationTable } from './tables.js'

/** What still uses the account, at most `limit` of each kind. */
export async function accountBlockers(
  db: Db | Tx,
  uin: AccountUin,
  limit: number,
): Promise<readonly AccountBlocker[]> {
  const assignments = await db
    .selectFrom('assignments')
    .innerJoin('permission_configurations as configurations', 'configurations.id', 'configuration_id')
    .leftJoin('users', 'users.id', 'assignments.principal_id')
    .leftJoin('groups', 'groups.id', 'assignments.principal_id')
    .select(['assignments.principal_id', 'configurations.name', 'users.user_name', 'groups.display_name'])
    .where('assignments.account_uin', '=', uin)
    .orderBy('configurations.name')
    .limit(limit)
    .execute()
  const deployments = await db
    .selectFrom('deployments')
    .innerJoin('permission_configurations as configurations', 'configurations.id', 'configuration_id')
    .select(['configurations.id', 'configurations.name'])
    .where('deployments.account_uin', '=', uin)
    .orderBy('configurations.name')
    .limit(limit)
    .execute()
  const syncs = await db
    .selectFrom('user_syncs')
    .select(['id', 'principal_name'])
    .where('account_uin', '=', uin)
    .orderBy('principal_name')
    .limit(limit)
    .execute()
  return [
    ...assignments.map(({ principal_id: id, name, user_name: userName, display_name: groupName }) => ({
      kind: 'assignment' as const,
      id,
      name: `${name} (${userName ?? groupName ?? id})`,
    })),
    ...deployments.map((row) => ({ kind: 'deployment' as const, id: row.id, name: row.name })),
    ...syncs.map((row) => ({ kind: 'userSync' as const, id: row.id, name: row.principal_name })),
  ]
}

/** Takes the account out of the organization with everything that the simulated cloud knows of it. */
export async function deleteAccount(tx: Tx, uin: AccountUin): Promise<void> {
  await detachAllFrom(tx, { kind: 'account', id: uin })
  await putTags(tx, { kind: 'account', id: uin }, {})
  await tx
    .deleteFrom('sessions')
    .where('role_session_id', 'in', (expression) =>
      expression.selectFrom('role_sessions').select('role_sessions.id').where('account_uin', '=', uin),
    )
    .execute()
  await deleteRoleSessionsIn(tx, uin)
  await deleteCamUserFactors(tx, uin)
  await tx.deleteFrom('cam_federation_tokens').where('account_uin', '=', uin).execute()
  await tx.deleteFrom('cam_boundaries').where('account_uin', '=', uin).execute()
  await tx.deleteFrom('cam_groups').where('account_uin', '=', uin).execute()
  await tx.deleteFrom('api_keys').where('account_uin', '=', uin).execute()
  await tx.deleteFrom('cam_attachments').where('account_uin', '=', uin).execute()
  await tx.deleteFrom('cam_users').where('account_uin', '=', uin).execute()
  await tx.deleteFrom('cam_roles').where('account_uin', '=', uin).execute()
  await tx.deleteFrom('cam_policies').where('account_uin', '=', uin).execute()
  await tx.deleteFrom('cam_saml_providers').where('account_uin', '=', uin).execute()
  await tx.deleteFrom('cam_faults').where('account_uin', '=', uin).execute()
  await tx.deleteFrom('accounts').where('uin', '=', uin).execute()
}

interface Tagged {
  readonly kind: 'node' | 'account'
  readonly id: string
}

/** Tags of the departments or accounts with these ids, by id; one without tags has no entry. */
export async function findTags(
  db: Db | Tx,
  kind: Tagged['kind'],
  ids: readonly string[],
): Promise<ReadonlyMap<string, Tags>> {
  const tags = new Map<string, Record<string, string>>()
  if (ids.length === 0) return tags
  const rows = await db
    .selectFrom('organization_tags')
    .selectAll()
    .where('target_kind', '=', kind)
    .where('target_id', 'in', ids)
    .orderBy('tag_key')
    .execute()
  for (const row of rows) {
    const known = tags.get(row.target_id)
    if (known) known[row.tag_key] = row.tag_value
    else tags.set(row.target_id, { [row.tag_key]: row.tag_value })
  }
  return tags
}

/** Gives the department or account exactly these tags. */
export async function putTags(tx: Tx, { kind, id }: Tagged, tags: Tags): Promise<void> {
  await tx
    .deleteFrom('organization_tags')
    .where('target_kind', '=', kind)
    .where('target_id', '=', id)
    .execute()
  const entries = Object.entries(tags)
  if (entries.length === 0) return
  await tx
    .insertInto('organization_tags')
    .values(
      entries.map(([key, value]) => ({ target_kind: kind, target_id: id, tag_key: key, tag_value: value })),
    )
    .execute()
}

const toInvitation = (row: Selectable<InvitationTable>, now: string): Invitation => ({
  id: row.id,
  accountUin: row.account_uin,
  name: row.name,
  // Node ids are made by the database: what it holds is one.
  nodeId: row.node_id as NodeId,
  ...(row.remark !== null && { remark: row.remark }),
  status: row.status === 'pending' && row.expires_at <= now ? 'expired' : row.status,
  createdAt: row.created_at,
  expiresAt: row.expires_at,
})

/** A second pending invitation of the account violates a unique key. */
export async function insertInvitation(
  tx: Tx,
  invitation: Omit<Invitation, 'status'>,
  tokenHash: string,
): Promise<void> {
  await tx
    .insertInto('invitations')
    .values({
      id: invitation.id,
      token_hash: tokenHash,
      account_uin: invitation.accountUin,
      name: invitation.name,
      node_id: invitation.nodeId,
      remark: invitation.remark ?? null,
      status: 'pending',
      created_at: invitation.createdAt,
      expires_at: invitation.expiresAt,
      updated_at: invitation.createdAt,
    })
    .execute()
}

export async function findInvitation(
  db: Db | Tx,
  by: { readonly id: string } | { readonly tokenHash: string },
  now: string,
): Promise<Invitation | undefined> {
  const row = await db
    .selectFrom('invitations')
    .selectAll()
    .where('id' in by ? 'id' : 'token_hash', '=', 'id' in by ? by.id : by.tokenHash)
    .executeTakeFirst()
  return row && toInvitation(row, now)
}

export async function setInvitationStatus(
  tx: Tx,
  id: string,
  status: 'accepted' | 'rejected' | 'cancelled',
  now: string,
): Promise<void> {
  await tx.updateTable('invitations').set({ status, updated_at: now }).where('id', '=', id).execute()
}

/** From now on another link speaks for the account. */
export async function setInvitationToken(tx: Tx, id: string, tokenHash: string, now: string): Promise<void> {
  await tx
    .updateTable('invitations')
    .set({ token_hash: tokenHash, updated_at: now })
    .where('id', '=', id)
    .execute()
}

/** Makes room for a new invitation of the account where the last one was never answered. */
export async function cancelExpiredInvitation(tx: Tx, uin: AccountUin, now: string): Promise<void> {
  await tx
    .updateTable('invitations')
    .set({ status: 'cancelled', updated_at: now })
    .where('account_uin', '=', uin)
    .where('status', '=', 'pending')
    .where('expires_at', '<=', now)
    .execute()
}

/** Whether an open invitation leads into the department. */
export async function hasInvitationInto(tx: Tx, nodeId: NodeId, now: string): Promise<boolean> {
  const row = await tx
    .selectFrom('invitations')
    .select('id')
    .where('node_id', '=', nodeId)
    .where('status', '=', 'pending')
    .where('expires_at', '>', now)
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

/** Old invitations into a department that is going lead to its parent: they are history. */
export async function moveInvitations(tx: Tx, from: NodeId, to: NodeId): Promise<void> {
  await tx.updateTable('invitations').set({ node_id: to }).where('node_id', '=', from).execute()
}

/** Newest first. */
export async function listInvitations(db: Db, page: PageRequest, now: string): Promise<Page<Invitation>> {
  const rows = db.selectFrom('invitations')
  const items = await rows
    .selectAll()
    .orderBy('created_at', 'desc')
    .orderBy('id')
    .limit(page.limit)
    .offset(page.offset)
    .execute()
  return {
    items: items.map((row) => toInvitation(row, now)),
    total: await boundedCount(db, rows.select('id')),
  }
}
