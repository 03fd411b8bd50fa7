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
  logoutTitle: '退出登录',
  logoutRequestText: (host: string) => `正在前往 ${host} 完成退出。`,
  logoutDoneTitle: '已退出登录',
  logoutReach: {
    everywhere: '您已在此处和身份提供商处退出登录。',
    partial:
      '您已在此处和身份提供商处退出，但身份提供商登录的其他站点并未全部退出。在与他人共用的电脑上，请关闭浏览器。',
    unknown: '您已在此处退出。身份提供商没有确认您在那里也已退出：在与他人共用的电脑上，请同时到其网站退出。',
    here: '您已在此处退出登录。',
  },
  logoutFailureTitle: '退出登录失败',
  logoutFailureText:
    '一条退出消息无法使用，因此没有产生任何变化。为安全起见，请在此处和身份提供商处分别退出，或关闭浏览器。请将此编号告知管理员：',
  requestContinue: '继续',
}
