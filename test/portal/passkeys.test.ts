import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { searchAuditEvents } from '../../db/audit.js'
import { systemActor } from '../../server/domain/actor.js'
import type { CreationOptions } from '../../server/domain/passkey.js'
import type { CookieClient, Page } from '../support/cookie-client.js'
import { ADMIN_PASSWORD } from '../support/context.js'
import { engines } from '../support/engines.js'
import {
  createAuthenticator,
  passkeyOptionsOf,
  type Oddity,
  type PasskeyAuthenticator,
} from '../support/passkey-authenticator.js'
import { createPortalWorld, LOGIN, type Person, type PortalWorld } from './portal-world.js'

const SECURITY = '/portal/security'
const NEW = `${SECURITY}/passkeys/new`
const USE = '/portal/sign-in/passkey'

describe.each(engines)('passkeys on %s', (engine) => {
  let world: PortalWorld
  beforeAll(async () => {
    world = await createPortalWorld(engine)
  })
  afterAll(() => world.remove())

  /** Adds a passkey in the browser of somebody who has just signed in. */
  async function register(
    browser: CookieClient,
    authenticator: PasskeyAuthenticator,
    name = 'My laptop',
    oddity: Oddity = {},
    path = NEW,
  ): Promise<Page> {
    const page = await browser.get(path)
    const credential = authenticator.create(passkeyOptionsOf<CreationOptions>(page), oddity)
    return browser.submit(page, path, { credential, name })
  }

  /** Somebody with a device and a passkey. */
  async function holder(userName: string) {
    const person = await world.person(userName)
    const browser = world.browser()
    const secret = await world.signIn(browser, person)
    const authenticator = createAuthenticator()
    const added = await register(browser, authenticator)
    expect(added.location).toBe(SECURITY)
    return { person, browser, secret, authenticator, subject: { kind: 'user', id: person.id } as const }
  }

  /** Asks for a passkey at the login page and answers by it. */
  async function signInBy(
    authenticator: PasskeyAuthenticator,
    oddity: Oddity = {},
    browser = world.browser(),
  ): Promise<Page> {
    const page = await browser.submit(await browser.get(LOGIN), USE)
    return browser.submit(page, USE, { credential: authenticator.get(passkeyOptionsOf(page), oddity) })
  }

  /** As far as the page on which the passkey is asked for after the password. */
  async function askedForSecondStep(person: Person) {
    const browser = world.browser()
    const codePage = await browser.follow(await world.enterPassword(browser, person))
    return { browser, page: await browser.submit(codePage, USE) }
  }

  const events = async (userId: string) => {
    const { items } = await searchAuditEvents(world.db, { search: userId, page: { offset: 0, limit: 50 } })
    return items.map(({ action, result }) => `${action} ${result}`)
  }

  it('are added, named, used for a whole sign-in and for its second step, renamed and removed', async () => {
    const { person, browser, authenticator } = await holder('passkey.owner')
    const listed = await browser.get(SECURITY)
    expect(listed.text).toContain('The passkey My laptop has been added.')
    expect(listed.text).toContain('My laptop')

    const alone = world.browser()
    expect((await signInBy(authenticator, {}, alone)).location).toBe('/portal')
    expect((await alone.get('/portal')).text).toContain('passkey.owner')

    const second = await askedForSecondStep(person)
    expect(passkeyOptionsOf(second.page).allowCredentials).toHaveLength(1)
    const credential = authenticator.get(passkeyOptionsOf(second.page), { userVerified: false })
    const before = second.browser.cookies.get('portal-session')
    const done = await second.browser.submit(second.page, USE, { credential })
    expect(done.location).toBe('/portal')
    expect(second.browser.cookies.get('portal-session')).not.toBe(before)

    const [, path = ''] = /href="(\/portal\/security\/passkeys\/pk-[a-z0-9]{12})"/.exec(listed.text) ?? []
    const settings = await browser.get(path)
    expect((await browser.submit(settings, `${path}/name`, { name: ' ' })).status).toBe(400)
    await browser.submit(settings, `${path}/name`, { name: 'Old <laptop>' })
    expect((await browser.get(SECURITY)).text).toContain('Old &lt;laptop>')
    await browser.submit(settings, `${path}/remove`)
    expect((await browser.get(SECURITY)).text).toContain('You have no passkey.')
    expect((await signInBy(authenticator)).status).toBe(401)
    expect(await events('passkey.owner')).toEqual(
      expect.arrayContaining([
        'passkey.register success',
        'passkey.rename success',
        'passkey.remove success',
        'signIn.passkey success',
        'signIn.totp success',
      ]),
    )
    const [stored] = (await browser.get(path)).text.match(/You have no such passkey/) ?? []
    expect(stored).toBeDefined()
  })

  it('answer alike whatever is wrong with them', async () => {
    const { authenticator } = await holder('passkey.probed')
    const texts = new Set<string>()
    const oddities: readonly Oddity[] = [
      { origin: 'https://evil.example' },
      { origin: 'http://localhost:8081' },
      { rpId: 'evil.example' },
      { challenge: Buffer.from('another challenge altogether').toString('base64url') },
      { type: 'webauthn.create' },
      { crossOrigin: true },
      { userVerified: false },
      { userPresent: false },
      { credentialId: Buffer.from('nobody knows this').toString('base64url') },
      { userHandle: Buffer.from('somebody else').toString('base64url') },
      { userHandle: undefined },
      { counter: 1 },
      { spoilSignature: true },
    ]
    for (const oddity of oddities) {
      const page = await signInBy(authenticator, oddity)
      expect([oddity, page.status]).toEqual([oddity, 401])
      expect(page.text).toContain('The passkey was not accepted.')
      texts.add(page.text.replaceAll(/value="[^"]*"|challenge&quot;:&quot;[\w-]+/g, ''))
    }
    for (const credential of [
      'x',
      '{}',
      '[]',
      'null',
      '"',
      JSON.stringify({ id: 1 }),
      '{"id":"',
      'A'.repeat(30_000),
    ]) {
      const browser = world.browser()
      const page = await browser.submit(await browser.get(LOGIN), USE)
      const answer = await browser.submit(page, USE, { credential })
      expect([credential.slice(0, 20), answer.status]).toEqual([credential.slice(0, 20), 401])
      texts.add(answer.text.replaceAll(/value="[^"]*"|challenge&quot;:&quot;[\w-]+/g, ''))
    }
    expect(texts.size).toBe(1)
    expect((await signInBy(authenticator)).status).toBe(303)
  })

  it('sign each challenge once, in the browser that was asked, in time', async () => {
    const { authenticator, person } = await holder('passkey.replay')
    const browser = world.browser()
    const page = await browser.submit(await browser.get(LOGIN), USE)
    const credential = authenticator.get(passkeyOptionsOf(page))

    const thief = world.browser()
    const theirs = await thief.submit(await thief.get(LOGIN), USE)
    expect((await thief.submit(theirs, USE, { credential })).status).toBe(401)
    const answers = await Promise.all([1, 2, 3].map(() => browser.submit(page, USE, { credential })))
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 401, 401])

    const late = world.browser()
    const latePage = await late.submit(await late.get(LOGIN), USE)
    const lateCredential = authenticator.get(passkeyOptionsOf(latePage))
    world.clock.advance(300)
    expect((await late.submit(latePage, USE, { credential: lateCredential })).status).toBe(401)

    // An answer for one purpose is none for another.
    const second = await askedForSecondStep(person)
    const forSecondStep = authenticator.get(passkeyOptionsOf(second.page))
    const stranger = world.browser()
    const form = await stranger.submit(await stranger.get(LOGIN), USE)
    expect((await stranger.submit(form, USE, { credential: forSecondStep })).status).toBe(401)
    const stored = JSON.stringify(await world.db.selectFrom('passkey_challenges').selectAll().execute())
    expect(stored).not.toContain(passkeyOptionsOf(form).challenge)
  })

  it('of one person are no second step of another', async () => {
    const owner = await holder('passkey.first')
    const other = await holder('passkey.second')
    const { browser, page } = await askedForSecondStep(owner.person)
    const options = { ...passkeyOptionsOf(page), allowCredentials: [] }
    const refused = await browser.submit(page, USE, { credential: other.authenticator.get(options) })
    expect(refused.status).toBe(401)
    expect(refused.text).toContain('The passkey was not accepted.')
    expect((await browser.get('/portal')).location).toBe('/portal/sign-in/code')
  })

  it('are written down ever more seldom where they fail all the time, and accepted all the same', async () => {
    const { authenticator } = await holder('passkey.neighbour')
    const browser = world.browser()
    const page = await browser.get(LOGIN)
    const failures = async () => {
      const query = { action: 'signIn.passkey', page: { offset: 0, limit: 1000 } }
      const { items } = await searchAuditEvents(world.db, query)
      return items.filter(({ result }) => result === 'failure').length
    }
    const before = await failures()
    const fail = async () => {
      expect((await browser.submit(page, USE, { credential: '{}' })).status).toBe(401)
    }
    for (let failed = 1; failed <= 15; failed += 1) await fail()
    expect((await failures()) - before).toBe(10)
    world.clock.advance(15)
    await fail()
    await fail()
    expect((await failures()) - before).toBe(11)
    expect((await signInBy(authenticator, {}, browser)).location).toBe('/portal')
  })

  it('are not accepted from those who may not sign in', async () => {
    const { authenticator, person } = await holder('passkey.blocked')
    await world.services.users.setBlocked(world.administrator, person.id, true)
    expect((await signInBy(authenticator)).status).toBe(401)
    expect(await events('passkey.blocked')).toContain('signIn.passkey failure')
  })

  it('are no other door’s, and no way around single sign-on', async () => {
    const { authenticator } = await holder('passkey.wrong.door')
    const console = world.browser()
    const page = await console.submit(await console.get('/admin/login'), '/admin/sign-in/passkey')
    const credential = authenticator.get(passkeyOptionsOf(page))
    expect((await console.submit(page, '/admin/sign-in/passkey', { credential })).status).toBe(401)

    const browser = world.browser()
    const asked = await browser.submit(await browser.get(LOGIN), USE)
    const answer = authenticator.get(passkeyOptionsOf(asked))
    const { revision } = await world.db.selectFrom('zones').select('revision').executeTakeFirstOrThrow()
    const zone = world.db.updateTable('zones')
    await zone.set({ login_method: 'sso', revision: revision + 1 }).execute()
    try {
      expect((await browser.submit(asked, USE, { credential: answer })).location).toBe(LOGIN)
      expect((await browser.submit(asked, USE)).location).toBe(LOGIN)
    } finally {
      await zone.set({ login_method: 'password', revision: revision + 2 }).execute()
    }
  })

  it('are refused when they bring certificates along, as nobody asked for them', async () => {
    const person = await world.person('passkey.attested')
    const browser = world.browser()
    await world.signIn(browser, person)
    const packed = Buffer.concat([
      Buffer.from('63666d74667061636b6564', 'hex'), // fmt: packed
      Buffer.from('6761747453746d74a363616c67266373696740637835638141', 'hex'), // alg, sig, x5c with
      Buffer.from('30', 'hex'), // one certificate of one byte
    ])
    const refused = await register(browser, createAuthenticator(), 'Odd', { attestation: packed })
    expect(refused.status).toBe(401)
    for (const oddity of [
      { origin: 'https://evil.example' },
      { rpId: 'x.example' },
      { type: 'webauthn.get' },
    ]) {
      expect((await register(browser, createAuthenticator(), 'Odd', oddity)).status).toBe(401)
    }
    expect((await browser.get(SECURITY)).text).toContain('You have no passkey.')
  })

  it('belong to one person each, and are ten at most', async () => {
    const { browser } = await holder('passkey.collector')
    const credentialId = Buffer.from('the same credential twice').toString('base64url')
    const authenticator = createAuthenticator()
    expect((await register(browser, authenticator, 'First', { credentialId })).status).toBe(303)
    const thief = world.browser()
    await world.signIn(thief, await world.person('passkey.thief'))
    expect((await register(thief, authenticator, 'Mine now', { credentialId })).status).toBe(409)
    for (let count = 3; count <= 10; count += 1)
      await register(browser, createAuthenticator(), `No. ${count}`)
    const full = await browser.follow(await browser.get(NEW))
    expect(full.text).toContain('You have 10 passkeys')
  })

  it('are added and removed by those who have just signed in, or show once more who they are', async () => {
    const { browser, person, secret, authenticator } = await holder('passkey.careful')
    world.clock.advance(600)
    const asked = await browser.get(NEW)
    expect(asked.location).toBe(`${SECURITY}/confirm?next=${encodeURIComponent(NEW)}`)
    const confirmation = await browser.follow(asked)
    const action = `${SECURITY}/confirm`
    for (const [password, code] of [
      ['Wrong-pass-1', world.codeOf(secret)],
      [person.password, '000000'],
    ] as const) {
      const refused = await browser.submit(confirmation, `${action}?`, { password, code })
      expect([refused.status, refused.text.includes('The password or the code is not right.')]).toEqual([
        401,
        true,
      ])
    }
    const before = browser.cookies.get('portal-session')
    const confirmed = await browser.submit(confirmation, `${action}?`, {
      password: person.password,
      code: world.codeOf(secret),
    })
    expect(confirmed.location).toBe(NEW)
    expect(browser.cookies.get('portal-session')).not.toBe(before)
    expect((await register(browser, createAuthenticator(), 'Phone')).location).toBe(SECURITY)

    world.clock.advance(600)
    const settings = await browser.get(SECURITY)
    const [path = ''] = /\/portal\/security\/passkeys\/pk-[a-z0-9]{12}/.exec(settings.text) ?? []
    const removal = await browser.submit(await browser.get(path), `${path}/remove`)
    expect(removal.location).toContain('/confirm?next=')
    const page = await browser.follow(removal)
    const form = await browser.submit(page, `${SECURITY}/confirm/passkey`)
    const withoutOwner = authenticator.get(passkeyOptionsOf(form), { userVerified: false })
    expect(
      (await browser.submit(form, `${SECURITY}/confirm/passkey`, { credential: withoutOwner })).status,
    ).toBe(401)
    const again = await browser.submit(page, `${SECURITY}/confirm/passkey`)
    const credential = authenticator.get(passkeyOptionsOf(again))
    const back = await browser.submit(again, `${SECURITY}/confirm/passkey`, { credential })
    expect(back.location).toBe(path)
    expect((await browser.submit(await browser.get(path), `${path}/remove`)).location).toBe(SECURITY)
    expect(await events('passkey.careful')).toEqual(
      expect.arrayContaining(['session.confirm failure', 'session.confirm success']),
    )
  })

  it('leads from a confirmation to pages of this site only', async () => {
    const { browser, person, secret } = await holder('passkey.wanders')
    world.nextCode()
    const page = await browser.get(`${SECURITY}/confirm?next=https://evil.example/`)
    const done = await browser.submit(page, `${SECURITY}/confirm?`, {
      password: person.password,
      code: world.codeOf(secret),
    })
    expect(done.location).toBe(SECURITY)
  })

  it('slow down guessing at the confirmation', async () => {
    const { browser } = await holder('passkey.guessed')
    const page = await browser.get(`${SECURITY}/confirm`)
    const statuses: number[] = []
    for (let failures = 1; failures <= 11; failures += 1) {
      const answer = await browser.submit(page, `${SECURITY}/confirm?`, { password: 'x', code: '000000' })
      statuses.push(answer.status)
    }
    expect(statuses).toEqual([...Array.from({ length: 10 }, () => 401), 429])
  })

  it('slow down passkeys that are refused at the confirmation, and write no more of them down', async () => {
    const { browser } = await holder('passkey.refused')
    const action = `${SECURITY}/confirm/passkey`
    const page = await browser.get(`${SECURITY}/confirm`)
    const statuses: number[] = []
    for (let failures = 1; failures <= 12; failures += 1) {
      statuses.push((await browser.submit(page, action, { credential: '{}' })).status)
    }
    expect(statuses).toEqual([...Array.from({ length: 10 }, () => 401), 429, 429])
    const kept = (await events('passkey.refused')).filter((event) => event === 'session.confirm failure')
    expect(kept).toHaveLength(10)
  })

  it('renew the recovery codes of those who have just signed in', async () => {
    const { browser } = await holder('passkey.renews')
    const codes = await browser.submit(await browser.get(SECURITY), `${SECURITY}/recovery-codes`)
    expect(codes.text.match(/[0-9A-Z]{4}(-[0-9A-Z]{4}){3}/g)).toHaveLength(10)
    world.clock.advance(600)
    const late = await browser.submit(await browser.get(SECURITY), `${SECURITY}/recovery-codes`)
    expect(late.location).toBe(`${SECURITY}/confirm?next=${encodeURIComponent(SECURITY)}`)
  })

  it('take the place of the app at the first sign-in, and nobody binds another one beside it', async () => {
    const person = await world.person('passkey.only')
    const early = world.browser()
    const enrolment = await early.follow(await world.enterPassword(early, person))
    const browser = world.browser()
    await browser.follow(await world.enterPassword(browser, person))
    const authenticator = createAuthenticator()
    const enrolled = await register(browser, authenticator, 'Key', {}, '/portal/sign-in/new-passkey')
    expect(enrolled.text.match(/[0-9A-Z]{4}(-[0-9A-Z]{4}){3}/g)).toHaveLength(10)
    expect((await browser.get('/portal')).status).toBe(200)
    // Whoever knew the password as well.
    expect((await world.enrol(early, enrolment)).page.status).toBe(409)
    const late = await register(early, createAuthenticator(), 'Mine', {}, '/portal/sign-in/new-passkey')
    expect(late.status).toBe(409)

    const { browser: next, page } = await askedForSecondStep(person)
    const credential = authenticator.get(passkeyOptionsOf(page))
    expect((await next.submit(page, USE, { credential })).location).toBe('/portal')
    const listed = await next.get(SECURITY)
    const [path = ''] = /\/portal\/security\/passkeys\/pk-[a-z0-9]{12}/.exec(listed.text) ?? []
    const refused = await next.submit(await next.get(path), `${path}/remove`)
    expect([refused.status, refused.text.includes('your only second step')]).toEqual([409, true])
  })

  it('let an app be set up beside them, which is one', async () => {
    const person = await world.person('passkey.and.app')
    const browser = world.browser()
    await browser.follow(await world.enterPassword(browser, person))
    await register(browser, createAuthenticator(), 'Key', {}, '/portal/sign-in/new-passkey')
    const path = `${SECURITY}/device`
    const page = await browser.get(path)
    const key = /id="totp-key">([^<]+)</.exec(page.text)?.[1] ?? ''
    expect((await browser.submit(page, path, { code: '000000' })).status).toBe(401)
    const bound = await browser.submit(page, path, { code: world.codeOf(key) })
    expect(bound.text.match(/[0-9A-Z]{4}(-[0-9A-Z]{4}){3}/g)).toHaveLength(10)
    expect((await browser.get(path)).location).toBe(SECURITY)
    expect((await browser.submit(page, path, { code: world.codeOf(key) })).status).toBe(409)
    world.clock.advance(600)
    expect((await browser.get(path)).location).toBe(`${SECURITY}/confirm?next=${encodeURIComponent(path)}`)
    const next = world.browser()
    const codePage = await next.follow(await world.enterPassword(next, person))
    expect((await next.submit(codePage, '/portal/sign-in/code', { code: world.codeOf(key) })).location).toBe(
      '/portal',
    )
  })

  it('go with the unbinding by an administrator, and with the user', async () => {
    const { authenticator, person, subject } = await holder('passkey.unbound')
    await world.services.mfa.unbind(systemActor('test'), subject)
    expect((await signInBy(authenticator)).status).toBe(401)
    expect((await world.enterPassword(world.browser(), person)).location).toBe('/portal/sign-in/device')
    const leaver = await holder('passkey.leaver')
    await world.services.users.remove(world.administrator, leaver.person.id)
    const left = await world.db
      .selectFrom('passkeys')
      .select('id')
      .where('subject_id', '=', leaver.person.id)
      .execute()
    expect(left).toEqual([])
  })

  it('open the console to administrators, who may see to their own factors with any rights', async () => {
    const { administrator: auditor } = await world.services.administrators.create(systemActor('test'), {
      name: 'auditor',
      rights: 'readOnly',
      password: ADMIN_PASSWORD,
    })
    await world.services.passwords.setMustChange(
      systemActor('test'),
      { kind: 'administrator', id: auditor.uin, name: 'auditor' },
      false,
    )
    const browser = world.browser()
    const login = await browser.get('/admin/login')
    await browser.submit(login, '/admin/login', { userName: 'auditor', password: ADMIN_PASSWORD })
    const authenticator = createAuthenticator({ counting: false })
    await register(browser, authenticator, 'Desk', {}, '/admin/sign-in/new-passkey')
    const mine = await browser.get('/admin/security')
    expect(mine.text).toContain('Desk')
    expect(
      (await register(browser, createAuthenticator(), 'Bag', {}, '/admin/security/passkeys/new')).location,
    ).toBe('/admin/security')
    for (let round = 1; round <= 2; round += 1) {
      const alone = world.browser()
      const page = await alone.submit(await alone.get('/admin/login'), '/admin/sign-in/passkey')
      const credential = authenticator.get(passkeyOptionsOf(page), { counter: 0 })
      const entered = await alone.submit(page, '/admin/sign-in/passkey', { credential })
      expect(entered.location).toBe('/admin/')
      expect((await alone.get('/admin/')).status).toBe(200)
    }
  })

  it('refuse every form without the token of the browser', async () => {
    const { browser } = await holder('passkey.forged')
    for (const path of [
      NEW,
      `${SECURITY}/recovery-codes`,
      `${SECURITY}/confirm`,
      `${SECURITY}/confirm/passkey`,
      `${SECURITY}/passkeys/pk-000000000000/name`,
      `${SECURITY}/passkeys/pk-000000000000/remove`,
    ]) {
      expect([path, (await browser.post(path, {})).status]).toEqual([path, 403])
    }
    for (const path of [USE, '/portal/sign-in/new-passkey', '/admin/sign-in/passkey']) {
      expect([path, (await world.browser().post(path, {})).status]).toEqual([path, 403])
    }
  })
})

describe('where browsers have no passkeys', () => {
  it.each(['http://192.0.2.1:8080', 'https://192.0.2.1', 'http://id.example.com'])(
    'under %s none are offered',
    async (baseUrl) => {
      const world = await createPortalWorld('sqlite', { environment: { BASE_URL: baseUrl } })
      try {
        const browser = world.browser()
        expect((await browser.get(LOGIN)).text).not.toContain('passkey')
        const person = await world.person('no.passkeys')
        const device = await browser.follow(await world.enterPassword(browser, person))
        expect(device.text).not.toContain('new-passkey')
      } finally {
        await world.remove()
      }
    },
  )
})
