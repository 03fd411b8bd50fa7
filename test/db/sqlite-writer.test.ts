import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import SqliteDatabase from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { SqliteWriter, type Turn } from '../../db/sqlite-writer.js'

describe('SqliteWriter', () => {
  let folder: string
  let database: SqliteDatabase.Database
  let other: SqliteDatabase.Database
  let writer: SqliteWriter
  let statements: string[]

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'identity-center-writer-'))
    statements = []
    database = new SqliteDatabase(join(folder, 'test.db'), {
      verbose: (statement) => void statements.push(String(statement)),
    })
    database.pragma('journal_mode = WAL')
    database.pragma('foreign_keys = ON')
    database.exec('create table parents (id integer primary key)')
    database.exec(
      'create table items (name text primary key, parent integer references parents (id) deferrable initially deferred)',
    )
    other = new SqliteDatabase(join(folder, 'test.db'), { readonly: true })
    writer = new SqliteWriter(database, async (call) => call())
    statements = []
  })
  afterEach(async () => {
    writer.finish()
    database.close()
    other.close()
    await rm(folder, { recursive: true, force: true })
  })

  const insert = (name: string, parent: number | null = null) =>
    database.prepare('insert into items values (?, ?)').run(name, parent)
  const committed = () =>
    other
      .prepare<[], { name: string }>('select name from items order by name')
      .all()
      .map(({ name }) => name)
  const commits = () => statements.filter((statement) => statement === 'commit').length

  /** One transaction: like inTransaction, without Kysely. */
  async function write(name: string, work: (turn: Turn) => unknown = () => undefined): Promise<void> {
    const turn = await writer.begin()
    try {
      insert(name)
      await work(turn)
    } catch (error) {
      await turn.rollback()
      throw error
    }
    await turn.commit()
  }

  it('lets those who come together share one commit, and tells them after it', async () => {
    const seen: string[][] = []
    const told = ['a', 'b', 'c'].map((name) => write(name).then(() => seen.push(committed())))
    await Promise.all(told)
    expect(commits()).toBe(1)
    expect(seen).toEqual(Array.from({ length: 3 }, () => ['a', 'b', 'c']))
  })

  it('commits alone what comes alone', async () => {
    await write('a')
    expect(committed()).toEqual(['a'])
    await write('b')
    expect(committed()).toEqual(['a', 'b'])
    expect(commits()).toBe(2)
  })

  it('shares a commit among so many only', async () => {
    await Promise.all(Array.from({ length: 130 }, (_, index) => write(`n${index}`)))
    expect(commits()).toBe(3)
    expect(committed()).toHaveLength(130)
  })

  it('undoes the one that fails, whether it comes first or later, and keeps the others', async () => {
    const fail = () => {
      throw new Error('changed my mind')
    }
    const results = await Promise.allSettled([
      write('a', fail),
      write('b'),
      write('c', fail),
      write('b'),
      write('d'),
    ])
    expect(results.map(({ status }) => status)).toEqual([
      'rejected',
      'fulfilled',
      'rejected',
      'rejected',
      'fulfilled',
    ])
    expect(committed()).toEqual(['b', 'd'])
  })

  it('tells of a refusal only when what caused it is on the disk', async () => {
    const first = write('a')
    const second = write('a').catch(() => committed())
    expect(await second).toEqual(['a'])
    await first
  })

  it('tells everybody when the commit fails, keeps nothing, and goes on', async () => {
    const orphan = async () => {
      const turn = await writer.begin()
      insert('orphan', 42)
      await turn.commit().catch(async (error: unknown) => {
        await turn.rollback()
        throw error
      })
    }
    const results = await Promise.allSettled([write('a'), orphan(), write('b')])
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
    expect(committed()).toEqual([])
    await write('c')
    expect(committed()).toEqual(['c'])
  })

  it('tells everybody when SQLite itself rolls back, and goes on', async () => {
    const lost = () => {
      database.exec('rollback')
      throw new Error('disk I/O error')
    }
    const results = await Promise.allSettled([write('a'), write('b', lost), write('c')])
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'fulfilled'])
    expect(committed()).toEqual(['c'])
  })

  it('runs what cannot be in a transaction after committing what waits', async () => {
    const writing = write('a')
    await writer.alone(() => database.exec('vacuum'))
    expect(committed()).toEqual(['a'])
    await writing
  })

  it('lets a turn take its time, and commits when it has ended', async () => {
    let leave!: () => void
    const mayLeave = new Promise<void>((resolve) => (leave = resolve))
    const quick = write('a')
    const slow = write('b', () => mayLeave)
    await new Promise((resolve) => setImmediate(resolve))
    await new Promise((resolve) => setImmediate(resolve))
    leave()
    await Promise.all([quick, slow])
    expect(committed()).toEqual(['a', 'b'])
  })
})
