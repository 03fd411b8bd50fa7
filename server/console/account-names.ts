/** Names of accounts, for pages whose rows know their numbers alone. */
import type { AccountNames } from '../../views/console/account-link.js'
import type { Actor } from '../domain/actor.js'
import type { AccountUin } from '../domain/ids.js'
import type { ConsoleDoor } from './console-door.js'

/** Of those that still exist; an account that is gone has no name any more. */
export async function accountNames(
  { services }: ConsoleDoor,
  actor: Actor,
  uins: readonly AccountUin[],
): Promise<AccountNames> {
  const accounts = await services.organization.findAccounts(actor, [...new Set(uins)])
  return new Map(accounts.map(({ uin, name }) => [uin, name]))
}
