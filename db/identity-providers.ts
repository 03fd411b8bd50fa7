/** The external SAML identity provider of the zone and its certificates. */
import type { LoginBinding, LogoutService } from '../server/domain/identity-provider.js'
import type { CertificateId, ZoneId } from '../server/domain/ids.js'
import type { Db, Tx } from './database.js'

export interface IdentityProviderRecord {
  readonly entityId: string
  readonly loginUrl: string
  readonly loginBinding: LoginBinding
  readonly logout?: LogoutService
  readonly validUntil?: string
  /** The uploaded file, when the settings came from one. */
  readonly metadata?: string
  readonly createdAt: string
  readonly updatedAt: string
}

export interface CertificateRecord {
  readonly id: CertificateId
  readonly pem: string
  readonly fingerprint: string
  readonly createdAt: string
}

/** Whether an identity provider with at least one certificate is configured, so that SSO can work. */
export async function identityProviderIsComplete(db: Db | Tx): Promise<boolean> {
  const row = await db
    .selectFrom('identity_providers')
    .innerJoin(
      'identity_provider_certificates',
      'identity_provider_certificates.zone_id',
      'identity_providers.zone_id',
    )
    .select('identity_providers.zone_id')
    .executeTakeFirst()
  return row !== undefined
}

export async function findIdentityProvider(
  db: Db | Tx,
  zoneId: ZoneId,
): Promise<IdentityProviderRecord | undefined> {
  const row = await db
    .selectFrom('identity_providers')
    .selectAll()
    .where('zone_id', '=', zoneId)
    .executeTakeFirst()
  return (
    row && {
      entityId: row.entity_id,
      loginUrl: row.login_url,
      loginBinding: row.login_binding,
      ...(row.logout_url !== null && {
        logout: {
          url: row.logout_url,
          ...(row.logout_response_url !== null && { responseUrl: row.logout_response_url }),
          binding: row.logout_binding ?? 'redirect',
        },
      }),
      ...(row.valid_until !== null && { validUntil: row.valid_until }),
      ...(row.metadata !== null && { metadata: row.metadata }),
      createdAt: row.created_at,
      updatedAt: row.updated_at,
    }
  )
}

/** Writes the settings of the identity provider, the first or the next ones; its certificates stay. */
export async function putIdentityProvider(
  tx: Tx,
  zoneId: ZoneId,
  provider: Omit<IdentityProviderRecord, 'createdAt'>,
): Promise<void> {
  const values = {
    entity_id: provider.entityId,
    login_url: provider.loginUrl,
    login_binding: provider.loginBinding,
    logout_url: provider.logout?.url ?? null,
    logout_response_url: provider.logout?.responseUrl ?? null,
    logout_binding: provider.logout?.binding ?? null,
    valid_until: provider.validUntil ?? null,
    metadata: provider.metadata ?? null,
    updated_at: provider.updatedAt,
  }
  await tx
    .insertInto('identity_providers')
    .values({ zone_id: zoneId, created_at: provider.updatedAt, ...values })
    .onConflict((conflict) => conflict.column('zone_id').doUpdateSet(values))
    .execute()
}

/** Removes the identity provider with its certificates. */
export async function deleteIdentityProvider(tx: Tx, zoneId: ZoneId): Promise<void> {
  await tx.deleteFrom('identity_providers').where('zone_id', '=', zoneId).execute()
}

/** The certificates, the older first. */
export async function listCertificates(db: Db | Tx, zoneId: ZoneId): Promise<readonly CertificateRecord[]> {
  const rows = await db
    .selectFrom('identity_provider_certificates')
    .select(['id', 'pem', 'fingerprint', 'created_at'])
    .where('zone_id', '=', zoneId)
    .orderBy('created_at')
    .orderBy('id')
    .execute()
  return rows.map((row) => ({
    id: row.id,
    pem: row.pem,
    fingerprint: row.fingerprint,
    createdAt: row.created_at,
  }))
}

export async function insertCertificate(
  tx: Tx,
  zoneId: ZoneId,
  certificate: CertificateRecord,
): Promise<void> {
  await tx
    .insertInto('identity_provider_certificates')
    .values({
      id: certificate.id,
      zone_id: zoneId,
      pem: certificate.pem,
      fingerprint: certificate.fingerprint,
      created_at: certificate.createdAt,
    })
    .execute()
}

export async function deleteCertificate(tx: Tx, id: CertificateId): Promise<void> {
  await tx.deleteFrom('identity_provider_certificates').where('id', '=', id).execute()
}
