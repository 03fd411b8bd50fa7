/** Texts of the simulated account's own console. */
export const account = {}

export type AccountTexts = typeof account
