/** Single sign-on and SCIM synchronization as answers of the cloud API show them. */
import { z } from 'zod'
import { cloudTimeText, status } from './values.js'

export const samlServiceProvider = z.object({
  EntityId: z.string(),
  ZoneId: z.string(),
  EncodedMetadataDocument: z.string().describe('Metadata XML in Base64.'),
  AcsUrl: z.string(),
})

export const samlIdentityProviderConfiguration = z.object({
  EntityId: z.string(),
  SSOStatus: status,
  EncodedMetadataDocument: z.string().describe('Metadata XML in Base64; empty when there was none.'),
  CertificateIds: z.array(z.string()),
  LoginUrl: z.string(),
  CreateTime: cloudTimeText,
  UpdateTime: cloudTimeText,
})

export const samlIdpCertificate = z.object({
  SerialNumber: z.string(),
  Issuer: z.string(),
  Version: z.int(),
  CertificateId: z.string(),
  PublicKey: z.string().describe('SubjectPublicKeyInfo in Base64.'),
  SignatureAlgorithm: z.string().describe("In Java's spelling: `SHA256withRSA`."),
  NotAfter: cloudTimeText,
  NotBefore: cloudTimeText,
  Subject: z.string(),
  X509Certificate: z.string().describe('DER in Base64.'),
})

export const scimCredential = z.object({
  ZoneId: z.string(),
  Status: status,
  CredentialId: z.string(),
  CredentialType: z.string(),
  CreateTime: cloudTimeText,
  ExpireTime: cloudTimeText,
})
