/** What a response and its assertion have to say (SAML profiles 4.1.4.2, 4.1.4.3). Pure; signatures are `signature.ts`'s. */
import type { Element } from '@xmldom/xmldom'
import {
  allWithin,
  attributeOf,
  attributesOf,
  childrenOf,
  elementsOf,
  isNamed,
  onlyChildOf,
  textOf,
} from './elements.js'
import { makeSideBySide, SamlCheckError, quoted, type CheckFacts, type SamlCheck } from './saml-check.js'
import {
  CONFIRMATION_BEARER,
  FORMAT_ENTITY,
  SAML_ASSERTION,
  SAML_PROTOCOL,
  STATUS_SUCCESS,
} from './vocabulary.js'
import { LATEST, readTime } from './xml-time.js'

/** What we are and whom we trust; a response has to fit it exactly. */
export interface ResponseExpectations {
  /** Certificates of the identity provider in PEM form. Keys inside the message count for nothing. */
  readonly certificates: readonly string[]
  /** Entity id of the identity provider. */
  readonly issuer: string
  readonly audience: string
  readonly recipient: string
  readonly destination: string
  readonly now: Date
  /** How far the clocks of both sides may differ. */
  readonly skewSeconds: number
  /** Oldest assertion that is accepted, however long it says it is good; no limit when absent. */
  readonly maximumAgeSeconds?: number
  /** Ways of authenticating that were asked for; the assertion has to name one of them. Any way when absent. */
  readonly authnContexts?: readonly string[] | undefined
  /** Our private keys in PEM form, for encrypted assertions; without any, those are refused. */
  readonly decryptionKeys?: readonly string[]
  /** Whether AES-CBC is taken in a response that is not signed itself; everything about it then fails alike. */
  readonly allowCbc?: boolean
}

/** What a good assertion says, all of it read from signed bytes. */
export interface VerifiedAssertion {
  readonly assertionId: string
  readonly issuer: string
  readonly nameId: string
  readonly nameIdFormat?: string
  /** Whose name it is, where the identity provider says so: a logout has to repeat it. */
  readonly nameQualifier?: string
  readonly spNameQualifier?: string
  /** The request it answers; absent when it was sent unasked. */
  readonly inResponseTo?: string
  readonly issuedAt: Date
  /** From here on it is refused, skew included: until then its id has to be remembered. */
  readonly expiresAt: Date
  readonly sessionIndex?: string
  /** The identity provider wants our session to end by then. */
  readonly sessionNotOnOrAfter?: Date
  /** Attribute values by name; values that are not plain text are left out. */
  readonly attributes: ReadonlyMap<string, readonly string[]>
}

const refuse = (check: SamlCheck, message: string, remedy: string, facts: CheckFacts = {}) =>
  new SamlCheckError(check, message, remedy, facts)

const CONFORM = 'The identity provider has to follow the SAML 2.0 web browser single sign-on profile.'
const CLOCKS =
  'Set the clocks of both servers by NTP; a response is also refused when it was kept and sent late.'

/** The one thing that a response says about a person: readable, or encrypted for us. */
export type Statement =
  | { readonly kind: 'plain'; readonly assertion: Element }
  | { readonly kind: 'encrypted'; readonly encryptedAssertion: Element }

/** Throws `message`, `version`, `uniqueIds`, `status`, `encryption`, `oneAssertion`; returns the one assertion. */
export function requireOneStatement(response: Element): Statement {
  if (!isNamed(response, SAML_PROTOCOL, 'Response')) {
    throw refuse(
      'message',
      `The message is ${quoted(response.localName ?? '')}, not a SAML 2.0 Response.`,
      CONFORM,
      { found: response.localName ?? '', expected: 'Response' },
    )
  }
  requireVersion(response)
  const all = [...allWithin(response)]
  requireUniqueIds(all)
  requireSuccess(response)
  // By local name alone: an assertion in a foreign namespace is no more welcome than a second one.
  const assertions = all.filter((element) => element.localName === 'Assertion')
  const encrypted = all.filter((element) => element.localName === 'EncryptedAssertion')
  const responses = all.filter((element) => element.localName === 'Response')
  const [statement, ...others] = [...assertions, ...encrypted]
  if (
    !statement ||
    others.length > 0 ||
    responses.length !== 1 ||
    statement.parentNode !== response ||
    statement.namespaceURI !== SAML_ASSERTION
  ) {
    throw refuse(
      'oneAssertion',
      `A response holds exactly one assertion, directly inside; this one has ${assertions.length + encrypted.length}.`,
      CONFORM,
      { found: String(assertions.length + encrypted.length), expected: '1' },
    )
  }
  if (encrypted.length > 0) return { kind: 'encrypted', encryptedAssertion: statement }
  requireReadable(all)
  requireVersion(statement)
  return { kind: 'plain', assertion: statement }
}

/** Throws `encryption` where only a part (a name, an attribute) is encrypted. */
function requireReadable(elements: readonly Element[]): void {
  const encrypted = elements.find((element) => element.localName?.startsWith('Encrypted'))
  if (!encrypted) return
  throw refuse(
    'encryption',
    `The assertion holds ${quoted(encrypted.localName ?? '')}; only a whole assertion may be encrypted.`,
    'Let the identity provider encrypt the whole assertion or nothing.',
    { found: encrypted.localName ?? '' },
  )
}

/**
 * The decrypted assertion, a document of its own: one, whole and readable. Its ids need not differ from those of the
 * message that it came in (some identity providers number their signatures): the two are never searched together.
 * Throws `oneAssertion`, `uniqueIds`, `encryption`, `version`.
 */
export function requireDecryptedAssertion(assertion: Element): void {
  const inside = [...allWithin(assertion)]
  const assertions = inside.filter((element) => element.localName === 'Assertion')
  if (!isNamed(assertion, SAML_ASSERTION, 'Assertion') || assertions.length !== 1) {
    throw refuse('oneAssertion', 'What was decrypted is not exactly one assertion.', CONFORM, {
      found: String(assertions.length),
      expected: '1',
    })
  }
  requireUniqueIds(inside)
  requireReadable(inside)
  requireVersion(assertion)
}

/** Throws `version`. */
export function requireVersion(element: Element): void {
  if (attributeOf(element, 'Version') === '2.0') return
  throw refuse('version', `${element.localName} is not of SAML version 2.0.`, CONFORM, {
    found: attributeOf(element, 'Version'),
    expected: '2.0',
  })
}

const ID = /^[A-Za-z_][A-Za-z0-9_.-]{0,255}$/

/** Throws `uniqueIds`. */
export function requireUniqueIds(elements: readonly Element[]): void {
  const seen = new Set<string>()
  for (const element of elements) {
    for (const attribute of attributesOf(element)) {
      if (attribute.localName?.toLowerCase() !== 'id') continue
      if (!ID.test(attribute.value) || seen.has(attribute.value)) {
        throw refuse(
          'uniqueIds',
          `The id ${quoted(attribute.value)} is not unique or not well-formed.`,
          CONFORM,
          { found: attribute.value },
        )
      }
      seen.add(attribute.value)
    }
  }
}

function requireSuccess(response: Element): void {
  const status = onlyChildOf(response, SAML_PROTOCOL, 'Status')
  const code = status && onlyChildOf(status, SAML_PROTOCOL, 'StatusCode')
  const value = code && attributeOf(code, 'Value')
  if (value === STATUS_SUCCESS) return
  const detail = code && onlyChildOf(code, SAML_PROTOCOL, 'StatusCode')
  const message = status && onlyChildOf(status, SAML_PROTOCOL, 'StatusMessage')
  const said = [value, detail && attributeOf(detail, 'Value'), message && textOf(message)]
    .filter((part) => part !== undefined)
    .map(quoted)
    .join(', ')
  throw refuse(
    'status',
    `The identity provider did not sign the user in: ${said || 'the response has no status'}.`,
    'Look at the sign-in log of the identity provider; often the user is not assigned to this application there.',
    { found: value, expected: STATUS_SUCCESS },
  )
}

/**
 * Everything that the message and the assertion in it have to say. Both come from signed bytes where there are such;
 * `signed`: whether the Response itself carries a signature. All of it is looked at: the error that is thrown names the
 * first failure and has the others in it.
 */
export function checkContents(
  response: Element,
  assertion: Element,
  expected: ResponseExpectations,
  signed: boolean,
): VerifiedAssertion {
  // It alone proves nothing: the signed one in the assertion has to be the same.
  const answered = attributeOf(response, 'InResponseTo')
  const { attempt, settle } = makeSideBySide()
  if (signed || childrenOf(response, SAML_ASSERTION, 'Issuer').length > 0) {
    attempt(() => requireIssuer(response, expected.issuer))
  }
  attempt(() => requireDestination(response, expected, signed))
  attempt(() => requireIssuer(assertion, expected.issuer))
  const issuedAt = attempt(() => requireFreshness(assertion, expected))
  const conditions = attempt(() => requireConditions(assertion))
  const conditionsEnd = conditions && attempt(() => requireConditionTimes(conditions, expected))
  if (conditions) attempt(() => requireAudience(conditions, expected))
  const subject = attempt(() => requireSubject(assertion))
  const name = subject && attempt(() => requireNameId(subject))
  const confirmed = subject && attempt(() => requireConfirmation(subject, expected, answered))
  const statements = attempt(() => requireAuthnStatements(assertion))
  const session = statements && attempt(() => requireSession(statements, expected))
  if (statements && expected.authnContexts) {
    const asked = expected.authnContexts
    attempt(() => requireContext(statements, asked))
  }
  settle()
  // One of them missing has failed above.
  if (!issuedAt || !name || !confirmed || !session) throw new Error('a check failed without saying so')
  const end = Math.min(confirmed.getTime(), conditionsEnd?.getTime() ?? Infinity)
  return {
    assertionId: attributeOf(assertion, 'ID') ?? '',
    issuer: expected.issuer,
    ...name,
    ...(answered !== undefined && { inResponseTo: answered }),
    issuedAt,
    expiresAt: new Date(Math.min(end + expected.skewSeconds * 1000, LATEST)),
    ...session,
    attributes: readAttributes(assertion),
  }
}

/** When present it has to be ours; on a signed message it has to be present (SAML bindings 3.5.5.2). */
export function requireDestination(
  response: Element,
  expected: Pick<ResponseExpectations, 'destination'>,
  signed: boolean,
): void {
  const destination = attributeOf(response, 'Destination')
  if (destination === undefined ? !signed : destination === expected.destination) return
  throw refuse(
    'destination',
    `The message was made for ${destination === undefined ? 'no destination' : quoted(destination)}, not for ${expected.destination}.`,
    'Enter exactly this address at the identity provider: as ACS URL (reply URL, single sign-on URL), or as logout URL.',
    { found: destination, expected: expected.destination },
  )
}

/** The element names exactly this issuer. Throws `issuer`. */
export function requireIssuer(element: Element, expected: string): void {
  const issuer = onlyChildOf(element, SAML_ASSERTION, 'Issuer')
  const format = issuer && attributeOf(issuer, 'Format')
  const name = issuer && textOf(issuer)?.trim()
  if (name === expected && (format === undefined || format === FORMAT_ENTITY)) return
  throw refuse(
    'issuer',
    `The ${element.localName} was issued by ${name === undefined ? 'nobody' : quoted(name)}, not by ${expected}.`,
    'Upload the metadata of the identity provider that sends the response, or correct the entity id here.',
    { found: name, expected },
  )
}

/** A time attribute. Throws `check` when it is there and not a time. */
export function timeOf(element: Element, name: string, check: SamlCheck): Date | undefined {
  const text = attributeOf(element, name)
  if (text === undefined) return undefined
  const time = readTime(text)
  if (time) return time
  throw refuse(check, `${name} is ${quoted(text)}, which is not a time in UTC.`, CONFORM, { found: text })
}

interface Times {
  readonly now: Date
  readonly skewSeconds: number
}

const hasBegun = (time: Date, { now, skewSeconds }: Times) =>
  now.getTime() + skewSeconds * 1000 >= time.getTime()
const hasEnded = (time: Date, { now, skewSeconds }: Times) =>
  now.getTime() - skewSeconds * 1000 >= time.getTime()

/** Throws `notYetValid`. */
export function requireBegun(what: string, time: Date | undefined, times: Times): void {
  if (!time || hasBegun(time, times)) return
  throw refuse(
    'notYetValid',
    `${what} is good from ${time.toISOString()} on; it is ${times.now.toISOString()}.`,
    CLOCKS,
    { found: time.toISOString(), expected: `≤ ${times.now.toISOString()}` },
  )
}

/** Throws `expired`. */
export function requireNotEnded(what: string, time: Date | undefined, times: Times): void {
  if (!time || !hasEnded(time, times)) return
  throw refuse(
    'expired',
    `${what} was good until ${time.toISOString()}; it is ${times.now.toISOString()}.`,
    CLOCKS,
    { found: time.toISOString(), expected: `> ${times.now.toISOString()}` },
  )
}

function requireFreshness(assertion: Element, expected: ResponseExpectations): Date {
  const issuedAt = timeOf(assertion, 'IssueInstant', 'issueInstant')
  if (!issuedAt) throw refuse('issueInstant', 'The assertion does not say when it was issued.', CONFORM)
  requireBegun('The assertion', issuedAt, expected)
  if (expected.maximumAgeSeconds !== undefined) {
    const end = new Date(issuedAt.getTime() + expected.maximumAgeSeconds * 1000)
    requireNotEnded(
      `The assertion, as one of at most ${expected.maximumAgeSeconds} seconds of age,`,
      end,
      expected,
    )
  }
  return issuedAt
}

/** Conditions the profile knows; SAML core 2.5.1.1 makes an assertion with an unknown one invalid. */
const KNOWN_CONDITIONS: readonly string[] = ['AudienceRestriction', 'OneTimeUse', 'ProxyRestriction']

function requireConditions(assertion: Element): Element {
  const conditions = onlyChildOf(assertion, SAML_ASSERTION, 'Conditions')
  if (!conditions) throw refuse('conditions', 'The assertion has no Conditions, or several.', CONFORM)
  const unknown = elementsOf(conditions).find(
    (element) =>
      element.namespaceURI !== SAML_ASSERTION || !KNOWN_CONDITIONS.includes(element.localName ?? ''),
  )
  if (unknown) {
    throw refuse(
      'conditions',
      `The assertion depends on ${quoted(unknown.localName ?? '')}, which is unknown.`,
      CONFORM,
      { found: unknown.localName ?? '' },
    )
  }
  return conditions
}

function requireConditionTimes(conditions: Element, expected: ResponseExpectations): Date | undefined {
  requireBegun('The assertion', timeOf(conditions, 'NotBefore', 'conditions'), expected)
  const end = timeOf(conditions, 'NotOnOrAfter', 'conditions')
  requireNotEnded('The assertion', end, expected)
  return end
}

function requireAudience(conditions: Element, expected: ResponseExpectations): void {
  const restrictions = childrenOf(conditions, SAML_ASSERTION, 'AudienceRestriction')
  const audiences = restrictions.map((restriction) =>
    childrenOf(restriction, SAML_ASSERTION, 'Audience').map((audience) => textOf(audience)?.trim() ?? ''),
  )
  if (audiences.length === 0 || !audiences.every((names) => names.includes(expected.audience))) {
    const said = audiences.flat().map(quoted).join(', ')
    throw refuse(
      'audience',
      `The assertion is meant for ${said || 'no audience'}, not for ${expected.audience}.`,
      'Enter exactly this value as audience (entity id, identifier) at the identity provider.',
      { found: audiences.flat().join(', '), expected: expected.audience },
    )
  }
}

function requireSubject(assertion: Element): Element {
  const subject = onlyChildOf(assertion, SAML_ASSERTION, 'Subject')
  if (!subject) throw refuse('subject', 'The assertion has no Subject, or several.', CONFORM)
  return subject
}

const LONGEST_NAME = 256
const MAP_NAME = 'Map the attribute that holds the user name here to NameID at the identity provider.'

/** The one NameID inside, plain text. Throws `nameId`. */
export function requireNameId(
  subject: Element,
): Pick<VerifiedAssertion, 'nameId' | 'nameIdFormat' | 'nameQualifier' | 'spNameQualifier'> {
  const names = childrenOf(subject, SAML_ASSERTION, 'NameID')
  const [element] = names
  if (!element || names.length > 1 || childrenOf(subject, SAML_ASSERTION, 'BaseID').length > 0) {
    throw refuse('nameId', `The subject has ${names.length} NameID elements instead of one.`, MAP_NAME)
  }
  return readNameId(element)
}

/** What a NameID says. Throws `nameId` unless it is plain text. */
export function readNameId(
  element: Element,
): Pick<VerifiedAssertion, 'nameId' | 'nameIdFormat' | 'nameQualifier' | 'spNameQualifier'> {
  const nameId = textOf(element)
  if (nameId === undefined || nameId === '' || nameId.length > LONGEST_NAME) {
    throw refuse('nameId', 'NameID is empty, too long, or holds something other than text.', MAP_NAME)
  }
  return { nameId, ...readQualifiers(element) }
}

function readQualifiers(element: Element) {
  const nameIdFormat = attributeOf(element, 'Format')
  const nameQualifier = attributeOf(element, 'NameQualifier')
  const spNameQualifier = attributeOf(element, 'SPNameQualifier')
  return {
    ...(nameIdFormat !== undefined && { nameIdFormat }),
    ...(nameQualifier !== undefined && { nameQualifier }),
    ...(spNameQualifier !== undefined && { spNameQualifier }),
  }
}

/** One bearer confirmation has to hold in full; returns its end. Reports the first failure when none does. */
function requireConfirmation(
  subject: Element,
  expected: ResponseExpectations,
  answered: string | undefined,
): Date {
  const confirmations = childrenOf(subject, SAML_ASSERTION, 'SubjectConfirmation').filter(
    (confirmation) => attributeOf(confirmation, 'Method') === CONFIRMATION_BEARER,
  )
  let failure: SamlCheckError | undefined
  for (const confirmation of confirmations) {
    try {
      return checkConfirmation(confirmation, expected, answered)
    } catch (error) {
      if (!(error instanceof SamlCheckError)) throw error
      failure ??= error
    }
  }
  throw failure ?? refuse('subjectConfirmation', 'The subject has no confirmation of method bearer.', CONFORM)
}

function checkConfirmation(
  confirmation: Element,
  expected: ResponseExpectations,
  answered: string | undefined,
): Date {
  const data = onlyChildOf(confirmation, SAML_ASSERTION, 'SubjectConfirmationData')
  const end = data && timeOf(data, 'NotOnOrAfter', 'subjectConfirmation')
  if (!data || !end) {
    throw refuse('subjectConfirmation', 'The bearer confirmation has no data with NotOnOrAfter.', CONFORM)
  }
  const recipient = attributeOf(data, 'Recipient')
  if (recipient !== expected.recipient) {
    throw refuse(
      'recipient',
      `The assertion was made for the recipient ${recipient === undefined ? 'nobody' : quoted(recipient)}, not for ${expected.recipient}.`,
      'Enter exactly this address as ACS URL (recipient, reply URL) at the identity provider.',
      { found: recipient, expected: expected.recipient },
    )
  }
  requireBegun('The confirmation', timeOf(data, 'NotBefore', 'subjectConfirmation'), expected)
  requireNotEnded('The confirmation', end, expected)
  const signedAnswer = attributeOf(data, 'InResponseTo')
  if (signedAnswer !== answered) {
    throw refuse(
      'inResponseTo',
      `The response answers ${answered === undefined ? 'no request' : quoted(answered)}, the assertion inside ${signedAnswer === undefined ? 'none' : quoted(signedAnswer)}.`,
      'The assertion was moved from one response to another, or the identity provider leaves InResponseTo out of it.',
      { found: signedAnswer, expected: answered },
    )
  }
  return end
}

function requireAuthnStatements(assertion: Element): readonly [Element, ...Element[]] {
  const [first, ...others] = childrenOf(assertion, SAML_ASSERTION, 'AuthnStatement')
  if (first) return [first, ...others]
  throw refuse('authnStatement', 'The assertion does not say that the user authenticated.', CONFORM)
}

function requireSession(
  statements: readonly [Element, ...Element[]],
  expected: ResponseExpectations,
): { sessionIndex?: string; sessionNotOnOrAfter?: Date } {
  const ends = statements
    .map((statement) => timeOf(statement, 'SessionNotOnOrAfter', 'authnStatement'))
    .filter((end) => end !== undefined)
  const over = ends.find((end) => hasEnded(end, expected))
  if (over) {
    throw refuse(
      'sessionEnded',
      `The session at the identity provider ended at ${over.toISOString()}.`,
      CLOCKS,
      { found: over.toISOString(), expected: `> ${expected.now.toISOString()}` },
    )
  }
  const sessionIndex = attributeOf(statements[0], 'SessionIndex')
  return {
    ...(sessionIndex !== undefined && { sessionIndex }),
    ...(ends.length > 0 && { sessionNotOnOrAfter: new Date(Math.min(...ends.map(Number))) }),
  }
}

/** Every statement has to name a way of authenticating that was asked for (SAML core 3.3.2.2.1, "exact"). */
function requireContext(statements: readonly Element[], asked: readonly string[]): void {
  for (const statement of statements) {
    const context = onlyChildOf(statement, SAML_ASSERTION, 'AuthnContext')
    const reference = context && onlyChildOf(context, SAML_ASSERTION, 'AuthnContextClassRef')
    const found = reference && textOf(reference)?.trim()
    if (found !== undefined && asked.includes(found)) continue
    throw refuse(
      'authnContext',
      `The user authenticated by ${found === undefined ? 'no named way' : quoted(found)}, not by ${asked.map(quoted).join(' or ')}.`,
      'Let the identity provider ask for the second factor (or whatever is asked for) in this application and say so, or change the setting saml.authnContext here.',
      { found, expected: asked.join(', ') },
    )
  }
}

function readAttributes(assertion: Element): ReadonlyMap<string, readonly string[]> {
  const attributes = new Map<string, readonly string[]>()
  for (const statement of childrenOf(assertion, SAML_ASSERTION, 'AttributeStatement')) {
    for (const attribute of childrenOf(statement, SAML_ASSERTION, 'Attribute')) {
      const name = attributeOf(attribute, 'Name')
      if (name === undefined) continue
      const values = childrenOf(attribute, SAML_ASSERTION, 'AttributeValue')
        .map(textOf)
        .filter((value) => value !== undefined)
      attributes.set(name, [...(attributes.get(name) ?? []), ...values])
    }
  }
  return attributes
}
