/** The external SAML identity provider of the zone, as administrators see it. */
import type { CertificateId } from './ids.js'

/** How requests reach the identity provider: in the address of a redirect, or in a posted form. */
export type LoginBinding = 'redirect' | 'post'

export interface CertificateDetails {
  readonly pem: string
  readonly subject: string
  /** SHA-256 over the DER form, in the usual colon notation. */
  readonly fingerprint: string
  readonly notBefore: string
  readonly notAfter: string
  readonly keyType: 'rsa' | 'ec'
  /** Length of the RSA modulus, or of the curve. */
  readonly keyBits: number
}

export interface IdentityProviderCertificate extends CertificateDetails {
  readonly id: CertificateId
  readonly addedAt: string
}

export interface IdentityProvider {
  readonly entityId: string
  readonly loginUrl: string
  readonly loginBinding: LoginBinding
  /** Where the settings came from. */
  readonly source: 'metadata' | 'manual'
  /** At most two, the older first; a signature by either is accepted (rollover). */
  readonly certificates: readonly IdentityProviderCertificate[]
  /** What an administrator should know: weak, expired or expiring certificates, a login address without TLS. */
  readonly warnings: readonly string[]
  readonly createdAt: string
  readonly updatedAt: string
}

export const MAXIMUM_CERTIFICATES = 2

/** This product as the identity provider's administrator has to enter it there. */
export interface ServiceProviderInfo {
  readonly entityId: string
  readonly acsUrl: string
  readonly metadataUrl: string
  readonly metadataXml: string
}

/** What stays the same for the life of the zone and the base address. */
export const serviceProviderAddresses = (baseUrl: string, zoneId: string) => ({
  entityId: `${baseUrl}/saml/sp/${zoneId}`,
  acsUrl: `${baseUrl}/saml/acs/${zoneId}`,
  metadataUrl: `${baseUrl}/saml/metadata`,
})
