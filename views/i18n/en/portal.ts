/** Texts of the user's side: sign-in, second factor, accounts and roles. */
export const portal = {}

export type PortalTexts = typeof portal
