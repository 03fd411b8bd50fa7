/** What stands around every page: files, headers, language. */
import request from 'supertest'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createConsoleWorld, type ConsoleWorld } from './console-world.js'

let world: ConsoleWorld
beforeAll(async () => {
  world = await createConsoleWorld('sqlite')
})
afterAll(() => world.remove())

describe('/assets', () => {
  it.each([
    ['site.css', 'text/css; charset=utf-8'],
    ['site.js', 'text/javascript; charset=utf-8'],
    ['icon.svg', 'image/svg+xml'],
  ])('serves %s, to be kept for a while and asked for again by its tag', async (name, type) => {
    const response = await request(world.app).get(`/assets/${name}`)
    expect([response.status, response.get('content-type')]).toEqual([200, type])
    expect(response.get('cache-control')).toMatch(/^public, max-age=\d+, stale-while-revalidate=\d+$/)
    expect(response.get('x-content-type-options')).toBe('nosniff')
    const again = await request(world.app)
      .get(`/assets/${name}`)
      .set('If-None-Match', response.get('etag') ?? '')
    expect(again.status).toBe(304)
  })

  it.each([
    '/assets/',
    '/assets/none.css',
    '/assets/../package.json',
    '/assets/%2e%2e/%2e%2e/package.json',
    '/assets/..%5cpackage.json',
    '/assets/.hidden',
  ])('has nothing at %s', async (path) => {
    expect((await request(world.app).get(path)).status).toBe(404)
  })
})

describe('the language of a page', () => {
  const headingIn = async (headers: Record<string, string>, path = '/admin/login') =>
    /<html lang="([^"]+)">/.exec((await request(world.app).get(path).set(headers)).text)?.[1]

  it.each([
    [{}, 'en'],
    [{ 'Accept-Language': 'fr' }, 'en'],
    [{ 'Accept-Language': 'de, zh;q=0.5, en;q=0.4' }, 'zh-CN'],
    [{ 'Accept-Language': 'zh-Hans-CN' }, 'zh-CN'],
    [{ 'Accept-Language': 'en-GB, zh;q=0.5' }, 'en'],
    [{ 'Accept-Language': 'zh', Cookie: 'lang=en' }, 'en'],
    [{ Cookie: 'lang=xx' }, 'en'],
  ])('with %j is %s', async (headers, language) => {
    expect(await headingIn(headers as Record<string, string>)).toBe(language)
  })

  it('is chosen by a link, and kept', async () => {
    const browser = world.anonymous()
    expect((await browser.get('/admin/login?lang=zh-CN')).text).toContain('<html lang="zh-CN">')
    expect((await browser.get('/admin/login')).text).toContain('<html lang="zh-CN">')
    expect((await browser.get('/admin/login?lang=nonsense')).text).toContain('<html lang="zh-CN">')
  })

  it('is switched on the same page', async () => {
    const browser = await world.admin()
    const page = await browser.get('/admin/users?search=x&page=2')
    expect(page.text).toContain('href="/admin/users?search=x&amp;page=2&amp;lang=zh-CN"')
  })
})

it('a page runs only what comes from this site and cannot be framed', async () => {
  const { response } = await (await world.admin()).get('/admin/')
  const policy = response.get('content-security-policy') ?? ''
  for (const rule of [
    "default-src 'none'",
    "script-src 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ]) {
    expect(policy).toContain(rule)
  }
  expect(policy).not.toContain('unsafe')
})
