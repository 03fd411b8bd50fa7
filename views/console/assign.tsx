/**
 * Configuring access in four steps: accounts, users and groups, permission configurations, review. Each step is a form
 * that carries what the others chose, so nothing is kept on the server before it is submitted.
 */
import type { ComponentChildren } from 'preact'
import { Card } from '../parts/card.js'
import { Button, ErrorSummary, Form, FormActions, type FieldErrors } from '../parts/form.js'
import { Notice } from '../parts/notice.js'
import { ChosenList, PickStep, WizardSteps, type Choosable, type ChoiceGroup } from '../parts/wizard.js'
import { PeriodFields } from './assignments.js'
import { commonTexts, ConsoleFrame, consoleTexts, type ConsolePage } from './frame.js'

/** A user or group, and why nobody gets anything by it for now. */
export interface ChosenPrincipal extends Choosable {
  readonly idle?: 'cannotSignIn' | 'noMembers'
}

/** What has been chosen so far, with names. */
export interface AssignmentDraft {
  readonly accounts: readonly Choosable[]
  /** With all accounts below them. */
  readonly departments: readonly Choosable[]
  readonly principals: readonly ChosenPrincipal[]
  readonly configurations: readonly Choosable[]
}

export type AssignStep = 'accounts' | 'principals' | 'configurations' | 'review'

const FIELDS = {
  accounts: 'account',
  departments: 'node',
  principals: 'principal',
  configurations: 'configuration',
} as const satisfies Record<keyof AssignmentDraft, string>

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
  return (
    <ConsoleFrame
      page={page}
      section="accounts"
      title={words.title}
      crumbs={[{ label: consoleTexts(page).accounts.title, href: '/admin/accounts' }]}
    >
      <WizardSteps label={words.progress} steps={steps} current={step} />
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
      {(['accounts', 'departments', 'principals', 'configurations'] as const)
        .filter((part) => part !== except && !(part === 'departments' && except === 'accounts'))
        .flatMap((part) =>
          draft[part].map((choice) => (
            <input key={`${part} ${choice.id}`} type="hidden" name={FIELDS[part]} value={choice.id} />
          )),
        )}
    </>
  )
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
  return (
    <AssignFrame page={page} step={step}>
      <PickStep
        page={page}
        action={`/admin/assignments/${step}`}
        field={FIELDS[step]}
        lead={lead}
        label={stepLabel}
        searchLabel={searchLabel}
        search={search}
        chosen={
          step === 'accounts'
            ? [
                ...draft.departments.map((each) => ({ ...each, field: FIELDS.departments })),
                ...draft.accounts,
              ]
            : draft[step]
        }
        groups={groups}
        errors={errors}
        carried={<Carried draft={draft} except={step} />}
        hasBack={step !== 'accounts'}
        cancelHref="/admin/accounts"
      />
    </AssignFrame>
  )
}

export interface ReviewPageProps {
  readonly page: ConsolePage
  readonly draft: AssignmentDraft
  /** Configurations without any policy: they give nothing. */
  readonly emptyConfigurations: readonly string[]
  /** All combinations, and those that exist already. */
  readonly preview: { readonly total: number; readonly existing: number }
  /** From when and until when, as entered. */
  readonly period: { readonly start: string; readonly end: string }
  readonly submissionToken: string
  readonly errors?: FieldErrors
}

export function ReviewPage({
  page,
  draft,
  emptyConfigurations,
  preview,
  period,
  submissionToken,
  errors,
}: ReviewPageProps) {
  const common = commonTexts(page)
  const words = consoleTexts(page).assign
  const { batches } = consoleTexts(page)
  return (
    <AssignFrame page={page} step="review">
      <p>{words.review}</p>
      {emptyConfigurations.length > 0 && (
        <Notice page={page} kind="warning">
          {words.emptyConfigurations(emptyConfigurations.join(', '))}
        </Notice>
      )}
      {(['cannotSignIn', 'noMembers'] as const).map((reason) => (
        <IdleNotice key={reason} page={page} reason={reason} principals={draft.principals} />
      ))}
      <div class="columns columns-narrow">
        <ChosenList title={words.stepAccounts} choices={[...draft.departments, ...draft.accounts]} />
        <ChosenList title={words.stepPrincipals} choices={draft.principals} />
        <ChosenList title={words.stepConfigurations} choices={draft.configurations} />
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
          <p>
            {words.combinations(preview.total)}{' '}
            {batches.newAndExisting(preview.total - preview.existing, preview.existing)}
          </p>
          <PeriodFields page={page} values={period} errors={errors} />
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

/** Names in one sentence; more are counted. */
const NAMED = 20

interface IdleNoticeProps {
  readonly page: ConsolePage
  readonly reason: NonNullable<ChosenPrincipal['idle']>
  readonly principals: readonly ChosenPrincipal[]
}

/** Users and groups by whom nobody gets anything for now. */
function IdleNotice({ page, reason, principals }: IdleNoticeProps) {
  const { assign: words, batches } = consoleTexts(page)
  const names = principals.flatMap(({ idle, name }) => (idle === reason ? [name] : []))
  if (names.length === 0) return null
  const shown = batches.andMore(names.slice(0, NAMED).join(', '), Math.max(0, names.length - NAMED))
  return (
    <Notice page={page} kind="warning">
      {words[reason](shown)}
    </Notice>
  )
}
