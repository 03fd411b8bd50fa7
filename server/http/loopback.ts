/** Asks one of our own doors as a client would: over HTTP, on a port of this machine that is open only meanwhile. */
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'

const LOOPBACK = '127.0.0.1'
const ANSWER_WITHIN_MS = 10_000

export interface LoopbackAnswer {
  readonly status: number
  readonly headers: Headers
  /** Parsed JSON; `undefined` for a body that is none. */
  readonly body: unknown
  readonly milliseconds: number
}

/** Sends GET requests; the address they go to is ours to choose, whatever `path` says. */
export type LoopbackGet = (path: string, headers: Readonly<Record<string, string>>) => Promise<LoopbackAnswer>

/** Runs `work` with a client of the door. Nothing listens any more when it is over. */
export async function overLoopback<T>(
  door: RequestListener,
  work: (get: LoopbackGet) => Promise<T>,
): Promise<T> {
  const server = createServer(door)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, LOOPBACK, resolve)
  })
  const { port } = server.address() as AddressInfo
  try {
    return await work(async (path, headers) => {
      const url = new URL(`http://${LOOPBACK}:${port}`)
      const [pathname = '', search = ''] = path.split('?', 2)
      url.pathname = pathname
      url.search = search
      const start = performance.now()
      const answer = await fetch(url, {
        headers: { ...headers, connection: 'close' },
        redirect: 'manual',
        signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
      })
      const text = await answer.text()
      const milliseconds = performance.now() - start
      return { status: answer.status, headers: answer.headers, body: parsed(text), milliseconds }
    })
  } finally {
    await new Promise<void>((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}
