/** "Test this configuration": a whole sign-in that reports every check and signs nobody in. */
import request from 'supertest'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  createConsoleWorld,
  textOf,
  type ConsoleBrowser,
  type ConsoleWorld,
} from '../console/console-world.js'
import { engines } from '../support/engines.js'
import { createFakeIdp, type FakeIdp, type ResponseOverrides } from '../support/fake-idp.js'
import { replace, toBase64, withoutSignatures } from '../support/saml-forgery.js'

describe.each(engines)('testing the configuration on %s', (engine) => {
  let world: ConsoleWorld
  let browser: ConsoleBrowser
  let idp: FakeIdp
  let acs: string

  beforeAll(async () => {
    world = await createConsoleWorld(engine)
    idp = await createFakeIdp()
    await world.services.identityProvider.setFromMetadata(world.administrator, idp.metadata())
    await world.user('alice')
    acs = `/saml/acs/${(await world.services.zones.current()).id}`
    browser = await world.admin()
  })
  afterAll(() => world.remove())

  /** Begins a test; the request that the identity provider gets. */
  async function begin() {
    const page = await browser.get('/admin/sso')
    expect(page.response.get('content-security-policy')).toContain("form-action 'self' https://idp.example;")
    const begun = await browser.submit(page, '/admin/sso/tests')
    expect(begun.status).toBe(303)
    const led = await browser.get(begun.location!)
    expect(led.status).toBe(302)
    return idp.readRequest(led.location!)
  }

  const answer = (base64: string) =>
    request(world.app).post(acs).type('form').send({ SAMLResponse: base64 }).redirects(0)

  const respond = (seen: Awaited<ReturnType<typeof begin>>, nameId: string, overrides?: ResponseOverrides) =>
    idp.respond(seen, nameId, world.clock.now(), overrides)

  const sessionsOfUsers = async () =>
    (await world.db.selectFrom('sessions').select('id').where('kind', '=', 'portal').execute()).length

  it('reports that all is well, with what the identity provider says, whatever the login method is', async () => {
    expect((await world.services.zones.current()).loginMethod).toBe('password')
    // Administrators test from wherever they are.
    await world.services.zones.setSignInNetworks(world.administrator, ['192.0.2.0/24'])
    const seen = await begin()
    const waiting = await browser.get(`/admin/sso/tests/${seen.id}`)
    expect(textOf(waiting)).toContain('has not answered yet')
    const { base64 } = respond(seen, 'alice', { attributes: { department: ['R&D', 'IT'] } })
    const answered = await answer(base64)
    expect(answered.status).toBe(303)
    expect(answered.get('location')).toBe(`/admin/sso/tests/${seen.id}`)
    expect(String(answered.get('set-cookie'))).not.toContain('session')
    const report = textOf(await browser.get(`/admin/sso/tests/${seen.id}`))
    expect(report).toContain('the user alice would have been signed in')
    expect(report).toContain('R&D, IT')
    expect(report).not.toContain('Failed')
    expect(report).toMatch(/Second opinion library Passed/)
    // There is no ticket to trade, and nothing is remembered.
    expect(report).toMatch(/Never seen before replayed Not made/)
    expect(report).toMatch(/Network network Not made/)
    await world.services.zones.setSignInNetworks(world.administrator, [])
    expect(await sessionsOfUsers()).toBe(0)
  })

  it('names everything that is wrong at once', async () => {
    const seen = await begin()
    await answer(
      respond(seen, 'alice', { audience: 'https://other.example', recipient: 'https://other.example/acs' })
        .base64,
    )
    const page = await browser.get(`/admin/sso/tests/${seen.id}`)
    expect(textOf(page)).toContain('nobody would have been signed in')
    expect(textOf(page)).toContain('The assertion is meant for another service provider.')
    expect(textOf(page)).toContain('The assertion was made for another recipient.')
    expect(textOf(page)).toContain('https://other.example/acs')
    browser.cookies.set('lang', 'zh-CN')
    expect(textOf(await browser.get(`/admin/sso/tests/${seen.id}`))).toContain('断言是给另一个服务提供商的')
    browser.cookies.delete('lang')
  })

  it('takes no answer to another request that only claims to answer the test', async () => {
    const seen = await begin()
    const other = respond({ ...seen, id: '_another' }, 'alice', { sign: 'assertion' })
    const claim = ` Consent=" InResponseTo='${seen.id}'"`
    await answer(toBase64(replace(other.xml, '<samlp:Response', `<samlp:Response${claim}`)))
    const report = textOf(await browser.get(`/admin/sso/tests/${seen.id}`))
    expect(report).toContain('nobody would have been signed in')
    expect(report).toMatch(/Answer to a request inResponseTo Failed/)
  })

  it('says when the user is not here', async () => {
    const seen = await begin()
    await answer(respond(seen, 'mallory').base64)
    expect(textOf(await browser.get(`/admin/sso/tests/${seen.id}`))).toContain('mallory')
    expect(textOf(await browser.get(`/admin/sso/tests/${seen.id}`))).toContain('No user here has the name')
  })

  it('never makes a session of an answer, also while SSO is on', async () => {
    await world.services.zones.setLoginMethod(world.administrator, 'sso')
    const seen = await begin()
    const good = respond(seen, 'alice').base64
    expect((await answer(good)).get('location')).toBe(`/admin/sso/tests/${seen.id}`)
    // Answered: from now on it is an answer to nothing.
    const again = await answer(good)
    expect(again.status).toBe(401)
    expect(again.get('location')).toBeUndefined()
    expect(await sessionsOfUsers()).toBe(0)
    expect(await world.db.selectFrom('sign_in_tickets').select('ticket_hash').execute()).toEqual([])
    await world.services.zones.setLoginMethod(world.administrator, 'password')
  })

  it('takes no forged answer for a good one', async () => {
    const seen = await begin()
    await answer(toBase64(withoutSignatures(respond(seen, 'alice').xml)))
    expect(textOf(await browser.get(`/admin/sso/tests/${seen.id}`))).toContain(
      'Nothing that counts in the message is signed.',
    )
  })

  it('shows the report to the session that asked, and to nobody else', async () => {
    const seen = await begin()
    await answer(respond(seen, 'alice').base64)
    const other = await world.admin()
    expect((await other.get(`/admin/sso/tests/${seen.id}`)).status).toBe(404)
    expect((await world.anonymous().get(`/admin/sso/tests/${seen.id}`)).status).toBe(303)
    expect((await browser.get('/admin/sso/tests/_unknown')).status).toBe(404)
  })

  it('waits for a quarter of an hour, and is begun by full administrators only', async () => {
    const seen = await begin()
    world.clock.advance(901)
    expect((await browser.get(`/saml/test/${seen.id}`)).status).toBe(404)
    expect((await answer(respond(seen, 'alice').base64)).get('location')).toBeUndefined()
    expect(textOf(await browser.get(`/admin/sso/tests/${seen.id}`))).toContain(
      'did not answer within 15 minutes',
    )
    const auditor = await world.admin('readOnly')
    const page = await auditor.get('/admin/sso')
    expect(page.forms.some(({ action }) => action === '/admin/sso/tests')).toBe(false)
  })
})
