/** Who signs requests of the cloud API, and what they may do. */
import { managementAccountUin } from '../../db/administrators.js'
import type { Db } from '../../db/database.js'
import type { Authorization, Federation, RoleSessions } from '../cam/cam-client.js'
import type { Actor, ActorOrigin } from '../domain/actor.js'
import {
  accessDenied,
  accountOf,
  callerName,
  type CloudCaller,
  type CloudRequest,
} from '../domain/cloud-caller.js'
import { IdentityCenterError } from '../domain/errors.js'
import type { AccountUin } from '../domain/ids.js'
import type { Decision } from '../domain/policy-evaluation.js'
import { isTemporarySecretId } from '../domain/role-session.js'
import type { CamKeyService } from './cam-keys.js'
import { roleSessionActor } from './role-sessions.js'

/** The holder of a SecretId, before anything has been proved. */
export interface Signer {
  /** What the signature is checked with. */
  readonly secretKey: string
  readonly caller: CloudCaller
  /** Whether the request's token, possibly none, is the one that goes with the key, and the key still counts. */
  accepts(token: string | undefined): boolean
  /** To be called when signature and token were right. */
  noteUse(): Promise<void>
}

export interface ApiCallerServiceDeps {
  readonly db: Db
  readonly keys: Pick<CamKeyService, 'findHolder' | 'noteUse'>
  readonly roles: Pick<RoleSessions, 'findByKey'>
  readonly federation: Pick<Federation, 'findByKey'>
  readonly authorization: Authorization
}

export function createApiCallerService(deps: ApiCallerServiceDeps) {
  const { db, keys, roles, federation, authorization } = deps
  /** It never changes once the first start has made it. */
  let manager: AccountUin | undefined

  async function findTemporary(secretId: string): Promise<Signer | undefined> {
    const role = await roles.findByKey(secretId)
    const keyed = role ?? (await federation.findByKey(secretId))
    if (!keyed) return undefined
    return {
      secretKey: keyed.secretKey,
      caller: 'session' in keyed ? { kind: 'roleSession', session: keyed.session } : keyed.caller,
      accepts: (token) => token !== undefined && keyed.accepts(token),
      noteUse: () => Promise.resolve(),
    }
  }

  async function findPermanent(secretId: string): Promise<Signer | undefined> {
    const holder = await keys.findHolder(secretId)
    if (!holder) return undefined
    return {
      secretKey: holder.secretKey,
      caller: holder.caller,
      // A permanent key has no token: whoever sends one is confused about who he is.
      accepts: (token) => token === undefined || token === '',
      noteUse: () => keys.noteUse(secretId, holder.lastUsedAt),
    }
  }

  const authorize = (caller: CloudCaller, request: CloudRequest): Promise<Decision> =>
    authorization.authorize(caller, request)

  async function require(caller: CloudCaller, request: CloudRequest): Promise<void> {
    const decision = await authorize(caller, request)
    if (decision.decision === 'deny') throw accessDenied(request.action, decision)
  }

  return {
    /** The holder of a key that is enabled, or of temporary credentials, whatever their age. */
    findSigner: (secretId: string): Promise<Signer | undefined> =>
      isTemporarySecretId(secretId) ? findTemporary(secretId) : findPermanent(secretId),

    /** Decides by the caller's policies. */
    authorize,

    /** Throws `access.denied`, naming operation, resource and the policy that decided, unless the policies allow it. */
    require,

    /** The policies that the caller has, with their texts. */
    policiesOf: (caller: CloudCaller) => authorization.policiesOf(caller),

    /** The caller as an actor with no rights over the zone. */
    actorOf: (caller: CloudCaller, secretId: string, origin: ActorOrigin): Actor =>
      caller.kind === 'roleSession'
        ? roleSessionActor(caller.session, origin)
        : {
            ...origin,
            kind: 'apiKey',
            secretId,
            accountUin: accountOf(caller),
            name: callerName(caller),
            rights: 'readOnly',
          },

    /**
     * The caller as an actor who may perform this one operation on the zone: an identity of the management account whose
     * policies allow it. Throws `access.denied`.
     */
    async requireManager(
      caller: CloudCaller,
      secretId: string,
      request: CloudRequest,
      origin: ActorOrigin,
    ): Promise<Actor> {
      const accountUin = accountOf(caller)
      manager ??= await managementAccountUin(db)
      if (accountUin !== manager) {
        throw new IdentityCenterError(
          'access.denied',
          `You are not authorized to perform the operation (${request.action}): only the management account of the organization is.`,
          { action: request.action },
        )
      }
      await require(caller, request)
      const name = callerName(caller)
      // The policies have allowed this very operation, which is finer than the two kinds of rights.
      return { ...origin, kind: 'apiKey', secretId, accountUin, name, rights: 'full' }
    },
  }
}

export type ApiCallerService = ReturnType<typeof createApiCallerService>
