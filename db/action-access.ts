/** What has to be known of all accounts at once to say who can do something in any of them. Read in even parts. */
import { sql } from 'kysely'
import type { AccountUin, GroupId, PermissionConfigurationId, UserId } from '../server/domain/ids.js'
import type { AccountKind } from '../server/domain/organization.js'
import type { Page, PageRequest } from '../server/domain/page.js'
import { inEffect } from './account-access.js'
import { boundedCount } from './bounded-count.js'
import { contains, toJson } from './columns.js'
import { engineOf, type Db } from './database.js'
import { textList } from './directory-lists.js'
import { isServiceControlOn } from './service-control.js'

const ROWS_AT_ONCE = 5000

/** A configuration that an account has; without a version where nobody has kept which one. */
export interface DeployedPlace {
  readonly configurationId: PermissionConfigurationId
  readonly accountUin: AccountUin
  readonly version: number | null
}

/** Every configuration that any account has, part by part. */
export async function* deployedPlaces(db: Db): AsyncGenerator<readonly DeployedPlace[]> {
  let after: Pick<DeployedPlace, 'accountUin' | 'configurationId'> | undefined
  for (;;) {
    const part: readonly DeployedPlace[] = await db
      .selectFrom('deployments')
      .select([
        'configuration_id as configurationId',
        'account_uin as accountUin',
        'deployed_version as version',
      ])
      .where('deployed_hash', 'is not', null)
      .where(
        sql<boolean>`(configuration_id, account_uin) > (${after?.configurationId ?? ''}, ${after?.accountUin ?? ''})`,
      )
      .orderBy('configuration_id')
      .orderBy('account_uin')
      .limit(ROWS_AT_ONCE)
      .execute()
    if (part.length > 0) yield part
    after = part[part.length - 1]
    if (part.length < ROWS_AT_ONCE) return
  }
}

/** The accounts in which a principal has a configuration. */
export interface AssignedAccounts {
  readonly principalId: string
  readonly accountUins: readonly AccountUin[]
}

/**
 * Who has the configuration by assignments that count now, in accounts from the first number to the last. The database
 * joins the accounts of a principal to one text: a row for each costs many times more.
 */
export async function assignedAccounts(
  db: Db,
  configurationId: PermissionConfigurationId,
  { first, last }: { readonly first: AccountUin; readonly last: AccountUin },
  now: string,
): Promise<readonly AssignedAccounts[]> {
  const joined =
    engineOf(db) === 'sqlite'
      ? sql<string>`group_concat(account_uin, ',')`
      : sql<string>`string_agg(account_uin, ',')`
  const rows = await db
    .selectFrom('assignments')
    .select(['principal_id', joined.as('account_uins')])
    .where('configuration_id', '=', configurationId)
    .where('account_uin', '>=', first)
    .where('account_uin', '<=', last)
    .where(inEffect(now))
    .groupBy('principal_id')
    .execute()
  return rows.map((row) => ({
    principalId: row.principal_id,
    // A column of numbers of accounts.
    accountUins: row.account_uins.split(',') as AccountUin[],
  }))
}

/** An account as policies know it, with its place in the organization. */
export interface PolicyAccount {
  readonly uin: AccountUin
  readonly appId: number
  readonly kind: AccountKind
  readonly nodeId: number
}

export async function listPolicyAccounts(db: Db): Promise<readonly PolicyAccount[]> {
  return db.selectFrom('accounts').select(['uin', 'app_id as appId', 'kind', 'node_id as nodeId']).execute()
}

/** Everything that service control policies say, at once. */
export interface ServiceControlState {
  readonly parentOf: ReadonlyMap<number, number | null>
  readonly policies: readonly { readonly id: number; readonly name: string; readonly document: string }[]
  /** Ids of policies, sorted, by `node <id>` and `account <uin>`. */
  readonly attached: ReadonlyMap<string, readonly number[]>
}

/** `undefined` while service control policies are off. */
export async function readServiceControl(db: Db): Promise<ServiceControlState | undefined> {
  if (!(await isServiceControlOn(db))) return undefined
  const nodes = await db.selectFrom('nodes').select(['id', 'parent_id']).execute()
  const policies = await db
    .selectFrom('service_control_policies')
    .select(['id', 'name', 'document'])
    .orderBy('name_key')
    .execute()
  const rows = await db
    .selectFrom('service_control_attachments')
    .select(['target_kind', 'target_id', 'policy_id'])
    .orderBy('policy_id')
    .execute()
  const attached = new Map<string, number[]>()
  for (const row of rows) {
    const key = `${row.target_kind} ${row.target_id}`
    const ids = attached.get(key)
    if (ids) ids.push(row.policy_id)
    else attached.set(key, [row.policy_id])
  }
  return { parentOf: new Map(nodes.map(({ id, parent_id }) => [id, parent_id])), policies, attached }
}

/** A user who may sign in, with those of the named principals that reach him. */
export interface ReachedUser {
  readonly userId: UserId
  readonly userName: string
  readonly principalIds: readonly string[]
}

/** Users who may sign in and are one of the principals, or in a group that is, by name. */
export async function listReachedUsers(
  db: Db,
  principalIds: readonly string[],
  { userName, page }: { readonly userName?: string; readonly page: PageRequest },
): Promise<Page<ReachedUser>> {
  const principals = toJson(principalIds)
  const among = <Id extends string>() => textList<Id>(engineOf(db), principals)
  let matching = db
    .selectFrom('users')
    .where('users.active', '=', 1)
    .where('users.blocked', '=', 0)
    .where((expression) =>
      expression.or([
        expression('users.id', 'in', among<UserId>()),
        expression(
          'users.id',
          'in',
          expression
            .selectFrom('memberships')
            .select('memberships.user_id')
            .where('memberships.group_id', 'in', among<GroupId>()),
        ),
      ]),
    )
  const search = userName?.toLowerCase()
  if (search !== undefined && search !== '') {
    matching = matching.where((expression) => contains(expression.ref('users.user_name_key'), search))
  }
  const users = await matching
    .select(['users.id', 'users.user_name'])
    .orderBy('users.user_name_key')
    .limit(page.limit)
    .offset(page.offset)
    .execute()
  const joined =
    users.length === 0
      ? []
      : await db
          .selectFrom('memberships')
          .select(['user_id', 'group_id'])
          .where(
            'user_id',
            'in',
            users.map(({ id }) => id),
          )
          .where('group_id', 'in', among<GroupId>())
          .execute()
  const named = new Set(principalIds)
  return {
    items: users.map(({ id, user_name: name }) => ({
      userId: id,
      userName: name,
      principalIds: [
        ...(named.has(id) ? [id] : []),
        ...joined.filter(({ user_id: userId }) => userId === id).map(({ group_id: groupId }) => groupId),
      ],
    })),
    total: await boundedCount(db, matching.select('users.id')),
  }
}
