/** What ends the sessions of a person, in one request: by the next one they are out. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { systemActor } from '../../server/domain/actor.js'
import type { CookieClient } from '../support/cookie-client.js'
import { ADMIN_PASSWORD } from '../support/context.js'
import { engines } from '../support/engines.js'
import { createScimClient, patchOp, USER, type ScimClient } from '../scim/scim-world.js'
import { createPortalWorld, type Person, type PortalWorld } from './portal-world.js'

const system = systemActor('test')

describe.each(engines)('the sessions of a person on %s', (engine) => {
  let world: PortalWorld
  let scim: ScimClient
  beforeAll(async () => {
    world = await createPortalWorld(engine)
    await world.services.zones.setScimStatus(world.administrator, 'enabled')
    const { secret } = await world.services.scimCredentials.create(world.administrator)
    scim = createScimClient(world.app, secret)
  })
  afterAll(() => world.remove())

  /** The person with a session that counts, and another one in a sign-in that is under way. */
  async function signedIn(person: Person) {
    const browser = world.browser()
    await world.signIn(browser, person)
    const halfway = world.browser()
    await world.enterPassword(halfway, person)
    expect((await browser.get('/portal')).status).toBe(200)
    expect((await halfway.get('/portal/sign-in/code')).status).toBe(200)
    return { browser, halfway }
  }

  const isOut = async (browser: CookieClient, path = '/portal') =>
    (await browser.get(path)).location?.startsWith('/acme/login') ?? false

  const acts: readonly (readonly [string, (person: Person) => Promise<unknown>])[] = [
    ['disabling', ({ id }) => world.services.users.setActive(world.administrator, id, false)],
    ['blocking', ({ id }) => world.services.users.setBlocked(world.administrator, id, true)],
    [
      'a reset of the password',
      ({ id, userName }) =>
        world.services.passwords.reset(
          world.administrator,
          { kind: 'user', id, name: userName },
          { mustChange: false },
        ),
    ],
    [
      'unbinding the second step',
      ({ id }) => world.services.mfa.unbind(world.administrator, { kind: 'user', id }),
    ],
    [
      'an administrator who ends them all',
      ({ id }) => world.services.sessions.revokeAll(world.administrator, { kind: 'user', id }),
    ],
    ['deleting', ({ id }) => world.services.users.remove(world.administrator, id)],
  ]

  it.each(acts)('end with %s', async (name, act) => {
    const person = await world.person(name.replaceAll(' ', '.'))
    const { browser, halfway } = await signedIn(person)
    await act(person)
    expect([await isOut(browser), await isOut(halfway, '/portal/sign-in/code')]).toEqual([true, true])
  })

  it.each([
    [
      'deactivates by PATCH',
      (id: string) => scim.patch(`/Users/${id}`, patchOp({ op: 'replace', path: 'active', value: false })),
    ],
    [
      'deactivates by PUT',
      (id: string) =>
        scim.put(`/Users/${id}`, { schemas: [USER], userName: 'scim.deactivates.by.PUT', active: false }),
    ],
    ['deletes', (id: string) => scim.delete(`/Users/${id}`)],
  ])('end when the identity provider %s', async (name, act) => {
    const userName = `scim.${name.replaceAll(' ', '.')}`
    const id = await scim.user(userName, { active: true })
    const subject = { kind: 'user', id, name: userName } as const
    const password = await world.services.passwords.reset(system, subject, { mustChange: false })
    const { browser, halfway } = await signedIn({ id: id as Person['id'], userName, password })
    expect((await act(id)).status).toBeLessThan(300)
    expect([await isOut(browser), await isOut(halfway, '/portal/sign-in/code')]).toEqual([true, true])
  })

  it('end by limits that are settings, at once for those that are open', async () => {
    const change = (name: string, value: string) =>
      world.services.zones.changeSetting(world.administrator, name, value)
    const person = await world.person('limited')
    const browser = world.browser()
    await world.signIn(browser, person)
    world.clock.advance(20 * 60)
    expect((await browser.get('/portal')).status).toBe(200)
    world.clock.advance(20 * 60)
    await change('session.portalIdleMinutes', '15')
    expect(await isOut(browser)).toBe(true)
    await change('session.portalIdleMinutes', '60')
    expect((await browser.get('/portal')).status).toBe(200)
    world.clock.advance(30 * 60)
    await change('session.portalAbsoluteHours', '1')
    expect(await isOut(browser)).toBe(true)
    for (const [name, value] of [
      ['session.portalIdleMinutes', '4'],
      ['session.portalAbsoluteHours', '0'],
      ['session.consoleAbsoluteHours', '25'],
      ['session.consoleIdleMinutes', '1e1'],
    ] as const) {
      await expect(change(name, value)).rejects.toMatchObject({ code: 'setting.invalid' })
    }
    await change('session.portalAbsoluteHours', '12')
  })

  it('of administrators end in the console, one by one and all at once', async () => {
    const admin = { userName: 'admin', password: ADMIN_PASSWORD }
    const enter = async (secret?: string) => {
      const browser = world.browser()
      const login = await browser.get('/admin/login')
      const page = await browser.follow(await browser.submit(login, '/admin/login', admin))
      const key = secret ?? /id="totp-key">([^<]+)</.exec(page.text)?.[1] ?? ''
      const step = secret === undefined ? '/admin/sign-in/device' : '/admin/sign-in/code'
      await browser.submit(page, step, { code: world.codeOf(key) })
      world.nextCode()
      return { browser, key }
    }
    const { browser, key } = await enter()
    const { browser: other } = await enter(key)
    expect((await other.get('/admin/')).status).toBe(200)
    const { uin } = (await world.services.administrators.findByName(system, 'admin')) ?? {}
    const path = `/admin/administrators/${uin}`
    const page = await browser.get(path)
    expect(page.forms.filter(({ action }) => action === `${path}/end-session`)).toHaveLength(2)
    const [used] = await world.services.sessions.listOf(system, { kind: 'administrator', id: uin ?? '' })
    await browser.submit(page, `${path}/end-session`, { session: used?.id ?? '' })
    const signedOut = [await browser.get('/admin/'), await other.get('/admin/')].filter(
      ({ status }) => status === 303,
    )
    expect(signedOut).toHaveLength(1)
    const still = signedOut[0] && (await browser.get('/admin/')).status === 200 ? browser : other
    await still.submit(await still.get(path), `${path}/end-all-sessions`)
    expect((await browser.get('/admin/')).location).toMatch(/^\/admin\/login/)
    expect((await other.get('/admin/')).location).toMatch(/^\/admin\/login/)
  })

  it('by break-glass are announced on the overview', async () => {
    const { administrator, services, db } = world
    const person = await world.person('announced')
    await services.breakGlass.setNamed(administrator, person.id, true)
    await services.zones.changeSetting(administrator, 'signIn.breakGlass', 'true')
    await db
      .updateTable('break_glass_users')
      .set({ last_used_at: world.clock.now().toISOString(), last_address: '203.0.113.77' })
      .where('user_id', '=', person.id)
      .execute()
    const browser = world.browser()
    const login = await browser.get('/admin/login')
    const admin = await services.administrators.create(system, { name: 'watcher', rights: 'readOnly' })
    await services.passwords.setMustChange(
      system,
      { kind: 'administrator', id: admin.administrator.uin, name: 'watcher' },
      false,
    )
    const entered = await browser.submit(login, '/admin/login', {
      userName: 'watcher',
      password: admin.initialPassword,
    })
    const device = await browser.follow(entered)
    const key = /id="totp-key">([^<]+)</.exec(device.text)?.[1] ?? ''
    await browser.submit(device, '/admin/sign-in/device', { code: world.codeOf(key) })
    const overview = await browser.get('/admin/')
    expect(overview.text).toContain('announced signed in with a password by break-glass at')
    expect(overview.text).toContain('203.0.113.77')
    expect(overview.text).toContain('/acme/login?method=password')
    expect(overview.text).toContain('Break-glass is on')
  })
})
