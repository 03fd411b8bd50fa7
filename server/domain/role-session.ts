/** A role taken on for a while, its temporary credentials, and the names by which roles are asked for. */
import { IdentityCenterError } from './errors.js'
import { parseAccountUin, type AccountUin, type RoleId, type UserId } from './ids.js'
import { randomAlphanumeric, randomSecret } from './secrets.js'

export interface RoleSession {
  readonly id: string
  readonly tmpSecretId: string
  readonly accountUin: AccountUin
  readonly roleId: RoleId
  readonly roleName: string
  /** Chosen by the caller: proves nothing. */
  readonly roleSessionName: string
  /** Number of who asked for the credentials; the account itself where an assertion did. */
  readonly requesterUin: string
  /** Who it is, as signed: the NameID of the assertion, or the name of the calling identity. */
  readonly sourceIdentity: string
  readonly assertionId?: string
  /** The user of this zone behind it, whose end is its end too. */
  readonly userId?: UserId
  /** Policy text that narrows the role's rights. */
  readonly sessionPolicy?: string
  /** The session with which the chain of roles began, whose end is its end too; absent for the first. */
  readonly chainId?: string
  readonly createdAt: string
  readonly expiresAt: string
  readonly endedAt?: string
}

/** Handed out once; at rest the token is hashed and the key sealed. */
export interface TemporaryCredentials {
  readonly tmpSecretId: string
  readonly tmpSecretKey: string
  readonly token: string
  readonly expiresAt: string
  readonly roleSessionId: string
}

/** Whether the session's credentials still count. Times in ISO 8601 UTC sort as text. */
export const isRoleSessionLive = (session: RoleSession, now: Date): boolean =>
  session.endedAt === undefined && session.expiresAt > now.toISOString()

/** A pair and its token. The SecretId is longer than a permanent one, and by that told apart from it. */
export const newTemporaryKey = () => ({
  tmpSecretId: `AKID${randomAlphanumeric(64)}`,
  tmpSecretKey: randomAlphanumeric(32),
  token: randomSecret(96),
})

export const isTemporarySecretId = (secretId: string): boolean => /^AKID[A-Za-z0-9]{64}$/.test(secretId)

/** What a temporary SecretKey is sealed for. */
export const roleSessionSealedFor = (tmpSecretId: string): string => `role-session:${tmpSecretId}`

/** Seconds that a session lasts unless told otherwise, and at most. */
export const ROLE_SESSION_SECONDS = { standard: 7200, maximum: 43_200 } as const

export interface DurationWish {
  readonly durationSeconds?: number | undefined
  /** What happens to a wish beyond the role's own limit: `refuse` unless told otherwise. */
  readonly whenTooLong?: 'refuse' | 'cut' | undefined
}

/**
 * Seconds that the session lasts. Without a wish the standard, or the role's limit where that is shorter. Throws
 * `sts.invalid` for a wish that is no duration, `sts.duration` for one beyond the role's limit.
 */
export function sessionSeconds(wish: DurationWish, roleLimit: number): number {
  const { durationSeconds } = wish
  if (durationSeconds === undefined) return Math.min(ROLE_SESSION_SECONDS.standard, roleLimit)
  if (!Number.isInteger(durationSeconds) || durationSeconds < 1)
    throw new IdentityCenterError('sts.invalid', 'DurationSeconds is a number of seconds greater than 0.')
  if (durationSeconds <= roleLimit) return durationSeconds
  if (wish.whenTooLong === 'cut') return roleLimit
  throw new IdentityCenterError(
    'sts.duration',
    `DurationSeconds is longer than the session duration of the role, ${roleLimit} seconds.`,
    { limit: roleLimit },
  )
}

/** Throws `sts.invalid` unless the name is 2 to 128 letters, digits and `_ + = , . @ -`. */
export function requireRoleSessionName(name: string): void {
  if (/^[\w+=,.@-]{2,128}$/.test(name)) return
  throw new IdentityCenterError(
    'sts.invalid',
    'RoleSessionName has 2 to 128 of the characters A-Z a-z 0-9 _ + = , . @ -.',
  )
}

/** A role as it is named in a request: by name or by id. */
export type RoleReference = { readonly accountUin: AccountUin } & (
  { readonly name: string } | { readonly id: string }
)

/** Reads `qcs::cam::uin/<account>:roleName/<name>`, `…:role/<id>`, `…:role/tencentcloudServiceRoleName/<name>`. */
export function parseRoleArn(arn: string): RoleReference | undefined {
  const match =
    /^qcs::cam::uin\/(\d+):(?:role\/(\d{1,20})|(?:roleName|role\/tencentcloudServiceRoleName)\/([A-Za-z0-9+=,.@_-]{1,144}))$/.exec(
      arn,
    )
  const accountUin = parseAccountUin(match?.[1] ?? '')
  if (!match || accountUin === undefined) return undefined
  const [, , id, name] = match
  if (id !== undefined) return { accountUin, id }
  return name === undefined ? undefined : { accountUin, name }
}

/** Reads `qcs::cam::uin/<account>:saml-provider/<name>`. */
export function parseSamlProviderArn(
  arn: string,
): { readonly accountUin: AccountUin; readonly name: string } | undefined {
  const match = /^qcs::cam::uin\/(\d+):saml-provider\/([A-Za-z0-9+=,.@_-]{1,128})$/.exec(arn)
  const accountUin = parseAccountUin(match?.[1] ?? '')
  const name = match?.[2]
  return accountUin === undefined || name === undefined ? undefined : { accountUin, name }
}

/** The role by both of its names, as policies may mean it. */
export const roleResource = (account: AccountUin, id: RoleId, name: string): readonly string[] => [
  `qcs::cam::uin/${account}:roleName/${name}`,
  `qcs::cam::uin/${account}:role/${id}`,
]

/** One role and the provider that vouches for it, as an assertion's Role attribute pairs them. */
export interface RolePair {
  readonly roleArn: string
  readonly principalArn: string
}

/** Reads the values of an assertion's Role attribute: `<roleArn>[;<roleArn>…],<principalArn>`. Others are left out. */
export const readRolePairs = (values: readonly string[]): readonly RolePair[] =>
  values.flatMap((value) => {
    // Role names may hold commas: the provider begins after the last comma in front of its "qcs:".
    const comma = value.lastIndexOf(',qcs:')
    if (comma === -1) return []
    const principalArn = value.slice(comma + 1)
    return value
      .slice(0, comma)
      .split(';')
      .map((roleArn) => ({ roleArn, principalArn }))
  })
