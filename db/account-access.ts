/** Which accounts a user can open, computed from assignments and memberships when it is asked. */
import type { Expression, ExpressionBuilder, SqlBool } from 'kysely'
import type { AccountUin, PermissionConfigurationId, UserId } from '../server/domain/ids.js'
import type { AccountKind } from '../server/domain/organization.js'
import type { Db, Tx } from './database.js'
import type { Tables } from './tables.js'

/** A permission as it is listed. */
export interface AccessListRow {
  readonly accountUin: AccountUin
  readonly accountName: string
  readonly accountKind: AccountKind
  readonly configurationId: PermissionConfigurationId
  readonly configurationName: string
  readonly description: string | null
  /** When the last of the assignments that give it ends; `null` when one of them does not end. */
  readonly until: string | null
}

/** A permission as it is used. */
export interface AccessRow extends AccessListRow {
  readonly userName: string
  /** Seconds. */
  readonly sessionDuration: number
  readonly relayState: string | null
}

/** Whether an assignment counts at the time: it has begun and has not ended. */
export const inEffect =
  (now: string) =>
  (expression: ExpressionBuilder<Tables, 'assignments'>): Expression<SqlBool> =>
    expression.and([
      expression.or([
        expression('assignments.starts_at', 'is', null),
        expression('assignments.starts_at', '<=', now),
      ]),
      expression.or([
        expression('assignments.ends_at', 'is', null),
        expression('assignments.ends_at', '>', now),
      ]),
    ])

/** Ids of the user and of the groups that the user is in. */
export const principalsOf = (db: Db | Tx, userId: UserId) =>
  db
    .selectFrom('memberships')
    .select('memberships.group_id as principal_id')
    .where('memberships.user_id', '=', userId)
    .$castTo<{ principal_id: string }>()
    .unionAll(db.selectNoFrom((parameter) => parameter.val<string>(userId).as('principal_id')))

/**
 * Configurations the user has in accounts, directly or through groups, where they have been deployed at least once;
 * nothing for a user who may not sign in. One query whatever the number of groups and accounts.
 */
const accessOf = (db: Db | Tx, userId: UserId, now: string) =>
  db
    .selectFrom('assignments')
    .innerJoin('deployments', (join) =>
      join
        .onRef('deployments.configuration_id', '=', 'assignments.configuration_id')
        .onRef('deployments.account_uin', '=', 'assignments.account_uin'),
    )
    .innerJoin('accounts', 'accounts.uin', 'assignments.account_uin')
    .innerJoin(
      'permission_configurations as configurations',
      'configurations.id',
      'assignments.configuration_id',
    )
    .innerJoin('users', (join) =>
      join.on('users.id', '=', userId).on('users.active', '=', 1).on('users.blocked', '=', 0),
    )
    .where('deployments.deployed_hash', 'is not', null)
    .where(inEffect(now))
    .where((expression) => expression('assignments.principal_id', 'in', principalsOf(db, userId)))
    // The same configuration may come by several paths.
    // By their keys alone: of whole rows the database would have to compare every column.
    .groupBy(['users.id', 'accounts.uin', 'configurations.id'])
    .select((expression) => [
      'accounts.uin as accountUin',
      'accounts.name as accountName',
      'accounts.kind as accountKind',
      'configurations.id as configurationId',
      'configurations.name as configurationName',
      'configurations.description',
      expression
        .case()
        .when(expression.fn.count('assignments.ends_at'), '<', expression.fn.countAll())
        .then(null)
        .else(expression.fn.max('assignments.ends_at'))
        .end()
        .as('until'),
    ])

/** Whether the user has a permission that is not deployed to its account yet, directly or through a group. */
export async function hasAccessUnderway(db: Db | Tx, userId: UserId, now: string): Promise<boolean> {
  const row = await db
    .selectFrom('assignments')
    .leftJoin('deployments', (join) =>
      join
        .onRef('deployments.configuration_id', '=', 'assignments.configuration_id')
        .onRef('deployments.account_uin', '=', 'assignments.account_uin'),
    )
    .select('assignments.account_uin')
    .where('deployments.deployed_hash', 'is', null)
    .where(inEffect(now))
    .where((expression) => expression('assignments.principal_id', 'in', principalsOf(db, userId)))
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

/** All of them, by account name and configuration name. */
export const listAccess = (db: Db | Tx, userId: UserId, now: string): Promise<readonly AccessListRow[]> =>
  accessOf(db, userId, now)
    .orderBy('accounts.name')
    .orderBy('accounts.uin')
    .orderBy('configurations.name')
    .execute()

/** The one asked for, when the user has it. */
export const findAccess = (
  db: Db | Tx,
  userId: UserId,
  place: { readonly accountUin: AccountUin; readonly configurationId: PermissionConfigurationId },
  now: string,
): Promise<AccessRow | undefined> =>
  accessOf(db, userId, now)
    .select([
      'users.user_name as userName',
      'configurations.session_duration as sessionDuration',
      'configurations.relay_state as relayState',
    ])
    .where('assignments.account_uin', '=', place.accountUin)
    .where('assignments.configuration_id', '=', place.configurationId)
    .executeTakeFirst()
