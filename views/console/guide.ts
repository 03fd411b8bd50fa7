/** A setup guide as data: the texts of each language fill it with the values of this deployment. */

export const GUIDE_IDS = ['entra', 'okta', 'onelogin', 'keycloak', 'google'] as const
export type GuideId = (typeof GUIDE_IDS)[number]

/** What an identity provider has to be told about this deployment. */
export interface GuideValues {
  readonly scimBaseUrl: string
  readonly entityId: string
  readonly acsUrl: string
  /** Where a sign-in over SSO begins. */
  readonly signOnUrl: string
  /** Where users of this zone sign in. */
  readonly loginUrl: string
}

export interface GuideStep {
  readonly text: string
  /** What is entered there, by the name that the identity provider has for it. */
  readonly values?: readonly (readonly [label: string, value: string])[]
  /** A page of this console where the step is done, or what is needed for it. */
  readonly link?: readonly [label: string, href: string]
}

/** An attribute here, and what it is made from there. */
export interface GuideMapping {
  readonly target: string
  readonly source: string
  readonly note?: string
}

export interface GuidePart {
  readonly kind: 'saml' | 'scim'
  readonly steps: readonly GuideStep[]
  readonly mappings?: readonly GuideMapping[]
}

export interface Guide {
  readonly lead: string
  readonly parts: readonly GuidePart[]
  /** What this identity provider does unlike others, and what that means here. */
  readonly differences: readonly string[]
}
