/** The real command in a process of its own: what a person or a service manager starts. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const LAUNCHER = fileURLToPath(new URL('../../server/launch.mjs', import.meta.url))

export type Environment = Readonly<Record<string, string>>

export interface Outcome {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** A folder that is removed afterwards; call it in a test or a hook and keep the second function for the end. */
export async function makeFolder(): Promise<{ readonly folder: string; remove(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'identity-center-command-'))
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) }
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

function start(args: readonly string[], environment: Environment): ChildProcess {
  return spawn(process.execPath, [LAUNCHER, ...args], { env: environment, stdio: ['ignore', 'pipe', 'pipe'] })
}

function collect(child: ChildProcess): { readonly stdout: string; readonly stderr: string } {
  const output = { stdout: '', stderr: '' }
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (output.stdout += text))
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (output.stderr += text))
  return output
}

/** Runs a command to its end. */
export async function runCommand(args: readonly string[], environment: Environment): Promise<Outcome> {
  const child = start(args, environment)
  const output = collect(child)
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, ...output }
}

export interface ServerProcess {
  readonly origin: string
  readonly stdout: string
  readonly stderr: string
  send(signal: NodeJS.Signals): void
  /** Waits for the end: the exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals | null>
  /** Sends the signal and waits for the end. */
  end(signal?: NodeJS.Signals): Promise<number | NodeJS.Signals | null>
}

/** Starts a server on a free port and waits until it says that it is ready. */
export async function startServerProcess(
  dataDir: string,
  environment: Environment = {},
): Promise<ServerProcess> {
  const port = environment['PORT'] ?? String(await freePort())
  const child = start(['start'], { DATA_DIR: dataDir, PORT: port, ...environment })
  const output = collect(child)
  const ended = (once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>).then(
    ([code, signal]) => signal ?? code,
  )
  await new Promise<void>((resolve, reject) => {
    child.stdout?.on('data', () => {
      // The greeting is written at once; its last line may be either of these.
      if (/^ +(Login|Sign in) .*\n$/m.test(output.stdout)) resolve()
    })
    void ended.then((code) => reject(new Error(`the server ended with ${code}: ${output.stderr}`)))
  })
  return {
    origin: `http://127.0.0.1:${port}`,
    get stdout() {
      return output.stdout
    },
    get stderr() {
      return output.stderr
    },
    ended,
    send: (signal) => void child.kill(signal),
    end(signal = 'SIGTERM') {
      child.kill(signal)
      return ended
    },
  }
}
