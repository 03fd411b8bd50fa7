import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { inTransaction } from '../../db/transaction.js'
import { systemActor } from '../../server/domain/actor.js'
import { createSecretBox } from '../../server/domain/secrets.js'
import { createAuditLog, type AuditLog } from '../../server/services/audit-log.js'
import { createAuditSealer, type AuditSealer } from '../../server/services/audit-sealer.js'
import { createTestClock } from '../support/clock.js'
import { engines, openMigratedDatabase, type TestDatabase } from '../support/engines.js'

describe.each(engines)('the audit chain on %s', (engine) => {
  const clock = createTestClock()
  const secretBox = createSecretBox(Buffer.alloc(32, 7))
  let database: TestDatabase
  let audit: AuditLog
  let sealer: AuditSealer

  beforeEach(async () => {
    database = await openMigratedDatabase(engine)
    audit = createAuditLog({ db: database.db, clock })
    sealer = createAuditSealer({ db: database.db, clock, secretBox })
  })
  afterEach(() => database.remove())

  const record = (...names: string[]) =>
    inTransaction(database.db, async (tx) => {
      for (const name of names) {
        await audit.record(tx, systemActor('test'), {
          action: 'user.create',
          subject: { kind: 'user', id: `u-${name}`, name },
          detail: { after: { name } },
        })
      }
    })

  it('seals each event once, in the order of events', async () => {
    await record('a', 'b')
    expect(await sealer.seal()).toBe(2)
    await record('c')
    expect(await sealer.seal()).toBe(1)
    expect(await sealer.seal()).toBe(0)
    const { head, ...verdict } = await sealer.verify()
    expect(verdict).toEqual({ sealed: 3, unsealed: 0, problems: [] })
    expect(head).toMatch(/^[0-9a-f]{64}$/)
  })

  it('seals more events than fit one batch', async () => {
    await record(...Array.from({ length: 1203 }, (_, index) => `n${index}`))
    expect(await sealer.seal()).toBe(1203)
    expect(await sealer.verify()).toMatchObject({ sealed: 1203, unsealed: 0, problems: [] })
  })

  it('counts events that wait without calling them a problem', async () => {
    await record('a')
    await sealer.seal()
    await record('b', 'c')
    expect(await sealer.verify()).toMatchObject({ sealed: 1, unsealed: 2, problems: [] })
  })

  it('seals an event that turns up below the last sealed number', async () => {
    await record('a', 'b', 'c')
    const late = await database.db
      .selectFrom('audit_events')
      .selectAll()
      .where('subject_name', '=', 'b')
      .executeTakeFirstOrThrow()
    await database.db.deleteFrom('audit_events').where('sequence', '=', late.sequence).execute()
    await sealer.seal()
    await database.db.insertInto('audit_events').values(late).execute()
    expect(await sealer.seal()).toBe(1)
    expect(await sealer.verify()).toMatchObject({ sealed: 3, unsealed: 0, problems: [] })
  })

  it('lets one of two processes seal at a time, and another take over when the lease has run out', async () => {
    const other = createAuditSealer({ db: database.db, clock, secretBox })
    await record('a')
    expect(await sealer.seal()).toBe(1)
    await record('b')
    expect(await other.seal()).toBe(0)
    clock.advance(10)
    expect(await other.seal()).toBe(1)
    expect(await other.verify()).toMatchObject({ sealed: 2, problems: [] })
  })

  it('hands the lease back when it is released', async () => {
    const other = createAuditSealer({ db: database.db, clock, secretBox })
    await record('a')
    await sealer.seal()
    await sealer.release()
    await record('b')
    expect(await other.seal()).toBe(1)
  })

  describe('finds tampering', () => {
    beforeEach(async () => {
      await record('a', 'b', 'c', 'd')
      await sealer.seal()
    })

    it.each([
      ['action', 'user.delete'],
      ['actor_name', 'somebody else'],
      ['at', '2020-01-01T00:00:00.000Z'],
      ['subject_name', null],
      ['result', 'failure'],
      ['detail', '{}'],
      ['address', '203.0.113.7'],
    ])('when %s of an event is changed', async (column, value) => {
      await database.db
        .updateTable('audit_events')
        .set({ [column]: value })
        .where('subject_id', '=', 'u-b')
        .execute()
      const { problems } = await sealer.verify()
      expect(problems).toEqual([expect.stringMatching(/^Event \d+ \(.*\) was changed\.$/)])
    })

    it('when an event is removed', async () => {
      await database.db.deleteFrom('audit_events').where('subject_id', '=', 'u-c').execute()
      expect((await sealer.verify()).problems).toEqual([
        expect.stringMatching(/^Event \d+ was removed \(link 3\)\.$/),
      ])
    })

    it('when an event is removed together with its link', async () => {
      await database.db.deleteFrom('audit_chain').where('position', '=', 2).execute()
      await database.db.deleteFrom('audit_events').where('subject_id', '=', 'u-b').execute()
      expect((await sealer.verify()).problems).toContain('The links 2 to 2 were removed from the chain.')
    })

    it('when the end of the chain is cut off together with its events', async () => {
      await database.db.deleteFrom('audit_chain').where('position', '>=', 3).execute()
      await database.db.deleteFrom('audit_events').where('subject_id', 'in', ['u-c', 'u-d']).execute()
      expect((await sealer.verify()).problems).toEqual([
        'The end of the chain was cut off: 4 links were sealed, 2 are there.',
      ])
    })

    it('when the whole chain is computed anew without the encryption key', async () => {
      await database.db
        .updateTable('audit_events')
        .set({ detail: '{}' } as never)
        .execute()
      await database.db.deleteFrom('audit_chain').execute()
      const forger = createAuditSealer({
        db: database.db,
        clock,
        secretBox: createSecretBox(Buffer.alloc(32, 9)),
      })
      clock.advance(10)
      await forger.seal()
      expect((await sealer.verify()).problems).toEqual([
        'The seal over the end of the chain does not open: it was changed.',
      ])
    })
  })

  it('exports the events in order and within the given times', async () => {
    await record('a')
    clock.advance(60)
    const from = clock.now().toISOString()
    await record('b', 'c')
    clock.advance(60)
    await record('d')
    const names: (string | null)[] = []
    for await (const event of sealer.events({ from, until: clock.now().toISOString() })) {
      names.push(event.subjectName)
    }
    expect(names).toEqual(['b', 'c'])
  })
})
