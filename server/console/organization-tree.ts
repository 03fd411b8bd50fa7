/** Departments as they stand in addresses and forms: by their number. */
import { IdentityCenterError } from '../domain/errors.js'
import type { NodeId } from '../domain/ids.js'
import type { TreeNode } from '../domain/organization.js'

/** Every node of the tree by its number as it stands in addresses. */
export function nodesOf(tree: TreeNode): ReadonlyMap<string, TreeNode> {
  const nodes = new Map<string, TreeNode>()
  const visit = (node: TreeNode): void => {
    nodes.set(String(node.id), node)
    node.children.forEach(visit)
  }
  visit(tree)
  return nodes
}

/** Throws `node.notFound` for what is no department of the tree. */
export function requireNodeId(tree: TreeNode, text: string): NodeId {
  const node = nodesOf(tree).get(text)
  if (node) return node.id
  throw new IdentityCenterError('node.notFound', 'There is no such department.')
}
