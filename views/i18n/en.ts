/** The English catalogue, which also is the type of every other one: a missing key does not compile. */
import { account } from './en/account.js'
import { accountObjects } from './en/account-objects.js'
import { common } from './en/common.js'
import { console } from './en/console.js'
import { policyEditor } from './en/policy-editor.js'
import { portal } from './en/portal.js'
import { saml } from './en/saml.js'

export const en = { common, console, portal, account, accountObjects, policyEditor, saml }

export type Texts = typeof en
