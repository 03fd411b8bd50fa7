/** Settings of the identity provider: what is taken, what is refused, and that a refusal changes nothing. */
import { X509Certificate } from 'node:crypto'
import { generate } from 'selfsigned'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { certificateWarnings } from '../../saml/core/certificate.js'
import { parseIdpMetadata } from '../../saml/core/idp-metadata.js'
import { providerMetadata } from '../../saml/core/metadata.js'
import type { SigningKeyPair } from '../../saml/core/sign.js'
import type { Actor } from '../../server/domain/actor.js'
import type { IdentityCenterError } from '../../server/domain/errors.js'
import type { CertificateId, SubUserUin } from '../../server/domain/ids.js'
import { createTestContext, type TestContext } from '../support/context.js'
import { engines } from '../support/engines.js'
import { makeKeyPair } from '../support/fake-idp.js'
import { replace } from '../support/saml-forgery.js'

const NOW = new Date('2026-03-02T09:00:00.000Z')
let keys: SigningKeyPair[]
let metadata: string

const certificate = (index: number): string => keys[index]!.certificatePem
const fingerprint = (index: number): string => new X509Certificate(certificate(index)).fingerprint256
const describeIdp = (...certificates: readonly string[]): string =>
  providerMetadata({
    entityId: 'https://idp.example/metadata',
    ssoUrl: 'https://idp.example/login',
    certificates,
  })

beforeAll(async () => {
  keys = await Promise.all(['one', 'two', 'three'].map((name) => makeKeyPair(name)))
  metadata = describeIdp(certificate(0))
})

describe('metadata', () => {
  const refusal = (file: string | Uint8Array): string => {
    try {
      parseIdpMetadata(file, NOW)
    } catch (error) {
      expect(error).toMatchObject({ code: 'identityProvider.metadataInvalid' })
      return (error as IdentityCenterError).message
    }
    throw new Error('the metadata was accepted')
  }

  it('gives entity id, login address, binding and certificates', () => {
    const parsed = parseIdpMetadata(describeIdp(certificate(0), certificate(1)), NOW)
    expect(parsed).toMatchObject({
      entityId: 'https://idp.example/metadata',
      loginUrl: 'https://idp.example/login',
      loginBinding: 'redirect',
    })
    expect(parsed.certificates.map((each) => each.fingerprint)).toEqual([fingerprint(0), fingerprint(1)])
    expect(parsed.certificates[0]).toMatchObject({ subject: 'CN=one', keyBits: 2048 })
  })

  it('may begin with a byte order mark, wrap its one provider, and describe other roles and keys beside it', () => {
    const wrapped = replace(
      replace(
        metadata,
        '<md:EntityDescriptor',
        '<md:EntitiesDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata"><md:EntityDescriptor',
      ),
      '</md:EntityDescriptor>',
      '<md:SPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"/></md:EntityDescriptor><md:EntityDescriptor entityID="urn:sp"/></md:EntitiesDescriptor>',
    )
    const withEncryptionKey = replace(
      wrapped,
      '</md:KeyDescriptor>',
      '</md:KeyDescriptor><md:KeyDescriptor use="encryption"><ds:KeyInfo><ds:X509Data><ds:X509Certificate>AAAA</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>',
    )
    expect(parseIdpMetadata(Buffer.from(`\uFEFF${withEncryptionKey}`), NOW).certificates).toHaveLength(1)
  })

  it('counts a certificate once that is named twice, and takes a key without a use for signing', () => {
    const doubled = describeIdp(certificate(0), certificate(0), certificate(1)).replaceAll(
      ' use="signing"',
      '',
    )
    expect(parseIdpMetadata(doubled, NOW).certificates).toHaveLength(2)
  })

  it('prefers the redirect binding and takes POST when there is no other', () => {
    const post = replace(metadata, 'bindings:HTTP-Redirect', 'bindings:HTTP-POST')
    expect(parseIdpMetadata(post, NOW).loginBinding).toBe('post')
    const both = replace(
      post,
      '</md:IDPSSODescriptor>',
      '<md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="https://idp.example/redirect"/></md:IDPSSODescriptor>',
    )
    expect(parseIdpMetadata(both, NOW).loginUrl).toBe('https://idp.example/redirect')
  })

  it('is accepted until validUntil', () => {
    const until = (time: string) => replace(metadata, 'entityID=', `validUntil="${time}" entityID=`)
    expect(parseIdpMetadata(until('2026-03-02T09:00:01Z'), NOW).certificates).toHaveLength(1)
    expect(refusal(until('2026-03-02T09:00:00Z'))).toContain('valid until')
    for (const text of ['soon', '2030', '2030-01-01', '2030-01-01T00:00:00', '+012000-01-01T00:00:00Z', '']) {
      expect(refusal(until(text))).toContain('not a time')
    }
    // Texts of times are compared: more digits, or a sign before them, must not come before all others.
    const last = '9999-12-31T23:59:59.999Z'
    for (const text of ['12000-01-01T00:00:00Z', '9999-12-31T23:59:59-05:00', last]) {
      expect(parseIdpMetadata(until(text), NOW).validUntil).toBe(last)
    }
    expect(parseIdpMetadata(until('2030-01-01T00:00:00+02:00'), NOW).validUntil).toBe(
      '2029-12-31T22:00:00.000Z',
    )
    const role = replace(
      metadata,
      '<md:IDPSSODescriptor',
      '<md:IDPSSODescriptor validUntil="2020-01-01T00:00:00Z"',
    )
    expect(refusal(role)).toContain('valid until')
    const earliest = replace(
      until('9999-12-31T23:59:59Z'),
      '<md:IDPSSODescriptor',
      '<md:IDPSSODescriptor validUntil="2030-01-01T00:00:00Z"',
    )
    expect(parseIdpMetadata(earliest, NOW).validUntil).toBe('2030-01-01T00:00:00.000Z')
  })

  const changes: [string, (xml: string) => string, string][] = [
    ['nothing', () => '', 'cannot be read'],
    ['no XML', () => 'entityID: x', 'not well-formed'],
    ['a web page', () => '<html><body/></html>', 'not SAML metadata'],
    [
      'a document type',
      (xml) => replace(xml, /^<\?xml[^>]*\?>/, '<!DOCTYPE a [<!ENTITY b "c">]>'),
      'document type',
    ],
    ['an entity', (xml) => replace(xml, 'https://idp.example/login', '&login;'), 'entity reference'],
    ['20 megabytes', () => `<a>${' '.repeat(20_000_000)}</a>`, 'larger than'],
    [
      'only a service provider',
      (xml) => xml.replaceAll('IDPSSODescriptor', 'SPSSODescriptor'),
      'service provider',
    ],
    [
      'two roles',
      (xml) => replace(xml, /(<md:IDPSSODescriptor.*<\/md:IDPSSODescriptor>)/, '$1$1'),
      '2 identity provider roles',
    ],
    [
      'two identity providers',
      (xml) =>
        replace(
          xml,
          /(<md:EntityDescriptor.*<\/md:EntityDescriptor>)/,
          '<md:EntitiesDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata">$1$1</md:EntitiesDescriptor>',
        ),
      '2 identity providers',
    ],
    [
      'SAML 1.1 only',
      (xml) => replace(xml, 'SAML:2.0:protocol', 'SAML:1.1:protocol'),
      'no identity provider',
    ],
    ['no entity id', (xml) => replace(xml, /entityID="[^"]*"/, ''), 'entity id'],
    ['an entity id with spaces', (xml) => replace(xml, /entityID="[^"]*"/, 'entityID="a b"'), 'entity id'],
    [
      'no login address',
      (xml) => replace(xml, /<md:SingleSignOnService[^>]*>/, ''),
      'HTTP-Redirect or HTTP-POST',
    ],
    [
      'a binding we do not speak',
      (xml) => replace(xml, 'HTTP-Redirect', 'SOAP'),
      'HTTP-Redirect or HTTP-POST',
    ],
    [
      'a login address that is script',
      (xml) => replace(xml, 'https://idp.example/login', 'javascript:alert(1)'),
      'not an http',
    ],
    ['a relative login address', (xml) => replace(xml, 'https://idp.example/login', '/login'), 'not an http'],
    [
      'a login address with a password',
      (xml) => replace(xml, 'https://idp.example/login', 'https://a:b@idp.example/login'),
      'not an http',
    ],
    [
      'no certificate',
      (xml) => replace(xml, /<md:KeyDescriptor.*<\/md:KeyDescriptor>/, ''),
      'no signing certificate',
    ],
    [
      'a certificate that is none',
      (xml) => replace(xml, /<ds:X509Certificate>[^<]*/, '<ds:X509Certificate>AAAA'),
      'not one X.509',
    ],
  ]
  it.each(changes)('is refused with %s', (_what, change, message) => {
    expect(refusal(change(metadata))).toContain(message)
  })

  it('is refused with three signing certificates', () => {
    expect(refusal(describeIdp(certificate(0), certificate(1), certificate(2)))).toContain(
      '3 signing certificates',
    )
  })

  it('may have a key of a curve', async () => {
    const { cert } = await generate([{ name: 'commonName', value: 'ec' }], { keyType: 'ec', curve: 'P-384' })
    const [read] = parseIdpMetadata(describeIdp(cert), NOW).certificates
    expect(read).toMatchObject({ subject: 'CN=ec', keyType: 'ec', keyBits: 384 })
    expect(certificateWarnings(read!, new Date(read!.notBefore))).toEqual([])
  })
})

describe.each(engines)('identity provider settings on %s', (engine) => {
  let context: TestContext
  let admin: Actor
  beforeAll(async () => {
    context = await createTestContext(engine)
    admin = context.administrator
  })
  afterAll(() => context.remove())
  const service = () => context.services.identityProvider
  const fingerprints = async () => (await service().find())?.certificates.map((each) => each.fingerprint)

  beforeEach(async () => {
    await context.services.zones.setLoginMethod(admin, 'password')
    await service().setFromMetadata(admin, Buffer.from(metadata))
    // What a test adds is younger than what it found.
    context.clock.advance(1)
  })

  it('keeps the old settings when an import fails', async () => {
    await expect(service().setFromMetadata(admin, '<a/>')).rejects.toMatchObject({
      code: 'identityProvider.metadataInvalid',
    })
    expect(await service().find()).toMatchObject({
      entityId: 'https://idp.example/metadata',
      source: 'metadata',
    })
    expect(await fingerprints()).toEqual([fingerprint(0)])
  })

  it('keeps the id of a certificate that stays over an import', async () => {
    const [before] = (await service().find())!.certificates
    await service().setFromMetadata(admin, describeIdp(certificate(1), certificate(0)))
    const after = (await service().find())!.certificates
    expect(after).toHaveLength(2)
    expect(after.find((each) => each.fingerprint === fingerprint(0))?.id).toBe(before!.id)
  })

  it('takes the settings by hand, with a PEM or DER certificate, and keeps it when none is given later', async () => {
    const der = new X509Certificate(certificate(1)).raw
    await service().setManually(admin, {
      entityId: 'urn:idp',
      loginUrl: 'https://a.example/sso',
      certificate: der,
    })
    await service().setManually(admin, {
      entityId: 'urn:idp2',
      loginUrl: 'http://a.example/sso',
      loginBinding: 'post',
    })
    expect(await service().find()).toMatchObject({
      entityId: 'urn:idp2',
      loginUrl: 'http://a.example/sso',
      loginBinding: 'post',
      source: 'manual',
      warnings: ['The login address of the identity provider does not use https.'],
    })
    expect(await fingerprints()).toEqual([fingerprint(1)])
  })

  it.each([
    [{ entityId: '', loginUrl: 'https://a.example' }, 'identityProvider.metadataInvalid'],
    [{ entityId: 'urn:idp', loginUrl: 'javascript:alert(1)' }, 'identityProvider.metadataInvalid'],
    [{ entityId: 'urn:idp', loginUrl: 'https://a.example', certificate: 'x' }, 'certificate.invalid'],
  ])('refuses %j by hand', async (input, code) => {
    await expect(service().setManually(admin, input)).rejects.toMatchObject({ code })
    expect((await service().find())?.entityId).toBe('https://idp.example/metadata')
  })

  it('needs a certificate when there is none yet', async () => {
    await service().clear(admin)
    await expect(
      service().setManually(admin, { entityId: 'urn:idp', loginUrl: 'https://a.example' }),
    ).rejects.toMatchObject({ code: 'identityProvider.incomplete' })
    expect(await service().find()).toBeUndefined()
  })

  it('holds at most two certificates, none twice, and never none', async () => {
    await expect(service().addCertificate(admin, certificate(0))).rejects.toMatchObject({
      code: 'certificate.exists',
    })
    await service().addCertificate(admin, certificate(1))
    await expect(service().addCertificate(admin, certificate(2))).rejects.toMatchObject({
      code: 'certificate.limit',
    })
    const [old, next] = (await service().find())!.certificates
    await service().removeCertificate(admin, old!.id)
    await expect(service().removeCertificate(admin, old!.id)).rejects.toMatchObject({
      code: 'certificate.notFound',
    })
    await expect(service().removeCertificate(admin, next!.id)).rejects.toMatchObject({
      code: 'certificate.last',
    })
    await expect(service().removeCertificate(admin, 'idp-c-x' as CertificateId)).rejects.toMatchObject({
      code: 'certificate.notFound',
    })
    expect(await fingerprints()).toEqual([fingerprint(1)])
  })

  it('lets two who add a certificate at once not exceed the limit', async () => {
    const outcomes = await Promise.allSettled([
      service().addCertificate(admin, certificate(1)),
      service().addCertificate(admin, certificate(2)),
    ])
    expect(outcomes.map((outcome) => outcome.status).sort()).toEqual(['fulfilled', 'rejected'])
    expect(await fingerprints()).toHaveLength(2)
  })

  it('cannot be removed while SSO is on', async () => {
    await context.services.zones.setLoginMethod(admin, 'sso')
    await expect(service().clear(admin)).rejects.toMatchObject({ code: 'identityProvider.inUse' })
    await context.services.zones.setLoginMethod(admin, 'password')
    await service().clear(admin)
    expect(await service().find()).toBeUndefined()
    await expect(service().clear(admin)).rejects.toMatchObject({ code: 'identityProvider.notFound' })
    await expect(context.services.zones.setLoginMethod(admin, 'sso')).rejects.toMatchObject({
      code: 'identityProvider.incomplete',
    })
  })

  it('warns of weak, expired and expiring certificates', async () => {
    const today = context.clock.now()
    const weak = await makeKeyPair('weak', 1024)
    await service().addCertificate(admin, weak.certificatePem)
    expect((await service().find())!.warnings).toEqual([
      'The certificate CN=weak has a weak key of 1024 bits.',
    ])
    const clockAt = async (time: string) => {
      context.clock.set(new Date(time))
      return (await service().find())!.warnings.join(' ')
    }
    expect(await clockAt('2035-12-15T00:00:00Z')).toContain('CN=one expires on 2036-01-01')
    expect(await clockAt('2036-01-02T00:00:00Z')).toContain('CN=one expired on 2036-01-01')
    expect(await clockAt('2025-12-31T00:00:00Z')).toContain('CN=one is valid only from 2026-01-01')
    context.clock.set(today)
  })

  it('is changed by full administrators only, and each change is in the audit log', async () => {
    const auditor: Actor = {
      kind: 'administrator',
      uin: '100000000002' as SubUserUin,
      name: 'auditor',
      rights: 'readOnly',
    }
    for (const attempt of [
      () => service().setFromMetadata(auditor, metadata),
      () => service().setManually(auditor, { entityId: 'urn:x', loginUrl: 'https://a.example' }),
      () => service().addCertificate(auditor, certificate(1)),
      () => service().removeCertificate(auditor, 'idp-c-x' as CertificateId),
      () => service().clear(auditor),
    ]) {
      await expect(attempt()).rejects.toMatchObject({ code: 'actor.forbidden' })
    }
    await service().addCertificate(admin, certificate(1))
    const { action, detail } = await context.db
      .selectFrom('audit_events')
      .select(['action', 'detail'])
      .orderBy('sequence', 'desc')
      .limit(1)
      .executeTakeFirstOrThrow()
    expect(action).toBe('identityProvider.addCertificate')
    expect(JSON.parse(detail)).toMatchObject({
      before: { certificates: [fingerprint(0)] },
      after: { certificates: [fingerprint(0), fingerprint(1)] },
    })
  })
})
