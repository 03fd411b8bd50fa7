import type { AccountTexts } from '../en/account.js'

export const account: AccountTexts = {}
