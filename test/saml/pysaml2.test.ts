/** A second identity provider that somebody else wrote: other algorithms, encryption by xmlsec1, and single logout. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  DIGEST_SHA256,
  DIGEST_SHA384,
  DIGEST_SHA512,
  RSA_SHA256,
  RSA_SHA384,
  RSA_SHA512,
  XML_ENCRYPTION,
  XML_ENCRYPTION_11,
} from '../../saml/core/vocabulary.js'
import { createTestClock } from '../support/clock.js'
import { makeKeyPair } from '../support/fake-idp.js'
import { requirePart } from '../support/parts.js'
import { PYSAML2, startPysaml2, type Pysaml2, type PysamlResponseChoices } from '../support/pysaml2.js'
import { toBase64 } from '../support/saml-forgery.js'
import { createSamlWorld, type SamlWorld, type TestBrowser } from '../support/saml-world.js'

const PLAIN: PysamlResponseChoices = {
  signResponse: true,
  signAssertion: true,
  signatureAlgorithm: RSA_SHA256,
  digestAlgorithm: DIGEST_SHA256,
}

describe.skipIf(!requirePart(PYSAML2))('pysaml2 as the identity provider', () => {
  let world: SamlWorld
  let idp: Pysaml2

  beforeAll(async () => {
    // The identity provider goes by the machine's clock.
    world = await createSamlWorld('sqlite', { clock: createTestClock(new Date()) })
    const { services, administrator } = world.context
    await services.zones.changeSetting(administrator, 'saml.encryption', 'true')
    const { entityId, metadataXml } = await services.identityProvider.serviceProviderInfo()
    idp = await startPysaml2(await makeKeyPair('pysaml2'), entityId)
    await idp.trust(metadataXml)
    await services.identityProvider.setFromMetadata(administrator, await idp.metadata())
  })
  afterAll(async () => {
    await idp?.stop()
    await world?.remove()
  })

  async function signIn(choices: Partial<PysamlResponseChoices> = {}, user = 'alice') {
    const browser = world.browser()
    const begun = await browser.get('/saml/login')
    const xml = await idp.respond(begun.get('location')!, user, { ...PLAIN, ...choices })
    const answered = await world.post(toBase64(xml))
    const location = answered.get('location')
    if (location !== undefined) await browser.get(location)
    return { browser, xml, userName: await browser.userName(), check: await world.failedCheck(answered) }
  }

  it('is understood by its metadata, its address for logouts included', async () => {
    expect(await world.context.services.identityProvider.find()).toMatchObject({
      entityId: 'https://pysaml2.example/idp',
      logout: { url: 'https://pysaml2.example/logout', binding: 'redirect' },
      certificates: [{ subject: 'CN=pysaml2' }],
    })
  })

  it.each([
    ['response and assertion', RSA_SHA256, DIGEST_SHA256, true, true],
    ['the assertion by SHA-384', RSA_SHA384, DIGEST_SHA384, false, true],
    ['the response by SHA-512', RSA_SHA512, DIGEST_SHA512, true, false],
  ])(
    'signs a user in with %s signed',
    async (_what, signatureAlgorithm, digestAlgorithm, signResponse, signAssertion) => {
      const { userName, check } = await signIn({
        signatureAlgorithm,
        digestAlgorithm,
        signResponse,
        signAssertion,
      })
      expect([userName, check]).toEqual(['alice', undefined])
    },
  )

  it.each([
    ['AES-GCM', `${XML_ENCRYPTION_11}aes256-gcm`, 'aes-256', false],
    ['AES-CBC in a signed response', `${XML_ENCRYPTION}aes256-cbc`, 'aes-256', true],
  ])(
    'signs a user in with the assertion encrypted by %s',
    async (_what, algorithm, keyType, signResponse) => {
      const { xml, userName, check } = await signIn({ signResponse, cipher: { algorithm, keyType } })
      expect(xml).toContain('EncryptedAssertion')
      expect(xml).not.toContain('>alice<')
      expect([userName, check]).toEqual(['alice', undefined])
    },
  )

  it('is refused with what it encrypts by when nobody chooses: Triple-DES', async () => {
    const cipher = { algorithm: `${XML_ENCRYPTION}tripledes-cbc`, keyType: 'des-192' }
    const { userName, check } = await signIn({ cipher })
    expect([userName, check]).toEqual([undefined, 'encryption'])
  })

  const portalForm = async (browser: TestBrowser): Promise<string> => {
    const page = await browser.get('/portal/logout')
    return /name="_csrf" value="([^"]*)"/.exec(page.text)![1]!
  }

  it('takes our logout, and its answer is taken here', async () => {
    const { browser, xml } = await signIn()
    const left = await browser.submit('/portal/logout', {
      _csrf: await portalForm(browser),
      scope: 'everywhere',
    })
    const sent = await browser.get(left.get('location')!)
    const answered = await idp.answerLogout(sent.get('location')!)
    expect(answered.name).toBe('alice')
    expect(xml).toContain(`SessionIndex="${answered.session}"`)
    const { pathname, search } = new URL(answered.location)
    const done = await browser.get(pathname + search)
    expect(done.text).toContain('logged out here and at your identity provider.')
  })

  it('ends the sessions here by its own logout', async () => {
    const { browser, userName } = await signIn()
    expect(userName).toBe('alice')
    const { pathname, search } = new URL(await idp.beginLogout('alice'))
    const answered = await world.browser().get(pathname + search)
    expect(answered.status).toBe(302)
    const location = new URL(answered.get('location')!)
    expect(location.origin + location.pathname).toBe('https://pysaml2.example/logout')
    expect(location.searchParams.get('RelayState')).toBe('from-pysaml2')
    expect(await browser.userName()).toBeUndefined()
  })
})
