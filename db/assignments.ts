/** Assignments: principal, account and permission configuration. */
import type { Assignment, AssignmentTriple, Principal, PrincipalType } from '../server/domain/assignment.js'
import { principalKey, tripleKey } from '../server/domain/assignment.js'
import type { AccountUin, PermissionConfigurationId, UserId } from '../server/domain/ids.js'
import type { Period } from '../server/domain/period.js'
import type { Page, PageRequest } from '../server/domain/page.js'
import { principalsOf } from './account-access.js'
import { boundedCount } from './bounded-count.js'
import { contains } from './columns.js'
import type { Db, Tx } from './database.js'

/** Rows of one insert: keeps the number of parameters, and of different statements, small. */
const ROWS_PER_INSERT = 100

/** The two columns as one value; the writers keep type and id together. */
export const toPrincipal = (type: PrincipalType, id: string): Principal => ({ type, id }) as Principal

interface AssignmentRow {
  readonly principal_type: PrincipalType
  readonly principal_id: string
  readonly principal_name: string | null
  readonly account_uin: AccountUin
  readonly account_name: string
  readonly account_kind: 'management' | 'member'
  readonly configuration_id: PermissionConfigurationId
  readonly configuration_name: string
  readonly starts_at: string | null
  readonly ends_at: string | null
  readonly created_at: string
  readonly updated_at: string
}

export const toPeriod = (row: Pick<AssignmentRow, 'starts_at' | 'ends_at'>): Period => ({
  ...(row.starts_at !== null && { startsAt: row.starts_at }),
  ...(row.ends_at !== null && { endsAt: row.ends_at }),
})

const toAssignment = (row: AssignmentRow): Assignment => ({
  principal: toPrincipal(row.principal_type, row.principal_id),
  principalName: row.principal_name ?? row.principal_id,
  accountUin: row.account_uin,
  accountName: row.account_name,
  accountKind: row.account_kind,
  configurationId: row.configuration_id,
  configurationName: row.configuration_name,
  ...toPeriod(row),
  createdAt: row.created_at,
  updatedAt: row.updated_at,
})

export async function insertAssignments(
  tx: Tx,
  triples: readonly AssignmentTriple[],
  period: Period,
  now: string,
): Promise<void> {
  for (let start = 0; start < triples.length; start += ROWS_PER_INSERT) {
    await tx
      .insertInto('assignments')
      .values(
        triples.slice(start, start + ROWS_PER_INSERT).map((triple) => ({
          principal_type: triple.principal.type,
          principal_id: triple.principal.id,
          account_uin: triple.accountUin,
          configuration_id: triple.configurationId,
          starts_at: period.startsAt ?? null,
          ends_at: period.endsAt ?? null,
          warned_at: null,
          created_at: now,
          updated_at: now,
        })),
      )
      .execute()
  }
}

/** Names of those of the principals that exist, by `principalKey`. */
export async function findPrincipalNames(
  tx: Tx,
  principals: readonly Principal[],
): Promise<ReadonlyMap<string, string>> {
  const userIds = [...new Set(principals.flatMap(({ type, id }) => (type === 'user' ? [id] : [])))]
  const groupIds = [...new Set(principals.flatMap(({ type, id }) => (type === 'group' ? [id] : [])))]
  const users =
    userIds.length === 0
      ? []
      : await tx.selectFrom('users').select(['id', 'user_name as name']).where('id', 'in', userIds).execute()
  const groups =
    groupIds.length === 0
      ? []
      : await tx
          .selectFrom('groups')
          .select(['id', 'display_name as name'])
          .where('id', 'in', groupIds)
          .execute()
  return new Map([
    ...users.map(({ id, name }) => [principalKey({ type: 'user', id }), name] as const),
    ...groups.map(({ id, name }) => [principalKey({ type: 'group', id }), name] as const),
  ])
}

/** Keys (see `tripleKey`) of those triples that are assigned, and perhaps of others over the same parts. */
export async function findAssignedKeys(
  tx: Tx,
  triples: readonly AssignmentTriple[],
): Promise<ReadonlySet<string>> {
  const distinct = <T>(values: readonly T[]): readonly T[] => [...new Set(values)]
  const rows = await tx
    .selectFrom('assignments')
    .select(['principal_type', 'principal_id', 'account_uin', 'configuration_id'])
    .where('principal_id', 'in', distinct(triples.map((triple) => triple.principal.id)))
    .where('account_uin', 'in', distinct(triples.map((triple) => triple.accountUin)))
    .where('configuration_id', 'in', distinct(triples.map((triple) => triple.configurationId)))
    .execute()
  return new Set(
    rows.map((row) =>
      tripleKey({
        principal: toPrincipal(row.principal_type, row.principal_id),
        accountUin: row.account_uin,
        configurationId: row.configuration_id,
      }),
    ),
  )
}

export async function findAssignment(
  db: Db | Tx,
  { principal, accountUin, configurationId }: AssignmentTriple,
): Promise<Assignment | undefined> {
  const filter = { principalType: principal.type, principalId: principal.id, accountUin, configurationId }
  const { items } = await listAssignments(db, filter, { offset: 0, limit: 1 })
  return items[0]
}

/** Lets the assignment count in that time and no other. That it ends is announced anew where the end is another one. */
export async function setPeriod(
  tx: Tx,
  assignment: AssignmentTriple & Period,
  period: Period,
  now: string,
): Promise<void> {
  await tx
    .updateTable('assignments')
    .set({
      starts_at: period.startsAt ?? null,
      ends_at: period.endsAt ?? null,
      ...(period.endsAt !== assignment.endsAt && { warned_at: null }),
      updated_at: now,
    })
    .where('principal_type', '=', assignment.principal.type)
    .where('principal_id', '=', assignment.principal.id)
    .where('account_uin', '=', assignment.accountUin)
    .where('configuration_id', '=', assignment.configurationId)
    .execute()
}

/** Returns whether there was such an assignment. */
export async function deleteAssignment(tx: Tx, triple: AssignmentTriple): Promise<boolean> {
  const { numDeletedRows } = await tx
    .deleteFrom('assignments')
    .where('principal_type', '=', triple.principal.type)
    .where('principal_id', '=', triple.principal.id)
    .where('account_uin', '=', triple.accountUin)
    .where('configuration_id', '=', triple.configurationId)
    .executeTakeFirst()
  return numDeletedRows > 0n
}

/** Takes the assignment away where it was made at that time, and not before. Returns whether it was. */
export async function deleteAssignmentMadeAt(
  tx: Tx,
  triple: AssignmentTriple,
  createdAt: string,
): Promise<boolean> {
  const { numDeletedRows } = await tx
    .deleteFrom('assignments')
    .where('principal_id', '=', triple.principal.id)
    .where('account_uin', '=', triple.accountUin)
    .where('configuration_id', '=', triple.configurationId)
    .where('created_at', '=', createdAt)
    .executeTakeFirst()
  return numDeletedRows > 0n
}

/** Number of assignments among all combinations of these parts, without those whose deployment never succeeded and failed. */
export async function countAssigned(
  db: Db,
  parts: {
    readonly principals: readonly Principal[]
    readonly accountUins: readonly AccountUin[]
    readonly configurationIds: readonly PermissionConfigurationId[]
  },
): Promise<number> {
  const { count } = await db
    .selectFrom('assignments')
    .select((expression) => expression.fn.countAll<number>().as('count'))
    .where(
      'principal_id',
      'in',
      parts.principals.map(({ id }) => id),
    )
    .where('account_uin', 'in', parts.accountUins)
    .where('configuration_id', 'in', parts.configurationIds)
    .where((expression) =>
      expression.not(
        expression.exists(
          expression
            .selectFrom('deployments')
            .select('deployments.status')
            .whereRef('deployments.configuration_id', '=', 'assignments.configuration_id')
            .whereRef('deployments.account_uin', '=', 'assignments.account_uin')
            .where('deployments.status', '=', 'failed')
            .where('deployments.deployed_hash', 'is', null),
        ),
      ),
    )
    .executeTakeFirstOrThrow()
  return count
}

/** Removes all assignments of a configuration in an account and returns them. */
export async function deleteAssignmentsAt(
  tx: Tx,
  place: { readonly accountUin: AccountUin; readonly configurationId: PermissionConfigurationId },
): Promise<readonly AssignmentTriple[]> {
  const rows = await tx
    .deleteFrom('assignments')
    .where('account_uin', '=', place.accountUin)
    .where('configuration_id', '=', place.configurationId)
    .returning(['principal_type', 'principal_id'])
    .execute()
  return rows.map((row) => ({ ...place, principal: toPrincipal(row.principal_type, row.principal_id) }))
}

/** How many principals have the configuration in the account. */
export async function countAssignmentsAt(
  tx: Tx,
  place: { readonly accountUin: AccountUin; readonly configurationId: PermissionConfigurationId },
): Promise<number> {
  const { count } = await tx
    .selectFrom('assignments')
    .select((expression) => expression.fn.countAll<number>().as('count'))
    .where('account_uin', '=', place.accountUin)
    .where('configuration_id', '=', place.configurationId)
    .executeTakeFirstOrThrow()
  return count
}

/** Removes what the principal had and returns it: part of deleting a user or a group together with its links. */
export async function deleteAssignmentsOf(
  tx: Tx,
  principalId: Principal['id'],
): Promise<readonly AssignmentTriple[]> {
  const rows = await tx
    .deleteFrom('assignments')
    .where('principal_id', '=', principalId)
    .returning(['principal_type', 'principal_id', 'account_uin', 'configuration_id'])
    .execute()
  return rows.map((row) => ({
    principal: toPrincipal(row.principal_type, row.principal_id),
    accountUin: row.account_uin,
    configurationId: row.configuration_id,
  }))
}

/** Exact filters, all of which must hold; `search` is part of a name. */
export interface AssignmentFilter {
  readonly accountUin?: AccountUin
  readonly accountKind?: 'management' | 'member'
  readonly configurationId?: PermissionConfigurationId
  readonly principalType?: PrincipalType
  readonly principalId?: string
  /** Those of the user and of the groups that the user is in. */
  readonly reachingUser?: UserId
  /** Part of the principal's, the account's or the configuration's name, without regard to case. */
  readonly search?: string
  /** Those that end after the one time and by the other; the list is then in the order of their ends. */
  readonly ending?: { readonly after: string; readonly by: string }
}

/** Newest first; ties by account, configuration and principal, so pages neither repeat nor skip. */
export async function listAssignments(
  db: Db | Tx,
  filter: AssignmentFilter,
  page: PageRequest,
): Promise<Page<Assignment>> {
  let rows = db
    .selectFrom('assignments')
    .innerJoin('accounts', 'accounts.uin', 'assignments.account_uin')
    .innerJoin(
      'permission_configurations as configurations',
      'configurations.id',
      'assignments.configuration_id',
    )
    .leftJoin('users', 'users.id', 'assignments.principal_id')
    .leftJoin('groups', 'groups.id', 'assignments.principal_id')
  const { accountUin, accountKind, configurationId, principalType, principalId } = filter
  if (accountUin !== undefined) rows = rows.where('assignments.account_uin', '=', accountUin)
  if (accountKind !== undefined) rows = rows.where('accounts.kind', '=', accountKind)
  if (configurationId !== undefined) rows = rows.where('assignments.configuration_id', '=', configurationId)
  if (principalType !== undefined) rows = rows.where('assignments.principal_type', '=', principalType)
  if (principalId !== undefined) rows = rows.where('assignments.principal_id', '=', principalId)
  const { reachingUser, ending } = filter
  if (ending !== undefined) {
    rows = rows
      .where('assignments.ends_at', 'is not', null)
      .where('assignments.ends_at', '>', ending.after)
      .where('assignments.ends_at', '<=', ending.by)
  }
  if (reachingUser !== undefined) {
    rows = rows.where((expression) =>
      expression('assignments.principal_id', 'in', principalsOf(db, reachingUser)),
    )
  }
  const search = filter.search?.toLowerCase()
  if (search !== undefined && search !== '') {
    rows = rows.where((expression) =>
      expression.or([
        contains(expression.ref('users.user_name_key'), search),
        contains(expression.ref('groups.display_name_key'), search),
        contains(expression.fn<string>('lower', ['accounts.name']), search),
        contains(expression.ref('configurations.name_key'), search),
      ]),
    )
  }
  const items = await rows
    .select((expression) => [
      'assignments.principal_type',
      'assignments.principal_id',
      expression.fn.coalesce('users.user_name', 'groups.display_name').as('principal_name'),
      'assignments.account_uin',
      'accounts.name as account_name',
      'accounts.kind as account_kind',
      'assignments.configuration_id',
      'configurations.name as configuration_name',
      'assignments.starts_at',
      'assignments.ends_at',
      'assignments.created_at',
      'assignments.updated_at',
    ])
    .$if(ending !== undefined, (query) => query.orderBy('assignments.ends_at'))
    .orderBy('assignments.created_at', 'desc')
    .orderBy('assignments.account_uin')
    .orderBy('assignments.configuration_id')
    .orderBy('assignments.principal_id')
    .limit(page.limit)
    .offset(page.offset)
    .execute()
  const total = await boundedCount(db, rows.select('assignments.principal_id'))
  return { items: items.map(toAssignment), total }
}
