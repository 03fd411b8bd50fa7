/** A bearer credential of a SCIM client. Its secret is known to nobody but the client. */
import { IdentityCenterError } from './errors.js'
import type { ScimCredentialId } from './ids.js'

export interface ScimCredential {
  readonly id: ScimCredentialId
  readonly status: 'enabled' | 'disabled'
  readonly createdAt: string
  readonly expiresAt: string
  /** To the minute. */
  readonly lastUsedAt?: string
}

/** Two, so that a new one can take over before the old one ends. */
export const MAXIMUM_SCIM_CREDENTIALS = 2

const HOUR = 3600
const YEAR = 365 * 24 * HOUR
export const SCIM_CREDENTIAL_SECONDS = { minimum: HOUR, initial: YEAR, maximum: 99 * YEAR } as const

/** Throws `request.invalid` unless a credential may live so many seconds. */
export function requireCredentialLifetime(seconds: number): void {
  const { minimum, maximum } = SCIM_CREDENTIAL_SECONDS
  if (Number.isInteger(seconds) && seconds >= minimum && seconds <= maximum) return
  throw new IdentityCenterError('request.invalid', `A credential lives ${minimum} to ${maximum} seconds.`, {
    field: 'expiresInSeconds',
    minimum,
    maximum,
  })
}

/** Whether a request with this credential is let in. */
export const isUsable = (credential: ScimCredential, now: Date): boolean =>
  credential.status === 'enabled' && Date.parse(credential.expiresAt) > now.getTime()
