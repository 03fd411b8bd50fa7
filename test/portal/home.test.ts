import request from 'supertest'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AccountUin, PermissionConfigurationId } from '../../server/domain/ids.js'
import { seedAccess } from '../support/access-seed.js'
import type { CookieClient } from '../support/cookie-client.js'
import { engines } from '../support/engines.js'
import { createPortalWorld, type Person, type PortalWorld } from './portal-world.js'

describe.each(engines)('the portal on %s', (engine) => {
  let world: PortalWorld
  let person: Person
  let browser: CookieClient
  const places: { accountUin: AccountUin; configurationId: PermissionConfigurationId }[] = []

  beforeAll(async () => {
    world = await createPortalWorld(engine)
    const { administrator, services } = world
    person = await world.person('employee')
    browser = world.browser()
    await world.signIn(browser, person)
    for (const [account, configuration, description] of [
      ['Payments', 'ReadOnly', 'Looks, changes nothing'],
      ['Warehouse', 'Operator', 'Restarts machines'],
    ] as const) {
      const { uin } = await services.organization.createAccount(administrator, { name: account })
      const { id } = await services.permissionConfigurations.create(administrator, {
        name: configuration,
        description,
      })
      await services.permissionConfigurations.attachPreset(administrator, id, ['ReadOnlyAccess'])
      await services.assignments.assign(administrator, [
        { principal: { type: 'user', id: person.id }, accountUin: uin, configurationId: id },
      ])
      places.push({ accountUin: uin, configurationId: id })
    }
    await services.deploymentWorker.drain()
  })
  afterAll(() => world.remove())

  const path = (act: string, { accountUin, configurationId } = places[0] ?? never()) =>
    `/portal/accounts/${accountUin}/${configurationId}/${act}`

  it('lists accounts with their permissions', async () => {
    const page = await browser.get('/portal')
    for (const text of [
      'Payments',
      'ReadOnly',
      'Looks, changes nothing',
      'Warehouse',
      'Operator',
      '2 accounts',
    ]) {
      expect(page.text).toContain(text)
    }
    expect(page.forms.map(({ action }) => action)).toEqual(
      expect.arrayContaining(places.flatMap((place) => [path('open', place), path('credentials', place)])),
    )
    expect((await browser.get('/portal/cam-users')).text).toContain('CAM user')
  })

  it.each([
    ['pay', ['Payments'], ['Warehouse']],
    ['OPERATOR', ['Warehouse'], ['Payments']],
    ['changes nothing', ['Payments'], ['Warehouse']],
  ])('finds %j in names, descriptions and numbers', async (query, there, gone) => {
    const page = await browser.get(`/portal?q=${encodeURIComponent(query)}`)
    for (const name of there) expect(page.text).toContain(`>${name}<`)
    for (const name of gone) expect(page.text).not.toContain(`>${name}<`)
  })

  it('says when nothing matches, and shows what was typed as text', async () => {
    const page = await browser.get(`/portal?q=${encodeURIComponent('<script>alert(1)</script>')}`)
    expect(page.text).toContain('&lt;script>alert(1)&lt;/script>')
    expect(page.text).not.toContain('<script>alert')
    expect((await browser.get(`/portal?q=${'x'.repeat(500)}`)).status).toBe(200)
    expect((await browser.get('/portal?q=a&q=b')).status).toBe(200)
  })

  it('says why a list is empty and whom to ask', async () => {
    const newcomer = world.browser()
    await world.signIn(newcomer, await world.person('newcomer'))
    const page = await newcomer.get('/portal')
    expect(page.text).toContain('No account yet')
    expect(page.text).toContain('administrators')
    expect(page.text).toContain('<strong>newcomer</strong>')
  })

  it('hands a signed response to the account, by a button where no script runs', async () => {
    const page = await browser.submit(await browser.get('/portal'), path('open'))
    expect(page.status).toBe(200)
    const [form] = page.forms.filter(({ action }) => action.endsWith('/account/acs'))
    const xml = Buffer.from(form?.hidden['SAMLResponse'] ?? '', 'base64').toString()
    expect(xml).toContain('TencentCloudSSO-ReadOnly')
    expect(xml).toContain('>employee<')
    expect(form?.hidden).not.toHaveProperty('_csrf')
    expect(page.text).toContain('Continue to the account')
    expect(page.response.get('cache-control')).toBe('no-store')
    expect(page.response.get('content-security-policy')).toContain("form-action 'self' http://localhost:8080")
  })

  it('gives temporary credentials in three forms, stored by nobody', async () => {
    const page = await browser.submit(await browser.get('/portal'), path('credentials'))
    expect(page.status).toBe(200)
    const id = /TENCENTCLOUD_SECRET_ID=(\S+)/.exec(page.text)?.[1] ?? 'missing'
    const key = /TENCENTCLOUD_SECRET_KEY=(\S+)/.exec(page.text)?.[1] ?? 'missing'
    expect(page.text).toMatch(/TENCENTCLOUD_TOKEN=\S+/)
    expect(page.text).toContain(`&quot;secretId&quot;: &quot;${id}&quot;`)
    expect(page.text).toContain(`value="${key}"`)
    expect(page.response.get('cache-control')).toBe('no-store')
    const events = JSON.stringify(await world.db.selectFrom('audit_events').selectAll().execute())
    expect(events).not.toContain(key)
  })

  it('refuses what the user does not have, whatever the address says', async () => {
    const home = await browser.get('/portal')
    const token = home.forms[0]?.hidden['_csrf'] ?? ''
    const [first, second] = places
    if (!first || !second) throw new Error('no places')
    for (const wrong of [
      path('open', { accountUin: first.accountUin, configurationId: second.configurationId }),
      path('credentials', { accountUin: second.accountUin, configurationId: first.configurationId }),
      '/portal/accounts/100000000000/rc-aaaaaaaaaaaa/open',
      "/portal/accounts/1'--/rc-x/open",
      '/portal/accounts/100000000000/%20/credentials',
    ]) {
      expect([wrong, (await browser.post(wrong, { _csrf: token })).status]).toEqual([wrong, 403])
    }
    const unstorable = '/portal/accounts/100000000000/%00/credentials'
    expect((await browser.post(unstorable, { _csrf: token })).status).toBe(400)
    await world.services.assignments.revoke(world.administrator, {
      principal: { type: 'user', id: person.id },
      ...second,
    })
    expect((await browser.post(path('open', second), { _csrf: token })).status).toBe(403)
    expect((await browser.get('/portal')).text).not.toContain('Warehouse')
  })

  it('puts favourites and the accounts used last in front, each in one place', async () => {
    const collector = await world.person('collector')
    const mine = world.browser()
    await world.signIn(mine, collector)
    const { accounts } = await seedAccess(world.db, collector.id, { accounts: 12, permissions: 2 })
    const order = (text: string) =>
      [...text.matchAll(/<h2>([^<]+)<\/h2>|<summary><b>([^<]+)<\/b>/g)].map(
        ([, title, name]) => title ?? name,
      )
    const before = await mine.get('/portal')
    expect(order(before.text).slice(0, 2)).toEqual(['Accounts', 'Account 001'])
    expect(before.text).not.toContain('<details class="access-account" open')

    const favourite = (index: number) => `/portal/accounts/${accounts[index]}/favourite`
    expect((await mine.submit(before, favourite(6))).location).toBe('/portal')
    for (const index of [1, 2, 3, 4, 5, 6, 7]) {
      world.clock.advance(1)
      const path = `/portal/accounts/${accounts[index]}/`
      await mine.submit(await mine.get('/portal'), path).catch(() => undefined)
    }
    const after = await mine.get('/portal')
    expect(order(after.text).slice(0, 9)).toEqual([
      'Favourites',
      'Account 007',
      'Used last',
      'Account 008',
      'Account 006',
      'Account 005',
      'Account 004',
      'Account 003',
      'Other accounts',
    ])
    expect(order(after.text).filter((name) => name?.startsWith('Account '))).toHaveLength(12)
    await mine.submit(after, favourite(6))
    expect((await mine.get('/portal')).text).not.toContain('Favourites')

    // What others keep is their own, and what one cannot open is no favourite.
    const token = (await browser.get('/portal')).forms.at(-1)?.hidden['_csrf'] ?? ''
    for (const path of [
      favourite(0),
      '/portal/accounts/100000000000/favourite',
      '/portal/accounts/x/favourite',
    ]) {
      const refused = await browser.post(path, { _csrf: token, favourite: 'true' })
      expect([path, refused.status]).toEqual([path, 403])
    }
    expect((await mine.post(favourite(0), { _csrf: token, favourite: 'true' })).status).toBe(403)
    const own = (await mine.get('/portal')).forms.at(-1)?.hidden['_csrf'] ?? ''
    expect((await mine.post(favourite(0), { _csrf: own, favourite: 'perhaps' })).status).toBe(400)
  })

  it('is sent compressed to browsers that read it, with a token masked anew', async () => {
    const session = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const answers = []
    for (const encoding of ['br, gzip', 'gzip', 'identity']) {
      const response = await request(world.app)
        .get('/portal')
        .set({ Cookie: session, 'Accept-Encoding': encoding })
        .buffer(true)
        .parse((res, done) => {
          const chunks: Buffer[] = []
          res.on('data', (chunk: Buffer) => chunks.push(chunk))
          res.on('end', () => done(null, Buffer.concat(chunks)))
        })
      const body = response.body as Buffer
      answers.push([response.get('content-encoding'), response.get('vary'), body.includes('<!DOCTYPE html>')])
    }
    expect(answers).toEqual([
      ['br', 'Accept-Encoding', true],
      ['gzip', 'Accept-Encoding', true],
      [undefined, 'Accept-Encoding', true],
    ])
    const tokenOf = async () => (await browser.get('/portal')).forms.at(-1)?.hidden['_csrf']
    expect(await tokenOf()).not.toBe(await tokenOf())
  })

  it('says when access is being set up, and whom to ask', async () => {
    const waiting = await world.person('waiting')
    const { accountUin } = places[0] ?? never()
    const { id } = await world.services.permissionConfigurations.create(world.administrator, { name: 'Late' })
    await world.services.assignments.assign(world.administrator, [
      { principal: { type: 'user', id: waiting.id }, accountUin, configurationId: id },
    ])
    await world.services.zones.changeSetting(world.administrator, 'portal.contact', 'IT <desk>, 12345')
    const mine = world.browser()
    await world.signIn(mine, waiting)
    const page = await mine.get('/portal')
    expect(page.text).toContain('Your access is being set up')
    expect(page.text).toContain('IT &lt;desk>, 12345')
    await world.services.zones.changeSetting(world.administrator, 'portal.contact', '')
  })

  it('keeps the colours that were chosen', async () => {
    const mine = world.browser()
    expect((await mine.get('/acme/login')).text).not.toContain('data-theme')
    expect((await mine.get('/acme/login?theme=dark')).text).toContain('data-theme="dark"')
    expect((await mine.get('/acme/login')).text).toContain('data-theme="dark"')
    expect((await mine.get('/acme/login?theme=%22x')).text).toContain('data-theme="dark"')
    expect((await mine.get('/acme/login?theme=system')).text).not.toContain('data-theme')
  })

  it('is shown to nobody who has not signed in', async () => {
    for (const address of ['/portal', '/portal/cam-users', '/portal/security']) {
      expect((await world.browser().get(address)).location).toMatch(/^\/acme\/login\?next=/)
    }
  })
})

function never(): never {
  throw new Error('the world has not been made')
}
