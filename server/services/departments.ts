/** Departments that are there: renaming, moving, tagging and deleting them. */
import type { Db, Tx } from '../../db/database.js'
import { findTags, hasInvitationInto, moveInvitations, putTags } from '../../db/members.js'
import { countAccountsByNode, deleteNode, listNodes, updateNode } from '../../db/organization.js'
import { detachAllFrom } from '../../db/service-control.js'
import { inTransaction } from '../../db/transaction.js'
import { requireFullRights, requireReadRights } from '../domain/access-rules.js'
import type { Actor } from '../domain/actor.js'
import type { Clock } from '../domain/clock.js'
import { IdentityCenterError } from '../domain/errors.js'
import type { NodeId } from '../domain/ids.js'
import {
  buildTree,
  findInTree,
  requireMovable,
  requireNodeName,
  requireTags,
  type Tags,
  type TreeNode,
} from '../domain/organization.js'
import type { AuditLog } from './audit-log.js'
import { namingNode, nodeNotFound } from './organization-names.js'

export interface DepartmentServiceDeps {
  readonly db: Db
  readonly clock: Clock
  readonly audit: AuditLog
}

export type DepartmentService = ReturnType<typeof createDepartmentService>

export function createDepartmentService({ db, clock, audit }: DepartmentServiceDeps) {
  const treeWithin = async (tx: Tx): Promise<TreeNode> =>
    buildTree(await listNodes(tx), await countAccountsByNode(tx))

  function requireNode(tree: TreeNode, id: NodeId): TreeNode {
    const node = findInTree(tree, id)
    if (node) return node
    throw nodeNotFound(id)
  }

  const subjectOf = ({ id, name }: TreeNode) => ({ kind: 'node', id: String(id), name })

  async function removeWithin(tx: Tx, actor: Actor, id: NodeId): Promise<void> {
    const now = clock.now().toISOString()
    const node = requireNode(await treeWithin(tx), id)
    if (node.parentId === undefined) {
      throw new IdentityCenterError('node.invalid', 'The root of the organization cannot be deleted.')
    }
    const isInvitedInto = await hasInvitationInto(tx, id, now)
    if (node.children.length > 0 || node.accountCount > 0 || isInvitedInto) {
      throw new IdentityCenterError(
        'node.inUse',
        `${node.name} has ${node.children.length} departments and ${node.accountCount} accounts${isInvitedInto ? ', and an account is invited into it' : ''}: move or remove them first.`,
        { departments: node.children.map(({ name }) => name), accounts: node.accountCount },
      )
    }
    await detachAllFrom(tx, { kind: 'node', id: String(id) })
    await putTags(tx, { kind: 'node', id: String(id) }, {})
    await moveInvitations(tx, id, node.parentId)
    await deleteNode(tx, id)
    await audit.record(tx, actor, { action: 'organization.deleteNode', subject: subjectOf(node) })
  }

  return {
    /**
     * Changes name, remark, tags and place together; absent ones stay, an empty remark is cleared. What is below moves along.
     * The root can be renamed too. Throws `node.notFound`, `node.invalid` also for the root and for a place inside itself,
     * `node.limit`, `node.nameTaken`, `account.invalid` for tags.
     */
    async change(
      actor: Actor,
      id: NodeId,
      change: {
        readonly name?: string
        readonly remark?: string
        readonly tags?: Tags
        readonly parentId?: NodeId
      },
    ): Promise<void> {
      requireFullRights(actor)
      if (change.name !== undefined) requireNodeName(change.name)
      if (change.tags) requireTags(change.tags)
      let name = ''
      await namingNode(
        () => name,
        () =>
          inTransaction(db, async (tx) => {
            const tree = await treeWithin(tx)
            const node = requireNode(tree, id)
            name = change.name ?? node.name
            const parent = change.parentId === undefined ? undefined : requireNode(tree, change.parentId)
            const moves = parent !== undefined && parent.id !== node.parentId
            if (moves) requireMovable(node, parent)
            const remark = change.remark === undefined ? undefined : change.remark || null
            await updateNode(
              tx,
              id,
              {
                ...(change.name !== undefined && { name: change.name }),
                ...(remark !== undefined && { remark }),
                ...(moves && { parentId: parent.id }),
              },
              clock.now().toISOString(),
            )
            if (change.tags) await putTags(tx, { kind: 'node', id: String(id) }, change.tags)
            await audit.record(tx, actor, {
              action: 'organization.changeNode',
              subject: subjectOf(node),
              detail: {
                before: {
                  name: node.name,
                  remark: node.remark ?? null,
                  ...(moves && { parentId: node.parentId }),
                },
                after: change,
              },
            })
          }),
      )
    },

    /**
     * Deletes empty departments one after the other, all of them or none. Throws `node.notFound`, `node.invalid` for the
     * root, `node.inUse` naming what is in it.
     */
    async remove(actor: Actor, ...ids: readonly NodeId[]): Promise<void> {
      requireFullRights(actor)
      await inTransaction(db, async (tx) => {
        for (const id of new Set(ids)) await removeWithin(tx, actor, id)
      })
    },

    /** Tags of departments by their id as text. */
    async tagsOf(actor: Actor, ids: readonly NodeId[]): Promise<ReadonlyMap<string, Tags>> {
      requireReadRights(actor)
      return findTags(db, 'node', ids.map(String))
    },
  }
}
