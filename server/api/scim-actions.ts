/** The switch of SCIM synchronization and the credentials of SCIM clients. */
import { z } from 'zod'
import { IdentityCenterError } from '../domain/errors.js'
import { parseScimCredentialId, type ScimCredentialId } from '../domain/ids.js'
import { SCIM_CREDENTIAL_SECONDS, type ScimCredential } from '../domain/scim-credential.js'
import type { ScimCredentialService } from '../services/scim-credentials.js'
import type { ZoneService } from '../services/zones.js'
import type { Action, ApiAnswer } from './action.js'
import { ApiError } from './api-error.js'
import { status, toStatus } from './directory-parameters.js'
import { cloudTime, zoneActions } from './zone-action.js'

export interface ScimActionDeps {
  readonly zones: Pick<ZoneService, 'current' | 'setScimStatus'>
  readonly scimCredentials: ScimCredentialService
}

const CREDENTIAL_TYPE = 'BearerToken'
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

  const describe = async (credential: ScimCredential): Promise<ApiAnswer> => ({
    ZoneId: (await zones.current()).id,
    CredentialId: credential.id,
    CredentialType: CREDENTIAL_TYPE,
    CreateTime: cloudTime(credential.createdAt),
    ExpireTime: cloudTime(credential.expiresAt),
  })

  return [
    zoneAction({
      name: 'GetSCIMSynchronizationStatus',
      input: {},
      handle: async () => ({
        SCIMSynchronizationStatus: toStatus((await zones.current()).scimStatus === 'enabled'),
      }),
    }),
    zoneAction({
      name: 'UpdateSCIMSynchronizationStatus',
      input: { SCIMSynchronizationStatus: z.string() },
      handle: async (actor, { SCIMSynchronizationStatus }) => {
        const wanted = statusOf(SCIMSynchronizationStatus, 'InvalidParameter.ScimSyncStatusError')
        await zones.setScimStatus(actor, wanted)
        return {}
      },
    }),
    zoneAction({
      name: 'CreateSCIMCredential',
      input: { ExpireDuration: z.int().min(minimum).max(maximum).default(initial) },
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
      input: { CredentialId: z.string().optional() },
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
      input: { CredentialId: z.string(), NewStatus: z.string() },
      handle: async (actor, { CredentialId, NewStatus }) => {
        const wanted = statusOf(NewStatus, 'InvalidParameter.UserScimCredentialStatusError')
        await scimCredentials.setStatus(actor, credentialIdOf(CredentialId), wanted)
        return {}
      },
    }),
    zoneAction({
      name: 'DeleteSCIMCredential',
      input: { CredentialId: z.string() },
      handle: async (actor, { CredentialId }) => {
        await scimCredentials.remove(actor, credentialIdOf(CredentialId))
        return {}
      },
    }),
  ]
}
