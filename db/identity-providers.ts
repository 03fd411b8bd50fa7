/** The external SAML identity provider of the zone and its certificates. */
import type { Db, Tx } from './database.js'

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
