/** Attacks that were published on SAML and XML signature libraries, the ones used here among them, by their CVE. */
import { createHash, X509Certificate } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { SamlCheckError, type SamlCheck } from '../../saml/core/saml-check.js'
import { openResponse, verifyResponseXml, type ResponseExpectations } from '../../saml/core/verify.js'
import { EXCLUSIVE_C14N, RSA_SHA256 } from '../../saml/core/vocabulary.js'
import { requireSecondOpinion } from '../../saml/library.js'
import { createFakeIdp, imaginedRequest, makeKeyPair, type FakeIdp } from '../support/fake-idp.js'
import { encryptAssertion } from '../support/saml-encryption.js'
import {
  edit,
  find,
  replace,
  signAnyhow,
  withoutSignatures,
  wrap,
  type Wrapping,
} from '../support/saml-forgery.js'

const NOW = new Date('2026-03-02T09:00:00.000Z')
const REQUEST = imaginedRequest({ entityId: 'https://sp.example', acsUrl: 'https://sp.example/acs' })
const SHA256_OF_NOTHING = createHash('sha256').digest('base64')

let idp: FakeIdp
beforeAll(async () => {
  idp = await createFakeIdp()
})

const signed = (sign: 'response' | 'assertion' | 'both' = 'assertion'): string =>
  idp.respond(REQUEST, 'alice', NOW, { sign }).xml

const expectations = (): ResponseExpectations => ({
  certificates: [idp.key.certificatePem],
  issuer: idp.entityId,
  audience: REQUEST.issuer,
  recipient: REQUEST.acsUrl,
  destination: REQUEST.acsUrl,
  now: NOW,
  skewSeconds: 60,
})

function failedCheck(xml: string, others: Partial<ResponseExpectations> = {}): SamlCheck {
  try {
    const accepted = verifyResponseXml(xml, { ...expectations(), ...others })
    throw new Error(`accepted as ${accepted.nameId}`)
  } catch (error) {
    if (error instanceof SamlCheckError) return error.check
    throw error
  }
}

describe('xml-crypto', () => {
  it('CVE-2024-32962: a key that the message brings along in KeyInfo is not trusted', async () => {
    const stranger = await makeKeyPair('stranger')
    const xml = signAnyhow(withoutSignatures(signed()), 'Assertion', stranger)
    expect(xml).toContain('X509Certificate')
    expect(failedCheck(xml)).toBe('signatureValue')
  })

  it.each(['before', 'after'])('CVE-2025-29774: a second SignedInfo %s the signed one', (where) => {
    const xml = edit(replace(signed(), '>alice<', '>admin<'), (document) => {
      const signedInfo = find(document, 'SignedInfo')
      const forged = signedInfo.cloneNode(true)
      signedInfo.parentNode!.insertBefore(forged, where === 'before' ? signedInfo : signedInfo.nextSibling)
    })
    expect(failedCheck(xml)).toBe('signatureShape')
  })

  it('CVE-2025-29775: a comment in DigestValue hides another digest', () => {
    const xml = replace(signed(), '<ds:DigestValue>', `<ds:DigestValue><!--${SHA256_OF_NOTHING}-->`)
    expect(failedCheck(xml)).toBe('forbiddenXml')
  })

  it('a decoy signature with the genuine value takes a forged assertion out of the digest', () => {
    // The genuine signature covers a response without this assertion, say one that reports an error.
    const genuine = signAnyhow(
      withoutSignatures(signed()).replace(/<saml:Assertion .*<\/saml:Assertion>/, ''),
      'Response',
      idp.key,
    )
    const [, assertion] = /(<saml:Assertion .*<\/saml:Assertion>)/.exec(withoutSignatures(signed()))!
    const [, value] = /<ds:SignatureValue>([^<]*)/.exec(genuine)!
    const decoy = `<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:SignatureValue>${value}</ds:SignatureValue><ds:Object>${assertion!.replace('>alice<', '>admin<')}</ds:Object></ds:Signature>`
    expect(failedCheck(replace(genuine, '</samlp:Response>', `${decoy}</samlp:Response>`))).toBe(
      'oneAssertion',
    )
    const beside = `${decoy.replace(/<ds:Object>.*<\/ds:Object>/, '')}${assertion}`
    expect(failedCheck(replace(genuine, '</samlp:Response>', `${beside}</samlp:Response>`))).toBe(
      'signatureShape',
    )
  })
})

describe('keys and places', () => {
  it('GHSA-c27r-x354-4m68: an HMAC whose key is our public knowledge of the signer', () => {
    const xml = replace(signed(), RSA_SHA256, 'http://www.w3.org/2000/09/xmldsig#hmac-sha1')
    expect(failedCheck(xml)).toBe('signatureAlgorithm')
  })

  it.each([
    ['<ds:HMACOutputLength>0</ds:HMACOutputLength>', ''],
    ['', ' x="y"'],
  ])('CVE-2009-0217: parameters of an algorithm, which cut its result short: %s%s', (inside, attribute) => {
    for (const method of ['SignatureMethod', 'DigestMethod']) {
      const longer = `<ds:${method} Algorithm="$1"${attribute}>${inside}</ds:${method}>`
      const xml = replace(signed(), new RegExp(`<ds:${method} Algorithm="([^"]*)"/>`), longer)
      expect(failedCheck(xml)).toBe('signatureAlgorithm')
    }
  })

  it('CVE-2021-21239: a bare public key in KeyInfo is trusted as little as a certificate', async () => {
    const stranger = await makeKeyPair('stranger')
    const { n, e } = new X509Certificate(stranger.certificatePem).publicKey.export({ format: 'jwk' })
    const toXml = (value: string | undefined) => Buffer.from(value ?? '', 'base64url').toString('base64')
    const xml = replace(
      signAnyhow(withoutSignatures(signed()), 'Assertion', stranger),
      /<ds:X509Data>.*<\/ds:X509Data>/,
      `<ds:KeyValue><ds:RSAKeyValue><ds:Modulus>${toXml(n)}</ds:Modulus><ds:Exponent>${toXml(e)}</ds:Exponent></ds:RSAKeyValue></ds:KeyValue>`,
    )
    expect(failedCheck(xml)).toBe('signatureValue')
  })

  it('CVE-2024-8698, CVE-2019-3465: what a signature covers is decided by its reference, not by its place', () => {
    // The assertion's signature, moved up: it stands where a signature of the whole response would.
    const xml = edit(replace(signed(), 'Destination="', 'Destination="https://evil.example/'), (document) => {
      const response = document.documentElement!
      response.insertBefore(find(document, 'Signature'), response.firstChild)
    })
    expect(failedCheck(xml)).toBe('signatureReference')
  })

  it('CVE-2024-6800, CVE-2024-9487: a forged assertion, encrypted for us, beside something that is signed', async () => {
    const sp = await makeKeyPair('service provider')
    const forged = replace(withoutSignatures(signed()), '>alice<', '>admin<')
    const decryptionKeys = [sp.privateKeyPem]
    const hidden = encryptAssertion(forged, sp.certificatePem)
    expect(failedCheck(hidden, { decryptionKeys })).toBe('signaturePresent')
    const [genuine] = /<saml:Assertion .*<\/saml:Assertion>/.exec(signed())!
    const besides = replace(hidden, '</samlp:Status>', `</samlp:Status><saml:Advice>${genuine}</saml:Advice>`)
    expect(failedCheck(besides, { decryptionKeys })).toBe('oneAssertion')
    const [signature] = /<ds:Signature .*<\/ds:Signature>/.exec(signed())!
    const borrowed = replace(hidden, '<samlp:Status>', `${signature}<samlp:Status>`)
    expect(failedCheck(borrowed, { decryptionKeys })).toBe('signatureReference')
  })
})

describe('node-saml, passport-saml and the parser under them', () => {
  it.each(['before', 'after'])(
    'CVE-2022-39299, CVE-2022-39300, CVE-2022-39353: a second root element %s the signed one',
    (where) => {
      const evil = replace(withoutSignatures(signed()), '>alice<', '>admin<')
      expect(failedCheck(where === 'before' ? `${evil}${signed()}` : `${signed()}${evil}`)).toBe('xml')
    },
  )

  it('CVE-2025-54369, CVE-2025-54419: what is not signed is not read', () => {
    // The signed assertion is good; the message around it says otherwise, and so does an attribute beside the signature.
    expect(failedCheck(replace(signed(), '<saml:Issuer>', '<saml:Issuer>https://other.example/'))).toBe(
      'issuer',
    )
    expect(failedCheck(replace(signed(), `InResponseTo="${REQUEST.id}"`, 'InResponseTo="_other"'))).toBe(
      'inResponseTo',
    )
    expect(failedCheck(replace(signed(), /SessionIndex="[^"]*"/, 'SessionIndex="_other"'))).toBe(
      'signatureDigest',
    )
  })

  it('CVE-2021-39171: thousands of transforms, each of which costs a canonicalization', () => {
    const transform = '<ds:Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/>'
    const xml = replace(signed(), '</ds:Transforms>', `${transform.repeat(2000)}</ds:Transforms>`)
    const before = process.cpuUsage().user
    expect(failedCheck(xml)).toBe('signatureTransforms')
    expect((process.cpuUsage().user - before) / 1e6).toBeLessThan(5)
  })

  it.each([
    ['many prefixes', Array.from({ length: 1000 }, (_, index) => `p${index}`).join(' '), ''],
    ['elements below', 'xs', '<a/>'],
    [
      'one prefix over and over, looked for at each of many elements',
      'a '.repeat(110_000),
      '<a/>'.repeat(3500),
    ],
  ])('the same by a PrefixList: %s', (_what, prefixes, inside) => {
    const list = `<c:InclusiveNamespaces xmlns:c="${EXCLUSIVE_C14N}" PrefixList="${prefixes}">${inside}</c:InclusiveNamespaces>`
    const ofSignedInfo = replace(
      signed(),
      /(<ds:CanonicalizationMethod [^>]*)\/>/,
      `$1>${list}</ds:CanonicalizationMethod>`,
    )
    const before = process.cpuUsage().user
    expect(failedCheck(ofSignedInfo)).toBe('signatureTransforms')
    expect((process.cpuUsage().user - before) / 1e6).toBeLessThan(2)
  })
})

describe('samlify, ruby-saml, python3-saml, php-saml, pysaml2, OpenSAML', () => {
  it.each<Wrapping>(['XSW3', 'XSW4', 'XSW5', 'XSW6', 'XSW7', 'XSW8'])(
    'CVE-2026-47201, CVE-2025-47949, CVE-2025-46572, CVE-2016-5697, CVE-2020-5390, CVE-2011-1411: wrapping %s',
    (wrapping) => {
      expect(failedCheck(wrap(signed(), wrapping, 'admin'))).toBe('oneAssertion')
    },
  )

  it('CVE-2024-45409: a digest that fits the forgery, smuggled in where a careless search finds it first', async () => {
    const forged = replace(signed(), '>alice<', '>admin<')
    const stranger = await makeKeyPair('stranger')
    const [, fitting] = /<ds:DigestValue>([^<]*)/.exec(
      signAnyhow(withoutSignatures(forged), 'Assertion', stranger),
    )!
    const smuggled = `<samlp:StatusDetail><ds:DigestValue xmlns:ds="http://www.w3.org/2000/09/xmldsig#">${fitting}</ds:DigestValue></samlp:StatusDetail>`
    expect(failedCheck(replace(forged, '</samlp:Status>', `${smuggled}</samlp:Status>`))).toBe(
      'signatureDigest',
    )
  })

  it('CVE-2025-25291, CVE-2025-25292, CVE-2025-66567: texts that two parsers read differently', () => {
    const doctype = `<!DOCTYPE samlp:Response [<!NOTATION x SYSTEM 'x"><!--'>]>${signed()}<!-- -->`
    expect(failedCheck(doctype)).toBe('forbiddenXml')
    expect(failedCheck(`${signed()}<?xml-stylesheet href="x"?>`)).toBe('forbiddenXml')
    expect(failedCheck(replace(signed(), '<samlp:Status>', '<samlp:Status xmlns:xmlns="urn:x">'))).toBe('xml')
    expect(failedCheck(replace(signed(), '<samlp:Status>', '<samlp:Status xmlns:xml="urn:x">'))).toBe('xml')
  })

  it('CVE-2025-66568: a canonicalization that fails must not count as one of nothing', () => {
    const relative = replace(signed(), '<saml:Subject>', '<saml:Subject xmlns:x="1" x:y="z">')
    const xml = replace(relative, /<ds:DigestValue>[^<]*/, `<ds:DigestValue>${SHA256_OF_NOTHING}`)
    expect(failedCheck(xml)).toBe('signatureValue')
  })

  it('CVE-2017-11427, CVE-2017-11428, CVE-2017-11429, CVE-2017-11430: a comment that cuts the name', () => {
    const bare = replace(withoutSignatures(signed()), '>alice<', '>admin<!----><')
    expect(failedCheck(signAnyhow(bare, 'Assertion', idp.key))).toBe('forbiddenXml')
  })

  it('CVE-2026-25922, CVE-2022-41912: an unsigned assertion before the signed one', () => {
    const [, assertion] = /(<saml:Assertion .*<\/saml:Assertion>)/.exec(withoutSignatures(signed()))!
    const evil = assertion!.replace('>alice<', '>admin<').replaceAll(/ID="_/g, 'ID="_x')
    expect(failedCheck(replace(signed(), '<saml:Assertion ', `${evil}<saml:Assertion `))).toBe('oneAssertion')
  })

  it('CVE-2026-28809, CVE-2018-0486: an entity that makes up the name, or fetches a file', () => {
    const xml = `<!DOCTYPE x [<!ENTITY name "admin">]>${replace(signed(), '>alice<', '>&name;<')}`
    expect(failedCheck(xml)).toBe('forbiddenXml')
    expect(failedCheck(xml.replace('"admin"', 'SYSTEM "file:///etc/passwd"'))).toBe('forbiddenXml')
  })

  it('CVE-2017-1000452: a second NameID beside the signed one', () => {
    const second = '<saml:NameID>admin</saml:NameID><saml:NameID'
    expect(failedCheck(replace(signed(), '<saml:NameID', second))).toBe('signatureDigest')
    const bySigner = replace(withoutSignatures(signed()), '<saml:NameID', second)
    expect(failedCheck(signAnyhow(bySigner, 'Assertion', idp.key))).toBe('nameId')
  })

  it('CVE-2026-41577: conditions of a genuine assertion that nobody looks at', () => {
    expect(failedCheck(signed(), { audience: 'https://other.example' })).toBe('audience')
    expect(failedCheck(signed(), { now: new Date(NOW.getTime() + 3_600_000) })).toBe('expired')
    expect(failedCheck(signed(), { now: new Date(NOW.getTime() - 3_600_000) })).toBe('notYetValid')
  })

  it('CVE-2026-28323, CVE-2026-49454: no certificate to verify with is no reason to believe', () => {
    expect(failedCheck(signed(), { certificates: [] })).toBe('signatureValue')
    expect(failedCheck(withoutSignatures(signed()), { certificates: [] })).toBe('signaturePresent')
    const forged = replace(signed(), /<ds:SignatureValue>[^<]*/, '<ds:SignatureValue>AAAA')
    expect(failedCheck(forged)).toBe('signatureValue')
  })

  it('CVE-2026-49283: a response in a message of another kind, which somebody else vouches for', () => {
    const artifact = `<samlp:ArtifactResponse xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="_a" Version="2.0">${withoutSignatures(signed())}</samlp:ArtifactResponse>`
    expect(failedCheck(artifact)).toBe('message')
  })

  it.each([12, 4, 1])('CVE-2026-32313, CVE-2026-32600: a tag of AES-GCM cut to %d bytes', async (bytes) => {
    const sp = await makeKeyPair('service provider')
    const cut = encryptAssertion(signed(), sp.certificatePem, {
      tamper: (text) => text.subarray(0, text.length - 16 + bytes),
    })
    expect(failedCheck(cut, { decryptionKeys: [sp.privateKeyPem] })).toBe('decryption')
  })
})

describe('@xmldom/xmldom and xml2js', () => {
  it('CVE-2026-41673: elements nested so deep that the parser has no stack left', () => {
    const deep = `${'<a>'.repeat(30_000)}${'</a>'.repeat(30_000)}`
    expect(failedCheck(replace(signed(), '</samlp:Status>', `${deep}</samlp:Status>`))).toBe('size')
  })

  it.each([
    ['CVE-2026-34601', '<![CDATA[alice]]>'],
    ['CVE-2026-41672', 'alice<!---->'],
    ['CVE-2026-41675', 'alice<?x?>'],
  ])('%s: text in a form that is written out as something else: %s', (_cve, text) => {
    expect(failedCheck(replace(signed(), '>alice<', `>${text}<`))).toBe('forbiddenXml')
  })

  it('CVE-2026-41674, CVE-2021-21366: a document type with quotes in its identifiers', () => {
    expect(failedCheck(`<!DOCTYPE a PUBLIC 'x"><b' "y">${signed()}`)).toBe('forbiddenXml')
  })

  it('CVE-2021-32796: markup in a name is text, also where it is written out anew and read again', async () => {
    const name = 'a</saml:NameID><saml:NameID>admin]]>&lt;'
    const { assertion, readable } = openResponse(
      idp.respond(REQUEST, name, NOW, { sign: 'assertion' }).xml,
      expectations(),
    )
    expect(assertion.nameId).toBe(name)
    await requireSecondOpinion(readable!, assertion, { ...expectations(), maximumAgeSeconds: 600 })
  })

  it('CVE-2022-37616, CVE-2023-0842: names of the language as names of elements and attributes', async () => {
    const attributes = ['__proto__', 'constructor', 'toString'].map(
      (name) =>
        `<saml:Attribute Name="${name}"><saml:AttributeValue>polluted</saml:AttributeValue></saml:Attribute>`,
    )
    const bare = replace(
      withoutSignatures(signed()),
      '</saml:Assertion>',
      `<saml:AttributeStatement>${attributes.join('')}</saml:AttributeStatement></saml:Assertion>`,
    )
    const around = '<__proto__ polluted="yes"/><constructor><prototype polluted="yes"/></constructor>'
    const xml = replace(
      signAnyhow(bare, 'Assertion', idp.key),
      '</samlp:Status>',
      `<samlp:StatusDetail>${around}</samlp:StatusDetail></samlp:Status>`,
    )
    const { assertion, readable } = openResponse(xml, expectations())
    await requireSecondOpinion(readable!, assertion, { ...expectations(), maximumAgeSeconds: 600 })
    expect([...assertion.attributes.keys()]).toEqual(['__proto__', 'constructor', 'toString'])
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
  })
})
