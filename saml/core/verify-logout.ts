/** The one way into a logout message (SAML core 3.7, profiles 4.4): always signed, always for us, always fresh. */
import type { KeyObject } from 'node:crypto'
import type { Element } from '@xmldom/xmldom'
import {
  readNameId,
  requireBegun,
  requireDestination,
  requireIssuer,
  requireNameId,
  requireNotEnded,
  requireUniqueIds,
  requireVersion,
  timeOf,
} from './checks.js'
import { decryptSignedId } from './decryption.js'
import { allWithin, attributeOf, childrenOf, isNamed, onlyChildOf, textOf } from './elements.js'
import type { FederatedName, LogoutOutcome } from './logout-messages.js'
import { verifyRedirect, type MessageField, type RedirectMessage } from './redirect-binding.js'
import { LOGOUT_BOUNDS, parseXml, rootOf } from './safe-xml.js'
import { SamlCheckError, quoted } from './saml-check.js'
import { requireSameReading } from './second-reading.js'
import { publicKeysOf, signatureOf, verifySignature } from './signature.js'
import { SAML_ASSERTION, SAML_PROTOCOL, STATUS_PARTIAL_LOGOUT, STATUS_SUCCESS } from './vocabulary.js'

export interface LogoutExpectations {
  /** Certificates of the identity provider in PEM form. */
  readonly certificates: readonly string[]
  readonly issuer: string
  /** Our address for logout messages. */
  readonly destination: string
  readonly now: Date
  readonly skewSeconds: number
  readonly maximumAgeSeconds: number
  /** Our private keys in PEM form, for encrypted names; without any, those are refused. */
  readonly decryptionKeys?: readonly string[]
}

/** A message as a browser brought it: in a form (`decodeMessage`), or in the address (`readRedirect`). */
export type LogoutMessageForm =
  | { readonly binding: 'post'; readonly field: MessageField; readonly xml: string }
  | { readonly binding: 'redirect'; readonly message: RedirectMessage }

export type LogoutMessage =
  | {
      readonly kind: 'request'
      readonly id: string
      readonly name: Omit<FederatedName, 'sessionIndex'>
      /** The sessions that are to end; all of the person's when empty. */
      readonly sessionIndexes: readonly string[]
      /** Until then the id has to be remembered. */
      readonly expiresAt: Date
    }
  | { readonly kind: 'response'; readonly inResponseTo: string; readonly outcome: LogoutOutcome }

const CONFORM = 'The identity provider has to follow the SAML 2.0 single logout profile.'
const LONGEST_LIST = 50

/** Verifies and reads. Throws `SamlCheckError`. Whether the id was seen before, or the request is ours, is the receiver's. */
export function verifyLogoutMessage(form: LogoutMessageForm, expected: LogoutExpectations): LogoutMessage {
  const keys = publicKeysOf(expected.certificates)
  const field = form.binding === 'post' ? form.field : form.message.field
  const root =
    form.binding === 'post' ? verifiedPost(form.xml, field, keys) : verifiedRedirect(form.message, keys)
  requireIssuer(root, expected.issuer)
  requireDestination(root, expected, true)
  const issuedAt = timeOf(root, 'IssueInstant', 'issueInstant')
  if (!issuedAt)
    throw new SamlCheckError('issueInstant', 'The message does not say when it was issued.', CONFORM)
  requireBegun('The message', issuedAt, expected)
  const oldest = new Date(issuedAt.getTime() + expected.maximumAgeSeconds * 1000)
  requireNotEnded(
    `The message, as one of at most ${expected.maximumAgeSeconds} seconds of age,`,
    oldest,
    expected,
  )
  return field === 'SAMLResponse' ? readResponse(root) : readRequest(root, oldest, expected)
}

function verifiedPost(xml: string, field: MessageField, keys: readonly KeyObject[]): Element {
  const root = requireShape(rootOf(parseXml(xml, LOGOUT_BOUNDS)), field)
  const signature = signatureOf(root)
  requireNoSignatureBut(root, signature)
  if (!signature) {
    throw new SamlCheckError(
      'signaturePresent',
      'The logout message is not signed.',
      'Let the identity provider sign its logout messages.',
    )
  }
  const held = verifySignature(root, signature, keys)
  requireSameReading(xml, signature, held)
  return rootOf(parseXml(held.canonical))
}

function verifiedRedirect(message: RedirectMessage, keys: readonly KeyObject[]): Element {
  verifyRedirect(message, keys)
  const root = requireShape(rootOf(parseXml(message.xml, LOGOUT_BOUNDS)), message.field)
  // The query is signed; a second signature inside has no place (SAML bindings 3.4.4.1).
  requireNoSignatureBut(root, undefined)
  return root
}

function requireShape(root: Element, field: MessageField): Element {
  const name = field === 'SAMLRequest' ? 'LogoutRequest' : 'LogoutResponse'
  if (!isNamed(root, SAML_PROTOCOL, name)) {
    throw new SamlCheckError(
      'message',
      `The message is ${quoted(root.localName ?? '')}, not a ${name}.`,
      CONFORM,
      {
        found: root.localName ?? '',
        expected: name,
      },
    )
  }
  requireVersion(root)
  requireUniqueIds([...allWithin(root)])
  return root
}

function requireNoSignatureBut(root: Element, signature: Element | undefined): void {
  for (const element of allWithin(root)) {
    if (element.localName !== 'Signature' || element === signature) continue
    throw new SamlCheckError(
      'signaturePlace',
      'A signature stands where the binding has none.',
      'The message was put together from parts of others; look at who sent it.',
    )
  }
}

function readRequest(root: Element, oldest: Date, expected: LogoutExpectations): LogoutMessage {
  const end = timeOf(root, 'NotOnOrAfter', 'conditions')
  requireNotEnded('The request', end, expected)
  const sessionIndexes = childrenOf(root, SAML_PROTOCOL, 'SessionIndex').map(textOf)
  if (sessionIndexes.length > LONGEST_LIST || sessionIndexes.includes(undefined)) {
    throw new SamlCheckError('subject', 'The sessions to end are not plain texts, or too many.', CONFORM)
  }
  return {
    kind: 'request',
    id: attributeOf(root, 'ID') ?? '',
    name: requireName(root, expected),
    sessionIndexes: sessionIndexes.filter((index) => index !== undefined),
    expiresAt: new Date(oldest.getTime() + expected.skewSeconds * 1000),
  }
}

/** The one name in a request whose signature has been verified, plain or encrypted for us. */
function requireName(
  root: Element,
  { decryptionKeys = [] }: LogoutExpectations,
): Omit<FederatedName, 'sessionIndex'> {
  const encrypted = childrenOf(root, SAML_ASSERTION, 'EncryptedID')
  const [encryptedId, ...others] = encrypted
  const plain = childrenOf(root, SAML_ASSERTION, 'NameID')
  if (!encryptedId) return requireNameId(root)
  if (others.length > 0 || plain.length > 0) {
    throw new SamlCheckError('nameId', 'The request names somebody more than once.', CONFORM)
  }
  if (decryptionKeys.length === 0) {
    throw new SamlCheckError(
      'encryption',
      'The name is encrypted, and encryption is not accepted here.',
      'Switch off encryption for this application at the identity provider, or allow it here (setting saml.encryption).',
      { found: 'EncryptedID' },
    )
  }
  const nameId = rootOf(parseXml(decryptSignedId(encryptedId, decryptionKeys)))
  if (!isNamed(nameId, SAML_ASSERTION, 'NameID')) {
    throw new SamlCheckError('nameId', 'What was decrypted is not a NameID.', CONFORM)
  }
  return readNameId(nameId)
}

function readResponse(root: Element): LogoutMessage {
  const inResponseTo = attributeOf(root, 'InResponseTo')
  if (inResponseTo === undefined) {
    throw new SamlCheckError('inResponseTo', 'The response does not say which request it answers.', CONFORM)
  }
  const status = onlyChildOf(root, SAML_PROTOCOL, 'Status')
  const codes = status ? [...allWithin(status)].filter(({ localName }) => localName === 'StatusCode') : []
  const values = codes.map((code) => attributeOf(code, 'Value'))
  const outcome = values.includes(STATUS_PARTIAL_LOGOUT)
    ? 'partial'
    : values[0] === STATUS_SUCCESS && values.length === 1
      ? 'success'
      : 'failed'
  return { kind: 'response', inResponseTo, outcome }
}
