import type { Guide, GuideValues } from '../../../../console/guide.js'

export const okta = ({ scimBaseUrl, entityId, acsUrl, loginUrl }: GuideValues): Guide => ({
  lead: '在 Okta 中用一个应用集成：先为 SAML 创建，再为其添加 SCIM 同步。',
  parts: [
    {
      kind: 'saml',
      steps: [
        {
          text: '在 Okta Admin Console 选择 Applications > Applications > Create App Integration > SAML 2.0。',
        },
        {
          text: '在 Configure SAML 中填写以下值，并保持勾选“Use this for Recipient URL and Destination URL”。Default RelayState 留空。',
          values: [
            ['Single sign-on URL', acsUrl],
            ['Audience URI (SP Entity ID)', entityId],
          ],
        },
        {
          text: 'Name ID format 选择 Unspecified，Application username 选择要作为此处用户名的格式：Okta username 或 Email。高级设置中，响应和断言保持以 RSA-SHA256 签名。',
        },
        {
          text: '在 Sign On 标签页的 SAML Signing Certificates 中选择 Actions > View IdP metadata，将页面保存为文件并在此上传。',
          link: ['登录与 SSO', '/admin/sso'],
        },
        {
          text: '点击应用图标会从 Okta 发起登录，除非开启 saml.allowIdpInitiated，否则会被拒绝。建议隐藏应用图标，并用登录地址添加一个 Bookmark App。',
          values: [['Bookmark App 的 URL', loginUrl]],
        },
      ],
    },
    {
      kind: 'scim',
      steps: [
        { text: '在此启用同步并新建密钥。密钥只显示一次。', link: ['SCIM 同步', '/admin/scim'] },
        { text: '在应用中选择 General > App Settings > Edit，将 Provisioning 设为 SCIM 并保存。' },
        {
          text: '打开 Provisioning > Integration > Edit，填写以下值，选择 Push New Users、Push Profile Updates 和 Push Groups，认证方式选择 HTTP Header，并将密钥填入 Authorization（Bearer）。然后点击 Test Connector Configuration 并保存。',
          values: [
            ['SCIM connector base URL', scimBaseUrl],
            ['Unique identifier field for users', 'userName'],
          ],
        },
        {
          text: '在 Provisioning > To App > Edit 中启用 Create Users、Update User Attributes 和 Deactivate Users。Sync Password 保持关闭：此处会丢弃密码。',
        },
        {
          text: '在 Assignments 中分配人员，在 Push Groups 中选择用户组。分配应用与推送要使用不同的用户组：Okta 不支持两者使用同一个用户组。',
        },
      ],
      mappings: [
        {
          target: 'userName',
          source: 'Application username',
          note: '在 Sign On 中设置；可用字母、数字和 + = , . @ _ -',
        },
        { target: 'givenName, familyName', source: 'user.firstName, user.lastName' },
        { target: 'email', source: 'user.email' },
        { target: 'displayName', source: 'user.displayName' },
      ],
    },
  ],
  differences: [
    '它从不通过 SCIM 删除用户：失去分配的人员会被停用（active 为 false）。',
    '删除用户组前不会清空成员：请在“设置”中开启 scim.deleteGroupsWithMembers。',
    '推送用户组时只应包含已分配到该应用的成员。如果出现其他成员，由设置 scim.unknownMembers 决定如何处理。',
    '已存在的用户组可以用 Push Groups > Link Group 接管。',
    '失败的推送会留在 Dashboard > Tasks 中，直到有人重试。',
  ],
})
