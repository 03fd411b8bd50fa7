import { beforeEach, describe, expect, it } from 'vitest'
import type { AccountUin, UserId } from '../../server/domain/ids.js'
import type { Account } from '../../server/domain/organization.js'
import type { PermissionConfiguration } from '../../server/domain/permission-configuration.js'
import { createCookieClient, setCookiesOf, type CookieClient, type Page } from '../support/cookie-client.js'
import { engines } from '../support/engines.js'
import { createPermissionWorld, type PermissionWorld } from '../support/permission-world.js'

describe.each(engines)('the console of an account on %s', (engine) => {
  let world: PermissionWorld
  let userId: UserId
  let account: Account
  let configuration: PermissionConfiguration
  let browser: CookieClient

  beforeEach(async () => {
    world = await createPermissionWorld(engine)
    userId = await world.user('jo')
    account = await world.account()
    configuration = await world.configuration('ops')
    await world.services.assignments.assign(world.administrator, [
      world.triple(userId, account, configuration),
    ])
    await world.services.deploymentWorker.drain()
    browser = createCookieClient(world.app)
    return () => world.remove()
  })

  const respond = async (place: { accountUin?: AccountUin } = {}): Promise<string> => {
    const actor = { kind: 'user', userId, name: 'jo', sessionId: 's-1' } as never
    const accountUin = place.accountUin ?? account.uin
    const opening = { accountUin, configurationId: configuration.id }
    return (await world.services.accountAccess.open(actor, opening)).samlResponse
  }
  const enter = async (fields: Record<string, string> = {}): Promise<Page> =>
    browser.post('/account/acs', { SAMLResponse: await respond(), ...fields })
  const ask = (action: string, resource: string): Promise<Page> =>
    browser.get(`/account/access?${new URLSearchParams({ action, resource }).toString()}`)

  describe('with a signed response', () => {
    it('opens under its role and says where one is, and until when', async () => {
      const answer = await enter()
      expect(answer).toMatchObject({ status: 303, location: '/account' })
      const cookie = setCookiesOf(answer).find((line) => line.startsWith('account-session='))
      expect(cookie).toMatch(/HttpOnly; SameSite=Lax$/)
      const page = await browser.follow(answer)
      expect(page.status).toBe(200)
      for (const text of [
        account.name,
        account.uin,
        'TencentCloudSSO-ops',
        'jo',
        '2026-03-02 10:00 UTC',
        'ReadOnlyAccess',
        '-read',
      ]) {
        expect(page.text).toContain(text)
      }
      expect(page.response.headers['content-security-policy']).toContain("default-src 'none'")
      expect(page.response.headers['cache-control']).toBe('no-store')
    })

    it('speaks both languages', async () => {
      await enter()
      expect((await browser.get('/account?lang=zh-CN')).text).toContain('生效的策略')
      expect((await browser.get('/account/access')).text).toContain('权限测试')
    })

    it('tells which page the cloud would have opened, and follows none', async () => {
      const page = await browser.follow(await enter({ RelayState: '/cvm/instance' }))
      expect(page.text).toContain('would open at /cvm/instance.')
      const evil = await enter({ RelayState: '//evil.example/<b>' })
      expect(evil.location).toBe('/account')
      expect((await browser.follow(evil)).text).not.toContain('evil')
    })

    it('opens once', async () => {
      const response = await respond()
      await browser.post('/account/acs', { SAMLResponse: response })
      const again = await createCookieClient(world.app).post('/account/acs', { SAMLResponse: response })
      expect(again.status).toBe(401)
      expect(again.text).toContain('does not let you take on this role')
      expect(setCookiesOf(again).join()).not.toContain('account-session')
    })

    it('does not open for a response that was changed, is too old, or is none', async () => {
      const text = Buffer.from(await respond(), 'base64').toString()
      const changed = Buffer.from(text.replace('>jo<', '>admin<')).toString('base64')
      for (const SAMLResponse of [changed, 'AAAA', '']) {
        expect((await browser.post('/account/acs', { SAMLResponse })).status).toBe(401)
      }
      expect((await browser.post('/account/acs', {})).status).toBe(400)
      const old = await respond()
      world.clock.advance(60)
      expect((await browser.post('/account/acs', { SAMLResponse: old })).status).toBe(401)
    })

    it('bounds how often one address may have responses refused', async () => {
      const refuse = () => browser.post('/account/acs', { SAMLResponse: 'AAAA' })
      for (let count = 1; count <= 100; count += 1) expect((await refuse()).status).toBe(401)
      expect((await refuse()).status).toBe(429)
      world.clock.advance(1)
      expect((await refuse()).status).toBe(401)
    })

    it('asks first when another site sent the browser', async () => {
      const elsewhere: readonly Record<string, string>[] = [
        { 'Sec-Fetch-Site': 'cross-site' },
        { Origin: 'https://evil.example' },
      ]
      for (const headers of elsewhere) {
        const sent = createCookieClient(world.app, headers)
        const question = await sent.post('/account/acs', { SAMLResponse: await respond() })
        expect(question.status).toBe(200)
        expect(sent.cookies.has('account-session')).toBe(false)
        // The answer comes from our own page.
        for (const name of Object.keys(headers)) delete sent.headers[name]
        const answer = await sent.submit(question, '/account/enter')
        expect(answer.location).toBe('/account')
        expect((await sent.follow(answer)).text).toContain(account.name)
      }
      const forged = await browser.post('/account/enter', { SAMLResponse: await respond() })
      expect(forged.status).toBe(403)
    })

    it('takes the place of the session before it', async () => {
      await enter()
      const before = new Map(browser.cookies)
      await enter()
      const stale = createCookieClient(world.app)
      for (const [name, value] of before) stale.cookies.set(name, value)
      expect((await stale.get('/account')).status).toBe(401)
      expect((await browser.get('/account')).status).toBe(200)
    })
  })

  describe('the access tester', () => {
    it.each<[string, string, string[]]>([
      ['cvm:DescribeInstances', '*', ['Allowed', 'ReadOnlyAccess · Statement 1', '*:Describe*']],
      ['cos:GetObject', 'qcs::cos:ap-guangzhou::b/x', ['Allowed', 'Statement 1']],
      ['cvm:RunInstances', '*', ['Denied', 'None of your policies allows it.', 'No statement matches.']],
    ])('decides %s on %s', async (action, resource, expected) => {
      await enter()
      const page = await ask(action, resource)
      expect(page.status).toBe(200)
      for (const text of expected) expect(page.text).toContain(text)
    })

    it('names the statement that denies', async () => {
      const document = JSON.stringify({
        version: '2.0',
        statement: [{ effect: 'deny', action: 'cvm:Describe*', resource: '*' }],
      })
      const { permissionConfigurations, deployments, deploymentWorker } = world.services
      await permissionConfigurations.putCustomPolicy(
        world.administrator,
        configuration.id,
        'no-cvm',
        document,
      )
      await deployments.redeploy(world.administrator, [
        { accountUin: account.uin, configurationId: configuration.id },
      ])
      await deploymentWorker.drain()
      await enter()
      const page = await ask('cvm:DescribeInstances', '*')
      for (const text of [
        'Denied',
        'One of your policies denies it.',
        '-no-cvm · Statement 1',
        'cvm:Describe*',
      ]) {
        expect(page.text).toContain(text)
      }
    })

    it('says what is wrong with a question', async () => {
      await enter()
      const page = await ask('<script>', 'instance/1')
      expect(page.status).toBe(400)
      expect(page.text).toContain('Enter a service and an operation')
      expect(page.text).toContain('Enter an asterisk')
      expect(page.text).not.toContain('<script>')
      expect((await ask('cvm:*', '*')).status).toBe(400)
      const twice = await browser.get('/account/access?action=a:b&action=c:d&resource=*')
      expect(twice.status).toBe(400)
    })
  })

  describe('ends', () => {
    it('with its role session', async () => {
      await enter()
      world.clock.advance(3600)
      const page = await browser.get('/account')
      expect(page.status).toBe(401)
      expect(page.text).toContain('Your session in this account has ended')
      expect(page.text).toContain('href="/portal"')
    })

    it('when the user is blocked, at once', async () => {
      await enter()
      await world.services.users.setBlocked(world.administrator, userId, true)
      expect((await browser.get('/account')).status).toBe(401)
    })

    it('when the role is undeployed', async () => {
      await enter()
      await world.cam.client.deleteRole(account.uin, 'TencentCloudSSO-ops')
      expect((await browser.get('/account')).status).toBe(401)
    })

    it('when the user logs out, with a form of ours only', async () => {
      const page = await browser.follow(await enter())
      expect((await browser.post('/account/logout', {})).status).toBe(403)
      expect((await browser.get('/account')).status).toBe(200)
      const answer = await browser.submit(page, '/account/logout')
      expect(answer).toMatchObject({ status: 303, location: '/portal' })
      expect((await browser.get('/account')).status).toBe(401)
    })
  })

  it('has no page for strangers, and none that does not exist', async () => {
    for (const path of ['/account', '/account/access', '/account/none']) {
      expect((await browser.get(path)).status).toBe(401)
    }
    await enter()
    expect((await browser.get('/account/none')).status).toBe(404)
  })
})
