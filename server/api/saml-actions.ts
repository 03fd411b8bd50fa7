/** Single sign-on: this product as a service provider, the identity provider and its certificates. */
import { z } from 'zod'
import { IdentityCenterError } from '../domain/errors.js'
import type { IdentityProvider } from '../domain/identity-provider.js'
import { parseCertificateId } from '../domain/ids.js'
import type { IdentityProviderService } from '../services/identity-provider.js'
import type { ZoneService } from '../services/zones.js'
import type { Action } from './action.js'
import { ApiError } from './api-error.js'
import { toSamlIdpCertificate } from './certificate-fields.js'
import { toStatus } from './directory-parameters.js'
import { samlIdentityProviderConfiguration, samlIdpCertificate, samlServiceProvider } from './shapes/sso.js'
import { status } from './shapes/values.js'
import { cloudTime, zoneActions } from './zone-action.js'

export interface SamlActionDeps {
  readonly zones: Pick<ZoneService, 'current' | 'setLoginMethod'>
  readonly identityProvider: IdentityProviderService
}

const base64 = (text: string): string => Buffer.from(text, 'utf8').toString('base64')

/** Metadata in Base64; published samples are percent-encoded below it, so both are taken. */
function decodeMetadata(encoded: string): string {
  const bytes = Buffer.from(encoded, 'base64')
  if (bytes.length === 0 || bytes.toString('base64') !== encoded.replaceAll(/\s/g, ''))
    throw new ApiError(
      'FailedOperation.DecodeMetadataDocumentFailed',
      'EncodedMetadataDocument is not Base64.',
    )
  const text = bytes.toString('utf8')
  if (!/^\s*%3C/i.test(text)) return text
  try {
    return decodeURIComponent(text)
  } catch {
    throw new ApiError(
      'FailedOperation.DecodeMetadataDocumentFailed',
      'The metadata in EncodedMetadataDocument is neither XML nor percent-encoded XML.',
    )
  }
}

const given = (text: string | undefined): text is string => text !== undefined && text !== ''

export function samlActions({ zones, identityProvider }: SamlActionDeps): readonly Action[] {
  const zoneAction = zoneActions(zones)

  async function requireProvider(): Promise<IdentityProvider> {
    const provider = await identityProvider.find()
    if (provider) return provider
    throw new IdentityCenterError('identityProvider.notFound', 'No identity provider is configured.')
  }

  const certificateIds = async (): Promise<readonly string[]> =>
    (await identityProvider.find())?.certificates.map(({ id }) => id) ?? []

  return [
    zoneAction({
      name: 'GetZoneSAMLServiceProviderInfo',
      summary: 'Tells what the identity provider has to know of this service provider.',
      priority: 'P0',
      output: { SAMLServiceProvider: samlServiceProvider },
      input: {},
      handle: async () => {
        const { entityId, acsUrl, metadataXml } = await identityProvider.serviceProviderInfo()
        return {
          SAMLServiceProvider: {
            EntityId: entityId,
            ZoneId: (await zones.current()).id,
            EncodedMetadataDocument: base64(metadataXml),
            AcsUrl: acsUrl,
          },
        }
      },
    }),
    zoneAction({
      name: 'SetExternalSAMLIdentityProvider',
      summary:
        'Sets the identity provider, by metadata or by hand, and whether users sign in by it: what is absent stays.',
      priority: 'P0',
      refusals: [
        'FailedOperation.DecodeMetadataDocumentFailed',
        'FailedOperation.XMLDataUnmarshalFailed',
        'InvalidParameterValue.SSoStatusInvalid',
        'InvalidParameterValue.X509CertificateFormatError',
      ],
      output: { CertificateIds: z.array(z.string()) },
      input: {
        EncodedMetadataDocument: z
          .string()
          .max(2_000_000)
          .optional()
          .describe('Metadata XML in Base64: EntityId, LoginUrl and certificates are taken from it.'),
        SSOStatus: z
          .string()
          .optional()
          .describe('`Enabled`: users sign in by the identity provider. `Disabled`: by password.'),
        EntityId: z.string().max(1024).optional(),
        LoginUrl: z.string().max(2048).optional(),
        X509Certificate: z
          .string()
          .max(20_000)
          .optional()
          .describe('PEM, or its Base64 alone; it takes the place of all certificates.'),
      },
      handle: async (actor, input) => {
        const { EncodedMetadataDocument, EntityId, LoginUrl, X509Certificate } = input
        const wanted = given(input.SSOStatus) ? status.safeParse(input.SSOStatus) : undefined
        if (wanted?.success === false)
          throw new ApiError('InvalidParameterValue.SSoStatusInvalid', 'SSOStatus is Enabled or Disabled.')
        const method = wanted && (wanted.data === 'Enabled' ? 'sso' : 'password')
        if (given(EncodedMetadataDocument))
          await identityProvider.setFromMetadata(actor, decodeMetadata(EncodedMetadataDocument), method)
        else if (given(EntityId) || given(LoginUrl) || given(X509Certificate))
          await identityProvider.setManually(
            actor,
            {
              ...(given(EntityId) && { entityId: EntityId }),
              ...(given(LoginUrl) && { loginUrl: LoginUrl }),
              ...(given(X509Certificate) && { certificate: X509Certificate }),
            },
            method,
          )
        else if (method) await zones.setLoginMethod(actor, method)
        return { CertificateIds: await certificateIds() }
      },
    }),
    zoneAction({
      name: 'GetExternalSAMLIdentityProvider',
      summary: 'Tells of the identity provider.',
      priority: 'P0',
      refusals: ['ResourceNotFound.SAMLIdentityProviderNotFound'],
      output: { SAMLIdentityProviderConfiguration: samlIdentityProviderConfiguration },
      input: {},
      handle: async () => {
        const provider = await requireProvider()
        const { loginMethod } = await zones.current()
        return {
          SAMLIdentityProviderConfiguration: {
            EntityId: provider.entityId,
            SSOStatus: toStatus(loginMethod === 'sso'),
            EncodedMetadataDocument: base64((await identityProvider.findMetadata()) ?? ''),
            CertificateIds: provider.certificates.map(({ id }) => id),
            LoginUrl: provider.loginUrl,
            CreateTime: cloudTime(provider.createdAt),
            UpdateTime: cloudTime(provider.updatedAt),
          },
        }
      },
    }),
    zoneAction({
      name: 'ClearExternalSAMLIdentityProvider',
      summary: 'Removes the identity provider while sign-in by it is off.',
      priority: 'P0',
      refusals: [
        'FailedOperation.SSoStatusEnableNotClearIdentityProvider',
        'ResourceNotFound.SAMLIdentityProviderNotFound',
      ],
      output: {},
      input: {},
      handle: async (actor) => {
        await identityProvider.clear(actor)
        return {}
      },
    }),
    zoneAction({
      name: 'AddExternalSAMLIdPCertificate',
      summary: 'Adds a certificate of the identity provider, of which there are two at most.',
      priority: 'P0',
      refusals: [
        'FailedOperation.X509CertificateAlreadyExist',
        'FailedOperation.X509CertificateLimitExceeded',
        'InvalidParameterValue.X509CertificateFormatError',
        'ResourceNotFound.SAMLIdentityProviderNotFound',
      ],
      output: { CertificateId: z.string() },
      input: { X509Certificate: z.string().max(20_000).describe('PEM, or its Base64 alone.') },
      handle: async (actor, { X509Certificate }) => {
        const before = new Set(await certificateIds())
        await identityProvider.addCertificate(actor, X509Certificate)
        return { CertificateId: (await certificateIds()).find((id) => !before.has(id)) ?? '' }
      },
    }),
    zoneAction({
      name: 'ListExternalSAMLIdPCertificates',
      summary: 'Lists the certificates of the identity provider.',
      priority: 'P0',
      output: { TotalCounts: z.int(), SAMLIdPCertificates: z.array(samlIdpCertificate) },
      input: {},
      handle: async () => {
        const certificates = (await identityProvider.find())?.certificates ?? []
        return {
          TotalCounts: certificates.length,
          SAMLIdPCertificates: certificates.map(toSamlIdpCertificate),
        }
      },
    }),
    zoneAction({
      name: 'RemoveExternalSAMLIdPCertificate',
      summary: 'Removes a certificate of the identity provider that is not its last one.',
      priority: 'P0',
      refusals: [
        'FailedOperation.X509CertificateMinimumRequired',
        'ResourceNotFound.X509CertificateNotFound',
      ],
      output: {},
      input: {
        CertificateId: z.string().describe('Id of a certificate: `idp-c-` and 12 letters and digits.'),
      },
      handle: async (actor, { CertificateId }) => {
        const id = parseCertificateId(CertificateId)
        if (id === undefined)
          throw new IdentityCenterError('certificate.notFound', 'There is no such certificate.')
        await identityProvider.removeCertificate(actor, id)
        return {}
      },
    }),
  ]
}
