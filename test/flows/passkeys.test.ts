/** Passkeys in a real browser, with the virtual authenticator that it brings along. */
import { createServer, type Server } from 'node:http'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DESKTOP, expectGoodPage, hasBrowser, openBrowser } from '../support/browser.js'
import { freePort } from '../support/command.js'
import { ADMIN_PASSWORD } from '../support/context.js'
import { createPortalWorld, type PortalWorld } from '../portal/portal-world.js'

describe.skipIf(!hasBrowser())('passkeys in a browser', { timeout: 120_000 }, () => {
  let world: PortalWorld
  let server: Server
  let origin: string
  let browser: Browser
  const complaints: string[] = []

  beforeAll(async () => {
    const port = await freePort()
    world = await createPortalWorld('sqlite', { environment: { PORT: String(port) } })
    origin = world.config.baseUrl
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

  /** A window with an authenticator; it asks nobody, and says of its owner what it is told to. */
  async function openPage(): Promise<{
    page: Page
    context: BrowserContext
    trust: (verified: boolean) => Promise<void>
  }> {
    const context = await browser.newContext({ viewport: DESKTOP, locale: 'en' })
    const page = await context.newPage()
    page.on('pageerror', (error) => complaints.push(error.message))
    const devtools = await context.newCDPSession(page)
    await devtools.send('WebAuthn.enable')
    const { authenticatorId } = await devtools.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        transport: 'internal',
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    })
    const trust = async (isUserVerified: boolean) => {
      await devtools.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified })
    }
    return { page, context, trust }
  }

  const heading = (page: Page) => page.getByRole('heading', { level: 1 })
  const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click()
  const logOut = async (page: Page) => {
    await page.locator('.user-menu summary').click()
    await press(page, 'Log out')
  }

  it('a passkey takes the place of the app, of the password, and is confirmed by, renamed and kept', async () => {
    const person = await world.person('key.holder')
    const { page, trust } = await openPage()
    await page.goto(`${origin}/acme/login`)
    await page.getByLabel('User name').fill(person.userName)
    await page.getByLabel('Password', { exact: true }).fill(person.password)
    await press(page, 'Sign in')
    await page.getByRole('link', { name: 'Create a passkey' }).click()
    await expectGoodPage(page)
    expect(await page.getByLabel('Name of the passkey').inputValue()).toBe('Chrome · Linux')
    await page.getByLabel('Name of the passkey').fill('Laptop')
    await press(page, 'Create a passkey')
    await page.getByRole('link', { name: 'I have kept them' }).click()
    expect(await heading(page).textContent()).toBe('My access')

    // The whole sign-in, without a name.
    await logOut(page)
    await press(page, 'Sign in with a passkey')
    await page.waitForURL(`${origin}/portal`)
    expect(await heading(page).textContent()).toBe('My access')

    // As the second step.
    await logOut(page)
    await page.getByLabel('User name').fill(person.userName)
    await page.getByLabel('Password', { exact: true }).fill(person.password)
    await press(page, 'Sign in')
    await expectGoodPage(page)
    await press(page, 'Use a passkey')
    await page.waitForURL(`${origin}/portal`)

    // My security, after a while.
    await page.goto(`${origin}/portal/security`)
    await expectGoodPage(page)
    world.clock.advance(600)
    await page.getByRole('link', { name: 'Add a passkey' }).click()
    expect(await heading(page).textContent()).toBe('Confirm that it is you')
    await expectGoodPage(page)
    await press(page, 'Use a passkey')
    await page.waitForURL('**/portal/security/passkeys/new')
    // The authenticator holds one for this site already, which the browser refuses to make again.
    await press(page, 'Create a passkey')
    await page.locator('[data-passkey-failed]').waitFor()
    await expectGoodPage(page)

    await page.goto(`${origin}/portal/security`)
    await page.getByRole('link', { name: 'Change the passkey Laptop' }).click()
    await expectGoodPage(page)
    await page.getByLabel('Name of the passkey').fill('Old laptop')
    await press(page, 'Save')
    expect(await page.getByRole('rowheader', { name: 'Old laptop' }).isVisible()).toBe(true)

    // Somebody else holds the laptop: no sign-in without the owner's finger.
    await logOut(page)
    await trust(false)
    await press(page, 'Sign in with a passkey')
    await page.locator('[data-passkey-failed]').waitFor()
    await expectGoodPage(page)
    await page.getByRole('link', { name: 'Another way' }).click()
    expect(await heading(page).textContent()).toBe('Sign in')
    expect(complaints).toEqual([])
  })

  it('an administrator signs in to the console by it', async () => {
    const { page } = await openPage()
    await page.goto(`${origin}/admin/login`)
    await page.getByLabel('User name').fill('admin')
    await page.getByLabel('Password', { exact: true }).fill(ADMIN_PASSWORD)
    await press(page, 'Sign in')
    await page.getByRole('link', { name: 'Create a passkey' }).click()
    await press(page, 'Create a passkey')
    await page.getByRole('link', { name: 'I have kept them' }).click()
    await page.locator('.user-menu summary').click()
    await page.getByRole('link', { name: 'My security' }).click()
    await expectGoodPage(page)
    await logOut(page)
    await press(page, 'Sign in with a passkey')
    await page.waitForURL(`${origin}/admin/`)
    expect(await heading(page).textContent()).toBe('Overview')
    expect(complaints).toEqual([])
  })

  it('without script says what is missing, and offers the other ways', async () => {
    const context = await browser.newContext({ javaScriptEnabled: false, locale: 'en' })
    const page = await context.newPage()
    await page.goto(`${origin}/acme/login`)
    await press(page, 'Sign in with a passkey')
    expect(await page.getByText('Passkeys need JavaScript').isVisible()).toBe(true)
    await press(page, 'Use a passkey')
    expect(await page.getByText('Passkeys need JavaScript').isVisible()).toBe(true)
    await page.getByRole('link', { name: 'Another way' }).click()
    expect(await heading(page).textContent()).toBe('Sign in')
    await context.close()
  })
})
