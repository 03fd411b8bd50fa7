/** Making signed SAML responses: the product does so as identity provider of the simulated accounts. */
import { randomBytes } from 'node:crypto'
import { SignedXml } from 'xml-crypto'
import {
  CONFIRMATION_BEARER,
  CONTEXT_UNSPECIFIED,
  DIGEST_SHA256,
  ENVELOPED_SIGNATURE,
  EXCLUSIVE_C14N,
  FORMAT_UNSPECIFIED,
  ROLE_ATTRIBUTE,
  ROLE_SESSION_NAME_ATTRIBUTE,
  RSA_SHA256,
  SAML_ASSERTION,
  SAML_PROTOCOL,
  STATUS_SUCCESS,
} from './vocabulary.js'
import { xml } from './xml-text.js'

export interface SigningKeyPair {
  readonly privateKeyPem: string
  readonly certificatePem: string
}

export interface ResponseToSign {
  readonly key: SigningKeyPair
  /** Which elements carry a signature (RSA-SHA256). */
  readonly sign: 'response' | 'assertion' | 'both'
  /** Entity id of the signer. */
  readonly issuer: string
  readonly destination: string
  readonly recipient: string
  readonly audience: string
  readonly nameId: string
  readonly nameIdFormat?: string
  /** The request it answers; absent for a response that was not asked for. */
  readonly inResponseTo?: string
  readonly issuedAt: Date
  readonly lifetimeSeconds: number
  readonly sessionNotOnOrAfter?: Date
  readonly attributes?: Readonly<Record<string, readonly string[]>>
}

export interface SignedResponse {
  readonly xml: string
  /** As it goes into the SAMLResponse field. */
  readonly base64: string
  readonly responseId: string
  readonly assertionId: string
}

/** A fresh id of a message: 160 random bits, as SAML core 1.3.4 wants. */
export const newMessageId = (): string => `_${randomBytes(20).toString('hex')}`
const toTime = (date: Date): string => date.toISOString()

/** A signed response with one assertion about `nameId`. Throws RangeError when a value cannot stand in XML. */
export function signResponse(parameters: ResponseToSign): SignedResponse {
  const responseId = newMessageId()
  const assertionId = newMessageId()
  let text = buildResponse(parameters, responseId, assertionId)
  // Inside out: the response's digest covers the assertion's signature.
  if (parameters.sign !== 'response') text = signElement(text, 'Assertion', parameters.key)
  if (parameters.sign !== 'assertion') text = signElement(text, 'Response', parameters.key)
  return { xml: text, base64: Buffer.from(text, 'utf8').toString('base64'), responseId, assertionId }
}

function buildResponse(parameters: ResponseToSign, responseId: string, assertionId: string): string {
  const { issuer, destination, recipient, audience, nameId, inResponseTo, sessionNotOnOrAfter } = parameters
  const issued = toTime(parameters.issuedAt)
  const ends = toTime(new Date(parameters.issuedAt.getTime() + parameters.lifetimeSeconds * 1000))
  const answers = inResponseTo === undefined ? undefined : xml` InResponseTo="${inResponseTo}"`
  const sessionEnds = sessionNotOnOrAfter && xml` SessionNotOnOrAfter="${toTime(sessionNotOnOrAfter)}"`
  const attributes = Object.entries(parameters.attributes ?? {}).map(
    ([name, values]) =>
      xml`<saml:Attribute Name="${name}">${values.map((value) => xml`<saml:AttributeValue>${value}</saml:AttributeValue>`)}</saml:Attribute>`,
  )
  return xml`<samlp:Response xmlns:samlp="${SAML_PROTOCOL}" xmlns:saml="${SAML_ASSERTION}" ID="${responseId}" Version="2.0" IssueInstant="${issued}" Destination="${destination}"${answers}><saml:Issuer>${issuer}</saml:Issuer><samlp:Status><samlp:StatusCode Value="${STATUS_SUCCESS}"/></samlp:Status><saml:Assertion ID="${assertionId}" Version="2.0" IssueInstant="${issued}"><saml:Issuer>${issuer}</saml:Issuer><saml:Subject><saml:NameID Format="${parameters.nameIdFormat ?? FORMAT_UNSPECIFIED}">${nameId}</saml:NameID><saml:SubjectConfirmation Method="${CONFIRMATION_BEARER}"><saml:SubjectConfirmationData NotOnOrAfter="${ends}" Recipient="${recipient}"${answers}/></saml:SubjectConfirmation></saml:Subject><saml:Conditions NotBefore="${issued}" NotOnOrAfter="${ends}"><saml:AudienceRestriction><saml:Audience>${audience}</saml:Audience></saml:AudienceRestriction></saml:Conditions><saml:AuthnStatement AuthnInstant="${issued}" SessionIndex="${assertionId}"${sessionEnds}><saml:AuthnContext><saml:AuthnContextClassRef>${CONTEXT_UNSPECIFIED}</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>${attributes.length > 0 ? xml`<saml:AttributeStatement>${attributes}</saml:AttributeStatement>` : undefined}</saml:Assertion></samlp:Response>`
    .text
}

/** Elements that are signed here. Metadata has no Issuer: its signature comes first. */
type SignedElement = 'Response' | 'Assertion' | 'LogoutRequest' | 'LogoutResponse' | 'EntityDescriptor'

/** Puts an enveloped signature (RSA-SHA256) where the schema wants it: after the element's Issuer, or first. */
export function signElement(text: string, name: SignedElement, key: SigningKeyPair): string {
  const element = `//*[local-name(.)='${name}']`
  const signer = new SignedXml({
    privateKey: key.privateKeyPem,
    publicCert: key.certificatePem,
    signatureAlgorithm: RSA_SHA256,
    canonicalizationAlgorithm: EXCLUSIVE_C14N,
  })
  signer.addReference({
    xpath: element,
    transforms: [ENVELOPED_SIGNATURE, EXCLUSIVE_C14N],
    digestAlgorithm: DIGEST_SHA256,
  })
  signer.computeSignature(text, {
    prefix: 'ds',
    location:
      name === 'EntityDescriptor'
        ? { reference: element, action: 'prepend' }
        : { reference: `${element}/*[local-name(.)='Issuer']`, action: 'after' },
  })
  return signer.getSignedXml()
}

/** A response is good for this long; with it the account opens a role session. */
const ROLE_RESPONSE_SECONDS = 60

export interface RoleResponseToSign {
  readonly key: SigningKeyPair
  /** Entity id of the Identity Center as the account's SAML provider knows it. */
  readonly issuer: string
  readonly destination: string
  readonly recipient: string
  readonly audience: string
  /** Becomes the signed NameID, which the role session keeps as its source identity. */
  readonly userName: string
  readonly roleArn: string
  readonly principalArn: string
  readonly roleSessionName: string
  readonly issuedAt: Date
  /** By then the role session has to end. */
  readonly sessionNotOnOrAfter?: Date | undefined
}

/** The response with which a user enters an account under a role: signed as a whole, good for 60 seconds. */
export function signRoleResponse(parameters: RoleResponseToSign): SignedResponse {
  const { key, issuer, destination, recipient, audience, issuedAt } = parameters
  return signResponse({
    key,
    issuer,
    destination,
    recipient,
    audience,
    issuedAt,
    sign: 'response',
    nameId: parameters.userName,
    lifetimeSeconds: ROLE_RESPONSE_SECONDS,
    ...(parameters.sessionNotOnOrAfter && { sessionNotOnOrAfter: parameters.sessionNotOnOrAfter }),
    attributes: {
      [ROLE_ATTRIBUTE]: [`${parameters.roleArn},${parameters.principalArn}`],
      [ROLE_SESSION_NAME_ATTRIBUTE]: [parameters.roleSessionName],
    },
  })
}
