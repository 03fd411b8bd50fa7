/** Who asks. Doors authenticate and name the actor; services decide what it may do. */
import type { AccountUin, ScimCredentialId, SessionId, SubUserUin, UserId } from './ids.js'

/** What every actor carries along for the audit log. */
export interface ActorOrigin {
  /** Client address as the proxy setting allows it to be known; absent for commands and the system. */
  readonly address?: string
  readonly requestId?: string
  readonly userAgent?: string
}

export type AdministratorRights = 'full' | 'readOnly'

export type Actor = ActorOrigin &
  (
    | {
        readonly kind: 'administrator'
        readonly uin: SubUserUin
        readonly name: string
        readonly rights: AdministratorRights
      }
    | {
        readonly kind: 'apiKey'
        readonly secretId: string
        readonly accountUin: AccountUin
        readonly name: string
        readonly rights: AdministratorRights
      }
    | { readonly kind: 'scim'; readonly credentialId: ScimCredentialId }
    | { readonly kind: 'user'; readonly userId: UserId; readonly name: string; readonly sessionId: SessionId }
    /** Somebody under a role of a simulated account; `name` is who the assertion, or the calling identity, says it is. */
    | {
        readonly kind: 'roleSession'
        readonly roleSessionId: string
        readonly accountUin: AccountUin
        readonly name: string
      }
    /** A user of a simulated account, by the password of its own there: nobody in the zone. */
    | { readonly kind: 'camUser'; readonly uin: SubUserUin; readonly name: string }
    | { readonly kind: 'anonymous' }
    | { readonly kind: 'system'; readonly name: string }
  )

/** The system acting by itself: the worker, a command on the server, the first start. */
export const systemActor = (name: string): Actor => ({ kind: 'system', name })

/** Who it was, as it is kept beside what was done: an id, where there is one, and a name. */
export function identityOf(actor: Actor): { readonly id: string | null; readonly name: string } {
  switch (actor.kind) {
    case 'administrator':
    case 'camUser':
      return { id: actor.uin, name: actor.name }
    case 'apiKey':
      return { id: actor.secretId, name: actor.name }
    case 'scim':
      return { id: actor.credentialId, name: actor.credentialId }
    case 'user':
      return { id: actor.userId, name: actor.name }
    case 'roleSession':
      return { id: actor.roleSessionId, name: actor.name }
    case 'anonymous':
      return { id: null, name: 'anonymous' }
    case 'system':
      return { id: null, name: actor.name }
    default:
      return actor satisfies never
  }
}
