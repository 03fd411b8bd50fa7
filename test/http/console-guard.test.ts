import { existsSync } from 'node:fs'
import express from 'express'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { managementAccountUin } from '../../db/administrators.js'
import { inTransaction } from '../../db/transaction.js'
import { consoleSignIn } from '../../server/console/sign-in.js'
import { writeInitialPassword } from '../../server/data-folder.js'
import { systemActor } from '../../server/domain/actor.js'
import { ADMINISTRATOR_POLICIES } from '../../server/domain/administrator.js'
import { createExchanges, exchangeMiddleware } from '../../server/http/exchange.js'
import { formBody } from '../../server/http/form-body.js'
import { requestActor } from '../../server/http/session-cookie.js'
import { totpCode } from '../support/authenticator.js'
import { ADMIN_PASSWORD, createTestContext, type TestContext } from '../support/context.js'
import { createCookieClient, type CookieClient, type Page } from '../support/cookie-client.js'
import { engines } from '../support/engines.js'

/** The console's frame around two pages: one that reads, one form that writes. */
function appOf({ browser, services }: TestContext) {
  const app = express()
  const silent = { info: () => undefined, debug: () => undefined }
  app.use(exchangeMiddleware(createExchanges({ logger: silent, observe: () => undefined })))
  const { router, place } = consoleSignIn({ browser, ...services })
  app.use(...browser.enter('console'), formBody, browser.requireCsrf, router)
  app.use('/admin', browser.cookies.requireAdministrator(place))
  app.get('/admin/', (req, res) => {
    res.send(
      `<form action="/admin/write"><input type="hidden" name="_csrf" value="${browser.csrfToken(req, res)}"/></form>`,
    )
  })
  app.post('/admin/write', (_req, res) => {
    res.send(requestActor(res))
  })
  app.get('/admin/secret', browser.cookies.requireAdministrator(place, 'full'), (_req, res) => {
    res.send('for full rights')
  })
  app.use(browser.errorPages({ variant: 'console', startPath: '/admin/' }))
  return app
}

describe.each(engines)('the console behind its sign-in on %s', (engine) => {
  let context: TestContext
  let app: ReturnType<typeof appOf>
  beforeAll(async () => {
    context = await createTestContext(engine)
    app = appOf(context)
  })
  afterAll(() => context.remove())

  async function enterPassword(browser: CookieClient, userName: string, password: string): Promise<Page> {
    return browser.follow(
      await browser.submit(await browser.get('/admin/login'), '/admin/login', { userName, password }),
    )
  }

  async function bindDevice(browser: CookieClient, page: Page): Promise<{ secret: string; page: Page }> {
    const secret = /id="totp-key">([^<]+)</.exec(page.text)?.[1] ?? ''
    const code = totpCode(secret, context.clock.now())
    return { secret, page: await browser.submit(page, '/admin/sign-in/device', { code }) }
  }

  it('takes password and device, then leads to the page that was asked for', async () => {
    const browser = createCookieClient(app)
    const asked = await browser.get('/admin/secret')
    expect(asked.location).toBe('/admin/login?next=%2Fadmin%2Fsecret')
    const login = await browser.get(asked.location ?? '')
    const device = await browser.follow(
      await browser.submit(login, '/admin/login', { userName: 'admin', password: ADMIN_PASSWORD }),
    )
    expect((await browser.get('/admin/')).location).toBe('/admin/sign-in/device')
    const { page, secret } = await bindDevice(browser, device)
    expect(page.text).toContain('href="/admin/secret"')
    expect((await browser.get('/admin/secret')).text).toBe('for full rights')

    context.clock.advance(30)
    const again = createCookieClient(app)
    const codePage = await enterPassword(again, 'ADMIN', ADMIN_PASSWORD)
    const code = totpCode(secret, context.clock.now())
    expect((await again.submit(codePage, '/admin/sign-in/code', { code })).location).toBe('/admin/')
    context.clock.advance(30 * 60)
    expect((await again.get('/admin/')).location).toMatch(/^\/admin\/login/)
  })

  it('removes the written first password once an administrator is in, not before', async () => {
    const file = writeInitialPassword(context.config.dataDir, ADMIN_PASSWORD)
    const browser = createCookieClient(app)
    const { administrators } = context.services
    const { initialPassword } = await administrators.create(systemActor('test'), {
      name: 'first',
      rights: 'full',
    })
    await bindDevice(browser, await enterPassword(browser, 'first', initialPassword))
    expect(existsSync(file)).toBe(true)
    const form = await browser.get('/admin/sign-in/password')
    const newPassword = 'First-pass-1'
    await browser.submit(form, '/admin/sign-in/password', { newPassword, repeatPassword: newPassword })
    expect(existsSync(file)).toBe(false)
  })

  it('is not opened by a session of the portal, nor by a user of the zone', async () => {
    const browser = createCookieClient(app)
    const page = await enterPassword(browser, 'nobody', 'Trusted-pass-1')
    expect(page.status).toBe(401)
    expect(page.text).toContain('The name or the password is not right.')
  })

  it('lets an auditor read and change nothing, whatever the page', async () => {
    const { initialPassword } = await context.services.administrators.create(systemActor('test'), {
      name: 'auditor',
      rights: 'readOnly',
    })
    const browser = createCookieClient(app)
    const device = await enterPassword(browser, 'auditor', initialPassword)
    await bindDevice(browser, device)
    const form = await browser.get('/admin/sign-in/password')
    const newPassword = 'Auditor-pass-1'
    await browser.submit(form, '/admin/sign-in/password', { newPassword, repeatPassword: newPassword })
    const home = await browser.get('/admin/')
    expect(home.status).toBe(200)
    expect((await browser.submit(home, '/admin/write')).status).toBe(403)
    expect((await browser.get('/admin/secret')).status).toBe(403)
  })

  it('gives no more than the other policies of the administrator leave, from the next request on', async () => {
    const { administrators, camAttachments, camPolicies, sessions } = context.services
    const system = systemActor('test')
    const { administrator } = await administrators.create(system, { name: 'bounded', rights: 'full' })
    const { token } = await inTransaction(context.db, (tx) =>
      sessions.open(tx, {
        kind: 'console',
        subject: { kind: 'administrator', id: administrator.uin },
        method: 'password',
        origin: {},
      }),
    )
    const browser = createCookieClient(app)
    browser.cookies.set('console-session', token)
    const accountUin = await managementAccountUin(context.db)
    const root = { caller: { kind: 'root', accountUin } as const, actor: system, context: {} }
    const holder = { kind: 'user', uin: administrator.uin } as const
    const home = await browser.get('/admin/')
    const outcome = async () => [
      (await browser.get('/admin/')).status,
      (await browser.submit(home, '/admin/write')).status,
    ]
    expect(await outcome()).toEqual([200, 200])

    const own = async (name: string, action: string, condition: object = {}) => {
      const statement = [{ effect: 'deny', action, resource: '*', condition }]
      const document = JSON.stringify({ version: '2.0', statement })
      return camPolicies.create(root, { name, description: '', document })
    }
    const denial = await own('no-deletion', 'organization:Delete*')
    await camAttachments.attach(root, holder, denial)
    expect(await outcome()).toEqual([200, 403])
    await camAttachments.detach(root, holder, denial)
    expect(await outcome()).toEqual([200, 200])
    // As at the API, a condition counts where it is met.
    const ip = (range: string) => ({ ip_equal: { 'qcs:ip': range } })
    await camAttachments.attach(root, holder, await own('not-there', 'organization:*', ip('192.0.2.0/24')))
    expect(await outcome()).toEqual([200, 200])
    const here = await own('not-here', 'organization:*', ip('127.0.0.0/8'))
    await camAttachments.attach(root, holder, here)
    expect(await outcome()).toEqual([403, 403])
    await camAttachments.detach(root, holder, here)

    const reading = { type: 'preset', id: ADMINISTRATOR_POLICIES.readOnly.id } as const
    await camAttachments.putBoundary(root, holder, reading)
    expect(await outcome()).toEqual([200, 403])
    await camAttachments.deleteBoundary(root, holder)
    expect(await outcome()).toEqual([200, 200])
  })

  it('ends at once for an administrator who is disabled', async () => {
    const actor = systemActor('test')
    const { administrators } = context.services
    const { administrator, initialPassword } = await administrators.create(actor, {
      name: 'leaver',
      rights: 'full',
    })
    const browser = createCookieClient(app)
    await bindDevice(browser, await enterPassword(browser, 'leaver', initialPassword))
    const form = await browser.get('/admin/sign-in/password')
    const newPassword = 'Leaver-pass-1'
    await browser.submit(form, '/admin/sign-in/password', { newPassword, repeatPassword: newPassword })
    const home = await browser.get('/admin/')
    expect((await browser.submit(home, '/admin/write')).response.body).toMatchObject({
      kind: 'administrator',
      uin: administrator.uin,
      rights: 'full',
    })
    await administrators.setStatus(actor, administrator.uin, 'disabled')
    expect((await browser.get('/admin/')).location).toMatch(/^\/admin\/login/)
    expect((await enterPassword(createCookieClient(app), 'leaver', newPassword)).status).toBe(401)
  })
})
