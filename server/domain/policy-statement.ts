/**
 * Policies taken apart for quick decisions. Statements are found by the service and the operation that are asked for;
 * then only texts are compared. What runs for each decision makes no lists and no functions of its own.
 */
import { compileCondition, type CompiledCondition } from './policy-condition.js'
import {
  REGION_ALIASES,
  splitResourceName,
  type PolicyDocument,
  type PolicyPrincipals,
  type PolicyStatement,
} from './policy-document.js'
import { compilePattern, type Surroundings } from './policy-text.js'
import { matchesPattern, textPattern, type TextPattern } from './text-pattern.js'

/** One thing a request touches. A list holds several names of the same thing (a role by name and by id). */
export type RequestedResource = string | readonly string[]

/** A statement by the name of its policy; statements count from 1. */
export interface StatementReference {
  readonly policy: string
  readonly statement: number
}

/** A policy ready to be asked, under the name by which a decision speaks of it. */
export interface CompiledPolicy {
  readonly name: string
  readonly statements: readonly CompiledStatement[]
  readonly deny: StatementIndex
  readonly allow: StatementIndex
}

export interface CompiledStatement {
  readonly effect: 'allow' | 'deny'
  readonly reference: StatementReference
  readonly actions: readonly ActionPattern[]
  /** Names everything: also requests that are on no resource. */
  readonly everyResource: boolean
  readonly resources: readonly ResourceTest[]
  readonly principals: PolicyPrincipals
  readonly conditions: readonly CompiledCondition[]
}

/** Statements by the service they speak of. */
interface StatementIndex {
  readonly byService: ReadonlyMap<string, ServiceIndex>
  /** Those for services that no statement names. */
  readonly others: ServiceIndex
}

/** Statements about one service, in their order, by the operation they speak of. */
interface ServiceIndex {
  /** For each operation that a statement names without an asterisk: all that speak of it, also by a pattern. */
  readonly named: ReadonlyMap<string, readonly CompiledStatement[]>
  /** Those that may speak of other operations, too. */
  readonly open: readonly OpenStatement[]
}

interface OpenStatement {
  readonly statement: CompiledStatement
  /** Of the operations that it speaks of. */
  readonly patterns: readonly TextPattern[]
}

/** Compiles a document once; `name` is what decisions call it. */
export function compilePolicy(name: string, document: PolicyDocument): CompiledPolicy {
  const statements = document.statements.map((statement, index) =>
    compileStatement(statement, { policy: name, statement: index + 1 }),
  )
  return {
    name,
    statements,
    deny: indexOf(statements.filter(({ effect }) => effect === 'deny')),
    allow: indexOf(statements.filter(({ effect }) => effect === 'allow')),
  }
}

const compileStatement = (statement: PolicyStatement, reference: StatementReference): CompiledStatement => ({
  effect: statement.effect,
  reference,
  actions: statement.actions.flatMap((action) => actionPattern(action) ?? []),
  everyResource: statement.resources.includes('*'),
  resources: statement.resources.flatMap((resource) => compileResource(resource) ?? []),
  principals: statement.principals,
  conditions: statement.conditions.map(compileCondition),
})

function indexOf(statements: readonly CompiledStatement[]): StatementIndex {
  const named = new Set(statements.flatMap(({ actions }) => actions.map(({ service }) => service)))
  named.delete('*')
  return {
    byService: new Map([...named].map((service) => [service, serviceIndexOf(statements, service)])),
    others: serviceIndexOf(statements, '*'),
  }
}

function serviceIndexOf(statements: readonly CompiledStatement[], service: string): ServiceIndex {
  const concerning = statements.flatMap((statement) => {
    const actions = statement.actions.filter((action) => action.service === '*' || action.service === service)
    return actions.length === 0 ? [] : [{ statement, patterns: actions.map(({ operation }) => operation) }]
  })
  const operations = new Set(
    concerning.flatMap(({ patterns }) =>
      patterns.flatMap(({ first, last }) => (last === undefined ? [first] : [])),
    ),
  )
  return {
    named: new Map(
      [...operations].map((operation) => [
        operation,
        concerning
          .filter(({ patterns }) => matchesAny(patterns, operation))
          .map(({ statement }) => statement),
      ]),
    ),
    open: concerning.flatMap(({ statement, patterns }) => {
      const open = patterns.filter(({ last }) => last !== undefined)
      return open.length === 0 ? [] : [{ statement, patterns: open }]
    }),
  }
}

function matchesAny(patterns: readonly TextPattern[], text: string): boolean {
  for (const pattern of patterns) if (matchesPattern(pattern, text)) return true
  return false
}

// ---- actions

export interface ActionPattern {
  /** `*` for all services. */
  readonly service: string
  readonly operation: TextPattern
}

/** An action as a request names it. */
export interface AskedAction {
  readonly service: string
  readonly operation: string
}

/** Actions are compared without regard to case, and `name/` in front says nothing. */
function normaliseAction(action: string): string {
  const lower = action.toLowerCase()
  return lower.startsWith('name/') ? lower.slice('name/'.length) : lower
}

export function askedAction(action: string): AskedAction {
  const asked = normaliseAction(action)
  const colon = asked.indexOf(':')
  return { service: asked.slice(0, colon), operation: asked.slice(colon + 1) }
}

/** An action of a policy. Undefined for a feature set, which names no operation. */
export function actionPattern(action: string): ActionPattern | undefined {
  const wanted = normaliseAction(action)
  if (wanted === '*') return { service: '*', operation: textPattern('*') }
  if (wanted.startsWith('permid/')) return undefined
  const [service = '', operation = ''] = wanted.split(':')
  return { service, operation: textPattern(operation) }
}

export const matchesAction = ({ actions }: CompiledStatement, asked: AskedAction): boolean =>
  actions.some(
    ({ service, operation }) =>
      (service === '*' || service === asked.service) && matchesPattern(operation, asked.operation),
  )

/** The statements of the index that speak of the action, in their order. */
export function statementsOn(
  index: StatementIndex,
  { service, operation }: AskedAction,
): readonly CompiledStatement[] {
  const { named, open } = index.byService.get(service) ?? index.others
  return (
    named.get(operation) ??
    open.filter(({ patterns }) => matchesAny(patterns, operation)).map(({ statement }) => statement)
  )
}

/** The first statement of the index that meets the request. */
export function firstMatch(index: StatementIndex, request: AskedResource): CompiledStatement | undefined {
  const { service, operation } = request.action
  const { named, open } = index.byService.get(service) ?? index.others
  const statements = named.get(operation)
  if (statements) {
    for (const statement of statements) if (isMet(statement, request)) return statement
    return undefined
  }
  for (const { statement, patterns } of open) {
    if (matchesAny(patterns, operation) && isMet(statement, request)) return statement
  }
  return undefined
}

const isMet = (statement: CompiledStatement, request: AskedResource): boolean =>
  matchesResource(statement, request) && meetsConditions(statement, request.surroundings)

// ---- resources

/** One resource of a request, ready to be compared. */
export interface AskedResource {
  readonly action: AskedAction
  readonly surroundings: Surroundings
  /** What the decision calls it. */
  readonly label: string
  /** The request is on everything (`*`): only a statement on `*` matches. */
  readonly everything: boolean
  /** The names of the thing that have six segments. */
  readonly names: readonly ResourceSegments[]
  /** The caller's account in the spelling of all names here. */
  readonly ownAccount: string
}

interface ResourceSegments {
  readonly service: string
  readonly region: string
  readonly account: string
  readonly resource: string
}

type ResourceTest = (asked: AskedResource) => boolean

const normaliseRegion = (region: string): string => REGION_ALIASES.get(region) ?? region

/** One spelling for one account: empty, and `uid/` with the App id of the own account, become its `uin/`. */
function normaliseAccount(account: string, { account: own }: Surroundings, ownAccount: string): string {
  if (account === '') return ownAccount
  return own.appId !== undefined && account === `uid/${own.appId}` ? ownAccount : account
}

export function askedResource(
  action: AskedAction,
  resource: RequestedResource,
  surroundings: Surroundings,
): AskedResource {
  const texts = typeof resource === 'string' ? [resource] : resource
  const ownAccount = `uin/${surroundings.account.uin}`
  return {
    action,
    surroundings,
    label: texts[0] ?? '*',
    everything: texts.length === 0 || texts.includes('*'),
    names: texts.flatMap((text) => {
      const name = splitResourceName(text)
      if (!name) return []
      const account = normaliseAccount(name.account, surroundings, ownAccount)
      return [
        { service: name.service, region: normaliseRegion(name.region), account, resource: name.resource },
      ]
    }),
    ownAccount,
  }
}

/** Undefined for what names no resource: the document's check has made sure that this is `*` alone. */
function compileResource(text: string): ResourceTest | undefined {
  const wanted = splitResourceName(text)
  if (!wanted) return undefined
  const region = normaliseRegion(wanted.region)
  const anyService = wanted.service === '' || wanted.service === '*'
  const anyRegion = region === '' || region === '*'
  const anyAccount = wanted.account === '*'
  const resource = compilePattern(wanted.resource)
  return ({ names, surroundings, ownAccount }) => {
    const pattern = resource.variable ? resource.variable(surroundings) : resource.fixed
    if (!pattern) return false
    for (const name of names) {
      if (
        (anyService || name.service === wanted.service) &&
        (anyRegion || name.region === region) &&
        matchesPattern(pattern, name.resource) &&
        (anyAccount || name.account === normaliseAccount(wanted.account, surroundings, ownAccount))
      )
        return true
    }
    return false
  }
}

export function matchesResource(statement: CompiledStatement, asked: AskedResource): boolean {
  if (statement.everyResource) return true
  if (asked.everything) return false
  for (const test of statement.resources) if (test(asked)) return true
  return false
}

export function meetsConditions(
  { conditions }: Pick<CompiledStatement, 'conditions'>,
  surroundings: Surroundings,
): boolean {
  for (const test of conditions) if (!test(surroundings)) return false
  return true
}
