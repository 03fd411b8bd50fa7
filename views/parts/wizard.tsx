/** Steps of something that is asked for in several forms, and the step that picks from what is there. */
import type { ComponentChildren } from 'preact'
import { texts } from '../i18n/index.js'
import type { PageContext } from '../page-context.js'
import { Card } from './card.js'
import { Button, ErrorSummary, Form, FormActions, TextField, type FieldErrors } from './form.js'

/** Something that can be chosen, by its id. */
export interface Choosable {
  readonly id: string
  readonly name: string
  /** A second line. */
  readonly detail?: string
}

/** Matches of a search under one heading. */
export interface ChoiceGroup {
  /** Name of the checkboxes, where it is not that of the step. */
  readonly field?: string
  readonly heading?: string
  readonly matches: readonly Choosable[]
  readonly total: number
}

export function WizardSteps<Step extends string>({
  label,
  steps,
  current,
}: {
  readonly label: string
  readonly steps: readonly (readonly [Step, string])[]
  readonly current: Step
}) {
  const place = steps.findIndex(([name]) => name === current)
  return (
    <ol class="wizard" aria-label={label}>
      {steps.map(([name, text], index) => (
        <li
          key={name}
          class={index < place ? 'step-done' : undefined}
          aria-current={index === place ? 'step' : undefined}
        >
          {text}
        </li>
      ))}
    </ol>
  )
}

export interface PickStepProps {
  readonly page: PageContext
  readonly action: string
  /** Name of the checkboxes. */
  readonly field: string
  readonly lead: string
  /** What is picked here; stands over matches without a heading of their own. */
  readonly label: string
  readonly searchLabel: string
  readonly search: string
  readonly chosen: readonly (Choosable & { readonly field?: string })[]
  readonly groups: readonly ChoiceGroup[]
  readonly errors?: FieldErrors
  /** Hidden fields with what the other steps chose. */
  readonly carried: ComponentChildren
  /** Whether there is a step before. */
  readonly hasBack: boolean
  readonly cancelHref: string
}

/** Search, tick, search again: what is ticked is kept. */
export function PickStep({ page, action, field, lead, chosen, groups, errors, ...props }: PickStepProps) {
  const { common, console } = texts(page.language)
  const words = console.assign
  const chosenIds = new Set(chosen.map(({ id }) => id))
  const nothing = groups.every(({ matches }) => matches.length === 0)
  return (
    <Card lead={lead}>
      <Form page={page} action={action} class="form form-wide" label={lead}>
        <ErrorSummary page={page} errors={errors} />
        {props.carried}
        {/* The first submit button is what the enter key presses. */}
        <div class="filters">
          <TextField
            page={page}
            name="search"
            label={props.searchLabel}
            type="search"
            value={props.search}
            maxLength={128}
            required={false}
          />
          <div class="filters-actions">
            <Button name="act" value="search">
              {words.searchButton}
            </Button>
          </div>
        </div>
        {chosen.length > 0 && (
          <fieldset>
            <legend>{words.chosen(chosen.length)}</legend>
            {chosen.map((choice) => (
              <Choice key={choice.id} name={choice.field ?? field} choice={choice} checked />
            ))}
          </fieldset>
        )}
        {nothing && <p class="muted">{words.nothingFound}</p>}
        {groups
          .map((group) => ({
            ...group,
            open: group.matches.filter(({ id }) => !chosenIds.has(id)),
          }))
          .filter(({ open }) => open.length > 0)
          .map((group, index) => (
            <fieldset key={index}>
              <legend>{group.heading ?? props.label}</legend>
              <div class="picklist">
                {group.open.map((choice) => (
                  <Choice key={choice.id} name={group.field ?? field} choice={choice} />
                ))}
              </div>
              {group.total > group.matches.length && (
                <p class="muted small">{words.moreMatches(group.matches.length, group.total)}</p>
              )}
            </fieldset>
          ))}
        <FormActions>
          <Button kind="primary" name="act" value="next">
            {common.continue}
          </Button>
          {props.hasBack && (
            <Button name="act" value="back">
              {common.back}
            </Button>
          )}
          <a href={props.cancelHref}>{common.cancel}</a>
        </FormActions>
      </Form>
    </Card>
  )
}

function Choice({
  name,
  choice,
  checked,
}: {
  readonly name: string
  readonly choice: Choosable
  readonly checked?: boolean
}) {
  const id = `choice-${choice.id}`
  return (
    <div class="choice">
      <input type="checkbox" id={id} name={name} value={choice.id} checked={checked} />
      <label for={id}>
        {choice.name}
        {choice.detail !== undefined && <span class="muted small"> {choice.detail}</span>}
      </label>
    </div>
  )
}

/** What was chosen in one step, for the review. */
export function ChosenList({
  title,
  choices,
}: {
  readonly title: string
  readonly choices: readonly Choosable[]
}) {
  return (
    <Card title={`${title} (${choices.length})`}>
      <ul class="list">
        {choices.map((choice) => (
          <li key={choice.id}>
            {choice.name}
            {choice.detail !== undefined && <span class="muted small"> {choice.detail}</span>}
          </li>
        ))}
      </ul>
    </Card>
  )
}
