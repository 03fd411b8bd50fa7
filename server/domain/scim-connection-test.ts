/** What identity providers ask when their "test connection" is pressed, and what has to be so that they are content. */
import type { ScimCredential } from './scim-credential.js'
import { isUsable } from './scim-credential.js'
import { isPublicHost } from './network.js'
import type { Zone } from './zone.js'

export type ScimClientKind = 'entra' | 'okta' | 'oneLogin'

export const SCIM_CLIENT_KINDS: readonly ScimClientKind[] = ['entra', 'okta', 'oneLogin']

/** What an answer has to be: any list, a list in which nobody is, or the description of the service. */
export type ScimTestExpectation = 'list' | 'emptyList' | 'configuration'

export interface ScimTestRequest {
  readonly path: string
  readonly query: Readonly<Record<string, string>>
  readonly expects: ScimTestExpectation
}

/** The requests of a test, in order. `nobody` is a name that no user and no group has. */
export function scimTestRequests(client: ScimClientKind, nobody: string): readonly ScimTestRequest[] {
  switch (client) {
    case 'entra':
      // Somebody who is not there: an empty list says that the service answers and knows filters, a 404 does not.
      return [
        { path: '/Users', query: { filter: `userName eq "${nobody}"` }, expects: 'emptyList' },
        {
          path: '/Groups',
          query: { excludedAttributes: 'members', filter: `displayName eq "${nobody}"` },
          expects: 'emptyList',
        },
      ]
    case 'okta':
      return [
        { path: '/ServiceProviderConfig', query: {}, expects: 'configuration' },
        { path: '/Users', query: { startIndex: '1', count: '2' }, expects: 'list' },
        { path: '/Groups', query: { startIndex: '1', count: '100' }, expects: 'list' },
      ]
    case 'oneLogin':
      return [
        { path: '/Users', query: { startIndex: '1', count: '1' }, expects: 'list' },
        { path: '/Users', query: { filter: `userName eq "${nobody}"` }, expects: 'emptyList' },
        { path: '/Groups', query: { startIndex: '1', count: '100' }, expects: 'list' },
      ]
    default:
      return client satisfies never
  }
}

/** Whether an identity provider takes the answer for the one it wants. */
export function isExpectedAnswer(expects: ScimTestExpectation, status: number, body: unknown): boolean {
  if (status !== 200 || typeof body !== 'object' || body === null) return false
  if (expects === 'configuration') return 'authenticationSchemes' in body
  if (!('totalResults' in body) || typeof body.totalResults !== 'number') return false
  return expects === 'list' || body.totalResults === 0
}

export type ScimStateProblem =
  'switchedOff' | 'noCredential' | 'credentialsDisabled' | 'credentialsExpired' | 'notHttps' | 'notPublic'

export interface ScimStateCheck {
  readonly check: 'switch' | 'credential' | 'address'
  /** Absent where all is well. */
  readonly problem?: ScimStateProblem
}

/** What has to be so before any request of an identity provider can succeed. */
export function scimStateChecks({
  zone,
  credentials,
  baseUrl,
  now,
}: {
  readonly zone: Pick<Zone, 'scimStatus'>
  readonly credentials: readonly ScimCredential[]
  readonly baseUrl: string
  readonly now: Date
}): readonly ScimStateCheck[] {
  const checked = (
    check: ScimStateCheck['check'],
    problem: ScimStateProblem | undefined,
  ): ScimStateCheck => ({
    check,
    ...(problem && { problem }),
  })
  return [
    checked('switch', zone.scimStatus === 'enabled' ? undefined : 'switchedOff'),
    checked('credential', credentialProblem(credentials, now)),
    checked('address', addressProblem(baseUrl)),
  ]
}

function credentialProblem(credentials: readonly ScimCredential[], now: Date): ScimStateProblem | undefined {
  if (credentials.length === 0) return 'noCredential'
  if (credentials.some((credential) => isUsable(credential, now))) return undefined
  return credentials.some(({ status }) => status === 'enabled') ? 'credentialsExpired' : 'credentialsDisabled'
}

/** Whether an identity provider in the cloud can send requests to this origin, and will. */
export const isReachableFromCloud = (baseUrl: string): boolean => addressProblem(baseUrl) === undefined

function addressProblem(baseUrl: string): ScimStateProblem | undefined {
  const { protocol, hostname } = new URL(baseUrl)
  if (!isPublicHost(hostname)) return 'notPublic'
  return protocol === 'https:' ? undefined : 'notHttps'
}
