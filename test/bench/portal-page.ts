/** The portal page of somebody with very many accounts. */
import { join } from 'node:path'
import { openDatabase } from '../../db/database.js'
import { parseUserId } from '../../server/domain/ids.js'
import { seedAccess } from '../support/access-seed.js'
import { createCookieSession, signIn } from './cookie-session.js'
import { runCommand, startProduct } from './processes.js'
import { percentile } from './statistics.js'

const ACCOUNTS = 500
const PERMISSIONS = 3
const WARM_UP = 50
const REQUESTS = 200

/** Measures from the request to the head of the answer, which is sent when the whole page is rendered and compressed. */
export async function portalPage(dataDir: string): Promise<void> {
  await (await startProduct(dataDir)).stop()
  const userName = 'busy.person'
  const password = runCommand(dataDir, 'user', 'create', userName)
  const db = openDatabase({ engine: 'sqlite', file: join(dataDir, 'identity-center.db') })
  const { id } = await db
    .selectFrom('users')
    .select('id')
    .where('user_name', '=', userName)
    .executeTakeFirstOrThrow()
  const userId = parseUserId(id)
  if (userId === undefined) throw new Error(`${id} is no user id`)
  await seedAccess(db, userId, { accounts: ACCOUNTS, permissions: PERMISSIONS })
  await db.destroy()

  const server = await startProduct(dataDir)
  const session = createCookieSession(server.url)
  await signIn(session, { userName, password })
  const times: number[] = []
  let bytes = 0
  let processorTime = 0
  for (let request = 0; request < WARM_UP + REQUESTS; request += 1) {
    if (request === WARM_UP) processorTime = server.processorTime()
    const start = performance.now()
    const answer = await fetch(`${server.url}/portal`, {
      headers: { cookie: session.cookies(), 'accept-encoding': 'br' },
    })
    if (request >= WARM_UP) times.push(performance.now() - start)
    bytes = Number(answer.headers.get('content-length'))
    if (answer.status !== 200 || answer.headers.get('content-encoding') !== 'br') {
      throw new Error(`/portal answered ${answer.status}`)
    }
    await answer.arrayBuffer()
  }
  processorTime = (server.processorTime() - processorTime) / REQUESTS
  console.log(`portal page, ${ACCOUNTS} accounts with ${PERMISSIONS} permissions each`)
  console.log(
    `  server time ${percentile(times, 50).toFixed(1)} ms at the median, ${percentile(times, 99).toFixed(1)} ms at p99 (aim: median under 25 ms)`,
  )
  console.log(`  processor time ${processorTime.toFixed(1)} ms for each page, compressing included`)
  console.log(`  ${(bytes / 1024).toFixed(1)} KiB compressed (aim: under 60 KB)`)
  await server.stop()
}
