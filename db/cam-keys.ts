/** Who may use the keys of a simulated account. */
import type { PermanentCaller } from '../server/domain/cloud-caller.js'
import type { AccountUin, SubUserUin } from '../server/domain/ids.js'
import type { Db, Tx } from './database.js'

/** Enabled users; one that was made for a user of the zone counts as long as that user may sign in. */
const enabledUsers = (db: Db | Tx) =>
  db
    .selectFrom('cam_users')
    .leftJoin('users', 'users.id', 'cam_users.synchronized_from')
    .where('cam_users.status', '=', 'enabled')
    .where((expression) =>
      expression.or([
        expression('cam_users.synchronized_from', 'is', null),
        expression.and([expression('users.active', '=', 1), expression('users.blocked', '=', 0)]),
      ]),
    )

/** The user, or the account itself where no user is named; `undefined` for a user who may not use keys now. */
export async function findKeyHolder(
  db: Db | Tx,
  accountUin: AccountUin,
  uin: SubUserUin | undefined,
): Promise<PermanentCaller | undefined> {
  if (uin === undefined) return { kind: 'root', accountUin }
  const row = await enabledUsers(db)
    .select('cam_users.name')
    .where('cam_users.uin', '=', uin)
    .where('cam_users.account_uin', '=', accountUin)
    .executeTakeFirst()
  return row && { kind: 'subUser', accountUin, uin, name: row.name }
}

