/** Every check of a response, one attack each. The same attacks at the door are in `acs.test.ts`. */
import fc from 'fast-check'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { SignedXml } from 'xml-crypto'
import { SamlCheckError, type SamlCheck } from '../../saml/core/saml-check.js'
import { parseXml } from '../../saml/core/safe-xml.js'
import { requireSameReading } from '../../saml/core/second-reading.js'
import { publicKeysOf, signatureOf, verifySignature, type HeldSignature } from '../../saml/core/signature.js'
import { requireSecondOpinion } from '../../saml/library.js'
import { writeLogoutRequest } from '../../saml/core/logout-messages.js'
import {
  signElement,
  signRoleResponse,
  type SignedResponse,
  type SigningKeyPair,
} from '../../saml/core/sign.js'
import { verifyLogoutMessage } from '../../saml/core/verify-logout.js'
import {
  answeredRequest,
  openResponse,
  verifyRoleResponse,
  verifyResponseXml,
  type ResponseExpectations,
  type VerifiedAssertion,
} from '../../saml/core/verify.js'
import {
  CONTEXT_REFEDS_MFA,
  CONTEXT_UNSPECIFIED,
  DIGEST_SHA256,
  DIGEST_SHA384,
  DIGEST_SHA512,
  ECDSA_SHA256,
  ECDSA_SHA384,
  ECDSA_SHA512,
  ENVELOPED_SIGNATURE,
  EXCLUSIVE_C14N,
  ROLE_ATTRIBUTE,
  RSA_PSS_SHA256,
  RSA_SHA256,
  RSA_SHA384,
  RSA_SHA512,
} from '../../saml/core/vocabulary.js'
import { claimedRole } from '../../server/cam/claimed-role.js'
import {
  createFakeIdp,
  imaginedRequest,
  makeCurveKeyPair,
  makeKeyPair,
  type FakeIdp,
  type ResponseOverrides,
} from '../support/fake-idp.js'
import { encryptAssertion, encryptedAssertion, type EncryptionChoices } from '../support/saml-encryption.js'
import {
  edit,
  find,
  replace,
  signAnyhow,
  toBase64,
  withoutSignatures,
  wrap,
  type SigningChoices,
  type Wrapping,
} from '../support/saml-forgery.js'

const NOW = new Date('2026-03-02T09:00:00.000Z')
const SP = {
  entityId: 'https://center.example/saml/sp/z-000000000000',
  acsUrl: 'https://center.example/saml/acs/z-000000000000',
}
const REQUEST = imaginedRequest(SP)

let idp: FakeIdp
/** Key of the service provider, for what is encrypted for it. */
let sp: SigningKeyPair
let expected: ResponseExpectations

beforeAll(async () => {
  idp = await createFakeIdp()
  sp = await makeKeyPair('service provider')
  expected = {
    certificates: [idp.key.certificatePem],
    issuer: idp.entityId,
    audience: SP.entityId,
    recipient: SP.acsUrl,
    destination: SP.acsUrl,
    now: NOW,
    skewSeconds: 60,
    maximumAgeSeconds: 600,
  }
})

const respond = (overrides?: ResponseOverrides): SignedResponse =>
  idp.respond(REQUEST, 'alice', NOW, overrides)
const seconds = (count: number): Date => new Date(NOW.getTime() + count * 1000)

/** The failure of a message; the test fails when the message is accepted. */
function refusal(xml: string, expectations: Partial<ResponseExpectations> = {}): SamlCheckError {
  try {
    const accepted = verifyResponseXml(xml, { ...expected, ...expectations })
    throw new Error(`accepted ${accepted.nameId}`)
  } catch (error) {
    if (error instanceof SamlCheckError) return error
    throw error
  }
}

const failedCheck = (xml: string, expectations?: Partial<ResponseExpectations>): SamlCheck =>
  refusal(xml, expectations).check

/** A response changed before it is signed: what an identity provider that misbehaves would send. */
const resigned = (change: (xml: string) => string, choices?: SigningChoices): string =>
  signAnyhow(change(withoutSignatures(respond({ sign: 'assertion' }).xml)), 'Assertion', idp.key, choices)

describe('a good response', () => {
  it.each(['response', 'assertion', 'both'] as const)('is accepted with %s signed', (sign) => {
    const response = respond({
      sign,
      sessionNotOnOrAfter: seconds(3600),
      attributes: { mail: ['a@example.com'] },
    })
    expect(verifyRoleResponse(response.base64, expected)).toEqual({
      assertionId: response.assertionId,
      issuer: idp.entityId,
      nameId: 'alice',
      nameIdFormat: 'urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified',
      inResponseTo: REQUEST.id,
      issuedAt: NOW,
      expiresAt: seconds(360),
      sessionIndex: response.assertionId,
      sessionNotOnOrAfter: seconds(3600),
      attributes: new Map([['mail', ['a@example.com']]]),
    } satisfies VerifiedAssertion)
  })

  it('is accepted with either of two certificates while keys roll over', async () => {
    const next = await makeKeyPair('next key')
    const certificates = [idp.key.certificatePem, next.certificatePem]
    expect(verifyResponseXml(respond().xml, { ...expected, certificates }).nameId).toBe('alice')
    expect(verifyResponseXml(respond({ key: next }).xml, { ...expected, certificates }).nameId).toBe('alice')
    expect(failedCheck(respond({ key: next }).xml)).toBe('signatureValue')
  })

  it.each([
    ['http://www.w3.org/2001/04/xmldsig-more#rsa-sha512', 'http://www.w3.org/2001/04/xmlenc#sha512'],
    ['http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1', 'http://www.w3.org/2001/04/xmlenc#sha256'],
  ])('may be signed with %s', (signatureAlgorithm, digestAlgorithm) => {
    const xml = resigned((text) => text, { signatureAlgorithm, digestAlgorithm })
    expect(verifyResponseXml(xml, expected).nameId).toBe('alice')
  })

  it('may wrap its base64 in lines, and begin with an XML declaration', () => {
    const xml = `<?xml version="1.0" encoding="UTF-8"?>\n${respond().xml}`
    const lines = toBase64(xml)
      .match(/.{1,76}/g)
      ?.join('\r\n')
    expect(verifyRoleResponse(lines, expected).nameId).toBe('alice')
  })

  it('may be laid out over several lines', () => {
    const xml = resigned((text) => text.replaceAll('><', '>\r\n  <'))
    expect(verifyResponseXml(xml, expected).nameId).toBe('alice')
  })

  it('keeps names with characters that XML has to escape', () => {
    const nameId = `<&>"'\t é 名`
    expect(verifyResponseXml(respond({ nameId }).xml, expected).nameId).toBe(nameId)
  })
})

describe('bytes and XML', () => {
  it.each<[string, unknown, SamlCheck]>([
    ['nothing', undefined, 'encoding'],
    ['an empty field', '', 'encoding'],
    ['the field given twice', ['PHg+', 'PHg+'], 'encoding'],
    ['base64 with other characters', 'PHg-', 'encoding'],
    ['base64 without its padding', 'PHgvPg', 'encoding'],
    ['bytes that are not UTF-8', Buffer.from([0x3c, 0xff, 0x3e]).toString('base64'), 'encoding'],
    ['UTF-16', Buffer.from('<x/>', 'utf16le').toString('base64'), 'xml'],
    ['five megabytes', 'A'.repeat(5_000_000), 'size'],
    ['no XML', toBase64('hello'), 'xml'],
    ['an unclosed element', toBase64('<a><b></a>'), 'xml'],
    ['text after the root', toBase64('<a/>b'), 'xml'],
    ['two roots', toBase64('<a/><b/>'), 'xml'],
    ['an attribute given twice', toBase64('<a b="1" b="2"/>'), 'xml'],
    ['an attribute without quotes', toBase64('<a b=1/>'), 'xml'],
    ['a prefix that is not bound', toBase64('<p:a/>'), 'xml'],
    ['a control character', toBase64('<a>\u0001</a>'), 'xml'],
    ['a reference to a control character', toBase64('<a>&#1;</a>'), 'xml'],
    ['a document type', toBase64('<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'), 'forbiddenXml'],
    ['an external entity', toBase64('<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>'), 'forbiddenXml'],
    ['an entity nobody declared', toBase64('<a>&b;</a>'), 'forbiddenXml'],
    ['a comment', toBase64('<a><!-- b --></a>'), 'forbiddenXml'],
    ['CDATA', toBase64('<a><![CDATA[b]]></a>'), 'forbiddenXml'],
    ['a processing instruction', toBase64('<a><?b c?></a>'), 'forbiddenXml'],
    ['another encoding', toBase64('<?xml version="1.0" encoding="utf-7"?><a/>'), 'forbiddenXml'],
    ['deep nesting', toBase64('<a>'.repeat(40) + '</a>'.repeat(40)), 'size'],
    ['very many elements', toBase64(`<a>${'<b/>'.repeat(10_001)}</a>`), 'size'],
    [
      'very many attributes',
      toBase64(`<a ${Array.from({ length: 65 }, (_, index) => `b${index}="c"`).join(' ')}/>`),
      'size',
    ],
    [
      'another message',
      toBase64('<samlp:LogoutResponse xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol"/>'),
      'message',
    ],
    ['an assertion alone', toBase64('<Assertion xmlns="urn:oasis:names:tc:SAML:2.0:assertion"/>'), 'message'],
  ])('refuses %s', (_what, field, check) => {
    expect(() => verifyRoleResponse(field, expected)).toThrowError(expect.objectContaining({ check }))
  })

  it('refuses any text without a crash and without hanging', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('<', '>', '/', '"', '&', ';', 'a', '=', ' ', '#', '!') }),
        (text) => {
          expect(() => verifyRoleResponse(toBase64(text), expected)).toThrowError(SamlCheckError)
        },
      ),
    )
  })

  it('reports a signed message with one flipped byte as a failed check, wherever the byte is', () => {
    const bytes = Buffer.from(respond({ sign: 'response' }).xml)
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, mask) => {
        const changed = Buffer.from(bytes)
        changed[at] = bytes[at]! ^ mask
        try {
          // A byte that canonicalization does not see (white space in a tag, KeyInfo) changes nothing that is used.
          expect(verifyRoleResponse(changed.toString('base64'), expected).nameId).toBe('alice')
        } catch (error) {
          expect(error).toBeInstanceOf(SamlCheckError)
        }
      }),
      { numRuns: 60 },
    )
  })
})

describe('the shape of the message', () => {
  it('refuses a version other than 2.0', () => {
    expect(
      failedCheck(
        resigned((xml) => replace(xml, /(<saml:Assertion [^>]*)Version="2\.0"/, '$1Version="1.1"')),
      ),
    ).toBe('version')
    expect(failedCheck(resigned((xml) => replace(xml, 'Version="2.0"', 'Version="1.1"')))).toBe('version')
  })

  it('refuses ids that are not unique', () => {
    const xml = resigned((text) =>
      replace(text, '<samlp:Status>', '<samlp:Status ID="_a"><x xmlns="" id="_a"/>'),
    )
    expect(failedCheck(xml)).toBe('uniqueIds')
  })

  it('refuses ids with quotes, which reach into path expressions', () => {
    const xml = resigned((text) => replace(text, '<samlp:Status>', `<samlp:Status ID="a'] | //*['">`))
    expect(failedCheck(xml)).toBe('uniqueIds')
  })

  it('refuses an assertion beside a status other than Success, and quotes what the identity provider said', () => {
    const failure = refusal(
      resigned((xml) =>
        replace(
          xml,
          /<samlp:StatusCode[^>]*\/>/,
          '<samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Responder"/><samlp:StatusMessage>not assigned</samlp:StatusMessage>',
        ),
      ),
    )
    expect(failure.check).toBe('status')
    expect(failure.message).toContain('not assigned')
  })

  it('refuses a response without a status', () => {
    expect(failedCheck(resigned((xml) => replace(xml, /<samlp:Status>.*<\/samlp:Status>/, '')))).toBe(
      'status',
    )
  })

  it('refuses encrypted assertions where no key is for them, and encrypted names always', () => {
    expect(failedCheck(encryptAssertion(respond().xml, sp.certificatePem))).toBe('encryption')
    expect(
      failedCheck(resigned((xml) => replace(xml, /<saml:NameID.*<\/saml:NameID>/, '<saml:EncryptedID/>'))),
    ).toBe('encryption')
  })

  it('refuses a response without an assertion', () => {
    expect(failedCheck(replace(respond().xml, /<saml:Assertion .*<\/saml:Assertion>/, ''))).toBe(
      'oneAssertion',
    )
  })

  it('refuses two assertions, even when both are signed', () => {
    const [, first] = /(<saml:Assertion .*<\/saml:Assertion>)/.exec(respond({ sign: 'assertion' }).xml) ?? []
    expect(
      failedCheck(
        replace(respond({ sign: 'assertion' }).xml, '</samlp:Response>', `${first}</samlp:Response>`),
      ),
    ).toBe('oneAssertion')
  })

  it('refuses a second assertion of a foreign namespace, hidden in a status', () => {
    const xml = resigned((text) =>
      replace(text, '</samlp:Status>', '<Assertion xmlns="urn:x"/></samlp:Status>'),
    )
    expect(failedCheck(xml)).toBe('oneAssertion')
  })
})

describe('signatures', () => {
  it('refuses a response without any', () => {
    expect(failedCheck(withoutSignatures(respond().xml))).toBe('signaturePresent')
  })

  it.each(['response', 'assertion', 'both'] as const)(
    'refuses another name than the signed one (%s signed)',
    (sign) => {
      expect(failedCheck(replace(respond({ sign }).xml, '>alice<', '>admin<'))).toBe('signatureDigest')
    },
  )

  it('refuses a digest that was made to fit the changed name', async () => {
    const changed = replace(respond({ sign: 'assertion' }).xml, '>alice<', '>admin<')
    const stranger = await makeKeyPair('stranger')
    const [, digest] = /<ds:DigestValue>([^<]*)/.exec(
      signAnyhow(withoutSignatures(changed), 'Assertion', stranger),
    )!
    const fitting = replace(changed, /<ds:DigestValue>[^<]*/, `<ds:DigestValue>${digest}`)
    expect(failedCheck(fitting)).toBe('signatureValue')
  })

  it('refuses a message signed by a stranger, whose certificate comes along in KeyInfo', async () => {
    const failure = refusal(respond({ key: await makeKeyPair('stranger') }).xml)
    expect(failure.check).toBe('signatureValue')
    expect(failure.remedy).toContain('metadata')
  })

  it.each<[string, SigningChoices, string]>([
    ['RSA-SHA1', { signatureAlgorithm: 'http://www.w3.org/2000/09/xmldsig#rsa-sha1' }, 'RSA-SHA1'],
    ['a SHA-1 digest', { digestAlgorithm: 'http://www.w3.org/2000/09/xmldsig#sha1' }, 'SHA1'],
  ])('refuses %s, names it and says what to change', (_what, choices, name) => {
    const failure = refusal(resigned((xml) => xml, choices))
    expect(failure.check).toBe('signatureAlgorithm')
    expect(failure.message).toContain(name)
    expect(failure.remedy).toContain('SHA-256')
  })

  it.each([
    ['HMAC, keyed with the public certificate', 'http://www.w3.org/2000/09/xmldsig#hmac-sha1'],
    ['an unknown algorithm', 'urn:none'],
    ['no algorithm', ''],
    ['a property of every object', 'constructor'],
  ])('refuses %s', (_what, algorithm) => {
    const xml = replace(
      respond({ sign: 'assertion' }).xml,
      /SignatureMethod Algorithm="[^"]*"/,
      `SignatureMethod Algorithm="${algorithm}"`,
    )
    expect(failedCheck(xml)).toBe('signatureAlgorithm')
  })

  it.each<[string, SigningChoices]>([
    ['inclusive canonicalization', { canonicalization: 'http://www.w3.org/TR/2001/REC-xml-c14n-20010315' }],
    ['canonicalization with comments', { canonicalization: `${EXCLUSIVE_C14N}WithComments` }],
    ['no transform for the signature itself', { transforms: [EXCLUSIVE_C14N] }],
    ['no canonicalization of the content', { transforms: [ENVELOPED_SIGNATURE] }],
    ['transforms in another order', { transforms: [EXCLUSIVE_C14N, ENVELOPED_SIGNATURE] }],
    ['a third transform', { transforms: [ENVELOPED_SIGNATURE, EXCLUSIVE_C14N, EXCLUSIVE_C14N] }],
  ])('refuses %s', (_what, choices) => {
    expect(failedCheck(resigned((xml) => xml, choices))).toBe('signatureTransforms')
  })

  it('refuses a transform with something inside', () => {
    const xml = replace(
      respond({ sign: 'assertion' }).xml,
      /(<ds:Transform Algorithm="[^"]*enveloped-signature")\/>/,
      '$1><XPath xmlns="urn:x"/></ds:Transform>',
    )
    expect(failedCheck(xml)).toBe('signatureTransforms')
  })

  it('refuses an XSLT or XPath transform', () => {
    const xml = replace(
      respond({ sign: 'assertion' }).xml,
      EXCLUSIVE_C14N + '"/></ds:Transforms>',
      'http://www.w3.org/TR/1999/REC-xpath-19991116"/></ds:Transforms>',
    )
    expect(failedCheck(xml)).toBe('signatureTransforms')
  })

  it.each<[string, string | RegExp, string, SamlCheck]>([
    ['a reference to nothing in particular', /URI="#[^"]*"/, 'URI=""', 'signatureReference'],
    ['a reference without a target', /URI="#[^"]*"/, '', 'signatureReference'],
    ['a reference to another element', /URI="#[^"]*"/, 'URI="#_other"', 'signatureReference'],
    ['a reference by XPointer', /URI="#([^"]*)"/, `URI="#xpointer(id('$1'))"`, 'signatureReference'],
    ['two references', /(<ds:Reference .*<\/ds:Reference>)/, '$1$1', 'signatureShape'],
    ['no reference', /<ds:Reference .*<\/ds:Reference>/, '', 'signatureShape'],
    ['two SignedInfo (CVE-2025-29774)', /(<ds:SignedInfo>.*<\/ds:SignedInfo>)/, '$1$1', 'signatureShape'],
    ['no SignedInfo', /<ds:SignedInfo>.*<\/ds:SignedInfo>/, '', 'signatureShape'],
    ['two digests', /(<ds:DigestValue>.*<\/ds:DigestValue>)/, '$1$1', 'signatureShape'],
    ['two signature values', /(<ds:SignatureValue>.*<\/ds:SignatureValue>)/, '$1$1', 'signatureShape'],
    [
      'an element inside DigestValue',
      '</ds:DigestValue>',
      '<x xmlns=""/></ds:DigestValue>',
      'signatureShape',
    ],
    ['an empty SignatureValue', /<ds:SignatureValue>[^<]*/, '<ds:SignatureValue>', 'signatureShape'],
    [
      'a SignatureValue that is not base64',
      /<ds:SignatureValue>[^<]*/,
      '<ds:SignatureValue>*',
      'signatureShape',
    ],
    ['an Object in the signature', '</ds:Signature>', '<ds:Object/></ds:Signature>', 'signatureShape'],
  ])('refuses %s', (_what, from, to, check) => {
    expect(failedCheck(replace(respond({ sign: 'assertion' }).xml, from, to))).toBe(check)
  })

  it('refuses a comment inside DigestValue (CVE-2025-29775)', () => {
    const xml = replace(respond({ sign: 'assertion' }).xml, '<ds:DigestValue>', '<ds:DigestValue><!--x-->')
    expect(failedCheck(xml)).toBe('forbiddenXml')
  })

  it('refuses two signatures on one element', () => {
    const xml = replace(respond({ sign: 'assertion' }).xml, /(<ds:Signature .*<\/ds:Signature>)/, '$1$1')
    expect(failedCheck(xml)).toBe('signatureShape')
  })

  it('refuses a signature anywhere else', () => {
    const xml = replace(
      respond({ sign: 'assertion' }).xml,
      '</samlp:Status>',
      '<samlp:StatusDetail><Signature xmlns="urn:x"/></samlp:StatusDetail></samlp:Status>',
    )
    expect(failedCheck(xml)).toBe('signaturePlace')
  })

  it('refuses a bad signature of the response around a good one of the assertion, and the other way round', () => {
    const outer = signAnyhow(withoutSignatures(respond().xml), 'Assertion', idp.key)
    // Two neighbours that differ change places.
    const breakSignature = (xml: string) =>
      replace(xml, /(<ds:SignatureValue>[^<]*?)([^<])(?!\2)([^<])/, '$1$3$2')
    expect(failedCheck(breakSignature(signAnyhow(outer, 'Response', idp.key)))).toBe('signatureValue')
    expect(failedCheck(signAnyhow(breakSignature(outer), 'Response', idp.key))).toBe('signatureValue')
  })

  it('refuses a message without any configured certificate', () => {
    expect(failedCheck(respond().xml, { certificates: [] })).toBe('signatureValue')
  })
})

describe('signature wrapping', () => {
  it.each<[Wrapping, 'response' | 'assertion']>([
    ['XSW1', 'response'],
    ['XSW2', 'response'],
    ['XSW3', 'assertion'],
    ['XSW4', 'assertion'],
    ['XSW5', 'assertion'],
    ['XSW6', 'assertion'],
    ['XSW7', 'assertion'],
    ['XSW8', 'assertion'],
  ])('refuses %s', (wrapping, sign) => {
    expect(failedCheck(wrap(respond({ sign }).xml, wrapping, 'admin'))).toBe('oneAssertion')
  })

  it('refuses an evil assertion with the signed one hidden in its attributes under another name', () => {
    const xml = edit(respond({ sign: 'assertion' }).xml, (document) => {
      const original = find(document, 'Assertion')
      const signature = find(document, 'Signature')
      const evil = original.cloneNode(true) as typeof original
      evil.setAttribute('ID', '_evil')
      find(document, 'Response').insertBefore(evil, original)
      find(document, 'NameID').textContent = 'admin'
      evil.replaceChild(signature, find(document, 'Signature'))
      find(document, 'Response').removeChild(original)
    })
    expect(failedCheck(xml)).toBe('signatureReference')
  })
})

describe('what the assertion says', () => {
  it.each<[string, ResponseOverrides, SamlCheck]>([
    ['another issuer', { issuer: 'https://other.example' }, 'issuer'],
    ['another destination', { destination: 'https://other.example/acs' }, 'destination'],
    ['another recipient', { recipient: 'https://other.example/acs' }, 'recipient'],
    ['another audience', { audience: 'https://other.example' }, 'audience'],
    ['an audience that only begins like ours', { audience: `${SP.entityId}.evil.example` }, 'audience'],
    ['an empty name', { nameId: '' }, 'nameId'],
    ['a very long name', { nameId: 'a'.repeat(257) }, 'nameId'],
    ['an assertion of next week', { issuedAt: seconds(604_800) }, 'notYetValid'],
    ['an expired assertion', { issuedAt: seconds(-361) }, 'expired'],
    [
      'an old assertion that is good for a year',
      { issuedAt: seconds(-661), lifetimeSeconds: 31_536_000 },
      'expired',
    ],
    ['a session that is over', { sessionNotOnOrAfter: seconds(-61) }, 'sessionEnded'],
  ])('refuses %s', (_what, overrides, check) => {
    expect(failedCheck(respond(overrides).xml)).toBe(check)
  })

  it('allows the clocks to differ by 60 seconds, not more', () => {
    const good = (issuedAt: Date) => verifyResponseXml(respond({ issuedAt }).xml, expected).nameId
    expect(good(seconds(60))).toBe('alice')
    expect(good(seconds(-359))).toBe('alice')
    expect(failedCheck(respond({ issuedAt: seconds(61) }).xml)).toBe('notYetValid')
    expect(failedCheck(respond({ issuedAt: seconds(-360) }).xml)).toBe('expired')
  })

  const signedChanges: [string, string | RegExp, string, SamlCheck][] = [
    ['no Issuer', /(<saml:Assertion [^>]*>)<saml:Issuer>[^<]*<\/saml:Issuer>/, '$1', 'issuer'],
    ['two Issuers', /(<saml:Assertion [^>]*>)(<saml:Issuer>[^<]*<\/saml:Issuer>)/, '$1$2$2', 'issuer'],
    [
      'an Issuer that is not an entity',
      /(<saml:Assertion [^>]*><saml:Issuer)/,
      '$1 Format="urn:x"',
      'issuer',
    ],
    ['another Issuer on the Response', /<saml:Issuer>/, '<saml:Issuer>x', 'issuer'],
    ['no IssueInstant', /(<saml:Assertion [^>]*) IssueInstant="[^"]*"/, '$1', 'issueInstant'],
    [
      'a local time',
      /(<saml:Assertion [^>]*)IssueInstant="[^"]*"/,
      '$1IssueInstant="2026-03-02T09:00:00"',
      'issueInstant',
    ],
    ['a time that is none', /NotBefore="[^"]*"/, 'NotBefore="2026-13-45T99:00:00Z"', 'conditions'],
    ['no Conditions', /<saml:Conditions .*<\/saml:Conditions>/, '', 'conditions'],
    ['two Conditions', /(<saml:Conditions .*<\/saml:Conditions>)/, '$1$1', 'conditions'],
    ['an unknown condition', '</saml:Conditions>', '<saml:Condition/></saml:Conditions>', 'conditions'],
    ['no audience', /<saml:AudienceRestriction>.*<\/saml:AudienceRestriction>/, '', 'audience'],
    [
      'a second restriction to another audience',
      '</saml:Conditions>',
      '<saml:AudienceRestriction><saml:Audience>x</saml:Audience></saml:AudienceRestriction></saml:Conditions>',
      'audience',
    ],
    ['no Subject', /<saml:Subject>.*<\/saml:Subject>/, '', 'subject'],
    ['no NameID', /<saml:NameID.*<\/saml:NameID>/, '', 'nameId'],
    ['two NameIDs', /(<saml:NameID.*<\/saml:NameID>)/, '$1<saml:NameID>admin</saml:NameID>', 'nameId'],
    ['a NameID with a child', '</saml:NameID>', '<x xmlns=""/></saml:NameID>', 'nameId'],
    [
      'no confirmation',
      /<saml:SubjectConfirmation .*<\/saml:SubjectConfirmation>/,
      '',
      'subjectConfirmation',
    ],
    ['a confirmation other than bearer', 'cm:bearer', 'cm:holder-of-key', 'subjectConfirmation'],
    ['no confirmation data', /<saml:SubjectConfirmationData[^>]*\/>/, '', 'subjectConfirmation'],
    [
      'confirmation data without an end',
      /(<saml:SubjectConfirmationData) NotOnOrAfter="[^"]*"/,
      '$1',
      'subjectConfirmation',
    ],
    ['confirmation data that ended', /(Data NotOnOrAfter=")[^"]*"/, '$12026-03-02T08:59:00Z"', 'expired'],
    [
      'confirmation data that begins later',
      '<saml:SubjectConfirmationData',
      '$& NotBefore="2026-03-02T09:01:01Z"',
      'notYetValid',
    ],
    ['no recipient', /(Data [^>]*) Recipient="[^"]*"/, '$1', 'recipient'],
    [
      'Conditions that ended',
      /(<saml:Conditions .*?NotOnOrAfter=")[^"]*"/,
      '$12026-03-02T08:59:00Z"',
      'expired',
    ],
    [
      'Conditions that begin later',
      /(<saml:Conditions .*?NotBefore=")[^"]*"/,
      '$12026-03-02T09:01:01Z"',
      'notYetValid',
    ],
    ['a BaseID beside the name', '<saml:NameID', '<saml:BaseID/><saml:NameID', 'nameId'],
    ['no AuthnStatement', /<saml:AuthnStatement .*<\/saml:AuthnStatement>/, '', 'authnStatement'],
  ]
  it.each(signedChanges)('refuses %s', (_what, from, to, check) => {
    expect(failedCheck(resigned((xml) => replace(xml, from, to)))).toBe(check)
  })

  it('refuses a comment inside NameID, which some parsers cut the name at (CVE-2017-11427 and its kin)', () => {
    const xml = resigned((text) => replace(text, '>alice<', '>admin<!-- -->.evil.example<'))
    expect(failedCheck(xml)).toBe('forbiddenXml')
  })

  it('does not take the name from an attribute called nameID', () => {
    const xml = resigned((text) =>
      replace(
        replace(text, /<saml:NameID.*<\/saml:NameID>/, ''),
        '</saml:AuthnStatement>',
        '</saml:AuthnStatement><saml:AttributeStatement><saml:Attribute Name="nameID"><saml:AttributeValue>admin</saml:AttributeValue></saml:Attribute></saml:AttributeStatement>',
      ),
    )
    expect(failedCheck(xml)).toBe('nameId')
  })

  it('refuses an InResponseTo grafted onto an assertion that answers none', () => {
    const xml = respond({ sign: 'assertion', inResponseTo: null }).xml
    expect(verifyResponseXml(xml, expected).inResponseTo).toBeUndefined()
    expect(
      failedCheck(replace(xml, '<samlp:Response ', `<samlp:Response InResponseTo="${REQUEST.id}" `)),
    ).toBe('inResponseTo')
  })

  it('refuses an assertion moved to the answer of another request, or to none', () => {
    const { xml } = respond({ sign: 'assertion' })
    expect(failedCheck(replace(xml, `InResponseTo="${REQUEST.id}"`, 'InResponseTo="_other"'))).toBe(
      'inResponseTo',
    )
    expect(failedCheck(replace(xml, ` InResponseTo="${REQUEST.id}"`, ''))).toBe('inResponseTo')
  })

  it('wants a Destination when the response is signed, and does without when only the assertion is', () => {
    const bare = replace(withoutSignatures(respond().xml), / Destination="[^"]*"/, '')
    expect(failedCheck(signAnyhow(bare, 'Response', idp.key))).toBe('destination')
    expect(verifyResponseXml(signAnyhow(bare, 'Assertion', idp.key), expected).nameId).toBe('alice')
  })

  it('is remembered, and its session kept, by times that still sort as text when it is good for ever', () => {
    const forEver = new Date('9999-12-31T23:59:59.999Z')
    const lifetimeSeconds = (forEver.getTime() - NOW.getTime()) / 1000
    const { xml } = respond({ lifetimeSeconds })
    expect(verifyResponseXml(xml, expected).expiresAt).toEqual(forEver)
    const beyond = resigned((text) =>
      replace(text, '<saml:AuthnStatement ', '$&SessionNotOnOrAfter="9999-12-31T23:59:59-05:00" '),
    )
    expect(verifyResponseXml(beyond, expected).sessionNotOnOrAfter).toEqual(forEver)
  })

  it('believes one confirmation that holds, whatever stands beside it', () => {
    const xml = resigned((text) =>
      replace(
        text,
        '<saml:SubjectConfirmation ',
        '<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"/>$&',
      ),
    )
    expect(verifyResponseXml(xml, expected).nameId).toBe('alice')
  })
})

describe('a role response', () => {
  it('is good for 60 seconds and carries role, provider and session name', () => {
    const response = signRoleResponse({
      key: idp.key,
      issuer: idp.entityId,
      destination: SP.acsUrl,
      recipient: SP.acsUrl,
      audience: SP.entityId,
      userName: 'alice',
      roleArn: 'qcs::cam::uin/100000000001:roleName/TencentCloudSSO-Reader',
      principalArn: 'qcs::cam::uin/100000000001:saml-provider/TencentReservedSSO-z-000000000000',
      roleSessionName: 'alice',
      issuedAt: NOW,
    })
    const verified = verifyRoleResponse(response.base64, { ...expected, skewSeconds: 0, now: seconds(59) })
    expect(verified.attributes.get(ROLE_ATTRIBUTE)).toEqual([
      'qcs::cam::uin/100000000001:roleName/TencentCloudSSO-Reader,qcs::cam::uin/100000000001:saml-provider/TencentReservedSSO-z-000000000000',
    ])
    expect(failedCheck(response.xml, { skewSeconds: 0, now: seconds(60) })).toBe('expired')
  })

  it('is not made for a value that XML cannot carry', () => {
    expect(() => respond({ nameId: 'a\u0000b' })).toThrowError(RangeError)
  })
})

describe('a response that asks for a role', () => {
  const padded = (text: string) =>
    toBase64(replace(respond({ sign: 'assertion' }).xml, '</samlp:Status>', `</samlp:Status>${text}`))
  const check = (act: () => unknown): string => {
    try {
      act()
    } catch (error) {
      if (error instanceof SamlCheckError) return error.check
      throw error
    }
    return 'accepted'
  }

  it.each([
    ['elements', '<a/>'.repeat(600)],
    ['text', 'x'.repeat(70_000)],
  ])('is bounded closer, as the thread that answers requests checks it: %s', (_what, text) => {
    expect(check(() => verifyRoleResponse(padded(text), expected))).toBe('size')
    expect(check(() => claimedRole(padded(text)))).toBe('size')
    expect(check(() => verifyRoleResponse(padded(text.slice(0, text.length / 3)), expected))).toBe('accepted')
  })
})

describe('the request that a message says it answers', () => {
  it('is found without a parser, which takes long over some messages', () => {
    const { xml } = respond()
    expect(answeredRequest(xml)).toBe(REQUEST.id)
    expect(answeredRequest(replace(xml, '</samlp:Response>', ''))).toBe(REQUEST.id)
    expect(answeredRequest(respond({ inResponseTo: null }).xml)).toBeUndefined()
  })
})

describe('algorithms', () => {
  let curve: SigningKeyPair
  beforeAll(async () => {
    curve = await makeCurveKeyPair()
  })

  const signedWith = (key: SigningKeyPair, choices: SigningChoices): string =>
    signAnyhow(withoutSignatures(respond().xml), 'Assertion', key, choices)

  it.each([
    [RSA_SHA256, DIGEST_SHA256],
    [RSA_SHA384, DIGEST_SHA384],
    [RSA_SHA512, DIGEST_SHA512],
    [RSA_PSS_SHA256, DIGEST_SHA256],
    [RSA_SHA256, DIGEST_SHA384],
  ])('accepts %s with %s', (signatureAlgorithm, digestAlgorithm) => {
    const xml = signedWith(idp.key, { signatureAlgorithm, digestAlgorithm })
    expect(verifyResponseXml(xml, expected).nameId).toBe('alice')
    expect(failedCheck(replace(xml, '>alice<', '>admin<'))).toBe('signatureDigest')
  })

  it.each([ECDSA_SHA256, ECDSA_SHA384, ECDSA_SHA512])(
    'accepts %s by a key of a curve',
    (signatureAlgorithm) => {
      const xml = signedWith(curve, { signatureAlgorithm })
      const certificates = [idp.key.certificatePem, curve.certificatePem]
      expect(verifyResponseXml(xml, { ...expected, certificates }).nameId).toBe('alice')
      expect(failedCheck(xml)).toBe('signatureValue')
      expect(failedCheck(replace(xml, '>alice<', '>admin<'), { certificates })).toBe('signatureDigest')
    },
  )

  it('takes no signature by a key of another kind than its algorithm says', () => {
    const xml = signedWith(curve, { signatureAlgorithm: ECDSA_SHA256 })
    const claimed = replace(xml, ECDSA_SHA256, RSA_SHA256)
    expect(failedCheck(claimed, { certificates: [curve.certificatePem] })).toBe('signatureValue')
    const other = replace(signedWith(idp.key, {}), RSA_SHA256, ECDSA_SHA256)
    expect(failedCheck(other, { certificates: [idp.key.certificatePem] })).toBe('signatureValue')
  })

  it('believes no signature that xml-crypto reads otherwise', () => {
    const xml = signedWith(curve, { signatureAlgorithm: ECDSA_SHA384 })
    const assertion = find(parseXml(xml), 'Assertion')
    const signature = signatureOf(assertion)!
    const held = verifySignature(assertion, signature, publicKeysOf([curve.certificatePem]))
    const compare = (altered: Partial<HeldSignature>) => () =>
      requireSameReading(xml, signature, { ...held, ...altered })
    expect(compare({})).not.toThrow()
    expect(compare({ canonical: held.canonical.replace('>alice<', '>admin<') })).toThrow('something else')
    expect(compare({ key: publicKeysOf([idp.key.certificatePem])[0] })).toThrow('does not accept')
    const changed = replace(xml, '>alice<', '>admin<')
    expect(() => requireSameReading(changed, signature, held)).toThrow('another digest')
  })

  it('has xml-crypto asked wherever no other library judges the signature afterwards', async () => {
    const byCurve = signedWith(curve, { signatureAlgorithm: ECDSA_SHA384 })
    const ofCurve = { ...expected, certificates: [curve.certificatePem] }
    const sp = await makeKeyPair('service provider')
    const unsigned = encryptAssertion(respond({ sign: 'assertion' }).xml, sp.certificatePem)
    const hidden = signAnyhow(unsigned, 'Response', idp.key)
    const leaving = writeLogoutRequest({
      id: '_1',
      issuer: idp.entityId,
      destination: REQUEST.acsUrl,
      issuedAt: NOW,
      expiresAt: new Date(NOW.getTime() + 60_000),
      name: { nameId: 'alice' },
    })
    const xml = signElement(leaving, 'LogoutRequest', idp.key)
    const logout = { binding: 'post', field: 'SAMLRequest', xml } as const
    const expectedLogout = { ...expected, maximumAgeSeconds: 300 }
    expect(verifyLogoutMessage(logout, expectedLogout)).toMatchObject({ name: { nameId: 'alice' } })
    const asked = vi.spyOn(SignedXml.prototype, 'checkSignature').mockImplementation(() => false)
    try {
      expect(() => openResponse(byCurve, ofCurve)).toThrow('another digest')
      const decryptionKeys = [sp.privateKeyPem]
      expect(() => openResponse(hidden, { ...expected, decryptionKeys })).toThrow('another digest')
      expect(() => verifyResponseXml(respond().xml, expected)).toThrow('another digest')
      expect(openResponse(respond().xml, expected).readable).toBeDefined()
      expect(() => verifyLogoutMessage(logout, expectedLogout)).toThrow('another digest')
      expect(asked).toHaveBeenCalledTimes(4)
    } finally {
      asked.mockRestore()
    }
  })

  it('takes no second opinion about another signature than the one that counts', async () => {
    const both = respond({ sign: 'both' }).xml
    const { assertion, readable } = openResponse(both, expected)
    const options = { ...expected, maximumAgeSeconds: 600 }
    const opinion = (xml: string) => requireSecondOpinion({ ...readable!, xml }, assertion, options)
    await expect(opinion(both)).resolves.toBeUndefined()
    // The assertion's own signature still holds.
    await expect(opinion(replace(both, ' Version="2.0"', ' Version="2.0" Consent="urn:x"'))).rejects.toThrow(
      'document signature',
    )
  })

  it('hands a second library only what that knows', () => {
    const readable = (xml: string) => openResponse(xml, expected).readable?.xml
    expect(readable(signedWith(idp.key, {}))).toContain('>alice<')
    expect(readable(signedWith(idp.key, { signatureAlgorithm: RSA_SHA384 }))).toBeUndefined()
    expect(readable(signedWith(idp.key, { digestAlgorithm: DIGEST_SHA384 }))).toBeUndefined()
  })
})

describe('encrypted assertions', () => {
  const withKey = (...keys: readonly SigningKeyPair[]): Partial<ResponseExpectations> => ({
    decryptionKeys: keys.map((key) => key.privateKeyPem),
  })
  const open = (xml: string, ...keys: readonly SigningKeyPair[]) =>
    openResponse(xml, { ...expected, ...withKey(...keys) })

  /** The assertion is signed, then encrypted; then the response around it is signed, if so. */
  function encrypted(sign: 'assertion' | 'response' | 'both', choices?: EncryptionChoices): string {
    const signed = sign === 'response' ? withoutSignatures(respond().xml) : respond({ sign: 'assertion' }).xml
    const xml = encryptAssertion(signed, sp.certificatePem, choices)
    return sign === 'assertion' ? xml : signAnyhow(xml, 'Response', idp.key)
  }

  it.each(['assertion', 'response', 'both'] as const)('are read with %s signed', (sign) => {
    const xml = encrypted(sign)
    expect(xml).not.toContain('alice')
    const { assertion, readable } = open(xml, sp)
    expect(assertion).toMatchObject({ nameId: 'alice', inResponseTo: REQUEST.id })
    expect(readable?.xml.includes('>alice<') ?? false).toBe(sign !== 'response')
  })

  it.each<EncryptionChoices>([
    { content: 'aes128-gcm' },
    { content: 'aes256-gcm', key: 'rsa-oaep' },
    { content: 'aes256-gcm', keyPlace: 'beside' },
  ])('are read however they are encrypted: %o', (choices) => {
    expect(open(encrypted('assertion', choices), sp).assertion.nameId).toBe('alice')
  })

  it('are refused with a signature out of its place, around them or inside', () => {
    const elsewhere = '<saml:Advice><Signature xmlns="urn:x"/></saml:Advice>'
    const around = replace(encrypted('assertion'), '</samlp:Status>', `</samlp:Status>${elsewhere}`)
    expect(failedCheck(around, withKey(sp))).toBe('signaturePlace')
    const unsigned = replace(withoutSignatures(respond().xml), '</saml:Conditions>', `$&${elsewhere}`)
    const inside = encryptAssertion(signAnyhow(unsigned, 'Assertion', idp.key), sp.certificatePem)
    expect(failedCheck(inside, withKey(sp))).toBe('signaturePlace')
  })

  it('are read with the old and the new key during a rollover', async () => {
    const next = await makeKeyPair('next')
    for (const choices of [{}, { content: 'aes256-cbc' as const }]) {
      expect(open(encrypted('both', choices), next, sp).assertion.nameId).toBe('alice')
      expect(failedCheck(encrypted('both', choices), withKey(next))).toBe('decryption')
    }
  })

  it.each(['aes128-cbc', 'aes256-cbc'] as const)('are taken by %s only in a signed response', (content) => {
    expect(open(encrypted('both', { content }), sp).assertion.nameId).toBe('alice')
    expect(failedCheck(encrypted('assertion', { content }), withKey(sp))).toBe('encryption')
  })

  it('are taken by AES-CBC without a signed response where that is allowed, and then fail alike', async () => {
    const content = 'aes256-cbc'
    const next = await makeKeyPair('next')
    const allowed = { ...withKey(next, sp), allowCbc: true }
    expect(
      openResponse(encrypted('assertion', { content }), { ...expected, ...allowed }).assertion.nameId,
    ).toBe('alice')
    const change = (at: number) => (text: Buffer) =>
      Buffer.from(text.map((byte, index) => (index === text.length + at || index === at ? byte ^ 1 : byte)))
    const plain = respond({ sign: 'assertion' }).xml
    const failures = [
      // Padding, a character that is none, another name under the signature, and no signature.
      ...[-1, -17, 40, 400].map((at) =>
        refusal(encrypted('assertion', { content, tamper: change(at) }), allowed),
      ),
      refusal(encryptAssertion(withoutSignatures(plain), sp.certificatePem, { content }), allowed),
      refusal(
        encryptAssertion(replace(plain, '>alice<', '>admin<'), sp.certificatePem, { content }),
        allowed,
      ),
      refusal(encrypted('assertion', { content }), {
        ...withKey(await makeKeyPair('other')),
        allowCbc: true,
      }),
    ]
    const told = failures.map(({ check, message, remedy }) => [check, message, remedy])
    expect(new Set(told.map((words) => JSON.stringify(words))).size).toBe(1)
    expect(told[0]?.[0]).toBe('decryption')
    // What is wrong under a good signature is no secret.
    const late = encryptAssertion(respond({ sign: 'assertion', audience: 'urn:x' }).xml, sp.certificatePem, {
      content,
    })
    expect(refusal(late, allowed).check).toBe('audience')
    expect(refusal(encrypted('assertion', { content }), withKey(sp)).remedy).toContain(
      'saml.allowCbcEncryption',
    )
  })

  it.each<EncryptionChoices>([{ key: 'rsa-1_5' }, { content: 'tripledes-cbc' }])(
    'are refused by name of the algorithm: %o',
    (choices) => {
      const failure = refusal(encrypted('both', choices), withKey(sp))
      expect(failure.check).toBe('encryption')
      expect(failure.facts.found).toContain(choices.key ?? choices.content)
    },
  )

  it('tell a wrong key and a changed text apart in nothing', async () => {
    const flip = (text: Buffer) => Buffer.from(text.map((byte, index) => (index === 20 ? byte ^ 1 : byte)))
    const changed = refusal(encrypted('assertion', { tamper: flip }), withKey(sp))
    const wrongKey = refusal(encrypted('assertion'), withKey(await makeKeyPair('other')))
    const short = refusal(encrypted('assertion', { tamper: (text) => text.subarray(0, 9) }), withKey(sp))
    for (const failure of [changed, wrongKey, short]) expect(failure.check).toBe('decryption')
    expect(new Set([changed, wrongKey, short].map(({ message }) => message)).size).toBe(1)
  })

  it('count only when the identity provider signed: anybody can encrypt for us', () => {
    const bare = withoutSignatures(respond({ nameId: 'admin' }).xml)
    expect(failedCheck(encryptAssertion(bare, sp.certificatePem), withKey(sp))).toBe('signaturePresent')
  })

  it('hold one assertion, and stand alone', () => {
    const signed = respond({ sign: 'assertion' }).xml
    const [assertion] = /<saml:Assertion .*<\/saml:Assertion>/.exec(signed)!
    const beside = replace(
      signed,
      '</samlp:Response>',
      `${encryptedAssertion(assertion, sp.certificatePem)}</samlp:Response>`,
    )
    expect(failedCheck(beside, withKey(sp))).toBe('oneAssertion')
    const around = (plain: string) => replace(signed, assertion, encryptedAssertion(plain, sp.certificatePem))
    const standing = edit(signed, (document) => {
      find(document, 'Assertion').setAttribute('xmlns:saml', 'urn:oasis:names:tc:SAML:2.0:assertion')
    })
    const [alone] = /<saml:Assertion .*<\/saml:Assertion>/.exec(standing)!
    expect(open(around(alone), sp).assertion.nameId).toBe('alice')
    expect(failedCheck(around(`<x>${alone}</x>`), withKey(sp))).toBe('oneAssertion')
    expect(failedCheck(around('<!DOCTYPE x>'), withKey(sp))).toBe('forbiddenXml')
    expect(failedCheck(around('not XML'), withKey(sp))).toBe('xml')
  })
})

describe('the way of authenticating', () => {
  it('is not looked at unless it was asked for', () => {
    expect(failedCheck(respond().xml, { authnContexts: [CONTEXT_REFEDS_MFA] })).toBe('authnContext')
    expect(
      verifyResponseXml(respond().xml, {
        ...expected,
        authnContexts: [CONTEXT_REFEDS_MFA, CONTEXT_UNSPECIFIED],
      }).nameId,
    ).toBe('alice')
  })
})

describe('several failures', () => {
  it('are all named in one refusal', () => {
    const failure = refusal(respond().xml, {
      issuer: 'https://other.example',
      audience: 'https://other.example/sp',
      recipient: 'https://other.example/acs',
    })
    expect([failure.check, ...failure.others.map(({ check }) => check)]).toEqual([
      'issuer',
      'issuer',
      'audience',
      'recipient',
    ])
    expect(failure.others.at(-1)?.facts).toEqual({
      found: SP.acsUrl,
      expected: 'https://other.example/acs',
    })
  })
})
