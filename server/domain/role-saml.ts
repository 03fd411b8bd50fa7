/** How the Identity Center, as the SAML identity provider of its roles, and the accounts address each other. */
import type { ZoneId } from './ids.js'

/** What the accounts take a response to be made for; the cloud's own audience. */
export const ACCOUNT_AUDIENCE = 'cloud.tencent.com'

/** Entity id of the zone as the identity provider of its roles. */
export const roleSamlEntityId = (baseUrl: string, zoneId: ZoneId): string => `${baseUrl}/saml/idp/${zoneId}`

/** Where the consoles of the accounts take responses. */
export const accountAcsUrl = (baseUrl: string): string => `${baseUrl}/account/acs`

/** The user's name as a role session name, which has at least two characters. */
export const roleSessionNameOf = (userName: string): string => userName.padEnd(2, '_')
