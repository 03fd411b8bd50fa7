/** The generator of policies: a group of fields for each statement, and for each of its conditions. */
import { texts } from '../i18n/index.js'
import type { PageContext } from '../page-context.js'
import { Button, CheckboxField, fieldId, RadioField, SelectField, TextArea, TextField } from './form.js'
import {
  policyErrors,
  type ConditionFields,
  type PolicyEditorState,
  type StatementFields,
} from './policy-state.js'

const SERVICES = 'policy-services'
const KEYS = 'policy-keys'
/** Condition keys that every service knows. */
const COMMON_KEYS = [
  'qcs:ip',
  'qcs:current_time',
  'qcs:uin',
  'qcs:owner_uin',
  'qcs:mfa',
  'qcs:resource_tag',
  'qcs:request_tag',
  'qcs:tag',
  'qcs:create_uin',
]

interface PartProps {
  readonly page: PageContext
  readonly state: PolicyEditorState
}

export function PolicyStatements({ page, state }: PartProps) {
  const words = texts(page.language).policyEditor
  return (
    <>
      <input type="hidden" name="document" value={state.document} />
      <input type="hidden" name="statements" value={String(state.statements.length)} />
      <Suggestions id={SERVICES} values={state.services} />
      <Suggestions id={KEYS} values={COMMON_KEYS} />
      {state.statements.map((statement, index) => (
        <Statement key={index} page={page} state={state} statement={statement} index={index} />
      ))}
      {state.mayAddStatement && (
        <Button name="policyAct" value="addStatement" formNoValidate>
          {words.addStatement}
        </Button>
      )}
    </>
  )
}

function Suggestions({ id, values }: { readonly id: string; readonly values: readonly string[] }) {
  return (
    <datalist id={id}>
      {values.map((value) => (
        <option key={value} value={value} />
      ))}
    </datalist>
  )
}

interface StatementProps extends PartProps {
  readonly statement: StatementFields
  readonly index: number
}

function Statement({ page, state, statement, index }: StatementProps) {
  const words = texts(page.language).policyEditor
  const errors = policyErrors(state)
  const name = (part: string): string => `s${index}.${part}`
  const title = words.statement(index + 1)
  return (
    <fieldset class="policy-statement" id={`statement-${index}`} tabIndex={-1}>
      <legend>{title}</legend>
      <RadioField
        page={page}
        name={name('effect')}
        label={words.effect}
        value={statement.effect}
        choices={[
          { value: 'allow', label: words.allow },
          { value: 'deny', label: words.deny, hint: words.denyHint },
        ]}
      />
      <TextArea
        page={page}
        name={name('actions')}
        label={words.actions}
        hint={words.actionsHint}
        value={statement.actions}
        errors={errors}
        rows={linesFor(statement.actions)}
        code
      />
      <ActionSearch page={page} state={state} statement={statement} index={index} />
      <TextArea
        page={page}
        name={name('resources')}
        label={words.resources}
        hint={words.resourcesHint}
        value={statement.resources}
        errors={errors}
        rows={linesFor(statement.resources)}
        code
      />
      <ResourceHelper page={page} state={state} statement={statement} index={index} />
      <input type="hidden" name={name('conditions')} value={String(statement.conditions.length)} />
      {statement.conditions.length > 0 && <p class="field-hint">{words.conditionsHint}</p>}
      {statement.conditions.map((condition, place) => (
        <Condition
          key={place}
          page={page}
          state={state}
          condition={condition}
          statement={index}
          index={place}
        />
      ))}
      <div class="button-row">
        {state.mayAddCondition && (
          <Button
            small
            name="policyAct"
            value={`addCondition:${index}`}
            label={`${words.addCondition}: ${title}`}
            formNoValidate
          >
            {words.addCondition}
          </Button>
        )}
        {state.statements.length > 1 && (
          <Button
            small
            name="policyAct"
            value={`removeStatement:${index}`}
            label={`${words.removeStatement}: ${title}`}
            formNoValidate
          >
            {words.removeStatement}
          </Button>
        )}
      </div>
    </fieldset>
  )
}

/** As many lines as there are, within reason. */
const linesFor = (text: string): number => Math.min(Math.max(text.split('\n').length + 1, 2), 12)

function ActionSearch({ page, statement, index }: StatementProps) {
  const words = texts(page.language).policyEditor
  const { search, matches } = statement
  const title = words.statement(index + 1)
  return (
    <details class="more" open={matches !== undefined}>
      <summary>
        {words.findActions}
        <span class="visually-hidden">: {title}</span>
      </summary>
      <div class="stack">
        <div class="filters">
          <TextField
            page={page}
            name={`s${index}.search`}
            label={words.findLabel}
            type="search"
            value={search}
            maxLength={128}
            required={false}
          />
          <div class="filters-actions">
            <Button
              name="policyAct"
              value={`find:${index}`}
              label={`${words.findButton}: ${title}`}
              formNoValidate
            >
              {words.findButton}
            </Button>
          </div>
        </div>
        {matches && matches.total === 0 && <p class="muted">{words.noneFound}</p>}
        {matches && matches.total > 0 && (
          <fieldset>
            <legend>{words.found(matches.actions.length, matches.total)}</legend>
            <div class="picklist">
              {matches.actions.map((action) => {
                const id = fieldId(`s${index}.found.${action}`)
                return (
                  <div class="choice" key={action}>
                    <input type="checkbox" id={id} name={`s${index}.found`} value={action} />
                    <label for={id}>{action}</label>
                  </div>
                )
              })}
            </div>
            <Button small name="policyAct" value={`addFound:${index}`} formNoValidate>
              {words.addFound}
            </Button>
          </fieldset>
        )}
      </div>
    </details>
  )
}

function ResourceHelper({ page, index }: StatementProps) {
  const words = texts(page.language).policyEditor
  const title = words.statement(index + 1)
  const field = (part: 'service' | 'region' | 'account' | 'resource', list?: string) => (
    <TextField
      page={page}
      name={`s${index}.new.${part}`}
      label={words[part]}
      hint={words[`${part}Hint`]}
      maxLength={512}
      required={false}
      list={list}
    />
  )
  return (
    <details class="more">
      <summary>
        {words.nameResource}
        <span class="visually-hidden">: {title}</span>
      </summary>
      <div class="stack">
        <div class="policy-grid">
          {field('service', SERVICES)}
          {field('region')}
          {field('account')}
          {field('resource')}
        </div>
        <Button
          small
          name="policyAct"
          value={`addResource:${index}`}
          label={`${words.addResource}: ${title}`}
          formNoValidate
        >
          {words.addResource}
        </Button>
      </div>
    </details>
  )
}

interface ConditionProps extends PartProps {
  readonly condition: ConditionFields
  readonly statement: number
  readonly index: number
}

function Condition({ page, state, condition, statement, index }: ConditionProps) {
  const words = texts(page.language).policyEditor
  const errors = policyErrors(state)
  const name = (part: string): string => `s${statement}.c${index}.${part}`
  const title = words.condition(index + 1)
  const choicesOf = (labels: Readonly<Record<string, string>>, withValue: boolean) =>
    Object.entries(labels).map(([value, label]) => ({
      value,
      label: withValue ? `${label} (${value})` : label,
    }))
  return (
    <fieldset class="policy-condition" id={`condition-${statement}-${index}`} tabIndex={-1}>
      <legend>{title}</legend>
      <div class="policy-grid">
        <TextField
          page={page}
          name={name('key')}
          label={words.key}
          value={condition.key}
          errors={errors}
          maxLength={200}
          list={KEYS}
        />
        <SelectField
          page={page}
          name={name('comparison')}
          label={words.comparison}
          value={condition.comparison}
          choices={choicesOf(words.comparisons, true)}
        />
        <SelectField
          page={page}
          name={name('quantifier')}
          label={words.quantifier}
          value={condition.quantifier}
          choices={choicesOf(words.quantifiers, false)}
        />
      </div>
      <TextArea
        page={page}
        name={name('values')}
        label={words.values}
        hint={words.valuesHint}
        value={condition.values}
        errors={errors}
        rows={linesFor(condition.values)}
        code
      />
      <CheckboxField page={page} name={name('ifExist')} label={words.ifExist} checked={condition.ifExist} />
      <Button
        small
        name="policyAct"
        value={`removeCondition:${statement}:${index}`}
        label={`${words.removeCondition} ${index + 1}: ${words.statement(statement + 1)}`}
        formNoValidate
      >
        {words.removeCondition}
      </Button>
    </fieldset>
  )
}
