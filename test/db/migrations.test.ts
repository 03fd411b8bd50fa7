import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { knownMigrations, migrate, NewerSchemaError, pendingMigrations } from '../../db/migrations/index.js'
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
