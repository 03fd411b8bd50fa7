/** Refusals in Chinese. English shows the message that the refusal itself carries, which names the same facts. */
import type { ErrorCode, ErrorFacts } from '../../../server/domain/errors.js'
import type { FaultyNetwork } from '../../../server/domain/sign-in-networks.js'
import { policyProblems } from './policy-problems.js'

const number = (facts: ErrorFacts, name: string): string =>
  typeof facts[name] === 'number' ? String(facts[name]) : ''
const text = (facts: ErrorFacts, name: string): string => (typeof facts[name] === 'string' ? facts[name] : '')
/** How a policy is wrong, and what was probably meant, without the place. */
export function policyFaultSentence(facts: ErrorFacts): string {
  const problem = text(facts, 'problem')
  const words: Readonly<Record<string, (typeof policyProblems)[keyof typeof policyProblems]>> = policyProblems
  const said = Object.hasOwn(words, problem) ? words[problem] : undefined
  if (said === undefined) return '策略内容无效。'
  const found = typeof facts['found'] === 'string' ? facts['found'] : undefined
  const suggestion = text(facts, 'suggestion')
  const meant = suggestion === '' ? '' : `是否想写“${suggestion}”？`
  return `${typeof said === 'function' ? said(found) : said}。${meant}`
}

function policyFault(facts: ErrorFacts): string {
  if (text(facts, 'problem') === '') return policyFaultSentence(facts)
  const path = text(facts, 'path')
  const where = `第 ${number(facts, 'line')} 行，第 ${number(facts, 'column')} 列${path === '' ? '' : `（${path}）`}`
  return `${where}：${policyFaultSentence(facts)}`
}

const networkFaults: Readonly<Record<FaultyNetwork['fault'], (meant: string) => string>> = {
  notAddress: () => '不是地址，也不是 192.0.2.0/24 或 2001:db8::/32 这样的网段',
  leadingZeros: () => '含有前导零，不同程序的解读不同',
  zone: () => '含有网卡名（%…），请去掉',
  prefix4: () => '的前缀长度须为 0 至 32',
  prefix6: () => '的前缀长度须为 0 至 128',
  hostBits: (meant) => `在前缀之后还有非零位：请写 ${meant}，或只写该地址`,
  mappedRange: () => '超出了 IPv6 中的 IPv4 范围：IPv4 网段请按 IPv4 书写',
  twice: () => '重复出现',
}

/** How an entry of the networks is wrong. */
export const networkFaultSentence = ({ entry, fault, meant = '' }: FaultyNetwork): string =>
  `“${entry}”${networkFaults[fault](meant)}。`

/** A new code does not compile until it has words here. */
export const errors: Record<ErrorCode, string | ((facts: ErrorFacts) => string)> = {
  'request.invalid': '请求缺少内容或格式不正确。',
  'request.malformedJson': '请求内容不是有效的 JSON。',
  'request.tooLarge': '提交的内容超过了允许的大小。',
  'request.mediaType': '不支持该内容类型。',
  'request.notAcceptable': '无法以所请求的内容类型作答。',
  'request.versionUnknown': '不支持该协议版本。',
  'request.notFound': '页面不存在。',
  'request.methodNotAllowed': '该地址不支持此请求方法。',
  'request.csrf': '表单已过期，或不是来自本站。未做任何更改，请返回并刷新页面后重新提交。',
  'request.rateLimited': '请求过于频繁，请稍候再试。',
  'service.unavailable': '服务暂时不可用，请稍后再试。',

  'page.invalid': '分页参数无效。',
  'page.cursorInvalid': '分页位置无效或已过期，请从第一页重新开始。',
  'page.countInvalid': '每页数量必须是正整数。',

  'actor.forbidden': '您无权执行此操作：需要拥有 QcloudOrganizationFullAccess 的管理员。',
  'actor.unauthenticated': '请先登录。',

  'user.notFound': '用户不存在，或已被删除。',
  'user.nameTaken': '该用户名已被使用。',
  'user.nameInvalid': (facts) =>
    `用户名须为 1 至 ${number(facts, 'limit') || '64'} 个字符，可使用 A-Z a-z 0-9 + = , . @ _ -。`,
  'user.emailTaken': '该邮箱已被其他用户使用。',
  'user.attributeInvalid': '某个用户属性的值无效。',
  'user.synchronized': '该用户由 SCIM 同步管理，SCIM 同步启用期间不能在此更改或删除。',
  'user.manual': '该用户为手动创建，SCIM 不能更改。',
  'user.inUse': '该用户仍有关联，不能删除。',
  'user.versionMismatch': '该用户刚刚被其他人更改，请刷新后重试。',
  'user.quota': (facts) => `用户数量已达到配额${number(facts, 'limit') && `（${number(facts, 'limit')}）`}。`,

  'group.notFound': '用户组不存在，或已被删除。',
  'group.nameTaken': '该用户组名称已被使用。',
  'group.nameInvalid': '用户组名称须为 1 至 128 个字符。',
  'group.attributeInvalid': '某个用户组属性的值无效。',
  'group.synchronized': '该用户组由 SCIM 同步管理，SCIM 同步启用期间不能在此更改。',
  'group.manual': '该用户组为手动创建，SCIM 不能更改。',
  'group.inUse': '该用户组仍有关联，不能删除。',
  'group.hasMembers': '该用户组仍有成员，不能删除。',
  'group.memberUnknown': '要添加的某个用户不存在。',
  'group.memberNested': '用户组不能嵌套。',
  'group.memberExists': '该用户已在用户组中。',
  'group.memberMissing': '该用户不在用户组中。',
  'group.typeMismatch': '用户与用户组的类型必须相同（手动创建或同步导入）。',
  'group.versionMismatch': '该用户组刚刚被其他人更改，请刷新后重试。',
  'group.quota': (facts) =>
    `用户组数量已达到配额${number(facts, 'limit') && `（${number(facts, 'limit')}）`}。`,
  'group.memberQuota': (facts) =>
    `该用户组的用户数已达到配额${number(facts, 'limit') && `（${number(facts, 'limit')}）`}。`,
  'user.groupQuota': (facts) =>
    `该用户加入的用户组数已达到配额${number(facts, 'limit') && `（${number(facts, 'limit')}）`}。`,

  'filter.malformed': '搜索条件无法解析。',
  'filter.tooComplex': '搜索条件过于复杂。',
  'patch.invalidSyntax': '更改内容的格式无效。',
  'patch.invalidPath': '更改内容中的路径无效。',
  'patch.invalidValue': '更改内容中的值无效。',
  'patch.noTarget': '更改内容没有指向任何已有的值。',
  'patch.mutability': '该属性不能更改。',
  'patch.tooMany': '一次更改的操作过多。',
  'bulk.circular': '批量请求中的操作相互循环引用。',
  'bulk.unresolved': '批量请求引用了未能完成的操作。',
  'scim.notImplemented': '不支持该 SCIM 操作。',
  'scim.disabled': 'SCIM 同步已禁用。',

  'adoption.notFound': '该名称冲突已结束：已有人处理，或该名称不再被占用。',
  'adoption.changed': '自您查看以来，推送的内容或本地的内容已发生变化。请重新查看后再决定。',
  'adoption.renaming':
    '身份提供商已有一个导入的对象，并想将其改为此名称：两者不能合并。请删除手动创建的对象，或先让身份提供商删除导入的对象。',
  'scim.guardHeld': '该请求已被同步保护暂停，等待管理员处理。',
  'scim.guardRefused': '管理员已拒绝该请求。',
  'scimGuard.changed': '同步保护的状态已发生变化，请重新查看后再决定。',
  'scimGuard.invalid': '小时数须为 1 至 72 的整数；数量上限须为正整数，或留空。',

  'scimCredential.notFound': 'SCIM 密钥不存在，或已被删除。',
  'scimCredential.invalid': 'SCIM 密钥无效、已禁用或已过期。',
  'scimCredential.limit': '最多只能有 2 个 SCIM 密钥，请先删除一个。',
  'scimCredential.enabled': '请先禁用该 SCIM 密钥，然后再删除。',

  'signIn.refused': '名称或密码不正确。',
  'signIn.locked': '登录失败次数过多，请稍候再试。',
  'signIn.methodOff': '当前未启用这种登录方式。',
  'signIn.networkRefused': '贵组织不允许从您所在的网络登录。',
  'signIn.stepMissing': '登录尚未完成。',
  'signIn.federationFailed': '未能通过身份提供商登录。',
  'mfa.codeInvalid': '验证码不正确，或已被使用过。',
  'mfa.alreadyBound': '已绑定 MFA 设备。',
  'passkey.refused': '未能接受此通行密钥，请重试。',
  'passkey.notFound': '没有该通行密钥。',
  'passkey.exists': '该通行密钥已注册。',
  'passkey.limit': (facts) => `最多可有 ${number(facts, 'limit')} 个通行密钥，请先移除一个。`,
  'passkey.last': '这是您唯一的二次验证方式。请先添加另一个通行密钥，或请管理员解绑。',
  'passkey.nameInvalid': (facts) => `通行密钥名称须为 1 至 ${number(facts, 'limit')} 个字符。`,
  'breakGlass.limit': (facts) => `最多可指定 ${number(facts, 'limit')} 名应急登录用户，请先移除一名。`,
  'password.tooWeak': '密码须为 8 至 32 个字符，包含大写字母、小写字母、数字和特殊字符，且不含空格。',
  'password.reused': '请使用与当前密码不同的密码。',
  'password.repeatDiffers': '两次输入不一致。',
  'cli.stateInvalid': '此命令行登录请求无效、已过期或已被确认。请重新运行 tccli sso login。',
  'cli.tokenInvalid': '命令行的登录令牌无效或已过期。请重新运行 tccli sso login。',
  'session.notFound': '会话不存在，或已结束。',
  'session.notRecent': '请先确认是您本人。',
  'session.ended': '会话已结束，请重新登录。',

  'administrator.notFound': '管理员不存在。',
  'administrator.nameTaken': '该名称已被其他子用户使用。',
  'administrator.lastFull': '不能禁用最后一个拥有完全权限的管理员。',
  'apiKey.notFound': 'API 密钥不存在。',
  'apiKey.limit': '每个管理员最多有 2 个 API 密钥，请先删除一个。',

  'zone.planMoved': '空间已被更改，计划不再适用，请重新生成计划。',
  'zone.notOpen': '身份中心尚未开通：需要一个空间名称。',
  'zone.alreadyOpen': '身份中心已经开通。',
  'zone.notFound': '空间不存在。',
  'zone.nameInvalid': '空间名称须为 2 至 64 个字符，可使用 a-z、0-9 和中间的单个连字符，且不能是保留名称。',
  'zone.nameTaken': '该空间名称已被使用。',
  'setting.unknown': '没有这个设置项。',
  'setting.invalid': (facts) => {
    if (Array.isArray(facts['networks'])) {
      // As `readNetworks` gives them.
      return (facts['networks'] as readonly FaultyNetwork[]).map(networkFaultSentence).join('')
    }
    return number(facts, 'found') === ''
      ? '该设置项的值无效。'
      : `最多 ${number(facts, 'limit')} 项，当前为 ${number(facts, 'found')} 项。`
  },
  'setting.fixed': '该设置由环境变量固定，不能在此更改。',

  'identityProvider.notFound': '尚未配置身份提供商。',
  'identityProvider.metadataInvalid': (facts) =>
    `元数据文件无法使用${text(facts, 'reason') && `：${text(facts, 'reason')}`}。`,
  'identityProvider.metadataUnreachable':
    '无法从该地址获取元数据。请检查地址（仅限 https；私有网络需通过设置 saml.metadataFromPrivateNetworks 允许），或改为上传文件。',
  'identityProvider.proposalChanged': '该文档在显示之后已发生变化，请重新查看。',
  'identityProvider.incomplete': '启用 SSO 前需要先配置身份提供商：请上传其元数据。',
  'identityProvider.inUse': 'SSO 正在使用该身份提供商，请先切换到密码登录。',
  'certificate.notFound': '证书不存在，或已被移除。',
  'certificate.invalid': '这不是可用的 X.509 证书。',
  'certificate.exists': '该证书已经添加过。',
  'certificate.limit': '最多只能有 2 个证书，请先移除一个。',
  'signingKey.wrongStep': '当前没有处于该状态的密钥，请重新加载页面。',
  'signingKey.accountsBehind':
    '部分账号尚未持有下一个密钥，或无法查询。请先在“配置漂移”中比对并修复账号，否则无人能进入这些账号。',
  'certificate.last': '不能移除最后一个证书。',

  'permissionConfiguration.notFound': '权限配置不存在，或已被删除。',
  'permissionConfiguration.nameTaken': '该权限配置名称已被使用。',
  'permissionConfiguration.nameInvalid': '权限配置名称须为 1 至 128 个字符，可使用字母、数字和连字符。',
  'permissionConfiguration.invalid': '权限配置的内容无效。',
  'permissionConfiguration.inUse': '该权限配置仍有策略或部署，不能删除。',
  'permissionConfiguration.deployed': '该权限配置仍部署在账号中。',
  'permissionConfiguration.assigned': '仍有授权在使用该权限配置。',
  'permissionConfiguration.quota': (facts) =>
    `权限配置数量已达到配额${number(facts, 'limit') && `（${number(facts, 'limit')}）`}。`,
  'permissionConfiguration.versionMismatch': (facts) =>
    `您打开页面之后，该权限配置已被更改（当前为版本 ${number(facts, 'version')}）。未保存任何内容，请先查看差异。`,
  'permissionConfiguration.versionNotFound': '该权限配置没有这个版本。',
  'permissionConfiguration.versionSame': '该版本与当前内容完全一致，无需恢复。',
  'policy.notFound': '策略不存在。',
  'policy.nameTaken': '已有同名的策略。',
  'policy.nameInvalid': '自定义策略名称须为 1 至 32 个字符，可使用字母、数字和 + = , . @ _ -。',
  'policy.invalid': policyFault,
  'policy.importChanged': (facts) => `${text(facts, 'policy')} 在账号中已被更改，请重新查看。`,
  'policy.limit': '一个权限配置中最多有 100 个系统策略和 100 个自定义策略。',

  'account.notFound': '账号不存在。',
  'account.nameInvalid': '账号名称须为 1 至 25 个字符。',
  'account.nameTaken': '该账号名称已被使用。',
  'account.inUse': '该账号仍有授权或部署。',
  'account.invalid': '账号的信息无效。',
  'account.exists': '该账号已在组织中。',
  'account.management': '管理账号不能移动、移除或删除，服务控制策略也不适用于它。',
  'account.created': '该账号由组织创建，不能移除，只能删除。',
  'account.invited': '该账号是被邀请加入的，不能删除，只能移除。',
  'account.deletionOff': '未开启成员账号删除许可。',
  'invitation.notFound': '邀请不存在、已失效或已被处理。',
  'invitation.exists': '已有一个等待该账号答复的邀请。',
  'serviceControl.off': '服务控制策略未开启。',
  'serviceControl.on': '服务控制策略已开启。',
  'serviceControl.notFound': '该服务控制策略不存在。',
  'serviceControl.nameTaken': '已有同名的服务控制策略。',
  'serviceControl.nameInvalid': '名称为 1 至 128 个汉字、字母、数字或下划线。',
  'serviceControl.limit': ({ limit }) => `已达到上限 ${String(limit)}。`,
  'serviceControl.inUse': '该策略仍绑定在部门或账号上，请先解绑。',
  'serviceControl.preset': '系统策略不能更改或删除。',
  'serviceControl.attached': '该策略已绑定在此处。',
  'serviceControl.notAttached': '该策略未绑定在此处。',
  'serviceControl.last': '每个部门和账号至少保留一个策略。',
  'node.notFound': '部门不存在。',
  'node.invalid': '部门名称须为 1 至 40 个字符。',
  'node.nameTaken': '同一位置已有同名部门。',
  'node.limit': '部门最多 5 层，每个节点下最多 20 个部门。',
  'node.inUse': '该部门不为空。',
  'assignment.notFound': '该授权不存在，或已被移除。',
  'assignment.exists': '该授权已经存在。',
  'assignment.limit': '一次提交的组合数量过多，请分批进行。',
  'assignment.invalid': '请至少选择一个用户或用户组、一个账号和一个权限配置。',
  'deployment.notFound': '该权限配置没有部署在此账号中。',
  'deployment.busy': '该部署正在进行中，请等待其完成。',
  'deploymentPlan.notFound': '计划不存在或已过期，请重新制定。',
  'deploymentPlan.moved': '制定计划之后情况已有变化。未执行任何操作。',
  'deploymentPlan.applied': '该计划已经执行。',
  'deploymentPlan.empty': '该计划目前没有可以执行的内容。',
  'assignment.periodInvalid':
    '开始与结束须为日期（如 2026-03-31，表示该日 UTC 零点）或带时区的时间（如 2026-03-31T18:00Z）；结束须晚于开始和当前时间，且不超过 20 年。',
  'assignment.batchOver': '该操作已不可执行，请刷新页面。',
  'task.notFailed': '只有失败的任务可以重试。',
  'task.notFound': '任务不存在。',
  'userSync.notFound': '该 CAM 用户同步不存在。',
  'userSync.exists': '所选的用户或用户组已同步到这些账号。',
  'userSync.invalid': ({ limit }) =>
    typeof limit === 'number'
      ? `描述最多 ${limit} 个字符。`
      : '请至少选择一个用户或用户组，以及至少一个账号。',
  'userSync.limit': ({ limit }) => `一次最多可以同步 ${String(limit)} 个用户（组）与账号的组合。`,
  'userSync.busy': '该 CAM 用户同步正在执行任务，请稍后再试。',

  'access.denied': '您没有这项访问权限。',
  'assertion.refused': '账号未接受该登录响应，请从门户重新打开账号。',
  'role.notFound': '角色不存在。',
  'sts.invalid': '临时密钥的请求参数无效。',
  'sts.duration': '请求的会话时长超出允许范围。',
  'dataFolder.inUse': '数据目录正被运行中的服务使用。',
  'database.migrationsPending': '数据库结构尚未更新。',
  'backup.unsupported': '当前数据库不支持该备份方式。',
  'backup.exists': '备份文件已经存在。',
  'backup.invalid': '该文件不是可用的备份。',
  'cam.unavailable': '账号暂时无法访问，请稍后再试。',
  'cam.managed': '该对象由身份中心管理，不能在账号中更改。',
  'cam.nameTaken': '账号中已有同名对象，身份中心不会更改它；请先在账号中重命名或删除。',
  'camUser.notFound': '账号中没有该用户，或已被删除。',
  'camUser.nameTaken': '账号中已有同名用户。',
  'camUser.nameInvalid': '用户名须为 1 至 64 个字符，可使用 A-Z a-z 0-9 + = , . @ _ -。',
  'camUser.invalid': '用户的某项信息无效。',
  'camUser.hasKeys': '该用户还有 API 密钥：请先删除密钥，或选择一并删除。',
  'camUser.limit': (facts) => `账号中的用户数已达上限 ${number(facts, 'limit')}。`,
  'camUser.groupLimit': (facts) => `一个用户所在的用户组数已达上限 ${number(facts, 'limit')}。`,
  'camGroup.notFound': '账号中没有该用户组，或已被删除。',
  'camGroup.nameTaken': '账号中已有同名用户组。',
  'camGroup.invalid': '用户组名称或备注无效。',
  'camGroup.limit': (facts) => `账号中的用户组数已达上限 ${number(facts, 'limit')}。`,
  'camGroup.userLimit': (facts) => `一个用户组中的用户数已达上限 ${number(facts, 'limit')}。`,
  'camRole.nameTaken': '账号中已有同名角色。',
  'camRole.nameInvalid': '角色名称须为 1 至 128 个字符，可使用 A-Z a-z 0-9 + = , . @ _ -。',
  'camRole.invalid': '角色的某项设置无效。',
  'camRole.limit': (facts) => `账号中的角色数已达上限 ${number(facts, 'limit')}。`,
  'camPolicy.notFound': '账号中没有该策略，或已被删除。',
  'camPolicy.nameTaken': '已有同名策略。',
  'camPolicy.nameInvalid': '策略名称须为 1 至 128 个字符，可使用 A-Z a-z 0-9 + = , . @ _ -。',
  'camPolicy.invalid': '无法对该策略执行此操作。',
  'camPolicy.preset': '系统策略由云平台提供，不能更改或删除。',
  'camPolicy.limit': (facts) => `账号中的自定义策略数已达上限 ${number(facts, 'limit')}。`,
  'camPolicy.attachmentLimit': (facts) => `关联的策略数已达上限 ${number(facts, 'limit')}。`,
  'camPolicyVersion.notFound': '该策略没有此版本。',
  'camPolicyVersion.default': '该版本正在生效。',
  'camPolicyVersion.limit': (facts) => `一个策略的版本数已达上限 ${number(facts, 'limit')}。`,
  'samlProvider.notFound': '账号中没有该 SAML 身份提供商，或已被删除。',
  'samlProvider.nameTaken': '账号中已有同名 SAML 身份提供商。',
  'samlProvider.nameInvalid': '身份提供商名称须为 1 至 128 个字符，可使用 A-Z a-z 0-9 + = , . @ _ -。',
  'samlProvider.invalid': 'SAML 身份提供商的某项设置无效。',
  'samlProvider.limit': (facts) => `账号中的 SAML 身份提供商数已达上限 ${number(facts, 'limit')}。`,
}
