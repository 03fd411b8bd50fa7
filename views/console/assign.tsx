/**
 * Configuring access in four steps: accounts, users and groups, permission configurations, review. Each step is a form
 * that carries what the others chose, so nothing is kept on the server before it is submitted.
 */
import type { ComponentChildren } from 'preact'
import { Card } from '../parts/card.js'
import { Button, ErrorSummary, Form, FormActions, TextField, type FieldErrors } from '../parts/form.js'
import { Notice } from '../parts/notice.js'
import { commonTexts, ConsoleFrame, consoleTexts, type ConsolePage } from './frame.js'

/** Something that can be chosen, by its id. */
export interface Choosable {
  readonly id: string
  readonly name: string
  /** A second line. */
  readonly detail?: string
}

/** What has been chosen so far, with names. */
export interface AssignmentDraft {
  readonly accounts: readonly Choosable[]
  readonly principals: readonly Choosable[]
  readonly configurations: readonly Choosable[]
}

export type AssignStep = 'accounts' | 'principals' | 'configurations' | 'review'

const FIELDS = {
  accounts: 'account',
  principals: 'principal',
  configurations: 'configuration',
} as const satisfies Record<Exclude<AssignStep, 'review'>, string>

interface AssignFrameProps {
  readonly page: ConsolePage
  readonly step: AssignStep
  readonly children: ComponentChildren
}

function AssignFrame({ page, step, children }: AssignFrameProps) {
  const words = consoleTexts(page).assign
  const steps: readonly (readonly [AssignStep, string])[] = [
    ['accounts', words.stepAccounts],
    ['principals', words.stepPrincipals],
    ['configurations', words.stepConfigurations],
    ['review', words.stepReview],
  ]
  const current = steps.findIndex(([name]) => name === step)
  return (
    <ConsoleFrame
      page={page}
      section="accounts"
      title={words.title}
      crumbs={[{ label: consoleTexts(page).accounts.title, href: '/admin/accounts' }]}
    >
      <ol class="wizard" aria-label={words.progress}>
        {steps.map(([name, label], index) => (
          <li
            key={name}
            class={index < current ? 'step-done' : undefined}
            aria-current={index === current ? 'step' : undefined}
          >
            {label}
          </li>
        ))}
      </ol>
      {children}
    </ConsoleFrame>
  )
}

/** The choices of the other steps, carried along. */
function Carried({
  draft,
  except,
}: {
  readonly draft: AssignmentDraft
  readonly except?: keyof AssignmentDraft
}) {
  return (
    <>
      {(['accounts', 'principals', 'configurations'] as const)
        .filter((part) => part !== except)
        .flatMap((part) =>
          draft[part].map((choice) => (
            <input key={`${part} ${choice.id}`} type="hidden" name={FIELDS[part]} value={choice.id} />
          )),
        )}
    </>
  )
}

/** Matches of the search under one heading. */
export interface ChoiceGroup {
  readonly heading?: string
  readonly matches: readonly Choosable[]
  readonly total: number
}

export interface PickPageProps {
  readonly page: ConsolePage
  readonly step: Exclude<AssignStep, 'review'>
  readonly draft: AssignmentDraft
  readonly groups: readonly ChoiceGroup[]
  readonly search: string
  readonly errors?: FieldErrors
}

export function PickPage({ page, step, draft, groups, search, errors }: PickPageProps) {
  const common = commonTexts(page)
  const words = consoleTexts(page).assign
  const lead = {
    accounts: words.pickAccounts,
    principals: words.pickPrincipals,
    configurations: words.pickConfigurations,
  }[step]
  const searchLabel = {
    accounts: words.searchAccounts,
    principals: words.searchPrincipals,
    configurations: words.searchConfigurations,
  }[step]
  const stepLabel = {
    accounts: words.stepAccounts,
    principals: words.stepPrincipals,
    configurations: words.stepConfigurations,
  }[step]
  const chosen = draft[step]
  const chosenIds = new Set(chosen.map(({ id }) => id))
  const nothing = groups.every(({ matches }) => matches.length === 0)
  return (
    <AssignFrame page={page} step={step}>
      <Card lead={lead}>
        <Form page={page} action={`/admin/assignments/${step}`} class="form form-wide" label={lead}>
          <ErrorSummary page={page} errors={errors} />
          <Carried draft={draft} except={step} />
          {/* The first submit button is what the enter key presses. */}
          <div class="filters">
            <TextField
              page={page}
              name="search"
              label={searchLabel}
              type="search"
              value={search}
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
                <Choice key={choice.id} name={FIELDS[step]} choice={choice} checked />
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
                <legend>{group.heading ?? stepLabel}</legend>
                <div class="picklist">
                  {group.open.map((choice) => (
                    <Choice key={choice.id} name={FIELDS[step]} choice={choice} />
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
            {step !== 'accounts' && (
              <Button name="act" value="back">
                {common.back}
              </Button>
            )}
            <a href="/admin/accounts">{common.cancel}</a>
          </FormActions>
        </Form>
      </Card>
    </AssignFrame>
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

export interface ReviewPageProps {
  readonly page: ConsolePage
  readonly draft: AssignmentDraft
  /** Configurations without any policy: they give nothing. */
  readonly emptyConfigurations: readonly string[]
  readonly submissionToken: string
  readonly errors?: FieldErrors
}

export function ReviewPage({ page, draft, emptyConfigurations, submissionToken, errors }: ReviewPageProps) {
  const common = commonTexts(page)
  const words = consoleTexts(page).assign
  const count = draft.accounts.length * draft.principals.length * draft.configurations.length
  const part = (title: string, choices: readonly Choosable[]) => (
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
  return (
    <AssignFrame page={page} step="review">
      <p>{words.review}</p>
      {emptyConfigurations.length > 0 && (
        <Notice page={page} kind="warning">
          {words.emptyConfigurations(emptyConfigurations.join(', '))}
        </Notice>
      )}
      <div class="columns columns-narrow">
        {part(words.stepAccounts, draft.accounts)}
        {part(words.stepPrincipals, draft.principals)}
        {part(words.stepConfigurations, draft.configurations)}
      </div>
      <Card>
        <Form
          page={page}
          action="/admin/assignments"
          submissionToken={submissionToken}
          label={words.stepReview}
        >
          <ErrorSummary page={page} errors={errors} />
          <Carried draft={draft} />
          <p>{words.combinations(count)}</p>
          <FormActions>
            <Button kind="primary" name="act" value="submit">
              {words.submit}
            </Button>
            <Button name="act" value="back">
              {words.change}
            </Button>
            <a href="/admin/accounts">{common.cancel}</a>
          </FormActions>
        </Form>
      </Card>
    </AssignFrame>
  )
}
