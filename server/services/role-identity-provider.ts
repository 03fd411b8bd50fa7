/** The Identity Center as the SAML identity provider of the roles it deploys: what accounts are told of it, and what it signs. */
import { providerMetadata } from '../../saml/core/metadata.js'
import { signRoleResponse } from '../../saml/core/sign.js'
import type { Clock } from '../domain/clock.js'
import { roleArn, roleNameOf, samlProviderArn, samlProviderNameOf } from '../domain/deployment.js'
import type { AccountUin, ZoneId } from '../domain/ids.js'
import { ACCOUNT_AUDIENCE, accountAcsUrl, roleSamlEntityId, roleSessionNameOf } from '../domain/role-saml.js'
import type { SigningKeyService } from './signing-keys.js'
import type { ZoneService } from './zones.js'

export interface RoleIdentityProviderDeps {
  readonly clock: Clock
  readonly baseUrl: string
  readonly zones: Pick<ZoneService, 'current'>
  readonly signingKeys: Pick<SigningKeyService, 'current' | 'published'>
}

/** A signed response and what role and provider are called in it. */
export interface RoleResponse {
  /** Base64; good for 60 seconds and one use. */
  readonly samlResponse: string
  /** Where the account's console takes it. */
  readonly acsUrl: string
  readonly roleArn: string
  readonly principalArn: string
  readonly roleSessionName: string
}

export type RoleIdentityProvider = ReturnType<typeof createRoleIdentityProvider>

export function createRoleIdentityProvider({ clock, baseUrl, zones, signingKeys }: RoleIdentityProviderDeps) {
  return {
    /** The zone and the metadata that its SAML provider in an account holds. */
    async describe(): Promise<{ readonly zoneId: ZoneId; readonly metadata: string }> {
      const { id: zoneId } = await zones.current()
      // In the order in which they were made: which of them is in use makes no difference to the accounts.
      const keys = [...(await signingKeys.published('roleSaml'))].sort((one, other) =>
        one.createdAt < other.createdAt ? -1 : 1,
      )
      const metadata = providerMetadata({
        entityId: roleSamlEntityId(baseUrl, zoneId),
        ssoUrl: `${baseUrl}/portal`,
        certificates: keys.map(({ certificatePem }) => certificatePem),
      })
      return { zoneId, metadata }
    },

    /** Vouches for the user to the account. Whether the user has the permission was decided before. */
    async sign(access: {
      readonly userName: string
      readonly accountUin: AccountUin
      readonly configurationName: string
      /** When the permission ends by itself, and with it what it gave. */
      readonly until: string | null
    }): Promise<RoleResponse> {
      const { id: zoneId } = await zones.current()
      const acsUrl = accountAcsUrl(baseUrl)
      const names = {
        roleArn: roleArn(access.accountUin, roleNameOf(access.configurationName)),
        principalArn: samlProviderArn(access.accountUin, samlProviderNameOf(zoneId)),
        roleSessionName: roleSessionNameOf(access.userName),
      }
      const { base64 } = signRoleResponse({
        ...names,
        key: await signingKeys.current('roleSaml'),
        issuer: roleSamlEntityId(baseUrl, zoneId),
        destination: acsUrl,
        recipient: acsUrl,
        audience: ACCOUNT_AUDIENCE,
        userName: access.userName,
        issuedAt: clock.now(),
        ...(access.until !== null && { sessionNotOnOrAfter: new Date(access.until) }),
      })
      return { ...names, samlResponse: base64, acsUrl }
    },
  }
}
