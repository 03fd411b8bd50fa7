/**
 * `npm run bench:scim`: what the SCIM door does per second, as a ratio to a floor (see floor.ts), each in a process of its
 * own, warmed up, in alternating rounds, medians. Also resident memory after 1,000 users and the time from start to ready.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { cpus, tmpdir, totalmem } from 'node:os'
import { join } from 'node:path'
import { changeMembers, createUsers, findUsers, measure, type Load } from './load.js'
import { GROUP_SIZES, PEOPLE, userBody } from './people.js'
import { runCommand, startProduct, startScript } from './processes.js'
import { seed } from './seed.js'

const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 3)
const SECONDS = Number(process.env['BENCH_SECONDS'] ?? 5)
const WARM_UP_SECONDS = 2
const STARTS = 3
const MEMORY_USERS = 1000

const median = (values: readonly number[]): number =>
  [...values].sort((left, right) => left - right)[Math.floor(values.length / 2)] ?? Number.NaN

interface Contender {
  readonly url: string
  readonly load: Load
}

interface Outcome {
  readonly what: string
  readonly product: number
  readonly floor: number
}

async function compare(what: string, secret: string, product: Contender, floor: Contender): Promise<Outcome> {
  for (const { url, load } of [product, floor]) await measure(url, secret, load, WARM_UP_SECONDS)
  const products: number[] = []
  const floors: number[] = []
  for (let round = 0; round < ROUNDS; round += 1) {
    products.push(await measure(product.url, secret, product.load, SECONDS))
    floors.push(await measure(floor.url, secret, floor.load, SECONDS))
  }
  const outcome = { what, product: median(products), floor: median(floors) }
  console.log(
    `${what.padEnd(42)} ${outcome.product.toFixed(0).padStart(7)} ${outcome.floor.toFixed(0).padStart(7)} ${(outcome.product / outcome.floor).toFixed(2).padStart(6)}`,
  )
  return outcome
}

async function throughput(folder: string): Promise<void> {
  const dataDir = join(folder, 'throughput')
  let server = await startProduct(dataDir)
  await server.stop()
  runCommand(dataDir, 'scim', 'enable')
  const secret = runCommand(dataDir, 'scim-credential', 'create')
  const { groups, joiners } = await seed(join(dataDir, 'identity-center.db'))
  server = await startProduct(dataDir)
  const floor = await startScript('floor.js', [join(folder, 'floor.db')])
  const floorJoiners = joiners.map((_, index) => `u-${String(PEOPLE + index + 1).padStart(12, '0')}`)

  console.log(
    `${'operations per second'.padEnd(42)} ${'product'.padStart(7)} ${'floor'.padStart(7)} ${'ratio'.padStart(6)}`,
  )
  await compare(
    `GET by userName eq, ${PEOPLE} users`,
    secret,
    { url: server.url, load: findUsers() },
    { url: floor.url, load: findUsers() },
  )
  await compare(
    `POST user, from ${PEOPLE} users`,
    secret,
    { url: server.url, load: createUsers() },
    { url: floor.url, load: createUsers() },
  )
  const memberships: Outcome[] = []
  for (const size of GROUP_SIZES) {
    memberships.push(
      await compare(
        `PATCH one member, group of ${size}`,
        secret,
        { url: server.url, load: changeMembers(groups.get(size) ?? '', joiners) },
        { url: floor.url, load: changeMembers(`g-${size}`, floorJoiners) },
      ),
    )
  }
  const [small, large] = memberships
  if (small && large) {
    console.log(`cost of a member at 10000 against 10: ${(small.product / large.product).toFixed(2)}`)
  }
  await server.stop()
  await floor.stop()

  const starts: number[] = []
  for (let start = 0; start < STARTS; start += 1) {
    const again = await startProduct(dataDir)
    starts.push(again.readyAfter)
    await again.stop()
  }
  console.log(`start to ready on this database: ${median(starts).toFixed(0)} ms`)
}

async function memory(folder: string): Promise<void> {
  const dataDir = join(folder, 'memory')
  const server = await startProduct(dataDir)
  const idle = server.memory()
  runCommand(dataDir, 'scim', 'enable')
  const secret = runCommand(dataDir, 'scim-credential', 'create')
  for (let index = 0; index < MEMORY_USERS; index += 1) {
    const answer = await fetch(`${server.url}/scim/v2/Users`, {
      method: 'POST',
      headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/scim+json' },
      body: JSON.stringify(userBody(index)),
    })
    if (answer.status !== 201) throw new Error(`POST /Users answered ${answer.status}`)
    await answer.arrayBuffer()
  }
  const mebibytes = (bytes: number) => (bytes / 1024 / 1024).toFixed(0)
  console.log(
    `resident memory: ${mebibytes(idle)} MiB at start, ${mebibytes(server.memory())} MiB after ${MEMORY_USERS} users`,
  )
  await server.stop()
}

const folder = await mkdtemp(join(tmpdir(), 'identity-center-bench-'))
try {
  const [cpu] = cpus()
  console.log(
    `${new Date().toISOString().slice(0, 10)}, Node ${process.version}, ${cpus().length} cores (${cpu?.model ?? 'unknown'}), ${(totalmem() / 2 ** 30).toFixed(0)} GiB; ${ROUNDS} rounds of ${SECONDS} s`,
  )
  await throughput(folder)
  await memory(folder)
} finally {
  await rm(folder, { recursive: true, force: true })
}
