/** Which policies are attached to whom in a simulated account, which are in force by that, and permission boundaries. */
import { sql } from 'kysely'
import type { PolicyReference } from '../server/domain/cam-account.js'
import type { AccountUin, SubUserUin } from '../server/domain/ids.js'
import type { Page, PageRequest } from '../server/domain/page.js'
import { boundedCount } from './bounded-count.js'
import type { CamEntity } from './cam.js'
import { contains } from './columns.js'
import type { Db, Tx } from './database.js'
import { firstOf, prepared, rowsOf } from './prepared.js'

export interface AttachedPolicy extends PolicyReference {
  readonly name: string
  /** Of a custom policy. */
  readonly document?: string
  readonly description?: string
  readonly attachedAt: string
  /** The group by which a user has it; absent when it is attached directly. */
  readonly group?: { readonly id: number; readonly name: string }
}

const attachments = (db: Db | Tx) =>
  db
    .selectFrom('cam_attachments')
    .leftJoin('cam_policies', (join) =>
      join
        .onRef('cam_policies.id', '=', 'cam_attachments.policy_id')
        .on('cam_attachments.policy_type', '=', 'custom'),
    )

const COLUMNS = [
  'cam_attachments.policy_type',
  'cam_attachments.policy_id',
  'cam_attachments.policy_name',
  'cam_attachments.attached_at',
  'cam_policies.document',
  'cam_policies.description',
] as const

interface AttachmentRow {
  readonly policy_type: 'preset' | 'custom'
  readonly policy_id: number
  readonly policy_name: string
  readonly attached_at: string
  readonly document: string | null
  readonly description: string | null
}

const toAttached = (row: AttachmentRow): AttachedPolicy => ({
  type: row.policy_type,
  id: row.policy_id,
  name: row.policy_name,
  ...(row.document !== null && { document: row.document }),
  ...(row.description !== null && { description: row.description }),
  attachedAt: row.attached_at,
})

const selectDirect = prepared((db, slots: CamEntity) =>
  attachments(db)
    .select(COLUMNS)
    .where('target_kind', '=', slots.kind)
    .where('target_id', '=', slots.id)
    .orderBy('policy_name'),
)

const selectViaGroups = prepared((db, slots: { uin: SubUserUin }) =>
  attachments(db)
    .innerJoin('cam_groups', (join) =>
      join.on(sql<boolean>`cam_attachments.target_id = cast(cam_groups.id as text)`),
    )
    .innerJoin('cam_group_members', 'cam_group_members.group_id', 'cam_groups.id')
    .select([...COLUMNS, 'cam_groups.id as group_id', 'cam_groups.name as group_name'])
    .where('target_kind', '=', 'group')
    .where('cam_group_members.user_uin', '=', slots.uin)
    .orderBy('policy_name'),
)

/** Every policy of the entity by name: attached to it and, for a user, to the user's groups. */
export async function listPoliciesInForce(
  db: Db | Tx,
  entity: CamEntity,
): Promise<readonly AttachedPolicy[]> {
  const direct = await rowsOf(selectDirect(db, entity))
  if (entity.kind !== 'user') return direct.map(toAttached)
  // The id of a user is a number of one; text that is none finds nothing.
  const viaGroups = await rowsOf(selectViaGroups(db, { uin: entity.id as SubUserUin }))
  return [
    ...direct.map(toAttached),
    ...viaGroups.map((row) => ({
      ...toAttached(row),
      group: { id: row.group_id, name: row.group_name },
    })),
  ]
}

export interface AttachmentQuery {
  readonly type?: PolicyReference['type'] | undefined
  readonly search?: string | undefined
  readonly page: PageRequest
}

/** What is attached to the entity itself, by name. */
export async function listAttachedPolicies(
  db: Db | Tx,
  entity: CamEntity,
  { type, search, page }: AttachmentQuery,
): Promise<Page<AttachedPolicy>> {
  let query = attachments(db)
    .select(COLUMNS)
    .where('target_kind', '=', entity.kind)
    .where('target_id', '=', entity.id)
  if (type) query = query.where('policy_type', '=', type)
  if (search) {
    query = query.where((expression) =>
      contains(expression.fn<string>('lower', ['policy_name']), search.toLowerCase()),
    )
  }
  const rows = await query.orderBy('policy_name').offset(page.offset).limit(page.limit).execute()
  return { items: rows.map(toAttached), total: await boundedCount(db, query) }
}

export async function isAttached(tx: Tx, entity: CamEntity, policy: PolicyReference): Promise<boolean> {
  const row = await tx
    .selectFrom('cam_attachments')
    .select('policy_id')
    .where('target_kind', '=', entity.kind)
    .where('target_id', '=', entity.id)
    .where('policy_type', '=', policy.type)
    .where('policy_id', '=', policy.id)
    .executeTakeFirst()
  return row !== undefined
}

export async function countAttachedPolicies(tx: Tx, entity: CamEntity): Promise<number> {
  return boundedCount(
    tx,
    tx
      .selectFrom('cam_attachments')
      .select('policy_id')
      .where('target_kind', '=', entity.kind)
      .where('target_id', '=', entity.id),
  )
}

/** How many entities of the account have each of the policies; one that nobody has is missing. Keys: `<type> <id>`. */
export async function countEntitiesOfPolicies(
  db: Db | Tx,
  account: AccountUin,
  policies: readonly PolicyReference[],
): Promise<ReadonlyMap<string, number>> {
  if (policies.length === 0) return new Map()
  const rows = await db
    .selectFrom('cam_attachments')
    .select((expression) => ['policy_type', 'policy_id', expression.fn.countAll<number>().as('total')])
    .where('account_uin', '=', account)
    .where((expression) =>
      expression.or(
        (['preset', 'custom'] as const).flatMap((type) => {
          const ids = policies.filter((policy) => policy.type === type).map(({ id }) => id)
          return ids.length === 0
            ? []
            : [expression.and([expression('policy_type', '=', type), expression('policy_id', 'in', ids)])]
        }),
      ),
    )
    .groupBy(['policy_type', 'policy_id'])
    .execute()
  return new Map(rows.map((row) => [`${row.policy_type} ${row.policy_id}`, row.total]))
}

export interface PolicyHolder {
  readonly kind: CamEntity['kind']
  readonly id: string
  readonly name: string
  readonly attachedAt: string
}

/** Users, groups and roles of the account that the policy is attached to, in the order of attachment. */
export async function listEntitiesOfPolicy(
  db: Db | Tx,
  account: AccountUin,
  policy: PolicyReference,
  { kind, page }: { readonly kind?: CamEntity['kind'] | undefined; readonly page: PageRequest },
): Promise<Page<PolicyHolder>> {
  let query = db
    .selectFrom('cam_attachments')
    .leftJoin('cam_users', (join) =>
      join.onRef('cam_users.uin', '=', 'target_id' as never).on('target_kind', '=', 'user'),
    )
    .leftJoin('cam_roles', (join) =>
      join.onRef('cam_roles.id', '=', 'target_id' as never).on('target_kind', '=', 'role'),
    )
    .leftJoin('cam_groups', (join) =>
      join
        .on(sql<boolean>`cast(cam_groups.id as text) = cam_attachments.target_id`)
        .on('target_kind', '=', 'group'),
    )
    .select([
      'target_kind',
      'target_id',
      'attached_at',
      'cam_users.name as user_name',
      'cam_roles.name as role_name',
      'cam_groups.name as group_name',
    ])
    .where('cam_attachments.account_uin', '=', account)
    .where('policy_type', '=', policy.type)
    .where('policy_id', '=', policy.id)
  if (kind) query = query.where('target_kind', '=', kind)
  const rows = await query
    .orderBy('attached_at')
    .orderBy('target_id')
    .offset(page.offset)
    .limit(page.limit)
    .execute()
  return {
    items: rows.map((row) => ({
      kind: row.target_kind,
      id: row.target_id,
      name: row.user_name ?? row.role_name ?? row.group_name ?? '',
      attachedAt: row.attached_at,
    })),
    total: await boundedCount(db, query),
  }
}

/** The holder of a boundary. */
export type BoundedEntity = CamEntity & { readonly kind: 'user' | 'role' }

export interface Boundary extends PolicyReference {
  /** Of a custom policy. */
  readonly name?: string
  readonly document?: string
}

const selectBoundary = prepared((db, slots: BoundedEntity) =>
  db
    .selectFrom('cam_boundaries')
    .leftJoin('cam_policies', (join) =>
      join.onRef('cam_policies.id', '=', 'cam_boundaries.policy_id').on('policy_type', '=', 'custom'),
    )
    .select(['policy_type', 'policy_id', 'cam_policies.name', 'cam_policies.document'])
    .where('target_kind', '=', slots.kind)
    .where('target_id', '=', slots.id),
)

export async function findBoundary(db: Db | Tx, entity: BoundedEntity): Promise<Boundary | undefined> {
  const row = await firstOf(selectBoundary(db, entity))
  return (
    row && {
      type: row.policy_type,
      id: row.policy_id,
      ...(row.name !== null && { name: row.name }),
      ...(row.document !== null && { document: row.document }),
    }
  )
}

export async function putBoundary(
  tx: Tx,
  account: AccountUin,
  entity: BoundedEntity,
  policy: PolicyReference,
  now: string,
): Promise<void> {
  const values = { policy_type: policy.type, policy_id: policy.id, set_at: now }
  await tx
    .insertInto('cam_boundaries')
    .values({ account_uin: account, target_kind: entity.kind, target_id: entity.id, ...values })
    .onConflict((conflict) => conflict.columns(['target_kind', 'target_id']).doUpdateSet(values))
    .execute()
}

export async function deleteBoundary(tx: Tx, entity: BoundedEntity): Promise<void> {
  await tx
    .deleteFrom('cam_boundaries')
    .where('target_kind', '=', entity.kind)
    .where('target_id', '=', entity.id)
    .execute()
}

/** Whether some user or role is bounded by the policy. */
export async function isBoundary(tx: Tx, policy: PolicyReference): Promise<boolean> {
  const row = await tx
    .selectFrom('cam_boundaries')
    .select('target_id')
    .where('policy_type', '=', policy.type)
    .where('policy_id', '=', policy.id)
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}
