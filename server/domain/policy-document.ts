/**
 * A CAM policy: its text read and checked. Identity policies, service control policies, session policies and
 * boundaries share one grammar; a role's trust policy names principals instead of resources.
 */
import { isIP } from 'node:net'
import { closestWord } from './closest-word.js'
import {
  JsonTextError,
  parseLocatedJson,
  positionOf,
  type LocatedJson,
  type LocatedMember,
  type LocatedObject,
} from './located-json.js'
import {
  MAXIMUM_POLICY_LENGTH,
  PolicyFaultError,
  ruleText,
  type PolicyFault,
  type PolicyRule,
} from './policy-faults.js'

/** Which grammar a text must follow; a permission configuration's policy is told apart only when it is empty. */
export type PolicyKind = 'identity' | 'configuration' | 'trust'

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
  if (!text.startsWith('qcs:')) return undefined
  const project = text.indexOf(':', 'qcs:'.length)
  const service = project === -1 ? -1 : text.indexOf(':', project + 1)
  const region = service === -1 ? -1 : text.indexOf(':', service + 1)
  const account = region === -1 ? -1 : text.indexOf(':', region + 1)
  if (account === -1) return undefined
  return {
    project: text.slice('qcs:'.length, project),
    service: text.slice(project + 1, service),
    region: text.slice(service + 1, region),
    account: text.slice(region + 1, account),
    resource: text.slice(account + 1),
  }
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

function resourceFault(text: string): readonly [PolicyFault, PolicyRule] | undefined {
  if (text === '*') return undefined
  const segments = text.split(':')
  if (segments.length < 6 || segments.slice(5).join(':') === '')
    return ['InvalidParameter.ResourceContentError', 'resourceSegments']
  const [scheme = '', project = '', service = '', region = '', account = ''] = segments
  if (scheme !== 'qcs') return ['InvalidParameter.ResourceQcsError', 'resourceScheme']
  if (project !== '') return ['InvalidParameter.ResourceProjectError', 'resourceProject']
  if (!SERVICE.test(service)) return ['InvalidParameter.ResourceServiceNotExist', 'resourceService']
  if (!REGION.test(region) && !REGION_ALIASES.has(region))
    return ['InvalidParameter.ResourceRegionError', 'resourceRegion']
  if (!ACCOUNT.test(account)) return ['InvalidParameter.ResourceUinError', 'resourceAccount']
  return undefined
}

/** Condition operators in all their forms, for those who misspelt one. */
const operatorNames = (): readonly string[] =>
  CONDITION_COMPARISONS.flatMap((comparison) =>
    ['', 'for_any_value:', 'for_all_value:'].flatMap((quantifier) =>
      comparison === 'null_equal'
        ? [`${quantifier}${comparison}`]
        : [`${quantifier}${comparison}`, `${quantifier}${comparison}_if_exist`],
    ),
  )

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

/** Faults of one document that are told at once. */
const MAXIMUM_FAULTS = 50

/** A document as far as it could be read; without faults it is the whole. */
export interface PolicyCheck {
  readonly document: PolicyDocument
  /** In the order of the cloud: each rule for the whole document before the next rule. */
  readonly faults: readonly PolicyFaultError[]
}

/**
 * Reads a policy. Throws `policy.invalid` with `PolicyFaultFacts` for the first rule broken, in the order of the cloud.
 * Whether accounts, services and operations exist is not checked here.
 */
export function parsePolicyDocument(text: string, kind: PolicyKind): PolicyDocument {
  const {
    document,
    faults: [fault],
  } = checkPolicyDocument(text, kind)
  if (fault) throw fault
  return document
}

/** Reads a policy and tells all that is wrong with it, up to fifty faults. */
export function checkPolicyDocument(text: string, kind: PolicyKind): PolicyCheck {
  const faults: PolicyFaultError[] = []

  const faultAt = (
    reason: PolicyFault,
    offset: number,
    path: string,
    problem: PolicyRule,
    { found, suggestion }: { readonly found?: string; readonly suggestion?: string } = {},
  ): PolicyFaultError =>
    new PolicyFaultError(
      {
        reason,
        problem,
        ...positionOf(text, offset),
        path,
        ...(found !== undefined && { found }),
        ...(suggestion !== undefined && { suggestion }),
      },
      ruleText(problem, found),
    )
  const fail = (...fault: Parameters<typeof faultAt>): never => {
    throw faultAt(...fault)
  }
  const failAt = (
    reason: PolicyFault,
    { value, path }: Element,
    ...problem: readonly [PolicyRule, { readonly found?: string; readonly suggestion?: string }?]
  ): never => fail(reason, value.offset, path, ...problem)

  /** A part of the document, or nothing when it has a fault, which is kept. */
  function attempt<Part>(read: () => Part): Part | undefined {
    // Who made so many mistakes at once mends some before asking for the rest; and each costs a walk through the text.
    if (faults.length >= MAXIMUM_FAULTS) return undefined
    try {
      return read()
    } catch (error) {
      if (!(error instanceof PolicyFaultError)) throw error
      faults.push(error)
      return undefined
    }
  }
  const attemptEach = <Item, Part>(items: readonly Item[], read: (item: Item, index: number) => Part) =>
    items.flatMap((item, index) => {
      const part = attempt(() => [read(item, index)])
      return part ?? []
    })

  const root = attempt(readRoot)
  const statements = root === undefined ? [] : readElements(root)
  // One rule for all statements, then the next: the cloud reports the rule that stands first in its list.
  const effects = statements.map((statement) => attempt(() => readEffect(statement)))
  const actions = statements.map((statement) => attempt(() => readActions(statement)))
  const resources = statements.map((statement) => attempt(() => readResources(statement)))
  const conditions = statements.map((statement) => attempt(() => readConditions(statement)))
  const principals = statements.map((statement) => attempt(() => readPrincipals(statement)))
  return {
    faults,
    document: {
      kind: kind === 'trust' ? 'trust' : 'identity',
      statements: effects.flatMap((effect, index) =>
        // A statement without an effect that can be read says nothing.
        effect === undefined
          ? []
          : [
              {
                effect,
                actions: actions[index] ?? [],
                resources: resources[index] ?? [],
                conditions: conditions[index] ?? [],
                principals: principals[index] ?? NOBODY,
              },
            ],
      ),
    },
  }

  function readRoot(): LocatedObject {
    if (kind === 'configuration' && text.trim() === '')
      fail('InvalidParameter.PolicyDocumentEmpty', 0, '', 'empty')
    const reason = 'InvalidParameter.PolicyDocumentError'
    let value: LocatedJson
    try {
      value = parseLocatedJson(text, MAXIMUM_DEPTH)
    } catch (error) {
      if (!(error instanceof JsonTextError)) throw error
      const { problem, found, message, offset } = error
      const place = { ...positionOf(text, offset), path: '' }
      throw new PolicyFaultError(
        { reason, problem, ...place, ...(found !== undefined && { found }) },
        message,
      )
    }
    if (value.kind !== 'object') return fail(reason, value.offset, '', 'notAnObject')
    const beyond = offsetBeyondLimit(text)
    if (beyond !== undefined) {
      fail('InvalidParameter.PolicyDocumentLengthOverLimit', beyond, '', 'tooLong', {
        found: String(MAXIMUM_POLICY_LENGTH),
      })
    }
    return value
  }

  /** The elements of the document: its version is checked, its statements are taken apart. */
  function readElements(document: LocatedObject): readonly StatementElements[] {
    const names = ['version', 'statement']
    const strangers = document.members.filter(({ name }) => !names.includes(name))
    /** An element that is called almost as the missing one. */
    const misspelt = (name: string) =>
      strangers.find((stranger) => closestWord(stranger.name, names) === name)
    attempt(() => readVersion(document, misspelt('version')))
    const value = member(document, 'statement')
    if (!value) {
      const almost = misspelt('statement')
      attempt(() =>
        fail(
          'InvalidParameter.StatementError',
          almost?.nameOffset ?? document.offset,
          'statement',
          'statementMissing',
          almost && { found: almost.name, suggestion: 'statement' },
        ),
      )
      return []
    }
    attemptEach(
      strangers.filter((stranger) => stranger !== misspelt('version') || member(document, 'version')),
      ({ name, nameOffset }) =>
        fail('InvalidParameter.StatementError', nameOffset, name, 'elementUnknown', {
          found: name,
          suggestion: closestWord(name, names),
        }),
    )
    const items: readonly Element[] =
      value.kind === 'array'
        ? value.items.map((item, index) => ({ value: item, path: `statement[${index}]` }))
        : [{ value, path: 'statement' }]
    if (items.length === 0) {
      attempt(() =>
        failAt('InvalidParameter.StatementError', { value, path: 'statement' }, 'statementsEmpty'),
      )
    }
    return attemptEach(items, readStatement)
  }

  function readVersion(document: LocatedObject, almost: LocatedMember | undefined): void {
    const version = member(document, 'version')
    if (version?.kind === 'string' && version.value === '2.0') return
    const offset = version?.offset ?? almost?.nameOffset ?? document.offset
    const meant = version ? undefined : almost && { found: almost.name, suggestion: 'version' }
    fail('InvalidParameter.VersionError', offset, 'version', 'version', meant)
  }

  function readStatement(element: Element): StatementElements {
    const { value, path } = element
    if (value.kind !== 'object')
      return failAt('InvalidParameter.StatementError', element, 'statementNotAnObject')
    const known = ['effect', 'action', ...(kind === 'trust' ? [] : ['resource']), 'condition', 'principal']
    attemptEach(
      value.members.filter(({ name }) => !known.includes(name)),
      ({ name, nameOffset }) =>
        fail('InvalidParameter.StatementError', nameOffset, `${path}.${name}`, 'statementElementUnknown', {
          found: name,
          suggestion: closestWord(name, kind === 'trust' ? known : known.slice(0, -1)),
        }),
    )
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
    const written = value?.kind === 'string' ? value.value : undefined
    const meant = written === undefined ? undefined : closestWord(written, ['allow', 'deny'])
    return failAt(
      'InvalidParameter.EffectError',
      effect ?? { ...element, path: `${element.path}.effect` },
      'effect',
      meant === undefined ? undefined : { suggestion: meant },
    )
  }

  /** One text or a list of at least one text, each as `readText` reads it. */
  function readTexts(
    reason: PolicyFault,
    element: Element,
    readText: (item: Element, text: string) => string,
  ): readonly string[] {
    const { value, path } = element
    const items: readonly Element[] =
      value.kind === 'array'
        ? value.items.map((item, index) => ({ value: item, path: `${path}[${index}]` }))
        : [element]
    if (items.length === 0) return failAt(reason, element, 'listEmpty')
    return attemptEach(items, (item) =>
      item.value.kind === 'string' ? readText(item, item.value.value) : failAt(reason, item, 'textExpected'),
    )
  }

  function readActions({ element, action }: StatementElements): readonly string[] {
    if (!action) {
      const missing = { ...element, path: `${element.path}.action` }
      return failAt('InvalidParameter.ActionMiss', missing, 'actionMissing')
    }
    return readTexts('InvalidParameter.ActionError', action, (item, text) =>
      isAction(text) ? text : failAt('InvalidParameter.ActionError', item, 'action'),
    )
  }

  function readResources({ element, resource }: StatementElements): readonly string[] {
    if (kind === 'trust') return []
    if (!resource) {
      const missing = { ...element, path: `${element.path}.resource` }
      return failAt('InvalidParameter.ResourceError', missing, 'resourceMissing')
    }
    return readTexts('InvalidParameter.ResourceError', resource, (item, text) => {
      const fault = resourceFault(text)
      return fault ? failAt(fault[0], item, fault[1]) : text
    })
  }

  function readConditions({ condition }: StatementElements): readonly PolicyCondition[] {
    if (!condition) return []
    const { value, path } = condition
    if (value.kind === 'array' && value.items.length === 0) return []
    if (value.kind !== 'object')
      return failAt('InvalidParameter.ConditionError', condition, 'conditionNotAnObject')
    const operators = attemptEach(value.members, (block) => ({
      block,
      operator:
        parseConditionOperator(block.name) ??
        fail(
          'InvalidParameter.ConditionTypeError',
          block.nameOffset,
          `${path}.${block.name}`,
          'operatorUnknown',
          { found: block.name, suggestion: closestWord(block.name, operatorNames()) },
        ),
    }))
    return attemptEach(operators, ({ block, operator }) =>
      readConditionBlock(operator, block.value, `${path}.${block.name}`),
    ).flat()
  }

  function readConditionBlock(
    operator: ParsedOperator,
    value: LocatedJson,
    path: string,
  ): readonly PolicyCondition[] {
    const reason = 'InvalidParameter.ConditionContentError'
    if (value.kind !== 'object' || value.members.length === 0)
      return failAt(reason, { value, path }, 'operatorEmpty')
    return attemptEach(value.members, (entry) => {
      const entryPath = `${path}.${entry.name}`
      if (!CONDITION_KEY.test(entry.name)) fail(reason, entry.nameOffset, entryPath, 'conditionKey')
      const items = entry.value.kind === 'array' ? entry.value.items : [entry.value]
      if (items.length === 0) failAt(reason, { value: entry.value, path: entryPath }, 'listEmpty')
      const values = attemptEach(items, (item) => {
        const read = item.kind === 'string' ? item.value : item.kind === 'number' ? item.text : undefined
        if (read !== undefined && isConditionValue(operator.comparison, read)) return read
        return failAt(reason, { value: item, path: entryPath }, 'conditionValue', {
          found: operator.comparison,
        })
      })
      return { ...operator, key: entry.name, values }
    })
  }

  function readPrincipals({ element, principal }: StatementElements): PolicyPrincipals {
    const reason = 'InvalidParameter.PrincipalError'
    if (kind !== 'trust') {
      if (principal) failAt(reason, principal, 'principalForbidden')
      return NOBODY
    }
    if (!principal) {
      return failAt(reason, { ...element, path: `${element.path}.principal` }, 'principalMissing')
    }
    const { value, path } = principal
    if (value.kind !== 'object' || value.members.length === 0)
      return failAt(reason, principal, 'principalNotAnObject')
    const unknown = value.members.find(({ name }) => !Object.hasOwn(NOBODY, name))
    if (unknown) {
      return fail(reason, unknown.nameOffset, `${path}.${unknown.name}`, 'principalUnknown', {
        found: unknown.name,
        suggestion: closestWord(unknown.name, Object.keys(NOBODY)),
      })
    }
    const read = (name: keyof PolicyPrincipals, pattern: RegExp, fault: PolicyFault, rule: PolicyRule) => {
      const found = member(value, name)
      if (!found) return []
      return readTexts(reason, { value: found, path: `${path}.${name}` }, (item, text) =>
        pattern.test(text) ? text : failAt(fault, item, rule),
      )
    }
    return {
      qcs: read('qcs', QCS_PRINCIPAL, 'InvalidParameter.PrincipalQcsError', 'principalQcs'),
      federated: read(
        'federated',
        FEDERATED_PRINCIPAL,
        'InvalidParameter.PrincipalQcsError',
        'principalFederated',
      ),
      service: read(
        'service',
        SERVICE_PRINCIPAL,
        'InvalidParameter.PrincipalServiceNotExist',
        'principalService',
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
