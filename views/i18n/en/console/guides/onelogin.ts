import type { Guide, GuideValues } from '../../../../console/guide.js'

/** One line, as it goes into a field: OneLogin takes any white space. */
export const JSON_TEMPLATE =
  '{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"{$parameters.scimusername}","name":{"givenName":"{$user.firstname}","familyName":"{$user.lastname}","formatted":"{$user.display_name}"},"displayName":"{$user.display_name}","emails":[{"value":"{$user.email}","type":"work","primary":true}]}'

export const onelogin = ({ scimBaseUrl, entityId, acsUrl }: GuideValues): Guide => ({
  lead: 'One application in OneLogin has both: its SCIM connector also speaks SAML.',
  parts: [
    {
      kind: 'saml',
      steps: [
        {
          text: 'In the OneLogin administration choose Applications > Applications > Add App, search for "SCIM Provisioner with SAML" and take the one for SCIM v2 Core.',
        },
        {
          text: 'On the tab Configuration enter these values. Where a connector asks for a recipient or a validator of the consumer URL as well, it is the same URL.',
          values: [
            ['SAML Audience URL', entityId],
            ['SAML Consumer URL', acsUrl],
          ],
        },
        {
          text: 'On the tab Parameters set SAML NameID (Subject) to the attribute that shall be the user name here: Email or Username.',
        },
        {
          text: 'On the tab SSO set SAML Signature Algorithm to SHA-256: SHA-1 is refused here. Then choose More Actions > SAML Metadata and upload the file here.',
          link: ['Sign-in and SSO', '/admin/sso'],
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
        {
          text: 'On the tab Configuration enter these values, the secret as SCIM Bearer Token, and choose API Status > Enable.',
          values: [
            ['SCIM Base URL', scimBaseUrl],
            ['SCIM JSON Template', JSON_TEMPLATE],
          ],
        },
        {
          text: 'On the tab Parameters set scimusername to the same attribute as the NameID, and check "Include in User Provisioning" for Groups.',
        },
        {
          text: 'On the tab Provisioning check Enable provisioning, and choose what is done when a user is deleted in OneLogin: Delete or Suspend.',
        },
        {
          text: 'Here, create the groups that OneLogin shall fill, with the type "Imported". Then choose Provisioning > Entitlements > Refresh in OneLogin and write rules under Rules > Set Groups.',
          link: ['Groups', '/admin/groups'],
        },
      ],
      mappings: [
        { target: 'userName', source: 'scimusername', note: 'The same attribute as the NameID.' },
        { target: 'name, displayName, emails', source: 'SCIM JSON Template' },
      ],
    },
  ],
  differences: [
    'It makes no groups: it reads those that are here and puts users into them. So an administrator makes them, with the type "Imported".',
    'Unless you clear the check boxes on the tab Provisioning, each change waits under Users for an administrator to approve it.',
    'Groups that are made here later are seen by OneLogin only after Entitlements > Refresh.',
    'Applications that are older may still sign with SHA-1.',
  ],
})
