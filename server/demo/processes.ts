/** The processes of the tour: the server on a throw-away folder, and the identity provider. Both end with the tour. */
import { fork, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const START_WITHIN_MS = 30_000

export interface Started {
  readonly origin: string
  stop(): Promise<void>
}

async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  await ended
}

/** Waits for what `look` finds; throws when the process ends before, or when it takes too long. */
async function waitFor<T>(
  child: ChildProcess,
  what: string,
  look: (found: (value: T) => void) => void,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  try {
    return await new Promise<T>((resolve, reject) => {
      timer = setTimeout(
        () => reject(new Error(`${what} did not start within ${START_WITHIN_MS / 1000} s`)),
        START_WITHIN_MS,
      )
      child.once('exit', (code) => reject(new Error(`${what} ended with ${code} before it was ready`)))
      child.once('error', reject)
      look(resolve)
    })
  } finally {
    clearTimeout(timer)
  }
}

/** A port that nobody uses at this moment. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

/** Starts the server by the same command as everybody does, on an empty data folder and a free port. */
export async function startServerProcess(settings: Readonly<Record<string, string>>): Promise<Started> {
  const folder = await mkdtemp(join(tmpdir(), 'identity-center-demo-'))
  const [node, launcher = ''] = process.argv
  const child = spawn(node ?? process.execPath, [...process.execArgv, launcher, 'start'], {
    // Nothing of the caller's configuration: the tour is the same everywhere.
    env: {
      DATA_DIR: folder,
      HOST: '127.0.0.1',
      PORT: String(await freePort()),
      LOG_LEVEL: 'warn',
      ...settings,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
    // Ctrl-C reaches the tour alone, which then ends the server in order.
    detached: true,
  })
  const stop = async (): Promise<void> => {
    await stopChild(child)
    await rm(folder, { recursive: true, force: true })
  }
  try {
    const origin = await waitFor<string>(child, 'the server', (found) => {
      let output = ''
      child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
        output += chunk
        const [, console] = /^ *Console +(\S+)\/admin\/$/m.exec(output) ?? []
        if (console !== undefined) found(console)
      })
    })
    return { origin, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

export async function startIdentityProvider(): Promise<Started> {
  const child = fork(fileURLToPath(new URL('./idp-process.js', import.meta.url)), [], { detached: true })
  const { origin } = await waitFor<{ origin: string }>(child, 'the identity provider', (found) => {
    child.once('message', (message) => found(message as { origin: string }))
  })
  return { origin, stop: () => stopChild(child) }
}
