/** The zone's external SAML identity provider and its certificates, and how this product presents itself to it. */
import type { Db, Tx } from '../../db/database.js'
import {
  deleteCertificate,
  deleteIdentityProvider,
  findIdentityProvider,
  insertCertificate,
  listCertificates,
  putIdentityProvider,
  type CertificateRecord,
  type IdentityProviderRecord,
} from '../../db/identity-providers.js'
import { inTransaction } from '../../db/transaction.js'
import { bumpRevision } from '../../db/zones.js'
import { certificateWarnings, parseCertificate } from '../../saml/core/certificate.js'
import {
  parseIdpMetadata,
  requireEntityId,
  requireLoginUrl,
  requireLogoutUrl,
} from '../../saml/core/idp-metadata.js'
import { providerMetadata, serviceProviderMetadata } from '../../saml/core/metadata.js'
import { requireFullRights } from '../domain/access-rules.js'
import type { Actor } from '../domain/actor.js'
import type { Clock } from '../domain/clock.js'
import { IdentityCenterError } from '../domain/errors.js'
import {
  MAXIMUM_CERTIFICATES,
  serviceProviderAddresses,
  type CertificateDetails,
  type IdentityProvider,
  type IdentityProviderCertificate,
  type LoginBinding,
  type ServiceProviderInfo,
} from '../domain/identity-provider.js'
import { newCertificateId, type CertificateId, type ZoneId } from '../domain/ids.js'
import type { Zone } from '../domain/zone.js'
import type { AuditLog } from './audit-log.js'
import type { SigningKeyService } from './signing-keys.js'
import type { ZoneService } from './zones.js'

export interface IdentityProviderServiceDeps {
  readonly db: Db
  readonly clock: Clock
  readonly audit: AuditLog
  readonly zones: ZoneService
  readonly signingKeys: SigningKeyService
  /** Origin under which browsers reach this product. */
  readonly baseUrl: string
}

/** What is absent stays as it is. */
export interface ManualIdentityProvider {
  readonly entityId?: string
  readonly loginUrl?: string
  readonly loginBinding?: LoginBinding
  /** Where logouts go, by the same binding; empty for none. */
  readonly logoutUrl?: string
  /** PEM or DER; may be left out when certificates are there already, which then stay. */
  readonly certificate?: string | Uint8Array
}

export function createIdentityProviderService(deps: IdentityProviderServiceDeps) {
  const { db, clock, audit, zones, signingKeys, baseUrl } = deps
  let cached: { readonly revision: number; readonly provider: StoredProvider | undefined } | undefined

  /** Reads anew only after a change: every change of the provider grows the zone's revision. */
  async function findStored(): Promise<StoredProvider | undefined> {
    const { id, revision } = await zones.current()
    if (cached?.revision !== revision) cached = { revision, provider: await readProvider(db, id) }
    return cached.provider
  }

  /** One change, with its audit event; whatever is cached of the old settings is dropped. */
  async function change(
    actor: Actor,
    action: string,
    apply: (tx: Tx, zoneId: ZoneId, before: StoredProvider | undefined) => Promise<void>,
    loginMethod?: Zone['loginMethod'],
  ): Promise<void> {
    requireFullRights(actor)
    await inTransaction(db, async (tx) => {
      const zone = await zones.within(tx)
      const before = await readProvider(tx, zone.id)
      await apply(tx, zone.id, before)
      await bumpRevision(tx)
      const after = await readProvider(tx, zone.id)
      await audit.record(tx, actor, {
        action,
        subject: {
          kind: 'identityProvider',
          id: zone.id,
          name: (after ?? before)?.settings.entityId,
        },
        detail: { before: auditView(before), after: auditView(after) },
      })
      if (loginMethod) await zones.setLoginMethodWithin(tx, actor, loginMethod)
    })
  }

  /** Makes these the certificates, keeping the ids of those that stay. */
  async function replaceCertificates(
    tx: Tx,
    zoneId: ZoneId,
    before: readonly IdentityProviderCertificate[],
    wanted: readonly CertificateDetails[],
    now: string,
  ): Promise<void> {
    const wantedFingerprints = new Set(wanted.map((certificate) => certificate.fingerprint))
    const kept = before.filter((certificate) => wantedFingerprints.has(certificate.fingerprint))
    for (const certificate of before) {
      if (!kept.includes(certificate)) await deleteCertificate(tx, certificate.id)
    }
    for (const certificate of wanted) {
      if (kept.some((existing) => existing.fingerprint === certificate.fingerprint)) continue
      await insertCertificate(tx, zoneId, newRecord(certificate, now))
    }
  }

  return {
    /** The configured identity provider, if there is one. Cheap: read anew only when something changed. */
    async find(): Promise<IdentityProvider | undefined> {
      const stored = await findStored()
      return stored && present(stored, clock.now())
    },

    /** Its metadata: the file as it was uploaded, or one that says what was entered by hand. */
    async findMetadata(): Promise<string | undefined> {
      const stored = await findStored()
      if (!stored) return undefined
      const { settings, certificates } = stored
      return (
        settings.metadata ??
        providerMetadata({
          entityId: settings.entityId,
          ssoUrl: settings.loginUrl,
          certificates: certificates.map(({ pem }) => pem),
        })
      )
    },

    /**
     * Takes entity id, login address and signing certificates from metadata, in place of what was there, and chooses the
     * login method with it where one is given. Throws `identityProvider.metadataInvalid` with the reason; the old settings
     * then stay in force.
     */
    async setFromMetadata(
      actor: Actor,
      file: string | Uint8Array,
      loginMethod?: Zone['loginMethod'],
    ): Promise<void> {
      requireFullRights(actor)
      const metadata = parseIdpMetadata(file, clock.now())
      const apply = async (tx: Tx, zoneId: ZoneId, before: StoredProvider | undefined) => {
        const now = clock.now().toISOString()
        await putIdentityProvider(tx, zoneId, {
          entityId: metadata.entityId,
          loginUrl: metadata.loginUrl,
          loginBinding: metadata.loginBinding,
          ...(metadata.logout && { logout: metadata.logout }),
          ...(metadata.validUntil !== undefined && { validUntil: metadata.validUntil }),
          metadata: typeof file === 'string' ? file : Buffer.from(file).toString('utf8'),
          updatedAt: now,
        })
        await replaceCertificates(tx, zoneId, before?.certificates ?? [], metadata.certificates, now)
      }
      await change(actor, 'identityProvider.setFromMetadata', apply, loginMethod)
    },

    /**
     * Takes the settings one by one, and chooses the login method with them where one is given. A certificate among them
     * replaces those that were there. Throws `identityProvider.metadataInvalid`, `certificate.invalid`,
     * `identityProvider.incomplete`.
     */
    async setManually(
      actor: Actor,
      input: ManualIdentityProvider,
      loginMethod?: Zone['loginMethod'],
    ): Promise<void> {
      requireFullRights(actor)
      const logoutUrl = input.logoutUrl?.trim()
      const wantedLogout = logoutUrl ? requireLogoutUrl(logoutUrl) : undefined
      const certificate = input.certificate === undefined ? undefined : parseCertificate(input.certificate)
      const apply = async (tx: Tx, zoneId: ZoneId, before: StoredProvider | undefined) => {
        const now = clock.now().toISOString()
        const entityId = requireEntityId((input.entityId ?? before?.settings.entityId ?? '').trim())
        const loginUrl = requireLoginUrl((input.loginUrl ?? before?.settings.loginUrl ?? '').trim())
        if (!certificate && !before?.certificates.length) {
          throw new IdentityCenterError(
            'identityProvider.incomplete',
            'The identity provider needs its signing certificate.',
            { field: 'certificate' },
          )
        }
        const loginBinding = input.loginBinding ?? before?.settings.loginBinding ?? 'redirect'
        const logout =
          logoutUrl === undefined || wantedLogout === before?.settings.logout?.url
            ? before?.settings.logout
            : wantedLogout && { url: wantedLogout, binding: loginBinding }
        await putIdentityProvider(tx, zoneId, {
          entityId,
          loginUrl,
          loginBinding,
          ...(logout && { logout }),
          updatedAt: now,
        })
        if (certificate) await replaceCertificates(tx, zoneId, before?.certificates ?? [], [certificate], now)
      }
      await change(actor, 'identityProvider.setManually', apply, loginMethod)
    },

    /**
     * Adds the second certificate of a rollover.
     * Throws `certificate.invalid`, `certificate.exists`, `certificate.limit`, `identityProvider.notFound`.
     */
    async addCertificate(actor: Actor, input: string | Uint8Array): Promise<void> {
      requireFullRights(actor)
      const certificate = parseCertificate(input)
      await change(actor, 'identityProvider.addCertificate', async (tx, zoneId, before) => {
        const { certificates } = requireProvider(before)
        if (certificates.some((existing) => existing.fingerprint === certificate.fingerprint)) {
          throw new IdentityCenterError('certificate.exists', 'This certificate is configured already.')
        }
        if (certificates.length >= MAXIMUM_CERTIFICATES) {
          throw new IdentityCenterError(
            'certificate.limit',
            `An identity provider has at most ${MAXIMUM_CERTIFICATES} certificates. Remove the old one first.`,
            { limit: MAXIMUM_CERTIFICATES },
          )
        }
        await insertCertificate(tx, zoneId, newRecord(certificate, clock.now().toISOString()))
      })
    },

    /** Ends a rollover. Throws `certificate.notFound`, and `certificate.last` for the only one. */
    async removeCertificate(actor: Actor, id: CertificateId): Promise<void> {
      await change(actor, 'identityProvider.removeCertificate', async (tx, _zoneId, before) => {
        const { certificates } = requireProvider(before)
        if (!certificates.some((certificate) => certificate.id === id)) {
          throw new IdentityCenterError('certificate.notFound', 'There is no such certificate.')
        }
        if (certificates.length === 1) {
          throw new IdentityCenterError(
            'certificate.last',
            'This is the only certificate of the identity provider. Add the new one first.',
          )
        }
        await deleteCertificate(tx, id)
      })
    },

    /** Removes the identity provider. Throws `identityProvider.inUse` while SSO is the login method. */
    async clear(actor: Actor): Promise<void> {
      await change(actor, 'identityProvider.clear', async (tx, zoneId, before) => {
        requireProvider(before)
        if ((await zones.within(tx)).loginMethod === 'sso') {
          throw new IdentityCenterError(
            'identityProvider.inUse',
            'SSO uses this identity provider. Switch to password login first.',
          )
        }
        await deleteIdentityProvider(tx, zoneId)
      })
    },

    /** What the identity provider's administrator has to enter there, as addresses and as metadata. */
    async serviceProviderInfo(): Promise<ServiceProviderInfo> {
      const { id, settings } = await zones.current()
      const addresses = serviceProviderAddresses(baseUrl, id)
      const keys = await signingKeys.published('serviceProvider')
      const [current] = keys
      return {
        ...addresses,
        metadataXml: serviceProviderMetadata({
          ...addresses,
          certificates: keys.map((key) => key.certificatePem),
          encryptionCertificatePem: settings['saml.encryption'] ? current?.certificatePem : undefined,
          signWith: settings['saml.signMetadata'] ? current : undefined,
        }),
      }
    },
  }
}

export type IdentityProviderService = ReturnType<typeof createIdentityProviderService>

interface StoredProvider {
  readonly settings: IdentityProviderRecord
  readonly certificates: readonly IdentityProviderCertificate[]
}

async function readProvider(db: Db | Tx, zoneId: ZoneId): Promise<StoredProvider | undefined> {
  const settings = await findIdentityProvider(db, zoneId)
  if (!settings) return undefined
  const records = await listCertificates(db, zoneId)
  const certificates = records.map(({ id, pem, createdAt }) => ({
    ...parseCertificate(pem),
    id,
    addedAt: createdAt,
  }))
  return { settings, certificates }
}

const present = ({ settings, certificates }: StoredProvider, now: Date): IdentityProvider => ({
  entityId: settings.entityId,
  loginUrl: settings.loginUrl,
  loginBinding: settings.loginBinding,
  ...(settings.logout && { logout: settings.logout }),
  ...(settings.validUntil !== undefined && { validUntil: settings.validUntil }),
  source: settings.metadata === undefined ? 'manual' : 'metadata',
  certificates,
  warnings: [
    ...certificates.flatMap((certificate) => certificateWarnings(certificate, now)),
    ...(settings.loginUrl.startsWith('https:')
      ? []
      : ['The login address of the identity provider does not use https.']),
  ],
  createdAt: settings.createdAt,
  updatedAt: settings.updatedAt,
})

function requireProvider(provider: StoredProvider | undefined): StoredProvider {
  if (provider) return provider
  throw new IdentityCenterError('identityProvider.notFound', 'No identity provider is configured.')
}

const newRecord = (certificate: CertificateDetails, now: string): CertificateRecord => ({
  id: newCertificateId(),
  pem: certificate.pem,
  fingerprint: certificate.fingerprint,
  createdAt: now,
})

const auditView = (provider: StoredProvider | undefined) =>
  provider && {
    entityId: provider.settings.entityId,
    loginUrl: provider.settings.loginUrl,
    loginBinding: provider.settings.loginBinding,
    logout: provider.settings.logout,
    certificates: provider.certificates.map((certificate) => certificate.fingerprint),
  }
