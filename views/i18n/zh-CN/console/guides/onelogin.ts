import type { Guide, GuideValues } from '../../../../console/guide.js'
import { JSON_TEMPLATE } from '../../../en/console/guides/onelogin.js'

export const onelogin = ({ scimBaseUrl, entityId, acsUrl }: GuideValues): Guide => ({
  lead: '在 OneLogin 中用一个应用即可：其 SCIM 连接器同时支持 SAML。',
  parts: [
    {
      kind: 'saml',
      steps: [
        {
          text: '在 OneLogin 管理后台选择 Applications > Applications > Add App，搜索“SCIM Provisioner with SAML”，选择 SCIM v2 Core 的连接器。',
        },
        {
          text: '在 Configuration 标签页填写以下值。如果连接器还要求填写 Recipient 或 Consumer URL 的 Validator，使用同一地址。',
          values: [
            ['SAML Audience URL', entityId],
            ['SAML Consumer URL', acsUrl],
          ],
        },
        {
          text: '在 Parameters 标签页将 SAML NameID (Subject) 设为要作为此处用户名的属性：Email 或 Username。',
        },
        {
          text: '在 SSO 标签页将 SAML Signature Algorithm 设为 SHA-256：此处拒绝 SHA-1。然后选择 More Actions > SAML Metadata，并在此上传该文件。',
          link: ['登录与 SSO', '/admin/sso'],
        },
      ],
    },
    {
      kind: 'scim',
      steps: [
        { text: '在此启用同步并新建密钥。密钥只显示一次。', link: ['SCIM 同步', '/admin/scim'] },
        {
          text: '在 Configuration 标签页填写以下值，将密钥填入 SCIM Bearer Token，并选择 API Status > Enable。',
          values: [
            ['SCIM Base URL', scimBaseUrl],
            ['SCIM JSON Template', JSON_TEMPLATE],
          ],
        },
        {
          text: '在 Parameters 标签页将 scimusername 设为与 NameID 相同的属性，并为 Groups 勾选“Include in User Provisioning”。',
        },
        {
          text: '在 Provisioning 标签页勾选 Enable provisioning，并选择在 OneLogin 中删除用户时的操作：Delete 或 Suspend。',
        },
        {
          text: '在此新建要由 OneLogin 填充的用户组，类型选择“同步导入”。然后在 OneLogin 选择 Provisioning > Entitlements > Refresh，并在 Rules > Set Groups 中编写规则。',
          link: ['用户组', '/admin/groups'],
        },
      ],
      mappings: [
        { target: 'userName', source: 'scimusername', note: '与 NameID 相同的属性。' },
        { target: 'name, displayName, emails', source: 'SCIM JSON Template' },
      ],
    },
  ],
  differences: [
    '它不创建用户组：只读取此处已有的用户组并加入用户。因此需由管理员创建类型为“同步导入”的用户组。',
    '除非在 Provisioning 标签页取消勾选，否则每项更改都会在 Users 中等待管理员批准。',
    '此后在此新建的用户组，要在 Entitlements > Refresh 之后 OneLogin 才能看到。',
    '较早创建的应用可能仍使用 SHA-1 签名。',
  ],
})
