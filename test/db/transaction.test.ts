import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sql } from 'kysely'
import { isUniqueViolation } from '../../db/constraint-errors.js'
import { addToCounter, readCounters } from '../../db/counters.js'
import { migrate, NewerSchemaError } from '../../db/migrations/index.js'
import { afterCommit, inTransaction } from '../../db/transaction.js'
import { engines, openTestDatabase, type TestDatabase } from '../support/engines.js'

describe.each(engines)('transactions on %s', (engine) => {
  let database: TestDatabase

  beforeAll(async () => {
    database = await openTestDatabase(engine)
    await migrate(database.db)
  })
  afterAll(() => database.remove())

  it('loses no update of writers that run at once', async () => {
    const { db } = database
    await Promise.all(
      Array.from({ length: 20 }, () =>
        inTransaction(db, async (tx) => {
          const { users } = await readCounters(tx, ['users'])
          await addToCounter(tx, 'users', 1)
          return users
        }),
      ),
    )
    expect(await readCounters(db, ['users', 'groups'])).toEqual({ users: 20, groups: 0 })
  })

  it('leaves nothing of a transaction that throws, and calls nobody back', async () => {
    const { db } = database
    let called = false
    const failing = inTransaction(db, async (tx) => {
      await addToCounter(tx, 'groups', 5)
      afterCommit(tx, () => (called = true))
      throw new Error('changed my mind')
    })
    await expect(failing).rejects.toThrow('changed my mind')
    expect(await readCounters(db, ['groups'])).toEqual({ groups: 0 })
    expect(called).toBe(false)
  })

  it('calls back after the commit', async () => {
    const { db } = database
    let seen: Promise<{ deployments: number }> | undefined
    await inTransaction(db, async (tx) => {
      await addToCounter(tx, 'deployments', 1)
      afterCommit(tx, () => {
        seen = readCounters(db, ['deployments'])
      })
    })
    expect(await seen).toEqual({ deployments: 1 })
  })

  it('refuses a transaction inside a transaction', async () => {
    const { db } = database
    await expect(inTransaction(db, () => inTransaction(db, async () => undefined))).rejects.toThrow(
      'do not nest',
    )
  })

  it('says that it is busy when the database keeps refusing to serialize', async () => {
    let tries = 0
    const refused = inTransaction(database.db, async () => {
      tries += 1
      throw Object.assign(new Error('could not serialize access'), { code: '40001' })
    })
    await expect(refused).rejects.toMatchObject({ code: 'service.unavailable' })
    expect(tries).toBeGreaterThan(5)
  })

  it('names the unique key that was violated', async () => {
    const { db } = database
    const put = () => db.insertInto('leases').values({ name: 'a', token: 't', until: 'u' }).execute()
    await put()
    const error = await put().catch((thrown: unknown) => thrown)
    expect(isUniqueViolation(error, 'leases', 'name')).toBe(true)
    expect(isUniqueViolation(error, 'settings', 'name')).toBe(false)
  })

  it('migrates once, and refuses a schema that is newer than the program', async () => {
    const { db } = database
    expect(await migrate(db)).toEqual([])
    await sql`insert into migrations (name) values ('9999-from-the-future')`.execute(db)
    await expect(migrate(db)).rejects.toThrow(NewerSchemaError)
    await expect(migrate(db)).rejects.toThrow('9999-from-the-future')
    await sql`delete from migrations where name = '9999-from-the-future'`.execute(db)
  })
})

describe('SQLite', () => {
  it('refuses a write past the running transaction instead of waiting for itself', async () => {
    const database = await openTestDatabase('sqlite')
    const { db } = database
    await migrate(db)
    const outside = inTransaction(db, async () => {
      await db.insertInto('settings').values({ name: 'x', value: '1' }).execute()
    })
    await expect(outside).rejects.toThrow('use tx')
    await database.remove()
  })

  it('reads outside transactions while one is open, and sees only what is committed', async () => {
    const database = await openTestDatabase('sqlite')
    const { db } = database
    await migrate(db)
    let entered!: () => void
    let leave!: () => void
    const inside = new Promise<void>((resolve) => (entered = resolve))
    const mayLeave = new Promise<void>((resolve) => (leave = resolve))
    const writing = inTransaction(db, async (tx) => {
      await addToCounter(tx, 'users', 1)
      entered()
      await mayLeave
    })
    await inside
    expect(await readCounters(db, ['users'])).toEqual({ users: 0 })
    leave()
    await writing
    expect(await readCounters(db, ['users'])).toEqual({ users: 1 })
    await database.remove()
  })
})
