/** What was found to differ in the accounts, and when each was looked at. */
import type { DriftFinding, ObjectDifference } from '../server/domain/drift.js'
import type { AccountUin, PermissionConfigurationId } from '../server/domain/ids.js'
import type { Page, PageRequest } from '../server/domain/page.js'
import { boundedCount } from './bounded-count.js'
import { fromJson, toJson } from './columns.js'
import type { Db, Tx } from './database.js'
import type { DeploymentPlace } from './deployments.js'

export interface ListedFinding extends DriftFinding {
  readonly accountUin: AccountUin
  readonly accountName: string
  readonly configurationName?: string
  /** Since when it is known. */
  readonly foundAt: string
}

/**
 * Writes what an account was found to be like, unless somebody has looked later than `checkedAt` already; then nothing
 * is written and `false` returned. Findings that are known keep their time.
 */
export async function recordCheck(
  tx: Tx,
  accountUin: AccountUin,
  checkedAt: string,
  findings: readonly DriftFinding[],
): Promise<boolean> {
  if (!(await writeCheck(tx, accountUin, checkedAt, null))) return false
  const known = await tx
    .selectFrom('drift_findings')
    .select(['kind', 'name', 'found_at'])
    .where('account_uin', '=', accountUin)
    .execute()
  await tx.deleteFrom('drift_findings').where('account_uin', '=', accountUin).execute()
  for (const { kind, name, configurationId, difference } of findings) {
    const before = known.find((row) => row.kind === kind && row.name === name)
    await tx
      .insertInto('drift_findings')
      .values({
        account_uin: accountUin,
        kind,
        name,
        configuration_id: configurationId ?? null,
        difference: toJson(difference),
        found_at: before?.found_at ?? checkedAt,
      })
      .execute()
  }
  return true
}

/** The account could not be asked: what was found before stays, and this is said beside it. */
export const recordFailedCheck = (
  tx: Tx,
  accountUin: AccountUin,
  checkedAt: string,
  failure: string,
): Promise<boolean> => writeCheck(tx, accountUin, checkedAt, failure)

async function writeCheck(
  tx: Tx,
  accountUin: AccountUin,
  checkedAt: string,
  failure: string | null,
): Promise<boolean> {
  const values = { checked_at: checkedAt, requested_at: null, failure }
  const written = await tx
    .insertInto('drift_checks')
    .values({ account_uin: accountUin, ...values })
    .onConflict((conflict) =>
      conflict
        .column('account_uin')
        .doUpdateSet(values)
        .where((expression) =>
          expression.or([
            expression('drift_checks.checked_at', 'is', null),
            expression('drift_checks.checked_at', '<=', checkedAt),
          ]),
        ),
    )
    .returning('account_uin')
    .executeTakeFirst()
  return written !== undefined
}

/** What a deployment has put right, or an undeployment has made pointless; the next check looks at the rest. */
export async function settleFindings(
  tx: Tx,
  { accountUin, configurationId }: DeploymentPlace,
): Promise<void> {
  await tx
    .deleteFrom('drift_findings')
    .where('account_uin', '=', accountUin)
    .where((expression) =>
      expression.or([
        expression('configuration_id', '=', configurationId),
        expression('kind', '=', 'samlProvider'),
      ]),
    )
    .execute()
}

/**
 * How many of the accounts that have deployments have not been seen with their SAML provider as it should be since that
 * time: they have another one, could not be asked, or were not looked at.
 */
export async function countAccountsBehind(tx: Tx, providerName: string, since: string): Promise<number> {
  const { count } = await tx
    .selectFrom('deployments')
    .select((expression) => expression.fn.count<number>('deployments.account_uin').distinct().as('count'))
    .where('deployments.deployed_hash', 'is not', null)
    .where((expression) =>
      expression.or([
        expression.not(
          expression.exists(
            expression
              .selectFrom('drift_checks')
              .select('drift_checks.account_uin')
              .whereRef('drift_checks.account_uin', '=', 'deployments.account_uin')
              .where('drift_checks.failure', 'is', null)
              .where('drift_checks.checked_at', '>=', since),
          ),
        ),
        expression.exists(
          expression
            .selectFrom('drift_findings')
            .select('drift_findings.account_uin')
            .whereRef('drift_findings.account_uin', '=', 'deployments.account_uin')
            .where('drift_findings.kind', '=', 'samlProvider')
            .where('drift_findings.name', '=', providerName),
        ),
      ]),
    )
    .executeTakeFirstOrThrow()
  return count
}

export async function deleteFinding(
  tx: Tx,
  accountUin: AccountUin,
  { kind, name }: Pick<DriftFinding, 'kind' | 'name'>,
): Promise<void> {
  await tx
    .deleteFrom('drift_findings')
    .where('account_uin', '=', accountUin)
    .where('kind', '=', kind)
    .where('name', '=', name)
    .execute()
}

const withNames = (db: Db | Tx) =>
  db
    .selectFrom('drift_findings')
    .innerJoin('accounts', 'accounts.uin', 'drift_findings.account_uin')
    .leftJoin(
      'permission_configurations as configurations',
      'configurations.id',
      'drift_findings.configuration_id',
    )

export interface FindingFilter {
  readonly accountUin?: AccountUin
  readonly configurationId?: PermissionConfigurationId
}

/** By account, then by name. */
export async function listFindings(
  db: Db | Tx,
  { accountUin, configurationId }: FindingFilter,
  page: PageRequest,
): Promise<Page<ListedFinding>> {
  let rows = withNames(db)
  if (accountUin !== undefined) rows = rows.where('drift_findings.account_uin', '=', accountUin)
  if (configurationId !== undefined) {
    rows = rows.where('drift_findings.configuration_id', '=', configurationId)
  }
  const items = await rows
    .select([
      'drift_findings.account_uin',
      'accounts.name as account_name',
      'drift_findings.kind',
      'drift_findings.name',
      'drift_findings.configuration_id',
      'configurations.name as configuration_name',
      'drift_findings.difference',
      'drift_findings.found_at',
    ])
    .orderBy('drift_findings.account_uin')
    .orderBy('drift_findings.kind')
    .orderBy('drift_findings.name')
    .limit(page.limit)
    .offset(page.offset)
    .execute()
  const total = await boundedCount(db, rows.select('drift_findings.name'))
  return {
    total,
    items: items.map((row) => ({
      accountUin: row.account_uin,
      accountName: row.account_name,
      kind: row.kind,
      name: row.name,
      ...(row.configuration_id !== null && { configurationId: row.configuration_id }),
      ...(row.configuration_name !== null && { configurationName: row.configuration_name }),
      difference: fromJson<ObjectDifference>(row.difference),
      foundAt: row.found_at,
    })),
  }
}

/** Accounts in which a configuration of these is not as it was deployed. */
export async function countDriftedPlaces(
  db: Db | Tx,
  configurations: readonly PermissionConfigurationId[],
): Promise<ReadonlyMap<PermissionConfigurationId, number>> {
  if (configurations.length === 0) return new Map()
  const rows = await db
    .selectFrom('drift_findings')
    .select((expression) => [
      'configuration_id',
      expression.fn.count<number>('account_uin').distinct().as('accounts'),
    ])
    .where('configuration_id', 'in', configurations)
    .groupBy('configuration_id')
    .execute()
  return new Map(
    rows.flatMap((row) => (row.configuration_id === null ? [] : [[row.configuration_id, row.accounts]])),
  )
}

export interface AccountCheck {
  readonly accountUin: AccountUin
  readonly accountName: string
  readonly checkedAt?: string
  /** Why the account could not be asked. */
  readonly failure?: string
}

const toCheck = (row: {
  readonly account_uin: AccountUin
  readonly account_name: string
  readonly checked_at: string | null
  readonly failure: string | null
}): AccountCheck => ({
  accountUin: row.account_uin,
  accountName: row.account_name,
  ...(row.checked_at !== null && { checkedAt: row.checked_at }),
  ...(row.failure !== null && { failure: row.failure }),
})

const checks = (db: Db | Tx) =>
  db.selectFrom('drift_checks').innerJoin('accounts', 'accounts.uin', 'drift_checks.account_uin')

/** Accounts that could not be asked the last time. */
export async function listFailedChecks(db: Db | Tx, page: PageRequest): Promise<Page<AccountCheck>> {
  const rows = checks(db).where('drift_checks.failure', 'is not', null)
  const items = await rows
    .select([
      'drift_checks.account_uin',
      'accounts.name as account_name',
      'drift_checks.checked_at',
      'drift_checks.failure',
    ])
    .orderBy('drift_checks.account_uin')
    .limit(page.limit)
    .offset(page.offset)
    .execute()
  return { items: items.map(toCheck), total: await boundedCount(db, rows.select('drift_checks.account_uin')) }
}

export async function findCheck(db: Db | Tx, accountUin: AccountUin): Promise<AccountCheck | undefined> {
  const row = await checks(db)
    .select([
      'drift_checks.account_uin',
      'accounts.name as account_name',
      'drift_checks.checked_at',
      'drift_checks.failure',
    ])
    .where('drift_checks.account_uin', '=', accountUin)
    .executeTakeFirst()
  return row && toCheck(row)
}

export interface DriftSummary {
  /** Accounts with findings. */
  readonly drifted: number
  /** Accounts that could not be asked. */
  readonly failed: number
  /** Accounts looked at and found to be as they should be. */
  readonly clean: number
  /** Accounts that nobody has looked at yet. */
  readonly waiting: number
  /** Accounts that somebody has asked to look at, which is about to be done. */
  readonly requested: number
  /** The longest time ago that an account was looked at. */
  readonly oldest?: string
}

export async function summarizeDrift(db: Db | Tx): Promise<DriftSummary> {
  const row = await db
    .selectFrom('accounts')
    .leftJoin('drift_checks as checks', 'checks.account_uin', 'accounts.uin')
    .leftJoin(
      (from) => from.selectFrom('drift_findings').select('account_uin').distinct().as('found'),
      (join) => join.onRef('found.account_uin', '=', 'accounts.uin'),
    )
    .select((expression) => {
      const { fn, ref } = expression
      const waiting = expression.and([expression('checks.checked_at', 'is', null)])
      const clean = expression.and([
        expression('checks.checked_at', 'is not', null),
        expression('checks.failure', 'is', null),
        expression('found.account_uin', 'is', null),
      ])
      const countWhere = (condition: typeof waiting) =>
        fn.coalesce(
          fn.sum<number>(expression.case().when(condition).then(1).else(0).end()),
          expression.lit(0),
        )
      return [
        fn.count<number>('found.account_uin').as('drifted'),
        fn.count<number>('checks.failure').as('failed'),
        countWhere(clean).as('clean'),
        countWhere(waiting).as('waiting'),
        fn.count<number>('checks.requested_at').as('requested'),
        fn.min(ref('checks.checked_at')).as('oldest'),
      ]
    })
    .executeTakeFirstOrThrow()
  return {
    drifted: row.drifted,
    failed: row.failed,
    clean: row.clean,
    waiting: row.waiting,
    requested: row.requested,
    ...(row.oldest !== null && { oldest: row.oldest }),
  }
}

/**
 * Accounts whose turn it is: asked for, never looked at, looked at before `before`, or not to be asked at their last turn
 * before `failedBefore`. Those first that have waited longest.
 */
export async function listDueAccounts(
  db: Db | Tx,
  due: {
    /** Absent: only those that were asked for. */
    readonly schedule?: { readonly before: string; readonly failedBefore: string }
    readonly limit: number
  },
): Promise<readonly AccountUin[]> {
  const { schedule, limit } = due
  const rows = await db
    .selectFrom('accounts')
    .leftJoin('drift_checks as checks', 'checks.account_uin', 'accounts.uin')
    .select('accounts.uin')
    .where((expression) =>
      expression.or([
        expression('checks.requested_at', 'is not', null),
        ...(schedule
          ? [
              expression('checks.checked_at', 'is', null),
              expression('checks.checked_at', '<=', schedule.before),
              expression.and([
                expression('checks.failure', 'is not', null),
                expression('checks.checked_at', '<=', schedule.failedBefore),
              ]),
            ]
          : []),
      ]),
    )
    .orderBy((expression) => expression.fn.coalesce('checks.checked_at', expression.val('')))
    .orderBy('accounts.uin')
    .limit(limit)
    .execute()
  return rows.map(({ uin }) => uin)
}

/** Asks for a look at every account. Returns how many there are. */
export async function requestChecks(tx: Tx, now: string): Promise<number> {
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('drift_checks')
    .columns(['account_uin', 'requested_at'])
    .expression((from) =>
      from
        .selectFrom('accounts')
        .select((expression) => ['accounts.uin', expression.val(now).as('requested_at')])
        // SQLite takes `on conflict` after a select for a join condition unless there is a `where`.
        .where('accounts.uin', '!=', '' as AccountUin),
    )
    .onConflict((conflict) => conflict.column('account_uin').doUpdateSet({ requested_at: now }))
    .executeTakeFirstOrThrow()
  return Number(numInsertedOrUpdatedRows ?? 0n)
}
