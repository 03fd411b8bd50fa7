/**
 * Editing a policy on a page: in the generator or as JSON, with everything that is to be said of it. The doors put the
 * editor on pages of their own and save what `textOf` says.
 */
import { errorText, policyFaultText } from '../../views/i18n/error-text.js'
import { texts, type Language } from '../../views/i18n/index.js'
import type { PolicyEditorState, PolicyRemark } from '../../views/parts/policy-state.js'
import type { ActionCatalogue } from '../domain/action-catalogue.js'
import { checkPolicyDocument, type PolicyCheck, type PolicyKind } from '../domain/policy-document.js'
import {
  draftOfPolicy,
  MAXIMUM_DRAFT_CONDITIONS,
  MAXIMUM_DRAFT_STATEMENTS,
  repeatedConditions,
  textOfDraft,
  type DraftObstacle,
} from '../domain/policy-draft.js'
import type { PolicyFaultError } from '../domain/policy-faults.js'
import { policyWarnings, type PolicyWarning } from '../domain/policy-warnings.js'
import { changed, draftOf, fieldsOf, focusAfter, readPolicyForm, type PolicyForm } from './policy-form.js'

/** Actions that one search shows. */
const MAXIMUM_MATCHES = 30

export interface PolicyEditorDeps {
  readonly catalogue: ActionCatalogue
  readonly kind: PolicyKind
}

export function createPolicyEditing({ catalogue, kind }: PolicyEditorDeps) {
  return {
    /** The editor of a page that is opened: in the generator if it is asked for and can show the text. */
    open(document: string, mode: PolicyForm['mode']): PolicyEditorState {
      const json: PolicyForm = { mode: 'json', document, statements: [] }
      return mode === 'json' ? stateOf(json) : visualOf(json).state
    },

    read: readPolicyForm,

    /** What the button `policyAct` did. An unknown one only shows the form again. */
    act(form: PolicyForm, act: string, language: Language): PolicyEditorState {
      const [name = '', ...places] = act.split(':')
      const [first = -1, second = -1] = places.map((place) => (/^\d{1,3}$/.test(place) ? Number(place) : -1))
      switch (name) {
        case 'json':
          return toJson(form, language)
        case 'visual':
          return toVisual(form, language)
        case 'check':
          return reported(form, language)
        case 'find':
          return stateOf(withMatches(form, first), { focus: `field-s${first}.search` })
        default: {
          const statements = changed(form.statements, name, first, second)
          return stateOf({ ...form, statements }, focusAfter(name, first, statements))
        }
      }
    },

    /** The form with everything that is wrong with it, as a refused policy is shown again. */
    refused: (form: PolicyForm, language: Language): PolicyEditorState => {
      const { remarks, ...shown } = reported(form, language)
      return { ...shown, isReported: false, remarks: remarks.filter((remark) => remark.kind === 'fault') }
    },

    /** What there is to say of the policy as it stands. */
    remarksOn: (form: PolicyForm, language: Language): readonly PolicyRemark[] => remarksOn(form, language),

    /** The policy that the form says; undefined where its statements say something that no policy can. */
    textOf(form: PolicyForm): string | undefined {
      if (form.mode === 'json') return form.document
      const draft = draftOf(form)
      return repeatedConditions(draft).length > 0 ? undefined : textOfDraft(draft, form.document, kind)
    },
  }

  function stateOf(form: PolicyForm, rest: Partial<PolicyEditorState> = {}): PolicyEditorState {
    const conditions = form.statements.flatMap((statement) => statement.conditions).length
    return {
      ...form,
      mayAddStatement: form.statements.length < MAXIMUM_DRAFT_STATEMENTS,
      mayAddCondition: conditions < MAXIMUM_DRAFT_CONDITIONS,
      remarks: [],
      isReported: false,
      services: catalogue.services(),
      ...rest,
    }
  }

  function visualOf(form: PolicyForm): {
    readonly state: PolicyEditorState
    readonly obstacle?: DraftObstacle
  } {
    const read = draftOfPolicy(form.document, kind)
    if ('obstacle' in read) return { state: stateOf(form), obstacle: read.obstacle }
    return { state: stateOf({ ...form, mode: 'visual', statements: read.draft.map(fieldsOf) }) }
  }

  function toVisual(form: PolicyForm, language: Language): PolicyEditorState {
    if (form.mode === 'visual') return stateOf(form)
    const { state, obstacle } = visualOf(form)
    if (!obstacle) return state
    return { ...(obstacle === 'faulty' ? reported(form, language) : state), obstacle }
  }

  function toJson(form: PolicyForm, language: Language): PolicyEditorState {
    const draft = draftOf(form)
    // A text cannot say it: turning to it would lose one of them.
    if (repeatedConditions(draft).length > 0) return reported(form, language)
    const document = form.mode === 'json' ? form.document : textOfDraft(draft, form.document, kind)
    return stateOf({ mode: 'json', document, statements: [] })
  }

  function withMatches(form: PolicyForm, wanted: number): PolicyForm {
    const statements = form.statements.map((statement, index) =>
      index === wanted
        ? { ...statement, matches: catalogue.search(statement.search, MAXIMUM_MATCHES) }
        : statement,
    )
    return { ...form, statements }
  }

  function reported(form: PolicyForm, language: Language): PolicyEditorState {
    const remarks = remarksOn(form, language)
    const place = remarks.find(({ line }) => line !== undefined)
    return stateOf(form, {
      remarks,
      isReported: true,
      ...(place?.line !== undefined && { excerpt: excerptOf(form.document, place.line, place.column ?? 1) }),
    })
  }

  function remarksOn(form: PolicyForm, language: Language): readonly PolicyRemark[] {
    const words = texts(language).policyEditor
    const repeated = repeatedConditions(draftOf(form)).map(({ statement, condition }): PolicyRemark => ({
      kind: 'fault',
      field: `s${statement}.c${condition}.key`,
      message: `${words.statement(statement + 1)}, ${words.condition(condition + 1)}: ${words.repeatedCondition}`,
    }))
    if (repeated.length > 0) return repeated
    const isVisual = form.mode === 'visual'
    const text = isVisual ? textOfDraft(draftOf(form), form.document, kind) : form.document
    const check = checkPolicyDocument(text, kind)
    if (check.faults.length > 0) {
      return check.faults.map((fault) =>
        isVisual ? faultInStatement(form, fault, language) : faultInText(fault, language),
      )
    }
    return warningsOf(check, isVisual, language)
  }

  function warningsOf(
    { document }: PolicyCheck,
    isVisual: boolean,
    language: Language,
  ): readonly PolicyRemark[] {
    const words = texts(language).policyEditor
    const said = ({ kind: warning, action = '', suggestion }: PolicyWarning): string =>
      `${words.warning[warning](action)}${suggestion === undefined ? '' : ` ${words.didYouMean(suggestion)}`}`
    return policyWarnings(document, catalogue).map((warning) => ({
      kind: 'warning',
      field: isVisual ? `s${warning.statement}.actions` : 'document',
      message: `${words.statement(warning.statement + 1)}: ${said(warning)}`,
    }))
  }
}

const faultInText = (fault: PolicyFaultError, language: Language): PolicyRemark => ({
  kind: 'fault',
  field: 'document',
  message: errorText(language, fault),
  line: fault.facts.line,
  column: fault.facts.column,
})

/** The fault by the field that it stands in: lines and columns of a text that nobody sees would say nothing. */
function faultInStatement(form: PolicyForm, fault: PolicyFaultError, language: Language): PolicyRemark {
  const words = texts(language).policyEditor
  const message = policyFaultText(language, fault)
  const { path } = fault.facts
  const place = /^statement\[(\d+)\]\.(action|resource|condition)(?:\[(\d+)\])?(?:\.([^.]+)\.(.*))?/.exec(
    path,
  )
  if (!place) return { kind: 'fault', message }
  const [, number = '', element = '', line, operator = '', key = ''] = place
  const statement = Number(number)
  const of = (field: string, part: string, at?: string): PolicyRemark => ({
    kind: 'fault',
    field: `s${statement}.${field}`,
    message: `${words.inStatement(statement + 1, part, at === undefined ? undefined : Number(at) + 1)}: ${message}`,
  })
  if (element === 'action') return of('actions', words.actions, line)
  if (element === 'resource') return of('resources', words.resources, line)
  const comparison = operator.replace(/^for_(any|all)_value:/, '').replace(/_if_exist$/, '')
  const condition = form.statements[statement]?.conditions.findIndex(
    (each) => each.key === key && each.comparison === comparison,
  )
  if (condition === undefined || condition === -1) return { kind: 'fault', message }
  const isOfKey = fault.facts.problem === 'conditionKey'
  return of(`c${condition}.${isOfKey ? 'key' : 'values'}`, words.condition(condition + 1))
}

/** A line of the text, cut so that the mark below it can be seen. */
function excerptOf(document: string, line: number, column: number): PolicyEditorState['excerpt'] {
  const whole = document.split(/\r\n|\r|\n/)[line - 1] ?? ''
  const start = Math.max(0, column - 80)
  return { line, column: column - start, text: whole.slice(start, start + 160) }
}
