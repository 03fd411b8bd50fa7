import type { Guide, GuideValues } from '../../../../console/guide.js'

export const entra = ({ scimBaseUrl, entityId, acsUrl, signOnUrl }: GuideValues): Guide => ({
  lead: 'One enterprise application in Microsoft Entra ID for both: SAML signs users in, SCIM brings them here.',
  parts: [
    {
      kind: 'saml',
      steps: [
        {
          text: 'In the Microsoft Entra admin center choose Entra ID > Enterprise apps > New application > Create your own application, and there "Integrate any other application you don\'t find in the gallery (Non-gallery)".',
        },
        {
          text: 'Open Single sign-on > SAML, edit Basic SAML Configuration and enter these values, or upload the metadata of this service provider there.',
          values: [
            ['Identifier (Entity ID)', entityId],
            ['Reply URL (Assertion Consumer Service URL)', acsUrl],
            ['Sign on URL', signOnUrl],
          ],
          link: ['Download the metadata', '/admin/sso/metadata.xml'],
        },
        {
          text: 'Edit Attributes & Claims > Unique User Identifier (Name ID): choose the attribute that userName is made from below, as a rule user.userprincipalname. For guests add a claim condition with the user type External guests and the source user.mail.',
        },
        {
          text: 'Under SAML Certificates leave the signing algorithm at SHA-256. Download Federation Metadata XML and upload it here.',
          link: ['Sign-in and SSO', '/admin/sso'],
        },
        { text: 'Under Users and groups assign those who may sign in.' },
      ],
    },
    {
      kind: 'scim',
      steps: [
        {
          text: 'Here, enable synchronization and create a credential. Its secret is shown once.',
          link: ['SCIM synchronization', '/admin/scim'],
        },
        {
          text: 'In the same application open Provisioning, choose a new configuration (provisioning mode Automatic), enter the address and, as Secret Token, the secret of the credential. Then Test Connection and Save.',
          values: [['Tenant URL', scimBaseUrl]],
        },
        {
          text: 'Open Mappings and compare the attributes with the table below. Remove mappings that you do not need.',
        },
        {
          text: 'If you have guests: their principal name holds #EXT#, which no user name may hold. Change the mapping of userName to the type Expression, with this expression, or leave guests out with a scoping filter.',
          values: [['Expression for userName', 'IIF([userType]="Guest", [mail], [userPrincipalName])']],
        },
        {
          text: 'Under Settings choose the scope "Sync only assigned users and groups", then start provisioning. Provision on demand tries one user at once.',
        },
      ],
      mappings: [
        {
          target: 'userName',
          source: 'userPrincipalName',
          note: 'Matching attribute; see the expression for guests.',
        },
        { target: 'active', source: 'Switch([IsSoftDeleted], , "False", "True", "True", "False")' },
        {
          target: 'externalId',
          source: 'objectId',
          note: 'Entra ID proposes mailNickname, which can change.',
        },
        { target: 'displayName', source: 'displayName' },
        { target: 'name.givenName', source: 'givenName' },
        { target: 'name.familyName', source: 'surname' },
        { target: 'emails[type eq "work"].value', source: 'mail' },
        { target: 'Group: displayName', source: 'displayName', note: 'Matching attribute.' },
        { target: 'Group: externalId', source: 'objectId' },
        { target: 'Group: members', source: 'members' },
      ],
    },
  ],
  differences: [
    'It synchronizes about every 40 minutes, not at once; Provision on demand does not wait.',
    'It pushes direct members of assigned groups only, not those of groups inside them.',
    'It does not empty a group before it deletes it: turn on scim.deleteGroupsWithMembers under Settings.',
    'A deleted user is deactivated first, and deleted over SCIM about 30 days later.',
    'After many failures it puts the application in quarantine: correct the cause, then choose Restart provisioning.',
    'It writes "True" and "Add" where the standard has true and add. Both are understood here, with and without ?aadOptscim062020 at the end of the Tenant URL.',
  ],
})
