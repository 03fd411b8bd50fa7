/** What the editor of policies shows, and what it says of a policy. */
import type { ConditionComparison } from '../../server/domain/policy-document.js'
import type { DraftObstacle } from '../../server/domain/policy-draft.js'
import { texts } from '../i18n/index.js'
import type { PageContext } from '../page-context.js'
import type { FieldError, FieldErrors } from './form.js'

/** A condition as the form has it; the values stand one on a line. */
export interface ConditionFields {
  readonly quantifier: '' | 'any' | 'all'
  readonly comparison: ConditionComparison
  readonly ifExist: boolean
  readonly key: string
  readonly values: string
}

/** A statement as the form has it; actions and resources stand one on a line. */
export interface StatementFields {
  readonly effect: 'allow' | 'deny'
  readonly actions: string
  readonly resources: string
  readonly conditions: readonly ConditionFields[]
  /** What was searched for among the actions, and found. */
  readonly search: string
  readonly matches?: { readonly actions: readonly string[]; readonly total: number }
}

/** Something said of a policy: where it stands in the form, and in the JSON. */
export interface PolicyRemark extends FieldError {
  readonly kind: 'fault' | 'warning'
  /** From 1; absent where the generator is shown. */
  readonly line?: number
  readonly column?: number
}

/** What the editor shows. */
export interface PolicyEditorState {
  readonly mode: 'visual' | 'json'
  /** In the generator: the text it began with, which stays as it is while the generator says the same. */
  readonly document: string
  readonly statements: readonly StatementFields[]
  readonly mayAddStatement: boolean
  readonly mayAddCondition: boolean
  readonly remarks: readonly PolicyRemark[]
  /** Whether somebody asked for the remarks: then the report is shown, even if all is well. */
  readonly isReported: boolean
  /** Why the generator that was asked for is not shown. */
  readonly obstacle?: DraftObstacle
  /** Line of the document that the first fault stands on, cut so that the mark below it can be seen. */
  readonly excerpt?: { readonly line: number; readonly column: number; readonly text: string }
  /** Services that the generator suggests. */
  readonly services: readonly string[]
  /** Id of what was just added or is looked at: script leads there. */
  readonly focus?: string
}

/** The faults of a policy as errors of its form. */
export const policyErrors = ({ remarks }: PolicyEditorState): FieldErrors =>
  remarks.filter(({ kind }) => kind === 'fault')

const countOf = (remarks: readonly PolicyRemark[], wanted: PolicyRemark['kind']): number =>
  remarks.filter(({ kind }) => kind === wanted).length

export const reportTone = (remarks: readonly PolicyRemark[]): 'bad' | 'warning' | 'good' =>
  countOf(remarks, 'fault') > 0 ? 'bad' : remarks.length > 0 ? 'warning' : 'good'

/** All of the remarks in one sentence. */
export function reportTitle(page: Pick<PageContext, 'language'>, remarks: readonly PolicyRemark[]): string {
  const words = texts(page.language).policyEditor
  switch (reportTone(remarks)) {
    case 'bad':
      return words.faults(countOf(remarks, 'fault'))
    case 'warning':
      return words.warnings(remarks.length)
    case 'good':
      return words.good
  }
}
