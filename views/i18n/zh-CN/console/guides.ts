import type { ConsoleTexts } from '../../en/console.js'
import { entra } from './guides/entra.js'
import { google } from './guides/google.js'
import { keycloak } from './guides/keycloak.js'
import { okta } from './guides/okta.js'
import { onelogin } from './guides/onelogin.js'

export const guides: ConsoleTexts['guides'] = {
  title: '配置指南',
  lead: '按步骤完成身份提供商的管理设置，并已填入本部署的值。',
  choose: '身份提供商',
  offers: '支持的功能',
  offersBoth: 'SAML 和 SCIM',
  offersSaml: '仅 SAML',
  names: {
    entra: 'Microsoft Entra ID',
    okta: 'Okta',
    onelogin: 'OneLogin',
    keycloak: 'Keycloak',
    google: 'Google Workspace',
  },
  parts: {
    saml: '通过 SAML 2.0 登录',
    scim: '通过 SCIM 2.0 同步用户和用户组',
  },
  texts: { entra, okta, onelogin, keycloak, google },
  guideTitle: (name) => `配置 ${name}`,
  mappings: '属性',
  attribute: '此处的属性',
  source: '来源',
  note: '说明',
  differences: (name) => `${name} 的不同之处`,
  afterwards: '填写完成之后',
  afterwardsScim: '从这里测试 SCIM 连接；如有内容没有到达，请查看日志。',
  afterwardsSaml:
    '将登录方式切换为 SSO，并在隐私窗口中以一名用户登录。管理员仍用自己的密码登录，因此出错时可以在此更正。',
  testConnection: '测试连接',
  scimLog: 'SCIM 日志',
  diagnostics: '登录诊断',
  notPublic:
    '以下地址不是使用 https 的公网地址（BASE_URL）：云端身份提供商无法访问。设置 BASE_URL 后这些地址会改变。',
}
