import type { ConsoleTexts } from '../../en/console.js'

export const samlChecks: ConsoleTexts['samlChecks'] = {
  network: {
    title: '网络',
    problem: '请求来自不允许用户登录的网络。',
    remedy:
      '请在设置（signIn.networks）中添加该网络，或让用户从允许的网络登录。如果许多人的地址都相同，那是代理的地址：请设置 TRUST_PROXY。',
  },
  metadataExpired: {
    title: '元数据有效',
    problem: '身份提供商的元数据已过期（validUntil）。',
    remedy: '请重新获取或上传元数据，或启用定时获取。',
  },
  unfinished: {
    title: '检查完成',
    problem: '检查该消息耗时过长，或意外中止。',
    remedy: '请重新开始。如果此人的每条消息都会如此，请保留一条并报告。',
  },
  encoding: {
    title: '格式与编码',
    problem: '消息不是以一个严格 base64、UTF-8 编码的表单字段到达的。',
    remedy: '请让身份提供商按已设置的绑定原样发送消息，并检查中间的代理。',
  },
  size: {
    title: '大小',
    problem: '消息超过允许的大小。',
    remedy: '请让身份提供商减少属性；通常是用户组列表过长。',
  },
  xml: {
    title: 'XML 格式',
    problem: '消息不是格式正确的 XML。',
    remedy: '请让身份提供商原样发送消息；如果已是如此，则是其 SAML 库的问题。',
  },
  forbiddenXml: {
    title: '仅含元素',
    problem: '消息包含文档类型、注释或实体等，SAML 消息从不需要这些。',
    remedy: '消息可能被篡改。如果身份提供商就是这样发送的，则是其 SAML 库的问题。',
  },
  message: {
    title: '消息类型',
    problem: '消息不是此处接受的类型。',
    remedy: '请检查身份提供商处的地址：ACS URL 用于登录响应，退出 URL 用于退出消息。',
  },
  version: {
    title: 'SAML 2.0',
    problem: '消息不是 SAML 2.0 版本。',
    remedy: '请在身份提供商处以 SAML 2.0 设置该应用。',
  },
  uniqueIds: {
    title: '唯一的 ID',
    problem: '消息中有 ID 不唯一或格式不正确。',
    remedy: '消息可能被篡改。如果身份提供商就是这样发送的，则是其 SAML 库的问题。',
  },
  status: {
    title: '状态',
    problem: '身份提供商没有让用户登录，并说明了原因。',
    remedy: '请查看身份提供商的登录日志；通常是用户在那里没有被分配到此应用。',
  },
  encryption: {
    title: '允许的加密',
    problem: '有内容不应加密，或加密方式不被接受。',
    remedy:
      '请让身份提供商用 AES-GCM 与 RSA-OAEP 加密整个断言（AES-CBC 仅限响应也已签名时），并开启设置 saml.encryption；或在那里关闭加密。',
  },
  decryption: {
    title: '解密',
    problem: '无法用我们的密钥解密断言。',
    remedy: '请把本服务提供商的当前元数据交给身份提供商：它在用另一个密钥加密。',
  },
  oneAssertion: {
    title: '恰好一个断言',
    problem: '响应中没有恰好一个直接包含的断言。',
    remedy: '消息可能被篡改。如果身份提供商就是这样发送的，请让它只发送一个断言。',
  },
  signaturePresent: {
    title: '已签名',
    problem: '消息中起作用的部分没有签名。',
    remedy: '请让身份提供商用 SHA-256 为断言或响应（最好两者）以及退出消息签名。',
  },
  signaturePlace: {
    title: '签名位置',
    problem: '签名出现在不该出现的位置。',
    remedy: '消息由其他消息的部分拼接而成：请查明是谁发送的。',
  },
  signatureShape: {
    title: '签名形式',
    problem: '签名不是 SAML 允许的唯一形式。',
    remedy: '请让身份提供商使用其 SAML 库的封内签名，不附加任何内容。',
  },
  signatureReference: {
    title: '签名的对象',
    problem: '签名涵盖的不是其所在的元素。',
    remedy: '消息由其他消息的部分拼接而成：请查明是谁发送的。',
  },
  signatureTransforms: {
    title: '变换',
    problem: '签名所依据的消息形式不被接受。',
    remedy: '请让身份提供商仅使用排他规范化与封内变换进行签名。',
  },
  signatureAlgorithm: {
    title: '算法',
    problem: '消息的签名算法不被接受，例如 SHA-1。',
    remedy:
      '请在身份提供商处将此应用的签名算法设为 SHA-256（Entra ID：SAML 证书 → 签名算法；Okta：Signature Algorithm 与 Digest Algorithm；Keycloak：Signature Algorithm RSA_SHA256；OneLogin：SAML Signature Algorithm；AD FS：安全哈希算法）。',
  },
  signatureValue: {
    title: '证书',
    problem: '签名不是用任何已配置的证书生成的。',
    remedy: '请上传身份提供商的当前元数据，或在此添加其新的签名证书。',
  },
  signatureDigest: {
    title: '未被更改',
    problem: '消息在签名之后被更改。',
    remedy: '请检查身份提供商与此处之间是否有代理或插件改写消息。',
  },
  issuer: {
    title: '颁发者',
    problem: '消息来自另一个身份提供商，而不是已配置的那个。',
    remedy: '请上传发送消息的身份提供商的元数据，或在此更正实体 ID。',
  },
  destination: {
    title: '目标地址',
    problem: '消息是为另一个地址生成的。',
    remedy: '请在身份提供商处准确填写我们的地址：作为 ACS URL（回复 URL、单点登录 URL）或退出 URL。',
  },
  issueInstant: {
    title: '签发时间',
    problem: '消息没有说明签发时间。',
    remedy: '身份提供商必须遵循 SAML 2.0 规范。',
  },
  conditions: {
    title: '条件',
    problem: '条件缺失、格式不正确，或依赖未知的内容。',
    remedy: '身份提供商必须遵循 SAML 2.0 Web 浏览器单点登录规范。',
  },
  audience: {
    title: '受众',
    problem: '断言是给另一个服务提供商的。',
    remedy: '请在身份提供商处将我们的实体 ID 准确填写为受众（实体 ID、标识符）。',
  },
  subject: {
    title: '主体',
    problem: '消息没有指明恰好一个主体。',
    remedy: '身份提供商必须遵循 SAML 2.0 规范。',
  },
  nameId: {
    title: 'NameID',
    problem: '没有恰好一个纯文本的 NameID。',
    remedy: '请在身份提供商处将保存用户名的属性映射到 NameID。',
  },
  subjectConfirmation: {
    title: '确认',
    problem: '主体没有可用的 bearer 方式确认。',
    remedy: '身份提供商必须遵循 SAML 2.0 Web 浏览器单点登录规范。',
  },
  recipient: {
    title: '接收者',
    problem: '断言是为另一个接收者生成的。',
    remedy: '请在身份提供商处将我们的 ACS URL 准确填写为接收者（回复 URL）。',
  },
  inResponseTo: {
    title: '对请求的应答',
    problem: '消息没有说明其应答的请求，或说明不在已签名的部分。',
    remedy: '断言可能从另一个响应移来，或身份提供商在断言中省略了 InResponseTo。',
  },
  notYetValid: { title: '已开始生效', problem: '消息尚未生效。', remedy: '请用 NTP 校准两台服务器的时钟。' },
  expired: {
    title: '未过期',
    problem: '消息已过期。',
    remedy: '请用 NTP 校准两台服务器的时钟；保存后迟发的消息也会被拒绝。',
  },
  authnStatement: {
    title: '认证声明',
    problem: '断言没有说明用户已完成认证。',
    remedy: '身份提供商必须遵循 SAML 2.0 Web 浏览器单点登录规范。',
  },
  sessionEnded: {
    title: '那边的会话',
    problem: '身份提供商处的会话已结束。',
    remedy: '请在身份提供商处重新登录；并用 NTP 校准两台服务器的时钟。',
  },
  authnContext: {
    title: '认证方式',
    problem: '用户的认证方式与要求的不同。',
    remedy: '请让身份提供商在此应用中要求并声明该方式，或在此更改设置 saml.authnContext。',
  },
  library: {
    title: '第二意见',
    problem: 'SAML 库对消息的解读不同，或不接受该消息。',
    remedy: '请保留消息并报告：对它的两种独立解读不一致。',
  },
  replayed: {
    title: '首次使用',
    problem: '消息此前已被使用。',
    remedy: '请重新开始。如果没有人按“后退”或“刷新”，消息可能被复制。',
  },
  unsolicited: {
    title: '经过请求',
    problem: '消息不对应任何请求：登录是从身份提供商发起的。',
    remedy: '请从本产品的登录地址开始，或允许从身份提供商发起登录（设置 saml.allowIdpInitiated）。',
  },
  requestUnknown: {
    title: '请求已知',
    problem: '消息应答的请求在此处未打开：已超过五分钟、已被应答，或从未发出。',
    remedy: '请重新开始。如果所有人都如此，请检查所有服务器是否使用同一数据库。',
  },
  userUnknown: {
    title: '用户存在',
    problem: '此处没有与身份提供商发送的 NameID 同名的用户。',
    remedy: '请在身份提供商处将保存用户名的属性映射到 NameID，或先通过 SCIM 同步该用户。',
  },
  userDisabled: {
    title: '用户已启用',
    problem: '用户在此处被禁用或冻结。',
    remedy: '请在身份提供商处启用该用户（导入的用户），或在控制台解除冻结。',
  },
  ticket: {
    title: '一次性票据',
    problem: '登录的一次性票据未知、已使用或已过期。',
    remedy: '请重新开始登录；“后退”和“刷新”无法重复最后一步。',
  },
  browser: {
    title: '同一浏览器',
    problem: '带来响应的浏览器不是开始登录的那个，或其 Cookie 已丢失。',
    remedy:
      '请从本产品的基础地址开始（不要使用其他名称），并允许其 Cookie。如果没有人开始过此登录，则有人试图让他人以自己的身份登录。',
  },
}
