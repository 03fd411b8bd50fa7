import type { Guide, GuideValues } from '../../../../console/guide.js'

export const keycloak = ({ entityId, acsUrl, scimBaseUrl }: GuideValues): Guide => ({
  lead: 'Keycloak 通过 SAML 登录用户。它本身不推送用户：请在此创建用户，或安装支持 SCIM 的扩展。',
  parts: [
    {
      kind: 'saml',
      steps: [
        {
          text: '在 Realm 的管理控制台选择 Clients > Import client，并上传本服务提供商的元数据：它会设置所有值，包括用于签名请求的证书。',
          link: ['下载元数据', '/admin/sso/metadata.xml'],
        },
        {
          text: '或选择 Clients > Create client，客户端类型为 SAML，并填写以下值。',
          values: [
            ['Client ID', entityId],
            ['Valid redirect URIs', acsUrl],
            ['Master SAML Processing URL', acsUrl],
          ],
        },
        {
          text: '在 Settings > SAML capabilities 中将 Name ID format 设为 username，并开启 Force name ID format 和 Force POST binding。',
        },
        {
          text: '在 Settings > Signature and Encryption 中开启 Sign documents 或 Sign assertions，算法为 RSA_SHA256。Keys 中保持关闭 Encrypt assertions，除非此处开启了 saml.encryption。',
        },
        {
          text: '在 Realm settings > General > Endpoints 打开 SAML 2.0 Identity Provider Metadata，将页面保存为文件并在此上传。',
          link: ['登录与 SSO', '/admin/sso'],
        },
        {
          text: '确保 Keycloak 的每个用户在此都有同名用户。不区分大小写。',
          link: ['用户', '/admin/users'],
        },
      ],
    },
  ],
  differences: [
    `它没有自带的 SCIM 客户端。带有该功能的扩展需要基础地址 ${scimBaseUrl} 以及作为 Bearer 令牌的密钥。`,
    '它以小写形式发送用户名；此处比较用户名时不区分大小写。',
    '轮换 Realm 的密钥时，必须先在此添加新证书，再停用旧密钥：同时接受两个证书。',
    '开启 Client signature required 后，一旦我们的证书更换，它会拒绝我们的请求：届时请重新导入元数据。',
  ],
})
