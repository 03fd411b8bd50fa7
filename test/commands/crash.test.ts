import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { openDatabase } from '../../db/database.js'
import { databaseFileIn } from '../../server/data-folder.js'
import { makeFolder, runCommand, startServerProcess, type ServerProcess } from '../support/command.js'

// Each command is a process of its own; a busy machine takes its time.
vi.setConfig({ testTimeout: 240_000 })

let dataDir: string
let removeFolder: () => Promise<void>
let server: ServerProcess
let authorization: string

beforeEach(async () => {
  const made = await makeFolder()
  dataDir = join(made.folder, 'data')
  removeFolder = () => made.remove()
  server = await startServerProcess(dataDir)
  const { stdout } = await runCommand(['scim-credential', 'create'], { DATA_DIR: dataDir })
  await runCommand(['scim', 'enable'], { DATA_DIR: dataDir })
  authorization = `Bearer ${stdout.trim()}`
})
afterEach(async () => {
  await server.end('SIGKILL')
  await removeFolder()
})

const newUser = (userName: string) =>
  JSON.stringify({ schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'], userName, active: true })

async function findUser(userName: string): Promise<number> {
  const filter = encodeURIComponent(`userName eq "${userName}"`)
  const answer = await fetch(`${server.origin}/scim/v2/Users?filter=${filter}`, {
    headers: { authorization },
  })
  return ((await answer.json()) as { totalResults: number }).totalResults
}

describe('kill -9', () => {
  it('loses nothing that was acknowledged, and leaves nothing half written', async () => {
    const acknowledged: string[] = []
    let sent = 0
    const write = async (): Promise<void> => {
      for (;;) {
        sent += 1
        const userName = `user-${sent}`
        try {
          const answer = await fetch(`${server.origin}/scim/v2/Users`, {
            method: 'POST',
            headers: { authorization, 'content-type': 'application/scim+json' },
            body: newUser(userName),
          })
          if (answer.status === 201) acknowledged.push(userName)
          if (acknowledged.length === 60) server.send('SIGKILL')
        } catch {
          return
        }
      }
    }
    await Promise.all([write(), write(), write(), write()])
    expect(await server.ended).toBe('SIGKILL')
    expect(acknowledged.length).toBeGreaterThanOrEqual(60)

    server = await startServerProcess(dataDir)
    const found = await Promise.all(acknowledged.map((userName) => findUser(userName)))
    expect(found.every((count) => count === 1)).toBe(true)

    const list = await fetch(`${server.origin}/scim/v2/Users?count=0`, { headers: { authorization } })
    const { totalResults } = (await list.json()) as { totalResults: number }
    expect(totalResults).toBeGreaterThanOrEqual(acknowledged.length)
    expect(totalResults).toBeLessThanOrEqual(sent)
    const metrics = await (await fetch(`${server.origin}/metrics`)).text()
    expect(metrics).toContain(`\nidentity_center_users ${totalResults}\n`)
    const { code, stderr } = await runCommand(['audit', 'verify'], { DATA_DIR: dataDir })
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  })
})

/** A request whose body comes in two parts, with all the time in the world between them. */
class SlowRequest {
  readonly #socket: Socket
  readonly #body: string
  #answer = ''

  constructor(origin: string, body: string) {
    const { hostname, port } = new URL(origin)
    this.#body = body
    this.#socket = connect(Number(port), hostname)
    this.#socket.setEncoding('utf8').on('data', (text: string) => (this.#answer += text))
    this.#socket.write(
      `POST /scim/v2/Users HTTP/1.1\r\nHost: ${hostname}\r\nAuthorization: ${authorization}\r\n` +
        `Content-Type: application/scim+json\r\nContent-Length: ${body.length}\r\n\r\n${body.slice(0, 10)}`,
    )
  }

  finish(): void {
    this.#socket.write(this.#body.slice(10))
  }

  async answer(): Promise<string> {
    if (!this.#socket.closed) await new Promise((resolve) => this.#socket.once('close', resolve))
    return this.#answer
  }
}

/** Until nobody listens any more: the server has taken the signal. */
async function refusesConnections(): Promise<void> {
  for (;;) {
    try {
      await (await fetch(`${server.origin}/healthz`)).arrayBuffer()
      await delay(20)
    } catch {
      return
    }
  }
}

async function loggedStatuses(): Promise<readonly number[]> {
  const db = openDatabase({ engine: 'sqlite', file: databaseFileIn(dataDir) })
  const lines = await db.selectFrom('scim_log').select('status').execute()
  await db.destroy()
  return lines.map(({ status }) => status)
}

describe('SIGTERM', () => {
  it('lets an open request finish, and then ends', async () => {
    const request = new SlowRequest(server.origin, newUser('slow'))
    // Connections are taken in order: when this one is answered, the slow one is open.
    await (await fetch(`${server.origin}/healthz`)).arrayBuffer()
    server.send('SIGTERM')
    await refusesConnections()
    request.finish()
    expect(await request.answer()).toMatch(/^HTTP\/1\.1 201 /)
    expect(await server.ended).toBe(0)
    // The SCIM log is written in the background; what still waited then is not lost.
    expect(await loggedStatuses()).toEqual([201])
    server = await startServerProcess(dataDir)
    expect(await findUser('slow')).toBe(1)
  })

  it('ends at once when it comes a second time', async () => {
    const request = new SlowRequest(server.origin, newUser('slow'))
    await (await fetch(`${server.origin}/healthz`)).arrayBuffer()
    server.send('SIGTERM')
    await refusesConnections()
    // One that follows at once would be the same Ctrl-C, seen twice.
    const again = setInterval(() => server.send('SIGTERM'), 100)
    expect(await server.ended).toBe(143)
    clearInterval(again)
    expect(await request.answer()).toBe('')
  })
})
