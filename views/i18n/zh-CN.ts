import type { Texts } from './en.js'
import { account } from './zh-CN/account.js'
import { accountObjects } from './zh-CN/account-objects.js'
import { common } from './zh-CN/common.js'
import { console } from './zh-CN/console.js'
import { policyEditor } from './zh-CN/policy-editor.js'
import { portal } from './zh-CN/portal.js'
import { saml } from './zh-CN/saml.js'

export const zhCN: Texts = { common, console, portal, account, accountObjects, policyEditor, saml }
