/** Users of a simulated account as the account itself sees and changes them. */
import type { CamOwner } from '../server/domain/cam-account.js'
import type { AccountUin, SubUserUin, UserId } from '../server/domain/ids.js'
import type { Page, PageRequest } from '../server/domain/page.js'
import { boundedCount } from './bounded-count.js'
import { contains, fromFlag } from './columns.js'
import type { Db, Tx } from './database.js'

/** What an account's user is known by beside its name. Empty texts are kept as absent. */
export interface CamUserProfile {
  readonly remark?: string | undefined
  readonly phoneNumber?: string | undefined
  readonly countryCode?: string | undefined
  readonly email?: string | undefined
}

export interface AccountUser extends CamUserProfile {
  readonly uin: SubUserUin
  readonly accountUin: AccountUin
  readonly name: string
  readonly status: 'enabled' | 'disabled'
  readonly owner: CamOwner
  readonly synchronizedFrom?: UserId
  /** Has a password of its own for the account's console. */
  readonly consoleLogin: boolean
  readonly lastSignInAt?: string
  readonly lastSignInAddress?: string
  readonly createdAt: string
}

const accountUsers = (db: Db | Tx, account: AccountUin) =>
  db
    .selectFrom('cam_users')
    .leftJoin('passwords', (join) =>
      join.onRef('passwords.subject_id', '=', 'cam_users.uin').on('subject_kind', '=', 'administrator'),
    )
    .selectAll('cam_users')
    .select((expression) =>
      expression
        .case()
        .when('passwords.hash', 'is not', null)
        .then(1 as const)
        .else(0 as const)
        .end()
        .as('console_login'),
    )
    .where('account_uin', '=', account)

type Row = Awaited<ReturnType<ReturnType<typeof accountUsers>['executeTakeFirstOrThrow']>>

const toAccountUser = (row: Row): AccountUser => ({
  uin: row.uin,
  accountUin: row.account_uin,
  name: row.name,
  status: row.status,
  owner: row.managed_by,
  consoleLogin: fromFlag(row.console_login),
  ...(row.synchronized_from !== null && { synchronizedFrom: row.synchronized_from }),
  ...(row.remark !== null && { remark: row.remark }),
  ...(row.phone_number !== null && { phoneNumber: row.phone_number }),
  ...(row.country_code !== null && { countryCode: row.country_code }),
  ...(row.email !== null && { email: row.email }),
  ...(row.last_sign_in_at !== null && { lastSignInAt: row.last_sign_in_at }),
  ...(row.last_sign_in_address !== null && { lastSignInAddress: row.last_sign_in_address }),
  createdAt: row.created_at,
})

/** Text from outside that is no user's number matches no row. */
export async function findAccountUser(
  db: Db | Tx,
  account: AccountUin,
  uin: string,
): Promise<AccountUser | undefined> {
  const row = await accountUsers(db, account)
    .where('cam_users.uin', '=', uin as SubUserUin)
    .executeTakeFirst()
  return row && toAccountUser(row)
}

/** Names are compared without regard to case. */
export async function findAccountUserByName(
  db: Db | Tx,
  account: AccountUin,
  name: string,
): Promise<AccountUser | undefined> {
  const row = await accountUsers(db, account).where('name_key', '=', name.toLowerCase()).executeTakeFirst()
  return row && toAccountUser(row)
}

/** A user of an account who may sign in to its console with a password. */
export interface ConsoleUser {
  readonly accountUin: AccountUin
  readonly accountName: string
  readonly uin: SubUserUin
  readonly name: string
}

/** The user of that number while it is enabled, the account's own and has a password. */
export async function findConsoleUser(db: Db | Tx, uin: string): Promise<ConsoleUser | undefined> {
  return db
    .selectFrom('cam_users')
    .innerJoin('accounts', 'accounts.uin', 'cam_users.account_uin')
    .innerJoin('passwords', (join) =>
      join.onRef('passwords.subject_id', '=', 'cam_users.uin').on('subject_kind', '=', 'administrator'),
    )
    .select([
      'cam_users.uin',
      'cam_users.name',
      'cam_users.account_uin as accountUin',
      'accounts.name as accountName',
    ])
    .where('cam_users.uin', '=', uin as SubUserUin)
    .where('cam_users.status', '=', 'enabled')
    .where('cam_users.managed_by', '=', 'account')
    .executeTakeFirst()
}

export interface AccountUserQuery {
  readonly search?: string | undefined
  readonly uins?: readonly SubUserUin[] | undefined
  readonly page: PageRequest
}

/** By name. */
export async function listAccountUsers(
  db: Db | Tx,
  account: AccountUin,
  { search, uins, page }: AccountUserQuery,
): Promise<Page<AccountUser>> {
  let query = accountUsers(db, account)
  if (search) query = query.where((expression) => contains(expression.ref('name_key'), search.toLowerCase()))
  if (uins) query = query.where('cam_users.uin', 'in', uins)
  const rows = await query.orderBy('name_key').offset(page.offset).limit(page.limit).execute()
  return { items: rows.map(toAccountUser), total: await boundedCount(db, query) }
}

/** Users of the account, whoever made them; the limit bounds what is counted. */
export async function countAccountUsers(tx: Tx, account: AccountUin): Promise<number> {
  return boundedCount(tx, tx.selectFrom('cam_users').select('uin').where('account_uin', '=', account))
}

const profileColumns = (profile: CamUserProfile) => ({
  ...(profile.remark !== undefined && { remark: profile.remark || null }),
  ...(profile.phoneNumber !== undefined && { phone_number: profile.phoneNumber || null }),
  ...(profile.countryCode !== undefined && { country_code: profile.countryCode || null }),
  ...(profile.email !== undefined && { email: profile.email || null }),
})

/** A taken name violates the unique key of `cam_users` over account and name. */
export async function insertAccountUser(
  tx: Tx,
  user: CamUserProfile & {
    readonly uin: SubUserUin
    readonly accountUin: AccountUin
    readonly name: string
  },
  now: string,
): Promise<void> {
  await tx
    .insertInto('cam_users')
    .values({
      uin: user.uin,
      account_uin: user.accountUin,
      name: user.name,
      name_key: user.name.toLowerCase(),
      status: 'enabled',
      managed_by: 'account',
      synchronized_from: null,
      remark: null,
      ...profileColumns(user),
      created_at: now,
      updated_at: now,
    })
    .execute()
}

export async function updateAccountUser(
  tx: Tx,
  uin: SubUserUin,
  change: CamUserProfile,
  now: string,
): Promise<void> {
  await tx
    .updateTable('cam_users')
    .set({ ...profileColumns(change), updated_at: now })
    .where('uin', '=', uin)
    .execute()
}

/** Notes a sign-in with the user's own password. */
export async function noteAccountUserSignIn(
  tx: Tx,
  uin: SubUserUin,
  address: string | undefined,
  now: string,
): Promise<void> {
  await tx
    .updateTable('cam_users')
    .set({ last_sign_in_at: now, last_sign_in_address: address ?? null })
    .where('uin', '=', uin)
    .execute()
}
