import type { Guide, GuideValues } from '../../../../console/guide.js'

export const entra = ({ scimBaseUrl, entityId, acsUrl, signOnUrl }: GuideValues): Guide => ({
  lead: '在 Microsoft Entra ID 中用一个企业应用完成两件事：通过 SAML 登录，通过 SCIM 推送用户。',
  parts: [
    {
      kind: 'saml',
      steps: [
        {
          text: "在 Microsoft Entra 管理中心选择 Entra ID > Enterprise apps > New application > Create your own application，然后选择“Integrate any other application you don't find in the gallery (Non-gallery)”。",
        },
        {
          text: '打开 Single sign-on > SAML，编辑 Basic SAML Configuration 并填写以下值，或在那里上传本服务提供商的元数据。',
          values: [
            ['Identifier (Entity ID)', entityId],
            ['Reply URL (Assertion Consumer Service URL)', acsUrl],
            ['Sign on URL', signOnUrl],
          ],
          link: ['下载元数据', '/admin/sso/metadata.xml'],
        },
        {
          text: '编辑 Attributes & Claims > Unique User Identifier (Name ID)：选择下文 userName 所用的属性，通常为 user.userprincipalname。对来宾添加声明条件：用户类型 External guests，来源 user.mail。',
        },
        {
          text: '在 SAML Certificates 中保持签名算法为 SHA-256。下载 Federation Metadata XML 并在此上传。',
          link: ['登录与 SSO', '/admin/sso'],
        },
        { text: '在 Users and groups 中分配可以登录的人员。' },
      ],
    },
    {
      kind: 'scim',
      steps: [
        { text: '在此启用同步并新建密钥。密钥只显示一次。', link: ['SCIM 同步', '/admin/scim'] },
        {
          text: '在同一应用中打开 Provisioning，新建配置（Provisioning Mode 为 Automatic），填写地址，并将密钥填入 Secret Token。然后点击 Test Connection 并保存。',
          values: [['Tenant URL', scimBaseUrl]],
        },
        { text: '打开 Mappings，将属性与下表对照。移除不需要的映射。' },
        {
          text: '如果有来宾：其主体名称含有 #EXT#，用户名中不允许出现。请将 userName 的映射类型改为 Expression，使用以下表达式，或用范围筛选器排除来宾。',
          values: [['userName 的表达式', 'IIF([userType]="Guest", [mail], [userPrincipalName])']],
        },
        {
          text: '在 Settings 中选择范围“Sync only assigned users and groups”，然后启动同步。Provision on demand 可立即试推一个用户。',
        },
      ],
      mappings: [
        { target: 'userName', source: 'userPrincipalName', note: '匹配属性；来宾请使用上面的表达式。' },
        { target: 'active', source: 'Switch([IsSoftDeleted], , "False", "True", "True", "False")' },
        { target: 'externalId', source: 'objectId', note: 'Entra ID 默认使用 mailNickname，它可能变化。' },
        { target: 'displayName', source: 'displayName' },
        { target: 'name.givenName', source: 'givenName' },
        { target: 'name.familyName', source: 'surname' },
        { target: 'emails[type eq "work"].value', source: 'mail' },
        { target: 'Group: displayName', source: 'displayName', note: '匹配属性。' },
        { target: 'Group: externalId', source: 'objectId' },
        { target: 'Group: members', source: 'members' },
      ],
    },
  ],
  differences: [
    '大约每 40 分钟同步一次，不是立即同步；Provision on demand 无需等待。',
    '只推送所分配用户组的直接成员，不包括其中嵌套用户组的成员。',
    '删除用户组前不会清空成员：请在“设置”中开启 scim.deleteGroupsWithMembers。',
    '被删除的用户先被停用，约 30 天后才通过 SCIM 删除。',
    '多次失败后应用会进入隔离状态：排除原因后选择 Restart provisioning。',
    '它使用 "True" 和 "Add"，而标准写法是 true 和 add。无论 Tenant URL 末尾是否带有 ?aadOptscim062020，此处都能识别。',
  ],
})
