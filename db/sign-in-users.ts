/** What signing in needs to know of a user. */
import type { UserId } from '../server/domain/ids.js'
import { userNameKey } from '../server/domain/user.js'
import { fromFlag } from './columns.js'
import type { Db, Tx } from './database.js'

export interface SignInUser {
  readonly id: UserId
  readonly userName: string
  readonly active: boolean
  readonly blocked: boolean
}

/** By name, without regard to ASCII case. The caller has checked the alphabet: only there folding joins no two people. */
export async function findSignInUserByName(db: Db | Tx, userName: string): Promise<SignInUser | undefined> {
  const row = await users(db).where('user_name_key', '=', userNameKey(userName)).executeTakeFirst()
  return row && toSignInUser(row)
}

export async function findSignInUser(db: Db | Tx, id: UserId): Promise<SignInUser | undefined> {
  const row = await users(db).where('id', '=', id).executeTakeFirst()
  return row && toSignInUser(row)
}

const users = (db: Db | Tx) => db.selectFrom('users').select(['id', 'user_name', 'active', 'blocked'])

const toSignInUser = (row: { id: UserId; user_name: string; active: 0 | 1; blocked: 0 | 1 }): SignInUser => ({
  id: row.id,
  userName: row.user_name,
  active: fromFlag(row.active),
  blocked: fromFlag(row.blocked),
})
