/** Reading identity provider metadata strictly (SAML metadata 2.0). A file that is refused changes nothing. */
import type { Element } from '@xmldom/xmldom'
import { IdentityCenterError } from '../../server/domain/errors.js'
import {
  MAXIMUM_CERTIFICATES,
  type CertificateDetails,
  type LoginBinding,
  type LogoutService,
} from '../../server/domain/identity-provider.js'
import { parseCertificate } from './certificate.js'
import { attributeOf, childrenOf, elementsOf, isNamed, textOf } from './elements.js'
import { decodeText, parseXml, rootOf, type XmlBounds } from './safe-xml.js'
import { SamlCheckError, quoted } from './saml-check.js'
import { BINDING_POST, BINDING_REDIRECT, SAML_METADATA, SAML_PROTOCOL, XML_SIGNATURE } from './vocabulary.js'
import { readTime } from './xml-time.js'

export interface IdentityProviderMetadata {
  readonly entityId: string
  readonly loginUrl: string
  readonly loginBinding: LoginBinding
  /** Absent when it offers no single logout by a binding that we speak. */
  readonly logout?: LogoutService
  /** The earliest `validUntil` that counts for it. */
  readonly validUntil?: string
  /** One or two, none twice. */
  readonly certificates: readonly CertificateDetails[]
}

/** Metadata of Entra ID is about 100,000 characters long. */
const BOUNDS: XmlBounds = { length: 1_048_576, depth: 32, tags: 10_000, attributes: 64 }
const LONGEST_ENTITY_ID = 1024
const LONGEST_URL = 2048

const invalid = (message: string, cause?: unknown) =>
  new IdentityCenterError('identityProvider.metadataInvalid', message, {}, { cause })

/** Throws `identityProvider.metadataInvalid` with a message that says what is wrong with the file. */
export function parseIdpMetadata(file: string | Uint8Array, now: Date): IdentityProviderMetadata {
  const root = readRoot(file)
  const rootEnd = requireCurrent(root, now)
  const entity = onlyIdentityProvider(root)
  const entityEnd = requireCurrent(entity, now)
  const entityId = requireEntityId(attributeOf(entity, 'entityID') ?? '')
  const roles = identityProviderRoles(entity)
  const [role] = roles
  if (!role || roles.length > 1) {
    throw invalid(
      `The metadata describes ${roles.length} identity provider roles of SAML 2.0 instead of one.`,
    )
  }
  const roleEnd = requireCurrent(role, now)
  const [validUntil] = [rootEnd, entityEnd, roleEnd].filter((end) => end !== undefined).sort()
  const { loginUrl, loginBinding } = requireSignOnService(role)
  const logout = findLogoutService(role)
  const certificates = requireCertificates(role)
  return {
    entityId,
    loginUrl,
    loginBinding,
    ...(logout && { logout }),
    ...(validUntil !== undefined && { validUntil }),
    certificates,
  }
}

function readRoot(file: string | Uint8Array): Element {
  try {
    const text = typeof file === 'string' ? file : decodeText(file, BOUNDS)
    // A byte order mark is common in downloaded files.
    return rootOf(parseXml(text.replace(/^\uFEFF/, '').trim(), BOUNDS))
  } catch (error) {
    if (error instanceof SamlCheckError) throw invalid(`The metadata cannot be read. ${error.message}`, error)
    throw error
  }
}

const speaksSaml2 = (role: Element): boolean =>
  (attributeOf(role, 'protocolSupportEnumeration') ?? '').split(/\s+/).includes(SAML_PROTOCOL)

const identityProviderRoles = (entity: Element): Element[] =>
  childrenOf(entity, SAML_METADATA, 'IDPSSODescriptor').filter(speaksSaml2)

/** The file may wrap its one identity provider in an EntitiesDescriptor; service providers beside it do not matter. */
function onlyIdentityProvider(root: Element): Element {
  if (isNamed(root, SAML_METADATA, 'EntityDescriptor')) {
    if (identityProviderRoles(root).length > 0) return root
    const kind =
      childrenOf(root, SAML_METADATA, 'SPSSODescriptor').length > 0
        ? ' It is that of a service provider.'
        : ''
    throw invalid(`The metadata describes no identity provider of SAML 2.0.${kind}`)
  }
  if (!isNamed(root, SAML_METADATA, 'EntitiesDescriptor')) {
    throw invalid(`The file is not SAML metadata: it begins with ${quoted(root.localName ?? '')}.`)
  }
  const providers = childrenOf(root, SAML_METADATA, 'EntityDescriptor').filter(
    (entity) => identityProviderRoles(entity).length > 0,
  )
  const [provider] = providers
  if (!provider || providers.length > 1) {
    throw invalid(`The metadata describes ${providers.length} identity providers of SAML 2.0 instead of one.`)
  }
  return provider
}

/** The end that the element sets, if it sets one. */
function requireCurrent(element: Element, now: Date): string | undefined {
  const text = attributeOf(element, 'validUntil')
  if (text === undefined) return undefined
  const until = readTime(text)
  if (!until) throw invalid(`validUntil is ${quoted(text)}, which is not a time in UTC.`)
  if (until.getTime() <= now.getTime()) {
    throw invalid(
      `The metadata was valid until ${until.toISOString()}. Download it anew from the identity provider.`,
    )
  }
  return until.toISOString()
}

/** Throws `identityProvider.metadataInvalid` unless the text can be an entity id. */
export function requireEntityId(entityId: string): string {
  if (entityId !== '' && entityId.length <= LONGEST_ENTITY_ID && !/[\s\p{C}]/u.test(entityId)) return entityId
  throw invalid('The entity id of the identity provider is missing, too long, or contains spaces.')
}

/** Throws `identityProvider.metadataInvalid` unless the text is an absolute http or https address. */
export const requireLoginUrl = (location: string): string => requireWebAddress('login', location)

/** The same for the address of single logout. */
export const requireLogoutUrl = (location: string): string => requireWebAddress('logout', location)

function requireWebAddress(what: 'login' | 'logout', location: string): string {
  const url = location.length <= LONGEST_URL && URL.canParse(location) ? new URL(location) : undefined
  if (url && (url.protocol === 'https:' || url.protocol === 'http:') && !url.username && !url.password)
    return url.href
  throw invalid(`The ${what} address ${quoted(location)} is not an http or https address.`)
}

const BINDINGS: readonly { readonly uri: string; readonly loginBinding: LoginBinding }[] = [
  { uri: BINDING_REDIRECT, loginBinding: 'redirect' },
  { uri: BINDING_POST, loginBinding: 'post' },
]

function requireSignOnService(role: Element): { loginUrl: string; loginBinding: LoginBinding } {
  const services = childrenOf(role, SAML_METADATA, 'SingleSignOnService')
  for (const { uri, loginBinding } of BINDINGS) {
    const service = services.find((candidate) => attributeOf(candidate, 'Binding') === uri)
    if (service) return { loginUrl: requireLoginUrl(attributeOf(service, 'Location') ?? ''), loginBinding }
  }
  throw invalid(
    'The identity provider offers no single sign-on service with the binding HTTP-Redirect or HTTP-POST.',
  )
}

/** A broken one is refused like a broken login address: it would send browsers anywhere. */
function findLogoutService(role: Element): LogoutService | undefined {
  const services = childrenOf(role, SAML_METADATA, 'SingleLogoutService')
  for (const { uri, loginBinding } of BINDINGS) {
    const service = services.find((candidate) => attributeOf(candidate, 'Binding') === uri)
    if (!service) continue
    const responseUrl = attributeOf(service, 'ResponseLocation')
    return {
      url: requireLogoutUrl(attributeOf(service, 'Location') ?? ''),
      ...(responseUrl !== undefined && { responseUrl: requireLogoutUrl(responseUrl) }),
      binding: loginBinding,
    }
  }
  return undefined
}

function requireCertificates(role: Element): readonly CertificateDetails[] {
  const byFingerprint = new Map<string, CertificateDetails>()
  for (const descriptor of childrenOf(role, SAML_METADATA, 'KeyDescriptor')) {
    // Without a use the key serves for both; encryption keys are none of ours.
    if ((attributeOf(descriptor, 'use') ?? 'signing') !== 'signing') continue
    for (const text of certificateTexts(descriptor)) {
      const certificate = readCertificate(text)
      byFingerprint.set(certificate.fingerprint, certificate)
    }
  }
  const certificates = [...byFingerprint.values()]
  if (certificates.length === 0)
    throw invalid('The metadata holds no signing certificate of the identity provider.')
  if (certificates.length > MAXIMUM_CERTIFICATES) {
    throw invalid(
      `The metadata holds ${certificates.length} signing certificates; at most ${MAXIMUM_CERTIFICATES} are accepted. Retire the old ones at the identity provider.`,
    )
  }
  return certificates
}

const certificateTexts = (descriptor: Element): string[] =>
  elementsOf(descriptor)
    .filter((element) => isNamed(element, XML_SIGNATURE, 'KeyInfo'))
    .flatMap((keyInfo) => childrenOf(keyInfo, XML_SIGNATURE, 'X509Data'))
    .flatMap((data) => childrenOf(data, XML_SIGNATURE, 'X509Certificate'))
    .map((certificate) => textOf(certificate) ?? '')

function readCertificate(text: string): CertificateDetails {
  try {
    return parseCertificate(text)
  } catch (error) {
    if (error instanceof IdentityCenterError) {
      throw invalid(`A signing certificate of the metadata cannot be used. ${error.message}`, error)
    }
    throw error
  }
}
