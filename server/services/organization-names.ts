/** Names and places in the organization, refused alike by all services that write them. */
import { isUniqueViolation } from '../../db/constraint-errors.js'
import type { Db, Tx } from '../../db/database.js'
import { findNodePath } from '../../db/organization.js'
import { IdentityCenterError } from '../domain/errors.js'
import type { NodeId } from '../domain/ids.js'
import type { OrganizationNode } from '../domain/organization.js'

export const nodeNotFound = (id: NodeId): IdentityCenterError =>
  new IdentityCenterError('node.notFound', 'There is no such department.', { nodeId: id })

/** The node and those above it, up to the root. Throws `node.notFound`. */
export async function requireNodePath(from: Db | Tx, id: NodeId): Promise<readonly OrganizationNode[]> {
  const path = await findNodePath(from, id)
  if (path.length === 0) throw nodeNotFound(id)
  return path
}

/** Does work that names a department, and throws `node.nameTaken` where another one in the same place has the name. */
export async function namingNode<T>(name: () => string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!isUniqueViolation(error, 'nodes', 'parent_id', 'name')) throw error
    throw new IdentityCenterError(
      'node.nameTaken',
      `There is a department ${name()} in the same place already.`,
      { field: 'name' },
    )
  }
}

/** Does work that names an account, and throws `account.nameTaken` where another one has the name. */
export async function namingAccount<T>(name: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!isUniqueViolation(error, 'accounts', 'name')) throw error
    throw new IdentityCenterError('account.nameTaken', `There is an account ${name} already.`, {
      field: 'name',
    })
  }
}
