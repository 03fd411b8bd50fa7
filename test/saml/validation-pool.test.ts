/** Validation in threads: the compiled product with real responses, and threads that misbehave on demand. */
import { spawnSync } from 'node:child_process'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { ValidationJob } from '../../saml/response-validation.js'
import { createValidationPool, type ValidationPoolOptions } from '../../saml/validation-pool.js'
import { LAUNCHER } from '../support/command.js'
import { createFakeIdp, imaginedRequest } from '../support/fake-idp.js'
import { replace } from '../support/saml-forgery.js'

/** Does what the text of a job says. */
const ENTRY = new URL(
  `data:text/javascript,${encodeURIComponent(`
    import { parentPort, threadId } from 'node:worker_threads'
    parentPort.on('message', ({ xml }) => {
      if (xml === 'crash') process.exit(3)
      if (xml === 'throw') void Promise.reject(new Error('a bug'))
      else if (xml === 'memory') { const held = []; for (;;) held.push(new Array(1e6).fill(held.length)) }
      else if (xml === 'hang') for (;;);
      else parentPort.postMessage({ kind: 'accepted', assertion: {
        nameId: xml, threadId, environment: Object.keys(process.env) } })
    })
  `)}`,
)

const NOW = new Date('2026-11-01T08:00:00Z')
const AT = { entityId: 'https://sp.example/saml/sp/z-1', acsUrl: 'https://sp.example/saml/acs/z-1' }
const jobOf = (xml: string, certificates: readonly string[] = []): ValidationJob => ({
  xml,
  expected: {
    certificates,
    issuer: 'https://idp.example/metadata',
    audience: AT.entityId,
    recipient: AT.acsUrl,
    destination: AT.acsUrl,
    now: NOW,
    skewSeconds: 60,
    maximumAgeSeconds: 600,
  },
})

describe('the pool of threads', () => {
  let lost: unknown[] = []
  const closing: (() => Promise<void>)[] = []
  afterEach(async () => {
    lost = []
    for (const close of closing.splice(0)) await close()
  })

  function open(options: ValidationPoolOptions = {}) {
    const pool = createValidationPool({
      entry: ENTRY,
      size: 1,
      onLost: (reason) => lost.push(reason),
      ...options,
    })
    closing.push(pool.close)
    return (text: string, address?: string) => pool.validate(jobOf(text), address)
  }

  it.each(['crash', 'throw', 'memory', 'hang'])(
    'refuses a response over which a thread is lost (%s), and goes on with another thread',
    async (way) => {
      const validate = open({ timeLimit: way === 'hang' ? 2000 : 30_000 })
      const first = await validate('alice')
      const [refused, waited] = await Promise.allSettled([validate(way), validate('bob')])
      expect(refused).toMatchObject({ status: 'rejected', reason: { check: 'unfinished' } })
      expect(waited).toMatchObject({ status: 'fulfilled', value: { nameId: 'bob' } })
      expect(waited).not.toMatchObject({ value: { threadId: (first as { threadId?: number }).threadId } })
      expect(lost).toHaveLength(1)
    },
  )

  it('gives nothing more to a thread that answers after it was given up', async () => {
    const validate = open({ timeLimit: 1000 })
    await validate('alice')
    const answers = await new Promise<readonly PromiseSettledResult<unknown>[]>((resolve) => {
      setImmediate(() => {
        resolve(Promise.allSettled(['a', 'b', 'c'].map((text) => validate(text))))
        // The answer is there in time; but timers come next after this, and with them the time limit.
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1500)
      })
    })
    expect(answers).toMatchObject([
      { reason: { check: 'unfinished' } },
      { value: { nameId: 'b' } },
      { value: { nameId: 'c' } },
    ])
  })

  it('lets a bounded number wait and refuses more at once', async () => {
    const validate = open({ queue: 2 })
    const answers = await Promise.allSettled(['a', 'b', 'c', 'd'].map((text) => validate(text)))
    expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'fulfilled', 'rejected'])
    expect(answers[3]).toMatchObject({ reason: { code: 'service.unavailable' } })
    expect(await validate('e')).toMatchObject({ nameId: 'e' })
  })

  it('lets nobody be kept waiting, or out, by one address that brings more than there is room for', async () => {
    const validate = open({ queue: 4 })
    const order: string[] = []
    const bring = (text: string, address: string) =>
      validate(text, address).then(
        () => order.push(text),
        (error: unknown) => {
          expect(error).toMatchObject({ code: 'service.unavailable', facts: { retryAfterSeconds: 5 } })
          order.push(`no ${text}`)
        },
      )
    // One site of IPv6 is one client, whatever address in it.
    const flood = [1, 2, 3, 4, 5, 6].map((n) => bring(`flood ${n}`, `2001:db8:1:${n}::1`))
    await Promise.all([...flood, bring('office 1', '192.0.2.1'), bring('office 2', '192.0.2.1')])
    expect(order.slice(0, 3)).toEqual(['no flood 6', 'no flood 5', 'no flood 4'])
    expect(order.slice(3)).toEqual(['flood 1', 'flood 2', 'office 1', 'flood 3', 'office 2'])
  })

  it('keeps the environment of the server from its threads', async () => {
    expect(await open()('alice')).toMatchObject({ environment: [] })
  })

  it('starts another thread while the first is at work, and ends one that has none', async () => {
    const validate = open({ size: 2, idleLimit: 0 })
    const both = await Promise.all([validate('a'), validate('b')])
    const ids = both.map((each) => (each as { threadId?: number }).threadId)
    expect(new Set(ids).size).toBe(2)
    await vi.waitFor(async () => {
      const later = await validate('c')
      expect(ids).not.toContain((later as { threadId?: number }).threadId)
    })
    expect(lost).toEqual([])
  })

  it('finishes what waits when it is closed, and takes no more', async () => {
    const pool = createValidationPool({ entry: ENTRY, size: 1 })
    const begun = ['a', 'b', 'c'].map((text) => pool.validate(jobOf(text)))
    const closed = pool.close()
    await expect(pool.validate(jobOf('late'))).rejects.toMatchObject({ code: 'service.unavailable' })
    await closed
    expect((await Promise.all(begun)).map(({ nameId }) => nameId)).toEqual(['a', 'b', 'c'])
  })

  it('validates in the compiled product as it does here', async () => {
    expect(spawnSync(process.execPath, [LAUNCHER, '--build']).status).toBe(0)
    const idp = await createFakeIdp()
    const respond = (issuedAt = NOW) => idp.respond(imaginedRequest(AT), 'alice', issuedAt)
    const pool = createValidationPool({
      entry: new URL('../../dist/saml/validation-worker.js', import.meta.url),
    })
    closing.push(pool.close)
    const validate = (xml: string) => pool.validate(jobOf(xml, [idp.key.certificatePem]))
    const { xml, assertionId } = respond()
    expect(await validate(xml)).toMatchObject({
      assertionId,
      nameId: 'alice',
      issuedAt: NOW,
      attributes: new Map(),
    })
    await expect(validate(replace(xml, '>alice<', '>admin<'))).rejects.toMatchObject({
      check: 'signatureDigest',
    })
    const late = respond(new Date(NOW.getTime() - 3_600_000))
    await expect(validate(late.xml)).rejects.toMatchObject({
      check: 'expired',
      facts: { expected: `> ${NOW.toISOString()}` },
    })
  })
})
