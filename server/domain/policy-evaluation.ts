/**
 * What CAM policies allow. Every policy is compiled once; a decision then only compares texts. Layers are asked in
 * the order of the cloud: service control policies, root, identity policies, boundary, session policy.
 */
import ipaddr from 'ipaddr.js'
import {
  POLICY_VARIABLE,
  REGION_ALIASES,
  isAddressRange,
  isBase64,
  parsePolicyDate,
  parsePolicyNumber,
  splitResourceName,
  type ConditionComparison,
  type PolicyCondition,
  type PolicyDocument,
  type PolicyPrincipals,
  type PolicyStatement,
} from './policy-document.js'

export type ContextScalar = string | number | boolean
/** Condition keys of a request, as `qcs:ip`. A key without values counts as missing. */
export type RequestContext = Readonly<Record<string, ContextScalar | readonly ContextScalar[]>>

/** One thing a request touches. A list holds several names of the same thing (a role by name and by id). */
export type RequestedResource = string | readonly string[]

export interface AccessRequest {
  /** `<service>:<Operation>`. */
  readonly action: string
  /** Each must be allowed on its own; `*`, or nothing at all, for an operation that has none. */
  readonly resources: readonly RequestedResource[]
  readonly context: RequestContext
  /** The account that owns the policies and the caller. */
  readonly account: { readonly uin: string; readonly appId?: string }
  /** Number of the calling sub-user or of the root; absent for a role session, which has none. */
  readonly callerUin?: string
}

/** A policy ready to be asked, under the name by which a decision speaks of it. */
export interface CompiledPolicy {
  readonly name: string
  readonly statements: readonly CompiledStatement[]
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
  /** The statement that decided; absent where nothing matched or no policy was asked. Statements count from 1. */
  readonly decidedBy?: { readonly policy: string; readonly statement: number }
  /** The resource that was refused, or the first one of those allowed. */
  readonly resource: string
}

/** Compiles a document once; `name` is what decisions call it. */
export const compilePolicy = (name: string, document: PolicyDocument): CompiledPolicy => ({
  name,
  statements: document.statements.map(compileStatement),
})

/** Decides a request. The first resource that is not allowed decides it. */
export function evaluate(layers: PolicyLayers, request: AccessRequest): Decision {
  const resources = request.resources.length === 0 ? ['*'] : request.resources
  const action = normaliseAction(request.action)
  const evaluated = resources.map((resource) =>
    evaluateResource(layers, { ...request, action, resource: compileRequested(resource, request) }),
  )
  return evaluated.find(({ decision }) => decision === 'deny') ?? (evaluated[0] as Decision)
}

/** One resource of a request, compared with compiled statements. */
interface ResourceRequest extends AccessRequest {
  readonly resource: CompiledResource
}

function evaluateResource(layers: PolicyLayers, request: ResourceRequest): Decision {
  const named = request.resource.label
  const allow = (reason: DecisionReason, verdict: Verdict): Decision => ({
    decision: 'allow',
    reason,
    ...(verdict.decidedBy && { decidedBy: verdict.decidedBy }),
    resource: named,
  })
  const refuse = (
    verdict: Verdict,
    explicit: DecisionReason,
    implicit: DecisionReason,
  ): Decision | undefined =>
    verdict.outcome === 'allow'
      ? undefined
      : {
          decision: 'deny',
          reason: verdict.outcome === 'deny' ? explicit : implicit,
          ...(verdict.decidedBy && { decidedBy: verdict.decidedBy }),
          resource: named,
        }

  if (layers.serviceControl && !layers.root && !layers.serviceLinkedRole) {
    for (const level of layers.serviceControl) {
      const refused = refuse(ask(level, request), 'serviceControlDeny', 'serviceControlNoAllow')
      if (refused) return refused
    }
  }
  if (layers.root) return allow('rootKey', { outcome: 'allow' })
  const identity = ask(layers.identity, request)
  return (
    refuse(identity, 'identityDeny', 'identityNoAllow') ??
    (layers.boundary && refuse(ask([layers.boundary], request), 'boundaryDeny', 'boundaryNoAllow')) ??
    (layers.session && refuse(ask([layers.session], request), 'sessionDeny', 'sessionNoAllow')) ??
    allow('identityAllow', identity)
  )
}

interface Verdict {
  readonly outcome: 'allow' | 'deny' | 'none'
  readonly decidedBy?: { readonly policy: string; readonly statement: number }
}

/** One layer: its policies are pooled, a matching deny wins over any allow. */
function ask(policies: readonly CompiledPolicy[], request: ResourceRequest): Verdict {
  let allowed: Verdict = { outcome: 'none' }
  for (const policy of policies) {
    for (const [index, statement] of policy.statements.entries()) {
      if (statement.effect === 'allow' && allowed.outcome === 'allow') continue
      if (!statementMatches(statement, request)) continue
      const decidedBy = { policy: policy.name, statement: index + 1 }
      if (statement.effect === 'deny') return { outcome: 'deny', decidedBy }
      allowed = { outcome: 'allow', decidedBy }
    }
  }
  return allowed
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
  const asked = { ...request, action: normaliseAction(request.action) }
  const matching = trust.statements.filter(
    (statement) =>
      statement.actions.some((action) => action(asked.action)) &&
      namesParty(statement.principals, request.party) &&
      statement.conditions.every((condition) => condition(asked)),
  )
  return matching.length > 0 && matching.every(({ effect }) => effect === 'allow')
}

const namesParty = (principals: PolicyPrincipals, party: TrustedParty): boolean =>
  party.kind === 'federated'
    ? principals.federated.includes(party.name)
    : party.names.some((name) => principals.qcs.includes(name))

/** What conditions and variables may look at. */
interface Surroundings {
  readonly context: RequestContext
  readonly account: AccessRequest['account']
  readonly callerUin?: string
}

interface CompiledStatement {
  readonly effect: 'allow' | 'deny'
  readonly actions: readonly ((action: string) => boolean)[]
  readonly resources: readonly ((resource: CompiledResource, request: Surroundings) => boolean)[]
  readonly principals: PolicyPrincipals
  readonly conditions: readonly ((request: Surroundings) => boolean)[]
}

const compileStatement = (statement: PolicyStatement): CompiledStatement => ({
  effect: statement.effect,
  actions: statement.actions.map(compileAction),
  resources: statement.resources.map(compileResource),
  principals: statement.principals,
  conditions: statement.conditions.map(compileCondition),
})

const statementMatches = (statement: CompiledStatement, request: ResourceRequest): boolean =>
  statement.actions.some((matches) => matches(request.action)) &&
  statement.resources.some((matches) => matches(request.resource, request)) &&
  statement.conditions.every((isMet) => isMet(request))

/** Actions are compared without regard to case, and `name/` in front says nothing. */
const normaliseAction = (action: string): string => action.toLowerCase().replace(/^name\//, '')

function compileAction(action: string): (asked: string) => boolean {
  const wanted = normaliseAction(action)
  if (wanted === '*' || wanted === '*:*') return () => true
  // A feature set names no operation.
  if (wanted.startsWith('permid/')) return () => false
  const [service = '', operation = ''] = wanted.split(':')
  const pattern = operation.split('*')
  return (asked) => {
    const colon = asked.indexOf(':')
    return (
      (service === '*' || service === asked.slice(0, colon)) &&
      matchesPattern(pattern, asked.slice(colon + 1))
    )
  }
}

/** Whether the text is the parts in order with anything between them: the parts of a pattern split at its asterisks. */
function matchesPattern(parts: readonly string[], text: string): boolean {
  const [first = '', ...others] = parts
  const last = others.pop()
  if (last === undefined) return text === first
  if (text.length < first.length + last.length || !text.startsWith(first) || !text.endsWith(last))
    return false
  const end = text.length - last.length
  let position = first.length
  for (const part of others) {
    const found = text.indexOf(part, position)
    if (found === -1 || found + part.length > end) return false
    position = found + part.length
  }
  return true
}

interface CompiledResource {
  readonly label: string
  /** The request is on everything (`*`): only a statement on `*` matches. */
  readonly everything: boolean
  /** The names of the thing that have six segments. */
  readonly names: readonly {
    readonly service: string
    readonly region: string
    readonly account: string
    readonly resource: string
  }[]
}

const normaliseRegion = (region: string): string => REGION_ALIASES.get(region) ?? region

/** One spelling for one account: `uid/` with the App id of the request's account becomes its `uin/`. */
function normaliseAccount(account: string, own: AccessRequest['account']): string {
  if (account === '' || (own.appId !== undefined && account === `uid/${own.appId}`)) return `uin/${own.uin}`
  return account
}

function compileRequested(resource: RequestedResource, request: AccessRequest): CompiledResource {
  const texts = typeof resource === 'string' ? [resource] : resource
  return {
    label: texts[0] ?? '*',
    everything: texts.length === 0 || texts.includes('*'),
    names: texts.flatMap((text) => {
      const name = splitResourceName(text)
      if (!name) return []
      return [
        {
          service: name.service,
          region: normaliseRegion(name.region),
          account: normaliseAccount(name.account, request.account),
          resource: name.resource,
        },
      ]
    }),
  }
}

function compileResource(text: string): CompiledStatement['resources'][number] {
  if (text === '*') return () => true
  const wanted = splitResourceName(text)
  // The document's check has made sure of the six segments; without them nothing can match.
  if (!wanted) return () => false
  const region = normaliseRegion(wanted.region)
  const resource = compileText(wanted.resource)
  const anyService = wanted.service === '' || wanted.service === '*'
  const anyRegion = region === '' || region === '*'
  return (requested, request) => {
    if (requested.everything) return false
    const account = wanted.account === '*' ? undefined : normaliseAccount(wanted.account, request.account)
    const pattern = resource(request)
    return (
      pattern !== undefined &&
      requested.names.some(
        (name) =>
          (anyService || name.service === wanted.service) &&
          (anyRegion || name.region === region) &&
          (account === undefined || name.account === account) &&
          matchesPattern(pattern, name.resource),
      )
    )
  }
}

/**
 * Compiles a text with asterisks and variables to the parts between its asterisks. What a variable stands for is taken
 * literally. The result gives undefined where the caller lacks a variable's value: such a text matches nothing.
 */
function compileText(text: string): (request: Surroundings) => readonly string[] | undefined {
  if (!POLICY_VARIABLE.test(text)) {
    const parts = text.split('*')
    return () => parts
  }
  const patterns = text.split('*').map((part) => part.split(new RegExp(POLICY_VARIABLE, 'g')))
  return (request) => {
    const parts: string[] = []
    for (const pieces of patterns) {
      let part = ''
      // Splitting by a capturing pattern alternates between plain text and variable names.
      for (const [index, piece] of pieces.entries()) {
        const value = index % 2 === 0 ? piece : variable(piece, request)
        if (value === undefined) return undefined
        part += value
      }
      parts.push(part)
    }
    return parts
  }
}

function variable(name: string, request: Surroundings): string | undefined {
  if (name === 'uin') return request.callerUin
  return name === 'owner_uin' ? request.account.uin : request.account.appId
}

/** Compares one value of the request with the values of a condition; undefined when the value cannot be read. */
type Test = (value: string, wanted: readonly string[]) => boolean | undefined

const NEGATED = /_not_(?=equal|like)/

function compileCondition(condition: PolicyCondition): (request: Surroundings) => boolean {
  const valuesOf = (context: RequestContext): readonly string[] => {
    const value = Object.hasOwn(context, condition.key) ? context[condition.key] : undefined
    if (value === undefined) return []
    return (Array.isArray(value) ? value : [value]).map(String)
  }
  if (condition.comparison === 'null_equal') {
    return ({ context }) => condition.values.includes(String(valuesOf(context).length === 0))
  }
  const negated = NEGATED.test(condition.comparison)
  const test = TESTS[condition.comparison.replace(NEGATED, '_') as keyof typeof TESTS]
  const texts = condition.values.map(compileConditionValue)
  return (request) => {
    const values = valuesOf(request.context)
    if (values.length === 0) return condition.ifExist
    const wanted = texts.flatMap((text) => text(request) ?? [])
    const satisfies = (value: string): boolean => {
      const equal = test(value, wanted)
      return equal !== undefined && equal !== negated
    }
    return condition.quantifier === 'all' ? values.every(satisfies) : values.some(satisfies)
  }
}

/** A condition value with its variables filled in. Only `string_like` knows asterisks; elsewhere they are text. */
function compileConditionValue(value: string): (request: Surroundings) => string | undefined {
  if (!POLICY_VARIABLE.test(value)) return () => value
  const text = compileText(value)
  return (request) => text(request)?.join('*')
}

type Comparable = number | bigint

/** Ordered comparison: of numbers and dates. Wanted values that cannot be read match nothing. */
const ordered =
  (
    read: (text: string) => Comparable | undefined,
    holds: (value: Comparable, wanted: Comparable) => boolean,
  ): Test =>
  (value, wanted) => {
    const left = read(value)
    if (left === undefined) return undefined
    return wanted.some((text) => {
      const right = read(text)
      return right !== undefined && holds(left, right)
    })
  }

/** The readable form of a value, or undefined; equal forms are equal values. */
const equalAs =
  (read: (text: string) => string | undefined): Test =>
  (value, wanted) => {
    const left = read(value)
    return left === undefined ? undefined : wanted.some((text) => read(text) === left)
  }

const family = (read: (text: string) => Comparable | undefined) => ({
  // Loose equality on purpose: an integer is a bigint, a decimal a number, and 50 equals 50.0.
  equal: ordered(read, (value, wanted) => value >= wanted && value <= wanted),
  less_than: ordered(read, (value, wanted) => value < wanted),
  less_than_equal: ordered(read, (value, wanted) => value <= wanted),
  greater_than: ordered(read, (value, wanted) => value > wanted),
  greater_than_equal: ordered(read, (value, wanted) => value >= wanted),
})
const numeric = family(parsePolicyNumber)
const date = family(parsePolicyDate)

const readBoolean = (text: string): string | undefined => {
  const lower = text.toLowerCase()
  return lower === 'true' || lower === 'false' ? lower : undefined
}

type NamedTest = Exclude<ConditionComparison, 'null_equal' | `${string}_not_${string}`>

const TESTS: Readonly<Record<NamedTest, Test>> = {
  string_equal: (value, wanted) => wanted.includes(value),
  string_equal_ignore_case: equalAs((text) => text.toLowerCase()),
  string_like: (value, wanted) => wanted.some((text) => matchesPattern(text.split('*'), value)),
  numeric_equal: numeric.equal,
  numeric_less_than: numeric.less_than,
  numeric_less_than_equal: numeric.less_than_equal,
  numeric_greater_than: numeric.greater_than,
  numeric_greater_than_equal: numeric.greater_than_equal,
  date_equal: date.equal,
  date_less_than: date.less_than,
  date_less_than_equal: date.less_than_equal,
  date_greater_than: date.greater_than,
  date_greater_than_equal: date.greater_than_equal,
  bool_equal: equalAs(readBoolean),
  binary_equal: equalAs((text) => (isBase64(text) ? Buffer.from(text, 'base64').toString('hex') : undefined)),
  ip_equal: (value, wanted) => {
    const address = parseAddress(value)
    return address && wanted.some((range) => inRange(address, range))
  },
}

type Address = ipaddr.IPv4 | ipaddr.IPv6

/** An address in its plainest form: an IPv4 address mapped into IPv6 is the IPv4 address. */
const parseAddress = (text: string): Address | undefined =>
  isAddressRange(text) && !text.includes('/') ? ipaddr.process(text) : undefined

function inRange(address: Address, range: string): boolean {
  if (!isAddressRange(range)) return false
  const [text = '', prefix] = range.split('/')
  const network = ipaddr.parse(text)
  const bits = prefix === undefined ? network.toByteArray().length * 8 : Number(prefix)
  const mapped = network.kind() === 'ipv6' && (network as ipaddr.IPv6).isIPv4MappedAddress() && bits >= 96
  const plain = mapped ? (network as ipaddr.IPv6).toIPv4Address() : network
  return address.kind() === plain.kind() && address.match([plain, mapped ? bits - 96 : bits] as never)
}
