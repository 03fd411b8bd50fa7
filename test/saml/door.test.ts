/** The rest of the service provider's door: metadata, sign-ins begun elsewhere, POST requests, diagnostics. */
import request from 'supertest'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { systemActor, type Actor } from '../../server/domain/actor.js'
import { secondsAfter } from '../../server/domain/clock.js'
import { attributeOf, childrenOf, onlyChildOf } from '../../saml/core/elements.js'
import { parseXml, rootOf } from '../../saml/core/safe-xml.js'
import { SAML_METADATA } from '../../saml/core/vocabulary.js'
import { createValidationPool } from '../../saml/validation-pool.js'
import { engines } from '../support/engines.js'
import { replace, toBase64 } from '../support/saml-forgery.js'
import { createSamlWorld, referenceOn, type SamlWorld, type TestBrowser } from '../support/saml-world.js'

describe.each(engines)('the service provider on %s', (engine) => {
  let world: SamlWorld
  let browser: TestBrowser
  beforeAll(async () => {
    world = await createSamlWorld(engine)
  })
  afterAll(() => world.remove())
  beforeEach(() => {
    browser = world.browser()
  })

  describe('metadata', () => {
    it('tells entity id, ACS and signing certificate, and offers no encryption key', async () => {
      const answer = await request(world.context.app).get('/saml/metadata').responseType('blob')
      expect(answer.status).toBe(200)
      expect(answer.type).toBe('application/samlmetadata+xml')
      const root = rootOf(parseXml(Buffer.from(answer.body as Uint8Array).toString('utf8')))
      const { id } = await world.context.services.zones.current()
      expect(attributeOf(root, 'entityID')).toBe(`http://localhost:8080/saml/sp/${id}`)
      const role = onlyChildOf(root, SAML_METADATA, 'SPSSODescriptor')!
      expect(attributeOf(role, 'AuthnRequestsSigned')).toBe('true')
      const acs = onlyChildOf(role, SAML_METADATA, 'AssertionConsumerService')!
      expect(attributeOf(acs, 'Location')).toBe(`http://localhost:8080/saml/acs/${id}`)
      const uses = childrenOf(role, SAML_METADATA, 'KeyDescriptor').map((key) => attributeOf(key, 'use'))
      expect(uses).toEqual(['signing'])
    })
  })

  it('refuses a response that is not read to its end, at once and with a reference', async () => {
    const { responseValidator } = world.context
    const entry = new URL('data:text/javascript,process.exit(1)')
    const pool = createValidationPool({ entry, size: 1, queue: 0 })
    const validate = vi.spyOn(responseValidator, 'validate').mockImplementation(pool.validate)
    const [lost, surplus] = await Promise.all([
      world.post(world.respond(await browser.begin())),
      world.post(world.respond(await browser.begin())),
    ])
    expect([lost.status, surplus.status]).toEqual([503, 503])
    expect([lost, surplus].map((answer) => referenceOn(answer) !== undefined).sort()).toEqual([false, true])
    const refused = referenceOn(lost) === undefined ? surplus : lost
    expect(await world.failedCheck(refused)).toBe('unfinished')
    // For want of room, which soon there is again.
    expect([lost, surplus].map((answer) => answer.get('retry-after')).filter(Boolean)).toEqual(['5'])
    validate.mockRestore()
    await pool.close()
    expect((await browser.signIn()).status).toBe(303)
  })

  describe('sign-ins begun at the identity provider', () => {
    const setting = (allowed: boolean) =>
      world.context.services.zones.changeSetting(
        world.context.administrator,
        'saml.allowIdpInitiated',
        String(allowed),
      )
    const unasked = async () => world.respond(await browser.begin(), 'alice', { inResponseTo: null })

    /** Posts as the browser does, and keeps the cookie of the answer in it. */
    const bring = async (target: TestBrowser, response: string, fields = {}) =>
      target.submit(world.acsPath, { SAMLResponse: response, ...fields })

    beforeAll(() => setting(true))
    afterAll(() => setting(false))

    it('need a confirmation that names the user, then lead to the local RelayState', async () => {
      const answered = await bring(browser, await unasked(), { RelayState: '/portal/security' })
      expect(answered.status).toBe(303)
      const page = await browser.get(answered.get('location')!)
      expect(page.status).toBe(200)
      expect(page.text).toContain('Continue as alice')
      expect(await browser.userName()).toBeUndefined()
      const field = (name: string) => new RegExp(`name="${name}" value="([^"]*)"`).exec(page.text)![1]!
      const done = await browser.submit('/saml/confirm', { ticket: field('ticket'), _csrf: field('_csrf') })
      expect(done.status).toBe(303)
      expect(done.get('location')).toBe('/portal/security')
      expect(await browser.userName()).toBe('alice')
    })

    it('lead nowhere else by RelayState', async () => {
      const answered = await bring(browser, await unasked(), { RelayState: 'https://evil.example/' })
      const page = await browser.get(answered.get('location')!)
      const field = (name: string) => new RegExp(`name="${name}" value="([^"]*)"`).exec(page.text)![1]!
      const done = await browser.submit('/saml/confirm', { ticket: field('ticket'), _csrf: field('_csrf') })
      expect(done.get('location')).toBe('/portal')
    })

    it('cannot be finished without the confirmation, in another browser, or by a foreign form', async () => {
      const answered = await bring(browser, await unasked())
      const ticket = new URL(answered.get('location')!, 'http://x').searchParams.get('ticket')!
      expect((await world.browser().get(answered.get('location')!)).status).toBe(401)
      // Nor where another answer waits to be confirmed: the page would name a stranger.
      const other = world.browser()
      await bring(other, await unasked())
      expect((await other.get(answered.get('location')!)).status).toBe(401)
      expect((await browser.submit('/saml/confirm', { ticket })).status).toBe(403)
      expect(await world.failedCheck(await browser.get(`/saml/finish?ticket=${ticket}`))).toBe('browser')
      expect(await browser.userName()).toBeUndefined()
    })

    it('are good once', async () => {
      const response = await unasked()
      expect((await bring(browser, response)).status).toBe(303)
      expect(await world.failedCheck(await bring(browser, response))).toBe('replayed')
    })

    it('are refused again when the setting is switched off', async () => {
      const response = await unasked()
      await setting(false)
      expect(await world.failedCheck(await world.post(response))).toBe('unsolicited')
      await setting(true)
    })
  })

  describe('an identity provider that takes requests by POST', () => {
    beforeAll(async () => {
      const metadata = replace(world.idp.metadata(), 'bindings:HTTP-Redirect', 'bindings:HTTP-POST')
      await world.context.services.identityProvider.setFromMetadata(world.context.administrator, metadata)
    })
    afterAll(() =>
      world.context.services.identityProvider.setFromMetadata(
        world.context.administrator,
        world.idp.metadata(),
      ),
    )

    it('gets a signed request in a form that may go there and nowhere else', async () => {
      const page = await browser.get('/saml/login')
      expect(page.status).toBe(200)
      expect(page.text).toContain(`action="${world.idp.loginUrl}"`)
      expect(page.get('content-security-policy')).toContain("form-action 'self' https://idp.example")
      expect(page.text).not.toContain('_csrf')
      const [, field] = /name="SAMLRequest" value="([^"]*)"/.exec(page.text)!
      const xml = Buffer.from(field!, 'base64').toString('utf8')
      expect(xml).toContain('http://www.w3.org/2001/04/xmldsig-more#rsa-sha256')
      const id = attributeOf(rootOf(parseXml(xml)), 'ID')!
      const { entityId, acsUrl } = await world.context.services.identityProvider.serviceProviderInfo()
      const seen = { id, issuer: entityId, acsUrl, destination: world.idp.loginUrl, relayState: undefined }
      const answered = await world.post(world.respond(seen))
      expect((await browser.get(answered.get('location')!)).get('location')).toBe('/portal')
    })
  })

  describe('diagnostics', () => {
    const auditor: Actor = systemActor('test')

    it('keep the decoded response without its signature, the check and the remedy', async () => {
      const seen = await browser.begin()
      const answer = await world.post(world.respond(seen, 'mallory'))
      const found = await world.context.services.signInDiagnostics.find(auditor, referenceOn(answer)!)
      expect(found).toMatchObject({
        check: 'userUnknown',
        userName: 'mallory',
        requestId: answer.get('x-request-id'),
      })
      expect(found!.message).toContain('mallory')
      expect(found!.response).toContain('<saml:NameID')
      expect(found!.response).toMatch(/<ds:SignatureValue>\[\d+ characters cut\]</)
      expect(found!.response).toMatch(/<ds:X509Certificate>\[\d+ characters cut\]</)
    })

    it('find a reference however it is typed, and nothing under a wrong one', async () => {
      const { signInDiagnostics } = world.context.services
      const reference = referenceOn(await world.post('***'))!
      expect((await signInDiagnostics.find(auditor, ` ${reference.toLowerCase()} `))?.check).toBe('encoding')
      expect(await signInDiagnostics.find(auditor, 'NOPE')).toBeUndefined()
    })

    it('list the newest first and are for administrators', async () => {
      const { signInDiagnostics } = world.context.services
      world.context.clock.advance(1)
      const reference = referenceOn(await world.post(toBase64('<a/>')))!
      const page = await signInDiagnostics.list(auditor, { offset: 0, limit: 1 })
      expect(page.items[0]).toMatchObject({ reference, check: 'message' })
      expect(page.total).toBeGreaterThan(1)
      const user: Actor = { kind: 'anonymous' }
      await expect(signInDiagnostics.list(user, { offset: 0, limit: 1 })).rejects.toMatchObject({
        code: 'actor.forbidden',
      })
      await expect(signInDiagnostics.find(user, reference)).rejects.toMatchObject({ code: 'actor.forbidden' })
    })

    it('are not filled by one address that sends the same nonsense again and again', async () => {
      const count = async () =>
        (await world.context.services.signInDiagnostics.list(auditor, { offset: 0, limit: 1 })).total
      world.context.clock.advance(3600)
      const before = await count()
      for (let sent = 0; sent < 70; sent += 1) expect(referenceOn(await world.post('***'))).toBeDefined()
      expect((await count()) - before).toBe(60)
      expect(await world.failedCheck(await world.post(toBase64('<a/>')))).toBe('message')
    })

    it('are kept for each of forty failures at once', async () => {
      world.context.clock.advance(3600)
      const answers = await Promise.all(Array.from({ length: 40 }, () => world.post('***')))
      expect(answers.map((answer) => answer.status)).toEqual(Array(40).fill(400))
      expect(new Set(answers.map(referenceOn)).size).toBe(40)
    })

    it('keep the newest two thousand', async () => {
      const { db, services, clock } = world.context
      clock.advance(3600)
      const at = (index: number) => new Date(clock.now().getTime() + index).toISOString()
      const row = (index: number) => ({
        reference: `OLD${index}`,
        at: at(index),
        failure: 'encoding',
        message: '',
        user_name: null,
        address: null,
        request_id: null,
        detail: '{}',
      })
      for (let index = 0; index < 2000; index += 1000) {
        const rows = Array.from({ length: 1000 }, (_, offset) => row(index + offset))
        await db.insertInto('sign_in_diagnostics').values(rows).execute()
      }
      clock.advance(10)
      const reference = await services.signInDiagnostics.record(
        {},
        { purpose: 'signIn', check: 'xml', message: '', remedy: '' },
      )
      const { total, items } = await services.signInDiagnostics.list(auditor, { offset: 0, limit: 1 })
      expect(total).toBe(2000)
      expect(items[0]?.reference).toBe(reference)
      expect(await services.signInDiagnostics.find(auditor, 'OLD0')).toBeUndefined()
      expect(await services.signInDiagnostics.find(auditor, 'OLD1')).toBeDefined()
    })

    it('hold no secret in the failure page, which nobody may store or frame', async () => {
      const answer = await world.post(world.respond(await browser.begin(), 'mallory'))
      expect(answer.get('cache-control')).toBe('no-store')
      expect(answer.get('content-security-policy')).toContain("frame-ancestors 'none'")
      expect(answer.text).not.toMatch(/NameID|SignatureValue|at .*\.ts/)
    })
  })

  it('keeps the number of open requests within bounds for one network', async () => {
    const { context } = world
    context.clock.advance(3600)
    const createdAt = context.clock.now().toISOString()
    const expiresAt = secondsAfter(context.clock.now(), 300)
    const fill = (network: string) =>
      context.db
        .insertInto('pending_sign_ins')
        .values(
          Array.from({ length: 1000 }, (_, index) => ({
            request_id: `_open ${network} ${index}`,
            browser_hash: 'hash',
            relay_state: null,
            network,
            created_at: createdAt,
            expires_at: expiresAt,
          })),
        )
        .execute()
    await fill('192.0.2.1')
    const open = (requestId: string, address: string) =>
      context.services.pendingSignIns.open({
        requestId,
        browserSecret: 'secret',
        relayState: undefined,
        origin: { address },
      })
    await expect(open('_more', '::ffff:192.0.2.1')).rejects.toMatchObject({ code: 'request.rateLimited' })
    await open('_other', '192.0.2.2')
    // Ten networks that take all there is keep nobody out, and have no more in the end.
    for (let network = 11; network < 20; network += 1) await fill(`192.0.2.${network}`)
    for (let person = 1; person <= 3; person += 1) await open(`_person${person}`, '2001:db8:1::1')
    expect(await context.services.pendingSignIns.isOpen('_person1')).toBe(true)
    const { total } = await context.db
      .selectFrom('pending_sign_ins')
      .select(({ fn }) => fn.countAll<number>().as('total'))
      .where('expires_at', '>', context.clock.now().toISOString())
      .executeTakeFirstOrThrow()
    expect(total).toBe(10_001)
    context.clock.advance(301)
    await open('_later', '192.0.2.1')
  })

  it('bounds how often one address may have responses refused, which costs more than letting people in', async () => {
    world.context.clock.advance(3600)
    const statuses: number[] = []
    for (let sent = 0; sent < 201; sent += 1) statuses.push((await world.post('PGE+')).status)
    expect(statuses.slice(0, 200).every((status) => status === 400)).toBe(true)
    expect(statuses[200]).toBe(429)
    world.context.clock.advance(1)
    expect(
      (await browser.get((await world.post(world.respond(await browser.begin()))).get('location')!)).status,
    ).toBe(303)
    world.context.clock.advance(3600)
  })

  it('bounds how fast one address may ask', async () => {
    world.context.clock.advance(3600)
    const statuses = new Set<number>()
    for (let asked = 0; asked < 610; asked += 1) {
      statuses.add((await request(world.context.app).get('/saml/metadata')).status)
    }
    expect([...statuses]).toEqual([200, 429])
    world.context.clock.advance(3600)
  })
})
