/** My access with many accounts, in a real browser: searching, favourites, colours, keyboard, phone. */
import { createServer, type Server } from 'node:http'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { inTransaction } from '../../db/transaction.js'
import { createPortalWorld, type Person, type PortalWorld } from '../portal/portal-world.js'
import { seedAccess } from '../support/access-seed.js'
import { DESKTOP, expectGoodPage, hasBrowser, openBrowser } from '../support/browser.js'
import { freePort } from '../support/command.js'

describe.skipIf(!hasBrowser())('my access in a browser', { timeout: 120_000 }, () => {
  let world: PortalWorld
  let person: Person
  let server: Server
  let origin: string
  let browser: Browser
  const complaints: string[] = []

  beforeAll(async () => {
    const port = await freePort()
    world = await createPortalWorld('sqlite', { environment: { PORT: String(port) } })
    origin = world.config.baseUrl
    person = await world.person('busy.person')
    await seedAccess(world.db, person.id, { accounts: 300, permissions: 3 })
    server = createServer(world.app)
    await new Promise<void>((resolve) => server.listen(port, 'localhost', resolve))
    browser = await openBrowser()
  })
  afterAll(async () => {
    await browser.close()
    server.closeAllConnections()
    server.close()
    await world.remove()
  })

  /** A window in which the person is signed in. */
  async function openPortal(options: Parameters<Browser['newContext']>[0] = {}): Promise<Page> {
    const context: BrowserContext = await browser.newContext({ viewport: DESKTOP, locale: 'en', ...options })
    const { token } = await inTransaction(world.db, (tx) =>
      world.services.sessions.open(tx, {
        kind: 'portal',
        subject: { kind: 'user', id: person.id },
        method: 'password',
        origin: { userAgent: 'Mozilla/5.0 (X11; Linux x86_64) Firefox/130.0' },
      }),
    )
    await context.addCookies([{ name: 'portal-session', value: token, url: origin }])
    const page = await context.newPage()
    page.on('pageerror', (error) => complaints.push(error.message))
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text())
    })
    await page.goto(`${origin}/portal`)
    return page
  }

  const shown = (page: Page) => page.locator('.access-list > li:visible summary b').allTextContents()

  it('is searched while one types, and by the server where no script runs', async () => {
    const page = await openPortal()
    expect(await shown(page)).toHaveLength(300)
    const search = page.getByRole('searchbox')
    await search.pressSequentially('account 12')
    expect(await page.getByRole('status').textContent()).toBe('10 accounts')
    await search.fill('ACCOUNT 123')
    expect(await shown(page)).toEqual(['Account 123'])
    expect(await page.getByRole('status').textContent()).toBe('1 account')
    // One match stands open, with all its permissions: the second click opens it.
    expect(await page.locator('.access-permissions > li:visible b').allTextContents()).toHaveLength(3)
    await search.fill('seeded-operator')
    expect(await page.getByRole('status').textContent()).toBe('300 accounts')
    await search.fill('there is no such thing')
    expect(await page.getByRole('status').textContent()).toBe('Nothing matches.')
    await expectGoodPage(page)
    await search.fill('')
    expect(await shown(page)).toHaveLength(300)

    const plain = await openPortal({ javaScriptEnabled: false })
    await plain.getByRole('searchbox').fill('account 123')
    await plain.keyboard.press('Enter')
    await plain.waitForURL('**/portal?q=account+123')
    expect(await shown(plain)).toEqual(['Account 123'])
    expect(complaints).toEqual([])
  })

  it('keeps favourites, and is used by keyboard alone', async () => {
    const page = await openPortal()
    await page.getByRole('searchbox').focus()
    await page.keyboard.type('account 250')
    for (let step = 0; step < 3; step += 1) await page.keyboard.press('Tab')
    expect(await page.evaluate(() => document.activeElement?.textContent)).toContain('Account 250')
    await page.keyboard.press('Enter')
    await page.keyboard.press('Enter')
    for (let step = 0; step < 7; step += 1) await page.keyboard.press('Tab')
    const label = await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))
    expect(label).toBe('Add Account 250 to the favourites')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Favourites' }).waitFor()
    expect((await shown(page))[0]).toBe('Account 250')
    await expectGoodPage(page)
  })

  it('shows the colours that were chosen, and both pass the accessibility checks', async () => {
    const page = await openPortal({ colorScheme: 'light' })
    const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor)
    const light = await background()
    await page.locator('.user-menu summary').click()
    await page.getByRole('link', { name: 'Dark' }).click()
    expect(await background()).not.toBe(light)
    await page.getByRole('searchbox').fill('account 00')
    await expectGoodPage(page)
    for (const path of ['/portal/security', '/portal/cam-users', '/portal/security/confirm']) {
      await page.goto(`${origin}${path}`)
      await expectGoodPage(page)
    }
    await page.locator('.user-menu summary').click()
    await page.getByRole('link', { name: 'System' }).click()
    expect(await background()).toBe(light)
    expect(complaints).toEqual([])
  })
})
