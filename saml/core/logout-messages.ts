/** Writing the messages of single logout (SAML core 3.7). Unsigned: the binding says where the signature goes. */
import { newMessageId } from './sign.js'
import {
  SAML_ASSERTION,
  SAML_PROTOCOL,
  STATUS_PARTIAL_LOGOUT,
  STATUS_RESPONDER,
  STATUS_SUCCESS,
} from './vocabulary.js'
import { xml } from './xml-text.js'

/** Under which name and in which session of the identity provider somebody is signed in. */
export interface FederatedName {
  readonly nameId: string
  readonly nameIdFormat?: string
  readonly nameQualifier?: string
  readonly spNameQualifier?: string
  readonly sessionIndex?: string
}

export interface LogoutRequestToWrite {
  readonly id: string
  readonly issuer: string
  readonly destination: string
  readonly issuedAt: Date
  readonly expiresAt: Date
  readonly name: FederatedName
}

const optional = (name: string, value: string | undefined) =>
  value === undefined ? undefined : xml` ${name}="${value}"`

/** Asks the other side to end the session of that person. Throws RangeError when a value cannot stand in XML. */
export function writeLogoutRequest({
  id,
  issuer,
  destination,
  issuedAt,
  expiresAt,
  name,
}: LogoutRequestToWrite): string {
  const { nameId, nameIdFormat, nameQualifier, spNameQualifier, sessionIndex } = name
  return xml`<samlp:LogoutRequest xmlns:samlp="${SAML_PROTOCOL}" xmlns:saml="${SAML_ASSERTION}" ID="${id}" Version="2.0" IssueInstant="${issuedAt.toISOString()}" Destination="${destination}" NotOnOrAfter="${expiresAt.toISOString()}"><saml:Issuer>${issuer}</saml:Issuer><saml:NameID${optional('Format', nameIdFormat)}${optional('NameQualifier', nameQualifier)}${optional('SPNameQualifier', spNameQualifier)}>${nameId}</saml:NameID>${sessionIndex === undefined ? undefined : xml`<samlp:SessionIndex>${sessionIndex}</samlp:SessionIndex>`}</samlp:LogoutRequest>`
    .text
}

/** How a logout went. `partial`: ended here, not everywhere. */
export type LogoutOutcome = 'success' | 'partial' | 'failed'

export interface LogoutResponseToWrite {
  readonly issuer: string
  readonly destination: string
  readonly inResponseTo: string
  readonly issuedAt: Date
  readonly outcome: LogoutOutcome
}

/** Answers a request of the other side. */
export function writeLogoutResponse({
  issuer,
  destination,
  inResponseTo,
  issuedAt,
  outcome,
}: LogoutResponseToWrite): string {
  const status =
    outcome === 'success'
      ? xml`<samlp:StatusCode Value="${STATUS_SUCCESS}"/>`
      : xml`<samlp:StatusCode Value="${STATUS_RESPONDER}">${outcome === 'partial' ? xml`<samlp:StatusCode Value="${STATUS_PARTIAL_LOGOUT}"/>` : undefined}</samlp:StatusCode>`
  return xml`<samlp:LogoutResponse xmlns:samlp="${SAML_PROTOCOL}" xmlns:saml="${SAML_ASSERTION}" ID="${newMessageId()}" Version="2.0" IssueInstant="${issuedAt.toISOString()}" Destination="${destination}" InResponseTo="${inResponseTo}"><saml:Issuer>${issuer}</saml:Issuer><samlp:Status>${status}</samlp:Status></samlp:LogoutResponse>`
    .text
}
