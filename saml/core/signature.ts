/**
 * XML signatures as SAML uses them: enveloped, one reference to the parent element (SAML core 5.4). What a good signature
 * covers is handed back as its canonical bytes, parsed anew: nothing else of the message may be believed.
 */
import { X509Certificate, type KeyObject } from 'node:crypto'
import type { Element } from '@xmldom/xmldom'
import { SignedXml } from 'xml-crypto'
import {
  attributeOf,
  attributesOf,
  childrenOf,
  elementsOf,
  isNamed,
  onlyChildOf,
  textOf,
} from './elements.js'
import { parseXml, rootOf } from './safe-xml.js'
import { SamlCheckError, quoted, type SamlCheck } from './saml-check.js'
import {
  DIGESTS,
  FURTHER_DIGESTS,
  FURTHER_SIGNATURE_ALGORITHMS,
  SIGNATURE_METHODS,
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

/**
 * Verifies `signature`, a child of `signed`, with one of our keys (never with a key that the message brings) and returns
 * the signed element, parsed from the very bytes that were signed.
 * Throws `signatureShape`, `signatureReference`, `signatureTransforms`, `signatureAlgorithm`, `signatureDigest`, `signatureValue`.
 */
export function verifySignature(
  xml: string,
  signed: Element,
  signature: Element,
  keys: readonly KeyObject[],
): Element {
  requireShape(signed, signature)
  const canonical = verifyWithAny(xml, signature, keys)
  const element = rootOf(parseXml(canonical))
  if (
    !isNamed(element, signed.namespaceURI ?? '', signed.localName ?? '') ||
    attributeOf(element, 'ID') !== attributeOf(signed, 'ID')
  ) {
    throw refuse('signatureReference', 'The signature covers another element than the one it stands in.')
  }
  return element
}

/** Everything about a signature that does not need a key: exactly the one form that SAML allows. */
function requireShape(signed: Element, signature: Element): void {
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
  requireBase64(value)
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
  requireAlgorithm('signature', method, SIGNATURE_METHODS)
  requireReference(signed, reference)
}

function requireReference(signed: Element, reference: Element): void {
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
  const applied = elementsOf(transforms).map((transform) =>
    isNamed(transform, XML_SIGNATURE, 'Transform') ? attributeOf(transform, 'Algorithm') : undefined,
  )
  if (applied.length !== 2 || applied[0] !== ENVELOPED_SIGNATURE || applied[1] !== EXCLUSIVE_C14N) {
    throw refuse(
      'signatureTransforms',
      `The signature applies ${applied.map((name) => quoted(name ?? '')).join(', ') || 'no transform'}; only enveloped signature, then exclusive canonicalization is accepted.`,
    )
  }
  requireAlgorithm('digest', digestMethod, DIGESTS)
  requireBase64(digestValue)
}

function requireAlgorithm(
  use: 'signature' | 'digest',
  method: Element,
  allowed: ReadonlyMap<string, unknown>,
): void {
  const algorithm = attributeOf(method, 'Algorithm') ?? ''
  if (allowed.has(algorithm) && attributesOf(method).length === 1 && elementsOf(method).length === 0) return
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
function requireBase64(element: Element): void {
  const text = textOf(element)?.replaceAll(/[ \t\r\n]/g, '')
  if (text && Buffer.from(text, 'base64').toString('base64') === text) return
  throw refuse('signatureShape', `${element.localName} is not plain base64 text.`)
}

const methodOf = (signature: Element): string => {
  const signedInfo = onlyChildOf(signature, XML_SIGNATURE, 'SignedInfo')
  const method = signedInfo && onlyChildOf(signedInfo, XML_SIGNATURE, 'SignatureMethod')
  return (method && attributeOf(method, 'Algorithm')) ?? ''
}

function createVerifier(key: KeyObject): SignedXml {
  const verifier = new SignedXml({ publicCert: key.export({ type: 'spki', format: 'pem' }).toString() })
  Object.assign(verifier.SignatureAlgorithms, FURTHER_SIGNATURE_ALGORITHMS)
  Object.assign(verifier.HashAlgorithms, FURTHER_DIGESTS)
  return verifier
}

/** The canonical form of what was signed, once one of the keys fits. */
function verifyWithAny(xml: string, signature: Element, keys: readonly KeyObject[]): string {
  const method = SIGNATURE_METHODS.get(methodOf(signature))
  for (const key of keys) {
    // Node would verify with whatever key it gets: a signature has to be of the kind that its key is for.
    if (key.asymmetricKeyType !== method?.keyType) continue
    const verifier = createVerifier(key)
    let intact: boolean
    try {
      // Accepts any DOM node; its typings want the browser's.
      verifier.loadSignature(signature as unknown as Parameters<SignedXml['loadSignature']>[0])
      intact = verifier.checkSignature(xml)
    } catch {
      // Not made with this key. The other one may fit: during a rollover there are two.
      continue
    }
    const [canonical, ...others] = verifier.getSignedReferences()
    if (!intact || canonical === undefined || others.length > 0) {
      throw refuse(
        'signatureDigest',
        'The message was changed after it was signed.',
        'Look for a proxy or plugin that rewrites the response between the identity provider and here.',
      )
    }
    return canonical
  }
  throw refuse(
    'signatureValue',
    'The signature was not made with any of the configured certificates.',
    'Upload the current metadata of the identity provider, or add its new signing certificate here.',
  )
}
