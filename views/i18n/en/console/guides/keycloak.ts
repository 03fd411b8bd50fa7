import type { Guide, GuideValues } from '../../../../console/guide.js'

export const keycloak = ({ entityId, acsUrl, scimBaseUrl }: GuideValues): Guide => ({
  lead: 'Keycloak signs users in over SAML. It does not push them by itself: make the users here, or add an extension that speaks SCIM.',
  parts: [
    {
      kind: 'saml',
      steps: [
        {
          text: 'In the admin console of the realm choose Clients > Import client and give it the metadata of this service provider: it sets all values, also the certificate that signs our requests.',
          link: ['Download the metadata', '/admin/sso/metadata.xml'],
        },
        {
          text: 'Or choose Clients > Create client with the client type SAML and enter these values.',
          values: [
            ['Client ID', entityId],
            ['Valid redirect URIs', acsUrl],
            ['Master SAML Processing URL', acsUrl],
          ],
        },
        {
          text: 'Under Settings > SAML capabilities set Name ID format to username and turn on Force name ID format and Force POST binding.',
        },
        {
          text: 'Under Settings > Signature and Encryption turn on Sign documents or Sign assertions, with the algorithm RSA_SHA256. Under Keys leave Encrypt assertions off, unless saml.encryption is on here.',
        },
        {
          text: 'Under Realm settings > General > Endpoints open SAML 2.0 Identity Provider Metadata, save the page as a file and upload it here.',
          link: ['Sign-in and SSO', '/admin/sso'],
        },
        {
          text: 'Make sure that every user of Keycloak has a user here with the same name. Case does not count.',
          link: ['Users', '/admin/users'],
        },
      ],
    },
  ],
  differences: [
    `It has no SCIM client of its own. An extension that has one needs the base URL ${scimBaseUrl} and the secret of a credential as bearer token.`,
    'It writes user names in lower case; names here are compared without regard to case.',
    'When the keys of the realm are rotated, the new certificate has to be added here before the old key is disabled: two certificates are accepted at a time.',
    'With Client signature required, it refuses our requests once our certificate changes: import the metadata again then.',
  ],
})
