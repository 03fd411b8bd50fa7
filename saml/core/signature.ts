/**
 * XML signatures as SAML uses them: enveloped, one reference to the parent element (SAML core 5.4). What a good signature
 * covers is handed back as its canonical bytes, to be parsed anew: nothing else of the message may be believed.
 */
import { createHash, X509Certificate, type KeyObject } from 'node:crypto'
import type { Element } from '@xmldom/xmldom'
import { canonicalize } from './canonical.js'
import { attributeOf, attributesOf, childrenOf, elementsOf, isNamed, textOf } from './elements.js'
import { parseXml, rootOf } from './safe-xml.js'
import { SamlCheckError, quoted, type SamlCheck } from './saml-check.js'
import {
  DIGESTS,
  isSignatureOf,
  SIGNATURE_METHODS,
  type Hash,
  type SignatureMethod,
} from './signature-algorithms.js'
import { ENVELOPED_SIGNATURE, EXCLUSIVE_C14N, XML_SIGNATURE } from './vocabulary.js'

const SIGN_AS_USUAL =
  'Let the identity provider sign with an enveloped signature of its SAML library and nothing added to it.'
const USE_SHA256 =
  'Set the signing algorithm of this application to SHA-256 at the identity provider (Entra ID: SAML certificates, ' +
  'Signing Algorithm; Okta: Signature Algorithm and Digest Algorithm; Keycloak: Signature Algorithm RSA_SHA256; ' +
  'OneLogin: SAML Signature Algorithm; AD FS: Secure hash algorithm).'

const refuse = (check: SamlCheck, message: string, remedy: string = SIGN_AS_USUAL, found?: string) =>
  new SamlCheckError(check, message, remedy, { found })

/** The public keys of certificates in PEM form, in their order. Throws when one is not a certificate. */
export const publicKeysOf = (certificates: readonly string[]): readonly KeyObject[] =>
  certificates.map((pem) => new X509Certificate(pem).publicKey)

/** The element's own signature, if it has one. Throws `signatureShape` when it has several. */
export function signatureOf(element: Element): Element | undefined {
  const signatures = childrenOf(element, XML_SIGNATURE, 'Signature')
  if (signatures.length > 1)
    throw refuse('signatureShape', `${element.localName} has more than one signature.`)
  return signatures[0]
}

/** Where a signature held: what is signed, and the key that fits. */
export interface HeldSignature {
  /** The signed element, in the very bytes that were signed. */
  readonly canonical: string
  readonly key: KeyObject
}

/**
 * Verifies `signature`, a child of `signed`, with one of our keys, never with a key that the message brings.
 * Throws `signatureShape`, `signatureReference`, `signatureTransforms`, `signatureAlgorithm`, `signatureDigest`, `signatureValue`.
 */
export function verifySignature(
  signed: Element,
  signature: Element,
  keys: readonly KeyObject[],
): HeldSignature {
  const [signedInfo, value, keyInfo, ...others] = elementsOf(signature)
  if (
    !signedInfo ||
    !isNamed(signedInfo, XML_SIGNATURE, 'SignedInfo') ||
    !value ||
    !isNamed(value, XML_SIGNATURE, 'SignatureValue') ||
    (keyInfo && !isNamed(keyInfo, XML_SIGNATURE, 'KeyInfo')) ||
    others.length > 0
  ) {
    throw refuse(
      'signatureShape',
      'A signature holds one SignedInfo, one SignatureValue and at most one KeyInfo.',
    )
  }
  const signatureValue = requireBase64(value)
  const claimed = readSignedInfo(signed, signedInfo)
  const bytes = canonicalize(signedInfo, { inclusivePrefixes: claimed.inclusivePrefixes })
  const key = keys.find((candidate) => isSignatureOf(claimed.method, candidate, bytes, signatureValue))
  if (!key) {
    throw refuse(
      'signatureValue',
      'The signature was not made with any of the configured certificates.',
      'Upload the current metadata of the identity provider, or add its new signing certificate here.',
    )
  }
  // From here on SignedInfo is what was signed, and no longer what the message was read as.
  const { reference } = readSignedInfo(signed, rootOf(parseXml(bytes)))
  const canonical = canonicalize(signed, {
    without: signature,
    inclusivePrefixes: reference.inclusivePrefixes,
  })
  if (!createHash(reference.hash).update(canonical, 'utf8').digest().equals(reference.digest)) {
    throw refuse(
      'signatureDigest',
      'The message was changed after it was signed.',
      'Look for a proxy or plugin that rewrites the response between the identity provider and here.',
    )
  }
  return { canonical, key }
}

interface SignedInfo {
  readonly method: SignatureMethod
  readonly inclusivePrefixes: readonly string[]
  readonly reference: Reference
}

interface Reference {
  readonly hash: Hash
  readonly digest: Buffer
  readonly inclusivePrefixes: readonly string[]
}

/** What a signature of `signed` says about itself, in exactly the one form that SAML allows. */
function readSignedInfo(signed: Element, signedInfo: Element): SignedInfo {
  const [canonicalization, method, reference, ...more] = elementsOf(signedInfo)
  if (
    !canonicalization ||
    !isNamed(canonicalization, XML_SIGNATURE, 'CanonicalizationMethod') ||
    !method ||
    !isNamed(method, XML_SIGNATURE, 'SignatureMethod') ||
    !reference ||
    !isNamed(reference, XML_SIGNATURE, 'Reference') ||
    more.length > 0
  ) {
    throw refuse(
      'signatureShape',
      'SignedInfo holds one canonicalization, one method and exactly one Reference.',
    )
  }
  if (attributeOf(canonicalization, 'Algorithm') !== EXCLUSIVE_C14N) {
    throw refuse(
      'signatureTransforms',
      `SignedInfo is canonicalized by ${quoted(attributeOf(canonicalization, 'Algorithm') ?? '')}, not by exclusive canonicalization.`,
    )
  }
  return {
    method: requireAlgorithm('signature', method, SIGNATURE_METHODS),
    inclusivePrefixes: inclusivePrefixesOf(canonicalization),
    reference: readReference(signed, reference),
  }
}

function readReference(signed: Element, reference: Element): Reference {
  const id = attributeOf(signed, 'ID')
  if (id === undefined || attributeOf(reference, 'URI') !== `#${id}`) {
    throw refuse('signatureReference', 'The signature does not refer to the element it stands in.')
  }
  const [transforms, digestMethod, digestValue, ...others] = elementsOf(reference)
  if (
    !transforms ||
    !isNamed(transforms, XML_SIGNATURE, 'Transforms') ||
    !digestMethod ||
    !isNamed(digestMethod, XML_SIGNATURE, 'DigestMethod') ||
    !digestValue ||
    !isNamed(digestValue, XML_SIGNATURE, 'DigestValue') ||
    others.length > 0
  ) {
    throw refuse('signatureShape', 'A Reference holds Transforms, one DigestMethod and one DigestValue.')
  }
  const applied = elementsOf(transforms)
  const [enveloped, exclusive] = applied
  const names = applied.map((transform) =>
    isNamed(transform, XML_SIGNATURE, 'Transform') ? attributeOf(transform, 'Algorithm') : undefined,
  )
  if (
    !enveloped ||
    !exclusive ||
    names.length !== 2 ||
    names[0] !== ENVELOPED_SIGNATURE ||
    names[1] !== EXCLUSIVE_C14N ||
    elementsOf(enveloped).length > 0
  ) {
    throw refuse(
      'signatureTransforms',
      `The signature applies ${names.map((name) => quoted(name ?? '')).join(', ') || 'no transform'}; only enveloped signature, then exclusive canonicalization is accepted.`,
    )
  }
  return {
    hash: requireAlgorithm('digest', digestMethod, DIGESTS),
    digest: requireBase64(digestValue),
    inclusivePrefixes: inclusivePrefixesOf(exclusive),
  }
}

/** Far more than identity providers list. Each is looked for at every element that is canonicalized. */
const MOST_PREFIXES = 64

/** Prefixes in the one parameter that exclusive canonicalization has (https://www.w3.org/TR/xml-exc-c14n/ section 4). */
function inclusivePrefixesOf(method: Element): readonly string[] {
  const [inclusive, ...others] = elementsOf(method)
  if (!inclusive) return []
  const list = attributeOf(inclusive, 'PrefixList')
  if (
    !isNamed(inclusive, EXCLUSIVE_C14N, 'InclusiveNamespaces') ||
    others.length > 0 ||
    list === undefined ||
    elementsOf(inclusive).length > 0
  ) {
    throw refuse(
      'signatureTransforms',
      'Exclusive canonicalization has at most one parameter, InclusiveNamespaces with a PrefixList.',
    )
  }
  const prefixes = new Set(list.split(/[ \t\r\n]+/).filter((prefix) => prefix !== ''))
  if (prefixes.size > MOST_PREFIXES) {
    throw refuse(
      'signatureTransforms',
      `A PrefixList has ${prefixes.size} prefixes; at most ${MOST_PREFIXES} are accepted.`,
    )
  }
  return [...prefixes]
}

/** What the table has for the algorithm that the method names, and names without parameters. */
function requireAlgorithm<T>(
  use: 'signature' | 'digest',
  method: Element,
  allowed: ReadonlyMap<string, T>,
): T {
  const algorithm = attributeOf(method, 'Algorithm') ?? ''
  const known = allowed.get(algorithm)
  if (known !== undefined && attributesOf(method).length === 1 && elementsOf(method).length === 0)
    return known
  throw algorithmRefused(use, algorithm)
}

/** Names the algorithm and where to change it at the identity provider. */
export function algorithmRefused(use: 'signature' | 'digest', algorithm: string): SamlCheckError {
  const name = algorithm.replace(/^.*[#/]/, '').toUpperCase()
  const weak = name.includes('SHA1') ? `, which can be forged` : ', which is not accepted here'
  return refuse(
    'signatureAlgorithm',
    `The ${use} algorithm is ${name || 'missing'} (${quoted(algorithm)})${weak}.`,
    USE_SHA256,
    algorithm,
  )
}

/** Text only: a comment or child inside a value once made libraries compare a part of it. */
function requireBase64(element: Element): Buffer {
  const text = textOf(element)?.replaceAll(/[ \t\r\n]/g, '')
  const bytes = Buffer.from(text ?? '', 'base64')
  if (text && bytes.toString('base64') === text) return bytes
  throw refuse('signatureShape', `${element.localName} is not plain base64 text.`)
}
