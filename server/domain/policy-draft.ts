/**
 * A policy as the generator shows it: statements of lists. Everything a policy can say has a place there; a text that is
 * no policy, and values that a line cannot hold, have none and stay JSON.
 */
import { checkPolicyDocument, type ConditionComparison, type PolicyKind } from './policy-document.js'

/** One key under one operator. Unlike in a read policy, an operator without a quantifier is told from `for_any_value`. */
export interface ConditionDraft {
  readonly quantifier: '' | 'any' | 'all'
  readonly comparison: ConditionComparison
  readonly ifExist: boolean
  readonly key: string
  readonly values: readonly string[]
}

export interface StatementDraft {
  readonly effect: 'allow' | 'deny'
  readonly actions: readonly string[]
  readonly resources: readonly string[]
  readonly conditions: readonly ConditionDraft[]
}

export type PolicyDraft = readonly StatementDraft[]

/** Why a text stays JSON: it has faults, more statements than one looks through, or values that are not one line each. */
export type DraftObstacle = 'faulty' | 'long' | 'values'

/** Statements, and conditions of all of them together, that the generator shows: as many as a form can carry. */
export const MAXIMUM_DRAFT_STATEMENTS = 40
export const MAXIMUM_DRAFT_CONDITIONS = 150

export const EMPTY_STATEMENT: StatementDraft = {
  effect: 'allow',
  actions: [],
  resources: ['*'],
  conditions: [],
}

/** Whether the text can stand on a line of a field, and come back from it as it was. */
const isLine = (text: string): boolean => text !== '' && text === text.trim() && !/[\p{Cc}\p{Cs}]/u.test(text)

const asList = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [value])

/** The draft of a policy, an empty statement for no text at all, or why there is none. */
export function draftOfPolicy(
  text: string,
  kind: PolicyKind,
): { readonly draft: PolicyDraft } | { readonly obstacle: DraftObstacle } {
  if (text.trim() === '') return { draft: [EMPTY_STATEMENT] }
  const { document, faults } = checkPolicyDocument(text, kind)
  if (faults.length > 0) return { obstacle: 'faulty' }
  const { statements } = document
  if (
    statements.length > MAXIMUM_DRAFT_STATEMENTS ||
    statements.flatMap(({ conditions }) => conditions).length > MAXIMUM_DRAFT_CONDITIONS
  ) {
    return { obstacle: 'long' }
  }
  const quantified = explicitQuantifiers(text)
  const draft = statements.map(({ effect, actions, resources, conditions }, statement) => ({
    effect,
    actions,
    resources,
    conditions: conditions.map(({ quantifier, comparison, ifExist, key, values }, condition) => ({
      quantifier: quantified[statement]?.[condition] === true ? quantifier : ('' as const),
      comparison,
      ifExist,
      key,
      values,
    })),
  }))
  const lines = draft.flatMap(({ actions, resources, conditions }) => [
    ...actions,
    ...resources,
    ...conditions.flatMap(({ key, values }) => [key, ...values]),
  ])
  return lines.every(isLine) ? { draft } : { obstacle: 'values' }
}

/** For each condition in reading order, whether its operator was written with a quantifier. The text has no faults. */
function explicitQuantifiers(text: string): readonly (readonly boolean[])[] {
  const document = JSON.parse(text) as { readonly statement: unknown }
  return asList(document.statement).map((statement) => {
    const { condition = {} } = statement as { readonly condition?: Readonly<Record<string, object>> }
    return Object.entries(condition).flatMap(([operator, keys]) =>
      Object.keys(keys).map(() => operator.startsWith('for_')),
    )
  })
}

const operatorOf = ({ quantifier, comparison, ifExist }: ConditionDraft): string =>
  `${quantifier === '' ? '' : `for_${quantifier}_value:`}${comparison}${ifExist && comparison !== 'null_equal' ? '_if_exist' : ''}`

/** Conditions of a draft that stand twice: the same key under the same operator, which no policy can say. */
export function repeatedConditions(
  draft: PolicyDraft,
): readonly { readonly statement: number; readonly condition: number }[] {
  return draft.flatMap(({ conditions }, statement) => {
    const seen = new Set<string>()
    return conditions.flatMap((each, condition) => {
      const name = `${operatorOf(each)} ${each.key}`
      if (seen.has(name)) return [{ statement, condition }]
      seen.add(name)
      return []
    })
  })
}

/** One value as a text, several as a list: as people write it. */
const textOrList = (values: readonly string[]): string | readonly string[] =>
  values.length === 1 ? (values[0] ?? '') : values

/** The policy that a draft says, as JSON with line breaks. Of conditions that stand twice, the last one counts. */
export function policyOfDraft(draft: PolicyDraft): string {
  const statement = draft.map(({ effect, actions, resources, conditions }) => {
    const blocks = new Map<string, Map<string, string | readonly string[]>>()
    for (const each of conditions) {
      const operator = operatorOf(each)
      const block = blocks.get(operator) ?? new Map<string, string | readonly string[]>()
      blocks.set(operator, block.set(each.key, textOrList(each.values)))
    }
    const condition = [...blocks].map(([operator, keys]) => [operator, Object.fromEntries(keys)] as const)
    return {
      effect,
      action: textOrList(actions),
      resource: textOrList(resources),
      ...(condition.length > 0 && { condition: Object.fromEntries(condition) }),
    }
  })
  return JSON.stringify({ version: '2.0', statement }, undefined, 2)
}

/**
 * The text of a draft that began as `document`: that very text, byte for byte, when the draft still says the same, so that
 * looking at a policy in the generator changes nothing.
 */
export function textOfDraft(draft: PolicyDraft, document: string, kind: PolicyKind): string {
  const before = draftOfPolicy(document, kind)
  const isSame =
    document.trim() !== '' && 'draft' in before && JSON.stringify(before.draft) === JSON.stringify(draft)
  return isSame ? document : policyOfDraft(draft)
}
