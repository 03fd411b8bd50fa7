/** Single sign-on in a real browser: what policies of pages, cookies and redirects between two sites let happen. */
import { createServer, type Server } from 'node:http'
import { inflateRawSync } from 'node:zlib'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { inTransaction } from '../../db/transaction.js'
import { attributeOf } from '../../saml/core/elements.js'
import { writeLogoutResponse } from '../../saml/core/logout-messages.js'
import { providerMetadata } from '../../saml/core/metadata.js'
import { redirectAddress } from '../../saml/core/redirect-binding.js'
import { parseXml, rootOf } from '../../saml/core/safe-xml.js'
import { BINDING_REDIRECT } from '../../saml/core/vocabulary.js'
import { serviceProviderAddresses } from '../../server/domain/identity-provider.js'
import { createTestClock } from '../support/clock.js'
import { DESKTOP, expectGoodPage, hasBrowser, openBrowser } from '../support/browser.js'
import { freePort } from '../support/command.js'
import { createTestContext, type TestContext } from '../support/context.js'
import { createFakeIdp, type FakeIdp } from '../support/fake-idp.js'

describe.skipIf(!hasBrowser())('single sign-on in a browser', { timeout: 120_000 }, () => {
  let world: TestContext
  let servers: Server[] = []
  let browser: Browser
  let idp: FakeIdp
  let origin: string
  /** Another site than `origin`: a name of this machine that is not `localhost`. */
  let idpOrigin: string
  let zoneId: string
  /** What the identity provider gets wrong in its next answer. */
  let audience: string | undefined
  const contexts: BrowserContext[] = []
  const complaints: string[] = []

  async function listen(server: Server, port: number, host: string): Promise<void> {
    servers.push(server)
    await new Promise<void>((resolve) => server.listen(port, host, resolve))
  }

  beforeAll(async () => {
    const [port, idpPort] = [await freePort(), await freePort()]
    world = await createTestContext('sqlite', {
      environment: { PORT: String(port) },
      clock: createTestClock(new Date()),
    })
    origin = world.config.baseUrl
    idpOrigin = `http://127.0.0.1:${idpPort}`
    idp = await createFakeIdp()
    await listen(createServer(world.app), port, 'localhost')
    await listen(
      createServer((req, res) => {
        const { pathname, searchParams } = new URL(req.url ?? '/', idpOrigin)
        if (pathname === '/login') {
          const seen = idp.readRequest(`${idpOrigin}${req.url}`)
          const { base64 } = idp.respond(seen, 'alice', world.clock.now(), {
            ...(audience !== undefined && { audience }),
          })
          res
            .setHeader('content-type', 'text/html')
            .end(
              `<!DOCTYPE html><title>IdP</title><form method="post" action="${seen.acsUrl}"><input type="hidden" name="SAMLResponse" value="${base64}"><button>Sign in as alice</button></form>`,
            )
          return
        }
        if (pathname !== '/logout') {
          // What browsers ask for by themselves.
          res.writeHead(204).end()
          return
        }
        const request = inflateRawSync(Buffer.from(searchParams.get('SAMLRequest') ?? '', 'base64')).toString(
          'utf8',
        )
        const { logoutUrl } = serviceProviderAddresses(origin, zoneId)
        const xml = writeLogoutResponse({
          issuer: idp.entityId,
          destination: logoutUrl,
          inResponseTo: attributeOf(rootOf(parseXml(request)), 'ID') ?? '',
          issuedAt: world.clock.now(),
          outcome: 'success',
        })
        const { privateKeyPem } = idp.key
        res
          .writeHead(302, {
            location: redirectAddress(logoutUrl, { field: 'SAMLResponse', xml, privateKeyPem }),
          })
          .end()
      }),
      idpPort,
      '127.0.0.1',
    )
    const { services, administrator } = world
    zoneId = (await services.zones.current()).id
    const metadata = providerMetadata({
      entityId: idp.entityId,
      ssoUrl: `${idpOrigin}/login`,
      certificates: [idp.key.certificatePem],
    }).replace(
      '<md:NameIDFormat>',
      `<md:SingleLogoutService Binding="${BINDING_REDIRECT}" Location="${idpOrigin}/logout"/><md:NameIDFormat>`,
    )
    await services.identityProvider.setFromMetadata(administrator, metadata)
    await services.users.create(administrator, {
      profile: { userName: 'alice', emails: [], active: true, attributes: {} },
      type: 'manual',
    })
    browser = await openBrowser()
  })
  afterEach(async () => {
    for (const context of contexts.splice(0)) await context.close()
  })
  afterAll(async () => {
    await browser?.close()
    for (const server of servers) {
      server.closeAllConnections()
      server.close()
    }
    servers = []
    await world?.remove()
  })

  function watch(page: Page): void {
    page.on('pageerror', (error) => complaints.push(error.message))
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text())
    })
  }

  async function openPage(locale = 'en'): Promise<Page> {
    const context = await browser.newContext({ viewport: DESKTOP, locale })
    contexts.push(context)
    context.on('page', watch)
    return context.newPage()
  }

  it('an administrator tests the configuration in a new window and reads the report', async () => {
    const page = await openPage()
    const { services, administrator, db } = world
    const admin = await services.administrators.findByName(administrator, 'admin')
    const { token } = await inTransaction(db, (tx) =>
      services.sessions.open(tx, {
        kind: 'console',
        subject: { kind: 'administrator', id: admin?.uin ?? '' },
        method: 'password',
        origin: {},
      }),
    )
    await page.context().addCookies([{ name: 'console-session', value: token, url: origin }])
    await page.goto(`${origin}/admin/sso`)
    await expectGoodPage(page)

    for (const wrong of [undefined, 'https://other.example']) {
      audience = wrong
      const opened = page.context().waitForEvent('page')
      await page.getByRole('button', { name: 'Begin the test' }).click()
      const report = await opened
      await report.getByRole('button', { name: 'Sign in as alice' }).click()
      await report.waitForURL('**/admin/sso/tests/**')
      const said = report.locator('main')
      if (wrong === undefined) {
        await said.getByText('the user alice would have been signed in').waitFor()
      } else {
        await said.getByText('The assertion is meant for another service provider.').waitFor()
      }
      await expectGoodPage(report)
    }
    audience = undefined
    expect(complaints).toEqual([])
  })

  it('a person signs in, and logs out here and at the identity provider', async () => {
    await world.services.zones.setLoginMethod(world.administrator, 'sso')
    const page = await openPage()
    await page.goto(`${origin}/acme/login`)
    await page.getByRole('link', { name: 'Continue with single sign-on' }).click()
    await page.getByRole('button', { name: 'Sign in as alice' }).click()
    await page.waitForURL('**/portal')
    await page.goto(`${origin}/portal/logout`)
    await expectGoodPage(page)
    await page.getByRole('button', { name: 'Log out here and there' }).click()
    await page.getByText('You are logged out here and at your identity provider.').waitFor()
    expect(new URL(page.url()).origin).toBe(origin)
    await expectGoodPage(page)
    await page.goto(`${origin}/portal`)
    expect(new URL(page.url()).pathname).toBe('/acme/login')
    expect(complaints).toEqual([])
  })
})
