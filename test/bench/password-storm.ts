/** Many people signing in by password at once, and everybody else meanwhile. */
import { createCookieSession, type CookieSession } from './cookie-session.js'
import { runCommand, startProduct } from './processes.js'
import { percentile } from './statistics.js'

const IN_FLIGHT = 20
const SECONDS = 8

/** Asks /healthz in turn until told to stop, and returns how long each answer took, in milliseconds. */
async function watchHealth(url: string, until: () => boolean): Promise<readonly number[]> {
  const times: number[] = []
  while (!until()) {
    const start = performance.now()
    await (await fetch(`${url}/healthz`)).arrayBuffer()
    times.push(performance.now() - start)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  return times
}

/** A browser at the login page: its cookie and the token of the form are good for any number of attempts. */
async function atLoginPage(url: string, address: string): Promise<CookieSession> {
  const session = createCookieSession(url, address)
  await session.get('/bench/login')
  return session
}

export async function passwordStorm(dataDir: string): Promise<void> {
  await (await startProduct(dataDir)).stop()
  const userName = 'morning.person'
  const password = runCommand(dataDir, 'user', 'create', userName)
  // A hundred attempts a second from one address would be refused.
  const server = await startProduct(dataDir, { TRUST_PROXY: '1' })

  const quietEnd = performance.now() + (SECONDS * 1000) / 2
  const quiet = await watchHealth(server.url, () => performance.now() > quietEnd)

  let signIns = 0
  const end = performance.now() + SECONDS * 1000
  const isOver = () => performance.now() > end
  const people = Array.from({ length: IN_FLIGHT }, async (_, person) => {
    while (!isOver()) {
      // A new browser each time: one that is half signed in would go on from there.
      const session = await atLoginPage(server.url, `198.51.100.${person + 1}`)
      const { status, headers } = await session.post('/bench/login', { userName, password })
      if (status !== 303 || !headers.get('location')?.startsWith('/portal/')) {
        throw new Error(`the sign-in was answered ${status}`)
      }
      signIns += 1
    }
  })
  const [busy] = await Promise.all([watchHealth(server.url, isOver), ...people])
  console.log(`password sign-ins, ${IN_FLIGHT} in flight: ${(signIns / SECONDS).toFixed(1)} per second`)
  console.log(
    `  /healthz ${percentile(busy, 50).toFixed(1)} ms at the median, ${percentile(busy, 99).toFixed(1)} ms at p99 (quiet: ${percentile(quiet, 50).toFixed(1)} and ${percentile(quiet, 99).toFixed(1)})`,
  )
  await server.stop()
}
