import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { putPassword } from '../../db/factors.js'
import { inTransaction } from '../../db/transaction.js'
import { systemActor } from '../../server/domain/actor.js'
import { createPasswordHasher } from '../../server/services/password-hasher.js'
import type { CookieClient } from '../support/cookie-client.js'
import { ADMIN_PASSWORD } from '../support/context.js'
import { engines } from '../support/engines.js'
import { createPortalWorld, LOGIN, PASSWORD, type Person, type PortalWorld } from './portal-world.js'

const CODE = '/portal/sign-in/code'

describe.each(engines)('a browser that is known on %s', (engine) => {
  let world: PortalWorld
  beforeAll(async () => {
    world = await createPortalWorld(engine)
  })
  afterAll(() => world.remove())

  async function signedIn(userName: string) {
    const person = await world.person(userName)
    const browser = world.browser()
    const secret = await world.signIn(browser, person)
    browser.cookies.delete('portal-session')
    return { person, browser, secret }
  }

  let strangers = 0
  /** Failures of people elsewhere, until they are delayed. */
  async function failElsewhere(userName: string): Promise<void> {
    for (;;) {
      strangers += 1
      const stranger = world.browser({ 'X-Forwarded-For': `198.51.${strangers >> 8}.${strangers & 255}` })
      const page = await world.enterPassword(stranger, { userName, password: 'Wrong-pass-1' })
      if (page.status === 429) return
    }
  }

  const enter = (browser: CookieClient, person: Person, password = person.password) =>
    world.enterPassword(browser, { ...person, password })

  it('is not delayed by what strangers fail, and has an allowance of its own', async () => {
    const { person, browser } = await signedIn('known.owner')
    await failElsewhere(person.userName)
    expect((await enter(world.browser(), person)).status).toBe(429)
    expect((await enter(browser, person)).location).toBe(CODE)
    const statuses: number[] = []
    for (let failures = 1; failures <= 11; failures += 1) {
      statuses.push((await enter(browser, person, 'Wrong-pass-1')).status)
    }
    expect(statuses).toEqual([...Array.from({ length: 10 }, () => 401), 429])
    expect((await enter(browser, person)).status).toBe(429)
  })

  it('is not delayed by what others fail at its own address', async () => {
    const { person, browser } = await signedIn('known.neighbour')
    const address = browser.headers['X-Forwarded-For'] ?? ''
    for (let names = 1; names <= 11; names += 1) {
      const colleague = world.browser({ 'X-Forwarded-For': address })
      await world.enterPassword(colleague, { userName: `sprayed.${names}`, password: 'x' })
    }
    expect((await enter(world.browser({ 'X-Forwarded-For': address }), person)).status).toBe(429)
    expect((await enter(browser, person)).status).toBe(303)
  })

  it('guesses codes no more often than any other, and is not delayed by their guesses', async () => {
    const { person, browser, secret } = await signedIn('known.codes')
    const attacker = world.browser()
    const page = await attacker.follow(await enter(attacker, person))
    for (let failures = 1; failures <= 10; failures += 1) {
      expect((await attacker.submit(page, CODE, { code: '000000' })).status).toBe(401)
    }
    expect((await attacker.submit(page, CODE, { code: '000000' })).status).toBe(429)
    world.nextCode()
    const mine = await browser.follow(await enter(browser, person))
    expect((await browser.submit(mine, CODE, { code: world.codeOf(secret) })).location).toBe('/portal')
  })

  it('is known for those who signed in there, not for whom it asks', async () => {
    const { browser } = await signedIn('known.attacker')
    const victim = await world.person('known.victim')
    const statuses: number[] = []
    for (let failures = 1; failures <= 11; failures += 1) {
      statuses.push((await enter(browser, victim, 'Wrong-pass-1')).status)
    }
    expect(statuses.at(-1)).toBe(429)
    // One address alone delays nobody else's sign-in, and an administrator's reset counts there too.
    expect((await enter(world.browser(), victim)).location).toContain('/portal/sign-in/')
    const subject = { kind: 'user', id: victim.id, name: victim.userName } as const
    await world.services.passwords.reset(systemActor('test'), subject, {
      password: PASSWORD,
      mustChange: false,
    })
    expect((await enter(browser, victim)).status).toBe(303)
  })

  it('is no better off than others in a network that is known, and that one is not delayed by strangers', async () => {
    const { person, browser } = await signedIn('known.network')
    const address = browser.headers['X-Forwarded-For'] ?? ''
    await failElsewhere(person.userName)
    expect((await enter(world.browser(), person)).status).toBe(429)
    const another = world.browser({ 'X-Forwarded-For': address })
    expect((await enter(another, person)).status).toBe(303)
    for (let failures = 1; failures <= 10; failures += 1) await enter(another, person, 'Wrong-pass-1')
    expect((await enter(another, person)).status).toBe(429)
    expect((await enter(browser, person)).status).toBe(303)
  })

  it('is not made known by a cookie that somebody planted', async () => {
    const planted = 'p'.repeat(43)
    const person = await world.person('known.planted')
    const browser = world.browser()
    browser.cookies.set('portal-device', planted)
    await world.signIn(browser, person)
    const given = browser.cookies.get('portal-device')
    expect(given).toMatch(/^[\w-]{43}$/)
    expect(given).not.toBe(planted)
    const stored = await world.db.selectFrom('known_devices').select('device_hash').execute()
    expect(JSON.stringify(stored)).not.toContain(given)
    // The same browser keeps its name, and a reset of the password makes it a stranger again.
    browser.cookies.delete('portal-session')
    await failElsewhere(person.userName)
    expect((await enter(browser, person)).status).toBe(303)
    const subject = { kind: 'user', id: person.id, name: person.userName } as const
    await world.services.passwords.reset(systemActor('test'), subject, {
      password: PASSWORD,
      mustChange: false,
    })
    await failElsewhere(person.userName)
    expect((await enter(browser, person)).status).toBe(429)
  })

  it('lets the administrator in whom strangers try to lock out', async () => {
    const browser = world.browser()
    const login = await browser.get('/admin/login')
    const credentials = { userName: 'admin', password: ADMIN_PASSWORD }
    const device = await browser.follow(await browser.submit(login, '/admin/login', credentials))
    const secret = /id="totp-key">([^<]+)</.exec(device.text)?.[1] ?? ''
    await browser.submit(device, '/admin/sign-in/device', { code: world.codeOf(secret) })
    browser.cookies.delete('console-session')
    for (let failures = 1; failures <= 11; failures += 1) {
      const stranger = world.browser({ 'X-Forwarded-For': `203.0.113.${failures}` })
      const page = await stranger.get('/admin/login')
      await stranger.submit(page, '/admin/login', { ...credentials, password: 'x' })
    }
    const elsewhere = world.browser()
    const refused = await elsewhere.submit(await elsewhere.get('/admin/login'), '/admin/login', credentials)
    expect(refused.status).toBe(429)
    const entered = await browser.submit(await browser.get('/admin/login'), '/admin/login', credentials)
    expect(entered.location).toBe('/admin/sign-in/code')
  })
})

describe.each(engines)('a password hash of older days on %s', (engine) => {
  it('is made anew at the next sign-in, and only by a right password', async () => {
    const world = await createPortalWorld(engine)
    try {
      const person = await world.person('outdated')
      const older = createPasswordHasher({ parameters: { memoryCost: 8192, timeCost: 1, parallelism: 1 } })
      const subject = { kind: 'user', id: person.id } as const
      const hash = await older.hash(PASSWORD)
      const before = { hash, mustChange: false }
      await inTransaction(world.db, (tx) => putPassword(tx, subject, before, '2026-01-01T00:00:00.000Z'))
      const stored = async () =>
        world.db
          .selectFrom('passwords')
          .selectAll()
          .where('subject_id', '=', person.id)
          .executeTakeFirstOrThrow()
      await world.enterPassword(world.browser(), { ...person, password: 'Wrong-pass-1' })
      expect((await stored()).hash).toBe(hash)
      expect((await world.enterPassword(world.browser(), person)).status).toBe(303)
      const after = await stored()
      expect(after.hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
      expect(after.changed_at).toBe('2026-01-01T00:00:00.000Z')
      expect((await world.enterPassword(world.browser(), person)).status).toBe(303)
      expect((await stored()).hash).toBe(after.hash)
      expect((await world.browser().get(LOGIN)).status).toBe(200)
    } finally {
      await world.remove()
    }
  })
})
