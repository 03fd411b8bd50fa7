/** The SCIM log in the console. What is recorded is tested at the SCIM door: see test/scim/log.test.ts. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ScimCredentialId } from '../../server/domain/ids.js'
import { createScimClient, patchOp, USER, type ScimClient } from '../scim/scim-world.js'
import { createConsoleWorld, textOf, type ConsoleBrowser, type ConsoleWorld } from './console-world.js'

describe('the SCIM log in the console', () => {
  let world: ConsoleWorld
  let browser: ConsoleBrowser
  let scim: ScimClient
  let credentialId: ScimCredentialId
  beforeAll(async () => {
    world = await createConsoleWorld('sqlite')
    browser = await world.admin()
    const { services, administrator } = world
    await services.zones.setScimStatus(administrator, 'enabled')
    const { credential, secret } = await services.scimCredentials.create(administrator)
    credentialId = credential.id
    scim = createScimClient(world.app, secret)
  })
  afterAll(() => world.remove())

  const linksIn = (text: string) =>
    [...text.matchAll(/href="(\/admin\/scim\/log\/[^"]+)"/g)].map(([, href]) => href ?? '')

  it('says so while it is empty', async () => {
    expect(textOf(await browser.get('/admin/scim/log'))).toContain(
      'No identity provider has sent anything yet.',
    )
  })

  it('leads from a refusal to what to change at the identity provider', async () => {
    const made = await scim.post('/Users', { schemas: [USER], userName: 'ada', password: 'hunter2' })
    world.clock.advance(1)
    await scim.post('/Users', { schemas: [USER], userName: '<script>alert(1)</script>#EXT#' })
    const list = await browser.get('/admin/scim/log?status=4xx')
    expect(list.status).toBe(200)
    expect(textOf(list)).toContain('invalidValue')
    expect(list.text).not.toContain('<script>alert')
    const [link = ''] = linksIn(list.text)
    const page = await browser.get(link)
    const text = textOf(page)
    expect(text).toContain('What to change')
    expect(text).toContain('IIF([userType]="Guest", [mail], [userPrincipalName])')
    expect(text).toContain('user.nameInvalid')
    expect(page.text).toContain('&lt;script>alert')
    const success = textOf(await browser.get(`/admin/scim/log/${made.headers['x-request-id']}`))
    expect(success).toContain('"password": "[removed]"')
    expect(success).not.toContain('hunter2')
    expect(success).not.toContain('What to change')
    const chinese = textOf(await browser.get(`${link}?lang=zh-CN`))
    expect(chinese).toContain('需要更改的内容')
    await browser.get('/admin/?lang=en')
  })

  it('tells which members were left out', async () => {
    await world.services.zones.changeSetting(world.administrator, 'scim.unknownMembers', 'ignore')
    const group = await scim.group('Engineers')
    const answer = await scim.patch(
      `/Groups/${group}`,
      patchOp({ op: 'add', path: 'members', value: [{ value: 'u-000000000000' }] }),
    )
    const text = textOf(await browser.get(`/admin/scim/log/${answer.headers['x-request-id']}`))
    expect(text).toContain('Members that were left out')
    expect(text).toContain('u-000000000000')
    expect(text).toContain('Push Groups')
  })

  it('pages through more than a thousand lines, filtered or not', async () => {
    const { scimLog } = world.services
    for (let index = 0; index < 1200; index += 1) {
      if (index % 600 === 0) await scimLog.flush()
      scimLog.record({
        requestId: `many-${String(index).padStart(4, '0')}`,
        at: new Date(world.clock.now().getTime() + 1000 + index),
        milliseconds: 1,
        method: 'GET',
        url: `/Users/u-${index}?attributes=userName`,
        credentialId,
        bytes: 0,
        status: 200,
      })
    }
    let path = `/admin/scim/log?credential=${credentialId}&status=2xx`
    const seen = new Set<string>()
    for (let pages = 0; ; pages += 1) {
      expect(pages).toBeLessThan(30)
      const page = await browser.get(path)
      for (const link of linksIn(page.text)) seen.add(link)
      const next = /<a href="([^"]*)" rel="next">/.exec(page.text)?.[1]
      if (next === undefined) break
      path = next.replaceAll('&amp;', '&')
      expect(path).toContain('status=2xx')
    }
    expect(seen.size).toBeGreaterThanOrEqual(1200)
    const one = await browser.get('/admin/scim/log?resource=u-77')
    expect(linksIn(one.text)).toEqual(['/admin/scim/log/many-0077'])
    expect(linksIn((await browser.get('/admin/scim/log?resource=groups')).text)).toHaveLength(2)
    expect(linksIn((await browser.get('/admin/scim/log?requestId=many-0001')).text)).toHaveLength(1)
    const day = world.clock.now().toISOString().slice(0, 10)
    expect(linksIn((await browser.get(`/admin/scim/log?from=${day}&until=${day}`)).text)).toHaveLength(50)
    expect(linksIn((await browser.get('/admin/scim/log?until=2020-01-01')).text)).toEqual([])
  })

  it.each([
    'before=x',
    'before=2026-99-99T99:99:99.999Z~x',
    "before=2026-03-02T09:00:00.000Z~'",
    'status=999&credential=%27&resource=%25&requestId=%3Cscript%3E&from=x&until=y',
    'status=4xx&status=5xx',
  ])('bears a strange address: %s', async (query) => {
    const page = await browser.get(`/admin/scim/log?${query}`)
    expect(page.status).toBe(200)
    expect(page.text).not.toContain('<script>')
  })

  it('has no line of that id', async () => {
    expect((await browser.get("/admin/scim/log/'--")).status).toBe(404)
  })
})
