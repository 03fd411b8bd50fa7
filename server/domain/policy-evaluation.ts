/**
 * What CAM policies allow. Every policy is compiled once; a decision then only compares texts. Layers are asked in
 * the order of the cloud: service control policies, root, identity policies, boundary, session policy.
 */
import type { PolicyPrincipals } from './policy-document.js'
import {
  askedAction,
  askedResource,
  firstMatch,
  matchesAction,
  meetsConditions,
  type AskedResource,
  type CompiledPolicy,
  type RequestedResource,
  type StatementReference,
} from './policy-statement.js'
import type { RequestContext, Surroundings } from './policy-text.js'

export { compilePolicy, type CompiledPolicy, type RequestedResource } from './policy-statement.js'
export type { RequestContext } from './policy-text.js'

export interface AccessRequest extends Surroundings {
  /** `<service>:<Operation>`. */
  readonly action: string
  /** Each must be allowed on its own; `*`, or nothing at all, for an operation that has none. */
  readonly resources: readonly RequestedResource[]
}

export interface PolicyLayers {
  /**
   * Service control policies by level, from the account up to the root node; absent where they do not apply (switched
   * off, the management account). Roots and service-linked roles are exempt.
   */
  readonly serviceControl?: readonly (readonly CompiledPolicy[])[]
  readonly root?: boolean
  readonly serviceLinkedRole?: boolean
  readonly identity: readonly CompiledPolicy[]
  readonly boundary?: CompiledPolicy
  readonly session?: CompiledPolicy
}

export type DecisionReason =
  | 'rootKey'
  | 'identityAllow'
  | 'identityDeny'
  | 'identityNoAllow'
  | 'serviceControlDeny'
  | 'serviceControlNoAllow'
  | 'boundaryDeny'
  | 'boundaryNoAllow'
  | 'sessionDeny'
  | 'sessionNoAllow'

export interface Decision {
  readonly decision: 'allow' | 'deny'
  readonly reason: DecisionReason
  /** The statement that decided; absent where nothing matched or no policy was asked. */
  readonly decidedBy?: StatementReference
  /** The resource that was refused, or the first one of those allowed. */
  readonly resource: string
}

/** Decides a request. The first resource that is not allowed decides it. */
export function evaluate(layers: PolicyLayers, request: AccessRequest): Decision {
  const action = askedAction(request.action)
  let first: Decision | undefined
  for (const resource of request.resources.length === 0 ? EVERYTHING : request.resources) {
    const decision = evaluateResource(layers, askedResource(action, resource, request))
    if (decision.decision === 'deny') return decision
    first ??= decision
  }
  return first as Decision
}

const EVERYTHING: readonly RequestedResource[] = ['*']

function evaluateResource(layers: PolicyLayers, asked: AskedResource): Decision {
  if (layers.serviceControl && !layers.root && !layers.serviceLinkedRole) {
    for (const level of layers.serviceControl) {
      const verdict = ask(level, asked)
      if (verdict.outcome !== 'allow')
        return refusal(verdict, asked, 'serviceControlDeny', 'serviceControlNoAllow')
    }
  }
  // The account itself needs no policy and has no boundary; a session of it can be narrowed.
  const identity = layers.root ? undefined : ask(layers.identity, asked)
  if (identity && identity.outcome !== 'allow')
    return refusal(identity, asked, 'identityDeny', 'identityNoAllow')
  if (layers.boundary && identity) {
    const verdict = ask([layers.boundary], asked)
    if (verdict.outcome !== 'allow') return refusal(verdict, asked, 'boundaryDeny', 'boundaryNoAllow')
  }
  if (layers.session) {
    const verdict = ask([layers.session], asked)
    if (verdict.outcome !== 'allow') return refusal(verdict, asked, 'sessionDeny', 'sessionNoAllow')
  }
  if (!identity) return { decision: 'allow', reason: 'rootKey', resource: asked.label }
  return {
    decision: 'allow',
    reason: 'identityAllow',
    decidedBy: identity.decidedBy,
    resource: asked.label,
  }
}

type Verdict =
  | { readonly outcome: 'allow' | 'deny'; readonly decidedBy: StatementReference }
  | { readonly outcome: 'none' }

const NO_MATCH: Verdict = { outcome: 'none' }

const refusal = (
  verdict: Verdict,
  asked: AskedResource,
  explicit: DecisionReason,
  implicit: DecisionReason,
): Decision =>
  verdict.outcome === 'none'
    ? { decision: 'deny', reason: implicit, resource: asked.label }
    : { decision: 'deny', reason: explicit, decidedBy: verdict.decidedBy, resource: asked.label }

/** One layer: its policies are pooled, a matching deny wins over any allow. The first that matches is named. */
function ask(policies: readonly CompiledPolicy[], asked: AskedResource): Verdict {
  const denied = firstOf(policies, 'deny', asked)
  if (denied) return { outcome: 'deny', decidedBy: denied }
  const allowed = firstOf(policies, 'allow', asked)
  return allowed ? { outcome: 'allow', decidedBy: allowed } : NO_MATCH
}

function firstOf(
  policies: readonly CompiledPolicy[],
  effect: 'deny' | 'allow',
  asked: AskedResource,
): StatementReference | undefined {
  for (const policy of policies) {
    const found = firstMatch(policy[effect], asked)
    if (found) return found.reference
  }
  return undefined
}

/** Who asks to take on a role: an identity by every name it has, or an identity provider by its ARN. */
export type TrustedParty =
  | { readonly kind: 'qcs'; readonly names: readonly string[] }
  | { readonly kind: 'federated'; readonly name: string }

export interface TrustRequest {
  readonly action: 'sts:AssumeRole' | 'sts:AssumeRoleWithSAML'
  readonly party: TrustedParty
  readonly context: RequestContext
  readonly account: AccessRequest['account']
}

/** Whether a role's trust policy lets the party take the role on; a matching deny wins. */
export function isTrusted(trust: CompiledPolicy, request: TrustRequest): boolean {
  const action = askedAction(request.action)
  const matching = trust.statements.filter(
    (statement) =>
      matchesAction(statement, action) &&
      namesParty(statement.principals, request.party) &&
      meetsConditions(statement, request),
  )
  return matching.length > 0 && matching.every(({ effect }) => effect === 'allow')
}

const namesParty = (principals: PolicyPrincipals, party: TrustedParty): boolean =>
  party.kind === 'federated'
    ? principals.federated.includes(party.name)
    : party.names.some((name) => principals.qcs.includes(name))
