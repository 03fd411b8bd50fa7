/** Testing the SCIM connection. */
import type {
  ScimClientKind,
  ScimStateCheck,
  ScimStateProblem,
  ScimTestExpectation,
} from '../../../../server/domain/scim-connection-test.js'

const clients: Record<ScimClientKind, string> = {
  entra: 'Microsoft Entra ID',
  okta: 'Okta',
  oneLogin: 'OneLogin',
}

const checkNames: Record<ScimStateCheck['check'], string> = {
  switch: 'Synchronization is enabled',
  credential: 'A credential is in force',
  address: 'The address can be reached from the internet over https',
}

const problems: Record<ScimStateProblem, string> = {
  switchedOff:
    'SCIM synchronization is disabled: every request is refused with 403. Enable it on the page SCIM synchronization.',
  noCredential: 'There is no credential: create one and enter its secret at the identity provider.',
  credentialsDisabled: 'Every credential is disabled: enable one, or create a new one.',
  credentialsExpired:
    'Every enabled credential has expired: create a new one and enter its secret at the identity provider.',
  notHttps:
    'BASE_URL does not begin with https: identity providers in the cloud send credentials over https only. Put a reverse proxy with a certificate in front and set BASE_URL to its address.',
  notPublic:
    'BASE_URL is an address of this machine or of a private network: an identity provider in the cloud cannot reach it. Set BASE_URL to a public name with https, or use the provisioning agent of the identity provider inside your network.',
}

const expectations: Record<ScimTestExpectation, string> = {
  list: 'a list (200)',
  emptyList: 'an empty list (200)',
  configuration: 'the description of the service (200)',
}

export const scimTest = {
  title: 'Test connection',
  lead: 'Sends the requests that the connection test of an identity provider sends, through the same door, and says what to change. Nothing is written.',
  clients,
  checks: 'What has to be so',
  check: 'Check',
  checkNames,
  problems,
  result: 'Result',
  passed: 'Passed',
  failed: 'Failed',
  remedy: 'What to change',
  requests: (client: string) => `What ${client} would ask`,
  requestsLead: 'Each request is in the SCIM log.',
  request: 'Request',
  expects: 'Expected',
  expectations,
  answer: 'Answer',
  answered: (status: number, milliseconds: string) => `${status} in ${milliseconds} ms`,
  run: 'Run the test',
  client: 'Identity provider',
  secret: 'Secret to try',
  secretHint:
    'The secret that is entered at the identity provider: it is tried and not kept. Left empty, the test uses a secret of its own.',
  start: 'Test connection',
  hasPassed: (client: string) => `The connection test of ${client} would succeed.`,
  hasFailed: (client: string) => `The connection test of ${client} would fail, or cannot reach this server.`,
}
