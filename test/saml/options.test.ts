/** What settings change about signing in: encrypted assertions, the way of authenticating; and keys of curves. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { attributeOf, childrenOf, onlyChildOf } from '../../saml/core/elements.js'
import { parseXml, rootOf } from '../../saml/core/safe-xml.js'
import {
  CONTEXT_REFEDS_MFA,
  CONTEXT_UNSPECIFIED,
  ECDSA_SHA256,
  RSA_SHA384,
  SAML_METADATA,
} from '../../saml/core/vocabulary.js'
import type { SettingName } from '../../server/domain/zone.js'
import { makeCurveKeyPair } from '../support/fake-idp.js'
import { encryptAssertion, type EncryptionChoices } from '../support/saml-encryption.js'
import { signAnyhow, toBase64, withoutSignatures, type SigningChoices } from '../support/saml-forgery.js'
import { createSamlWorld, type SamlWorld, type TestBrowser } from '../support/saml-world.js'

let world: SamlWorld
let browser: TestBrowser
beforeAll(async () => {
  world = await createSamlWorld('sqlite')
})
afterAll(() => world.remove())
beforeEach(() => {
  browser = world.browser()
})

const set = (name: SettingName, value: string) =>
  world.context.services.zones.changeSetting(world.context.administrator, name, value)

/** Posts, and follows to the session if there is one. */
async function bring(xml: string): Promise<{ userName: string | undefined; check: string | undefined }> {
  const answered = await world.post(toBase64(xml))
  const location = answered.get('location')
  if (location !== undefined) await browser.get(location)
  return { userName: await browser.userName(), check: await world.failedCheck(answered) }
}

describe('encrypted assertions', () => {
  const respond = async (choices?: EncryptionChoices): Promise<string> => {
    const { certificatePem } = await world.context.services.signingKeys.current('serviceProvider')
    const seen = await browser.begin()
    const { xml } = world.idp.respond(seen, 'alice', world.context.clock.now(), { sign: 'assertion' })
    return encryptAssertion(xml, certificatePem, choices)
  }

  it('are refused unless the setting allows them', async () => {
    expect(await bring(await respond())).toEqual({ userName: undefined, check: 'encryption' })
  })

  it('are read when it does, and the metadata then offers the key', async () => {
    await set('saml.encryption', 'true')
    const { metadataXml } = await world.context.services.identityProvider.serviceProviderInfo()
    const role = onlyChildOf(rootOf(parseXml(metadataXml.trim())), SAML_METADATA, 'SPSSODescriptor')!
    const keys = childrenOf(role, SAML_METADATA, 'KeyDescriptor')
    expect(keys.map((key) => attributeOf(key, 'use'))).toEqual(['signing', 'encryption'])
    const methods = childrenOf(keys[1]!, SAML_METADATA, 'EncryptionMethod')
    expect(methods.map((method) => attributeOf(method, 'Algorithm')?.replace(/.*#/, ''))).toEqual([
      'aes256-gcm',
      'aes128-gcm',
      'rsa-oaep-mgf1p',
    ])
    expect(await bring(await respond())).toEqual({ userName: 'alice', check: undefined })
  })

  it('are refused where their algorithms are an oracle', async () => {
    await set('saml.encryption', 'true')
    expect((await bring(await respond({ key: 'rsa-1_5' }))).check).toBe('encryption')
    expect((await bring(await respond({ content: 'aes256-cbc' }))).check).toBe('encryption')
    const signed = signAnyhow(await respond({ content: 'aes256-cbc' }), 'Response', world.idp.key)
    expect((await bring(signed)).userName).toBe('alice')
  })

  it('by AES-CBC are taken in a response that is not signed where a setting says so, and refused late', async () => {
    await set('saml.encryption', 'true')
    await set('saml.allowCbcEncryption', 'true')
    expect((await bring(await respond({ content: 'aes256-cbc' }))).userName).toBe('alice')
    const tamper = (text: Buffer) => Buffer.from(text.map((byte, index) => (index === 40 ? byte ^ 1 : byte)))
    const begun = performance.now()
    expect((await bring(await respond({ content: 'aes256-cbc', tamper }))).check).toBe('decryption')
    expect(performance.now() - begun).toBeGreaterThan(490)
    await set('saml.allowCbcEncryption', 'false')
  })
})

describe('the way of authenticating', () => {
  const respondAs = async (context: string): Promise<string> => {
    const seen = await browser.begin()
    const { xml } = world.idp.respond(seen, 'alice', world.context.clock.now())
    const changed = withoutSignatures(xml).replace(CONTEXT_UNSPECIFIED, context)
    return signAnyhow(changed, 'Assertion', world.idp.key)
  }

  it('is asked for and insisted on, when the setting says so', async () => {
    await set('saml.authnContext', 'refedsMfa')
    expect(await bring(await respondAs(CONTEXT_UNSPECIFIED))).toEqual({
      userName: undefined,
      check: 'authnContext',
    })
    expect((await bring(await respondAs(CONTEXT_REFEDS_MFA))).userName).toBe('alice')
    await set('saml.authnContext', 'none')
    expect((await bring(await respondAs(CONTEXT_UNSPECIFIED))).userName).toBe('alice')
  })
})

describe('algorithms that the library does not know', () => {
  it.each(['a longer hash', 'a key of a curve'])('sign in all the same: %s', async (what) => {
    const curve = await makeCurveKeyPair()
    const { services, administrator, clock } = world.context
    const [key, choices]: [typeof curve, SigningChoices] =
      what === 'a longer hash'
        ? [world.idp.key, { signatureAlgorithm: RSA_SHA384 }]
        : [curve, { signatureAlgorithm: ECDSA_SHA256 }]
    await services.identityProvider.setFromMetadata(
      administrator,
      world.idp.metadata([world.idp.key.certificatePem, curve.certificatePem]),
    )
    const { xml } = world.idp.respond(await browser.begin(), 'alice', clock.now())
    expect(await bring(signAnyhow(withoutSignatures(xml), 'Assertion', key, choices))).toEqual({
      userName: 'alice',
      check: undefined,
    })
  })
})
