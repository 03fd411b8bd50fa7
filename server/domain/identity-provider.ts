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

/** Where the identity provider takes messages of single logout. */
export interface LogoutService {
  readonly url: string
  /** Where answers go when that is not `url`. */
  readonly responseUrl?: string
  readonly binding: LoginBinding
}

export interface IdentityProvider {
  readonly entityId: string
  readonly loginUrl: string
  readonly loginBinding: LoginBinding
  /** Absent when it offers no single logout. */
  readonly logout?: LogoutService
  /** When its metadata ceases to be good, if that says so. */
  readonly validUntil?: string
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

/** A key of this product as service provider, by its certificate. */
export interface ServiceProviderKey {
  /** To come, in use, or no longer in use; all of them are in the metadata. */
  readonly state: 'next' | 'current' | 'previous'
  readonly subject: string
  readonly fingerprint: string
  readonly notBefore: string
  readonly notAfter: string
}

/** This product as the identity provider's administrator has to enter it there. */
export interface ServiceProviderInfo {
  readonly entityId: string
  readonly acsUrl: string
  readonly logoutUrl: string
  readonly metadataUrl: string
  readonly metadataXml: string
}

/** What stays the same for the life of the zone and the base address. */
export const serviceProviderAddresses = (baseUrl: string, zoneId: string) => ({
  entityId: `${baseUrl}/saml/sp/${zoneId}`,
  acsUrl: `${baseUrl}/saml/acs/${zoneId}`,
  logoutUrl: `${baseUrl}/saml/slo/${zoneId}`,
  metadataUrl: `${baseUrl}/saml/metadata`,
})
