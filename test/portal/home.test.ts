import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AccountUin, PermissionConfigurationId } from '../../server/domain/ids.js'
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

  it('is shown to nobody who has not signed in', async () => {
    for (const address of ['/portal', '/portal/cam-users', '/portal/security']) {
      expect((await world.browser().get(address)).location).toMatch(/^\/acme\/login\?next=/)
    }
  })
})

function never(): never {
  throw new Error('the world has not been made')
}
