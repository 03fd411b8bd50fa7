/** Writing SAML metadata: of the product as identity provider (for accounts) and as service provider (for the IdP). */
import { certificateBody } from './certificate.js'
import { newMessageId, signElement, type SigningKeyPair } from './sign.js'
import {
  BINDING_POST,
  BINDING_REDIRECT,
  FORMAT_EMAIL,
  FORMAT_UNSPECIFIED,
  SAML_METADATA,
  SAML_PROTOCOL,
  XML_ENCRYPTION,
  XML_ENCRYPTION_11,
  XML_SIGNATURE,
} from './vocabulary.js'
import { xml, type XmlText } from './xml-text.js'

const keyDescriptor = (
  use: 'signing' | 'encryption',
  certificatePem: string,
  methods: readonly string[] = [],
): XmlText =>
  xml`<md:KeyDescriptor use="${use}"><ds:KeyInfo><ds:X509Data><ds:X509Certificate>${certificateBody(certificatePem)}</ds:X509Certificate></ds:X509Data></ds:KeyInfo>${methods.map((method) => xml`<md:EncryptionMethod Algorithm="${method}"/>`)}</md:KeyDescriptor>`

const signingKey = (certificatePem: string): XmlText => keyDescriptor('signing', certificatePem)

/** Best first. AES-CBC is left out: it is taken in a signed response only, which metadata cannot say. */
const ENCRYPTION_METHODS = [
  `${XML_ENCRYPTION_11}aes256-gcm`,
  `${XML_ENCRYPTION_11}aes128-gcm`,
  `${XML_ENCRYPTION}rsa-oaep-mgf1p`,
]

const nameIdFormats = xml`<md:NameIDFormat>${FORMAT_UNSPECIFIED}</md:NameIDFormat><md:NameIDFormat>${FORMAT_EMAIL}</md:NameIDFormat>`

export interface ProviderDescription {
  readonly entityId: string
  /** Where users of this identity provider begin. */
  readonly ssoUrl: string
  readonly certificates: readonly string[]
}

/** Metadata of an identity provider, as an account's SAML provider keeps it. */
export const providerMetadata = ({ entityId, ssoUrl, certificates }: ProviderDescription): string =>
  xml`<?xml version="1.0" encoding="UTF-8"?>
<md:EntityDescriptor xmlns:md="${SAML_METADATA}" xmlns:ds="${XML_SIGNATURE}" entityID="${entityId}"><md:IDPSSODescriptor WantAuthnRequestsSigned="false" protocolSupportEnumeration="${SAML_PROTOCOL}">${certificates.map(signingKey)}${nameIdFormats}<md:SingleSignOnService Binding="${BINDING_REDIRECT}" Location="${ssoUrl}"/></md:IDPSSODescriptor></md:EntityDescriptor>
`.text

export interface ServiceProviderDescription {
  readonly entityId: string
  readonly acsUrl: string
  readonly logoutUrl: string
  /** Of the key that signs our messages, and of its successor or predecessor while keys roll over. */
  readonly certificates: readonly string[]
  /** Of the key that assertions may be encrypted for. Without it no identity provider encrypts for us. */
  readonly encryptionCertificatePem?: string | undefined
  /** Signs the metadata itself; unsigned when absent. */
  readonly signWith?: SigningKeyPair | undefined
}

/** Metadata of this service provider, for the identity provider. */
export function serviceProviderMetadata({
  entityId,
  acsUrl,
  logoutUrl,
  certificates,
  encryptionCertificatePem,
  signWith,
}: ServiceProviderDescription): string {
  const encryption =
    encryptionCertificatePem === undefined
      ? undefined
      : keyDescriptor('encryption', encryptionCertificatePem, ENCRYPTION_METHODS)
  const logout = [BINDING_REDIRECT, BINDING_POST].map(
    (binding) => xml`<md:SingleLogoutService Binding="${binding}" Location="${logoutUrl}"/>`,
  )
  const id = signWith && xml` ID="${newMessageId()}"`
  const { text } =
    xml`<md:EntityDescriptor xmlns:md="${SAML_METADATA}" xmlns:ds="${XML_SIGNATURE}"${id} entityID="${entityId}"><md:SPSSODescriptor AuthnRequestsSigned="true" WantAssertionsSigned="true" protocolSupportEnumeration="${SAML_PROTOCOL}">${certificates.map(signingKey)}${encryption}${logout}${nameIdFormats}<md:AssertionConsumerService Binding="${BINDING_POST}" Location="${acsUrl}" index="0" isDefault="true"/></md:SPSSODescriptor></md:EntityDescriptor>`
  const described = signWith ? signElement(text, 'EntityDescriptor', signWith) : text
  return `<?xml version="1.0" encoding="UTF-8"?>\n${described}\n`
}
