/**
 * The editor of a policy: the generator or the JSON, with what is said of either. A part of a form; complete without
 * script, where each button sends the form and gets it back with nothing lost.
 */
import { texts } from '../i18n/index.js'
import type { PageContext } from '../page-context.js'
import { Button, fieldId, TextArea } from './form.js'
import { Notice } from './notice.js'
import { policyErrors, reportTitle, reportTone, type PolicyEditorState } from './policy-state.js'
import { PolicyStatements } from './policy-statements.js'

const EXAMPLE = `{
  "version": "2.0",
  "statement": [
    {
      "effect": "allow",
      "action": ["cvm:Describe*"],
      "resource": "*"
    }
  ]
}`

export interface PolicyEditorProps {
  readonly page: PageContext
  readonly state: PolicyEditorState
  /** Where script asks what is wrong with the policy as it stands. */
  readonly checkAction: string
}

export function PolicyEditor({ page, state, checkAction }: PolicyEditorProps) {
  const words = texts(page.language).policyEditor
  const isVisual = state.mode === 'visual'
  return (
    <div
      class="policy-editor"
      data-policy-editor={state.mode}
      data-policy-check={checkAction}
      data-policy-focus={state.focus}
    >
      <input type="hidden" name="policyMode" value={state.mode} />
      {/* The first submit button is what the enter key presses: it changes nothing. */}
      <div class="button-row" role="group" aria-label={words.modes}>
        <Button small name="policyAct" value="check" formNoValidate>
          {words.check}
        </Button>
        <Button small name="policyAct" value={isVisual ? 'json' : 'visual'} formNoValidate>
          {isVisual ? words.toJson : words.toVisual}
        </Button>
      </div>
      {state.obstacle && (
        <Notice page={page} kind="warning">
          {words.obstacles[state.obstacle]}
        </Notice>
      )}
      <PolicyReport page={page} state={state} />
      {isVisual ? (
        <PolicyStatements page={page} state={state} />
      ) : (
        <>
          <TextArea
            page={page}
            name="document"
            label={words.jsonLabel}
            hint={words.jsonHint}
            value={state.document}
            errors={policyErrors(state)}
            rows={18}
            code
          />
          <details class="more">
            <summary>{words.example}</summary>
            <pre tabIndex={0}>{EXAMPLE}</pre>
          </details>
        </>
      )}
    </div>
  )
}

/** What is wrong and what to mind. Script says it anew while somebody writes, so it is announced when it changes. */
function PolicyReport({ page, state }: { readonly page: PageContext; readonly state: PolicyEditorState }) {
  const { remarks, excerpt } = state
  return (
    <div class="policy-report" data-policy-report role="status">
      {state.isReported && (
        <>
          <p class={`policy-report-title policy-report-${reportTone(remarks)}`}>
            {reportTitle(page, remarks)}
          </p>
          {remarks.length > 0 && (
            <ul>
              {remarks.map(({ kind, field, message }, index) => (
                <li key={index} class={`policy-${kind}`}>
                  {field === undefined ? message : <a href={`#${fieldId(field)}`}>{message}</a>}
                </li>
              ))}
            </ul>
          )}
        </>
      )}
      {excerpt && (
        <pre class="fault" tabIndex={0}>
          {`${excerpt.line}: ${excerpt.text}\n${' '.repeat(`${excerpt.line}: `.length + excerpt.column - 1)}^`}
        </pre>
      )}
    </div>
  )
}
