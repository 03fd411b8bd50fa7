/**
 * A CAM policy: its text read and checked. Identity policies, service control policies, session policies and
 * boundaries share one grammar; a role's trust policy names principals instead of resources.
 */
import { isIP } from 'node:net'
import { IdentityCenterError } from './errors.js'
import {
  JsonTextError,
  parseLocatedJson,
  positionOf,
  type LocatedJson,
  type LocatedObject,
} from './located-json.js'

/** Which grammar a text must follow; a permission configuration's policy is told apart only when it is empty. */
export type PolicyKind = 'identity' | 'configuration' | 'trust'

/** The cloud's code of what is wrong with a policy. */
export type PolicyFault = `InvalidParameter.${
  | 'PolicyDocumentError'
  | 'PolicyDocumentLengthOverLimit'
  | 'PolicyDocumentEmpty'
  | 'VersionError'
  | 'StatementError'
  | 'EffectError'
  | 'ActionMiss'
  | 'ActionError'
  | 'ResourceError'
  | 'ResourceContentError'
  | 'ResourceQcsError'
  | 'ResourceProjectError'
  | 'ResourceServiceNotExist'
  | 'ResourceRegionError'
  | 'ResourceUinError'
  | 'ConditionError'
  | 'ConditionTypeError'
  | 'ConditionContentError'
  | 'PrincipalError'
  | 'PrincipalQcsError'
  | 'PrincipalQcsNotExist'
  | 'PrincipalServiceNotExist'}`

/** Facts of the error `policy.invalid`. Line and column count from 1. */
export interface PolicyFaultFacts {
  readonly reason: PolicyFault
  readonly line: number
  readonly column: number
  /** The element, such as `statement[0].condition.ip_equal`; empty for the document itself. */
  readonly path: string
}

export const CONDITION_COMPARISONS = [
  'string_equal',
  'string_not_equal',
  'string_equal_ignore_case',
  'string_not_equal_ignore_case',
  'string_like',
  'string_not_like',
  'numeric_equal',
  'numeric_not_equal',
  'numeric_less_than',
  'numeric_less_than_equal',
  'numeric_greater_than',
  'numeric_greater_than_equal',
  'date_equal',
  'date_not_equal',
  'date_less_than',
  'date_less_than_equal',
  'date_greater_than',
  'date_greater_than_equal',
  'bool_equal',
  'binary_equal',
  'ip_equal',
  'ip_not_equal',
  'null_equal',
] as const
export type ConditionComparison = (typeof CONDITION_COMPARISONS)[number]

/** One key under one operator; a statement's conditions must all be met. */
export interface PolicyCondition {
  readonly comparison: ConditionComparison
  /** Of a key with several values in the request: must one satisfy, or every one? */
  readonly quantifier: 'any' | 'all'
  /** Met when the request does not have the key. */
  readonly ifExist: boolean
  readonly key: string
  readonly values: readonly string[]
}

export interface PolicyPrincipals {
  readonly qcs: readonly string[]
  readonly service: readonly string[]
  readonly federated: readonly string[]
}

export interface PolicyStatement {
  readonly effect: 'allow' | 'deny'
  readonly actions: readonly string[]
  /** Empty in a trust policy. */
  readonly resources: readonly string[]
  /** Empty lists unless the document is a trust policy. */
  readonly principals: PolicyPrincipals
  readonly conditions: readonly PolicyCondition[]
}

export interface PolicyDocument {
  readonly kind: 'identity' | 'trust'
  readonly statements: readonly PolicyStatement[]
}

/** Characters of a policy, white space not counted. */
export const MAXIMUM_POLICY_LENGTH = 6144
const MAXIMUM_DEPTH = 16

/** Region names of old, still found in policies. */
export const REGION_ALIASES: ReadonlyMap<string, string> = new Map([
  ['gz', 'ap-guangzhou'],
  ['sh', 'ap-shanghai'],
  ['bj', 'ap-beijing'],
  ['cd', 'ap-chengdu'],
  ['hk', 'ap-hongkong'],
  ['sg', 'ap-singapore'],
  ['ca', 'na-toronto'],
  ['de', 'eu-frankfurt'],
])

/** A six-segment resource name taken apart. The last segment may hold colons. */
export interface ResourceName {
  readonly project: string
  readonly service: string
  readonly region: string
  readonly account: string
  readonly resource: string
}

/** Splits `qcs:<project>:<service>:<region>:<account>:<resource>`; undefined unless it has six segments and begins so. */
export function splitResourceName(text: string): ResourceName | undefined {
  const segments = text.split(':')
  const [scheme, project = '', service = '', region = '', account = '', ...rest] = segments
  if (segments.length < 6 || scheme !== 'qcs') return undefined
  return { project, service, region, account, resource: rest.join(':') }
}

/** Variables that a policy may use in the last segment of a resource and in condition values. */
export const POLICY_VARIABLE = /\$\{(uin|owner_uin|app_id)\}/

/** An exact number: integers of any length, and decimals as far as a double goes. Undefined unless `text` is a number. */
export function parsePolicyNumber(text: string): number | bigint | undefined {
  if (/^[+-]?\d{1,100}$/.test(text)) return BigInt(text.replace('+', ''))
  if (!/^[+-]?\d{1,100}(\.\d{1,100})?([eE][+-]?\d{1,3})?$/.test(text)) return undefined
  const value = Number(text)
  return Number.isFinite(value) ? value : undefined
}

/** Milliseconds of an ISO 8601 time, or of `YYYY-MM-DD[ HH:mm:ss]` taken as UTC; undefined when it is no such time. */
export function parsePolicyDate(text: string): number | undefined {
  const match =
    /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(?::(\d\d)(\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d)?)?$/.exec(text) ??
    undefined
  if (!match) return undefined
  const [, day = '', clock = '00:00', seconds = '00', fraction = '', zone = 'Z'] = match
  // Date.parse rolls the 30th of February over into March: such a day does not exist.
  if (!dayExists(day)) return undefined
  const offset = zone === 'Z' || zone.includes(':') ? zone : `${zone.slice(0, 3)}:${zone.slice(3)}`
  const time = Date.parse(`${day}T${clock}:${seconds}${fraction.slice(0, 4)}${offset}`)
  return Number.isNaN(time) ? undefined : time
}

function dayExists(day: string): boolean {
  const midnight = Date.parse(`${day}T00:00:00Z`)
  return !Number.isNaN(midnight) && new Date(midnight).toISOString().startsWith(day)
}

/** Whether the text is an IPv4 or IPv6 address, with or without a prefix length. */
export function isAddressRange(text: string): boolean {
  const [address = '', prefix, ...rest] = text.split('/')
  const family = address.includes('%') ? 0 : isIP(address)
  if (family === 0 || rest.length > 0) return false
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= (family === 4 ? 32 : 128))
}

export const isBase64 = (text: string): boolean =>
  /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text)

interface ParsedOperator {
  readonly comparison: ConditionComparison
  readonly quantifier: 'any' | 'all'
  readonly ifExist: boolean
}

const isComparison = (name: string): name is ConditionComparison =>
  (CONDITION_COMPARISONS as readonly string[]).includes(name)

/** Reads `[for_any_value:|for_all_value:]<comparison>[_if_exist]`; undefined for any other text. */
export function parseConditionOperator(text: string): ParsedOperator | undefined {
  const match = /^(?:for_(any|all)_value:)?([a-z_]+?)(_if_exist)?$/.exec(text)
  const comparison = match?.[2] ?? ''
  const ifExist = match?.[3] !== undefined
  if (!isComparison(comparison) || (comparison === 'null_equal' && ifExist)) return undefined
  return { comparison, quantifier: match?.[1] === 'all' ? 'all' : 'any', ifExist }
}

function isConditionValue(comparison: ConditionComparison, value: string): boolean {
  // What a variable stands for is known only when the request is.
  if (POLICY_VARIABLE.test(value)) return true
  if (comparison.startsWith('numeric_')) return parsePolicyNumber(value) !== undefined
  if (comparison.startsWith('date_')) return parsePolicyDate(value) !== undefined
  if (comparison.startsWith('ip_')) return isAddressRange(value)
  if (comparison === 'bool_equal' || comparison === 'null_equal') return value === 'true' || value === 'false'
  if (comparison === 'binary_equal') return isBase64(value)
  return true
}

const ACTION = /^(?:name\/)?(?:\*|[A-Za-z0-9_-]+):[^\s:]+$/
const FEATURE_SET = /^permid\/\d+$/

/** Whether a policy can name this action. Which operations exist is not checked. */
const isAction = (text: string): boolean =>
  text.length <= 256 && (text === '*' || ACTION.test(text) || FEATURE_SET.test(text))

const SERVICE = /^(?:\*|[A-Za-z0-9_-]+)?$/
const REGION = /^(?:\*|[a-z]{2,}(?:-[a-z0-9]+)+)?$/
const ACCOUNT = /^(?:\*|uin\/\d{1,20}|uid\/\d{1,20})?$/
const QCS_PRINCIPAL = /^qcs::cam::uin\/\d{1,20}:(?:root|uin\/\d{1,20}|role\/.+|roleName\/.+)$/
const FEDERATED_PRINCIPAL = /^qcs::cam::uin\/\d{1,20}:(?:saml-provider|oidc-provider)\/[^/:]+$/
const SERVICE_PRINCIPAL = /^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/
const CONDITION_KEY = /^[A-Za-z0-9_-]+:\S{1,128}$/

function resourceFault(text: string): readonly [PolicyFault, string] | undefined {
  if (text === '*') return undefined
  const segments = text.split(':')
  if (segments.length < 6 || segments.slice(5).join(':') === '') {
    return [
      'InvalidParameter.ResourceContentError',
      'a resource is "*" or has the six segments qcs:<project>:<service>:<region>:<account>:<resource>',
    ]
  }
  const [scheme = '', project = '', service = '', region = '', account = ''] = segments
  if (scheme !== 'qcs') return ['InvalidParameter.ResourceQcsError', 'a resource begins with "qcs:"']
  if (project !== '')
    return ['InvalidParameter.ResourceProjectError', 'the second segment, the project, must be empty']
  if (!SERVICE.test(service))
    return ['InvalidParameter.ResourceServiceNotExist', 'the third segment is a service, "*" or empty']
  if (!REGION.test(region) && !REGION_ALIASES.has(region))
    return [
      'InvalidParameter.ResourceRegionError',
      'the fourth segment is a region such as ap-guangzhou or empty',
    ]
  if (!ACCOUNT.test(account)) {
    return [
      'InvalidParameter.ResourceUinError',
      'the fifth segment is uin/<number>, uid/<app id>, "*" or empty',
    ]
  }
  return undefined
}

/** An element with the path by which a message names it. */
interface Element {
  readonly value: LocatedJson
  readonly path: string
}

interface StatementElements {
  readonly element: Element & { readonly value: LocatedObject }
  readonly effect: Element | undefined
  readonly action: Element | undefined
  readonly resource: Element | undefined
  readonly condition: Element | undefined
  readonly principal: Element | undefined
}

const member = (object: LocatedObject, name: string): LocatedJson | undefined =>
  object.members.find((candidate) => candidate.name === name)?.value

/**
 * Reads a policy and checks it in the order of the cloud: each rule for the whole document before the next rule.
 * Throws `policy.invalid` with `PolicyFaultFacts` for the first rule broken. Whether accounts, services and operations
 * exist is not checked here.
 */
export function parsePolicyDocument(text: string, kind: PolicyKind): PolicyDocument {
  const fail = (reason: PolicyFault, offset: number, path: string, what: string): never => {
    const { line, column } = positionOf(text, offset)
    const where = path === '' ? `Line ${line}, column ${column}` : `Line ${line}, column ${column} (${path})`
    const facts: PolicyFaultFacts = { reason, line, column, path }
    throw new IdentityCenterError('policy.invalid', `${where}: ${what}.`, { ...facts })
  }
  const failAt = (reason: PolicyFault, { value, path }: Element, what: string): never =>
    fail(reason, value.offset, path, what)

  const root = readRoot()
  const version = member(root, 'version')
  if (version?.kind !== 'string' || version.value !== '2.0') {
    fail(
      'InvalidParameter.VersionError',
      (version ?? root).offset,
      'version',
      'a policy has the element "version" with the text "2.0"; element names are in lower case',
    )
  }
  const statements = readStatements(root)
  // One rule for all statements, then the next: the cloud reports the rule that stands first in its list.
  const effects = statements.map(readEffect)
  const actions = statements.map(readActions)
  const resources = statements.map(readResources)
  const conditions = statements.map(readConditions)
  const principals = statements.map(readPrincipals)
  return {
    kind: kind === 'trust' ? 'trust' : 'identity',
    statements: effects.map((effect, index) => ({
      effect,
      actions: actions[index] ?? [],
      resources: resources[index] ?? [],
      conditions: conditions[index] ?? [],
      principals: principals[index] ?? NOBODY,
    })),
  }

  function readRoot(): LocatedObject {
    if (kind === 'configuration' && text.trim() === '')
      fail('InvalidParameter.PolicyDocumentEmpty', 0, '', 'the policy is empty')
    let value: LocatedJson
    try {
      value = parseLocatedJson(text, MAXIMUM_DEPTH)
    } catch (error) {
      if (!(error instanceof JsonTextError)) throw error
      return fail('InvalidParameter.PolicyDocumentError', error.offset, '', error.message)
    }
    if (value.kind !== 'object')
      return fail('InvalidParameter.PolicyDocumentError', value.offset, '', 'a policy is a JSON object')
    const beyond = offsetBeyondLimit(text)
    if (beyond !== undefined) {
      const limit = `a policy has at most ${MAXIMUM_POLICY_LENGTH} characters, white space not counted`
      fail('InvalidParameter.PolicyDocumentLengthOverLimit', beyond, '', limit)
    }
    return value
  }

  function readStatements(document: LocatedObject): readonly StatementElements[] {
    const value = member(document, 'statement')
    const unknown = document.members.find(({ name }) => name !== 'version' && name !== 'statement')
    if (!value) {
      return fail(
        'InvalidParameter.StatementError',
        document.offset,
        'statement',
        'a policy has the element "statement"',
      )
    }
    if (unknown) {
      return fail(
        'InvalidParameter.StatementError',
        unknown.nameOffset,
        unknown.name,
        'a policy has no such element, only "version" and "statement"',
      )
    }
    const items: readonly Element[] =
      value.kind === 'array'
        ? value.items.map((item, index) => ({ value: item, path: `statement[${index}]` }))
        : [{ value, path: 'statement' }]
    if (items.length === 0) {
      return failAt(
        'InvalidParameter.StatementError',
        { value, path: 'statement' },
        'at least one statement is needed',
      )
    }
    return items.map(readStatement)
  }

  function readStatement(element: Element): StatementElements {
    const { value, path } = element
    if (value.kind !== 'object')
      return failAt('InvalidParameter.StatementError', element, 'a statement is an object')
    const known = ['effect', 'action', kind === 'trust' ? '' : 'resource', 'condition', 'principal']
    const unknown = value.members.find(({ name }) => !known.includes(name))
    if (unknown) {
      return fail(
        'InvalidParameter.StatementError',
        unknown.nameOffset,
        `${path}.${unknown.name}`,
        'a statement of this policy has no such element; element names are in lower case',
      )
    }
    const part = (name: string): Element | undefined => {
      const found = member(value, name)
      return found && { value: found, path: `${path}.${name}` }
    }
    return {
      element: { value, path },
      effect: part('effect'),
      action: part('action'),
      resource: part('resource'),
      condition: part('condition'),
      principal: part('principal'),
    }
  }

  function readEffect({ element, effect }: StatementElements): 'allow' | 'deny' {
    const value = effect?.value
    if (value?.kind === 'string' && (value.value === 'allow' || value.value === 'deny')) return value.value
    return failAt(
      'InvalidParameter.EffectError',
      effect ?? { ...element, path: `${element.path}.effect` },
      'the effect is "allow" or "deny", in lower case',
    )
  }

  /** One text or a list of at least one text. */
  function readTexts(
    reason: PolicyFault,
    element: Element,
  ): readonly (Element & { readonly text: string })[] {
    const { value, path } = element
    const items: readonly Element[] =
      value.kind === 'array'
        ? value.items.map((item, index) => ({ value: item, path: `${path}[${index}]` }))
        : [element]
    if (items.length === 0) return failAt(reason, element, 'the list is empty')
    return items.map((item) =>
      item.value.kind === 'string'
        ? { ...item, text: item.value.value }
        : failAt(reason, item, 'a text is needed here, or a list of texts'),
    )
  }

  function readActions({ element, action }: StatementElements): readonly string[] {
    if (!action) {
      return failAt(
        'InvalidParameter.ActionMiss',
        { ...element, path: `${element.path}.action` },
        'a statement has the element "action"',
      )
    }
    return readTexts('InvalidParameter.ActionError', action).map((item) =>
      isAction(item.text)
        ? item.text
        : failAt('InvalidParameter.ActionError', item, 'an action is "*" or <service>:<operation>'),
    )
  }

  function readResources({ element, resource }: StatementElements): readonly string[] {
    if (kind === 'trust') return []
    if (!resource) {
      return failAt(
        'InvalidParameter.ResourceError',
        { ...element, path: `${element.path}.resource` },
        'a statement has the element "resource"',
      )
    }
    return readTexts('InvalidParameter.ResourceError', resource).map((item) => {
      const fault = resourceFault(item.text)
      return fault ? failAt(fault[0], item, fault[1]) : item.text
    })
  }

  function readConditions({ condition }: StatementElements): readonly PolicyCondition[] {
    if (!condition) return []
    const { value, path } = condition
    if (value.kind === 'array' && value.items.length === 0) return []
    if (value.kind !== 'object')
      return failAt('InvalidParameter.ConditionError', condition, 'a condition is an object')
    const operators = value.members.map((block) => ({
      block,
      operator:
        parseConditionOperator(block.name) ??
        fail(
          'InvalidParameter.ConditionTypeError',
          block.nameOffset,
          `${path}.${block.name}`,
          'there is no such condition operator',
        ),
    }))
    return operators.flatMap(({ block, operator }) =>
      readConditionBlock(operator, block.value, `${path}.${block.name}`),
    )
  }

  function readConditionBlock(
    operator: ParsedOperator,
    value: LocatedJson,
    path: string,
  ): readonly PolicyCondition[] {
    const reason = 'InvalidParameter.ConditionContentError'
    if (value.kind !== 'object' || value.members.length === 0)
      return failAt(reason, { value, path }, 'an operator holds an object with at least one key')
    return value.members.map((entry) => {
      const entryPath = `${path}.${entry.name}`
      if (!CONDITION_KEY.test(entry.name))
        fail(reason, entry.nameOffset, entryPath, 'a condition key has the form <service>:<key>')
      const items = entry.value.kind === 'array' ? entry.value.items : [entry.value]
      if (items.length === 0) failAt(reason, { value: entry.value, path: entryPath }, 'the list is empty')
      const values = items.map((item) => {
        const read = item.kind === 'string' ? item.value : item.kind === 'number' ? item.text : undefined
        if (read !== undefined && isConditionValue(operator.comparison, read)) return read
        return failAt(
          reason,
          { value: item, path: entryPath },
          `this is not a value that ${operator.comparison} can compare`,
        )
      })
      return { ...operator, key: entry.name, values }
    })
  }

  function readPrincipals({ element, principal }: StatementElements): PolicyPrincipals {
    const reason = 'InvalidParameter.PrincipalError'
    if (kind !== 'trust') {
      if (principal) failAt(reason, principal, 'only the trust policy of a role names principals')
      return NOBODY
    }
    if (!principal) {
      return failAt(
        reason,
        { ...element, path: `${element.path}.principal` },
        'a statement of a trust policy has the element "principal"',
      )
    }
    const { value, path } = principal
    if (value.kind !== 'object' || value.members.length === 0)
      return failAt(reason, principal, 'a principal is an object with "qcs", "service" or "federated"')
    const unknown = value.members.find(({ name }) => !Object.hasOwn(NOBODY, name))
    if (unknown) {
      return fail(
        reason,
        unknown.nameOffset,
        `${path}.${unknown.name}`,
        'a principal is "qcs", "service" or "federated"',
      )
    }
    const read = (name: keyof PolicyPrincipals, pattern: RegExp, fault: PolicyFault, what: string) => {
      const found = member(value, name)
      if (!found) return []
      return readTexts(reason, { value: found, path: `${path}.${name}` }).map((item) =>
        pattern.test(item.text) ? item.text : failAt(fault, item, what),
      )
    }
    return {
      qcs: read(
        'qcs',
        QCS_PRINCIPAL,
        'InvalidParameter.PrincipalQcsError',
        'this is not a CAM identity such as qcs::cam::uin/<account>:root',
      ),
      federated: read(
        'federated',
        FEDERATED_PRINCIPAL,
        'InvalidParameter.PrincipalQcsError',
        'this is not an identity provider such as qcs::cam::uin/<account>:saml-provider/<name>',
      ),
      service: read(
        'service',
        SERVICE_PRINCIPAL,
        'InvalidParameter.PrincipalServiceNotExist',
        'this is not a service such as cvm.qcloud.com',
      ),
    }
  }
}

const NOBODY: PolicyPrincipals = { qcs: [], service: [], federated: [] }

/** Where the first character past the length limit stands, white space not counted. */
function offsetBeyondLimit(text: string): number | undefined {
  let counted = 0
  let offset = 0
  for (const character of text) {
    if (!/\s/.test(character)) counted += 1
    if (counted > MAXIMUM_POLICY_LENGTH) return offset
    offset += character.length
  }
  return undefined
}
