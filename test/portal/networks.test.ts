/** Networks that users may sign in from: every way in is closed from elsewhere, for everybody alike. */
import request from 'supertest'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { searchAuditEvents } from '../../db/audit.js'
import { createCookieClient, type CookieClient, type Page } from '../support/cookie-client.js'
import { engines } from '../support/engines.js'
import { permissionHands } from '../support/permission-world.js'
import { createPortalWorld, LOGIN, type Person, type PortalWorld } from './portal-world.js'

const INSIDE = '192.0.2.7'
const OUTSIDE = '203.0.113.9'
const NETWORKS = ['192.0.2.0/24', '2001:db8::/32']

const referenceOn = (page: Page): string | undefined => /class="code">([A-Z0-9]{10})</.exec(page.text)?.[1]

describe.each(engines)('networks to sign in from on %s', (engine) => {
  let world: PortalWorld
  let person: Person
  let accountPath: string

  beforeAll(async () => {
    world = await createPortalWorld(engine)
    const { administrator, services } = world
    const hands = permissionHands(world, administrator)
    person = await world.person('jo')
    const account = await hands.account()
    const configuration = await hands.configuration('Readers')
    accountPath = `/portal/accounts/${account.uin}/${configuration.id}`
    await services.assignments.assign(administrator, [hands.triple(person.id, account, configuration)])
    await services.deploymentWorker.drain()
    return () => world.remove()
  })
  afterEach(() => world.services.zones.setSignInNetworks(world.administrator, []))

  const restrict = (networks: readonly string[] = NETWORKS) =>
    world.services.zones.setSignInNetworks(world.administrator, networks)
  const browserAt = (address: string) => world.browser({ 'X-Forwarded-For': address })
  const move = (browser: CookieClient, address: string) => {
    browser.headers['X-Forwarded-For'] = address
  }
  /** Posts the response to the account's console, as the page does. */
  const enter = (browser: CookieClient, opened: Page) =>
    browser.submit(
      { ...opened, forms: opened.forms.map((form) => ({ ...form, action: localOf(form.action) })) },
      '/account/acs',
    )
  const localOf = (action: string) => action.replace(world.baseUrl, '')
  const refusals = async (address: string) =>
    (
      await searchAuditEvents(world.db, { action: 'signIn.network', page: { offset: 0, limit: 100 } })
    ).items.filter((event) => event.address === address)

  it('lets nobody as far as the password, says the same to everybody, and counts nothing', async () => {
    const browser = browserAt(OUTSIDE)
    const form = await browser.get(LOGIN)
    await restrict()
    const answers: Page[] = []
    for (const [userName, password] of [
      [person.userName, person.password],
      [person.userName, 'wrong'],
      ['nobody', 'wrong'],
      ['', ''],
    ] as const) {
      for (let time = 0; time < 4; time += 1) {
        answers.push(await browser.submit(form, LOGIN, { userName, password }))
      }
    }
    answers.push(await browser.submit(form, '/portal/sign-in/passkey'))
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([403]))
    // But for the token of its forms, a page like the other.
    const plain = ({ text }: Page) => text.replaceAll(/value="[^"]*"|nonce="[^"]*"/g, '')
    expect(new Set(answers.map(plain)).size).toBe(1)
    expect(answers[0]?.text).toContain(OUTSIDE)
    const asked = await browser.get(LOGIN)
    expect([asked.status, referenceOn(asked)]).toEqual([403, referenceOn(answers[0] ?? asked)])
    expect(asked.text).not.toContain('name="password"')

    const reference = referenceOn(answers[0] ?? form)
    const diagnostic = await world.services.signInDiagnostics.find(world.administrator, reference ?? '')
    expect(diagnostic).toMatchObject({ check: 'network', address: OUTSIDE })
    expect(diagnostic?.checks).toMatchObject([{ check: 'network', outcome: 'failed' }])
    const events = await refusals(OUTSIDE)
    expect(events).toMatchObject([{ result: 'failure', actorKind: 'anonymous' }])
    expect(JSON.parse(events[0]?.detail ?? '')).toEqual({ cause: 'network', reference, door: 'portal' })
    expect(await world.db.selectFrom('sign_in_attempts').selectAll().execute()).toEqual([])

    move(browser, INSIDE)
    expect((await world.enterPassword(browser, person)).location).toBe('/portal/sign-in/device')
  })

  it.each([
    [INSIDE, true],
    [`::ffff:${INSIDE}`, true],
    ['::ffff:c000:207', true],
    ['2001:DB8:0:0:1::9', true],
    // Only what the last proxy has added is believed.
    [`${OUTSIDE}, ${INSIDE}`, true],
    [`${INSIDE}, ${OUTSIDE}`, false],
    ['192.0.2.07', false],
    ['0300.0.2.7', false],
    ['3221225991', false],
    [`${INSIDE}:443`, false],
    ['::192.0.2.7', false],
    ['2001:db9::1', false],
    ['unknown', false],
  ])('takes a visitor from %j for one of them: %s', async (forwarded, allowed) => {
    await restrict()
    const page = await browserAt(forwarded).get(LOGIN)
    expect([page.status, page.text.includes('name="password"')]).toEqual(allowed ? [200, true] : [403, false])
  })

  it('keeps sessions, and lets them be used inside only: pages, credentials, the consoles of accounts', async () => {
    const browser = browserAt(INSIDE)
    await world.signIn(browser, await world.person('roamer'))
    const owner = browserAt(INSIDE)
    await world.signIn(owner, person)
    const home = await owner.get('/portal')
    const opened = await owner.submit(home, `${accountPath}/open`)
    expect((await enter(owner, opened)).location).toBe('/account')
    expect((await owner.get('/account')).status).toBe(200)
    await restrict()

    const lastUses = () => world.db.selectFrom('sessions').select(['id', 'last_seen_at']).execute()
    const before = await lastUses()
    world.clock.advance(120)
    for (const client of [owner, browser]) move(client, OUTSIDE)
    expect((await owner.get('/portal')).status).toBe(403)
    expect(await lastUses()).toEqual(before)
    move(owner, INSIDE)
    expect((await owner.get('/portal')).status).toBe(200)
    // One more response to enter with, taken outside.
    const taken = await owner.submit(home, `${accountPath}/open`)
    move(owner, OUTSIDE)
    const answers = [
      await owner.get('/portal'),
      await owner.get('/portal/security'),
      await owner.get('/portal/logout'),
      await owner.submit(home, `${accountPath}/credentials`),
      await owner.submit(home, `${accountPath}/open`),
      await owner.get('/account'),
      await enter(owner, taken),
      await owner.get('/sso?state=x'),
    ]
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 403))
    // A session that is used from elsewhere may have been stolen: it is told whose it was.
    const page = await browser.get('/portal')
    const { items } = await world.services.signInDiagnostics.list(world.administrator, {
      offset: 0,
      limit: 10,
    })
    expect(items.find(({ reference }) => reference === referenceOn(page))).toMatchObject({
      userName: 'roamer',
      check: 'network',
    })
    // Without the session the response enters nowhere either, and is not used up by the attempt.
    const thief = createCookieClient(world.app, { 'X-Forwarded-For': OUTSIDE })
    expect((await enter(thief, taken)).status).toBe(403)
    expect(thief.cookies.has('account-session')).toBe(false)

    for (const client of [owner, browser]) move(client, INSIDE)
    expect((await owner.get('/portal')).status).toBe(200)
    expect((await owner.get('/account')).status).toBe(200)
    expect((await enter(owner, taken)).location).toBe('/account')
  })

  it('stops a sign-in that goes on elsewhere, at each step', async () => {
    const browser = browserAt(INSIDE)
    const begun = await browser.follow(await world.enterPassword(browser, await world.person('between')))
    await restrict()
    move(browser, OUTSIDE)
    const step = await browser.submit(begun, '/portal/sign-in/device', { code: '123456' })
    expect(step.status).toBe(403)
    expect(referenceOn(step)).toMatch(/^[A-Z0-9]{10}$/)
    move(browser, INSIDE)
    expect((await world.enrol(browser, begun)).page.status).toBe(200)
  })

  it('refuses each call of the command line, with a reference', async () => {
    await restrict()
    const call = async (path: string, address: string) =>
      (
        await request(world.app)
          .post(`/api${path}`)
          .set('x-forwarded-for', address)
          .send({ State: 'a'.repeat(32), LoginToken: 'x', LoginSkey: 'x' })
      ).body as { readonly Error?: { readonly Code: string; readonly Message: string } }
    for (const path of [
      '/sso/check_login_state',
      '/org/list_accounts_for_access_assignment',
      '/org/gen_saml_response',
      '/org/verify_login_skey',
      '/sts/assume_role_with_saml',
    ]) {
      expect((await call(path, '203.0.113.77')).Error).toMatchObject({
        Code: 'UnauthorizedOperation',
        Message: expect.stringMatching(/network that you are in\. Reference: [A-Z0-9]{10}\.$/) as string,
      })
    }
    expect(await refusals('203.0.113.77')).toHaveLength(1)
    expect(await call('/sso/check_login_state', INSIDE)).toEqual({ Status: 'NotFound' })
  })

  it('keeps no more of a network that has addresses without end than of others', async () => {
    await restrict()
    const statuses = new Set<number>()
    for (let host = 1; host <= 70; host += 1) {
      statuses.add((await browserAt(`2001:db9:0:1::${host.toString(16)}`).get(LOGIN)).status)
    }
    expect([...statuses]).toEqual([403, 429])
    const { items } = await searchAuditEvents(world.db, {
      action: 'signIn.network',
      page: { offset: 0, limit: 200 },
    })
    expect(items.filter(({ address }) => address?.startsWith('2001:db9:0:1:'))).toHaveLength(60)
    expect((await browserAt('2001:db9:0:2::1').get(LOGIN)).status).toBe(403)
  })

  it('leaves the console of administrators, SCIM and keys alone, so that nobody is shut out of the settings', async () => {
    await restrict(['192.0.2.1'])
    expect((await browserAt(OUTSIDE).get('/admin/login')).status).toBe(200)
    const scim = await request(world.app).get('/scim/v2/Users').set('x-forwarded-for', OUTSIDE)
    expect(scim.status).toBe(401)
  })
})

describe('without TRUST_PROXY', () => {
  it('does not believe X-Forwarded-For', async () => {
    const world = await createPortalWorld('sqlite', { environment: { TRUST_PROXY: 'false' } })
    try {
      const status = async (networks: readonly string[], forwarded: string) => {
        await world.services.zones.setSignInNetworks(world.administrator, networks)
        return (
          await world.browser({ 'X-Forwarded-For': forwarded, Forwarded: `for=${forwarded}` }).get(LOGIN)
        ).status
      }
      expect(await status([INSIDE], INSIDE)).toBe(403)
      expect(await status(['127.0.0.0/8', '::1'], OUTSIDE)).toBe(200)
    } finally {
      await world.remove()
    }
  })
})
