/** Single sign-on: this product as a service provider, the identity provider and its certificates. */
import { z } from 'zod'
import type { Actor } from '../domain/actor.js'
import { IdentityCenterError } from '../domain/errors.js'
import type { IdentityProvider } from '../domain/identity-provider.js'
import { parseCertificateId } from '../domain/ids.js'
import type { IdentityProviderService } from '../services/identity-provider.js'
import type { ZoneService } from '../services/zones.js'
import type { Action } from './action.js'
import { ApiError } from './api-error.js'
import { describeCertificate } from './certificate-fields.js'
import { status, toStatus } from './directory-parameters.js'
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

  /** Writes what was given over what is there. */
  async function setParts(
    actor: Actor,
    parts: {
      readonly entityId: string | undefined
      readonly loginUrl: string | undefined
      readonly certificate: string | undefined
    },
  ): Promise<void> {
    const before = await identityProvider.find()
    await identityProvider.setManually(actor, {
      entityId: given(parts.entityId) ? parts.entityId : (before?.entityId ?? ''),
      loginUrl: given(parts.loginUrl) ? parts.loginUrl : (before?.loginUrl ?? ''),
      ...(given(parts.certificate) && { certificate: parts.certificate }),
    })
  }

  const certificateIds = async (): Promise<readonly string[]> =>
    (await identityProvider.find())?.certificates.map(({ id }) => id) ?? []

  return [
    zoneAction({
      name: 'GetZoneSAMLServiceProviderInfo',
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
      input: {
        EncodedMetadataDocument: z.string().max(2_000_000).optional(),
        SSOStatus: z.string().optional(),
        EntityId: z.string().max(1024).optional(),
        LoginUrl: z.string().max(2048).optional(),
        X509Certificate: z.string().max(20_000).optional(),
      },
      handle: async (actor, input) => {
        const { EncodedMetadataDocument, EntityId, LoginUrl, X509Certificate } = input
        const wanted = given(input.SSOStatus) ? status.safeParse(input.SSOStatus) : undefined
        if (wanted?.success === false)
          throw new ApiError('InvalidParameterValue.SSoStatusInvalid', 'SSOStatus is Enabled or Disabled.')
        if (given(EncodedMetadataDocument))
          await identityProvider.setFromMetadata(actor, decodeMetadata(EncodedMetadataDocument))
        else if (given(EntityId) || given(LoginUrl) || given(X509Certificate))
          await setParts(actor, { entityId: EntityId, loginUrl: LoginUrl, certificate: X509Certificate })
        if (wanted) await zones.setLoginMethod(actor, wanted.data === 'Enabled' ? 'sso' : 'password')
        return { CertificateIds: await certificateIds() }
      },
    }),
    zoneAction({
      name: 'GetExternalSAMLIdentityProvider',
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
      input: {},
      handle: async (actor) => {
        await identityProvider.clear(actor)
        return {}
      },
    }),
    zoneAction({
      name: 'AddExternalSAMLIdPCertificate',
      input: { X509Certificate: z.string().max(20_000) },
      handle: async (actor, { X509Certificate }) => {
        const before = new Set(await certificateIds())
        await identityProvider.addCertificate(actor, X509Certificate)
        return { CertificateId: (await certificateIds()).find((id) => !before.has(id)) ?? '' }
      },
    }),
    zoneAction({
      name: 'ListExternalSAMLIdPCertificates',
      input: {},
      handle: async () => {
        const certificates = (await identityProvider.find())?.certificates ?? []
        return {
          TotalCounts: certificates.length,
          SAMLIdPCertificates: certificates.map(describeCertificate),
        }
      },
    }),
    zoneAction({
      name: 'RemoveExternalSAMLIdPCertificate',
      input: { CertificateId: z.string() },
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
