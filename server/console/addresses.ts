/** Addresses that administrators hand on. */
import type { Zone } from '../domain/zone.js'

/** Where users sign in. */
export const loginUrlOf = (baseUrl: string, { spaceName }: Pick<Zone, 'spaceName'>): string =>
  `${baseUrl}/${spaceName}/login`

/** What SCIM clients are told to push to. */
export const scimBaseUrlOf = (baseUrl: string): string => `${baseUrl}/scim/v2`
