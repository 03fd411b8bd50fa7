import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findVersion } from '../../db/configuration-versions.js'
import { knownMigrations, migrate, NewerSchemaError, pendingMigrations } from '../../db/migrations/index.js'
import type { PermissionConfigurationId } from '../../server/domain/ids.js'
import { engines, openTestDatabase, type TestDatabase } from '../support/engines.js'

describe.each(engines)('migrations on %s', (engine) => {
  let database: TestDatabase
  beforeEach(async () => {
    database = await openTestDatabase(engine)
  })
  afterEach(() => database.remove())

  it('bring an empty database to the present, and then have nothing to do', async () => {
    const { db } = database
    expect(await pendingMigrations(db)).toEqual(knownMigrations())
    expect(await migrate(db)).toEqual(knownMigrations())
    expect(await pendingMigrations(db)).toEqual([])
    expect(await migrate(db)).toEqual([])
  })

  it('run once when several instances start at once', async () => {
    const { db } = database
    const applied = await Promise.all([migrate(db), migrate(db), migrate(db)])
    expect(applied.map((names) => names.length).sort((a, b) => a - b)).toEqual([
      0,
      0,
      knownMigrations().length,
    ])
  })

  it('give permission configurations of before the first of their versions', async () => {
    const { db } = database
    await migrate(db)
    for (const table of [
      'drift_findings',
      'drift_checks',
      'deployment_plan_places',
      'deployment_plan_changes',
      'deployment_plans',
      'configuration_version_policies',
      'configuration_versions',
    ]) {
      await sql`drop table ${sql.table(table)}`.execute(db)
    }
    for (const column of ['deployed_version', 'wanted_version']) {
      await sql`alter table deployments drop column ${sql.ref(column)}`.execute(db)
    }
    await sql`delete from migrations where name = '0014-deployment-state'`.execute(db)
    for (const statement of [
      `insert into permission_configurations values
        ('rc-1', 'One', 'one', 'words', 7200, '/cvm', 'hash', 17, '2026-01-01', '2026-02-01')`,
      `insert into configuration_policies values
        ('rc-1', 'preset', 'ReadOnlyAccess', 900001, null, '2026-01-01'), ('rc-1', 'custom', 'own', 0, '{}', '2026-01-01')`,
      `insert into nodes (id, parent_id, name, created_at, updated_at) values (1, null, 'Root', '', '')`,
      `insert into accounts (uin, node_id, name, kind, app_id, created_at, updated_at) values
        ('100000000001', 1, 'a', 'member', 1, '', ''), ('100000000002', 1, 'b', 'member', 2, '', '')`,
      `insert into deployments values ('rc-1', '100000000001', 'deployed', 'hash', null, '', ''),
        ('rc-1', '100000000002', 'deployed', 'older', null, '', '')`,
    ]) {
      await sql.raw(statement).execute(db)
    }
    expect(await migrate(db)).toEqual(['0014-deployment-state'])
    expect(await findVersion(db, 'rc-1' as PermissionConfigurationId, 1)).toEqual({
      configurationId: 'rc-1',
      number: 1,
      description: 'words',
      sessionDuration: 7200,
      relayState: '/cvm',
      contentHash: 'hash',
      change: 'found',
      actorName: 'migration',
      createdAt: '2026-02-01',
      policies: [
        { type: 'preset', policyId: 900001, name: 'ReadOnlyAccess' },
        { type: 'custom', name: 'own', document: '{}' },
      ],
    })
    const rows = db.selectFrom('deployments').select(['deployed_version']).orderBy('account_uin')
    expect(await rows.execute()).toEqual([{ deployed_version: 1 }, { deployed_version: null }])
    const { version } = await db
      .selectFrom('permission_configurations')
      .select('version')
      .executeTakeFirstOrThrow()
    expect(version).toBe(1)
  })

  it('refuse a database of a newer version and leave it alone', async () => {
    const { db } = database
    await migrate(db)
    await db
      .withTables<{ migrations: { name: string } }>()
      .insertInto('migrations')
      .values({ name: '9999-future' })
      .execute()
    await expect(migrate(db)).rejects.toThrow(NewerSchemaError)
    await expect(migrate(db)).rejects.toThrow(/9999-future/)
  })
})
