/**
 * `npm run bench:scim`: what the SCIM door does, as ratios: to a floor (see floor.ts) at 10,000 users, to itself at
 * 100,000 users, by size of the group and by depth of the page; a first synchronization as identity providers do it;
 * start and memory. Each server is a process of its own, and those that are compared are measured in alternating rounds.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { cpus, tmpdir, totalmem } from 'node:os'
import { join } from 'node:path'
import { contest, howLong, median, printHeading, printRow } from './contest.js'
import { ENTRA, firstSync, OKTA } from './first-sync.js'
import { changeMembers, createUsers, findUsers, getPage, getUsers, setActive, type Load } from './load.js'
import { walkByCursor, walkByIndex } from './paging.js'
import { JOINERS, userBody } from './people.js'
import { runCommand, startProduct, startScript, type Measured } from './processes.js'
import { seed, type Seeded } from './seed.js'

const FEW = 10_000
const MANY = 100_000
const FEW_SIZES = [10, FEW]
const MANY_SIZES = [10, 1000, FEW, MANY]
const STARTS = 3

const mebibytes = (bytes: number): string => `${(bytes / 1024 / 1024).toFixed(0)} MiB`

interface World extends Measured {
  readonly secret: string
  readonly dataDir: string
}

/** A product with SCIM on and a credential; `fill` writes into its database while no server runs. */
async function startWorld<Filled>(
  dataDir: string,
  fill: (databaseFile: string) => Promise<Filled>,
): Promise<World & { readonly filled: Filled }> {
  const first = await startProduct(dataDir)
  await first.stop()
  runCommand(dataDir, 'scim', 'enable')
  const secret = runCommand(dataDir, 'scim-credential', 'create')
  const filled = await fill(join(dataDir, 'identity-center.db'))
  return { ...(await startProduct(dataDir)), secret, dataDir, filled }
}

type Operations = (people: number, users: readonly string[]) => readonly (readonly [string, Load])[]

const operations: Operations = (people, users) => [
  ['GET user by id', getUsers(users)],
  ['GET users, userName eq', findUsers(people)],
  ['PATCH active', setActive(users)],
  ['GET page of 100 users', getPage('count=100')],
  ['POST user', createUsers()],
]

const floorIds = (first: number, count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `u-${String(first + index + 1).padStart(12, '0')}`)

async function againstFloor(few: World & { readonly filled: Seeded }, folder: string): Promise<void> {
  const floor = await startScript('floor.js', [join(folder, 'floor.db'), String(FEW), FEW_SIZES.join(',')])
  printHeading(`per second, ${FEW} users`, 'product', 'floor', 'ratio')
  const compare = async (what: string, load: Load, floorLoad: Load) => {
    const [product = 0, bare = 0] = await contest([
      { url: few.url, secret: few.secret, load },
      { url: floor.url, secret: few.secret, load: floorLoad },
    ])
    printRow(what, product, bare, product / bare)
  }
  const floorOperations = operations(FEW, floorIds(0, FEW))
  for (const [index, [what, load]] of operations(FEW, few.filled.users).entries()) {
    await compare(what, load, floorOperations[index]?.[1] ?? [])
  }
  for (const size of FEW_SIZES) {
    await compare(
      `PATCH one member, group of ${size}`,
      changeMembers(few.filled.groups.get(size) ?? '', few.filled.joiners),
      changeMembers(`g-${size}`, floorIds(FEW, JOINERS)),
    )
  }
  await floor.stop()
}

type SeededWorld = World & { readonly filled: Seeded }

async function bySize(few: SeededWorld, many: SeededWorld): Promise<void> {
  printHeading('per second', `${FEW} users`, `${MANY} users`, 'ratio')
  const ofMany = operations(MANY, many.filled.users)
  for (const [index, [what, load]] of operations(FEW, few.filled.users).entries()) {
    const [small = 0, large = 0] = await contest([
      { url: few.url, secret: few.secret, load },
      { url: many.url, secret: many.secret, load: ofMany[index]?.[1] ?? [] },
    ])
    printRow(what, small, large, large / small)
  }

  printHeading(`PATCH per second, ${MANY} users, group of`, ...MANY_SIZES.map(String), 'cost, largest')
  for (const together of [1, 100]) {
    const figures = await contest(
      MANY_SIZES.map((size) => ({
        url: many.url,
        secret: many.secret,
        load: changeMembers(many.filled.groups.get(size) ?? '', many.filled.joiners, together),
      })),
    )
    printRow(
      `${together} member${together === 1 ? '' : 's'} at once`,
      ...figures,
      `× ${((figures[0] ?? 0) / (figures.at(-1) ?? 0)).toFixed(2)}`,
    )
  }
}

async function pages({ url, secret }: World): Promise<void> {
  const part = (times: readonly number[], from: number, until: number) => median(times.slice(from, until))
  printHeading(`ms per page of 100, ${MANY} users`, 'first', 'last', 'cost, last')
  for (const [what, walk] of [
    ['by cursor', walkByCursor],
    ['by startIndex, in order', walkByIndex],
  ] as const) {
    await walk(url, secret)
    const times = await walk(url, secret)
    const [first, last] = [part(times, 0, 50), part(times, times.length - 50, times.length)]
    printRow(what, first, last, `× ${(last / first).toFixed(2)}`)
  }
}

async function largeGroup(many: SeededWorld): Promise<void> {
  const { url, secret } = many
  const address = (size: number) => `${url}/scim/v2/Groups/${many.filled.groups.get(size)}`
  const headers = { authorization: `Bearer ${secret}` }
  printHeading(`GET group of ${MANY}`, 'first byte', 'all', 'size', 'memory before', 'highest')
  const before = many.memory()
  let highest = before
  let firstByte = Number.NaN
  let bytes = 0
  const start = performance.now()
  const answer = await fetch(address(MANY), { headers })
  const reader = answer.body?.getReader()
  for (;;) {
    const chunk = await reader?.read()
    if (chunk?.value === undefined) break
    if (bytes === 0) firstByte = performance.now() - start
    bytes += chunk.value.length
    highest = Math.max(highest, many.memory())
  }
  const all = performance.now() - start
  printRow(
    'whole',
    ...[firstByte, all].map((ms) => `${ms.toFixed(0)} ms`),
    mebibytes(bytes),
    mebibytes(before),
    mebibytes(highest),
  )
  const without = (size: number): Load => [
    { method: 'GET', path: `${new URL(address(size)).pathname}?excludedAttributes=members` },
  ]
  const [small = 0, large = 0] = await contest(
    [10, MANY].map((size) => ({ url, secret, load: without(size) })),
  )
  printHeading('GET per second, excludedAttributes=members', 'group of 10', `of ${MANY}`, 'ratio')
  printRow('', small, large, large / small)
}

async function firstSyncs(folder: string): Promise<void> {
  printHeading(`first sync of ${FEW} users and 200 groups`, 'users/s', 'requests/s', 'memory')
  for (const manner of [OKTA, ENTRA]) {
    const world = await startWorld(join(folder, manner.name.replace(' ', '-')), async () => undefined)
    const { seconds, requests } = await firstSync(world.url, world.secret, manner, FEW, 200)
    printRow(`as ${manner.name} does it`, FEW / seconds, requests / seconds, mebibytes(world.memory()))
    await world.stop()
  }
}

async function startAndMemory(folder: string, dataDir: string): Promise<void> {
  const starts: number[] = []
  for (let start = 0; start < STARTS; start += 1) {
    const again = await startProduct(dataDir)
    starts.push(again.readyAfter)
    await again.stop()
  }
  const world = await startWorld(join(folder, 'memory'), async () => undefined)
  const idle = world.memory()
  for (let index = 0; index < 1000; index += 1) {
    const answer = await fetch(`${world.url}/scim/v2/Users`, {
      method: 'POST',
      headers: { authorization: `Bearer ${world.secret}`, 'content-type': 'application/scim+json' },
      body: JSON.stringify(userBody(index)),
    })
    if (answer.status !== 201) throw new Error(`POST /Users answered ${answer.status}`)
    await answer.arrayBuffer()
  }
  printHeading('', 'figure')
  printRow(`start to ready, ${FEW} users`, `${median(starts).toFixed(0)} ms`)
  printRow('resident memory after the start', mebibytes(idle))
  printRow('resident memory after 1000 users were pushed', mebibytes(world.memory()))
  await world.stop()
}

const folder = await mkdtemp(join(tmpdir(), 'identity-center-bench-'))
try {
  const [cpu] = cpus()
  console.log(
    `${new Date().toISOString().slice(0, 10)}, Node ${process.version}, ${cpus().length} cores (${cpu?.model ?? 'unknown'}), ${(totalmem() / 2 ** 30).toFixed(0)} GiB; ${howLong}`,
  )
  const few = await startWorld(join(folder, 'few'), (file) => seed(file, FEW, FEW_SIZES))
  await againstFloor(few, folder)
  const many = await startWorld(join(folder, 'many'), (file) => seed(file, MANY, MANY_SIZES))
  await bySize(few, many)
  await few.stop()
  await pages(many)
  await largeGroup(many)
  printRow(`resident memory after all that, ${MANY} users`, mebibytes(many.memory()))
  await many.stop()
  await firstSyncs(folder)
  await startAndMemory(folder, few.dataDir)
} finally {
  await rm(folder, { recursive: true, force: true })
}
