import { existsSync } from 'node:fs'
import express from 'express'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { consoleSignIn } from '../../server/console/sign-in.js'
import { writeInitialPassword } from '../../server/data-folder.js'
import { systemActor } from '../../server/domain/actor.js'
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
