/** Setup guides for identity providers. */
import type { Guide, GuideId, GuidePart, GuideValues } from '../../../console/guide.js'
import { entra } from './guides/entra.js'
import { google } from './guides/google.js'
import { keycloak } from './guides/keycloak.js'
import { okta } from './guides/okta.js'
import { onelogin } from './guides/onelogin.js'

const names: Record<GuideId, string> = {
  entra: 'Microsoft Entra ID',
  okta: 'Okta',
  onelogin: 'OneLogin',
  keycloak: 'Keycloak',
  google: 'Google Workspace',
}

const parts: Record<GuidePart['kind'], string> = {
  saml: 'Sign-in over SAML 2.0',
  scim: 'Users and groups over SCIM 2.0',
}

const texts: Record<GuideId, (values: GuideValues) => Guide> = { entra, okta, onelogin, keycloak, google }

export const guides = {
  title: 'Setup guides',
  lead: 'Step by step through the administration of your identity provider, with the values of this deployment.',
  choose: 'Identity provider',
  offers: 'What it can do',
  offersBoth: 'SAML and SCIM',
  offersSaml: 'SAML only',
  names,
  parts,
  texts,
  guideTitle: (name: string) => `Set up ${name}`,
  mappings: 'Attributes',
  attribute: 'Attribute here',
  source: 'Made from',
  note: 'Remark',
  differences: (name: string) => `What ${name} does differently`,
  afterwards: 'When all is entered',
  afterwardsScim:
    'Test the SCIM connection from here, and look into the log where something does not arrive.',
  afterwardsSaml:
    'Switch the login method to SSO and sign in as one user in a private window. Administrators go on signing in with their own password, so a mistake can be corrected here.',
  testConnection: 'Test connection',
  scimLog: 'SCIM log',
  diagnostics: 'Sign-in diagnostics',
  notPublic:
    'The addresses below are not public ones with https (BASE_URL): identity providers in the cloud cannot reach them. They change when BASE_URL is set.',
}
