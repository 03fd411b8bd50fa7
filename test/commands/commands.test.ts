import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { openDatabase } from '../../db/database.js'
import { providerMetadata } from '../../saml/core/metadata.js'
import { makeFolder, runCommand, startServerProcess, type ServerProcess } from '../support/command.js'
import { makeKeyPair } from '../support/fake-idp.js'

// Each command is a process of its own; a busy machine takes its time.
vi.setConfig({ testTimeout: 240_000 })

let folder: string
let dataDir: string
let removeFolder: () => Promise<void>
let server: ServerProcess

beforeAll(async () => {
  const made = await makeFolder()
  folder = made.folder
  dataDir = join(folder, 'data')
  removeFolder = () => made.remove()
  server = await startServerProcess(dataDir, { SPACE_NAME: 'acme' })
})
afterAll(async () => {
  await server.end()
  await removeFolder()
})

const run = (...args: string[]) => runCommand(args, { DATA_DIR: dataDir })
/** What a command prints when it does what it should. */
const outputOf = async (...args: string[]): Promise<string> => {
  const { code, stdout, stderr } = await run(...args)
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  return stdout
}
/** The one line of a refusal, without the name of the command. */
const refusalOf = async (exitCode: number, ...args: string[]): Promise<string> => {
  const { code, stdout, stderr } = await run(...args)
  expect({ code, stdout }).toEqual({ code: exitCode, stdout: '' })
  expect(stderr).toMatch(/^identity-center: [^\n]+\n$/)
  return stderr.slice('identity-center: '.length, -1)
}
const PASSWORD = /^\S{12,}\n$/

describe('commands beside a running server', () => {
  it('make a SCIM credential that counts at once, and print its secret alone', async () => {
    const secret = await outputOf('scim-credential', 'create')
    expect(secret).toMatch(/^\S{32,}\n$/)
    const ask = () =>
      fetch(`${server.origin}/scim/v2/Users`, { headers: { authorization: `Bearer ${secret.trim()}` } })
    expect((await ask()).status).toBe(403)
    expect(await outputOf('scim', 'enable')).toBe('')
    expect((await ask()).status).toBe(200)
    expect(await outputOf('scim', 'disable')).toBe('')
    expect((await ask()).status).toBe(403)
  })

  it('refuse a third SCIM credential', async () => {
    await outputOf('scim-credential', 'create')
    expect(await refusalOf(6, 'scim-credential', 'create')).toMatch(/2/)
  })

  it('make users, print the password alone, and refuse a taken or a bad name', async () => {
    expect(await outputOf('user', 'create', 'first.user')).toMatch(PASSWORD)
    expect(await outputOf('user', 'create', 'second.user', '--disabled')).toMatch(PASSWORD)
    await refusalOf(5, 'user', 'create', 'FIRST.user')
    await refusalOf(2, 'user', 'create', 'with space')
  })

  it('block, unblock, disable and delete a user', async () => {
    for (const verb of ['block', 'unblock', 'disable', 'delete']) {
      expect(await outputOf('user', verb, 'first.user')).toBe('')
    }
    expect(await refusalOf(4, 'user', 'delete', 'first.user')).toBe('There is no user named first.user.')
  })

  it('make an administrator, and help one who is locked out', async () => {
    expect(await outputOf('admin', 'create', 'auditor', '--read-only')).toMatch(PASSWORD)
    expect(await outputOf('admin', 'reset', 'auditor')).toMatch(PASSWORD)
    expect(await outputOf('admin', 'reset-mfa', 'auditor')).toBe('')
    await refusalOf(5, 'admin', 'create', 'auditor')
    await refusalOf(4, 'admin', 'reset', 'nobody')
    await refusalOf(4, 'admin', 'reset-mfa', 'nobody')
  })

  it('read and change settings', async () => {
    expect(await outputOf('setting', 'get', 'scim.deleteGroupsWithMembers')).toBe('false\n')
    await outputOf('setting', 'set', 'scim.deleteGroupsWithMembers', 'true')
    expect(await outputOf('setting', 'get', 'scim.deleteGroupsWithMembers')).toBe('true\n')
    expect(await refusalOf(2, 'setting', 'set', 'scim.deleteGroupsWithMembers', 'perhaps')).toMatch(
      /true or false/,
    )
    expect(await refusalOf(2, 'setting', 'get', 'no.such')).toMatch(/quota\.users/)
  })

  it('set up the identity provider, without which SSO is refused', async () => {
    await refusalOf(5, 'login-method', 'sso')
    const file = join(folder, 'metadata.xml')
    expect(await refusalOf(2, 'saml', 'idp-metadata', file)).toContain('ENOENT')
    writeFileSync(file, 'no metadata')
    await refusalOf(2, 'saml', 'idp-metadata', file)
    // Not read to its end, which it does not have.
    expect(await refusalOf(2, 'saml', 'idp-metadata', '/dev/zero')).toContain('larger')
    const { certificatePem } = await makeKeyPair()
    const description = { entityId: 'https://idp.example/metadata', ssoUrl: 'https://idp.example/login' }
    writeFileSync(file, providerMetadata({ ...description, certificates: [certificatePem] }))
    expect(await outputOf('saml', 'idp-metadata', file)).toBe('')
    expect(await outputOf('login-method', 'sso')).toBe('')
    expect(await outputOf('login-method', 'password')).toBe('')
  })

  it('export the audit log, one event per line', async () => {
    await outputOf('user', 'create', '=cmd.one')
    const lines = (await outputOf('audit', 'export')).trimEnd().split('\n')
    const events = lines.map((line) => JSON.parse(line) as Record<string, unknown>)
    expect(events[0]).toMatchObject({ sequence: 1, action: 'zone.open', actorKind: 'system', detail: {} })
    const last = events.at(-1)
    expect(last).toMatchObject({ action: 'user.create', subjectName: '=cmd.one', actorName: 'command' })

    const from = String(last?.['at'])
    const csv = await outputOf('audit', 'export', '--format', 'csv', '--from', from)
    const [header, row] = csv.split('\r\n')
    expect(header).toBe(
      'sequence,id,at,actorKind,actorId,actorName,address,requestId,action,subjectKind,subjectId,subjectName,result,detail',
    )
    expect(row).toContain(",'=cmd.one,")
    await refusalOf(2, 'audit', 'export', '--from', 'yesterday')
  })

  it('print the zone as a document, plan it and apply it', async () => {
    const text = await outputOf('export')
    expect(text).toMatch(/^version: 1\nsettings:\n/)
    const file = join(folder, 'zone.yaml')
    writeFileSync(file, text)
    expect(await outputOf('apply', file, '--plan')).toMatch(/^No changes\. Fingerprint: [0-9a-f]{16}\n$/)
    writeFileSync(file, 'version: 1\ngroups:\n  - name: Auditors\n    members: []\n')
    expect(await refusalOf(5, 'apply', file, '--expect', '0123456789abcdef')).toContain('--plan')
    expect(await outputOf('apply', file)).toBe('+ group Auditors\n1 change made\n')
    writeFileSync(file, 'version: 1\ngroups: [\n')
    expect(await refusalOf(2, 'apply', file)).toMatch(/zone\.yaml line 3, column 1: /)
  })

  it('verify the audit log', async () => {
    expect(await outputOf('audit', 'verify')).toMatch(/^\d+ events are as they were sealed, \d+ wait/)
  })

  it('back up, but neither restore nor migrate', async () => {
    const file = join(folder, 'beside.db')
    expect(await outputOf('backup', file)).toContain('The encryption key is not in it')
    expect(existsSync(file)).toBe(true)
    await refusalOf(5, 'backup', file)
    const nowhere = join(folder, 'nowhere', 'backup.db')
    expect(await refusalOf(2, 'backup', nowhere)).toBe(`${nowhere} cannot be written (ENOENT).`)
    expect(await refusalOf(5, 'restore', file)).toBe(
      `A server or another command uses the data folder ${dataDir}: stop it first.`,
    )
    await refusalOf(5, 'migrate')
  })

  it.each([[['nonsense']], [['user', 'nonsense']], [['setting', 'get']], [['login-method', 'both']]])(
    'refuse %j',
    async (args) => {
      const { code, stdout, stderr } = await run(...args)
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
      expect(stderr).toMatch(/^identity-center: \S/)
    },
  )

  it('leave a setting alone that the environment fixes', async () => {
    const outcome = await runCommand(['setting', 'set', 'quota.users', '5'], {
      DATA_DIR: dataDir,
      QUOTA_USERS: '7',
    })
    expect(outcome).toMatchObject({ code: 5, stdout: '' })
    expect(outcome.stderr).toContain('set by the environment')
  })
})

describe('commands while no server runs', () => {
  it('restore what a backup holds', async () => {
    const made = await makeFolder()
    const environment = { DATA_DIR: join(made.folder, 'data') }
    const file = join(made.folder, 'backup.db')
    expect(await runCommand(['user', 'create', 'kept'], environment)).toMatchObject({ code: 0 })
    expect(await runCommand(['backup', file], environment)).toMatchObject({ code: 0 })
    expect(await runCommand(['user', 'delete', 'kept'], environment)).toMatchObject({ code: 0 })
    const restored = await runCommand(['restore', file], environment)
    expect(restored).toMatchObject({ code: 0, stderr: '' })
    expect(restored.stdout).toMatch(/^Restored\. The database before is kept as .*before-restore/)
    expect(await runCommand(['user', 'block', 'kept'], environment)).toMatchObject({ code: 0 })
    expect(await runCommand(['migrate'], environment)).toMatchObject({ code: 0, stdout: 'Nothing to do.\n' })
    await made.remove()
  })

  it('make up for the first start, and keep its password where only the owner can read it', async () => {
    const made = await makeFolder()
    const data = join(made.folder, 'data')
    const { code, stdout, stderr } = await runCommand(['migrate'], { DATA_DIR: data })
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringMatching(/^Applied 0001-/) as string })
    expect(stderr).toBe(`The password of admin is in ${data}/initial-password.\n`)
    expect(readFileSync(join(data, 'initial-password'), 'utf8')).toMatch(PASSWORD)
    await made.remove()
  })

  it('find an audit event that was changed behind their back', async () => {
    const made = await makeFolder()
    const data = join(made.folder, 'data')
    await (await startServerProcess(data)).end()
    const db = openDatabase({ engine: 'sqlite', file: join(data, 'identity-center.db') })
    await db
      .updateTable('audit_events')
      .set({ actor_name: 'nobody' } as never)
      .where('sequence', '=', 1)
      .execute()
    await db.destroy()
    const { code, stdout, stderr } = await runCommand(['audit', 'verify'], { DATA_DIR: data })
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toMatch(/^Event 1 \(\S+ zone\.open\) was changed\.\n$/)
    await made.remove()
  })

  it('say that PostgreSQL has its own tools for backups', async () => {
    const made = await makeFolder()
    const environment = {
      DATA_DIR: made.folder,
      DATABASE_URL: 'postgres://127.0.0.1:1/nothing',
      ENCRYPTION_KEY: Buffer.alloc(32, 3).toString('base64'),
    }
    const { code, stderr } = await runCommand(['restore', join(made.folder, 'none.db')], environment)
    expect({ code, stderr }).toEqual({ code: 5, stderr: expect.stringContaining('pg_dump') as string })
    await made.remove()
  })
})
