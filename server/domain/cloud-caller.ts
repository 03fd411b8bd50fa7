/** Whoever asks a cloud account for something: the account itself, a sub-user, a role session, a federation token. */
import { IdentityCenterError } from './errors.js'
import type { AccountUin, SubUserUin } from './ids.js'
import type { Decision, DecisionReason, RequestContext, RequestedResource } from './policy-evaluation.js'
import type { RoleSession } from './role-session.js'

/** Who can have keys that last. */
export type PermanentCaller =
  | {
      readonly kind: 'subUser'
      readonly accountUin: AccountUin
      readonly uin: SubUserUin
      readonly name: string
    }
  /** The account itself, which needs no policy. */
  | { readonly kind: 'root'; readonly accountUin: AccountUin }

export type CloudCaller =
  | PermanentCaller
  | { readonly kind: 'roleSession'; readonly session: RoleSession }
  /** The bearer of temporary credentials that somebody made of their own rights, narrowed by a policy. */
  | {
      readonly kind: 'federated'
      readonly of: PermanentCaller
      readonly tokenId: string
      readonly name: string
      readonly policy: string
    }

export function accountOf(caller: CloudCaller): AccountUin {
  switch (caller.kind) {
    case 'root':
    case 'subUser':
      return caller.accountUin
    case 'roleSession':
      return caller.session.accountUin
    case 'federated':
      return caller.of.accountUin
    default:
      return caller satisfies never
  }
}

/** Whose permanent rights the caller acts by; absent for a role, which belongs to nobody. */
export const permanentCallerOf = (caller: CloudCaller): PermanentCaller | undefined =>
  caller.kind === 'roleSession' ? undefined : caller.kind === 'federated' ? caller.of : caller

/** The number of a sub-user, or of the account where it acts itself. */
export const uinOf = (caller: PermanentCaller): SubUserUin | AccountUin =>
  caller.kind === 'root' ? caller.accountUin : caller.uin

/** Name of the caller in the audit log: as signed, not as chosen by whoever asks. */
export function callerName(caller: CloudCaller): string {
  if (caller.kind === 'roleSession') return caller.session.sourceIdentity
  const permanent = caller.kind === 'federated' ? caller.of : caller
  return permanent.kind === 'root' ? permanent.accountUin : permanent.name
}

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
