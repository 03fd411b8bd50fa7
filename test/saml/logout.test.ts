/** Single logout in both directions and by both bindings, and every way of cheating at it. */
import { createVerify, X509Certificate } from 'node:crypto'
import { deflateRawSync, inflateRawSync } from 'node:zlib'
import request, { type Response } from 'supertest'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { attributeOf, onlyChildOf, textOf } from '../../saml/core/elements.js'
import {
  writeLogoutRequest,
  writeLogoutResponse,
  type LogoutRequestToWrite,
} from '../../saml/core/logout-messages.js'
import { redirectAddress, type MessageToSend } from '../../saml/core/redirect-binding.js'
import { parseXml, rootOf } from '../../saml/core/safe-xml.js'
import { SamlCheckError, type SamlCheck } from '../../saml/core/saml-check.js'
import { newMessageId, signElement, type SigningKeyPair } from '../../saml/core/sign.js'
import { publicKeysOf, signatureOf, verifySignature } from '../../saml/core/signature.js'
import { verifyLogoutMessage } from '../../saml/core/verify-logout.js'
import { BINDING_POST, BINDING_REDIRECT, SAML_ASSERTION, SAML_PROTOCOL } from '../../saml/core/vocabulary.js'
import { serviceProviderAddresses } from '../../server/domain/identity-provider.js'
import { engines } from '../support/engines.js'
import { createFakeIdp, makeKeyPair } from '../support/fake-idp.js'
import { encryptedId } from '../support/saml-encryption.js'
import { replace, toBase64 } from '../support/saml-forgery.js'
import { createSamlWorld, type SamlWorld, type TestBrowser } from '../support/saml-world.js'

const IDP_LOGOUT = 'https://idp.example/logout'
const IDP_LOGOUT_ANSWERS = 'https://idp.example/logout/answers'

describe('what a logout message may cost, as the thread that answers requests checks it', () => {
  const now = new Date('2026-03-02T09:00:00.000Z')
  const many = (count: number, text: (index: number) => string) =>
    Array.from({ length: count }, (_, at) => text(at)).join('')

  it.each([
    ['elements', 225, '<a/>', '<a/>'.repeat(250)],
    ['attributes', 220, `<a ${many(16, (at) => `b${at}="" `)}/>`, `<a ${many(17, (at) => `b${at}="" `)}/>`],
    [
      'namespaces',
      100,
      `<a ${many(16, (at) => `xmlns:b${at}="u" `)}/>`,
      `<a ${many(17, (at) => `xmlns:b${at}="u" `)}/>`,
    ],
    ['references', 7000, '&lt;', '&lt;'.repeat(8000)],
  ])('many %s, within the bounds and beyond', async (_what, count, text, beyond) => {
    const idp = await createFakeIdp()
    const destination = 'https://sp.example/slo'
    const plain = writeLogoutRequest({
      id: newMessageId(),
      issuer: idp.entityId,
      destination,
      issuedAt: now,
      expiresAt: new Date(now.getTime() + 60_000),
      name: { nameId: 'alice' },
    })
    const signed = signElement(plain, 'LogoutRequest', idp.key)
    const check = (inside: string): SamlCheck => {
      const xml = replace(signed, '</samlp:LogoutRequest>', `${inside}</samlp:LogoutRequest>`)
      const expected = { issuer: idp.entityId, destination, now, skewSeconds: 60, maximumAgeSeconds: 300 }
      const certificates = [idp.key.certificatePem]
      try {
        verifyLogoutMessage({ binding: 'post', field: 'SAMLRequest', xml }, { ...expected, certificates })
      } catch (error) {
        if (error instanceof SamlCheckError) return error.check
        throw error
      }
      throw new Error('it was accepted')
    }
    const milliseconds = Array.from({ length: 6 }, () => {
      const before = process.cpuUsage().user
      expect(check(text.repeat(count))).toBe('signatureDigest')
      return (process.cpuUsage().user - before) / 1000
    })
    // The least of them, as other tests and the compiler take their part.
    expect(Math.min(...milliseconds)).toBeLessThan(20)
    expect(check(beyond)).toBe('size')
  })
})

describe.each(engines)('single logout on %s', (engine) => {
  let world: SamlWorld
  let browser: TestBrowser
  let stranger: SigningKeyPair
  let our: ReturnType<typeof serviceProviderAddresses>

  async function offerLogout(binding: 'redirect' | 'post' | 'none'): Promise<void> {
    const service = `<md:SingleLogoutService Binding="${binding === 'post' ? BINDING_POST : BINDING_REDIRECT}" Location="${IDP_LOGOUT}" ResponseLocation="${IDP_LOGOUT_ANSWERS}"/><md:NameIDFormat>`
    const metadata = world.idp.metadata()
    await world.context.services.identityProvider.setFromMetadata(
      world.context.administrator,
      binding === 'none' ? metadata : metadata.replace('<md:NameIDFormat>', service),
    )
  }

  beforeAll(async () => {
    world = await createSamlWorld(engine)
    stranger = await makeKeyPair('stranger')
    our = serviceProviderAddresses('http://localhost:8080', (await world.context.services.zones.current()).id)
  })
  afterAll(() => world.remove())
  beforeEach(async () => {
    await offerLogout('redirect')
    browser = world.browser()
  })

  const path = () => new URL(our.logoutUrl).pathname
  const field = (page: Response, name: string): string =>
    new RegExp(`name="${name}" value="([^"]*)"`).exec(page.text)![1]!

  /** Presses a button of the logout page. */
  async function logOut(scope: 'everywhere' | 'here'): Promise<Response> {
    const page = await browser.get('/portal/logout')
    return browser.submit('/portal/logout', { _csrf: field(page, '_csrf'), scope })
  }

  /** Signs alice in in a session of the identity provider, and tells how that is called there. */
  async function signInWithIndex(target: TestBrowser): Promise<string> {
    const seen = await target.begin()
    const { base64, assertionId } = world.idp.respond(seen, 'alice', world.context.clock.now())
    await target.get((await world.post(base64)).get('location')!)
    expect(await target.userName()).toBe('alice')
    return assertionId
  }

  const requestXml = (changes: Partial<LogoutRequestToWrite> = {}, sessionIndex?: string): string => {
    const now = world.context.clock.now()
    return writeLogoutRequest({
      id: newMessageId(),
      issuer: world.idp.entityId,
      destination: our.logoutUrl,
      issuedAt: now,
      expiresAt: new Date(now.getTime() + 120_000),
      name: { nameId: 'alice', ...(sessionIndex !== undefined && { sessionIndex }) },
      ...changes,
    })
  }

  /** What the identity provider would send a browser to. */
  const addressOf = (xml: string, changes: Partial<MessageToSend> = {}): string => {
    const { privateKeyPem } = world.idp.key
    const { pathname, search } = new URL(
      redirectAddress(our.logoutUrl, { field: 'SAMLRequest', xml, privateKeyPem, ...changes }),
    )
    return pathname + search
  }

  const readAddress = (location: string, name: 'SAMLRequest' | 'SAMLResponse') => {
    const { searchParams, origin, pathname, search } = new URL(location)
    const xml = inflateRawSync(Buffer.from(searchParams.get(name)!, 'base64')).toString('utf8')
    const signed = search.slice(1, search.indexOf('&Signature='))
    return { root: rootOf(parseXml(xml)), searchParams, signed, to: origin + pathname }
  }

  const ourCertificate = async () =>
    (await world.context.services.signingKeys.current('serviceProvider')).certificatePem

  describe('begun here', () => {
    it('asks the identity provider by a signed address, and says when that has confirmed it', async () => {
      const sessionIndex = await signInWithIndex(browser)
      const page = await browser.get('/portal/logout')
      expect(page.text).toContain('idp.example')
      expect(page.get('content-security-policy')).toContain("form-action 'self' https://idp.example;")
      const left = await logOut('everywhere')
      expect(left.status).toBe(303)
      expect(await browser.userName()).toBeUndefined()
      const sent = await browser.get(left.get('location')!)
      expect(sent.status).toBe(302)
      const { root, searchParams, signed, to } = readAddress(sent.get('location')!, 'SAMLRequest')
      expect(to).toBe(IDP_LOGOUT)
      const signature = Buffer.from(searchParams.get('Signature')!, 'base64')
      expect(
        createVerify('sha256')
          .update(signed)
          .verify(await ourCertificate(), signature),
      ).toBe(true)
      expect(attributeOf(root, 'Destination')).toBe(IDP_LOGOUT)
      const said = (namespace: string, name: string) => textOf(onlyChildOf(root, namespace, name)!)
      expect(said(SAML_ASSERTION, 'Issuer')).toBe(our.entityId)
      expect(said(SAML_ASSERTION, 'NameID')).toBe('alice')
      expect(said(SAML_PROTOCOL, 'SessionIndex')).toBe(sessionIndex)

      const answer = (outcome: 'success' | 'partial') =>
        addressOf(
          writeLogoutResponse({
            issuer: world.idp.entityId,
            destination: our.logoutUrl,
            inResponseTo: attributeOf(root, 'ID')!,
            issuedAt: world.context.clock.now(),
            outcome,
          }),
          { field: 'SAMLResponse' },
        )
      const done = await browser.get(answer('success'))
      expect(done.status).toBe(200)
      expect(done.text).toContain('logged out here and at your identity provider.')
      expect(await world.failedCheck(await browser.get(answer('success')))).toBe('requestUnknown')
    })

    it('asks by a signed form where the identity provider wants that', async () => {
      await offerLogout('post')
      await signInWithIndex(browser)
      const sent = await browser.get((await logOut('everywhere')).get('location')!)
      expect(sent.status).toBe(200)
      expect(sent.get('content-security-policy')).toContain("form-action 'self' https://idp.example;")
      const xml = Buffer.from(field(sent, 'SAMLRequest'), 'base64').toString('utf8')
      const root = rootOf(parseXml(xml))
      const keys = publicKeysOf([await ourCertificate()])
      expect(verifySignature(root, signatureOf(root)!, keys).canonical).toContain(':LogoutRequest ')
      const answer = writeLogoutResponse({
        issuer: world.idp.entityId,
        destination: our.logoutUrl,
        inResponseTo: attributeOf(root, 'ID')!,
        issuedAt: world.context.clock.now(),
        outcome: 'partial',
      })
      const SAMLResponse = toBase64(signElement(answer, 'LogoutResponse', world.idp.key))
      const done = await request(world.context.app).post(path()).type('form').send({ SAMLResponse })
      expect(done.text).toContain('not at every other site')
    })

    it('says what stays signed in when only this session ends', async () => {
      await signInWithIndex(browser)
      const left = await logOut('here')
      expect(left.get('location')).toBe('/acme/login')
      expect(await browser.userName()).toBeUndefined()
      expect((await browser.get('/acme/login')).text).toContain('still signed in at your identity provider')
    })

    it('offers nothing that the identity provider does not', async () => {
      await signInWithIndex(browser)
      await offerLogout('none')
      const page = await browser.get('/portal/logout')
      expect(page.text).toContain('stay signed in at your identity provider')
      expect(page.text).not.toContain('value="everywhere"')
      expect((await logOut('everywhere')).get('location')).toBe('/acme/login')
      expect(await browser.userName()).toBeUndefined()
    })

    it('is forgotten after five minutes', async () => {
      await signInWithIndex(browser)
      const left = (await logOut('everywhere')).get('location')!
      world.context.clock.advance(301)
      const late = await browser.get(left)
      expect(late.status).toBe(200)
      expect(late.text).toContain('did not confirm')
    })
  })

  describe('begun at the identity provider', () => {
    it('ends the session it names and no other, and answers', async () => {
      const other = world.browser()
      await signInWithIndex(other)
      const sessionIndex = await signInWithIndex(browser)
      const xml = requestXml({}, sessionIndex)
      const answered = await world.browser().get(addressOf(xml, { relayState: 'a b&c=ü' }))
      expect(answered.status).toBe(302)
      expect([await browser.userName(), await other.userName()]).toEqual([undefined, 'alice'])
      const { root, searchParams, signed, to } = readAddress(answered.get('location')!, 'SAMLResponse')
      expect(to).toBe(IDP_LOGOUT_ANSWERS)
      expect(searchParams.get('RelayState')).toBe('a b&c=ü')
      expect(attributeOf(root, 'InResponseTo')).toBe(attributeOf(rootOf(parseXml(xml)), 'ID'))
      const signature = Buffer.from(searchParams.get('Signature')!, 'base64')
      expect(
        createVerify('sha256')
          .update(signed)
          .verify(await ourCertificate(), signature),
      ).toBe(true)
    })

    it('reads a name that is encrypted for us, where encryption is on', async () => {
      const { services, administrator } = world.context
      const certificate = await ourCertificate()
      const naming = (inside: string) => {
        const xml = requestXml()
        const [plain] = /<saml:NameID.*<\/saml:NameID>/.exec(xml)!
        const name = plain.replace('<saml:NameID', `<saml:NameID xmlns:saml="${SAML_ASSERTION}"`)
        return addressOf(
          xml.replace(
            plain,
            inside === 'both'
              ? plain + encryptedId(name, certificate)
              : encryptedId(inside === 'name' ? name : inside, certificate),
          ),
        )
      }
      const refusedFor = async (inside: string) =>
        world.failedCheck(await world.browser().get(naming(inside)))
      await signInWithIndex(browser)
      expect(await refusedFor('name')).toBe('encryption')
      await services.zones.changeSetting(administrator, 'saml.encryption', 'true')
      expect(await refusedFor('both')).toBe('nameId')
      expect(await refusedFor('<x/>')).toBe('nameId')
      expect(await refusedFor('alice')).toBe('xml')
      expect(await browser.userName()).toBe('alice')
      expect((await world.browser().get(naming('name'))).status).toBe(302)
      expect(await browser.userName()).toBeUndefined()
      await services.zones.changeSetting(administrator, 'saml.encryption', 'false')
    })

    it('ends every session of the person when it names none, and nobody else\u2019s', async () => {
      await world.addUser(`bob-${engine.toLowerCase()}`)
      const bob = world.browser()
      const seen = await bob.begin()
      await bob.get((await world.post(world.respond(seen, `bob-${engine.toLowerCase()}`))).get('location')!)
      const second = world.browser()
      await signInWithIndex(browser)
      await signInWithIndex(second)
      await offerLogout('post')
      const SAMLRequest = toBase64(signElement(requestXml(), 'LogoutRequest', world.idp.key))
      const answered = await request(world.context.app).post(path()).type('form').send({ SAMLRequest })
      expect(answered.status).toBe(200)
      expect(answered.text).toContain(`action="${IDP_LOGOUT_ANSWERS}"`)
      expect(field(answered, 'SAMLResponse')).not.toBe('')
      expect([await browser.userName(), await second.userName()]).toEqual([undefined, undefined])
      expect(await bob.userName()).toBe(`bob-${engine.toLowerCase()}`)
      const [event] = await world.context.db
        .selectFrom('audit_events')
        .select(['subject_id', 'result', 'detail'])
        .where('action', '=', 'session.endByIdentityProvider')
        .orderBy('sequence', 'desc')
        .execute()
      expect(event).toMatchObject({ subject_id: world.alice, result: 'success' })
      expect((JSON.parse(event!.detail) as { sessionIds: string[] }).sessionIds.length).toBeGreaterThan(1)
    })

    it('overtakes a sign-in that has not arrived yet', async () => {
      const answered = await world.post(world.respond(await browser.begin()))
      expect((await world.browser().get(addressOf(requestXml()))).status).toBe(302)
      expect(await world.failedCheck(await browser.get(answered.get('location')!))).toBe('ticket')
      expect(await browser.userName()).toBeUndefined()
    })

    it('is answered as done when nothing is open, and counts once', async () => {
      const address = addressOf(requestXml())
      expect((await browser.get(address)).status).toBe(302)
      expect(await world.failedCheck(await browser.get(address))).toBe('replayed')
    })
  })

  describe('a message that is refused ends nothing', () => {
    const early = () => new Date(world.context.clock.now().getTime() - 400_000)
    const swap = (address: string, name: string, change: (value: string) => string): string => {
      const [pathname, query] = address.split('?') as [string, string]
      return `${pathname}?${query.replace(new RegExp(`(^|&)(${name}=)([^&]*)`), (_all, before: string, key: string, value: string) => before + key + change(value))}`
    }
    const packed = (text: string): string => encodeURIComponent(deflateRawSync(text).toString('base64'))

    const refusals: readonly [string, SamlCheck, () => string][] = [
      ['unsigned', 'signaturePresent', () => addressOf(requestXml()).replace(/&SigAlg=.*/, '')],
      [
        'signed by a stranger',
        'signatureValue',
        () => addressOf(requestXml(), { privateKeyPem: stranger.privateKeyPem }),
      ],
      [
        'with another RelayState',
        'signatureValue',
        () => swap(addressOf(requestXml(), { relayState: 'a' }), 'RelayState', () => 'b'),
      ],
      [
        'with another message',
        'signatureValue',
        () => swap(addressOf(requestXml()), 'SAMLRequest', () => packed(requestXml())),
      ],
      [
        'signed with SHA-1',
        'signatureAlgorithm',
        () =>
          swap(addressOf(requestXml()), 'SigAlg', (name) =>
            name.replace('2001%2F04%2Fxmldsig-more%23rsa-sha256', '2000%2F09%2Fxmldsig%23rsa-sha1'),
          ),
      ],
      [
        'for another destination',
        'destination',
        () => addressOf(requestXml({ destination: 'https://other.example/slo' })),
      ],
      ['of another issuer', 'issuer', () => addressOf(requestXml({ issuer: 'https://other.example' }))],
      ['too old', 'expired', () => addressOf(requestXml({ issuedAt: early() }))],
      ['past its own end', 'expired', () => addressOf(requestXml({ expiresAt: early() }))],
      ['as a response', 'message', () => addressOf(requestXml(), { field: 'SAMLResponse' })],
      ['twice in one address', 'encoding', () => `${addressOf(requestXml())}&SAMLRequest=x`],
      ['and a response in one address', 'encoding', () => `${addressOf(requestXml())}&SAMLResponse=x`],
      ['not deflated', 'encoding', () => swap(addressOf(requestXml()), 'SAMLRequest', () => 'aGVsbG8%3D')],
      ['not base64', 'encoding', () => swap(addressOf(requestXml()), 'SAMLRequest', () => '***')],
      ['with a document type', 'forbiddenXml', () => addressOf(`<!DOCTYPE x>${requestXml()}`)],
      [
        'with a second signature inside',
        'signaturePlace',
        () => addressOf(signElement(requestXml(), 'LogoutRequest', stranger)),
      ],
      [
        'without a name',
        'nameId',
        () => addressOf(replace(requestXml(), /<saml:NameID.*<\/saml:NameID>/, '')),
      ],
      [
        'with a RelayState without end',
        'size',
        () => addressOf(requestXml(), { relayState: 'x'.repeat(2000) }),
      ],
      // CVE-2025-25293: a small message that unpacks to a large one.
      [
        'that unpacks to a gigabyte',
        'size',
        () => swap(addressOf(requestXml()), 'SAMLRequest', () => packed('a'.repeat(5_000_000))),
      ],
    ]

    beforeEach(async () => {
      await signInWithIndex(browser)
    })

    it.each(refusals)('%s: %s', async (_what, check, address) => {
      const answer = await world.browser().get(address())
      expect(answer.status).toBeGreaterThanOrEqual(400)
      expect(answer.status).toBeLessThan(500)
      expect(await world.failedCheck(answer)).toBe(check)
      expect(answer.text).toContain('Log out failed')
      expect(await browser.userName()).toBe('alice')
    })

    const postRefusals: readonly [string, SamlCheck, () => Record<string, string>][] = [
      ['unsigned', 'signaturePresent', () => ({ SAMLRequest: toBase64(requestXml()) })],
      [
        'signed by a stranger',
        'signatureValue',
        () => ({ SAMLRequest: toBase64(signElement(requestXml(), 'LogoutRequest', stranger)) }),
      ],
      [
        'changed after signing',
        'signatureDigest',
        () => ({
          SAMLRequest: toBase64(
            replace(signElement(requestXml(), 'LogoutRequest', world.idp.key), '>alice<', '>bob<'),
          ),
        }),
      ],
      ['with both fields', 'encoding', () => ({ SAMLRequest: 'x', SAMLResponse: 'x' })],
      ['with neither field', 'encoding', () => ({})],
      ['larger than any', 'size', () => ({ SAMLRequest: toBase64('a'.repeat(50_000)) })],
      [
        'an answer to nothing',
        'requestUnknown',
        () => ({
          SAMLResponse: toBase64(
            signElement(
              writeLogoutResponse({
                issuer: world.idp.entityId,
                destination: our.logoutUrl,
                inResponseTo: '_x',
                issuedAt: world.context.clock.now(),
                outcome: 'success',
              }),
              'LogoutResponse',
              world.idp.key,
            ),
          ),
        }),
      ],
    ]
    it.each(postRefusals)('posted, %s: %s', async (_what, check, fields) => {
      const answer = await request(world.context.app).post(path()).type('form').send(fields())
      expect(await world.failedCheck(answer)).toBe(check)
      expect(await browser.userName()).toBe('alice')
    })

    it('another zone, another method', async () => {
      expect((await browser.get('/saml/slo/z-000000000000')).status).toBe(404)
      expect((await request(world.context.app).put(path())).status).toBe(405)
    })
  })

  describe('our metadata', () => {
    it('tells where logouts are taken, and both keys while they roll over', async () => {
      const { serviceProviderKeys, identityProvider, signingKeys, zones } = world.context.services
      const { administrator } = world.context
      const metadata = async () => (await identityProvider.serviceProviderInfo()).metadataXml
      const published = async () =>
        [...(await metadata()).matchAll(/<ds:X509Certificate>([^<]*)</g)].map(
          ([, der]) => new X509Certificate(Buffer.from(der!, 'base64')).fingerprint256,
        )
      const inUse = async () => new X509Certificate(await ourCertificate()).fingerprint256
      expect((await metadata()).match(/SingleLogoutService/g)).toHaveLength(2)
      const old = await inUse()
      expect(await published()).toEqual([old])

      world.context.clock.advance(1)
      await serviceProviderKeys.makeNext(administrator)
      await expect(serviceProviderKeys.makeNext(administrator)).rejects.toMatchObject({
        code: 'signingKey.wrongStep',
      })
      expect(await inUse()).toBe(old)
      const [, next] = await published()
      expect(next).toBeDefined()
      expect(next).not.toBe(old)

      await serviceProviderKeys.useNext(administrator)
      expect(await inUse()).toBe(next)
      expect(await published()).toEqual([next, old])
      // The identity provider takes requests of the new key, and its answers still lead in.
      expect((await browser.signIn()).status).toBe(303)

      await serviceProviderKeys.remove(administrator, 'previous')
      expect(await published()).toEqual([next])
      await expect(serviceProviderKeys.useNext(administrator)).rejects.toMatchObject({
        code: 'signingKey.wrongStep',
      })
      expect((await signingKeys.published('serviceProvider')).map(({ state }) => state)).toEqual(['current'])

      await zones.changeSetting(administrator, 'saml.signMetadata', 'true')
      const xml = (await metadata()).replace(/^<\?xml[^>]*\?>/, '').trim()
      const root = rootOf(parseXml(xml))
      const { canonical } = verifySignature(root, signatureOf(root)!, publicKeysOf([await ourCertificate()]))
      expect(rootOf(parseXml(canonical)).localName).toBe('EntityDescriptor')
      expect(attributeOf(root, 'entityID')).toBe(our.entityId)
      await zones.changeSetting(administrator, 'saml.signMetadata', 'false')
    })
  })
})
