import type { Guide, GuideValues } from '../../../../console/guide.js'

export const okta = ({ scimBaseUrl, entityId, acsUrl, loginUrl }: GuideValues): Guide => ({
  lead: 'One app integration in Okta: made for SAML first, then provisioning over SCIM is added to it.',
  parts: [
    {
      kind: 'saml',
      steps: [
        {
          text: 'In the Okta Admin Console choose Applications > Applications > Create App Integration > SAML 2.0.',
        },
        {
          text: 'Under Configure SAML enter these values and leave "Use this for Recipient URL and Destination URL" checked. Default RelayState stays empty.',
          values: [
            ['Single sign-on URL', acsUrl],
            ['Audience URI (SP Entity ID)', entityId],
          ],
        },
        {
          text: 'Choose the Name ID format Unspecified, and as Application username the one that shall be the user name here: Okta username or Email. Under advanced settings, response and assertion stay signed with RSA-SHA256.',
        },
        {
          text: 'On the tab Sign On, under SAML Signing Certificates, choose Actions > View IdP metadata, save the page as a file and upload it here.',
          link: ['Sign-in and SSO', '/admin/sso'],
        },
        {
          text: 'A click on the tile of the app begins the sign-in at Okta, which is refused here unless saml.allowIdpInitiated is on. Better hide the icon of the app and add a Bookmark App with the login URL.',
          values: [['URL of the Bookmark App', loginUrl]],
        },
      ],
    },
    {
      kind: 'scim',
      steps: [
        {
          text: 'Here, enable synchronization and create a credential. Its secret is shown once.',
          link: ['SCIM synchronization', '/admin/scim'],
        },
        { text: 'In the app choose General > App Settings > Edit, set Provisioning to SCIM and save.' },
        {
          text: 'Open the tab Provisioning > Integration > Edit, enter these values, choose the actions Push New Users, Push Profile Updates and Push Groups, and the authentication mode HTTP Header with the secret as Authorization (Bearer). Then Test Connector Configuration and Save.',
          values: [
            ['SCIM connector base URL', scimBaseUrl],
            ['Unique identifier field for users', 'userName'],
          ],
        },
        {
          text: 'Under Provisioning > To App > Edit enable Create Users, Update User Attributes and Deactivate Users. Leave Sync Password off: passwords are dropped here.',
        },
        {
          text: 'Assign people under Assignments, and choose groups under Push Groups. Use other groups to assign the app than those that are pushed: Okta does not support one group for both.',
        },
      ],
      mappings: [
        {
          target: 'userName',
          source: 'Application username',
          note: 'Set under Sign On; letters, digits and + = , . @ _ -',
        },
        { target: 'givenName, familyName', source: 'user.firstName, user.lastName' },
        { target: 'email', source: 'user.email' },
        { target: 'displayName', source: 'user.displayName' },
      ],
    },
  ],
  differences: [
    'It never deletes users over SCIM: who loses the assignment is deactivated (active is false).',
    'It does not empty a group before it deletes it: turn on scim.deleteGroupsWithMembers under Settings.',
    'A group is pushed with those members only who are assigned to the app. If others are named, the setting scim.unknownMembers decides.',
    'A group that is here already can be taken over with Push Groups > Link Group.',
    'Failed pushes wait under Dashboard > Tasks until somebody retries them.',
  ],
})
