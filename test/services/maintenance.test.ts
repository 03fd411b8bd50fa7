import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createMaintenance } from '../../server/services/maintenance.js'
import { createTestClock } from '../support/clock.js'
import { engines, openMigratedDatabase, type TestDatabase } from '../support/engines.js'

const DAY = 24 * 60 * 60
/** Nothing is set before the zone is opened: the defaults hold. */
const zones = { find: () => Promise.resolve(undefined) }

describe.each(engines)('maintenance on %s', (engine) => {
  let database: TestDatabase
  beforeEach(async () => {
    database = await openMigratedDatabase(engine)
  })
  afterEach(() => database.remove())

  const after = (clock: { now(): Date }, seconds: number) =>
    new Date(clock.now().getTime() + seconds * 1000).toISOString()

  it('removes what has expired and keeps what has not', async () => {
    const clock = createTestClock()
    const { db } = database
    await db
      .insertInto('pending_sign_ins')
      .values(
        [-1, 1].map((seconds) => ({
          request_id: `request ${seconds}`,
          browser_hash: 'hash',
          relay_state: null,
          created_at: after(clock, -300),
          expires_at: after(clock, seconds),
        })),
      )
      .execute()
    await db
      .insertInto('seen_assertions')
      .values(
        [-2 * 60 * 60, -60, 60].map((seconds) => ({
          assertion_key: `assertion ${seconds}`,
          expires_at: after(clock, seconds),
        })),
      )
      .execute()
    await db
      .insertInto('sign_in_diagnostics')
      .values(
        [-31 * DAY, -29 * DAY].map((seconds) => ({
          reference: `REF${seconds}`,
          at: after(clock, seconds),
          failure: 'signature',
          message: 'message',
          user_name: null,
          address: null,
          request_id: null,
          detail: '{}',
        })),
      )
      .execute()

    expect(await createMaintenance({ db, clock, zones }).run()).toBe(3)

    const left = await Promise.all([
      db.selectFrom('pending_sign_ins').select('request_id as key').execute(),
      db.selectFrom('seen_assertions').select('assertion_key as key').execute(),
      db.selectFrom('sign_in_diagnostics').select('reference as key').execute(),
    ])
    expect(
      left
        .flat()
        .map(({ key }) => key)
        .sort(),
    ).toEqual([`REF${-29 * DAY}`, 'assertion -60', 'assertion 60', 'request 1'])
  })

  it('removes more rows than fit one batch', async () => {
    const clock = createTestClock()
    await database.db
      .insertInto('seen_assertions')
      .values(
        Array.from({ length: 450 }, (_, index) => ({
          assertion_key: `assertion ${index}`,
          expires_at: after(clock, -DAY),
        })),
      )
      .execute()
    expect(await createMaintenance({ db: database.db, clock, zones }).run()).toBe(450)
  })

  it('leaves the work to the process that holds the lease', async () => {
    const clock = createTestClock()
    await database.db
      .insertInto('leases')
      .values({ name: 'maintenance', token: 'another process', until: after(clock, 30) })
      .execute()
    await database.db
      .insertInto('seen_assertions')
      .values({ assertion_key: 'old', expires_at: after(clock, -DAY) })
      .execute()
    const maintenance = createMaintenance({ db: database.db, clock, zones })
    expect(await maintenance.run()).toBe(0)
    clock.advance(31)
    expect(await maintenance.run()).toBe(1)
  })
})
