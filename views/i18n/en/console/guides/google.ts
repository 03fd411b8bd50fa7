import type { Guide, GuideValues } from '../../../../console/guide.js'

export const google = ({ entityId, acsUrl, loginUrl }: GuideValues): Guide => ({
  lead: 'Google Workspace signs users in over SAML. It offers no SCIM for custom apps: make the users here, with their primary e-mail address as user name.',
  parts: [
    {
      kind: 'saml',
      steps: [
        {
          text: 'In the Google Admin console choose Apps > Web and mobile apps > Add app > Add custom SAML app, and give it a name.',
        },
        {
          text: 'On the page Google Identity Provider details choose Download metadata and upload the file here.',
          link: ['Sign-in and SSO', '/admin/sso'],
        },
        {
          text: 'On the page Service provider details enter these values and leave Start URL empty. Signed response may be on or off.',
          values: [
            ['ACS URL', acsUrl],
            ['Entity ID', entityId],
          ],
        },
        {
          text: 'On the same page choose the Name ID format EMAIL and as Name ID Basic Information > Primary email. Attribute mapping is not needed.',
        },
        {
          text: 'Open User access of the app and turn it on for everyone, or for organizational units or groups. Google says that this may take up to 24 hours.',
        },
        {
          text: 'Create users here whose names are the primary e-mail addresses, and give them the login URL.',
          values: [['Login URL', loginUrl]],
          link: ['Users', '/admin/users'],
        },
      ],
    },
  ],
  differences: [
    'It takes an ACS URL with https only.',
    'It does not push users: who leaves has to be disabled here as well.',
    'User names that are made here have at most 64 characters, so longer e-mail addresses do not fit.',
    'The tile in the app launcher begins the sign-in at Google, which is refused here unless saml.allowIdpInitiated is on: give users the login URL.',
    'Its certificate lives five years and is not replaced by itself: add the next one here before you switch over.',
  ],
})
