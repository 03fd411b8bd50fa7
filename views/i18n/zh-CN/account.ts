import type { AccountTexts } from '../en/account.js'

export const account: AccountTexts = {
  navigation: {
    overview: '概览',
    access: '权限测试',
  },

  overview: {
    title: '账号概览',
    lead: (role) => `您正以角色 ${role} 访问此账号。`,
    session: '当前会话',
    account: '账号',
    uin: '账号 UIN',
    role: '角色',
    roleArn: '角色 ARN',
    sessionName: '会话名称',
    user: '身份中心用户',
    begun: '开始时间',
    until: '有效期至',
    policies: '生效的策略',
    policiesLead: '您在此账号中的权限由以下策略决定，每次请求都会重新读取。',
    noPolicies: '角色未绑定任何策略，因此不允许任何操作。',
    preset: '预设',
    custom: '自定义',
    document: (name) => `${name} 的策略内容`,
    testAccess: '测试权限',
    relayState: (page) => `在云上，该权限将打开页面 ${page}。`,
  },

  access: {
    title: '权限测试',
    lead: '查询您的角色可以执行哪些操作，不会实际执行。',
    action: '操作',
    actionHint: '服务和接口，例如 cvm:DescribeInstances。',
    actionInvalid: '请输入服务和接口，例如 cvm:DescribeInstances。',
    resource: '资源',
    resourceHint:
      '一个资源的六段式名称，例如 qcs::cvm:ap-guangzhou::instance/ins-1。星号表示不涉及具体资源的操作。',
    resourceInvalid: '请输入星号，或形如 qcs::<服务>:<地域>:<账号>:<资源> 的名称。',
    submit: '判定',
    decision: '结果',
    allowed: '允许',
    denied: '拒绝',
    reason: '原因',
    reasons: {
      rootKey: '主账号无需策略。',
      identityAllow: '角色的一条策略允许该操作，且没有策略拒绝。',
      identityDeny: '角色的一条策略拒绝该操作。',
      identityNoAllow: '角色没有任何策略允许该操作。',
      serviceControlDeny: '组织的服务控制策略拒绝该操作。',
      serviceControlNoAllow: '组织的某一层级没有允许该操作的服务控制策略。',
      boundaryDeny: '权限边界拒绝该操作。',
      boundaryNoAllow: '权限边界不允许该操作。',
      sessionDeny: '本次会话的策略拒绝该操作。',
      sessionNoAllow: '本次会话的策略不允许该操作。',
    },
    policy: '决定性策略',
    statement: (number) => `第 ${number} 条语句`,
    noStatement: '没有匹配的语句。',
  },

  enter: {
    title: '进入该账号？',
    text: '您是从其他网站跳转到此处的。仅当您刚刚在自己的门户中选择了该账号时才继续。',
    submit: '继续进入账号',
    cancel: '返回我的访问权限',
  },
}
