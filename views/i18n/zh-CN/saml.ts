import type { Texts } from '../en.js'

export const saml: Texts['saml'] = {
  failureTitle: '登录失败',
  failureText: '未能通过贵组织的身份提供商登录。请重试；如仍失败，请将以下编号告知管理员。',
  reference: '编号：',
  tryAgain: '重新登录',
  confirmTitle: '确认登录',
  confirmText: (userName) => `身份提供商请求以 ${userName} 的身份登录。仅当这是您本人时才继续。`,
  confirm: (userName) => `以 ${userName} 的身份继续`,
  confirmOther: '以其他身份登录',
  requestTitle: '登录',
  requestText: (host) => `即将前往 ${host} 登录。`,
  requestContinue: '继续',
}
