/** The one way into a SAML response: bounded parsing, one assertion, signatures, then what the signed bytes say. */
import type { KeyObject } from 'node:crypto'
import type { Element } from '@xmldom/xmldom'
import { checkContents, requireDecryptedAssertion, requireOneStatement } from './checks.js'
import type { ResponseExpectations, VerifiedAssertion } from './checks.js'
import { decryptAssertion, isMalleable, undecipherable } from './decryption.js'
import { allWithin, attributeOf } from './elements.js'
import { decodeMessage, parseXml, requireParsable, ROLE_BOUNDS, rootOf } from './safe-xml.js'
import { SamlCheckError } from './saml-check.js'
import { requireSameReading } from './second-reading.js'
import { isKnownToLibraries } from './signature-algorithms.js'
import { publicKeysOf, signatureOf, verifySignature } from './signature.js'
import { SAML_PROTOCOL, STATUS_SUCCESS } from './vocabulary.js'
import { xml as xmlText, XmlText } from './xml-text.js'

export type { ResponseExpectations, VerifiedAssertion } from './checks.js'

/**
 * Verifies a response that asks for a role, as it comes in a form field or an API parameter (base64). Throws `SamlCheckError`, which names the check.
 * Leaves to the receiver what only it can know: whether `inResponseTo` is an open request of its own, and that
 * `assertionId` was not seen before (remember it until `expiresAt`).
 */
export function verifyRoleResponse(base64: unknown, expected: ResponseExpectations): VerifiedAssertion {
  const xml = decodeMessage(base64, ROLE_BOUNDS)
  requireParsable(xml, ROLE_BOUNDS)
  return verifyResponseXml(xml, expected)
}

/** The same for a response that is text already. */
export const verifyResponseXml = (xml: string, expected: ResponseExpectations): VerifiedAssertion =>
  open(xml, expected, { keys: publicKeysOf(expected.certificates), libraryFollows: false }).assertion

/**
 * The request that a message says it answers, by its first words about that: whoever asks need not have the message parsed,
 * which takes a tenth of a second where somebody wants that. Nothing may be granted by it.
 */
export const answeredRequest = (xml: string): string | undefined =>
  /\sInResponseTo\s{0,9}=\s{0,9}["']([^"'<>&\s]{1,256})["']/.exec(xml)?.[1]

/** A message for a library that is to judge it too. */
export interface ReadableResponse {
  /** The message itself; one around the decrypted assertion where it came encrypted. */
  readonly xml: string
  /** Whether the Response is signed, so that it is the signature which counts. */
  readonly responseSigned: boolean
}

export interface OpenedResponse {
  readonly assertion: VerifiedAssertion
  /** Absent when no other library can judge it: it does not know the algorithm, or only the encrypted form is signed. */
  readonly readable: ReadableResponse | undefined
}

/**
 * Verifies like `verifyResponse` and also hands out what a second library may read. `keys`: those of the expected
 * certificates. Whoever gets `readable` has to let a second library judge it: the signature that counts was read once only.
 */
export const openResponse = (
  xml: string,
  expected: ResponseExpectations,
  keys: readonly KeyObject[] = publicKeysOf(expected.certificates),
): OpenedResponse => open(xml, expected, { keys, libraryFollows: true })

interface Reading {
  readonly keys: readonly KeyObject[]
  /** Whether another library is going to verify the signatures once more, where it can. */
  readonly libraryFollows: boolean
}

function open(xml: string, expected: ResponseExpectations, reading: Reading): OpenedResponse {
  const response = rootOf(parseXml(xml))
  const statement = requireOneStatement(response)
  if (statement.kind === 'plain') {
    const forLibraries = isForLibraries(response)
    const signed = verifyPlain(response, statement.assertion, {
      xml,
      keys: reading.keys,
      readTwice: !(reading.libraryFollows && forLibraries),
    })
    const message = signed.response ?? response
    return {
      assertion: checkContents(message, signed.assertion, expected, signed.response !== undefined),
      readable: forLibraries ? { xml, responseSigned: signed.response !== undefined } : undefined,
    }
  }
  const signed = verifyEncrypted(xml, response, statement.encryptedAssertion, reading, expected)
  const message = signed.response ?? response
  return {
    assertion: checkContents(message, signed.assertion, expected, signed.response !== undefined),
    readable: signed.decrypted.forLibraries
      ? {
          xml: plainResponse(attributeOf(message, 'InResponseTo'), signed.decrypted.xml),
          responseSigned: false,
        }
      : undefined,
  }
}

/** How the signatures of one document are verified. */
interface SignatureReading {
  /** The document as text. */
  readonly xml: string
  readonly keys: readonly KeyObject[]
  /** Once more by xml-crypto. */
  readonly readTwice: boolean
}

/** Verifies a signature and returns what it covers, as text. */
function coveredBy(signature: Element, signed: Element, { xml, keys, readTwice }: SignatureReading): string {
  const held = verifySignature(signed, signature, keys)
  if (readTwice) requireSameReading(xml, signature, held)
  return held.canonical
}

const readAnew = (canonical: string): Element => rootOf(parseXml(canonical))

interface SignedParts {
  /** Present when the Response itself is signed. */
  readonly response: Element | undefined
  readonly assertion: Element
}

interface DecryptedAssertion {
  readonly xml: string
  /** Whether it is signed by itself, in a way that other libraries know. */
  readonly forLibraries: boolean
}

/** Every signature in the message has to stand in its place and hold; at least one has to cover the assertion. */
function verifyPlain(response: Element, assertion: Element, reading: SignatureReading): SignedParts {
  const onResponse = signatureOf(response)
  const onAssertion = signatureOf(assertion)
  requirePlaces(response, [onResponse, onAssertion])
  const signedAssertion = onAssertion && coveredBy(onAssertion, assertion, reading)
  if (onResponse) {
    const signedResponse = readAnew(coveredBy(onResponse, response, reading))
    // The assertion as the signed bytes have it, whatever the first parse made of the message.
    const again = requireOneStatement(signedResponse)
    if (again.kind !== 'plain') throw unsigned()
    return { response: signedResponse, assertion: again.assertion }
  }
  if (signedAssertion !== undefined) return { response: undefined, assertion: readAnew(signedAssertion) }
  throw unsigned()
}

/**
 * The same for an encrypted assertion. The signature on the Response, if there is one, is verified before anything is
 * decrypted; the one on the assertion is inside.
 */
function verifyEncrypted(
  xml: string,
  response: Element,
  encryptedAssertion: Element,
  { keys, libraryFollows }: Reading,
  { decryptionKeys = [], allowCbc = false }: ResponseExpectations,
): SignedParts & { readonly decrypted: DecryptedAssertion } {
  if (decryptionKeys.length === 0) {
    throw new SamlCheckError(
      'encryption',
      'The assertion is encrypted, and encrypted assertions are not accepted here.',
      'Switch off assertion encryption for this application at the identity provider, or allow it here (setting saml.encryption).',
      { found: 'EncryptedAssertion' },
    )
  }
  const onResponse = signatureOf(response)
  requirePlaces(response, [onResponse])
  // Twice in any case: other libraries would need our private key to see past it.
  const signedResponse =
    onResponse && readAnew(coveredBy(onResponse, response, { xml, keys, readTwice: true }))
  let encrypted = encryptedAssertion
  if (signedResponse) {
    const again = requireOneStatement(signedResponse)
    if (again.kind !== 'encrypted') throw unsigned()
    encrypted = again.encryptedAssertion
  }
  const authentic = signedResponse !== undefined
  const open = () => {
    const assertionXml = decryptAssertion(encrypted, { privateKeys: decryptionKeys, authentic, allowCbc })
    const assertion = rootOf(parseXml(assertionXml))
    requireDecryptedAssertion(assertion)
    const onAssertion = signatureOf(assertion)
    requirePlaces(assertion, [onAssertion])
    if (!onAssertion) {
      if (!authentic) throw unsigned()
      return { assertion, decrypted: { xml: assertionXml, forLibraries: false } }
    }
    const forLibraries = isForLibraries(assertion)
    const signedAssertion = coveredBy(onAssertion, assertion, {
      xml: assertionXml,
      keys,
      readTwice: !(libraryFollows && forLibraries),
    })
    return { assertion: readAnew(signedAssertion), decrypted: { xml: assertionXml, forLibraries } }
  }
  const opened = allowCbc && !authentic && isMalleable(encrypted) ? failingAlike(open) : open()
  return { response: signedResponse, ...opened }
}

/** One failure for whatever fails: how far a changed cipher text got would tell what is in it. */
function failingAlike<T>(act: () => T): T {
  try {
    return act()
  } catch {
    throw undecipherable()
  }
}

/** Throws `signaturePlace` when there is a signature besides those that are in their place. */
function requirePlaces(root: Element, inPlace: readonly (Element | undefined)[]): void {
  for (const element of allWithin(root)) {
    if (element.localName !== 'Signature' || inPlace.includes(element)) continue
    throw new SamlCheckError(
      'signaturePlace',
      'A signature stands somewhere else than directly in the Response or in the Assertion.',
      'The message was put together from parts of others; look at who sent it.',
    )
  }
}

const unsigned = () =>
  new SamlCheckError(
    'signaturePresent',
    'Neither the response nor the assertion is signed.',
    'Let the identity provider sign the assertion or the response (best both), with SHA-256.',
  )

/** Whether xml-crypto by itself knows every algorithm that is named inside. */
function isForLibraries(root: Element): boolean {
  for (const element of allWithin(root)) {
    const names = element.localName === 'SignatureMethod' || element.localName === 'DigestMethod'
    if (names && !isKnownToLibraries(attributeOf(element, 'Algorithm') ?? '')) return false
  }
  return true
}

/** A response around an assertion that is signed by itself. */
const plainResponse = (inResponseTo: string | undefined, assertionXml: string): string =>
  xmlText`<samlp:Response xmlns:samlp="${SAML_PROTOCOL}" ID="_readable" Version="2.0"${inResponseTo === undefined ? undefined : xmlText` InResponseTo="${inResponseTo}"`}><samlp:Status><samlp:StatusCode Value="${STATUS_SUCCESS}"/></samlp:Status>${new XmlText(assertionXml)}</samlp:Response>`
    .text
