/**
 * `npm run bench:api`: signed requests of the cloud API, as ratios to a floor (see floor.ts) that neither checks who asks
 * nor what, by requests per second and by processor time of the server, which a busy machine does not distort; and how
 * long the check of a signature takes. Processes of their own, measured in alternating rounds; less than a minute.
 */
import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { cpus, tmpdir, totalmem } from 'node:os'
import { join } from 'node:path'
import { newApiKeyPair } from '../../server/domain/administrator.js'
import { isSignedWith, parseAuthorization } from '../../server/api/signature.js'
import { signedHeaders, type ApiKeyPair } from '../support/tc3.js'
import { median, printHeading, printRow } from './contest.js'
import { measure, type Load } from './load.js'
import { startProduct, startScript, type Measured } from './processes.js'
import { seed } from './seed.js'
import { percentile } from './statistics.js'

const PEOPLE = 10_000
const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 3)
const SECONDS = Number(process.env['BENCH_SECONDS'] ?? 2)
const WARM_UP_SECONDS = 2
/** Signed before it is measured, and sent again and again: an equal request within five minutes is as good. */
const SIGNED_REQUESTS = 500
const CHECKS = 20_000

interface Wanted {
  readonly action: string
  readonly body: object
}

const organization = (url: string, key: ApiKeyPair, { action, body }: Wanted) => {
  const text = JSON.stringify(body)
  const call = { action, version: '2021-03-31', service: 'organization', key, at: new Date() }
  return { headers: signedHeaders({ ...call, host: new URL(url).host }, text), body: text }
}

type Answer = Readonly<Record<string, unknown>>

/** Throws when it is refused: the status of a refusal is 200 too. */
async function answerOf(url: string, request: ReturnType<typeof organization>): Promise<Answer> {
  const { host: _host, ...headers } = request.headers
  const answer = await fetch(url, { method: 'POST', headers, body: request.body })
  const { Response } = (await answer.json()) as { Response: Answer }
  if (Response['Error'] !== undefined) throw new Error(JSON.stringify(Response['Error']))
  return Response
}

const oneOf = <T>(values: readonly T[]): T | undefined => values[Math.floor(Math.random() * values.length)]

interface Contender {
  readonly server: Measured
  readonly key: ApiKeyPair
  readonly wanted: (index: number) => Wanted
}

interface Figures {
  readonly perSecond: number
  /** Microseconds of processor time of the server for one request. */
  readonly processor: number
}

async function contest(contenders: readonly Contender[]): Promise<readonly Figures[]> {
  const signed = contenders.map(({ server: { url }, key, wanted }) =>
    Array.from({ length: SIGNED_REQUESTS }, (_, index) => organization(url, key, wanted(index))),
  )
  const rounds = contenders.map((): Figures[] => [])
  for (let round = -1; round < ROUNDS; round += 1) {
    for (const [index, { server }] of contenders.entries()) {
      const requests = signed[index] ?? []
      const load: Load = [
        { method: 'POST', path: '/', setupRequest: (request) => ({ ...request, ...oneOf(requests) }) },
      ]
      const seconds = round < 0 ? WARM_UP_SECONDS : SECONDS
      for (const request of requests.slice(0, 1)) await answerOf(server.url, request)
      const before = server.processorTime()
      const perSecond = await measure(server.url, '', load, seconds)
      const busy = (server.processorTime() - before) * 1000
      if (round >= 0) rounds[index]?.push({ perSecond, processor: busy / (perSecond * seconds) })
    }
  }
  return rounds.map((figures) => ({
    perSecond: median(figures.map(({ perSecond }) => perSecond)),
    processor: median(figures.map(({ processor }) => processor)),
  }))
}

/** Microseconds of the check of a request by each of the keys: header read, keys derived where they are new, all compared. */
function checkTimes(keys: readonly ApiKeyPair[]): readonly number[] {
  const wanted = { action: 'GetUser', body: { ZoneId: 'z-aaaaaaaaaaaa', UserId: 'u-aaaaaaaaaaaa' } }
  const requests = keys.map((key) => ({ key, ...organization('http://127.0.0.1:8080', key, wanted) }))
  return requests.map(({ key, headers, body }) => {
    const bytes = Buffer.from(body)
    const start = performance.now()
    const authorization = parseAuthorization(headers['authorization'])
    const request = { method: 'POST', query: '', headers, body: bytes }
    const isRight = isSignedWith(key.secretKey, request, authorization, headers['x-tc-timestamp'] ?? '')
    const time = performance.now() - start
    if (!isRight) throw new Error('a right signature was refused')
    return time * 1000
  })
}

const folder = await mkdtemp(join(tmpdir(), 'identity-center-bench-'))
try {
  const [cpu] = cpus()
  console.log(
    `${new Date().toISOString().slice(0, 10)}, Node ${process.version}, ${cpus().length} cores (${cpu?.model ?? 'unknown'}), ${(totalmem() / 2 ** 30).toFixed(0)} GiB; ${ROUNDS} rounds of ${SECONDS} s`,
  )
  const dataDir = join(folder, 'data')
  const key = newApiKeyPair()
  const environment = { API_SECRET_ID: key.secretId, API_SECRET_KEY: key.secretKey }
  const first = await startProduct(dataDir, environment)
  await first.stop()
  const { users } = await seed(join(dataDir, 'identity-center.db'), PEOPLE, [10])
  const product = await startProduct(dataDir, environment)
  const floor = await startScript('floor.js', [join(folder, 'floor.db'), String(PEOPLE), '10'])
  const zone = await answerOf(
    product.url,
    organization(product.url, key, { action: 'DescribeIdentityCenter', body: {} }),
  )
  const ZoneId = String(zone['ZoneId'])

  printHeading(`signed requests, ${PEOPLE} users`, 'product/s', 'floor/s', 'ratio', 'CPU ratio', 'µs of CPU')
  const compare = async (what: string, wanted: (id: string) => Wanted) => {
    const floorId = (index: number) => `u-${String(index + 1).padStart(12, '0')}`
    const [ours, bare] = await contest([
      { server: product, key, wanted: (index) => wanted(users[index] ?? '') },
      { server: floor, key, wanted: (index) => wanted(floorId(index)) },
    ])
    if (!ours || !bare) throw new Error('nothing was measured')
    printRow(
      what,
      ours.perSecond,
      bare.perSecond,
      ours.perSecond / bare.perSecond,
      bare.processor / ours.processor,
      ours.processor,
    )
  }
  await compare('GetUser (aim: 0.6)', (UserId) => ({ action: 'GetUser', body: { ZoneId, UserId } }))
  await compare('ListUsers of 100 (aim: 0.5)', () => ({
    action: 'ListUsers',
    body: { ZoneId, MaxResults: 100, NextToken: '' },
  }))
  await floor.stop()
  await product.stop()

  printHeading('check of a signature, µs (aim: under 60)', 'median', 'p99')
  const many = (keyOf: () => ApiKeyPair) => Array.from({ length: CHECKS }, keyOf)
  for (const [what, keyOf] of [
    ['of a key that signed before', () => key],
    ['of a key for the first time that day', () => ({ ...key, secretKey: randomUUID() })],
  ] as const) {
    const times = checkTimes(many(keyOf))
    printRow(what, percentile(times, 50), percentile(times, 99))
  }
} finally {
  await rm(folder, { recursive: true, force: true })
}
