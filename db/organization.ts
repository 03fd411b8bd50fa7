/** Nodes and accounts of the organization. */
import { sql } from 'kysely'
import type { AccountUin, NodeId } from '../server/domain/ids.js'
import type { Account, AccountKind, AccountOrigin, OrganizationNode } from '../server/domain/organization.js'
import type { Page, PageRequest } from '../server/domain/page.js'
import { boundedCount } from './bounded-count.js'
import { contains, isRowNumber } from './columns.js'
import type { Db, Tx } from './database.js'
import { firstOf, prepared } from './prepared.js'

interface NodeRow {
  readonly id: number
  readonly parent_id: number | null
  readonly name: string
  readonly remark: string | null
  readonly created_at: string
  readonly updated_at: string
}

interface AccountRow {
  readonly uin: AccountUin
  readonly node_id: number
  readonly name: string
  readonly kind: AccountKind
  readonly origin: AccountOrigin
  readonly app_id: number
  readonly remark: string | null
  readonly created_at: string
  readonly updated_at: string
}

/** Node ids are made by the database: what it hands out is one. */
const asNodeId = (id: number): NodeId => id as NodeId

const toNode = (row: NodeRow): OrganizationNode => ({
  id: asNodeId(row.id),
  ...(row.parent_id !== null && { parentId: asNodeId(row.parent_id) }),
  name: row.name,
  ...(row.remark !== null && { remark: row.remark }),
  createdAt: row.created_at,
  updatedAt: row.updated_at,
})

const toAccount = (row: AccountRow): Account => ({
  uin: row.uin,
  nodeId: asNodeId(row.node_id),
  name: row.name,
  kind: row.kind,
  origin: row.origin,
  appId: row.app_id,
  ...(row.remark !== null && { remark: row.remark }),
  createdAt: row.created_at,
  updatedAt: row.updated_at,
})

/** Every node, the root first. */
export async function listNodes(db: Db | Tx): Promise<readonly OrganizationNode[]> {
  const rows = await db.selectFrom('nodes').selectAll().orderBy('id').execute()
  return rows.map(toNode)
}

/** The node and those above it, from itself up to the root; empty when there is no such node. */
export async function findNodePath(db: Db | Tx, id: NodeId): Promise<readonly OrganizationNode[]> {
  const path: OrganizationNode[] = []
  let next: NodeId | undefined = isRowNumber(id) ? id : undefined
  while (next !== undefined) {
    const row: NodeRow | undefined = await db
      .selectFrom('nodes')
      .selectAll()
      .where('id', '=', next)
      .executeTakeFirst()
    if (!row) break
    const node = toNode(row)
    path.push(node)
    next = node.parentId
  }
  return path
}

export async function countChildNodes(db: Db | Tx, parentId: NodeId): Promise<number> {
  const { count } = await db
    .selectFrom('nodes')
    .select((expression) => expression.fn.countAll<number>().as('count'))
    .where('parent_id', '=', parentId)
    .executeTakeFirstOrThrow()
  return count
}

/** Returns the id that the database gave. A second root, or a second child of this name, violates a unique key. */
export async function insertNode(
  tx: Tx,
  node: {
    readonly parentId: NodeId | undefined
    readonly name: string
    readonly remark?: string | undefined
    readonly now: string
  },
): Promise<NodeId> {
  const { id } = await tx
    .insertInto('nodes')
    .values({
      parent_id: node.parentId ?? null,
      name: node.name,
      remark: node.remark ?? null,
      created_at: node.now,
      updated_at: node.now,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  return asNodeId(id)
}

/** Absent values stay as they are; `null` clears. A name that a sibling has violates a unique key. */
export async function updateNode(
  tx: Tx,
  id: NodeId,
  change: { readonly name?: string; readonly remark?: string | null; readonly parentId?: NodeId },
  now: string,
): Promise<void> {
  await tx
    .updateTable('nodes')
    .set({
      ...(change.name !== undefined && { name: change.name }),
      ...(change.remark !== undefined && { remark: change.remark }),
      ...(change.parentId !== undefined && { parent_id: change.parentId }),
      updated_at: now,
    })
    .where('id', '=', id)
    .execute()
}

/** Deletes a node that nothing is in. */
export async function deleteNode(tx: Tx, id: NodeId): Promise<void> {
  await tx.deleteFrom('nodes').where('id', '=', id).execute()
}

/** Accounts directly in each node that has any. */
export async function countAccountsByNode(db: Db | Tx): Promise<ReadonlyMap<NodeId, number>> {
  const rows = await db
    .selectFrom('accounts')
    .select((expression) => ['node_id', expression.fn.countAll<number>().as('count')])
    .groupBy('node_id')
    .execute()
  return new Map(rows.map((row) => [asNodeId(row.node_id), row.count]))
}

/** A uin, an AppId or a name that another account has violates a unique key. */
export async function insertAccount(tx: Tx, account: Account): Promise<void> {
  await tx
    .insertInto('accounts')
    .values({
      uin: account.uin,
      node_id: account.nodeId,
      name: account.name,
      kind: account.kind,
      origin: account.origin,
      app_id: account.appId,
      remark: account.remark ?? null,
      created_at: account.createdAt,
      updated_at: account.updatedAt,
    })
    .execute()
}

/** Absent values stay as they are; `null` clears. A name that another account has violates a unique key. */
export async function updateAccount(
  tx: Tx,
  uin: AccountUin,
  change: { readonly name?: string; readonly remark?: string | null; readonly nodeId?: NodeId },
  now: string,
): Promise<void> {
  await tx
    .updateTable('accounts')
    .set({
      ...(change.name !== undefined && { name: change.name }),
      ...(change.remark !== undefined && { remark: change.remark }),
      ...(change.nodeId !== undefined && { node_id: change.nodeId }),
      updated_at: now,
    })
    .where('uin', '=', uin)
    .execute()
}

const selectAccount = prepared((db, slots: { uin: AccountUin }) =>
  db.selectFrom('accounts').selectAll().where('uin', '=', slots.uin),
)

export async function findAccount(db: Db | Tx, uin: AccountUin): Promise<Account | undefined> {
  const row = await firstOf(selectAccount(db, { uin }))
  return row && toAccount(row)
}

/** Those of the accounts that exist. */
export async function findAccounts(db: Db | Tx, uins: readonly AccountUin[]): Promise<readonly Account[]> {
  if (uins.length === 0) return []
  const rows = await db.selectFrom('accounts').selectAll().where('uin', 'in', uins).execute()
  return rows.map(toAccount)
}

export async function findManagementAccount(db: Db | Tx): Promise<Account | undefined> {
  const row = await db.selectFrom('accounts').selectAll().where('kind', '=', 'management').executeTakeFirst()
  return row && toAccount(row)
}

export interface AccountQuery {
  /** Accounts in this node; with `below`, in the departments below it too. */
  readonly nodeId?: NodeId
  readonly below?: boolean
  /** Part of the name, without regard to case, or of the uin. */
  readonly search?: string
  readonly page: PageRequest
}

/** The management account first, then members by name. */
export async function listAccounts(db: Db | Tx, query: AccountQuery): Promise<Page<Account>> {
  let rows = db.selectFrom('accounts')
  const { nodeId, search } = query
  if (nodeId !== undefined && query.below === true) {
    rows = rows.where(
      'node_id',
      'in',
      sql<number>`(with recursive below(id) as (
        select id from nodes where id = ${nodeId}
        union all select nodes.id from nodes join below on nodes.parent_id = below.id
      ) select id from below)`,
    )
  } else if (nodeId !== undefined) rows = rows.where('node_id', '=', nodeId)
  if (search !== undefined && search !== '') {
    rows = rows.where((expression) =>
      expression.or([
        contains(expression.fn<string>('lower', ['name']), search.toLowerCase()),
        contains(expression.ref('uin'), search),
      ]),
    )
  }
  const items = await rows
    .selectAll()
    .orderBy(sql`case kind when 'management' then 0 else 1 end`)
    .orderBy('name')
    .limit(query.page.limit)
    .offset(query.page.offset)
    .execute()
  const total = await boundedCount(db, rows.select('uin'))
  return { items: items.map(toAccount), total }
}
