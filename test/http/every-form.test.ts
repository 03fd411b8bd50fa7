/** Every route that takes a POST, as the application has registered it, tried without the token of a form. */
import { Router } from 'express'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { inTransaction } from '../../db/transaction.js'
import { createConsoleWorld, type ConsoleBrowser, type ConsoleWorld } from '../console/console-world.js'

/** What the typings of Express do not know yet (its router 2.3). */
interface ListedRouter {
  listRoutes(): readonly {
    readonly path: string
    readonly methods?: readonly string[]
    readonly router?: ListedRouter
  }[]
}

const postsOf = (router: ListedRouter, prefix = ''): string[] =>
  router.listRoutes().flatMap(({ path, methods = [], router: inner }) => {
    const here = `${prefix}${path}`.replaceAll(/\/{2,}/g, '/')
    if (inner) return postsOf(inner, here)
    return methods.includes('POST') || methods.includes('*') ? [here] : []
  })

/** What other sites and programs send: each is signed, or carries a secret of its own, and counts no cookie. */
const FROM_ELSEWHERE = [
  '/account/acs',
  '/api/org/gen_saml_response',
  '/api/org/list_accounts_for_access_assignment',
  '/api/org/list_role_configurations_for_account',
  '/api/org/verify_login_skey',
  '/api/sso/check_login_state',
  '/api/sts/assume_role_with_saml',
  '/saml/acs/:zoneId',
  '/saml/slo/:zoneId',
]

describe('every form', () => {
  let world: ConsoleWorld
  /** Signed in everywhere. */
  let browser: ConsoleBrowser
  let posts: readonly string[]

  beforeAll(async () => {
    const use = vi.spyOn(Router.prototype as Router, 'use')
    world = await createConsoleWorld('sqlite')
    // Both are routers: what `use` was called on.
    const routers = new Set(use.mock.contexts as unknown as ListedRouter[])
    use.mockRestore()
    const mounted = new Set([...routers].flatMap((each) => each.listRoutes().map(({ router }) => router)))
    const roots = [...routers].filter((router) => !mounted.has(router))
    expect(roots).toHaveLength(1)
    posts = [...new Set(roots.flatMap((root) => postsOf(root)))].sort()

    browser = await world.admin()
    const { id } = await world.user('person')
    const { token } = await inTransaction(world.db, (tx) =>
      world.services.sessions.open(tx, {
        kind: 'portal',
        subject: { kind: 'user', id },
        method: 'password',
        origin: {},
      }),
    )
    browser.cookies.set('portal-session', token)
    expect((await browser.get('/portal')).status).toBe(200)
  })
  afterAll(() => world.remove())

  it('is refused with the token of another browser, and without any', async () => {
    expect(posts.length).toBeGreaterThan(190)
    expect(posts.filter((path) => FROM_ELSEWHERE.includes(path))).toEqual(FROM_ELSEWHERE)
    const other = await world.anonymous().get('/acme/login')
    const foreign = other.forms[0]?.hidden['_csrf'] ?? ''
    for (const path of posts.filter((each) => !FROM_ELSEWHERE.includes(each))) {
      const fields = { _csrf: path.startsWith('/portal') ? '' : foreign }
      const { status, text, response } = await browser.post(path.replaceAll(/:[A-Za-z]+/g, 'x'), fields)
      expect([path, status, text.includes('did not come from this site')]).toEqual([path, 403, true])
      const policy = response.get('content-security-policy')
      expect([path, policy]).toEqual([path, expect.stringContaining("frame-ancestors 'none'")])
    }
  })
})
