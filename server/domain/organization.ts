/** The organization: a tree of nodes (a root and its departments) and the cloud accounts that sit in them. */
import { randomInt } from 'node:crypto'
import { IdentityCenterError } from './errors.js'
import type { AccountUin, NodeId } from './ids.js'

/** How deep departments may be nested below the root node. */
export const MAXIMUM_DEPARTMENT_LEVELS = 5
/** Departments directly below one node. */
export const MAXIMUM_CHILD_NODES = 20
const MAXIMUM_NODE_NAME = 40
const MAXIMUM_ACCOUNT_NAME = 25

/** The role of a member account made here through which the management account reaches it. */
export const ACCESS_CONTROL_ROLE = 'OrganizationAccessControlRole'

export interface OrganizationNode {
  readonly id: NodeId
  /** Absent for the root node. */
  readonly parentId?: NodeId
  readonly name: string
  readonly remark?: string
  readonly createdAt: string
  readonly updatedAt: string
}

/** `management` is the one account that manages the organization; the API calls the two ManagerUin and MemberUin. */
export type AccountKind = 'management' | 'member'

/** `created` accounts were made by the organization, `invited` ones joined it. */
export type AccountOrigin = 'created' | 'invited'

export interface Account {
  readonly uin: AccountUin
  readonly nodeId: NodeId
  readonly name: string
  readonly kind: AccountKind
  readonly origin: AccountOrigin
  readonly appId: number
  readonly remark?: string
  readonly createdAt: string
  readonly updatedAt: string
}

/** A node as part of the tree. */
export interface TreeNode extends OrganizationNode {
  /** 0 for the root node. */
  readonly level: number
  /** Accounts directly in this node. */
  readonly accountCount: number
  readonly children: readonly TreeNode[]
}

/** Joins nodes to the tree they form, children by name. Throws when there is not exactly one root: a bug. */
export function buildTree(
  nodes: readonly OrganizationNode[],
  accountCounts: ReadonlyMap<NodeId, number>,
): TreeNode {
  const childrenOf = new Map<NodeId | undefined, OrganizationNode[]>()
  for (const node of nodes) {
    const siblings = childrenOf.get(node.parentId)
    if (siblings) siblings.push(node)
    else childrenOf.set(node.parentId, [node])
  }
  const grow = (node: OrganizationNode, level: number): TreeNode => ({
    ...node,
    level,
    accountCount: accountCounts.get(node.id) ?? 0,
    children: (childrenOf.get(node.id) ?? [])
      .sort((left, right) => left.name.localeCompare(right.name))
      .map((child) => grow(child, level + 1)),
  })
  const [root, ...others] = childrenOf.get(undefined) ?? []
  if (!root || others.length > 0) throw new Error('an organization has exactly one root node')
  return grow(root, 0)
}

/** Whether the text is `1` to `maximum` visible characters with no white space at either end. */
function isPlainName(name: string, maximum: number): boolean {
  const { length } = [...name]
  return length >= 1 && length <= maximum && name === name.trim() && !/\p{Cc}/u.test(name)
}

/** Throws `node.invalid` unless the name has 1 to 40 characters. */
export function requireNodeName(name: string): void {
  if (isPlainName(name, MAXIMUM_NODE_NAME)) return
  throw new IdentityCenterError(
    'node.invalid',
    `A department name has 1 to ${MAXIMUM_NODE_NAME} characters.`,
    {
      field: 'name',
      limit: MAXIMUM_NODE_NAME,
    },
  )
}

/** Throws `account.nameInvalid` unless the name has 1 to 25 characters. */
export function requireAccountName(name: string): void {
  if (isPlainName(name, MAXIMUM_ACCOUNT_NAME)) return
  throw new IdentityCenterError(
    'account.nameInvalid',
    `An account name has 1 to ${MAXIMUM_ACCOUNT_NAME} characters.`,
    { field: 'name', limit: MAXIMUM_ACCOUNT_NAME },
  )
}

/** Throws `node.limit` when a department below a node of this level, with so many children, would be one too many. */
export function requireRoomBelow(parent: { readonly level: number; readonly childCount: number }): void {
  if (parent.level >= MAXIMUM_DEPARTMENT_LEVELS) {
    throw new IdentityCenterError(
      'node.limit',
      `Departments are nested at most ${MAXIMUM_DEPARTMENT_LEVELS} levels deep.`,
      { limit: MAXIMUM_DEPARTMENT_LEVELS, kind: 'levels' },
    )
  }
  if (parent.childCount >= MAXIMUM_CHILD_NODES) {
    throw new IdentityCenterError(
      'node.limit',
      `A node has at most ${MAXIMUM_CHILD_NODES} departments directly below it.`,
      { limit: MAXIMUM_CHILD_NODES, kind: 'children' },
    )
  }
}

/** A fresh AppId: ten digits, other than the uin. Callers insert it under a unique key. */
export const newAppId = (): number => randomInt(1_250_000_000, 1_400_000_000)

/** Levels of departments below the node, itself not counted. */
export const heightOf = (node: TreeNode): number =>
  node.children.length === 0 ? 0 : 1 + Math.max(...node.children.map(heightOf))

/** The node of this id in the tree. */
export function findInTree(tree: TreeNode, id: NodeId): TreeNode | undefined {
  if (tree.id === id) return tree
  for (const child of tree.children) {
    const found = findInTree(child, id)
    if (found) return found
  }
  return undefined
}

/**
 * Throws `node.invalid` for the root and for a place inside the department itself, `node.limit` when it does not fit in
 * the new place.
 */
export function requireMovable(node: TreeNode, parent: TreeNode): void {
  if (node.parentId === undefined) {
    throw new IdentityCenterError('node.invalid', 'The root of the organization cannot be moved.')
  }
  if (findInTree(node, parent.id)) {
    throw new IdentityCenterError('node.invalid', 'A department cannot be moved into itself.', {
      field: 'node',
    })
  }
  requireRoomBelow({ level: parent.level + heightOf(node), childCount: parent.children.length })
}

/** What is said about a department or an account by tags, by key. */
export type Tags = Readonly<Record<string, string>>

const MAXIMUM_TAGS = 50

/** Throws `account.invalid` unless there are at most 50 tags, with keys of 1 to 127 and values of up to 255 characters. */
export function requireTags(tags: Tags): void {
  const entries = Object.entries(tags)
  const isPlain = ([key, value]: readonly [string, string]) =>
    isPlainName(key, 127) && [...value].length <= 255 && !/\p{Cc}/u.test(value)
  if (entries.length <= MAXIMUM_TAGS && entries.every(isPlain)) return
  throw new IdentityCenterError(
    'account.invalid',
    `There are at most ${MAXIMUM_TAGS} tags, with keys of 1 to 127 and values of up to 255 characters.`,
    { field: 'tags', limit: MAXIMUM_TAGS },
  )
}

/** How long an invitation waits for its answer. */
export const INVITATION_SECONDS = 15 * 24 * 3600

/** An account that was asked to join; `expired` is what becomes of one that nobody has answered. */
export interface Invitation {
  readonly id: string
  readonly accountUin: AccountUin
  readonly name: string
  readonly nodeId: NodeId
  readonly remark?: string
  readonly status: 'pending' | 'accepted' | 'rejected' | 'cancelled' | 'expired'
  readonly createdAt: string
  readonly expiresAt: string
}

/** Something that an account is still used for. */
export interface AccountBlocker {
  readonly kind: 'assignment' | 'deployment' | 'userSync'
  readonly id: string
  readonly name: string
}
