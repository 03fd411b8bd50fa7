/** Service control policies and where they are attached. */
import { sql } from 'kysely'
import type { AccountUin } from '../server/domain/ids.js'
import type { Page, PageRequest } from '../server/domain/page.js'
import {
  FULL_ACCESS,
  policyNameKey,
  type ServiceControlPolicy,
  type ServiceControlTarget,
} from '../server/domain/service-control.js'
import { contains, isRowNumber, toJson } from './columns.js'
import { engineOf, type Db, type Tx } from './database.js'
import { textList } from './directory-lists.js'
import { prepared, rowsOf } from './prepared.js'

const ROWS_PER_INSERT = 200

const policies = (db: Db | Tx) =>
  db.selectFrom('service_control_policies as policies').select((expression) => [
    'policies.id',
    'policies.type',
    'policies.name',
    'policies.description',
    'policies.document',
    'policies.created_at',
    'policies.updated_at',
    expression
      .selectFrom('service_control_attachments')
      .select((count) => count.fn.countAll<number>().as('count'))
      .whereRef('service_control_attachments.policy_id', '=', 'policies.id')
      .as('attachments'),
  ])

interface PolicyRow {
  readonly id: number
  readonly type: 'preset' | 'custom'
  readonly name: string
  readonly description: string | null
  readonly document: string
  readonly created_at: string
  readonly updated_at: string
  readonly attachments: number | null
}

const toPolicy = (row: PolicyRow): ServiceControlPolicy => ({
  id: row.id,
  type: row.type,
  name: row.name,
  ...(row.description !== null && { description: row.description }),
  document: row.document,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
  attachments: row.attachments ?? 0,
})

export async function isServiceControlOn(db: Db | Tx): Promise<boolean> {
  const row = await db.selectFrom('service_control').select('status').executeTakeFirstOrThrow()
  return row.status === 'on'
}

export async function setServiceControl(tx: Tx, status: 'off' | 'on', now: string): Promise<void> {
  await tx.updateTable('service_control').set({ status, updated_at: now }).execute()
}

async function fullAccessId(tx: Tx): Promise<number> {
  const { id } = await tx
    .selectFrom('service_control_policies')
    .select('id')
    .where('name_key', '=', policyNameKey(FULL_ACCESS))
    .executeTakeFirstOrThrow()
  return id
}

/** Attaches FullQcloudAccess to new departments and accounts, while service control is on. */
export async function attachFullAccess(
  tx: Tx,
  targets: readonly ServiceControlTarget[],
  now: string,
): Promise<void> {
  if (!(await isServiceControlOn(tx))) return
  const policyId = await fullAccessId(tx)
  for (let start = 0; start < targets.length; start += ROWS_PER_INSERT) {
    await tx
      .insertInto('service_control_attachments')
      .values(
        targets.slice(start, start + ROWS_PER_INSERT).map(({ kind, id }) => ({
          target_kind: kind,
          target_id: id,
          policy_id: policyId,
          attached_at: now,
        })),
      )
      .execute()
  }
}

/** Every department and member account. */
export async function listTargets(tx: Tx): Promise<readonly ServiceControlTarget[]> {
  const nodes = await tx.selectFrom('nodes').select('id').execute()
  const accounts = await tx.selectFrom('accounts').select('uin').where('kind', '=', 'member').execute()
  return [
    ...nodes.map(({ id }) => ({ kind: 'node' as const, id: String(id) })),
    ...accounts.map(({ uin }) => ({ kind: 'account' as const, id: uin })),
  ]
}

export async function detachEverything(tx: Tx): Promise<number> {
  const { numDeletedRows } = await tx.deleteFrom('service_control_attachments').executeTakeFirst()
  return Number(numDeletedRows)
}

/** Detaches everything from a department or account that is going. */
export async function detachAllFrom(tx: Tx, { kind, id }: ServiceControlTarget): Promise<void> {
  await tx
    .deleteFrom('service_control_attachments')
    .where('target_kind', '=', kind)
    .where('target_id', '=', id)
    .execute()
}

export async function findServiceControlPolicy(
  db: Db | Tx,
  id: number,
): Promise<ServiceControlPolicy | undefined> {
  if (!isRowNumber(id)) return undefined
  const row = await policies(db).where('policies.id', '=', id).executeTakeFirst()
  return row && toPolicy(row)
}

/** The preset policy first, then by name. */
export async function listServiceControlPolicies(
  db: Db | Tx,
  filter: { readonly type?: 'preset' | 'custom'; readonly search?: string },
  page: PageRequest,
): Promise<Page<ServiceControlPolicy>> {
  let rows = policies(db)
  if (filter.type) rows = rows.where('policies.type', '=', filter.type)
  const search = filter.search?.toLowerCase()
  if (search !== undefined && search !== '') {
    rows = rows.where((expression) => contains(expression.ref('policies.name_key'), search))
  }
  const all = await rows
    .orderBy(sql`case policies.type when 'preset' then 0 else 1 end`)
    .orderBy('policies.name_key')
    .execute()
  // There are at most a hundred and one.
  return { items: all.slice(page.offset, page.offset + page.limit).map(toPolicy), total: all.length }
}

export async function countCustomPolicies(tx: Tx): Promise<number> {
  const { count } = await tx
    .selectFrom('service_control_policies')
    .select((expression) => expression.fn.countAll<number>().as('count'))
    .where('type', '=', 'custom')
    .executeTakeFirstOrThrow()
  return count
}

/** Returns the id that the database gave. A taken name violates a unique key. */
export async function insertServiceControlPolicy(
  tx: Tx,
  policy: { readonly name: string; readonly description?: string | undefined; readonly document: string },
  now: string,
): Promise<number> {
  const { id } = await tx
    .insertInto('service_control_policies')
    .values({
      type: 'custom',
      name: policy.name,
      name_key: policyNameKey(policy.name),
      description: policy.description ?? null,
      document: policy.document,
      created_at: now,
      updated_at: now,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  return id
}

/** A taken name violates a unique key. */
export async function updateServiceControlPolicy(
  tx: Tx,
  id: number,
  policy: { readonly name: string; readonly description?: string | undefined; readonly document: string },
  now: string,
): Promise<void> {
  await tx
    .updateTable('service_control_policies')
    .set({
      name: policy.name,
      name_key: policyNameKey(policy.name),
      description: policy.description ?? null,
      document: policy.document,
      updated_at: now,
    })
    .where('id', '=', id)
    .execute()
}

export async function deleteServiceControlPolicy(tx: Tx, id: number): Promise<void> {
  await tx.deleteFrom('service_control_policies').where('id', '=', id).execute()
}

/** A policy with the time since when it is attached. */
export type AttachedPolicy = ServiceControlPolicy & { readonly attachedAt: string }

/** What is attached to the target itself, by name. */
export async function listAttachedPolicies(
  db: Db | Tx,
  { kind, id }: ServiceControlTarget,
): Promise<readonly AttachedPolicy[]> {
  const rows = await policies(db)
    .innerJoin('service_control_attachments as attachment', 'attachment.policy_id', 'policies.id')
    .select('attachment.attached_at')
    .where('attachment.target_kind', '=', kind)
    .where('attachment.target_id', '=', id)
    .orderBy('policies.name_key')
    .execute()
  return rows.map((row) => ({ ...toPolicy(row), attachedAt: row.attached_at }))
}

/** A policy that is attached to the target violates the primary key. */
export async function insertAttachment(
  tx: Tx,
  { kind, id }: ServiceControlTarget,
  policyId: number,
  now: string,
): Promise<void> {
  await tx
    .insertInto('service_control_attachments')
    .values({ target_kind: kind, target_id: id, policy_id: policyId, attached_at: now })
    .execute()
}

/** Whether it was attached. */
export async function deleteAttachment(
  tx: Tx,
  { kind, id }: ServiceControlTarget,
  policyId: number,
): Promise<boolean> {
  const { numDeletedRows } = await tx
    .deleteFrom('service_control_attachments')
    .where('target_kind', '=', kind)
    .where('target_id', '=', id)
    .where('policy_id', '=', policyId)
    .executeTakeFirst()
  return numDeletedRows > 0n
}

/** Departments and accounts that the policy is attached to, with their names. */
export interface AttachedTarget extends ServiceControlTarget {
  readonly name: string
  readonly attachedAt: string
}

export async function listAttachedTargets(db: Db | Tx, policyId: number): Promise<readonly AttachedTarget[]> {
  const { rows } = await sql<{ kind: 'node' | 'account'; id: string; name: string; attached_at: string }>`
    select attachment.target_kind as kind, attachment.target_id as id,
      coalesce(nodes.name, accounts.name) as name, attachment.attached_at
    from service_control_attachments attachment
    left join nodes on attachment.target_kind = 'node' and cast(nodes.id as text) = attachment.target_id
    left join accounts on attachment.target_kind = 'account' and accounts.uin = attachment.target_id
    where attachment.policy_id = ${policyId}
    order by kind desc, name`.execute(db)
  return rows.map(({ attached_at: attachedAt, ...target }) => ({ ...target, attachedAt }))
}

/** Departments of a member account from its own up to the root; none while service control is off. */
const selectPath = prepared((db, slots: { accountUin: AccountUin }) =>
  db
    .withRecursive('path(id, parent_id, depth)', (cte) =>
      cte
        .selectFrom('accounts')
        .innerJoin('nodes', 'nodes.id', 'accounts.node_id')
        .select(['nodes.id', 'nodes.parent_id', sql<number>`1`.as('depth')])
        .where('accounts.uin', '=', slots.accountUin)
        .where('accounts.kind', '=', 'member')
        .where((expression) =>
          expression.exists(
            expression.selectFrom('service_control').select('status').where('status', '=', 'on'),
          ),
        )
        .unionAll(
          cte
            .selectFrom('path')
            .innerJoin('nodes', 'nodes.id', 'path.parent_id')
            .select(['nodes.id', 'nodes.parent_id', sql<number>`path.depth + 1`.as('depth')]),
        ),
    )
    .selectFrom('path')
    .select('id')
    .orderBy('depth'),
)

const selectAttachedAlong = prepared((db, slots: { accountUin: AccountUin; nodeIds: string }) =>
  db
    .selectFrom('service_control_attachments as attachment')
    .innerJoin('service_control_policies as policies', 'policies.id', 'attachment.policy_id')
    .select(['attachment.target_kind', 'attachment.target_id', 'policies.name', 'policies.document'])
    .where((expression) =>
      expression.or([
        expression.and([
          expression('attachment.target_kind', '=', 'account'),
          expression('attachment.target_id', '=', slots.accountUin),
        ]),
        expression.and([
          expression('attachment.target_kind', '=', 'node'),
          expression('attachment.target_id', 'in', textList<string>(engineOf(db), slots.nodeIds)),
        ]),
      ]),
    )
    .orderBy('policies.name_key'),
)

/**
 * Texts in force for a member account by level, from the account up to the root; `undefined` where they do not apply:
 * service control is off, or the account manages the organization. Two queries whatever the depth.
 */
export async function documentsByLevel(
  db: Db | Tx,
  accountUin: AccountUin,
): Promise<readonly (readonly { readonly name: string; readonly document: string }[])[] | undefined> {
  const path = await rowsOf(selectPath(db, { accountUin }))
  if (path.length === 0) return undefined
  const nodeIds = path.map(({ id }) => String(id))
  const attached = await rowsOf(selectAttachedAlong(db, { accountUin, nodeIds: toJson(nodeIds) }))
  return [undefined, ...nodeIds].map((nodeId) =>
    attached
      .filter((row) =>
        nodeId === undefined
          ? row.target_kind === 'account'
          : row.target_kind === 'node' && row.target_id === nodeId,
      )
      .map(({ name, document }) => ({ name, document })),
  )
}
