/** A sign-in at an identity provider that somebody else wrote, from the exchange of metadata to the session. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestClock } from '../support/clock.js'
import { makeKeyPair } from '../support/fake-idp.js'
import { requirePart } from '../support/parts.js'
import { createSamlWorld, type SamlWorld } from '../support/saml-world.js'
import {
  SIMPLESAMLPHP,
  startSimpleSamlPhp,
  type IdpOptions,
  type SimpleSamlPhp,
} from '../support/simplesamlphp.js'

describe.skipIf(!requirePart(SIMPLESAMLPHP))('SimpleSAMLphp as the identity provider', () => {
  let world: SamlWorld
  let idp: SimpleSamlPhp
  let key: IdpOptions['key']

  beforeAll(async () => {
    // The identity provider goes by the machine's clock.
    world = await createSamlWorld('sqlite', { clock: createTestClock(new Date()) })
    key = await makeKeyPair('SimpleSAMLphp')
    idp = await startSimpleSamlPhp(['alice:alice-password', 'stranger:stranger-password'])
    await idp.configure({ key })
    const { services, administrator } = world.context
    await idp.trust((await services.identityProvider.serviceProviderInfo()).metadataXml)
    await services.identityProvider.setFromMetadata(administrator, await idp.metadata())
  })
  afterAll(async () => {
    await idp?.stop()
    await world?.remove()
  })

  /** The way of a browser from our login to the end; the last answer, and who is signed in then. */
  async function signIn(userName: string) {
    const browser = world.browser()
    const begun = await browser.get('/saml/login?RelayState=/portal/security')
    const form = await idp.signIn(begun.get('location')!, userName, `${userName}-password`)
    expect(form.action).toBe(`http://localhost:8080${world.acsPath}`)
    const answered = await world.post(form.fields['SAMLResponse']!)
    const location = answered.get('location')
    const last = location === undefined ? answered : await browser.get(location)
    return { last, userName: await browser.userName() }
  }

  it('is understood by its metadata', async () => {
    expect(await world.context.services.identityProvider.find()).toMatchObject({
      entityId: idp.entityId,
      loginUrl: expect.stringContaining('/saml2/idp/SSOService.php'),
      loginBinding: 'redirect',
      certificates: [{ subject: 'CN=SimpleSAMLphp' }],
    })
  })

  it.each([
    ['response and assertion', true, true],
    ['the assertion', true, false],
    ['the response', false, true],
  ])('signs a user in with %s signed', async (_what, signAssertion, signResponse) => {
    await idp.configure({ key, signAssertion, signResponse })
    const { last, userName } = await signIn('alice')
    expect(last.status).toBe(303)
    expect(last.get('location')).toBe('/portal/security')
    expect(userName).toBe('alice')
  })

  it('signs nobody in who has no user here', async () => {
    const { last, userName } = await signIn('stranger')
    expect(await world.failedCheck(last)).toBe('userUnknown')
    expect(userName).toBeUndefined()
  })

  it('is refused when it signs with SHA-1', async () => {
    await idp.configure({ key, signatureAlgorithm: 'http://www.w3.org/2000/09/xmldsig#rsa-sha1' })
    expect(await world.failedCheck((await signIn('alice')).last)).toBe('signatureAlgorithm')
    await idp.configure({ key })
  })

  it('may change its key once the new certificate is known here', async () => {
    const next = await makeKeyPair('next key')
    await idp.configure({ key: next })
    expect(await world.failedCheck((await signIn('alice')).last)).toBe('signatureValue')
    const { services, administrator } = world.context
    await services.identityProvider.addCertificate(administrator, next.certificatePem)
    expect((await signIn('alice')).userName).toBe('alice')
    await idp.configure({ key })
    expect((await signIn('alice')).userName).toBe('alice')
  })
})
