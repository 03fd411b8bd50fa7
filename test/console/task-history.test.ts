import { sql, type CompiledQuery } from 'kysely'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Db } from '../../db/database.js'
import type { Account } from '../../server/domain/organization.js'
import type { User } from '../../server/domain/user.js'
import { engines } from '../support/engines.js'
import { createConsoleWorld, type ConsoleBrowser, type ConsoleWorld } from './console-world.js'

const HISTORY = 5_000
/** Rows of tasks that one query may look at, whatever the history: those in progress, and the few that a page shows. */
const LOOKED_AT = 20

/** A node of a plan of PostgreSQL, after it was carried out. */
interface PlanNode {
  readonly 'Relation Name'?: string
  readonly 'Index Name'?: string
  readonly 'Actual Rows': number
  readonly 'Actual Loops': number
  readonly 'Rows Removed by Filter'?: number
  readonly 'Rows Removed by Index Recheck'?: number
  readonly Plans?: readonly PlanNode[]
}

const nodesOf = (node: PlanNode): readonly PlanNode[] => [node, ...(node.Plans ?? []).flatMap(nodesOf)]

const isOfTasks = (node: PlanNode): boolean =>
  [node['Relation Name'], node['Index Name']].some((name) => /^(user_sync_)?tasks/.test(name ?? ''))

const lookedAt = (node: PlanNode): number =>
  node['Actual Loops'] *
  (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0) + (node['Rows Removed by Index Recheck'] ?? 0))

/** Where the query goes through more of the tasks than it may. PostgreSQL is asked what it did, SQLite what it would do. */
async function detoursOf(db: Db, query: CompiledQuery, engine: string): Promise<readonly string[]> {
  if (engine === 'sqlite') {
    const { rows } = await db.executeQuery({ ...query, sql: `explain query plan ${query.sql}` })
    // What looks a row up by an index is a search.
    return (rows as readonly { readonly detail: string }[]).flatMap(({ detail }) =>
      /^SCAN (user_sync_)?tasks/.test(detail) ? [detail] : [],
    )
  }
  const { rows } = await db.executeQuery({ ...query, sql: `explain (analyze, format json) ${query.sql}` })
  const [plan] = rows as readonly { readonly 'QUERY PLAN': readonly { readonly Plan: PlanNode }[] }[]
  return (plan?.['QUERY PLAN'] ?? [])
    .flatMap(({ Plan }) => nodesOf(Plan))
    .filter((node) => isOfTasks(node) && lookedAt(node) > LOOKED_AT)
    .map((node) => `${node['Index Name'] ?? node['Relation Name'] ?? ''}: ${lookedAt(node)} rows`)
}

describe.each(engines)('a long history of tasks on %s', (engine) => {
  let world: ConsoleWorld
  let browser: ConsoleBrowser
  let account: Account
  let user: User

  beforeAll(async () => {
    world = await createConsoleWorld(engine)
    browser = await world.admin('readOnly')
    account = await world.account('Busy')
    user = await world.user('busy')
    const configuration = await world.configuration('Readers')
    await world.assign(user, account, configuration)
    // All about the very account, user and configuration that are asked for.
    const numbers = sql`with recursive numbers (number) as
      (select 1 union all select number + 1 from numbers where number < ${sql.lit(HISTORY)})`
    const status = sql`case when number % 10 = 0 then 'failed' else 'success' end`
    await sql`
      insert into tasks (id, type, status, account_uin, configuration_id, configuration_name, principal_type,
        principal_id, principal_name, batch_id, attempts, priority, run_after, created_at, updated_at)
      ${numbers} select 't-old' || number, 'createRoleAssignment', ${status}, ${account.uin}, ${configuration.id},
        'Readers', 'user', ${user.id}, 'busy', 'batch', 1, 5, '2026-01-01', '2026-01-01', '2026-01-01' from numbers
    `.execute(world.db)
    await sql`
      insert into user_sync_tasks (id, type, status, sync_id, account_uin, principal_type, principal_id,
        principal_name, conflict_policy, deletion_policy, batch_id, succeeded, failed, attempts, priority, run_after,
        created_at, updated_at)
      ${numbers} select 't-old' || number, 'startProvisioning', ${status}, 'up-old', ${account.uin}, 'user', ${user.id},
        'busy', 'keepBoth', 'keep', 'batch', 1, 0, 1, 5, '2026-01-01', '2026-01-01', '2026-01-01' from numbers
    `.execute(world.db)
    await sql`analyze`.execute(world.db)
  })
  afterAll(() => world.remove())

  it('is not read by the pages of an account and of a user, nor by the portal', async () => {
    const { db, services } = world
    const executed = vi.spyOn(db.getExecutor(), 'executeQuery')
    const tabs = ['', '/access', '/access/cam-users', '/deployments', '/user-syncs', '/service-control']
    for (const tab of tabs)
      expect((await browser.get(`/admin/accounts/${account.uin}${tab}`)).status).toBe(200)
    for (const tab of ['/access', '/permissions', '/user-syncs'])
      expect((await browser.get(`/admin/users/${user.id}${tab}`)).status).toBe(200)
    await services.accountAccess.listFor(user.id)
    await services.accountAccess.isUnderway(user.id)
    await services.camUserAccess.listFor(user.id)
    const queries = new Map(executed.mock.calls.map(([query]) => [query.sql, query]))
    executed.mockRestore()
    const reads = [...queries.values()].filter((query) => /^(select|with)/.test(query.sql.trim()))
    expect(reads.length).toBeGreaterThan(20)
    const detours: string[] = []
    for (const query of reads)
      for (const detour of await detoursOf(db, query, engine)) detours.push(`${detour}: ${query.sql}`)
    expect(detours).toEqual([])
    // The same look finds what does read all of it.
    const reading = db.selectFrom('tasks').select('id').where('failure_reason', 'is not', null).compile()
    expect(await detoursOf(db, reading, engine)).toHaveLength(1)
  })
})
