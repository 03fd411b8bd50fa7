/** Plans of deployments: what was shown to whoever decides on it. */
import type { PlannedChange } from '../server/domain/deployment-plan.js'
import type { AccountUin, PermissionConfigurationId } from '../server/domain/ids.js'
import type { Page, PageRequest } from '../server/domain/page.js'
import type { PrincipalType } from '../server/domain/assignment.js'
import { boundedCount } from './bounded-count.js'
import { fromJson, toJson } from './columns.js'
import type { Db, Tx } from './database.js'
import type { DeploymentPlace } from './deployments.js'

const ROWS_PER_INSERT = 100

export interface PlanRecord {
  readonly id: string
  readonly fingerprint: string
  readonly placeCount: number
  /** Places beyond those that one plan holds. */
  readonly leftOut: number
  readonly createdAt: string
  readonly expiresAt: string
  /** Tasks that carry it out. */
  readonly batchId?: string
}

export interface PlanPlace extends DeploymentPlace {
  readonly version: number
  /** Absent, like the fingerprint, where the account could not be asked. */
  readonly changeNumber?: number
  readonly fingerprint?: string
  readonly failure?: string
}

export interface PlanChangeRecord {
  /** From 1. */
  readonly number: number
  readonly change: PlannedChange
  readonly placeCount: number
}

export async function insertPlan(
  tx: Tx,
  plan: PlanRecord,
  changes: readonly PlanChangeRecord[],
  places: readonly PlanPlace[],
): Promise<void> {
  await tx
    .insertInto('deployment_plans')
    .values({
      id: plan.id,
      fingerprint: plan.fingerprint,
      place_count: plan.placeCount,
      left_out: plan.leftOut,
      created_at: plan.createdAt,
      expires_at: plan.expiresAt,
    })
    .execute()
  for (const { number, change, placeCount } of changes) {
    await tx
      .insertInto('deployment_plan_changes')
      .values({ plan_id: plan.id, number, change: toJson(change), place_count: placeCount })
      .execute()
  }
  for (let start = 0; start < places.length; start += ROWS_PER_INSERT) {
    await tx
      .insertInto('deployment_plan_places')
      .values(
        places.slice(start, start + ROWS_PER_INSERT).map((place) => ({
          plan_id: plan.id,
          configuration_id: place.configurationId,
          account_uin: place.accountUin,
          version: place.version,
          change_number: place.changeNumber ?? null,
          fingerprint: place.fingerprint ?? null,
          failure: place.failure ?? null,
        })),
      )
      .execute()
  }
}

export async function findPlan(db: Db | Tx, id: string): Promise<PlanRecord | undefined> {
  const row = await db.selectFrom('deployment_plans').selectAll().where('id', '=', id).executeTakeFirst()
  return (
    row && {
      id: row.id,
      fingerprint: row.fingerprint,
      placeCount: row.place_count,
      leftOut: row.left_out,
      createdAt: row.created_at,
      expiresAt: row.expires_at,
      ...(row.batch_id !== null && { batchId: row.batch_id }),
    }
  )
}

/** Says that these tasks carry the plan out; false when others do already. */
export async function claimPlan(tx: Tx, id: string, batchId: string): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('deployment_plans')
    .set({ batch_id: batchId })
    .where('id', '=', id)
    .where('batch_id', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

/** Changes of the plan, those of the most places first. */
export async function listPlanChanges(
  db: Db | Tx,
  planId: string,
  page: PageRequest,
): Promise<Page<PlanChangeRecord>> {
  const rows = db.selectFrom('deployment_plan_changes').where('plan_id', '=', planId)
  const items = await rows
    .select(['number', 'change', 'place_count'])
    .orderBy('number')
    .limit(page.limit)
    .offset(page.offset)
    .execute()
  return {
    total: await boundedCount(db, rows.select('number')),
    items: items.map((row) => ({
      number: row.number,
      change: fromJson<PlannedChange>(row.change),
      placeCount: row.place_count,
    })),
  }
}

export async function findPlanChange(
  db: Db | Tx,
  planId: string,
  number: number,
): Promise<PlanChangeRecord | undefined> {
  const row = await db
    .selectFrom('deployment_plan_changes')
    .select(['number', 'change', 'place_count'])
    .where('plan_id', '=', planId)
    .where('number', '=', number)
    .executeTakeFirst()
  return (
    row && { number: row.number, change: fromJson<PlannedChange>(row.change), placeCount: row.place_count }
  )
}

/** All places of the plan, by configuration and account. */
export async function findPlanPlaces(db: Db | Tx, planId: string): Promise<readonly PlanPlace[]> {
  const rows = await db
    .selectFrom('deployment_plan_places')
    .selectAll()
    .where('plan_id', '=', planId)
    .orderBy('configuration_id')
    .orderBy('account_uin')
    .execute()
  return rows.map((row) => ({
    configurationId: row.configuration_id,
    accountUin: row.account_uin,
    version: row.version,
    ...(row.change_number !== null && { changeNumber: row.change_number }),
    ...(row.fingerprint !== null && { fingerprint: row.fingerprint }),
    ...(row.failure !== null && { failure: row.failure }),
  }))
}

export interface NamedPlanPlace {
  readonly configurationId: PermissionConfigurationId
  readonly accountUin: AccountUin
  readonly accountName: string
  readonly failure?: string
  /** Principals that are assigned there. */
  readonly principals: number
}

/** Places at which that change happens, or (without a number) that could not be planned, by account. */
export async function listPlanPlaces(
  db: Db | Tx,
  planId: string,
  changeNumber: number | undefined,
  page: PageRequest,
): Promise<Page<NamedPlanPlace>> {
  let rows = db
    .selectFrom('deployment_plan_places as places')
    .leftJoin('accounts', 'accounts.uin', 'places.account_uin')
    .where('places.plan_id', '=', planId)
  rows =
    changeNumber === undefined
      ? rows.where('places.change_number', 'is', null)
      : rows.where('places.change_number', '=', changeNumber)
  const items = await rows
    .select((expression) => [
      'places.configuration_id',
      'places.account_uin',
      'accounts.name',
      'places.failure',
      expression
        .selectFrom('assignments')
        .select((inner) => inner.fn.countAll<number>().as('count'))
        .whereRef('assignments.account_uin', '=', 'places.account_uin')
        .whereRef('assignments.configuration_id', '=', 'places.configuration_id')
        .as('principals'),
    ])
    .orderBy('places.account_uin')
    .limit(page.limit)
    .offset(page.offset)
    .execute()
  return {
    total: await boundedCount(db, rows.select('places.account_uin')),
    items: items.map((row) => ({
      configurationId: row.configuration_id,
      accountUin: row.account_uin,
      accountName: row.name ?? row.account_uin,
      ...(row.failure !== null && { failure: row.failure }),
      principals: row.principals ?? 0,
    })),
  }
}

export interface AffectedPrincipal {
  readonly type: PrincipalType
  readonly id: string
  readonly name: string
  /** Accounts of the change in which the principal is assigned. */
  readonly accounts: number
  /** Of a group. */
  readonly members?: number
}

/** Who is assigned where that change happens: those with the most accounts first. */
export async function listAffectedPrincipals(
  db: Db | Tx,
  planId: string,
  changeNumber: number,
  page: PageRequest,
): Promise<Page<AffectedPrincipal>> {
  const rows = db
    .selectFrom('deployment_plan_places as places')
    .innerJoin('assignments', (join) =>
      join
        .onRef('assignments.account_uin', '=', 'places.account_uin')
        .onRef('assignments.configuration_id', '=', 'places.configuration_id'),
    )
    .leftJoin('users', 'users.id', 'assignments.principal_id')
    .leftJoin('groups', 'groups.id', 'assignments.principal_id')
    .where('places.plan_id', '=', planId)
    .where('places.change_number', '=', changeNumber)
    .groupBy([
      'assignments.principal_type',
      'assignments.principal_id',
      'users.user_name',
      'groups.display_name',
      'groups.member_count',
    ])
  const items = await rows
    .select((expression) => [
      'assignments.principal_type',
      'assignments.principal_id',
      expression.fn.coalesce('users.user_name', 'groups.display_name').as('name'),
      'groups.member_count',
      expression.fn.countAll<number>().as('accounts'),
    ])
    .orderBy('accounts', 'desc')
    .orderBy('assignments.principal_id')
    .limit(page.limit)
    .offset(page.offset)
    .execute()
  return {
    total: await boundedCount(db, rows.select('assignments.principal_id')),
    items: items.map((row) => ({
      type: row.principal_type,
      id: row.principal_id,
      name: row.name ?? row.principal_id,
      accounts: row.accounts,
      ...(row.member_count !== null && { members: row.member_count }),
    })),
  }
}

/** Who is assigned at each of the places, as one text for each: by `configurationId accountUin`. */
export async function findAssignedAt(
  db: Db | Tx,
  configurations: readonly PermissionConfigurationId[],
  accounts: readonly AccountUin[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const assigned = new Map<string, string[]>()
  if (configurations.length === 0 || accounts.length === 0) return assigned
  const rows = await db
    .selectFrom('assignments')
    .select(['configuration_id', 'account_uin', 'principal_id'])
    .where('configuration_id', 'in', configurations)
    .where('account_uin', 'in', accounts)
    .orderBy('principal_id')
    .execute()
  for (const row of rows) {
    const key = `${row.configuration_id} ${row.account_uin}`
    const there = assigned.get(key)
    if (there) there.push(row.principal_id)
    else assigned.set(key, [row.principal_id])
  }
  return assigned
}
