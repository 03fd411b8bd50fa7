import type { ConsoleTexts } from '../../en/console.js'

export const scimLog: ConsoleTexts['scimLog'] = {
  title: 'SCIM 日志',
  lead: '身份提供商发送的请求以及收到的响应。密码等机密已删去，过长的内容会被截断。',
  find: '搜索 SCIM 日志',
  caption: 'SCIM 请求',
  credential: '密钥',
  nobody: '未通过认证',
  connectionTest: '连接测试',
  anyCredential: '任意密钥',
  anyStatus: '任意状态',
  succeeded: '成功（2xx、304）',
  refused: '被拒绝（4xx）',
  failed: '服务端出错（5xx）',
  statusLabel: '状态',
  resource: '资源',
  resourceHint: '资源 ID，或 User、Group。',
  requestId: '请求 ID',
  from: '开始日期',
  until: '结束日期',
  at: '时间',
  request: '请求',
  reason: '响应',
  duration: '耗时',
  milliseconds: (count) => `${count} 毫秒`,
  further: (count) => `同一时段另有 ${count} 个请求`,
  furtherMeans:
    '这一行还代表只计数的请求：被拒绝的陌生请求、超出密钥频率上限的请求，以及来得太快而未逐条写入的请求。',
  empty: '还没有身份提供商发送过请求。',
  newest: '最新',
  older: '更早',
  detailTitle: (method, path) => `${method} ${path}`,
  whatToDo: '需要更改的内容',
  atEntra: 'Microsoft Entra ID',
  atOkta: 'Okta',
  atOneLogin: 'OneLogin',
  details: '详细信息',
  query: '查询参数',
  scimType: 'SCIM 错误类型',
  code: '原因代码',
  detail: '说明',
  address: '地址',
  userAgent: '客户端',
  sameResource: '该资源的所有请求',
  sent: '发送的内容',
  sentNothing: '请求没有正文，或正文不是 JSON。',
  answered: '响应的内容',
  answeredNothing: '响应没有正文。',
  unknownMembers: '被忽略的成员',
  unknownMembersLead: '没有导入的用户使用这些 ID。',
}

export const scimAdvice: ConsoleTexts['scimAdvice'] = {
  credentialMissing: {
    general: '请求没有携带 Bearer 令牌：请在身份提供商处填写 SCIM 密钥。',
    entra: 'Provisioning > Admin credentials：将密钥填入 Secret Token，然后点击 Test Connection 并保存。',
    okta: 'Provisioning > Integration > Edit：选择 HTTP Header，将密钥填入 Authorization（Bearer）。',
    oneLogin: 'Configuration > API Connection：将密钥填入 SCIM Bearer Token，然后启用 API 状态。',
  },
  credentialUnknown: {
    general:
      '令牌不是此处任何密钥：请新建密钥并填写到身份提供商，前后不要有空格或换行，也不要带 Bearer 一词。',
    entra: 'Provisioning > Admin credentials：替换 Secret Token，然后点击 Test Connection 并保存。',
    okta: 'Provisioning > Integration > Edit：替换 Bearer 令牌，然后点击 Test Connector Configuration。',
    oneLogin: 'Configuration > API Connection：替换 SCIM Bearer Token，并重新启用 API 状态。',
  },
  credentialUnusable: {
    general: '密钥已禁用或已过期：请启用它，或新建密钥并填写到身份提供商。',
    entra:
      'Provisioning > Admin credentials：替换 Secret Token。多次被拒绝后，使用 Restart provisioning 结束隔离状态。',
    okta: 'Provisioning > Integration > Edit：替换 Bearer 令牌，然后在 Dashboard > Tasks 中重试失败的任务。',
    oneLogin: 'Configuration > API Connection：替换 SCIM Bearer Token，然后在 Users 中重试失败的用户。',
  },
  switchedOff: {
    general: '此处的 SCIM 同步已禁用：请在“SCIM 同步”页面启用。',
    entra: '然后使用 Restart provisioning，让被拒绝的内容重新发送。',
    okta: '然后在 Dashboard > Tasks 中重试失败的任务。',
    oneLogin: '然后在应用的 Users 中重试失败的用户。',
  },
  rateLimited: {
    general:
      '该密钥一分钟内的请求数超过了设置 scim.requestsPerMinute。身份提供商会自动重试；如果这是正常情况，请调高该设置。',
  },
  userNameInvalid: {
    general:
      '用户名由 A-Z a-z 0-9 + = , . @ _ - 组成，最多 128 个字符：请将其他属性映射到 userName，或替换其他字符。',
    entra:
      'Mappings > Provision Microsoft Entra ID Users > userName：来宾用户的主体名称含有 #EXT#。请使用表达式 IIF([userType]="Guest", [mail], [userPrincipalName])，或用范围筛选器排除来宾。',
    okta: 'Sign On > Credentials details > Application username format：选择不含其他字符的格式，例如 Okta username 或 Email。',
    oneLogin: 'Parameters > scimusername：选择 Email 或 Username。',
  },
  userNameTaken: {
    general:
      '该名称已被其他用户使用。如果是在此创建的用户，请在 SCIM 页面决定是否将其关联到身份提供商；否则请更改其中一个的名称。',
    entra: 'Mappings > userName：确保两个人不会得到相同的值。匹配属性必须是 userName 或 externalId。',
    okta: 'Assignments > 该人员：在那里更改用户名，或移除另一人的分配。',
    oneLogin: 'Users > 该人员：更正用户名，然后重新批准任务。',
  },
  groupNameInvalid: {
    general: '用户组名称为 1 至 128 个字符：请在身份提供商处缩短名称。',
    entra:
      'Mappings > Provision Microsoft Entra ID Groups > displayName：对过长的名称使用表达式 Left([displayName], 128)。',
    okta: 'Directory > Groups：重命名用户组，然后重新推送。',
    oneLogin: 'OneLogin 不创建用户组：请在此重命名。',
  },
  groupNameTaken: {
    general:
      '该名称已被其他用户组使用。如果是在此创建的用户组，请在 SCIM 页面决定是否将其关联到身份提供商；否则请重命名其中一个。',
    entra: '重命名其中一个用户组，或在 Users and groups 中将其排除。',
    okta: 'Push Groups：编辑推送，选择 Link Group 并关联已存在的用户组。',
    oneLogin: 'Provisioning > Entitlements > Refresh：该用户组已存在，可以在规则中使用。',
  },
  attributeInvalid: {
    general: '某个值的类型不对或过长：说明中给出了属性名。请更改其映射或源头的值。',
    entra: 'Mappings：更改该属性的来源，或移除其映射。',
    okta: 'Provisioning > To App > Attribute Mappings：更改或移除该属性的映射。',
    oneLogin: 'Configuration > SCIM JSON Template：更改或移除该属性所在的行。',
  },
  quota: {
    general: '已达到本空间的配额：请在“设置”中调高，或为应用分配更少的人员或用户组。',
    entra: 'Settings > Scope：选择 Sync only assigned users and groups。',
    okta: 'Assignments：只分配包含需要访问的人员的用户组。',
    oneLogin: 'Access：选择只包含需要访问的人员的角色。',
  },
  memberUnknown: {
    general: '用户组中有尚未推送的人员：请先推送用户，或将 scim.unknownMembers 设为“保留已知成员”。',
    entra: 'Users and groups：直接分配该用户组，其直接成员才会被推送；嵌套用户组的成员不会。',
    okta: 'Assignments：除 Push Groups 外，还要将用户组中的人员分配给应用。',
    oneLogin: 'Users：先批准等待中的用户，再执行将其加入用户组的规则。',
  },
  memberNested: {
    general: '此处的用户组不能作为其他用户组的成员：请直接推送包含人员的用户组。',
    entra: 'Entra ID 只推送直接成员：请将内层用户组单独分配给应用。',
    okta: '请单独推送内层用户组。',
  },
  membersPassedOver: {
    general: '请求已成功，但此处不认识的成员被忽略：请先推送这些用户，再重新推送用户组。',
    entra: '对该用户组使用 Provision on demand 会重新发送成员。',
    okta: 'Push Groups > 该用户组：Push now 会重新发送成员。',
    oneLogin: 'Users：批准等待中的用户，然后使用 Reapply entitlement mappings。',
  },
  typeMismatch: {
    general:
      '在此创建的用户不能加入导入的用户组，反之亦然：请推送该用户，或在 SCIM 页面决定关联占用该名称的用户。',
  },
  groupHasMembers: {
    general:
      '不能通过 SCIM 删除仍有成员的用户组：请让身份提供商先清空它，或设置 scim.deleteGroupsWithMembers。',
    entra: 'Entra ID 删除用户组前不会清空成员：请设置 scim.deleteGroupsWithMembers。',
    okta: 'Okta 删除用户组前不会清空成员：请设置 scim.deleteGroupsWithMembers，或在移除推送时选择保留目标应用中的用户组。',
  },
  guardHeld: {
    general:
      '同步保护暂停了会使过多用户失去访问权限的请求：请在“SCIM 同步”的“同步保护”页面查看，然后放行或拒绝。身份提供商会自行重试。',
    entra:
      '如果并非本意：选择 Provisioning > Stop provisioning，然后检查范围（Settings > Scope、Users and groups）及其范围筛选器。Entra ID 也有类似的保护：Settings > Prevent accidental deletion。',
    okta: '如果并非本意：检查 Assignments 中的用户组，以及 Directory > Groups > Rules 中填充它们的规则。被暂停的任务可在 Dashboard > Tasks 中重试。',
    oneLogin: '如果并非本意：检查 Access 中的角色和应用的规则，然后在 Users 中重试失败的用户。',
  },
  guardRefused: {
    general:
      '管理员拒绝了使如此多用户失去访问权限的请求：请修正身份提供商处的分配，然后在“SCIM 同步”的“同步保护”页面结束拒绝。',
  },
  resourceGone: {
    general: '身份提供商请求的用户或用户组已不存在，或是在此创建、不归它管理。它通常会自行创建新的。',
    entra: 'Restart provisioning 会让 Entra ID 重新匹配所有对象。',
    okta: 'Assignments > 该人员：移除分配后重新分配。',
    oneLogin: 'Users > 该人员：删除登录后重新分配。',
  },
  addressUnknown: {
    general: '没有这个地址：身份提供商处填写的 SCIM 基础地址与 SCIM 页面上显示的不一致。',
    entra: 'Provisioning > Admin credentials > Tenant URL：只填写基础地址。',
    okta: 'Provisioning > Integration > SCIM connector base URL：只填写基础地址，不带 /Users。',
    oneLogin: 'Configuration > SCIM Base URL：只填写基础地址。',
  },
  methodUnknown: {
    general: '该地址不支持这种请求：身份提供商处的基础地址可能多了一段，例如 /Users。',
  },
  notImplemented: {
    general: '客户端请求了本服务未提供也未声明的功能：可以不使用它。',
  },
  versionMismatch: {
    general: '资源在此期间被更改：客户端需要重新读取后再写入，通常会自动进行。',
  },
  filter: {
    general:
      '筛选条件无法解析或过大：说明中给出了位置。请按 userName、externalId、displayName 或邮箱地址筛选。',
    entra: 'Mappings：将匹配属性设为 userName 或 externalId。',
    okta: 'Provisioning > Integration > Unique identifier field for users：填写 userName。',
  },
  paging: {
    general: 'startIndex 和 count 是整数，游标只属于给出它的列表：客户端需要从头开始读取列表。',
  },
  patchPath: {
    general: '更改的路径不是此模式中的属性，或指向不存在的值：说明中有引用。请移除或更正该映射。',
    entra:
      'Mappings：移除该属性或更正其目标。在 Tenant URL 末尾加上 ?aadOptscim062020 后，Entra ID 会按 RFC 7644 书写路径。',
    okta: 'Profile Editor > 该应用：更正属性的 external name 和 external namespace。',
  },
  patchValue: {
    general: '更改的值与属性不符：说明中指出应有的形式。请更正该属性的映射。',
    entra:
      'Mappings：使用能得到正确类型的表达式，例如 active 使用 Switch([IsSoftDeleted], , "False", "True", "True", "False")。',
    okta: 'Profile Editor > 该应用：更正属性的类型。',
    oneLogin: 'Configuration > SCIM JSON Template：更正该属性的值。',
  },
  readOnly: {
    general: '该属性在此为只读：请移除其映射，或只在创建时映射。',
    entra: 'Mappings：移除该属性，或将 Apply this mapping 设为 Only during object creation。',
    okta: 'Provisioning > To App > Attribute Mappings：将映射设为 Create，或移除。',
    oneLogin: 'Configuration > SCIM JSON Template：移除该属性。',
  },
  notYours: {
    general: '通过 SCIM 只能更改由 SCIM 导入的用户和用户组。说明中指出了被拒绝的内容。',
  },
  tooLarge: {
    general: '请求超出允许的大小：说明中给出了上限。请分步推送大型用户组。',
    entra: 'Entra ID 每次只发送少量成员；过大的请求来自映射了很长的值。',
    okta: 'Provisioning > To App > Attribute Mappings：查找含有很长值的属性。',
  },
  mediaType: {
    general:
      '正文必须以 application/scim+json、UTF-8 编码且不压缩的形式发送：身份提供商与本服务之间有设备更改了它，或客户端设置有误。',
  },
  notAcceptable: {
    general:
      '客户端不接受本服务给出的响应类型：其 Accept 标头必须允许 application/scim+json 或 application/json。身份提供商与本服务之间可能有设备更改了它。',
  },
  body: {
    general: '正文不符合 SCIM 的要求：说明中指出了问题。',
    oneLogin: 'Configuration > SCIM JSON Template：检查它是否为 JSON，每个占位符都要加引号。',
  },
  bulk: {
    general: '批量请求中的操作引用了不存在的 bulkId，或相互循环引用：客户端需要更正引用。',
  },
  busy: {
    general: '数据库没有及时响应。身份提供商会自动重试；如再次发生，请查看 /readyz 和服务器日志。',
  },
  ourFault: {
    general: '这是服务器的错误，不是身份提供商的问题：服务器日志中可按请求 ID 查到更多信息。',
  },
}
