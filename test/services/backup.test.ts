import { existsSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openDatabase } from '../../db/database.js'
import { readConfig } from '../../server/config.js'
import { createContext, type AppContext } from '../../server/context.js'
import { databaseFileIn, useDataFolder } from '../../server/data-folder.js'
import { systemActor } from '../../server/domain/actor.js'
import { createSecretBox } from '../../server/domain/secrets.js'
import { prepare } from '../../server/first-start.js'
import { createLogger } from '../../server/logger.js'
import { createBackupService, restoreBackup } from '../../server/services/backup.js'
import { createTestClock } from '../support/clock.js'

const actor = systemActor('test')
const clock = createTestClock()

describe('backup and restore of an SQLite database', () => {
  let folder: string
  let context: AppContext
  let backup: string

  const open = async (): Promise<AppContext> => {
    const config = readConfig({
      DATA_DIR: join(folder, 'data'),
      SPACE_NAME: 'acme',
      ADMIN_PASSWORD: 'Correct-horse-7',
    })
    const opened = await createContext(config, { clock, logger: createLogger('silent') })
    await prepare(opened)
    return opened
  }

  const restore = (file = backup, box = context.secretBox) =>
    restoreBackup({
      backup: file,
      databaseFile: databaseFileIn(context.config.dataDir),
      secretBox: box,
      clock,
    })

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'identity-center-backup-'))
    backup = join(folder, 'backup.db')
    context = await open()
  })
  afterEach(async () => {
    await context.close()
    await rm(folder, { recursive: true, force: true })
  })

  it('brings back what was there when the copy was taken, and keeps the database it replaces', async () => {
    await context.services.backup.create(actor, backup)
    await context.services.zones.rename(actor, 'changed')
    await context.close()

    const aside = await restore()
    context = await open()
    expect((await context.services.zones.current()).spaceName).toBe('acme')

    const before = openDatabase({ engine: 'sqlite', file: aside ?? '' })
    expect(await before.selectFrom('zones').select('space_name').execute()).toEqual([
      { space_name: 'changed' },
    ])
    await before.destroy()
  })

  it('copies one moment while others write', async () => {
    const writing = (async () => {
      for (let index = 0; index < 50; index += 1) {
        await context.services.zones.changeSetting(actor, 'quota.users', String(2000 + index))
      }
    })()
    await context.services.backup.create(actor, backup)
    await writing
    await context.close()
    await restore()
    context = await open()
    expect((await context.services.zones.current()).spaceName).toBe('acme')
  })

  it('is readable by its owner alone and holds neither the key nor an unsealed secret', async () => {
    await context.services.backup.create(actor, backup)
    expect(statSync(backup).mode & 0o777).toBe(0o600)
    const key = readFileSync(join(context.config.dataDir, 'encryption.key'), 'utf8').trim()
    const content = readFileSync(backup, 'latin1')
    expect(content).not.toContain(key)
    expect(content).not.toContain('PRIVATE KEY')
    expect(readdirSync(folder)).toEqual(['backup.db', 'data'])
  })

  it('is an audit event', async () => {
    await context.services.backup.create(actor, backup)
    const { items } = await context.services.audit.search(actor, {
      action: 'database.backup',
      page: { offset: 0, limit: 10 },
    })
    expect(items).toHaveLength(1)
  })

  it('overwrites no file', async () => {
    writeFileSync(backup, 'something else')
    await expect(context.services.backup.create(actor, backup)).rejects.toMatchObject({
      code: 'backup.exists',
    })
    expect(readFileSync(backup, 'utf8')).toBe('something else')
  })

  it('points to pg_dump where the data is in PostgreSQL', async () => {
    const { db, services } = context
    const service = createBackupService({ db, audit: services.audit, databaseFile: undefined })
    await expect(service.create(actor, backup)).rejects.toMatchObject({
      code: 'backup.unsupported',
      message: expect.stringContaining('pg_dump') as string,
    })
    expect(existsSync(backup)).toBe(false)
  })

  describe('refuses to restore, and touches nothing,', () => {
    const contentOf = (file: string) => readFileSync(file).toString('base64')

    async function expectRefusal(attempt: () => Promise<unknown>, message: RegExp) {
      await context.close()
      const file = databaseFileIn(context.config.dataDir)
      const before = contentOf(file)
      await expect(attempt()).rejects.toMatchObject({
        code: 'backup.invalid',
        message: expect.stringMatching(message) as string,
      })
      expect(contentOf(file)).toBe(before)
      context = await open()
    }

    it('a file that is not there', () =>
      expectRefusal(() => restore(join(folder, 'none.db')), /There is no file/))

    it('a file that is no database', async () => {
      writeFileSync(backup, 'not a database '.repeat(1000))
      await expectRefusal(() => restore(), /damaged or no database/)
    })

    it('a database that is not ours', async () => {
      const other = openDatabase({ engine: 'sqlite', file: backup })
      await other.schema.createTable('things').addColumn('name', 'text').execute()
      await other.destroy()
      await expectRefusal(() => restore(), /is no backup of an Identity Center/)
    })

    it('a copy that was cut off', async () => {
      await context.services.backup.create(actor, backup)
      truncateSync(backup, Math.floor(statSync(backup).size / 2))
      await expectRefusal(() => restore(), /damaged/)
    })

    it('a copy made under another key', async () => {
      await context.services.backup.create(actor, backup)
      await expectRefusal(
        () => restore(backup, createSecretBox(Buffer.alloc(32, 1))),
        /encryption key does not fit/,
      )
    })

    it('a copy of a newer version', async () => {
      await context.services.backup.create(actor, backup)
      const newer = openDatabase({ engine: 'sqlite', file: backup })
      await newer
        .withTables<{ migrations: { name: string } }>()
        .insertInto('migrations')
        .values({ name: '9999-future' })
        .execute()
      await newer.destroy()
      await expectRefusal(() => restore(), /newer version \(migration 9999-future\)/)
    })
  })
})

describe('the lock of the data folder', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'identity-center-lock-'))
  })
  afterEach(() => rm(folder, { recursive: true, force: true }))

  it('is shared by servers and commands, and keeps a restore out until the last of them has gone', () => {
    const server = useDataFolder(folder, 'shared')
    const command = useDataFolder(folder, 'shared')
    server.release()
    expect(() => useDataFolder(folder, 'exclusive')).toThrow(
      expect.objectContaining({ code: 'dataFolder.inUse' }),
    )
    command.release()
    useDataFolder(folder, 'exclusive').release()
  })

  it('keeps servers out while a restore runs', () => {
    const restore = useDataFolder(folder, 'exclusive')
    expect(() => useDataFolder(folder, 'shared')).toThrow(
      expect.objectContaining({ code: 'dataFolder.inUse' }),
    )
    restore.release()
    useDataFolder(folder, 'shared').release()
  })

  it('says which folder cannot be written to', () => {
    const file = join(folder, 'a-file')
    writeFileSync(file, '')
    expect(() => useDataFolder(file, 'shared')).toThrow(`The data folder ${file} cannot be written to`)
  })
})
