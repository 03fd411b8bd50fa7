import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { inTransaction } from '../../db/transaction.js'
import { endUserAccess } from '../../db/sessions.js'
import { systemActor } from '../../server/domain/actor.js'
import { hashSecret, randomSecret } from '../../server/domain/secrets.js'
import type { UserId } from '../../server/domain/ids.js'
import { createPortalWorld, PASSWORD, type Person, type PortalWorld } from '../portal/portal-world.js'
import { engines } from '../support/engines.js'

const system = systemActor('test')
const ORIGIN = { address: '192.0.2.1', requestId: 'r-1' }

describe.each(engines)('a federated sign-in on %s', (engine) => {
  let world: PortalWorld
  let person: Person
  beforeAll(async () => {
    world = await createPortalWorld(engine)
    person = await world.person('federated')
    const { certificatePem } = await world.services.signingKeys.make('serviceProvider')
    await world.services.identityProvider.setManually(world.administrator, {
      entityId: 'https://idp.example/metadata',
      loginUrl: 'https://idp.example/sso',
      certificate: certificatePem,
    })
    await world.services.zones.setLoginMethod(world.administrator, 'sso')
  })
  afterAll(() => world.remove())

  const ticketFor = (userId: UserId, browserSecret: string, sessionNotAfter?: string): Promise<string> =>
    inTransaction(world.db, (tx) =>
      world.services.signIn.issueTicket(tx, {
        userId,
        browserHash: hashSecret(browserSecret),
        relayState: '/portal/security',
        sessionNotAfter,
      }),
    )
  const refused = (cause: string) => ({ code: 'signIn.federationFailed', facts: { cause } })

  it('trades a ticket for a session once, also when it is presented many times at once', async () => {
    const browserSecret = randomSecret()
    const ticket = await ticketFor(person.id, browserSecret)
    const results = await Promise.allSettled(
      Array.from({ length: 6 }, () => world.services.signIn.finishFederated(ticket, browserSecret, ORIGIN)),
    )
    const opened = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
    expect(opened).toHaveLength(1)
    expect(opened[0]).toMatchObject({
      relayState: '/portal/security',
      session: { method: 'sso', owedSteps: [] },
    })
    const view = await world.services.sessions.authenticate(opened[0]?.token ?? '', 'portal')
    expect(view).toMatchObject({ name: 'federated', subject: { id: person.id } })
    expect(await world.services.sessions.authenticate(opened[0]?.token ?? '', 'console')).toBeUndefined()
  })

  it('refuses another browser, and uses the ticket up by that', async () => {
    const browserSecret = randomSecret()
    const ticket = await ticketFor(person.id, browserSecret)
    const { signIn } = world.services
    await expect(signIn.finishFederated(ticket, randomSecret(), ORIGIN)).rejects.toMatchObject(
      refused('otherBrowser'),
    )
    await expect(signIn.finishFederated(ticket, browserSecret, ORIGIN)).rejects.toMatchObject(
      refused('ticketUnknown'),
    )
  })

  it('refuses a ticket that is older than two minutes', async () => {
    const browserSecret = randomSecret()
    const ticket = await ticketFor(person.id, browserSecret)
    world.clock.advance(120)
    await expect(world.services.signIn.finishFederated(ticket, browserSecret, ORIGIN)).rejects.toMatchObject(
      refused('ticketExpired'),
    )
  })

  it('refuses a user who was disabled or whose access was ended meanwhile', async () => {
    const leaver = await world.person('federated.leaver')
    const browserSecret = randomSecret()
    const first = await ticketFor(leaver.id, browserSecret)
    const second = await ticketFor(leaver.id, browserSecret)
    await world.db.updateTable('users').set({ blocked: 1 }).where('id', '=', leaver.id).execute()
    const { signIn } = world.services
    await expect(signIn.finishFederated(first, browserSecret, ORIGIN)).rejects.toMatchObject(
      refused('userDisabled'),
    )
    await inTransaction(world.db, (tx) => endUserAccess(tx, leaver.id, world.clock.now().toISOString()))
    await expect(signIn.finishFederated(second, browserSecret, ORIGIN)).rejects.toMatchObject(
      refused('ticketUnknown'),
    )
  })

  it('ends the session when the identity provider says so', async () => {
    const browserSecret = randomSecret()
    const soon = new Date(world.clock.now().getTime() + 60_000).toISOString()
    const ticket = await ticketFor(person.id, browserSecret, soon)
    const { signIn, sessions } = world.services
    const { token, session } = await signIn.finishFederated(ticket, browserSecret, ORIGIN)
    expect(session.expiresAt).toBe(soon)
    expect(await sessions.authenticate(token, 'portal')).toBeDefined()
    world.clock.advance(60)
    expect(await sessions.authenticate(token, 'portal')).toBeUndefined()
  })

  it.each([
    ['federated', true],
    ['FEDERATED', true],
    ['federated ', false],
    ['federate\u017f', false],
    ['\u212Aate', false],
    ['nobody', false],
    ['', false],
  ])('finds a user by exactly the name %j: %s', async (nameId, found) => {
    const look = inTransaction(world.db, (tx) => world.services.signIn.withFederatedIdentity(tx, { nameId }))
    if (found) await expect(look).resolves.toEqual({ id: person.id, userName: 'federated' })
    else await expect(look).rejects.toMatchObject(refused('unknownUser'))
  })

  it('refuses a disabled user by name', async () => {
    await world.person('federated.disabled', { active: false })
    await expect(
      inTransaction(world.db, (tx) =>
        world.services.signIn.withFederatedIdentity(tx, { nameId: 'federated.disabled' }),
      ),
    ).rejects.toMatchObject(refused('userDisabled'))
  })
})

describe.each(engines)('sessions and factors in the hands of administrators on %s', (engine) => {
  let world: PortalWorld
  beforeAll(async () => {
    world = await createPortalWorld(engine)
  })
  afterAll(() => world.remove())

  async function signedIn(name: string) {
    const person = await world.person(name)
    const browser = world.browser()
    const secret = await world.signIn(browser, person)
    return { person, browser, secret, subject: { kind: 'user', id: person.id, name } as const }
  }
  const isSignedIn = async (browser: { get(path: string): Promise<{ status: number }> }) =>
    (await browser.get('/portal')).status === 200

  it('end with a reset of the password, which has to be changed and expires', async () => {
    const { person, browser, subject, secret } = await signedIn('reset')
    const password = await world.services.passwords.reset(system, subject, { mustChange: true })
    expect(await isSignedIn(browser)).toBe(false)
    expect((await world.enterPassword(world.browser(), person)).status).toBe(401)
    world.nextCode()
    const next = world.browser()
    const codePage = await next.follow(await world.enterPassword(next, { ...person, password }))
    const after = await next.submit(codePage, '/portal/sign-in/code', { code: world.codeOf(secret) })
    expect(after.location).toBe('/portal/sign-in/password')
    world.clock.advance(7 * 24 * 3600)
    expect((await world.enterPassword(world.browser(), { ...person, password })).status).toBe(401)
  })

  it('let somebody in again who was delayed', async () => {
    const { person, subject } = await signedIn('delayed')
    for (let failures = 1; failures <= 10; failures += 1) {
      await world.enterPassword(world.browser(), { ...person, password: 'Wrong-pass-1' })
    }
    expect((await world.enterPassword(world.browser(), person)).status).toBe(429)
    await world.services.passwords.reset(system, subject, { password: PASSWORD, mustChange: false })
    expect((await world.enterPassword(world.browser(), person)).status).toBe(303)
  })

  it('end when the device is unbound, and another one is enrolled', async () => {
    const { person, browser, subject } = await signedIn('unbound')
    expect(await world.services.mfa.stateOf(system, subject)).toMatchObject({
      status: 'bound',
      recoveryCodes: 10,
    })
    await world.services.mfa.unbind(system, subject)
    expect(await isSignedIn(browser)).toBe(false)
    expect(await world.services.mfa.stateOf(system, subject)).toEqual({
      status: 'waiting',
      passkeys: 0,
      recoveryCodes: 0,
    })
    expect((await world.enterPassword(world.browser(), person)).location).toBe('/portal/sign-in/device')
  })

  it('keep secrets out of the database', async () => {
    const { secret } = await signedIn('secrets')
    const dump = JSON.stringify([
      await world.db.selectFrom('totp_factors').selectAll().execute(),
      await world.db.selectFrom('sessions').selectAll().execute(),
      await world.db.selectFrom('passwords').selectAll().execute(),
      await world.db.selectFrom('audit_events').selectAll().execute(),
    ])
    expect(dump).not.toContain(secret.replaceAll(' ', ''))
    expect(dump).not.toContain(PASSWORD)
    expect(dump).toContain('$argon2id$v=19$m=19456,t=2,p=1$')
  })

  it('are not changed by others', async () => {
    const { subject } = await signedIn('owner')
    const other = await signedIn('stranger')
    const stranger = { kind: 'user', userId: other.person.id, name: 'stranger', sessionId: 's-x' } as never
    const { sessions, mfa, passwords } = world.services
    const [session] = await sessions.listOf(system, subject)
    if (!session) throw new Error('no session')
    for (const attempt of [
      () => sessions.listOf(stranger, subject),
      () => sessions.revoke(stranger, subject, session.id),
      () => sessions.revokeAll(stranger, subject),
      () => mfa.stateOf(stranger, subject),
      () => mfa.unbind(stranger, subject),
      () => passwords.reset(stranger, subject, { mustChange: false }),
    ]) {
      await expect(attempt()).rejects.toMatchObject({ code: 'actor.forbidden' })
    }
    await sessions.revoke(system, subject, session.id)
    await expect(sessions.revoke(system, subject, session.id)).rejects.toMatchObject({
      code: 'session.notFound',
    })
  })
})
