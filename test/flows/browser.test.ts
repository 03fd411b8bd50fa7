/** From the console's sign-in to the portal, as two people see it in a real browser. */
import { createServer, type Server } from 'node:http'
import { readFile } from 'node:fs/promises'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { inTransaction } from '../../db/transaction.js'
import { totpCode } from '../support/authenticator.js'
import { DESKTOP, expectGoodPage, hasBrowser, openBrowser, PHONE } from '../support/browser.js'
import { freePort } from '../support/command.js'
import { ADMIN_PASSWORD, createTestContext, type TestContext } from '../support/context.js'

describe.skipIf(!hasBrowser())('in a browser', { timeout: 240_000 }, () => {
  let world: TestContext
  let server: Server
  let origin: string
  let browser: Browser
  const contexts: BrowserContext[] = []
  const complaints: string[] = []
  // Some tests are refused on purpose, which the browser notes.
  beforeEach(() => {
    complaints.splice(0)
  })

  beforeAll(async () => {
    const port = await freePort()
    world = await createTestContext('sqlite', { environment: { PORT: String(port) } })
    origin = world.config.baseUrl
    server = createServer(world.app)
    await new Promise<void>((resolve) => server.listen(port, 'localhost', resolve))
    browser = await openBrowser()
  })
  afterEach(async () => {
    for (const context of contexts.splice(0)) await context.close()
  })
  afterAll(async () => {
    await browser.close()
    server.closeAllConnections()
    server.close()
    await world.remove()
  })

  /** A browser window of its own; what its console complains about is an error of ours. */
  async function openPage(options: Parameters<Browser['newContext']>[0] = {}): Promise<Page> {
    const context = await browser.newContext({ viewport: DESKTOP, locale: 'en', ...options })
    contexts.push(context)
    const page = await context.newPage()
    page.on('pageerror', (error) => complaints.push(error.message))
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(`${message.location().url}: ${message.text()}`)
    })
    return page
  }

  /** Puts an administrator's session into the browser; the number of the administrator. */
  async function enterConsole(page: Page): Promise<string> {
    const { services, administrator, db } = world
    const admin = await services.administrators.findByName(administrator, 'admin')
    const uin = admin?.uin ?? ''
    const { token } = await inTransaction(db, (tx) =>
      services.sessions.open(tx, {
        kind: 'console',
        subject: { kind: 'administrator', id: uin },
        method: 'password',
        origin: {},
      }),
    )
    await page.context().addCookies([{ name: 'console-session', value: token, url: origin }])
    return uin
  }

  async function signIn(page: Page, name: string, password: string): Promise<string> {
    await page.getByLabel('User name').fill(name)
    await page.getByLabel('Password', { exact: true }).fill(password)
    await expectGoodPage(page)
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    const secret = (await page.locator('#totp-key').textContent()) ?? ''
    await expectGoodPage(page)
    await page.getByLabel('Code', { exact: true }).fill(totpCode(secret, world.clock.now()))
    await page.getByRole('button', { name: 'Confirm and continue' }).click()
    await expectGoodPage(page)
    await page.getByRole('link', { name: 'I have kept them' }).click()
    return secret
  }

  const heading = (page: Page) => page.getByRole('heading', { level: 1 })
  const follow = (page: Page, name: string) => page.getByRole('link', { name, exact: true }).first().click()
  const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click()

  it('an administrator makes a user and gives access; the user signs in and opens the account', async () => {
    const page = await openPage({ acceptDownloads: true })
    await page.goto(`${origin}/admin/users`)
    await signIn(page, 'admin', ADMIN_PASSWORD)
    expect(await heading(page).textContent()).toBe('Users')

    // One user, whose password is shown and downloaded here and nowhere else.
    await follow(page, 'Create users')
    await page.getByLabel('User name').fill('employee1')
    await page.getByLabel('Display name').fill('Employee One')
    await page.getByLabel('E-mail').fill('employee1@example.com')
    await expectGoodPage(page)
    await press(page, 'Create and show the passwords')
    expect(await heading(page).textContent()).toBe('Users created')
    const password = await page.getByRole('textbox', { name: 'Initial password employee1' }).inputValue()
    const loginUrl = await page.getByRole('textbox', { name: 'Login URL' }).inputValue()
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'Download as CSV' }).click(),
    ])
    expect(download.suggestedFilename()).toBe('initial-passwords.csv')
    expect(await readFile(await download.path(), 'utf8')).toContain(`employee1,Employee One,`)
    await expectGoodPage(page)

    // A configuration with one policy.
    await follow(page, 'Permission configurations')
    await follow(page, 'Create a configuration')
    await page.getByLabel('Name', { exact: true }).fill('ReadOnly')
    await press(page, 'Create a configuration')
    expect(await page.getByRole('status').textContent()).toContain('ReadOnly was created')
    await follow(page, 'Attach policies')
    await page.getByLabel('Name or description').fill('ReadOnlyAccess')
    await press(page, 'Apply')
    await page.getByRole('checkbox', { name: 'Select ReadOnlyAccess' }).check()
    await expectGoodPage(page)
    await press(page, 'Attach the selected')
    expect(await page.getByRole('status').textContent()).toContain('1 policy was attached.')
    await expectGoodPage(page)

    // An account, and access to it, in four steps.
    await follow(page, 'Accounts')
    await follow(page, 'Add an account')
    await page.getByLabel('Account name').fill('Production')
    await press(page, 'Add')
    await expectGoodPage(page)
    await press(page, 'Configure access')
    await page.getByLabel('employee1 Employee One').check()
    await expectGoodPage(page)
    await press(page, 'Continue')
    await page.getByLabel('ReadOnly').check()
    await press(page, 'Continue')
    expect(await page.getByText('This makes 1 assignment.').isVisible()).toBe(true)
    await expectGoodPage(page)
    await press(page, 'Assign')
    await page.getByText('0 of 1 tasks are done').waitFor()
    await world.services.batchWorker.drain()
    await world.services.deploymentWorker.drain()
    // The page loads itself again, and says that it does.
    await page.getByText('The task is done.').waitFor()
    await expectGoodPage(page)

    // The user signs in for the first time.
    const portal = await openPage()
    await portal.goto(loginUrl)
    await portal.getByLabel('User name').fill('employee1')
    await portal.getByLabel('Password', { exact: true }).fill('not the password')
    await press(portal, 'Sign in')
    expect(await portal.getByRole('alert').textContent()).toContain('The name or the password is not right.')
    complaints.splice(0) // The browser notes the status 401.
    await signIn(portal, 'employee1', password)
    await portal.getByLabel('New password', { exact: true }).fill('Chosen-by-user-1')
    await portal.getByLabel('New password again').fill('Chosen-by-user-1')
    await expectGoodPage(portal)
    await press(portal, 'Change password')
    expect(await heading(portal).textContent()).toBe('My access')
    expect(await portal.getByText('Production').isVisible()).toBe(true)
    await expectGoodPage(portal)

    await portal.getByRole('button', { name: 'Access credentials for Production with ReadOnly' }).click()
    expect(await portal.getByText('TENCENTCLOUD_SECRET_ID').first().isVisible()).toBe(true)
    await expectGoodPage(portal)
    await portal.goBack()
    await portal.getByRole('button', { name: 'Log in to Production with ReadOnly' }).click()
    await portal.waitForURL(`${origin}/account**`)
    expect(await portal.getByText('TencentCloudSSO-ReadOnly').first().isVisible()).toBe(true)
    await expectGoodPage(portal)

    // Blocked in the console, the user is out at once.
    await page.goto(`${origin}/admin/users?search=employee1`)
    await follow(page, 'employee1')
    await expectGoodPage(page)
    await follow(page, 'Security')
    await expectGoodPage(page)
    await press(page, 'Block')
    expect(await page.getByRole('status').textContent()).toContain('employee1 was blocked')
    await portal.goto(`${origin}/portal`)
    expect(await heading(portal).textContent()).toBe('Sign in')
    expect(complaints).toEqual([])
  })

  it('an administrator sees what will change, applies that, and repairs what has drifted', async () => {
    const { services, administrator, db } = world
    const user = await services.users.create(administrator, {
      profile: { userName: 'planned', emails: [], active: true, attributes: {} },
      type: 'manual',
    })
    const account = await services.organization.createAccount(administrator, { name: 'Planned' })
    const { id } = await services.permissionConfigurations.create(administrator, { name: 'Operators' })
    const put = (action: string) =>
      services.permissionConfigurations.putCustomPolicy(
        administrator,
        id,
        'own',
        `{"version":"2.0","statement":[{"effect":"allow","action":["cvm:Describe*","${action}"],"resource":"*"}]}`,
      )
    await put('cvm:Start*')
    await services.assignments.assign(administrator, [
      { principal: { type: 'user', id: user.id }, accountUin: account.uin, configurationId: id },
    ])
    await services.deploymentWorker.drain()
    await put('cvm:Stop*')
    await services.permissionConfigurations.attachPreset(administrator, id, ['ReadOnlyAccess'])

    const page = await openPage()
    await enterConsole(page)
    await page.goto(`${origin}/admin/permission-configurations/${id}/versions`)
    await expectGoodPage(page)
    await page.getByRole('link', { name: 'Changes of version 3' }).click()
    expect(await page.locator('del').textContent()).toContain('cvm:Start*')
    expect(await page.locator('ins').textContent()).toContain('cvm:Stop*')
    await expectGoodPage(page)
    await page.goto(`${origin}/admin/permission-configurations/${id}/deployments`)
    await press(page, 'Redeploy all that need it')
    expect(await heading(page).textContent()).toBe('Plan of the deployment')
    expect(await page.getByText('People can do more').isVisible()).toBe(true)
    expect(await page.getByRole('link', { name: 'planned' }).isVisible()).toBe(true)
    await expectGoodPage(page)
    await press(page, 'Apply this plan')
    await services.deploymentWorker.drain()
    await page.getByText('The task is done.').waitFor()

    await db
      .updateTable('cam_policies')
      .set({ document: '{"version":"2.0","statement":[{"effect":"allow","action":"*","resource":"*"}]}' })
      .where('account_uin', '=', account.uin)
      .execute()
    await page.goto(`${origin}/admin/accounts/${account.uin}/deployments`)
    await press(page, 'Check again: Planned')
    expect(await heading(page).textContent()).toBe('Drift')
    expect(await page.getByText('cvm:Stop*').isVisible()).toBe(true)
    await expectGoodPage(page)
    await press(page, 'Deploy again: TencentCloudSSO-Operators in Planned')
    await services.deploymentWorker.drain()
    await page.getByText('The task is done.').waitFor()
    await page.goto(`${origin}/admin/drift?account=${account.uin}`)
    expect(await page.getByText('Nothing differs here.').isVisible()).toBe(true)
    expect(complaints).toEqual([])
  })

  it('the console is reached by keyboard and on a phone, in both languages', async () => {
    const page = await openPage({ locale: 'zh-CN', viewport: PHONE })
    await page.goto(`${origin}/admin/`)
    expect(await heading(page).textContent()).toBe('控制台登录')
    await enterConsole(page)
    await page.goto(`${origin}/admin/`)
    expect(await heading(page).textContent()).toBe('概览')
    expect(await page.getByRole('navigation', { name: '主导航' }).isVisible()).toBe(false)
    await page.getByText('菜单').click()
    await page.getByRole('navigation', { name: '主导航' }).getByRole('link', { name: '用户组' }).click()
    await page.waitForURL('**/admin/groups')
    await page.getByRole('link', { name: 'English' }).click()
    expect(await heading(page).textContent()).toBe('Groups')

    await page.setViewportSize(DESKTOP)
    await page.keyboard.press('Tab')
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Skip to the content')
    await page.keyboard.press('Enter')
    await page.keyboard.press('Tab')
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Create a group')
    await page.keyboard.press('Enter')
    await page.waitForURL('**/admin/groups/new')
    await page.getByLabel('Group name').fill(' ')
    await press(page, 'Create a group')
    // What is wrong is announced, has the focus, and leads to the field.
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('errors')
    await page.getByRole('alert').getByRole('link').click()
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('field-displayName')
    await page.locator('.user-menu summary').click()
    await press(page, 'Log out')
    await page.goto(`${origin}/admin/`)
    expect(await heading(page).textContent()).toBe('Console sign-in')
  })

  it('every main page of the console passes the accessibility checks, in the dark as well', async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      const page = await openPage({ colorScheme, locale: 'zh-CN' })
      const uin = await enterConsole(page)
      for (const path of [
        '',
        'users',
        'groups',
        'scim',
        'scim/adoption',
        'scim/guard',
        'accounts',
        'permission-configurations',
        'tasks',
        'drift',
        'sso',
        'diagnostics',
        'administrators',
        `administrators/${uin}`,
        'settings',
        'audit',
        'assignments/new',
        'permission-configurations/new',
      ]) {
        await page.goto(`${origin}/admin/${path}`)
        await expectGoodPage(page)
      }
    }
  })

  it('a policy is checked while it is written, and its generator does not load the page anew', async () => {
    const { services, administrator } = world
    const { id } = await services.permissionConfigurations.create(administrator, { name: 'Written' })
    const page = await openPage()
    await enterConsole(page)
    await page.goto(`${origin}/admin/permission-configurations/${id}/custom/new`)
    const address = page.url()
    await page.getByLabel('Policy name').fill('machines')
    await page.getByText('Find actions').click()
    await page.getByLabel('Service or part of the name').fill('cvm describeinstances')
    await press(page, 'Find: Statement 1')
    await page.getByLabel('cvm:DescribeInstances', { exact: true }).check()
    await press(page, 'Add a condition: Statement 1')
    // What was added has the focus, and nothing that was entered is gone.
    await page.waitForFunction(() => document.activeElement?.id === 'condition-0-0')
    expect(await page.getByLabel('Policy name').inputValue()).toBe('machines')
    await page.getByLabel('Key', { exact: true }).fill('qcs:ip')
    await page.getByLabel('Comparison', { exact: true }).selectOption('ip_equal')
    const values = page.getByLabel('Values', { exact: true })
    await values.fill('elsewhere')
    await page.getByRole('status').getByText('Statement 1, Condition 1').waitFor()
    await values.fill('10.0.0.0/8')
    await page.getByRole('status').getByText('The policy can be saved.').waitFor()
    await expectGoodPage(page)
    await press(page, 'Edit as JSON')
    const area = page.getByLabel('Policy (JSON)')
    await area.fill((await area.inputValue()).replace('"allow"', '"Allow"'))
    await page.getByRole('status').getByText('Did you mean "allow"?').click()
    expect(await area.evaluate((element: HTMLTextAreaElement) => element.selectionStart)).toBeGreaterThan(0)
    await page.keyboard.press('Tab')
    expect(await page.evaluate(() => document.activeElement?.tagName)).not.toBe('TEXTAREA')
    await expectGoodPage(page)
    expect(page.url()).toBe(address)
    expect(complaints).toEqual([])
  })

  it('forms work without script', async () => {
    const page = await openPage({ javaScriptEnabled: false })
    await enterConsole(page)
    await page.goto(`${origin}/admin/groups/new`)
    await page.getByLabel('Group name').fill('Made without script')
    await press(page, 'Create a group')
    expect(await heading(page).textContent()).toBe('Made without script')
    await page.goto(`${origin}/admin/`)
    // Nothing is offered that only script could do.
    expect(await page.getByRole('button', { name: /^Copy/ }).count()).toBe(0)
  })
})
