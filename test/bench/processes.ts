/** Processes that a bench measures: the product as its users start it, and what it is measured against. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { fileURLToPath } from 'node:url'

/** Compiled benches are in dist/test/bench. */
const LAUNCHER = fileURLToPath(new URL('../../../server/launch.mjs', import.meta.url))

/** Those of `npm start`. */
const V8_OPTIONS = ['--max-semi-space-size=4', '--max-old-space-size=1024']

export interface Measured {
  readonly url: string
  /** Resident memory in bytes. */
  memory(): number
  /** Milliseconds of processor time since its start: what a busy machine does not distort. */
  processorTime(): number
  stop(): Promise<void>
}

export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('no port was given')
  return address.port
}

/** The product on a data folder, with quotas out of the way; all else as it comes. */
export function productEnvironment(dataDir: string, port: number): NodeJS.ProcessEnv {
  return {
    PATH: process.env['PATH'],
    PORT: String(port),
    DATA_DIR: dataDir,
    SPACE_NAME: 'bench',
    ADMIN_PASSWORD: 'Bench-password-1',
    QUOTA_USERS: '1000000',
    QUOTA_GROUPS: '100000',
    QUOTA_GROUP_USERS: '1000000',
    QUOTA_USER_GROUPS: '1000',
  }
}

/** Starts the product and returns it with the milliseconds until /readyz answered 200. */
export async function startProduct(
  dataDir: string,
  environment: NodeJS.ProcessEnv = {},
): Promise<Measured & { readonly readyAfter: number }> {
  const port = await freePort()
  const start = performance.now()
  const child = spawn(process.execPath, [...V8_OPTIONS, LAUNCHER, 'start'], {
    env: { ...productEnvironment(dataDir, port), ...environment },
    stdio: 'ignore',
  })
  const url = `http://127.0.0.1:${port}`
  await untilReady(child, `${url}/readyz`)
  return { url, readyAfter: performance.now() - start, ...handlesOf(child) }
}

/** Starts another script of this folder; it is told its port and the rest of `parameters`. */
export async function startScript(name: string, parameters: readonly string[]): Promise<Measured> {
  const port = await freePort()
  const script = fileURLToPath(new URL(name, import.meta.url))
  const child = spawn(process.execPath, [script, String(port), ...parameters], { stdio: 'ignore' })
  const url = `http://127.0.0.1:${port}`
  await untilReady(child, `${url}/readyz`)
  return { url, ...handlesOf(child) }
}

/** Runs a command of the product on a data folder and returns what it printed. */
export function runCommand(dataDir: string, ...parameters: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, [LAUNCHER, ...parameters], {
    env: productEnvironment(dataDir, 1),
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`${parameters.join(' ')}: ${stderr}`)
  return stdout.trim()
}

async function untilReady(child: ChildProcess, url: string): Promise<void> {
  for (;;) {
    if (child.exitCode !== null)
      throw new Error(`the server ended with ${child.exitCode} before it was ready`)
    const answer = await fetch(url).catch(() => undefined)
    if (answer?.status === 200) return
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

const handlesOf = (child: ChildProcess) => ({
  memory: () => {
    const kibibytes = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]
    return Number(kibibytes) * 1024
  },
  processorTime: () => {
    // The name in parentheses may hold blanks; the 12th and 13th field after it count ticks of 10 ms.
    const fields = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? []
    return (Number(fields[11]) + Number(fields[12])) * 10
  },
  stop: () =>
    new Promise<void>((resolve) => {
      child.once('exit', () => resolve())
      child.kill('SIGTERM')
    }),
})
