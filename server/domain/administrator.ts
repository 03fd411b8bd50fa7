/** Administrators: sub-users of the management account who hold one of two preset policies. */
import type { AdministratorRights } from './actor.js'
import type { SubUserUin } from './ids.js'
import { randomAlphanumeric } from './secrets.js'

export interface Administrator {
  readonly uin: SubUserUin
  readonly name: string
  readonly rights: AdministratorRights
  readonly status: 'enabled' | 'disabled'
  readonly remark?: string
  readonly createdAt: string
}

/** The preset policies that make an administrator; ids and names are those of the policy catalogue. */
export const ADMINISTRATOR_POLICIES = {
  full: { id: 900006, name: 'QcloudOrganizationFullAccess' },
  readOnly: { id: 900007, name: 'QcloudOrganizationReadOnlyAccess' },
} as const satisfies Record<AdministratorRights, { id: number; name: string }>

/** API keys that one administrator can have. */
export const MAXIMUM_API_KEYS = 2

export interface ApiKey {
  readonly secretId: string
  readonly status: 'enabled' | 'disabled'
  readonly description?: string
  readonly createdAt: string
  readonly lastUsedAt?: string
}

/** The raw pair, known to its holder; shown once. */
export interface ApiKeyPair {
  readonly secretId: string
  readonly secretKey: string
}

/** `AKID` and 32 letters and digits, with a key of 32 letters and digits (190 bits). */
export const newApiKeyPair = (): ApiKeyPair => ({
  secretId: `AKID${randomAlphanumeric(32)}`,
  secretKey: randomAlphanumeric(32),
})

/** What a SecretKey is sealed for: its own SecretId, so it cannot be moved to another row. */
export const apiKeySealedFor = (secretId: string): string => `api-key:${secretId}`
