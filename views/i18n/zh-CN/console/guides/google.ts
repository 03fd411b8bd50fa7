import type { Guide, GuideValues } from '../../../../console/guide.js'

export const google = ({ entityId, acsUrl, loginUrl }: GuideValues): Guide => ({
  lead: 'Google Workspace 通过 SAML 登录用户。自定义应用不支持 SCIM：请在此创建用户，以其主邮箱地址作为用户名。',
  parts: [
    {
      kind: 'saml',
      steps: [
        {
          text: '在 Google 管理控制台选择 Apps > Web and mobile apps > Add app > Add custom SAML app，并填写名称。',
        },
        {
          text: '在 Google Identity Provider details 页面选择 Download metadata，并在此上传该文件。',
          link: ['登录与 SSO', '/admin/sso'],
        },
        {
          text: '在 Service provider details 页面填写以下值，Start URL 留空。Signed response 可开可关。',
          values: [
            ['ACS URL', acsUrl],
            ['Entity ID', entityId],
          ],
        },
        {
          text: '在同一页面，Name ID format 选择 EMAIL，Name ID 选择 Basic Information > Primary email。不需要属性映射。',
        },
        {
          text: '打开应用的 User access，对所有人或对某些组织部门、群组开启。Google 说明最长可能需要 24 小时生效。',
        },
        {
          text: '在此创建以主邮箱地址为名称的用户，并将登录地址告诉他们。',
          values: [['登录地址', loginUrl]],
          link: ['用户', '/admin/users'],
        },
      ],
    },
  ],
  differences: [
    '它只接受 https 的 ACS URL。',
    '它不推送用户：人员离职时也必须在此禁用。',
    '在此创建的用户名最多 64 个字符，更长的邮箱地址无法使用。',
    '应用启动器中的图标会从 Google 发起登录，除非开启 saml.allowIdpInitiated，否则会被拒绝：请向用户提供登录地址。',
    '其证书有效期为五年，不会自动更换：切换之前请先在此添加下一个证书。',
  ],
})
