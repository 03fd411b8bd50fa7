import type { ConsoleTexts } from '../../en/console.js'

export const scimTest: ConsoleTexts['scimTest'] = {
  title: '测试连接',
  lead: '通过同一入口发送身份提供商“测试连接”时的请求，并说明需要更改什么。不会写入任何内容。',
  clients: { entra: 'Microsoft Entra ID', okta: 'Okta', oneLogin: 'OneLogin' },
  checks: '前提条件',
  check: '检查项',
  checkNames: {
    switch: '同步已启用',
    credential: '有生效的密钥',
    address: '地址可从互联网通过 https 访问',
  },
  problems: {
    switchedOff: 'SCIM 同步已禁用：所有请求都会以 403 拒绝。请在“SCIM 同步”页面启用。',
    noCredential: '没有密钥：请新建密钥并填写到身份提供商。',
    credentialsDisabled: '所有密钥都已禁用：请启用其中一个，或新建密钥。',
    credentialsExpired: '所有已启用的密钥都已过期：请新建密钥并填写到身份提供商。',
    notHttps:
      'BASE_URL 不是以 https 开头：云端身份提供商只通过 https 发送密钥。请在前面放置带证书的反向代理，并将 BASE_URL 设为其地址。',
    notPublic:
      'BASE_URL 是本机或内网地址：云端身份提供商无法访问。请将 BASE_URL 设为公网域名并使用 https，或在内网使用身份提供商的同步代理。',
  },
  result: '结果',
  passed: '通过',
  failed: '未通过',
  remedy: '需要更改的内容',
  requests: (client) => `${client} 会发送的请求`,
  requestsLead: '每个请求都记录在 SCIM 日志中。',
  request: '请求',
  expects: '期望',
  expectations: {
    list: '列表（200）',
    emptyList: '空列表（200）',
    configuration: '服务说明（200）',
  },
  answer: '响应',
  answered: (status, milliseconds) => `${status}，${milliseconds} 毫秒`,
  run: '运行测试',
  client: '身份提供商',
  secret: '要尝试的密钥',
  secretHint: '填写在身份提供商处的密钥：只用于尝试，不会保存。留空则测试使用自己的密钥。',
  start: '测试连接',
  hasPassed: (client) => `${client} 的连接测试会成功。`,
  hasFailed: (client) => `${client} 的连接测试会失败，或无法访问本服务器。`,
}
