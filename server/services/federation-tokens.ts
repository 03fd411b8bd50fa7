/** Temporary credentials that somebody with a permanent key makes of their own rights, narrowed by a policy. */
import type { Db } from '../../db/database.js'
import { inTransaction } from '../../db/transaction.js'
import type { Authorization, Federation } from '../cam/cam-client.js'
import { accessDenied, type PermanentCaller } from '../domain/cloud-caller.js'
import { IdentityCenterError } from '../domain/errors.js'
import { parsePolicyDocument } from '../domain/policy-document.js'
import type { AuditLog } from './audit-log.js'
import type { CamRequester } from './cam-permit.js'

export interface FederationTokenServiceDeps {
  readonly db: Db
  readonly audit: AuditLog
  readonly authorization: Pick<Authorization, 'authorize'>
  readonly federation: Federation
}

export interface FederationRequest {
  /** Chosen by the requester: proves nothing. */
  readonly name: string
  /** Policy text; what it does not allow is denied. */
  readonly policy: string
  readonly durationSeconds?: number | undefined
}

export type FederationTokenService = ReturnType<typeof createFederationTokenService>

const STANDARD_SECONDS = 1800
const MAXIMUM_SECONDS: Readonly<Record<PermanentCaller['kind'], number>> = { root: 7200, subUser: 129_600 }
const ACTION = 'sts:GetFederationToken'

export function createFederationTokenService(deps: FederationTokenServiceDeps) {
  const { db, audit, authorization, federation } = deps
  return {
    /** Throws `access.denied`, `sts.invalid` (also for temporary credentials), `sts.duration`, `policy.invalid`. */
    async create({ caller, actor, context }: CamRequester, request: FederationRequest) {
      const { name, policy, durationSeconds: seconds = STANDARD_SECONDS } = request
      if (caller.kind !== 'root' && caller.kind !== 'subUser')
        throw new IdentityCenterError(
          'sts.invalid',
          'This needs a permanent key: temporary ones make no others.',
        )
      if (!/^[A-Za-z0-9_.@-]{1,64}$/.test(name))
        throw new IdentityCenterError(
          'sts.invalid',
          'Name has 1 to 64 of the characters A-Z a-z 0-9 _ . @ -.',
        )
      const limit = MAXIMUM_SECONDS[caller.kind]
      if (!Number.isInteger(seconds) || seconds < 1 || seconds > limit)
        throw new IdentityCenterError('sts.duration', `DurationSeconds is 1 to ${limit} here.`, { limit })
      parsePolicyDocument(policy, 'identity')
      const decision = await authorization.authorize(caller, { action: ACTION, resources: [], context })
      if (decision.decision === 'deny') throw accessDenied(ACTION, decision)
      return inTransaction(db, async (tx) => {
        const { token, credentials } = await federation.open(tx, caller, { name, policy, seconds })
        await audit.record(tx, actor, {
          action: 'federationToken.create',
          subject: { kind: 'federationToken', id: token.id, name },
          detail: { account: token.accountUin, policy, expiresAt: token.expiresAt },
        })
        return credentials
      })
    },
  }
}
