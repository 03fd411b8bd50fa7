/**
 * What policies make of an action while its resource or its condition keys are open: allowed whatever they are, allowed for
 * some of them, or denied for all. What is said to have limits may in truth be denied, where limits of several statements
 * exclude each other; what is said to be allowed or denied always is.
 */
import {
  askedAction,
  askedResource,
  matchesResource,
  statementsOn,
  type AskedAction,
  type AskedResource,
  type CompiledPolicy,
  type CompiledStatement,
} from './policy-statement.js'
import type { Surroundings } from './policy-text.js'

/** What is asked of every account alike. */
export interface ActionQuestion {
  /** `<service>:<Operation>`. */
  readonly action: string
  /** One resource, or `*` for an operation on everything; absent: any resource there may be. */
  readonly resource?: string
}

/** The same for one account. */
export interface OpenRequest {
  readonly action: AskedAction
  /** Absent: any. */
  readonly resource: AskedResource | undefined
}

export interface Possibility {
  readonly outcome: 'always' | 'conditional' | 'denied'
  /** Only on some resources; only with some values of condition keys. Both may be so. */
  readonly limits: { readonly resource: boolean; readonly condition: boolean }
}

export function openRequest(question: ActionQuestion, account: Surroundings['account']): OpenRequest {
  const action = askedAction(question.action)
  return {
    action,
    resource:
      question.resource === undefined
        ? undefined
        : askedResource(action, question.resource, { context: {}, account }),
  }
}

const UNLIMITED = { resource: false, condition: false }
export const DENIED: Possibility = { outcome: 'denied', limits: UNLIMITED }
export const ALLOWED: Possibility = { outcome: 'always', limits: UNLIMITED }

const limited = (limits: readonly Possibility['limits'][]): Possibility => ({
  outcome: 'conditional',
  limits: {
    resource: limits.some(({ resource }) => resource),
    condition: limits.some(({ condition }) => condition),
  },
})

/** One layer: its policies are pooled. */
export function possibilityOf(policies: readonly CompiledPolicy[], request: OpenRequest): Possibility {
  const limitsOf = (effect: 'deny' | 'allow') =>
    policies.flatMap((policy) =>
      statementsOn(policy[effect], request.action).flatMap((each) => statementLimits(each, request) ?? []),
    )
  const isUnlimited = ({ resource, condition }: Possibility['limits']) => !resource && !condition
  const denials = limitsOf('deny')
  if (denials.some(isUnlimited)) return DENIED
  const allowances = limitsOf('allow')
  if (allowances.length === 0) return DENIED
  if (!allowances.some(isUnlimited)) return limited([...allowances, ...denials])
  return denials.length === 0 ? ALLOWED : limited(denials)
}

/** All layers have to allow. */
export function allOf(layers: readonly Possibility[]): Possibility {
  if (layers.some(({ outcome }) => outcome === 'denied')) return DENIED
  const withLimits = layers.filter(({ outcome }) => outcome === 'conditional')
  return withLimits.length === 0 ? ALLOWED : limited(withLimits.map(({ limits }) => limits))
}

/** Where the statement matches; undefined where it cannot. */
function statementLimits(
  statement: CompiledStatement,
  { resource }: OpenRequest,
): Possibility['limits'] | undefined {
  const matches =
    resource === undefined
      ? statement.everyResource || statement.resources.length > 0
      : matchesResource(statement, resource)
  if (!matches) return undefined
  return {
    resource: resource === undefined && !statement.everyResource,
    condition: statement.conditions.length > 0,
  }
}
