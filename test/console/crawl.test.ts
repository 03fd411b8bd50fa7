/** Every page that links lead to, in both languages, and every form on them: what the guard and the CSRF check hold. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createConsoleWorld, scimActor, type ConsoleBrowser, type ConsoleWorld } from './console-world.js'
import { engines } from '../support/engines.js'
import { createFakeIdp } from '../support/fake-idp.js'
import type { Page } from '../support/cookie-client.js'

interface Crawled {
  readonly path: string
  readonly page: Page
}

/** Addresses that answer with a file instead of a page. */
const isFile = (path: string): boolean =>
  path.endsWith('metadata.xml') || path.endsWith('/openapi.json') || path.includes('/export?')

const unescape = (text: string): string => text.replaceAll('&amp;', '&')

/** The shape of a path: one page of each kind is enough. */
const shapeOf = (path: string): string =>
  path
    .replace(/(u|g|rc|t|up|scimcred|idp-c|nc)-[a-z0-9]{12}/g, ':id')
    .replace(/1\d{11}/g, ':uin')
    .replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, ':batch')
    .replace(/api\/\d{4}-\d{2}-\d{2}\/\w+/, 'api/:version/:action')
    .replace(/diagnostics\/[A-Z0-9]{10}/, 'diagnostics/:reference')
    .replace(/scim\/log\/[^?]+/, 'scim/log/:request')
    .replace(/(page|node|from|to)=\d+/g, '$1=:n')
    .replace(/(departments|service-control|versions)\/\d+/, '$1/:n')
    .replace(/[?&](sort|direction|lang|theme)=[^&]*/g, '')

async function crawl(browser: ConsoleBrowser): Promise<readonly Crawled[]> {
  const seen = new Map<string, Crawled>()
  const queue = ['/admin/']
  for (let path = queue.shift(); path !== undefined; path = queue.shift()) {
    const shape = shapeOf(path)
    if (seen.has(shape)) continue
    const page = await browser.get(path)
    seen.set(shape, { path, page })
    const hrefs = [...page.text.matchAll(/href="(\/admin[^"#]*)"/g)].map(([, href = '']) => unescape(href))
    queue.push(...hrefs)
  }
  return [...seen.values()]
}

describe.each(engines)('every page of the console on %s', (engine) => {
  let world: ConsoleWorld
  let pages: readonly Crawled[]
  let posts: readonly string[]

  beforeAll(async () => {
    world = await createConsoleWorld(engine)
    const { services, administrator, clock, db } = world
    await services.zones.setScimStatus(administrator, 'enabled')
    await services.users.create(scimActor, {
      profile: { userName: 'imported', emails: [], active: true, attributes: {} },
      type: 'synchronized',
    })
    // One loses access, and the guard holds what would take it from another.
    await services.zones.changeSetting(administrator, 'scim.guard', 'true')
    await services.zones.changeSetting(administrator, 'scim.guardMinimum', '1')
    const leavers = await Promise.all(['leaver', 'held'].map((name) => world.user(name, 'synchronized')))
    for (const { id } of leavers) await services.users.setActive(scimActor, id, false).catch(() => undefined)
    // Lists begin with the newest: the pages of member are the ones that links lead to.
    clock.advance(1)
    const member = await world.user('member')
    const group = await world.group('Readers')
    await services.groups.addMembers(administrator, group.id, [member.id])
    // The identity provider pushes a name that is taken.
    await services.users
      .create(scimActor, { profile: { ...member, displayName: 'Pushed' }, type: 'synchronized' })
      .catch(() => undefined)
    const account = await world.account('Production')
    const configuration = await world.configuration('ReadOnly')
    await services.permissionConfigurations.putCustomPolicy(
      administrator,
      configuration.id,
      'extra',
      '{"version":"2.0","statement":[{"effect":"allow","action":"cvm:*","resource":"*"}]}',
    )
    await world.assign(member, account, configuration)
    await world.assign(group, account, configuration)
    await services.userSyncs.create(administrator, [
      {
        principal: { type: 'group', id: group.id },
        accountUin: account.uin,
        conflictPolicy: 'replace',
        deletionPolicy: 'keep',
      },
    ])
    await services.userSyncWorker.drain()
    await services.serviceControl.enable(administrator)
    await db
      .updateTable('cam_roles')
      .set({ description: 'drifted' })
      .where('account_uin', '=', account.uin)
      .execute()
    await services.drift.checkAccount(administrator, account.uin)
    // Needs redeploying from here on.
    await services.permissionConfigurations.update(administrator, configuration.id, { sessionDuration: 7200 })
    const { credential } = await services.scimCredentials.create(administrator)
    services.scimLog.record({
      requestId: 'pushed',
      at: clock.now(),
      milliseconds: 1,
      method: 'PATCH',
      url: `/Users/${member.id}`,
      credentialId: credential.id,
      bytes: 0,
      status: 409,
      failure: { code: 'user.nameTaken', scimType: 'uniqueness', detail: 'The name is taken.' },
    })
    await services.administrators.create(administrator, { name: 'second', rights: 'full' })
    await services.identityProvider.setFromMetadata(administrator, (await createFakeIdp()).metadata())
    await services.signInDiagnostics.record(
      { address: '203.0.113.9' },
      {
        purpose: 'signIn',
        check: 'audience',
        message: 'For somebody else',
        remedy: 'Change it',
        response: '<Response/>',
      },
    )
    pages = await crawl(await world.admin())
    posts = [...new Set(pages.flatMap(({ page }) => page.forms.map(({ action }) => action)))].filter(
      (action) => pages.some(({ page }) => page.text.includes(`method="post" action="${action}"`)),
    )
  })
  afterAll(() => world.remove())

  it('is found by its links', () => {
    const shapes = pages.map(({ path }) => shapeOf(path)).sort()
    expect(shapes).toMatchInlineSnapshot(`
      [
        "/admin/",
        "/admin/access",
        "/admin/access/why",
        "/admin/access/why?user=member&account=:uin",
        "/admin/accounts",
        "/admin/accounts/:uin",
        "/admin/accounts/:uin/access",
        "/admin/accounts/:uin/access/cam-users",
        "/admin/accounts/:uin/access/export?format=csv",
        "/admin/accounts/:uin/access/export?format=json",
        "/admin/accounts/:uin/deployments",
        "/admin/accounts/:uin/edit",
        "/admin/accounts/:uin/remove",
        "/admin/accounts/:uin/service-control",
        "/admin/accounts/:uin/simulation",
        "/admin/accounts/:uin/user-syncs",
        "/admin/accounts/new",
        "/admin/accounts/new-department",
        "/admin/accounts?node=:n",
        "/admin/administrators",
        "/admin/administrators/:uin",
        "/admin/administrators/:uin/reset-password",
        "/admin/administrators/new",
        "/admin/api",
        "/admin/api/:version/:action",
        "/admin/api/openapi.json",
        "/admin/api?page=:n",
        "/admin/assignments/new?principal=:id",
        "/admin/assignments/period?account=:uin&principal=:id&configuration=:id",
        "/admin/assignments/remove?account=:uin&principal=:id&configuration=:id",
        "/admin/audit",
        "/admin/audit?page=:n",
        "/admin/departments/:n",
        "/admin/departments/:n/service-control",
        "/admin/deployments/undeploy?configuration=:id&account=:uin",
        "/admin/diagnostics",
        "/admin/diagnostics/:reference",
        "/admin/drift",
        "/admin/drift?account=:uin",
        "/admin/drift?configuration=:id",
        "/admin/groups",
        "/admin/groups/:id",
        "/admin/groups/:id/access",
        "/admin/groups/:id/access/export?format=csv",
        "/admin/groups/:id/access/export?format=json",
        "/admin/groups/:id/add-members",
        "/admin/groups/:id/delete",
        "/admin/groups/:id/edit",
        "/admin/groups/:id/permissions",
        "/admin/groups/:id/user-syncs",
        "/admin/groups/new",
        "/admin/guides",
        "/admin/guides/entra",
        "/admin/guides/google",
        "/admin/guides/keycloak",
        "/admin/guides/okta",
        "/admin/guides/onelogin",
        "/admin/invitations",
        "/admin/invitations/new",
        "/admin/permission-configurations",
        "/admin/permission-configurations/:id",
        "/admin/permission-configurations/:id/attach",
        "/admin/permission-configurations/:id/attach?page=:n",
        "/admin/permission-configurations/:id/custom",
        "/admin/permission-configurations/:id/custom/edit?name=extra",
        "/admin/permission-configurations/:id/custom/import",
        "/admin/permission-configurations/:id/custom/import?account=:uin",
        "/admin/permission-configurations/:id/custom/new",
        "/admin/permission-configurations/:id/delete",
        "/admin/permission-configurations/:id/deployments",
        "/admin/permission-configurations/:id/edit",
        "/admin/permission-configurations/:id/versions",
        "/admin/permission-configurations/:id/versions/:n/restore",
        "/admin/permission-configurations/:id/versions/compare?from=:n&to=:n",
        "/admin/permission-configurations/new",
        "/admin/scim",
        "/admin/scim/adoption",
        "/admin/scim/adoption/:id",
        "/admin/scim/guard",
        "/admin/scim/log",
        "/admin/scim/log/:request",
        "/admin/scim/log?resource=:id",
        "/admin/scim/test",
        "/admin/security",
        "/admin/security/device",
        "/admin/security/passkeys/new",
        "/admin/service-control",
        "/admin/service-control/:n",
        "/admin/service-control/new",
        "/admin/service-control/off",
        "/admin/settings",
        "/admin/sso",
        "/admin/sso/clear",
        "/admin/sso/metadata.xml",
        "/admin/sso/method?to=sso",
        "/admin/tasks",
        "/admin/tasks/batches",
        "/admin/user-syncs",
        "/admin/user-syncs/:id",
        "/admin/user-syncs/:id/edit",
        "/admin/user-syncs/:id/remove",
        "/admin/user-syncs/new",
        "/admin/user-syncs/new?account=:uin",
        "/admin/user-syncs/new?principal=:id",
        "/admin/user-syncs/tasks",
        "/admin/users",
        "/admin/users/:id",
        "/admin/users/:id/access",
        "/admin/users/:id/access/export?format=csv",
        "/admin/users/:id/access/export?format=json",
        "/admin/users/:id/delete",
        "/admin/users/:id/edit",
        "/admin/users/:id/join",
        "/admin/users/:id/permissions",
        "/admin/users/:id/reset-password",
        "/admin/users/:id/security",
        "/admin/users/:id/user-syncs",
        "/admin/users/new",
      ]
    `)
  })

  it('answers, is stored nowhere and shows nothing that was left out by mistake', () => {
    for (const { path, page } of pages.filter(({ page }) => page.location === undefined)) {
      if (isFile(path)) continue
      expect([path, page.status]).toEqual([path, 200])
      expect([path, page.response.get('cache-control')]).toEqual([path, 'no-store'])
      expect([path, page.text.match(/\bundefined\b|\[object Object\]|\bNaN\b/)]).toEqual([path, null])
      expect([path, page.text.match(/<h1>/g)?.length]).toEqual([path, 1])
      const ids = [...page.text.matchAll(/\sid="([^"]*)"/g)].map(([, id]) => id)
      expect([path, ids.filter((id, index) => ids.indexOf(id) !== index)]).toEqual([path, []])
      expect([path, page.text.match(/\sstyle=|<script(?! defer src="\/assets)/)]).toEqual([path, null])
    }
  })

  it('speaks Chinese where that is asked for, and keeps doing so', async () => {
    const browser = await world.admin()
    await browser.get('/admin/?lang=zh-CN')
    for (const { path } of pages) {
      const { text, status } = await browser.get(path)
      if (status !== 200 || isFile(path)) continue
      expect([path, text.includes('<html lang="zh-CN">')]).toEqual([path, true])
      expect([path, text.match(/\bundefined\b|\[object Object\]|\bNaN\b/)]).toEqual([path, null])
    }
    expect((await browser.get('/admin/')).text).toContain('<h1>概览</h1>')
  })

  it('sends who has not signed in to the sign-in page, and back afterwards', async () => {
    const browser = world.anonymous()
    for (const { path } of pages) {
      const { status, location } = await browser.get(path)
      expect([path, status]).toEqual([path, 303])
      expect(location).toBe(`/admin/login?next=${encodeURIComponent(path)}`)
    }
  })

  it('takes no form without the token of the session that asked for it', async () => {
    const browser = await world.admin()
    await browser.get('/admin/')
    expect(posts.length).toBeGreaterThan(25)
    for (const action of posts) {
      expect([action, (await browser.post(action, {})).status]).toEqual([action, 403])
      expect([action, (await browser.post(action, { _csrf: 'x'.repeat(43) })).status]).toEqual([action, 403])
    }
  })

  it('lets a read-only administrator look and change nothing', async () => {
    const browser = await world.admin('readOnly')
    const own = await crawl(browser)
    const token = own[0]?.page.forms.find(({ action }) => action === '/admin/logout')?.hidden['_csrf'] ?? ''
    expect(token).not.toBe('')
    for (const { path, page } of own) {
      if (isFile(path)) continue
      expect([path, page.status]).toEqual([path, 200])
    }
    // How administrators themselves sign in is their own, whatever else they may do.
    const isOwn = (path: string) => path === '/admin/logout' || path.startsWith('/admin/security')
    // What is tried there is decided by the administrator's policies, and told on the page.
    const isTried = (path: string) => path.startsWith('/admin/api/')
    for (const action of posts.filter(isTried)) {
      expect((await browser.post(action, { _csrf: token })).text).toContain('&quot;Error&quot;')
    }
    for (const action of posts.filter((each) => !isOwn(each) && !isTried(each))) {
      expect([action, (await browser.post(action, { _csrf: token })).status]).toEqual([action, 403])
    }
    expect(own.find(({ path }) => path === '/admin/')?.page.text).toContain('change nothing')
    for (const { path, page } of own) {
      // Only searches, and the way out.
      const sent = page.forms.filter(({ hidden }) => '_csrf' in hidden).map(({ action }) => action)
      if (isOwn(path) || isTried(path)) continue
      if (!isFile(path)) expect([path, sent]).toEqual([path, ['/admin/logout']])
    }
  })

  it('has a page of its own for what is not there', async () => {
    const browser = await world.admin()
    for (const path of [
      '/admin/nowhere',
      '/admin/users/u-000000000000',
      "/admin/users/1'--",
      '/admin/groups/g-000000000000',
      '/admin/permission-configurations/rc-000000000000',
      '/admin/accounts/100000000000',
      '/admin/accounts?node=99',
      '/admin/tasks/batches/00000000-0000-4000-8000-000000000000',
      '/admin/tasks/batches/x',
      '/admin/administrators/100000000000',
      '/admin/diagnostics/NOSUCHREF0',
      '/admin/guides/nobody',
      '/admin/scim/log/nothing',
      '/admin/deployments/undeploy',
      '/admin/assignments/remove?account=1',
    ]) {
      const page = await browser.get(path)
      expect([path, page.status]).toEqual([path, 404])
      expect(page.text).toContain('Request id:')
    }
  })

  it.each([
    '/admin/users?page=999999999999',
    '/admin/users?page=-1&sort=;drop&direction=x&type=y&status=z',
    '/admin/users?search=%25_%5C%27%22%3Cscript%3E',
    '/admin/users?search=a&search=b',
    '/admin/groups?page=5000',
    '/admin/audit?from=2026-99-99&until=x&action=%27',
    '/admin/tasks?status=x&type=y',
    '/admin/permission-configurations?search=%F0%9F%98%80',
    '/admin/accounts?search=%27%20or%201=1',
  ])('bears a strange address: %s', async (path) => {
    const page = await (await world.admin()).get(path)
    expect(page.status).toBe(200)
    expect(page.text).not.toContain('<script>')
  })
})
