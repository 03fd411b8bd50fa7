/** The editor of policies as a form sends it: its fields read, and changed by its buttons. Nothing entered is lost. */
import type { ConditionFields, PolicyEditorState, StatementFields } from '../../views/parts/policy-state.js'
import { CONDITION_COMPARISONS } from '../domain/policy-document.js'
import {
  EMPTY_STATEMENT,
  MAXIMUM_DRAFT_CONDITIONS,
  MAXIMUM_DRAFT_STATEMENTS,
  type PolicyDraft,
} from '../domain/policy-draft.js'

/** The fields of a form, as far as the editor reads them. */
export interface PolicyFields {
  raw(name: string): string
  text(name: string): string
  list(name: string): readonly string[]
}

/** What the form has: the JSON, or the statements of the generator beside the JSON they began with. */
export interface PolicyForm {
  readonly mode: 'visual' | 'json'
  readonly document: string
  readonly statements: readonly StatementFields[]
}

/** The texts that stand on lines of their own. */
const linesOf = (text: string): readonly string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')

const uniqueLines = (...lines: readonly string[]): string => [...new Set(lines)].join('\n')

export function readPolicyForm(fields: PolicyFields): PolicyForm {
  const document = textIn(fields, 'document')
  if (fields.text('policyMode') !== 'visual') return { mode: 'json', document, statements: [] }
  const count = Math.min(countIn(fields, 'statements'), MAXIMUM_DRAFT_STATEMENTS)
  const statements = Array.from({ length: count }, (_, index) => readStatement(fields, `s${index}.`))
  return { mode: 'visual', document, statements }
}

/** Browsers send line ends as two characters. */
const textIn = (fields: PolicyFields, name: string): string => fields.raw(name).replaceAll('\r\n', '\n')

function countIn(fields: PolicyFields, name: string): number {
  const text = fields.text(name)
  return /^\d{1,3}$/.test(text) ? Number(text) : 0
}

function readStatement(fields: PolicyFields, prefix: string): StatementFields {
  const found = fields.list(`${prefix}found`)
  const named = resourceIn(fields, `${prefix}new.`)
  const actions = textIn(fields, `${prefix}actions`)
  const resources = textIn(fields, `${prefix}resources`)
  const conditions = Math.min(countIn(fields, `${prefix}conditions`), MAXIMUM_DRAFT_CONDITIONS)
  return {
    effect: fields.text(`${prefix}effect`) === 'deny' ? 'deny' : 'allow',
    // What was ticked or named counts, whichever button was pressed.
    actions: found.length === 0 ? actions : uniqueLines(...linesOf(actions), ...found),
    resources:
      named === undefined
        ? resources
        : uniqueLines(...linesOf(resources).filter((line) => line !== '*'), named),
    conditions: Array.from({ length: conditions }, (_, index) =>
      readCondition(fields, `${prefix}c${index}.`),
    ),
    search: fields.text(`${prefix}search`),
  }
}

/** The resource that was named by its segments; undefined when its last one is empty, without which it is none. */
function resourceIn(fields: PolicyFields, prefix: string): string | undefined {
  const [service, region, account, resource] = ['service', 'region', 'account', 'resource'].map((part) =>
    fields.text(`${prefix}${part}`),
  )
  return resource === '' ? undefined : `qcs::${service}:${region}:${account}:${resource}`
}

function readCondition(fields: PolicyFields, prefix: string): ConditionFields {
  const quantifier = fields.text(`${prefix}quantifier`)
  const comparison = fields.text(`${prefix}comparison`)
  return {
    quantifier: quantifier === 'any' || quantifier === 'all' ? quantifier : '',
    comparison: CONDITION_COMPARISONS.find((each) => each === comparison) ?? 'string_equal',
    ifExist: fields.text(`${prefix}ifExist`) !== '',
    key: fields.text(`${prefix}key`),
    values: textIn(fields, `${prefix}values`),
  }
}

/** A statement of a draft as the form has it. */
export const fieldsOf = ({
  effect,
  actions,
  resources,
  conditions,
}: PolicyDraft[number]): StatementFields => ({
  effect,
  actions: actions.join('\n'),
  resources: resources.join('\n'),
  conditions: conditions.map(({ values, ...condition }) => ({ ...condition, values: values.join('\n') })),
  search: '',
})

/** The statements of the form as a draft. */
export const draftOf = ({ statements }: PolicyForm): PolicyDraft =>
  statements.map(({ effect, actions, resources, conditions }) => ({
    effect,
    actions: linesOf(actions),
    resources: linesOf(resources),
    conditions: conditions.map(({ values, ...condition }) => ({ ...condition, values: linesOf(values) })),
  }))

// ---- the buttons

const EMPTY_CONDITION: ConditionFields = {
  quantifier: '',
  comparison: 'string_equal',
  ifExist: false,
  key: '',
  values: '',
}

/** The statements after a button that adds or takes away; the same ones after any other. */
export function changed(
  statements: readonly StatementFields[],
  act: string,
  first: number,
  second: number,
): readonly StatementFields[] {
  const withConditions = (
    change: (conditions: readonly ConditionFields[]) => readonly ConditionFields[],
  ): readonly StatementFields[] =>
    statements.map((statement, index) =>
      index === first ? { ...statement, conditions: change(statement.conditions) } : statement,
    )
  switch (act) {
    case 'addStatement':
      return statements.length < MAXIMUM_DRAFT_STATEMENTS
        ? [...statements, fieldsOf(EMPTY_STATEMENT)]
        : statements
    case 'removeStatement':
      return statements.length > 1 ? statements.filter((_, index) => index !== first) : statements
    case 'addCondition':
      return withConditions((conditions) =>
        conditions.length < MAXIMUM_DRAFT_CONDITIONS ? [...conditions, EMPTY_CONDITION] : conditions,
      )
    case 'removeCondition':
      return withConditions((conditions) => conditions.filter((_, index) => index !== second))
    default:
      return statements
  }
}

/** Where to go on after a button: what it added, or what stands where something was taken away. */
export function focusAfter(
  act: string,
  first: number,
  statements: readonly StatementFields[],
): Pick<PolicyEditorState, 'focus'> {
  const conditions = statements[first]?.conditions.length ?? 0
  switch (act) {
    case 'addStatement':
      return { focus: `statement-${statements.length - 1}` }
    case 'removeStatement':
      return { focus: `statement-${Math.max(0, first - 1)}` }
    case 'addCondition':
      return { focus: `condition-${first}-${conditions - 1}` }
    case 'removeCondition':
      return { focus: `statement-${first}` }
    case 'addFound':
      return { focus: `field-s${first}.actions` }
    case 'addResource':
      return { focus: `field-s${first}.resources` }
    default:
      return {}
  }
}
