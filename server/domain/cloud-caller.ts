/** Whoever asks a simulated account for something: a sub-user with a key, or a role session. */
import { IdentityCenterError } from './errors.js'
import type { AccountUin, SubUserUin } from './ids.js'
import type { Decision, DecisionReason, RequestContext, RequestedResource } from './policy-evaluation.js'
import type { RoleSession } from './role-session.js'

export type CloudCaller =
  | {
      readonly kind: 'subUser'
      readonly accountUin: AccountUin
      readonly uin: SubUserUin
      readonly name: string
    }
  | { readonly kind: 'roleSession'; readonly session: RoleSession }

export const accountOf = (caller: CloudCaller): AccountUin =>
  caller.kind === 'subUser' ? caller.accountUin : caller.session.accountUin

/** What a caller wants to do. The account adds what it knows itself: the caller, the time. */
export interface CloudRequest {
  readonly action: string
  readonly resources: readonly RequestedResource[]
  readonly context: RequestContext
}

const REASONS: Readonly<Record<DecisionReason, string>> = {
  rootKey: 'the root account needs no policy',
  identityAllow: 'a policy allows it',
  identityDeny: 'a policy denies it',
  identityNoAllow: 'no policy allows it',
  serviceControlDeny: 'a service control policy denies it',
  serviceControlNoAllow: 'no service control policy of a level allows it',
  boundaryDeny: 'the permission boundary denies it',
  boundaryNoAllow: 'the permission boundary does not allow it',
  sessionDeny: 'the session policy denies it',
  sessionNoAllow: 'the session policy does not allow it',
}

/** The refusal of a request, in words that name the operation, the resource and the policy that decided. */
export function accessDenied(action: string, decision: Decision): IdentityCenterError {
  const { reason, decidedBy, resource } = decision
  const policy = decidedBy ? ` (policy ${decidedBy.policy}, statement ${decidedBy.statement})` : ''
  return new IdentityCenterError(
    'access.denied',
    `You are not authorized to perform the operation (${action}) on the resource (${resource}): ${REASONS[reason]}${policy}.`,
    { action, resource, reason, ...decidedBy },
  )
}
