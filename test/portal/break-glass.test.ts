import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { searchAuditEvents } from '../../db/audit.js'
import type { CookieClient, Page } from '../support/cookie-client.js'
import { engines } from '../support/engines.js'
import { createPortalWorld, LOGIN, PASSWORD, type Person, type PortalWorld } from './portal-world.js'

const EMERGENCY = `${LOGIN}?method=password`

/** What a visitor sees of a page, without what differs from browser to browser. */
const seen = (page: Page): unknown => [page.status, page.text.replace(/\s?value(="[^"]*")?/g, '')]

describe.each(engines)('break-glass on %s', (engine) => {
  let world: PortalWorld
  let named: Person
  let other: Person
  const secrets = new Map<string, string>()

  beforeAll(async () => {
    world = await createPortalWorld(engine)
    named = await world.person('named')
    other = await world.person('not.named')
    for (const person of [named, other]) {
      secrets.set(person.userName, await world.signIn(world.browser(), person))
    }
    const { certificatePem } = await world.services.signingKeys.make('serviceProvider')
    await world.services.identityProvider.setManually(world.administrator, {
      entityId: 'https://idp.example/metadata',
      loginUrl: 'https://idp.example/sso',
      certificate: certificatePem,
    })
    await world.services.zones.setLoginMethod(world.administrator, 'sso')
    await world.services.breakGlass.setNamed(world.administrator, named.id, true)
  })
  afterAll(() => world.remove())

  const turn = (value: boolean) =>
    world.services.zones.changeSetting(world.administrator, 'signIn.breakGlass', String(value))

  const enter = async (browser: CookieClient, userName: string, password: string) =>
    browser.submit(await browser.get(EMERGENCY), LOGIN, { userName, password })

  async function signIn(browser: CookieClient): Promise<Page> {
    world.nextCode()
    const codePage = await browser.follow(await enter(browser, named.userName, PASSWORD))
    const code = world.codeOf(secrets.get(named.userName) ?? '')
    return browser.submit(codePage, '/portal/sign-in/code', { code })
  }

  it('is off unless it is switched on, whoever asks', async () => {
    const page = await world.browser().get(EMERGENCY)
    const text = page.text.replaceAll('method=password&amp;', '')
    expect(seen({ ...page, text })).toEqual(seen(await world.browser().get(LOGIN)))
    const browser = world.browser()
    await turn(true)
    const form = await browser.get(EMERGENCY)
    expect(form.text).toContain('emergencies')
    await turn(false)
    const late = await browser.submit(form, LOGIN, { userName: named.userName, password: PASSWORD })
    expect([late.status, late.text.includes('Use single sign-on')]).toEqual([403, true])
  })

  it('lets the named users in with password and second step, and nobody else', async () => {
    await turn(true)
    const browser = world.browser()
    expect((await signIn(browser)).location).toBe('/portal')
    expect((await browser.get('/portal')).status).toBe(200)
    const wrong = await enter(world.browser(), named.userName, 'Wrong-pass-1')
    expect(wrong.status).toBe(401)
    for (const [userName, password] of [
      [other.userName, PASSWORD],
      ['nobody.at.all', PASSWORD],
    ] as const) {
      expect(seen(await enter(world.browser(), userName, password))).toEqual(seen(wrong))
    }
    // Others keep what they have: single sign-on alone.
    const plain = await world.browser().get(LOGIN)
    expect(plain.text).toContain('/saml/login')
    expect(plain.text).not.toContain('method=password')
  })

  it('is recorded, announced and shown', async () => {
    const { items } = await searchAuditEvents(world.db, {
      action: 'signIn.breakGlass',
      page: { offset: 0, limit: 50 },
    })
    expect(
      items.map(({ result, detail }) => `${result} ${(JSON.parse(detail) as { cause?: string }).cause}`),
    ).toEqual(
      expect.arrayContaining(['success undefined', 'failure notNamedForBreakGlass', 'failure wrongPassword']),
    )
    const [use] = await world.services.breakGlass.list(world.administrator)
    expect(use).toMatchObject({ userName: 'named', lastUsedAt: expect.any(String) as string })
    expect(use?.lastAddress).toMatch(/^10\.0\.0\./)
  })

  it('lasts an hour, and no longer than it is on or the user is named', async () => {
    const browser = world.browser()
    await signIn(browser)
    for (let minutes = 10; minutes < 60; minutes += 10) {
      world.clock.advance(600)
      expect([minutes, (await browser.get('/portal')).status]).toEqual([minutes, 200])
    }
    world.clock.advance(600)
    expect((await browser.get('/portal')).location).toMatch(/^\/acme\/login/)

    await signIn(browser)
    await turn(false)
    expect((await browser.get('/portal')).location).toMatch(/^\/acme\/login/)
    await turn(true)
    expect((await browser.get('/portal')).status).toBe(200)
    await world.services.breakGlass.setNamed(world.administrator, named.id, false)
    expect((await browser.get('/portal')).location).toMatch(/^\/acme\/login/)
    await world.services.breakGlass.setNamed(world.administrator, named.id, true)
  })

  it('counts failures of its own', async () => {
    const stranger = (index: number) => world.browser({ 'X-Forwarded-For': `192.0.2.${index}` })
    for (let failures = 1; failures <= 10; failures += 1) {
      expect((await enter(stranger(failures), named.userName, 'Wrong-pass-1')).status).toBe(401)
    }
    expect((await enter(stranger(20), named.userName, PASSWORD)).status).toBe(429)
    // A browser in which the user signed in before is not delayed by that.
    const known = world.browser({ 'X-Forwarded-For': '192.0.2.30' })
    world.clock.advance(15)
    await signIn(known)
    for (let failures = 1; failures <= 12; failures += 1) {
      await enter(stranger(40 + failures), named.userName, 'Wrong-pass-1')
    }
    known.cookies.delete('portal-session')
    expect((await signIn(known)).location).toBe('/portal')
  })

  it('is for ten users at most', async () => {
    for (let count = 2; count <= 10; count += 1) {
      const { id } = await world.person(`named.${count}`)
      await world.services.breakGlass.setNamed(world.administrator, id, true)
    }
    await expect(
      world.services.breakGlass.setNamed(world.administrator, other.id, true),
    ).rejects.toMatchObject({ code: 'breakGlass.limit' })
    expect(await world.services.breakGlass.list(world.administrator)).toHaveLength(10)
  })
})
