/** The switch of SCIM synchronization and the credentials of SCIM clients. */
import { z } from 'zod'
import { IdentityCenterError } from '../domain/errors.js'
import { parseScimCredentialId, type ScimCredentialId } from '../domain/ids.js'
import { SCIM_CREDENTIAL_SECONDS, type ScimCredential } from '../domain/scim-credential.js'
import type { ScimCredentialService } from '../services/scim-credentials.js'
import type { ZoneService } from '../services/zones.js'
import type { Action } from './action.js'
import { ApiError } from './api-error.js'
import { toStatus } from './directory-parameters.js'
import { scimCredential } from './shapes/sso.js'
import { status } from './shapes/values.js'
import { cloudTime, zoneActions } from './zone-action.js'

export interface ScimActionDeps {
  readonly zones: Pick<ZoneService, 'current' | 'setScimStatus'>
  readonly scimCredentials: ScimCredentialService
}

const CREDENTIAL_TYPE = 'BearerToken'
const { Status: _status, ...CREDENTIAL_FIELDS } = scimCredential.shape
const credentialId = z.string().describe('Id of a SCIM credential: `scimcred-` and 12 letters and digits.')
const { minimum, initial, maximum } = SCIM_CREDENTIAL_SECONDS

function credentialIdOf(text: string): ScimCredentialId {
  const id = parseScimCredentialId(text)
  if (id !== undefined) return id
  throw new IdentityCenterError('scimCredential.notFound', 'There is no such SCIM credential.')
}

/** Both actions that set a status have a code of their own for a wrong one. */
function statusOf(text: string, code: string): 'enabled' | 'disabled' {
  const parsed = status.safeParse(text)
  if (!parsed.success) throw new ApiError(code, 'The status is Enabled or Disabled.')
  return parsed.data === 'Enabled' ? 'enabled' : 'disabled'
}

export function scimActions({ zones, scimCredentials }: ScimActionDeps): readonly Action[] {
  const zoneAction = zoneActions(zones)

  const describe = async (credential: ScimCredential) => ({
    ZoneId: (await zones.current()).id,
    CredentialId: credential.id,
    CredentialType: CREDENTIAL_TYPE,
    CreateTime: cloudTime(credential.createdAt),
    ExpireTime: cloudTime(credential.expiresAt),
  })

  return [
    zoneAction({
      name: 'GetSCIMSynchronizationStatus',
      summary: 'Tells whether SCIM synchronization is on.',
      priority: 'P0',
      output: { SCIMSynchronizationStatus: status },
      input: {},
      handle: async () => ({
        SCIMSynchronizationStatus: toStatus((await zones.current()).scimStatus === 'enabled'),
      }),
    }),
    zoneAction({
      name: 'UpdateSCIMSynchronizationStatus',
      summary: 'Switches SCIM synchronization on or off.',
      priority: 'P0',
      refusals: ['InvalidParameter.ScimSyncStatusError'],
      output: {},
      input: { SCIMSynchronizationStatus: z.string().describe('`Enabled` or `Disabled`.') },
      handle: async (actor, { SCIMSynchronizationStatus }) => {
        const wanted = statusOf(SCIMSynchronizationStatus, 'InvalidParameter.ScimSyncStatusError')
        await zones.setScimStatus(actor, wanted)
        return {}
      },
    }),
    zoneAction({
      name: 'CreateSCIMCredential',
      summary: 'Issues a credential to a SCIM client, whose secret is told this once.',
      priority: 'P0',
      refusals: ['LimitExceeded.ScimCredentialLimitExceeded'],
      output: {
        ...CREDENTIAL_FIELDS,
        CredentialStatus: status,
        CredentialSecret: z.string().describe('The bearer token: only here.'),
      },
      input: {
        ExpireDuration: z
          .int()
          .min(minimum)
          .max(maximum)
          .default(initial)
          .describe('Seconds; a year unless given.'),
      },
      handle: async (actor, { ExpireDuration }) => {
        const made = await scimCredentials.create(actor, { expiresInSeconds: ExpireDuration })
        return {
          ...(await describe(made.credential)),
          CredentialStatus: toStatus(made.credential.status === 'enabled'),
          CredentialSecret: made.secret,
        }
      },
    }),
    zoneAction({
      name: 'ListSCIMCredentials',
      summary: 'Lists the credentials of SCIM clients, or the one with an id.',
      priority: 'P0',
      output: { TotalCounts: z.int(), SCIMCredentials: z.array(scimCredential) },
      input: { CredentialId: credentialId.optional() },
      handle: async (actor, { CredentialId }) => {
        const credentials = (await scimCredentials.list(actor)).filter(
          ({ id }) => CredentialId === undefined || CredentialId === '' || id === CredentialId,
        )
        return {
          TotalCounts: credentials.length,
          SCIMCredentials: await Promise.all(
            credentials.map(async (credential) => ({
              ...(await describe(credential)),
              Status: toStatus(credential.status === 'enabled'),
            })),
          ),
        }
      },
    }),
    zoneAction({
      name: 'UpdateSCIMCredentialStatus',
      summary: 'Enables or disables a credential of a SCIM client.',
      priority: 'P0',
      refusals: ['InvalidParameter.ScimCredentialNotFound', 'InvalidParameter.UserScimCredentialStatusError'],
      output: {},
      input: { CredentialId: credentialId, NewStatus: z.string().describe('`Enabled` or `Disabled`.') },
      handle: async (actor, { CredentialId, NewStatus }) => {
        const wanted = statusOf(NewStatus, 'InvalidParameter.UserScimCredentialStatusError')
        await scimCredentials.setStatus(actor, credentialIdOf(CredentialId), wanted)
        return {}
      },
    }),
    zoneAction({
      name: 'DeleteSCIMCredential',
      summary: 'Deletes a credential of a SCIM client, enabled or not.',
      priority: 'P0',
      refusals: ['InvalidParameter.ScimCredentialNotFound'],
      output: {},
      input: { CredentialId: credentialId },
      handle: async (actor, { CredentialId }) => {
        await scimCredentials.remove(actor, credentialIdOf(CredentialId))
        return {}
      },
    }),
  ]
}
