/** Many people signing in by SAML at once: how many a second, and what the others notice of it. */
import { SAML, ValidateInResponseTo } from '@node-saml/passport-saml'
import { fork } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createValidationPool } from '../../saml/validation-pool.js'
import { median } from './contest.js'
import { userNameOf } from './people.js'
import { runCommand, startProduct, type Measured } from './processes.js'
import type { CrowdOrder, CrowdReport } from './saml-crowd.js'
import { createProvider, respond, type BenchProvider, type Receiver } from './saml-people.js'
import { seed } from './seed.js'
import { percentile } from './statistics.js'

const PEOPLE = 200
const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 3)
/** Logins of a round: half a second of work for one core. */
const LOGINS = Number(process.env['BENCH_LOGINS'] ?? 200)
const QUIET_SECONDS = 4
/** Responses that each thread or process reads before it is measured: V8 takes some hundreds to compile what it runs. */
const WARM_UP = 200
/** Sign-ins before the first figure of the door: bare node-saml has read a thousand responses on its one thread by then. */
const DOOR_WARM_UP = 1000
const KINDS = [
  { attributes: 5, logins: LOGINS },
  { attributes: 100, logins: Math.ceil(LOGINS / 3) },
]
/** Addresses of the people come from the proxy in front, as they would. */
const BEHIND_PROXY = { TRUST_PROXY: '1' }

/** A crowd that has begun its logins and waits for the word. */
async function gather(order: CrowdOrder) {
  const child = fork(fileURLToPath(new URL('saml-crowd.js', import.meta.url)))
  const next = () =>
    new Promise<CrowdReport>((resolve, reject) => {
      child.once('message', (report) => resolve(report as CrowdReport))
      child.once('exit', (code) => reject(new Error(`the crowd ended with ${code}`)))
    })
  const ready = next()
  child.send(order)
  const report = await ready
  if (report.kind !== 'ready') throw new Error('the crowd did not begin')
  return {
    ...report,
    /** Seconds until everybody is in. */
    async go(): Promise<number> {
      const done = next()
      child.send('go')
      const end = await done
      if (end.kind !== 'done') throw new Error('the crowd did not end')
      return end.seconds
    },
  }
}

/** Seconds that node-saml takes for the responses, one after the other, with nothing around it. */
async function validateBare(
  { key }: BenchProvider,
  { acsUrl, entityId }: Receiver,
  responses: readonly string[],
): Promise<number> {
  const saml = new SAML({
    callbackUrl: acsUrl,
    issuer: entityId,
    audience: entityId,
    idpCert: key.certificatePem,
    wantAuthnResponseSigned: false,
    validateInResponseTo: ValidateInResponseTo.never,
    acceptedClockSkewMs: 60_000,
  })
  const start = performance.now()
  for (const SAMLResponse of responses) await saml.validatePostResponseAsync({ SAMLResponse })
  return (performance.now() - start) / 1000
}

/** A pool of so many threads that have all worked already: the function tells the seconds that they take for the responses. */
async function warmPool(
  size: number,
  { key }: BenchProvider,
  { acsUrl, entityId }: Receiver,
  responses: readonly string[],
) {
  const pool = createValidationPool({ size, queue: size * WARM_UP + responses.length })
  const validate = (base64: string) =>
    pool.validate({
      xml: Buffer.from(base64, 'base64').toString('utf8'),
      expected: {
        certificates: [key.certificatePem],
        issuer: 'https://idp.example/metadata',
        audience: entityId,
        recipient: acsUrl,
        destination: acsUrl,
        now: new Date(),
        skewSeconds: 60,
        maximumAgeSeconds: 600,
      },
    })
  await Promise.all(
    Array.from({ length: size * WARM_UP }, (_, index) => validate(responses[index % responses.length] ?? '')),
  )
  return {
    async secondsFor(): Promise<number> {
      const start = performance.now()
      await Promise.all(responses.map(validate))
      return (performance.now() - start) / 1000
    },
    close: () => pool.close(),
  }
}

async function poolAlone(provider: BenchProvider): Promise<void> {
  const receiver = { entityId: 'https://sp.example/sp', acsUrl: 'https://sp.example/acs' }
  console.log('SAML responses in a pool of threads, nothing around it')
  for (const { attributes, logins } of KINDS) {
    const responses = Array.from({ length: logins }, () =>
      respond(provider.key, receiver, { nameId: 'alice', attributes, inResponseTo: '_request' }),
    )
    await validateBare(provider, receiver, responses.slice(0, WARM_UP))
    const pools = {
      one: await warmPool(1, provider, receiver, responses),
      two: await warmPool(2, provider, receiver, responses),
    }
    const rates = { bare: [] as number[], one: [] as number[], two: [] as number[] }
    for (let round = 0; round < ROUNDS; round += 1) {
      rates.bare.push(logins / (await validateBare(provider, receiver, responses)))
      rates.one.push(logins / (await pools.one.secondsFor()))
      rates.two.push(logins / (await pools.two.secondsFor()))
    }
    await pools.one.close()
    await pools.two.close()
    const [bare, one, two] = [median(rates.bare), median(rates.one), median(rates.two)]
    console.log(
      `  ${attributes} attributes: ${one.toFixed(0)} a second with one thread, ${two.toFixed(0)} with two: ${(two / one).toFixed(2)} times (aim: 1.7); bare node-saml ${bare.toFixed(0)}`,
    )
  }
}

/** Reads users one after the other until told to stop, and returns how long each read took, in milliseconds. */
async function readUsers(
  { url }: Measured,
  { secret, ids }: { readonly secret: string; readonly ids: readonly string[] },
  until: () => boolean,
): Promise<readonly number[]> {
  const times: number[] = []
  while (!until()) {
    const start = performance.now()
    const answer = await fetch(`${url}/scim/v2/Users/${ids[times.length % ids.length]}`, {
      headers: { authorization: `Bearer ${secret}` },
    })
    await answer.arrayBuffer()
    if (answer.status !== 200) throw new Error(`a read was answered ${answer.status}`)
    times.push(performance.now() - start)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  return times
}

export async function samlStorm(dataDir: string): Promise<void> {
  const provider = await createProvider()
  await poolAlone(provider)

  await (await startProduct(dataDir)).stop()
  const { users } = await seed(join(dataDir, 'identity-center.db'), PEOPLE, [])
  const metadataFile = `${dataDir}-metadata.xml`
  writeFileSync(metadataFile, provider.metadata)
  runCommand(dataDir, 'saml', 'idp-metadata', metadataFile)
  runCommand(dataDir, 'login-method', 'sso')
  runCommand(dataDir, 'scim', 'enable')
  const reads = { secret: runCommand(dataDir, 'scim-credential', 'create'), ids: users }
  const server = await startProduct(dataDir, BEHIND_PROXY)
  const names = users.map((_, index) => userNameOf(index))
  const order = { url: server.url, key: provider.key, names, inFlight: 16 }

  console.log('SAML sign-ins at the door (response and session), and bare node-saml with the same responses')
  await (await gather({ ...order, attributes: 5, logins: DOOR_WARM_UP })).go()
  for (const { attributes, logins } of KINDS) {
    const ratios: number[] = []
    const rates: number[] = []
    let processorTime = 0
    await (await gather({ ...order, attributes, logins: WARM_UP })).go()
    for (let round = 0; round < ROUNDS; round += 1) {
      const crowd = await gather({ ...order, attributes, logins })
      const receiver = { acsUrl: crowd.acsUrl, entityId: crowd.acsUrl.replace('/acs/', '/sp/') }
      const bare = await validateBare(provider, receiver, crowd.responses)
      const before = server.processorTime()
      const seconds = await crowd.go()
      processorTime += server.processorTime() - before
      ratios.push(bare / seconds)
      rates.push(logins / seconds)
    }
    console.log(
      `  ${attributes} attributes: ${median(rates).toFixed(0)} a second, ${median(ratios).toFixed(2)} of bare node-saml on one core (aim: 0.8); ${(processorTime / logins / ROUNDS).toFixed(1)} ms of processor time each`,
    )
  }

  const quietEnd = performance.now() + QUIET_SECONDS * 1000
  const quiet = await readUsers(server, reads, () => performance.now() > quietEnd)
  const crowd = await gather({ ...order, attributes: 5, logins: LOGINS * 3 })
  let over = false
  const [busy] = await Promise.all([
    readUsers(server, reads, () => over),
    crowd.go().finally(() => {
      over = true
    }),
  ])
  const [calm, stormy] = [percentile(quiet, 99), percentile(busy, 99)]
  console.log('reading users by SCIM meanwhile')
  console.log(
    `  ${percentile(busy, 50).toFixed(1)} ms at the median, ${stormy.toFixed(1)} ms at p99 (quiet: ${percentile(quiet, 50).toFixed(1)} and ${calm.toFixed(1)}): ${(stormy / calm).toFixed(1)} times (aim: 2)`,
  )
  await server.stop()
}
