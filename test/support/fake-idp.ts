/** An identity provider under the tests' control: it reads our requests and signs what it is told to. */
import { randomBytes } from 'node:crypto'
import { inflateRawSync } from 'node:zlib'
import { generate } from 'selfsigned'
import { attributeOf, onlyChildOf, textOf } from '../../saml/core/elements.js'
import { providerMetadata } from '../../saml/core/metadata.js'
import { parseXml, rootOf } from '../../saml/core/safe-xml.js'
import {
  signResponse,
  type ResponseToSign,
  type SignedResponse,
  type SigningKeyPair,
} from '../../saml/core/sign.js'
import { SAML_ASSERTION } from '../../saml/core/vocabulary.js'

export interface SeenRequest {
  readonly id: string
  readonly issuer: string
  readonly acsUrl: string
  readonly destination: string
  readonly relayState: string | undefined
}

/** What a test wants different from a good response. */
export type ResponseOverrides = Partial<Omit<ResponseToSign, 'key' | 'inResponseTo'>> & {
  readonly key?: SigningKeyPair
  /** `null`: answers nothing. */
  readonly inResponseTo?: string | null
}

export interface FakeIdp {
  readonly entityId: string
  readonly loginUrl: string
  readonly key: SigningKeyPair
  /** Metadata with the given certificates (its own unless told otherwise). */
  metadata(certificates?: readonly string[]): string
  /** The AuthnRequest in the address that a browser was sent to. */
  readRequest(location: string): SeenRequest
  /** A good response for `nameId` to the request, issued at `now`. */
  respond(request: SeenRequest, nameId: string, now: Date, overrides?: ResponseOverrides): SignedResponse
}

/** An RSA key and a certificate for it. */
export async function makeKeyPair(
  commonName = 'Test identity provider',
  bits: 1024 | 2048 = 2048,
  notBeforeDate = new Date('2026-01-01T00:00:00Z'),
): Promise<SigningKeyPair> {
  const pair = await generate([{ name: 'commonName', value: commonName }], {
    keySize: bits,
    algorithm: 'sha256',
    notBeforeDate,
    notAfterDate: new Date('2036-01-01T00:00:00Z'),
  })
  return { privateKeyPem: pair.private, certificatePem: pair.cert }
}

/** A key of the curve P-256 and a certificate for it. */
export async function makeCurveKeyPair(commonName = 'Test identity provider'): Promise<SigningKeyPair> {
  const pair = await generate([{ name: 'commonName', value: commonName }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    notBeforeDate: new Date('2026-01-01T00:00:00Z'),
    notAfterDate: new Date('2036-01-01T00:00:00Z'),
  })
  return { privateKeyPem: pair.private, certificatePem: pair.cert }
}

export async function createFakeIdp(name = 'idp'): Promise<FakeIdp> {
  const entityId = `https://${name}.example/metadata`
  const loginUrl = `https://${name}.example/login`
  const key = await makeKeyPair()
  return {
    entityId,
    loginUrl,
    key,
    metadata: (certificates = [key.certificatePem]) =>
      providerMetadata({ entityId, ssoUrl: loginUrl, certificates }),
    readRequest,
    respond: (request, nameId, now, { inResponseTo, ...overrides } = {}) => {
      const answered = inResponseTo === undefined ? request.id : inResponseTo
      return signResponse({
        key,
        sign: 'both',
        issuer: entityId,
        destination: request.acsUrl,
        recipient: request.acsUrl,
        audience: request.issuer,
        nameId,
        issuedAt: now,
        lifetimeSeconds: 300,
        ...(answered !== null && { inResponseTo: answered }),
        ...overrides,
      })
    },
  }
}

function readRequest(location: string): SeenRequest {
  const { searchParams, href } = new URL(location)
  const request = inflateRawSync(Buffer.from(searchParams.get('SAMLRequest') ?? '', 'base64')).toString(
    'utf8',
  )
  const root = rootOf(parseXml(request))
  const issuer = onlyChildOf(root, SAML_ASSERTION, 'Issuer')
  const required = (value: string | undefined, what: string): string => {
    if (value === undefined) throw new Error(`the request in ${href} has no ${what}`)
    return value
  }
  return {
    id: required(attributeOf(root, 'ID'), 'ID'),
    issuer: required(issuer && textOf(issuer), 'Issuer'),
    acsUrl: required(attributeOf(root, 'AssertionConsumerServiceURL'), 'ACS address'),
    destination: required(attributeOf(root, 'Destination'), 'Destination'),
    relayState: searchParams.get('RelayState') ?? undefined,
  }
}

/** A request as the identity provider would see it, for tests that need no server. */
export const imaginedRequest = (serviceProvider: { entityId: string; acsUrl: string }): SeenRequest => ({
  id: `_${randomBytes(20).toString('hex')}`,
  issuer: serviceProvider.entityId,
  acsUrl: serviceProvider.acsUrl,
  destination: 'https://idp.example/login',
  relayState: undefined,
})
