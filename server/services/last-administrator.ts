/** Somebody has to be left who can manage the organization. */
import { findAdministrator, listAdministrators } from '../../db/administrators.js'
import type { Tx } from '../../db/database.js'
import { IdentityCenterError } from '../domain/errors.js'

/**
 * Throws `administrator.lastFull` when the sub-user is the last one enabled who may manage the organization; says nothing
 * of any other sub-user.
 */
export async function requireAnotherAdministrator(tx: Tx, uin: string): Promise<void> {
  const administrator = await findAdministrator(tx, uin)
  if (administrator?.rights !== 'full' || administrator.status !== 'enabled') return
  const isOther = (await listAdministrators(tx)).some(
    (other) => other.uin !== administrator.uin && other.rights === 'full' && other.status === 'enabled',
  )
  if (isOther) return
  throw new IdentityCenterError(
    'administrator.lastFull',
    'This is the last enabled administrator with full access: make or enable another one first.',
  )
}
