/**
 * The rules of the policy reference written down plainly: every statement of every policy is looked at, and every text
 * becomes a regular expression. Slow, and easy to check by reading: what the product decides is compared with this.
 * Of the condition operators it knows those that stand for a whole family.
 */
import type { PolicyCondition, PolicyStatement } from '../../server/domain/policy-document.js'
import type { AccessRequest } from '../../server/domain/policy-evaluation.js'

export interface NaivePolicy {
  readonly name: string
  readonly statements: readonly PolicyStatement[]
}

export interface NaiveLayers {
  readonly serviceControl?: readonly (readonly NaivePolicy[])[]
  readonly identity: readonly NaivePolicy[]
  readonly boundary?: NaivePolicy
  readonly session?: NaivePolicy
}

const escaped = (text: string): string => text.replace(/[.+?^${}()|[\]\\]/g, '\\$&')
const like = (pattern: string, text: string, flags = ''): boolean =>
  new RegExp(`^${escaped(pattern).replaceAll('*', '.*')}$`, `s${flags}`).test(text)

function actionMatches(wanted: string, asked: string): boolean {
  if (wanted === '*') return true
  const [service = '', operation = ''] = wanted.replace(/^name\//i, '').split(':')
  const [askedService = '', askedOperation = ''] = asked.split(':')
  const sameService = service === '*' || service.toLowerCase() === askedService.toLowerCase()
  return sameService && like(operation, askedOperation, 'i')
}

const REGIONS: Readonly<Record<string, string>> = { gz: 'ap-guangzhou', sh: 'ap-shanghai' }
const region = (text: string): string => REGIONS[text] ?? text

/** Undefined when the caller lacks a variable's value. */
function filled(text: string, request: AccessRequest): string | undefined {
  const values: Readonly<Record<string, string | undefined>> = {
    '${uin}': request.callerUin,
    '${owner_uin}': request.account.uin,
    '${app_id}': request.account.appId,
  }
  const names = text.match(/\$\{(uin|owner_uin|app_id)\}/g) ?? []
  if (names.some((name) => values[name] === undefined)) return undefined
  return names.reduce((before, name) => before.replace(name, values[name] ?? ''), text)
}

function resourceMatches(wanted: string, asked: string, request: AccessRequest): boolean {
  if (wanted === '*') return true
  if (asked === '*') return false
  const account = (text: string) =>
    text === '' || text === `uid/${request.account.appId}` ? `uin/${request.account.uin}` : text
  const [, , service, where = '', owner = '', ...rest] = wanted.split(':')
  const [, , askedService, askedWhere = '', askedOwner = '', ...askedRest] = asked.split(':')
  const pattern = filled(rest.join(':'), request)
  return (
    (service === '' || service === '*' || service === askedService) &&
    (where === '' || where === '*' || region(where) === region(askedWhere)) &&
    (owner === '*' || account(owner) === account(askedOwner)) &&
    pattern !== undefined &&
    like(pattern, askedRest.join(':'))
  )
}

function conditionIsMet(condition: PolicyCondition, request: AccessRequest): boolean {
  const given = request.context[condition.key] ?? []
  const values = (Array.isArray(given) ? given : [given]).map(String)
  const wanted = condition.values.flatMap((text) => filled(text, request) ?? [])
  const one = (value: string): boolean => {
    switch (condition.comparison) {
      case 'string_equal':
        return wanted.includes(value)
      case 'string_not_equal':
        return !wanted.includes(value)
      case 'string_like':
        return wanted.some((pattern) => like(pattern, value))
      case 'numeric_less_than':
        return wanted.some((limit) => Number(value) < Number(limit))
      default:
        throw new Error(`not written down here: ${condition.comparison}`)
    }
  }
  if (condition.comparison === 'null_equal') return condition.values.includes(String(values.length === 0))
  if (values.length === 0) return condition.ifExist
  return condition.quantifier === 'all' ? values.every(one) : values.some(one)
}

/** The decision as a sentence of three words: what, why, and the statement that decided. */
export function decideNaively(layers: NaiveLayers, request: AccessRequest): string {
  const one = (resource: string): string => {
    const matching = (policies: readonly NaivePolicy[], effect: 'allow' | 'deny') =>
      policies.flatMap(({ name, statements }) =>
        statements.flatMap((statement, index) =>
          statement.effect === effect &&
          statement.actions.some((action) => actionMatches(action, request.action)) &&
          statement.resources.some((wanted) => resourceMatches(wanted, resource, request)) &&
          statement.conditions.every((condition) => conditionIsMet(condition, request))
            ? [`${name}#${index + 1}`]
            : [],
        ),
      )[0]
    const pools = [
      ...(layers.serviceControl ?? []).map((level) => ['serviceControl', level] as const),
      ['identity', layers.identity] as const,
      ...(layers.boundary ? [['boundary', [layers.boundary]] as const] : []),
      ...(layers.session ? [['session', [layers.session]] as const] : []),
    ]
    for (const [layer, policies] of pools) {
      const denied = matching(policies, 'deny')
      if (denied !== undefined) return `deny ${layer}Deny ${denied}`
      if (matching(policies, 'allow') === undefined) return `deny ${layer}NoAllow none`
    }
    return `allow identityAllow ${matching(layers.identity, 'allow')}`
  }
  const answers = (request.resources as readonly string[]).map(one)
  return answers.find((answer) => answer.startsWith('deny')) ?? answers[0] ?? ''
}
