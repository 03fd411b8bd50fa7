import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { generateSync } from 'otplib'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { openDatabase } from '../../db/database.js'
import { createBrowser, type FormInput } from '../../server/demo/cookie-browser.js'
import { accepted, fillIn, formTo, valueOf } from '../../server/demo/forms.js'
import type { HtmlPage } from '../../server/demo/html-page.js'
import { freePort, LAUNCHER, makeFolder, runCommand, startServerProcess } from '../support/command.js'
import { requirePart } from '../support/parts.js'

/** Runs a program as if on a terminal. */
const SCRIPT = {
  name: 'script',
  isPresent: () => existsSync('/usr/bin/script'),
  install: 'apt-get install bsdutils',
}

// Each command is a process of its own; a busy machine takes its time.
vi.setConfig({ testTimeout: 240_000 })

let dataDir: string
let removeFolder: () => Promise<void>

beforeEach(async () => {
  const made = await makeFolder()
  dataDir = join(made.folder, 'data')
  removeFolder = () => made.remove()
})
afterEach(() => removeFolder())

const databaseFile = () => join(dataDir, 'identity-center.db')
const passwordFile = () => join(dataDir, 'initial-password')

describe('the first start', () => {
  it('makes everything, says where it is, and leaves the password where only the owner can read it', async () => {
    const server = await startServerProcess(dataDir, { SPACE_NAME: 'acme' })
    const origin = server.origin.replace('127.0.0.1', 'localhost')
    const password = readFileSync(passwordFile(), 'utf8').trim()
    expect(server.stdout.split('\n')).toEqual([
      'Identity Center is ready.',
      `  Console  ${origin}/admin/`,
      `  Login    ${origin}/acme/login`,
      `  Sign in to the console as admin with the password in ${passwordFile()} (removed at the first sign-in).`,
      '',
    ])
    expect(password).toMatch(/^\S{16,}$/)
    expect(server.stdout + server.stderr).not.toContain(password)
    expect(statSync(passwordFile()).mode & 0o777).toBe(0o600)
    expect(statSync(dataDir).mode & 0o777).toBe(0o700)
    expect(statSync(databaseFile()).mode & 0o077).toBe(0)
    expect(statSync(join(dataDir, 'encryption.key')).mode & 0o777).toBe(0o600)
    expect((await fetch(`${server.origin}/readyz`)).status).toBe(200)
    expect(await server.end()).toBe(0)
  })

  it('removes the password from the disk once the administrator has signed in and chosen another', async () => {
    const server = await startServerProcess(dataDir)
    const browser = createBrowser()
    const login = new URL('/admin/login', server.origin)
    const password = readFileSync(passwordFile(), 'utf8').trim()
    let page = await fillIn(browser, login, '/admin/login', { userName: 'admin', password })
    const answers: Record<string, (from: HtmlPage) => FormInput> = {
      '/admin/sign-in/device': (from) => ({
        code: generateSync({ secret: valueOf(from, 'totp-key').replaceAll(' ', '') }),
      }),
      '/admin/sign-in/password': () => ({
        newPassword: 'Correct-horse-7',
        repeatPassword: 'Correct-horse-7',
      }),
    }
    while (page.url.pathname !== '/admin/') {
      expect(existsSync(passwordFile())).toBe(true)
      const { pathname } = page.url
      const input = answers[pathname]?.(page) ?? {}
      page = accepted(await browser.submit(page, formTo(page, pathname), input))
      // The recovery codes stand in the answer of the device's form; the page leads on by a link.
      if (page.url.pathname === pathname)
        page = accepted(await browser.open(new URL('/admin/', server.origin)))
    }
    expect(page.status).toBe(200)
    expect(existsSync(passwordFile())).toBe(false)
    await server.end()
  })

  it('writes no password that was given', async () => {
    const server = await startServerProcess(dataDir, { ADMIN_PASSWORD: 'Correct-horse-7' })
    expect(server.stdout + server.stderr).not.toContain('Correct-horse-7')
    expect(existsSync(passwordFile())).toBe(false)
    await server.end()
  })

  it.skipIf(!requirePart(SCRIPT))('shows the password on a terminal and writes it nowhere', async () => {
    const port = await freePort()
    const child = spawn('script', ['-qfec', `${process.execPath} ${LAUNCHER} start`, '/dev/null'], {
      env: {
        DATA_DIR: dataDir,
        PORT: String(port),
        SHELL: '/bin/sh',
        PATH: '/usr/bin:/bin',
        LOG_LEVEL: 'silent',
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let output = ''
    for await (const chunk of child.stdout) {
      output += String(chunk)
      if (output.includes('shown only now')) break
    }
    const [, password] = /as admin with the password (\S+) \(it is shown only now\)/.exec(output) ?? []
    expect(password).toMatch(/^\S{16,}$/)
    expect(existsSync(passwordFile())).toBe(false)
    child.kill('SIGTERM')
    await once(child, 'exit')
  })
})

describe('a second start', () => {
  it('changes nothing and prints no secret', async () => {
    const first = await startServerProcess(dataDir)
    const [, login] = first.stdout.split('\n  Login    ')
    await first.end()
    const password = readFileSync(passwordFile(), 'utf8')
    const key = readFileSync(join(dataDir, 'encryption.key'), 'utf8')

    const second = await startServerProcess(dataDir, {
      ADMIN_PASSWORD: 'Another-horse-8',
      SPACE_NAME: 'another',
    })
    expect(second.stdout.split('\n')).toHaveLength(4)
    expect(second.stdout).not.toContain('password')
    expect(second.stdout.split('/').at(-2)).toBe(login?.split('/')[3])
    expect(await second.end()).toBe(0)
    expect(readFileSync(passwordFile(), 'utf8')).toBe(password)
    expect(readFileSync(join(dataDir, 'encryption.key'), 'utf8')).toBe(key)
  })
})

describe('a start that cannot be', () => {
  const failing = async (environment: Record<string, string>) => {
    const outcome = await runCommand(['start'], { DATA_DIR: dataDir, ...environment })
    expect(outcome.code).toBe(3)
    expect(outcome.stdout).toBe('')
    expect(outcome.stderr).not.toMatch(/^ +at /m)
    return outcome.stderr.split('\n').slice(0, -1)
  }

  it('names each wrong variable on a line and touches nothing', async () => {
    expect(await failing({ PORT: 'http', SPACE_NAME: 'admin' })).toEqual([
      expect.stringMatching(/^identity-center: PORT /),
      expect.stringMatching(/^identity-center: SPACE_NAME /),
    ])
    expect(existsSync(dataDir)).toBe(false)
  })

  it('says that the port is taken and touches nothing', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    const { port } = other.address() as AddressInfo
    expect(await failing({ PORT: String(port) })).toEqual([
      `identity-center: Port ${port} on 127.0.0.1 is taken by another program: set PORT to a free one.`,
    ])
    expect(existsSync(dataDir)).toBe(false)
    other.close()
  })

  it('says that the data folder cannot be written to', async () => {
    writeFileSync(dataDir, 'a file in the place of the folder')
    expect(await failing({ PORT: String(await freePort()) })).toEqual([
      `identity-center: The data folder ${dataDir} cannot be written to (EEXIST): set DATA_DIR to another.`,
    ])
  })

  it('says that the database file is damaged', async () => {
    await (await startServerProcess(dataDir)).end()
    writeFileSync(databaseFile(), 'no database '.repeat(1000))
    expect(await failing({ PORT: String(await freePort()) })).toEqual([
      expect.stringMatching(/^identity-center: The database file is damaged .* restore a backup\.$/),
    ])
  })

  it('refuses a database of a newer version', async () => {
    await (await startServerProcess(dataDir)).end()
    const db = openDatabase({ engine: 'sqlite', file: databaseFile() })
    await db
      .withTables<{ migrations: { name: string } }>()
      .insertInto('migrations')
      .values({ name: '9999-future' })
      .execute()
    await db.destroy()
    expect(await failing({ PORT: String(await freePort()) })).toEqual([
      expect.stringMatching(/^identity-center: The database has the migration 9999-future/),
    ])
  })

  it('refuses a key that does not fit the database, without showing it', async () => {
    await (await startServerProcess(dataDir)).end()
    const key = Buffer.alloc(32, 5).toString('base64')
    const [line = '', ...more] = await failing({ PORT: String(await freePort()), ENCRYPTION_KEY: key })
    expect(line).toMatch(/^identity-center: The encryption key does not fit this database/)
    expect(line).not.toContain(key)
    expect(more).toEqual([])
  })

  it('says that PostgreSQL cannot be reached, without showing its password', async () => {
    const outcome = await runCommand(['start'], {
      DATA_DIR: dataDir,
      PORT: String(await freePort()),
      DATABASE_URL: `postgres://somebody:hidden-password@127.0.0.1:${await freePort()}/nothing`,
      ENCRYPTION_KEY: Buffer.alloc(32, 5).toString('base64'),
    })
    expect(outcome.code).toBe(8)
    expect(outcome.stderr).toBe(
      'identity-center: The database of DATABASE_URL cannot be reached (ECONNREFUSED).\n',
    )
  })
})

describe('the end', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('is clean on %s', async (signal) => {
    const server = await startServerProcess(dataDir)
    expect(await server.end(signal)).toBe(0)
    expect(server.stderr).toContain('"msg":"stopped"')
  })
})
