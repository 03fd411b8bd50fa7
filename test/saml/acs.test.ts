/** Signing in through the identity provider, and every way of cheating at it, at the door and on every engine. */
import request from 'supertest'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { SamlCheck } from '../../saml/core/saml-check.js'
import { engines } from '../support/engines.js'
import { makeKeyPair, type ResponseOverrides, type SeenRequest } from '../support/fake-idp.js'
import {
  replace,
  signAnyhow,
  toBase64,
  withoutSignatures,
  wrap,
  type SigningChoices,
  type Wrapping,
} from '../support/saml-forgery.js'
import { createSamlWorld, referenceOn, type SamlWorld, type TestBrowser } from '../support/saml-world.js'

describe.each(engines)('signing in by SAML on %s', (engine) => {
  let world: SamlWorld
  let browser: TestBrowser

  beforeAll(async () => {
    world = await createSamlWorld(engine)
    await world.addUser('disabled', { active: false })
    await world.addUser('blocked', { blocked: true })
  })
  afterAll(() => world.remove())
  beforeEach(() => {
    browser = world.browser()
  })

  const respondXml = (seen: SeenRequest, overrides: ResponseOverrides = {}): string =>
    world.idp.respond(seen, 'alice', world.context.clock.now(), overrides).xml

  /** Posts, and expects a refusal that names the check and signs nobody in. */
  async function expectRefusal(base64: string, check: SamlCheck): Promise<void> {
    const answer = await world.post(base64)
    expect(answer.status).toBeGreaterThanOrEqual(400)
    expect(answer.status).toBeLessThan(500)
    expect(await world.failedCheck(answer)).toBe(check)
    expect(answer.get('location')).toBeUndefined()
    expect(String(answer.get('set-cookie'))).not.toContain('session')
  }

  describe('the good way', () => {
    it.each(['response', 'assertion', 'both'] as const)('signs alice in with %s signed', async (sign) => {
      const seen = await browser.begin()
      const answered = await world.post(world.respond(seen, 'alice', { sign }))
      expect(answered.status).toBe(303)
      expect(answered.get('location')).toMatch(/^\/saml\/finish\?ticket=[\w-]{43}$/)
      const finished = await browser.get(answered.get('location')!)
      expect(finished.status).toBe(303)
      expect(finished.get('location')).toBe('/portal')
      expect(await browser.userName()).toBe('alice')
      // Strangers who fail by password elsewhere do not delay a browser that is known from here.
      expect(String(finished.get('set-cookie'))).toMatch(/portal-device=[\w-]{43};/)
    })

    it('asks for what it needs: our ACS, our name, a signed request to the configured address', async () => {
      const answer = await browser.get('/saml/login')
      expect(answer.status).toBe(302)
      const location = new URL(answer.get('location')!)
      expect(location.origin + location.pathname).toBe(world.idp.loginUrl)
      expect(location.searchParams.get('SigAlg')).toBe('http://www.w3.org/2001/04/xmldsig-more#rsa-sha256')
      expect(location.searchParams.get('Signature')).toBeTruthy()
      expect(location.searchParams.has('RelayState')).toBe(false)
      const info = await world.context.services.identityProvider.serviceProviderInfo()
      expect(world.idp.readRequest(location.href)).toMatchObject({
        issuer: info.entityId,
        acsUrl: info.acsUrl,
        destination: world.idp.loginUrl,
      })
      expect(String(answer.get('set-cookie'))).toMatch(/saml-browser=[\w-]{43};.*HttpOnly; SameSite=Lax/)
      expect(answer.get('cache-control')).toBe('no-store')
    })

    it('leads back to the page that was asked for', async () => {
      const finished = await browser.signIn('/portal/security?tab=mfa')
      expect(finished.get('location')).toBe('/portal/security?tab=mfa')
    })

    it('finds the user without regard to case, and keeps the name of the directory', async () => {
      const answered = await world.post(world.respond(await browser.begin(), 'ALICE'))
      await browser.get(answered.get('location')!)
      expect(await browser.userName()).toBe('alice')
    })

    it('lets two tabs of one browser sign in side by side', async () => {
      const first = await browser.begin('/portal?tab=1')
      const second = await browser.begin('/portal?tab=2')
      for (const seen of [first, second]) {
        const answered = await world.post(world.respond(seen))
        expect((await browser.get(answered.get('location')!)).get('location')).toMatch(/^\/portal\?tab=/)
      }
    })

    it('ends the session when the identity provider says so', async () => {
      const sessionNotOnOrAfter = new Date(world.context.clock.now().getTime() + 600_000)
      const answered = await world.post(
        world.respond(await browser.begin(), 'alice', { sessionNotOnOrAfter }),
      )
      await browser.get(answered.get('location')!)
      expect(await browser.userName()).toBe('alice')
      world.context.clock.advance(601)
      expect(await browser.userName()).toBeUndefined()
    })

    it('records each sign-in in the audit log once, good or failed', async () => {
      const lastEvents = () =>
        world.context.db
          .selectFrom('audit_events')
          .select(['action', 'result', 'subject_id', 'detail'])
          .where('action', '=', 'signIn.federated')
          .orderBy('sequence', 'desc')
          .execute()
      await browser.signIn()
      const [good, ...older] = await lastEvents()
      expect(good).toMatchObject({ result: 'success', subject_id: world.alice })
      const reference = referenceOn(await world.post(world.respond(await browser.begin(), 'mallory')))
      const [failed, next] = await lastEvents()
      expect(failed).toMatchObject({ result: 'failure', subject_id: null })
      expect(JSON.parse(failed!.detail)).toEqual({ cause: 'userUnknown', reference, userName: 'mallory' })
      expect(next).toEqual(good)
      await browser.get('/saml/finish?ticket=x')
      expect((await lastEvents()).length).toBe(older.length + 3)
    })
  })

  describe('messages that are no good response', () => {
    it('refuses a post without a response', async () => {
      const answer = await request(world.context.app).post(world.acsPath).type('form').send({})
      expect(answer.status).toBe(400)
      expect(await world.failedCheck(answer)).toBe('encoding')
    })

    it('refuses the field given twice', async () => {
      const response = encodeURIComponent(world.respond(await browser.begin()))
      const answer = await request(world.context.app)
        .post(world.acsPath)
        .type('form')
        .send(`SAMLResponse=${response}&SAMLResponse=${response}`)
      expect(await world.failedCheck(answer)).toBe('encoding')
    })

    it.each<[string, string, SamlCheck]>([
      ['what is not base64', '***', 'encoding'],
      ['what is not XML', toBase64('hello'), 'xml'],
      ['a document type with entities', toBase64('<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'), 'forbiddenXml'],
      ['elements nested very deep', toBase64('<a>'.repeat(5000) + '</a>'.repeat(5000)), 'size'],
      ['a message of 300 KB', Buffer.alloc(300_000, 'a').toString('base64'), 'size'],
    ])('refuses %s', async (_what, base64, check) => {
      await expectRefusal(base64, check)
    })

    it('refuses five megabytes without reading them all', async () => {
      const answer = await world.post('A'.repeat(5_000_000))
      expect(answer.status).toBe(400)
      expect(await world.failedCheck(answer)).toBe('size')
    })

    it('refuses JSON, and an encoding it does not know', async () => {
      const json = await request(world.context.app).post(world.acsPath).send({ SAMLResponse: 'PHgvPg==' })
      expect(await world.failedCheck(json)).toBe('encoding')
      const packed = await request(world.context.app)
        .post(world.acsPath)
        .type('form')
        .set('content-encoding', 'zip')
        .send('SAMLResponse=x')
      expect(packed.status).toBe(400)
    })

    it('takes responses by POST only', async () => {
      const response = encodeURIComponent(world.respond(await browser.begin()))
      const answer = await request(world.context.app).get(`${world.acsPath}?SAMLResponse=${response}`)
      expect(answer.status).toBe(405)
      expect(answer.get('allow')).toBe('POST')
    })

    it('takes responses at the address of this zone only', async () => {
      const answer = await request(world.context.app)
        .post('/saml/acs/z-000000000000')
        .type('form')
        .send({ SAMLResponse: world.respond(await browser.begin()) })
      expect(answer.status).toBe(404)
    })
  })

  describe('forged messages', () => {
    it('refuses an unsigned response', async () => {
      await expectRefusal(toBase64(withoutSignatures(respondXml(await browser.begin()))), 'signaturePresent')
    })

    it.each(['response', 'assertion', 'both'] as const)(
      'refuses a tampered one (%s signed)',
      async (sign) => {
        const xml = respondXml(await browser.begin(), { sign })
        await expectRefusal(toBase64(replace(xml, '>alice<', '>admin<')), 'signatureDigest')
      },
    )

    it('refuses one signed by a stranger whose certificate comes along', async () => {
      const key = await makeKeyPair('stranger')
      await expectRefusal(world.respond(await browser.begin(), 'alice', { key }), 'signatureValue')
    })

    it.each<[string, SigningChoices]>([
      ['SHA-1 signature', { signatureAlgorithm: 'http://www.w3.org/2000/09/xmldsig#rsa-sha1' }],
      ['SHA-1 digest', { digestAlgorithm: 'http://www.w3.org/2000/09/xmldsig#sha1' }],
    ])('refuses a %s and tells the administrator what to change', async (_what, choices) => {
      const bare = withoutSignatures(respondXml(await browser.begin()))
      const answer = await world.post(toBase64(signAnyhow(bare, 'Assertion', world.idp.key, choices)))
      const { services, administrator } = world.context
      const found = await services.signInDiagnostics.find(administrator, referenceOn(answer)!)
      expect(found).toMatchObject({ check: 'signatureAlgorithm' })
      expect(found?.message).toContain('SHA1')
      expect(found?.remedy).toContain('SHA-256')
    })

    it.each<[Wrapping, 'response' | 'assertion']>([
      ['XSW1', 'response'],
      ['XSW2', 'response'],
      ['XSW3', 'assertion'],
      ['XSW4', 'assertion'],
      ['XSW5', 'assertion'],
      ['XSW6', 'assertion'],
      ['XSW7', 'assertion'],
      ['XSW8', 'assertion'],
    ])('refuses signature wrapping %s', async (wrapping, sign) => {
      const xml = respondXml(await browser.begin(), { sign })
      await expectRefusal(toBase64(wrap(xml, wrapping, 'admin')), 'oneAssertion')
    })

    it('refuses two assertions', async () => {
      const xml = respondXml(await browser.begin(), { sign: 'assertion' })
      const [, assertion] = /(<saml:Assertion .*<\/saml:Assertion>)/.exec(xml)!
      await expectRefusal(
        toBase64(
          replace(xml, '</samlp:Response>', `${assertion!.replaceAll(/ID="_/g, 'ID="_x')}</samlp:Response>`),
        ),
        'oneAssertion',
      )
    })

    it('refuses a comment in NameID', async () => {
      const bare = withoutSignatures(respondXml(await browser.begin()))
      const xml = signAnyhow(replace(bare, '>alice<', '>alice<!-- -->.evil<'), 'Assertion', world.idp.key)
      await expectRefusal(toBase64(xml), 'forbiddenXml')
    })

    it('refuses what the SAML library refuses, with its words', async () => {
      const bare = withoutSignatures(respondXml(await browser.begin()))
      const endless = replace(bare, /(<saml:Conditions [^>]*) NotOnOrAfter="[^"]*"/, '$1')
      const answer = await world.post(toBase64(signAnyhow(endless, 'Assertion', world.idp.key)))
      const { services, administrator } = world.context
      const found = await services.signInDiagnostics.find(administrator, referenceOn(answer)!)
      expect(found?.check).toBe('library')
      expect(found?.message).toContain('NotOnOrAfter')
    })

    it('refuses a status other than Success beside a good assertion', async () => {
      const bare = withoutSignatures(respondXml(await browser.begin()))
      const xml = signAnyhow(replace(bare, 'status:Success', 'status:Responder'), 'Response', world.idp.key)
      await expectRefusal(toBase64(xml), 'status')
    })
  })

  describe('messages made for somebody or something else', () => {
    it.each<[string, ResponseOverrides, SamlCheck]>([
      ['issuer', { issuer: 'https://other.example' }, 'issuer'],
      ['destination', { destination: 'https://other.example/acs' }, 'destination'],
      ['recipient', { recipient: 'https://other.example/acs' }, 'recipient'],
      ['audience', { audience: 'https://other.example' }, 'audience'],
    ])('refuses another %s', async (_what, overrides, check) => {
      await expectRefusal(world.respond(await browser.begin(), 'alice', overrides), check)
    })

    it('refuses an expired one, and one of the future', async () => {
      const at = (seconds: number) => new Date(world.context.clock.now().getTime() + seconds * 1000)
      const seen = await browser.begin()
      await expectRefusal(world.respond(seen, 'alice', { issuedAt: at(-361) }), 'expired')
      await expectRefusal(world.respond(seen, 'alice', { issuedAt: at(61) }), 'notYetValid')
    })

    it('refuses a NameID that names nobody, and one of a user who may not sign in', async () => {
      await expectRefusal(world.respond(await browser.begin(), 'mallory'), 'userUnknown')
      await expectRefusal(world.respond(await browser.begin(), 'disabled'), 'userDisabled')
      await expectRefusal(world.respond(await browser.begin(), 'blocked'), 'userDisabled')
    })

    it('joins no two people by Unicode: a look-alike name names nobody', async () => {
      // Kelvin sign, dotless i, full-width letters: all of them fold to ASCII somewhere.
      await world.addUser('kim')
      for (const name of ['\u212Aim', 'k\u0131m', '\uFF4Bim', 'kim\u0000'.slice(0, 3) + '\u200B']) {
        await expectRefusal(world.respond(await browser.begin(), name), 'userUnknown')
      }
    })

    it('shows the same page whatever the cause', async () => {
      const pages = await Promise.all(
        ['mallory', 'disabled'].map(async (name) => {
          const answer = await world.post(world.respond(await browser.begin(), name))
          return { status: answer.status, text: answer.text.replaceAll(referenceOn(answer)!, '') }
        }),
      )
      expect(pages[0]).toEqual(pages[1])
      expect(pages[0]!.text).not.toContain('mallory')
    })
  })

  describe('one request, one answer', () => {
    it('refuses a response a second time', async () => {
      const response = world.respond(await browser.begin())
      expect((await world.post(response)).status).toBe(303)
      await expectRefusal(response, 'replayed')
    })

    it('lets one of twelve parallel copies in', async () => {
      const response = world.respond(await browser.begin())
      const answers = await Promise.all(Array.from({ length: 12 }, () => world.post(response)))
      expect(answers.filter((answer) => answer.status === 303)).toHaveLength(1)
      expect(answers.filter((answer) => answer.status === 401)).toHaveLength(11)
    })

    it('lets a ticket be used once, also by twelve at a time', async () => {
      const answered = await world.post(world.respond(await browser.begin()))
      const location = answered.get('location')!
      const answers = await Promise.all(Array.from({ length: 12 }, () => browser.get(location)))
      expect(answers.filter((answer) => answer.status === 303)).toHaveLength(1)
      expect(await world.failedCheck(answers.find((answer) => answer.status !== 303)!)).toBe('ticket')
    })

    it('refuses an answer to a request that was never sent, or is older than five minutes', async () => {
      const seen = await browser.begin()
      await expectRefusal(world.respond({ ...seen, id: '_never' }), 'requestUnknown')
      world.context.clock.advance(301)
      await expectRefusal(world.respond(seen), 'requestUnknown')
    })

    it('refuses an answer to no request', async () => {
      await expectRefusal(
        world.respond(await browser.begin(), 'alice', { inResponseTo: null }),
        'unsolicited',
      )
    })

    it('refuses an InResponseTo grafted onto a stolen answer to no request', async () => {
      const seen = await browser.begin()
      const stolen = respondXml(seen, { sign: 'assertion', inResponseTo: null })
      const grafted = replace(stolen, '<samlp:Response ', `<samlp:Response InResponseTo="${seen.id}" `)
      await expectRefusal(toBase64(grafted), 'inResponseTo')
    })

    it('uses an answer about a disabled user up: enabling the user later does not revive it', async () => {
      const id = await world.addUser('later', { active: false })
      const response = world.respond(await browser.begin(), 'later')
      await expectRefusal(response, 'userDisabled')
      const { services, administrator } = world.context
      await services.users.setActive(administrator, id, true)
      await expectRefusal(response, 'replayed')
    })
  })

  describe('one browser', () => {
    it('gives no session to another browser than the one that asked', async () => {
      const victim = world.browser()
      await victim.begin()
      const answered = await world.post(world.respond(await browser.begin()))
      const answer = await victim.get(answered.get('location')!)
      expect(answer.status).toBe(401)
      expect(await world.failedCheck(answer)).toBe('browser')
      expect(await victim.userName()).toBeUndefined()
      // The ticket is used up: the right browser comes too late.
      expect((await browser.get(answered.get('location')!)).status).toBe(401)
    })

    it('gives no session to a browser without a cookie', async () => {
      const answered = await world.post(world.respond(await browser.begin()))
      const answer = await world.browser().get(answered.get('location')!)
      expect(await world.failedCheck(answer)).toBe('browser')
    })

    it.each(['', '?ticket=', '?ticket=x', '?ticket=a&ticket=b'])(
      'refuses to finish with "%s"',
      async (query) => {
        const answer = await browser.get(`/saml/finish${query}`)
        expect(answer.status).toBe(401)
        expect(await world.failedCheck(answer)).toBe('ticket')
      },
    )

    it('refuses a ticket after two minutes', async () => {
      const answered = await world.post(world.respond(await browser.begin()))
      world.context.clock.advance(121)
      expect(await world.failedCheck(await browser.get(answered.get('location')!))).toBe('ticket')
    })

    it('does not finish for a user who was disabled in between', async () => {
      const { services, administrator, db } = world.context
      const id = await world.addUser('leaving')
      const take = async () =>
        (await world.post(world.respond(await browser.begin(), 'leaving'))).get('location')!
      const before = await take()
      await services.users.setActive(administrator, id, false)
      expect(await world.failedCheck(await browser.get(before))).toBe('ticket')
      // The ticket went with the user's access. Had it stayed, it would be refused all the same.
      await services.users.setActive(administrator, id, true)
      const after = await take()
      await db.updateTable('users').set({ active: 0 }).where('id', '=', id).execute()
      expect(await world.failedCheck(await browser.get(after))).toBe('userDisabled')
    })

    it('gives the session a token of its own: one planted before is worth nothing', async () => {
      await browser.signIn()
      const before = await browser.userName()
      await browser.signIn()
      expect(before).toBe('alice')
      const sessions = await world.context.db
        .selectFrom('sessions')
        .select('token_hash')
        .where('subject_id', '=', world.alice)
        .execute()
      expect(new Set(sessions.map((session) => session.token_hash)).size).toBe(sessions.length)
    })

    it('begins at the base address when a browser comes by another name of the machine', async () => {
      const answer = await request(world.context.app)
        .get('/saml/login?RelayState=/portal')
        .set('sec-fetch-mode', 'navigate')
      expect(answer.get('location')).toBe('http://localhost:8080/saml/login?moved=1&RelayState=%2Fportal')
      const again = await request(world.context.app)
        .get('/saml/login?moved=1')
        .set('sec-fetch-mode', 'navigate')
      expect(again.get('location')).toContain(world.idp.loginUrl)
    })
  })

  describe('where it leads', () => {
    it.each([
      'https://evil.example/',
      '//evil.example/',
      '/\\evil.example/',
      '\\\\evil.example',
      '/..//evil.example',
      'javascript:alert(1)',
      '/portal\r\nSet-Cookie: a=b',
      '/\t/evil.example',
      '/saml/login',
      '/portal/../saml/login',
      'portal',
      '',
      '/'.padEnd(1100, 'a'),
    ])('does not lead to %j', async (relayState) => {
      const finished = await browser.signIn(relayState)
      expect(finished.status).toBe(303)
      expect(finished.get('location')).toBe('/portal')
    })

    it('takes no RelayState from the answer', async () => {
      const seen = await browser.begin()
      const answered = await world.post(world.respond(seen), { RelayState: 'https://evil.example/' })
      expect((await browser.get(answered.get('location')!)).get('location')).toBe('/portal')
    })
  })

  it('refuses everything while password is the login method', async () => {
    const { services, administrator } = world.context
    const seen = await browser.begin()
    const answered = await world.post(world.respond(await browser.begin()))
    await services.zones.setLoginMethod(administrator, 'password')
    expect((await browser.get('/saml/login')).status).toBe(403)
    expect((await world.post(world.respond(seen))).status).toBe(403)
    expect((await browser.get(answered.get('location')!)).status).toBe(401)
    await services.zones.setLoginMethod(administrator, 'sso')
  })

  it('refuses everything once the metadata it would be checked by has ended', async () => {
    const { services, administrator, clock } = world.context
    const end = new Date(clock.now().getTime() + 60_000).toISOString()
    const ending = replace(
      world.idp.metadata(),
      '<md:EntityDescriptor ',
      `<md:EntityDescriptor validUntil="${end}" `,
    )
    await services.identityProvider.setFromMetadata(administrator, ending)
    clock.advance(59)
    expect((await world.post(world.respond(await browser.begin()))).status).toBe(303)
    clock.advance(1)
    await expectRefusal(world.respond(await browser.begin()), 'metadataExpired')
    await services.identityProvider.setFromMetadata(administrator, world.idp.metadata())
    expect((await world.post(world.respond(await browser.begin()))).status).toBe(303)
  })

  it('accepts the old and the new certificate during a rollover, and the old one no longer after it', async () => {
    const { services, administrator } = world.context
    const next = await makeKeyPair('next')
    world.context.clock.advance(1)
    await services.identityProvider.addCertificate(administrator, next.certificatePem)
    expect((await world.post(world.respond(await browser.begin()))).status).toBe(303)
    expect((await world.post(world.respond(await browser.begin(), 'alice', { key: next }))).status).toBe(303)
    const [old] = (await services.identityProvider.find())!.certificates
    await services.identityProvider.removeCertificate(administrator, old!.id)
    await expectRefusal(world.respond(await browser.begin()), 'signatureValue')
    await services.identityProvider.setFromMetadata(administrator, world.idp.metadata())
  })

  describe('from a network that users may not sign in from', () => {
    const restrict = (networks: readonly string[]) =>
      world.context.services.zones.setSignInNetworks(world.context.administrator, networks)
    afterEach(() => restrict([]))

    it('is refused at each step by a check of its own, and can go on inside', async () => {
      const response = world.respond(await browser.begin())
      const ticket = (await world.post(response)).get('location') ?? ''
      const again = world.respond(await browser.begin())
      await restrict(['192.0.2.0/24'])
      for (const answer of [
        await browser.get('/saml/login'),
        await world.post(again),
        await browser.get(ticket),
      ]) {
        expect(answer.status).toBe(403)
        expect(await world.failedCheck(answer)).toBe('network')
      }
      // Whatever stands in the message: it is not looked at.
      await expect(world.post('nonsense').then(({ status }) => status)).resolves.toBe(400)
      expect(await browser.userName()).toBeUndefined()
      // The tests connect by IPv6 or IPv4, whichever this machine has.
      await restrict(['127.0.0.0/8', '::1'])
      expect((await browser.get(ticket)).get('location')).toBe('/portal')
      expect((await world.post(again)).status).toBe(303)
    })
  })
})
