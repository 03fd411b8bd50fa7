/**
 * Asking for CAM user synchronization in four steps: accounts, users and groups, policies, review. Each step is a form
 * that carries what the others chose, so nothing is kept on the server before it is submitted.
 */
import type { ComponentChildren } from 'preact'
import type { ConflictPolicy, DeletionPolicy } from '../../server/domain/user-sync.js'
import { Card } from '../parts/card.js'
import { Details } from '../parts/details.js'
import { Button, ErrorSummary, Form, FormActions, type FieldErrors } from '../parts/form.js'
import { Notice } from '../parts/notice.js'
import { ChosenList, PickStep, WizardSteps, type Choosable, type ChoiceGroup } from '../parts/wizard.js'
import { commonTexts, ConsoleFrame, consoleTexts, type ConsolePage } from './frame.js'
import { PolicyFields } from './user-syncs.js'

/** What has been chosen so far, with names. */
export interface UserSyncDraft {
  readonly accounts: readonly Choosable[]
  readonly principals: readonly Choosable[]
  readonly description: string
  readonly conflictPolicy: ConflictPolicy
  readonly deletionPolicy: DeletionPolicy
}

export type UserSyncStep = 'accounts' | 'principals' | 'policies' | 'review'
export type UserSyncPickStep = 'accounts' | 'principals'

const FIELDS = { accounts: 'account', principals: 'principal' } as const

function WizardFrame({
  page,
  step,
  children,
}: {
  readonly page: ConsolePage
  readonly step: UserSyncStep
  readonly children: ComponentChildren
}) {
  const { userSyncs: words, assign } = consoleTexts(page)
  return (
    <ConsoleFrame
      page={page}
      section="userSyncs"
      title={words.create}
      crumbs={[{ label: words.title, href: '/admin/user-syncs' }]}
    >
      <WizardSteps
        label={assign.progress}
        current={step}
        steps={[
          ['accounts', words.stepAccounts],
          ['principals', words.stepPrincipals],
          ['policies', words.stepPolicies],
          ['review', words.stepReview],
        ]}
      />
      {children}
    </ConsoleFrame>
  )
}

/** The choices of the other steps, carried along. */
function Carried({ draft, except }: { readonly draft: UserSyncDraft; readonly except?: UserSyncStep }) {
  return (
    <>
      {(['accounts', 'principals'] as const)
        .filter((part) => part !== except)
        .flatMap((part) =>
          draft[part].map((choice) => (
            <input key={`${part} ${choice.id}`} type="hidden" name={FIELDS[part]} value={choice.id} />
          )),
        )}
      {except !== 'policies' &&
        (['description', 'conflictPolicy', 'deletionPolicy'] as const).map((name) => (
          <input key={name} type="hidden" name={name} value={draft[name]} />
        ))}
    </>
  )
}

export interface UserSyncPickPageProps {
  readonly page: ConsolePage
  readonly step: UserSyncPickStep
  readonly draft: UserSyncDraft
  readonly groups: readonly ChoiceGroup[]
  readonly search: string
  readonly errors?: FieldErrors
}

export function UserSyncPickPage({ page, step, draft, groups, search, errors }: UserSyncPickPageProps) {
  const { userSyncs: words, assign } = consoleTexts(page)
  const isAccounts = step === 'accounts'
  return (
    <WizardFrame page={page} step={step}>
      <PickStep
        page={page}
        action={`/admin/user-syncs/new/${step}`}
        field={FIELDS[step]}
        lead={isAccounts ? words.pickAccounts : words.pickPrincipals}
        label={isAccounts ? words.stepAccounts : words.stepPrincipals}
        searchLabel={isAccounts ? assign.searchAccounts : assign.searchPrincipals}
        search={search}
        chosen={draft[step]}
        groups={groups}
        errors={errors}
        carried={<Carried draft={draft} except={step} />}
        hasBack={!isAccounts}
        cancelHref="/admin/user-syncs"
      />
    </WizardFrame>
  )
}

export interface UserSyncPoliciesPageProps {
  readonly page: ConsolePage
  readonly draft: UserSyncDraft
  readonly errors?: FieldErrors
}

export function UserSyncPoliciesPage({ page, draft, errors }: UserSyncPoliciesPageProps) {
  const common = commonTexts(page)
  const words = consoleTexts(page).userSyncs
  const { description, conflictPolicy, deletionPolicy } = draft
  return (
    <WizardFrame page={page} step="policies">
      <Card lead={words.policiesLead}>
        <Form page={page} action="/admin/user-syncs/new/policies" label={words.stepPolicies}>
          <ErrorSummary page={page} errors={errors} />
          <Carried draft={draft} except="policies" />
          <PolicyFields
            page={page}
            values={{ description, conflictPolicy, deletionPolicy }}
            errors={errors}
          />
          <FormActions>
            <Button kind="primary" name="act" value="next">
              {common.continue}
            </Button>
            <Button name="act" value="back">
              {common.back}
            </Button>
            <a href="/admin/user-syncs">{common.cancel}</a>
          </FormActions>
        </Form>
      </Card>
    </WizardFrame>
  )
}

/** CAM users of one account whose names are taken. */
export interface ShownConflicts {
  readonly account: { readonly uin: string; readonly name: string }
  readonly names: readonly string[]
  readonly isUnknown: boolean
}

/** So many names of one account are shown. */
const NAMES_SHOWN = 20

function Conflicts({
  page,
  policy,
  conflicts,
  isComplete,
}: {
  readonly page: ConsolePage
  readonly policy: ConflictPolicy
  readonly conflicts: readonly ShownConflicts[]
  readonly isComplete: boolean
}) {
  const words = consoleTexts(page).userSyncs
  if (conflicts.length === 0 && isComplete) return <p>{words.noConflicts}</p>
  const isReplaced = policy === 'replace'
  return (
    <Notice page={page} kind={isReplaced ? 'warning' : 'info'}>
      {conflicts.length > 0 && <p>{isReplaced ? words.conflictsReplace : words.conflictsKeepBoth}</p>}
      <ul class="list">
        {conflicts.map(({ account, names, isUnknown }) => (
          <li key={account.uin}>
            <strong>{account.name}</strong>{' '}
            {isUnknown ? words.conflictUnknown : names.slice(0, NAMES_SHOWN).join(', ')}
            {names.length > NAMES_SHOWN && ` ${words.more(names.length - NAMES_SHOWN)}`}
          </li>
        ))}
      </ul>
      {!isComplete && <p>{words.conflictsIncomplete}</p>}
    </Notice>
  )
}

export interface UserSyncReviewPageProps {
  readonly page: ConsolePage
  readonly draft: UserSyncDraft
  readonly conflicts: readonly ShownConflicts[]
  /** Whether all accounts and users were looked at. */
  readonly isComplete: boolean
  readonly submissionToken: string
  readonly errors?: FieldErrors
}

export function UserSyncReviewPage({ page, draft, errors, ...props }: UserSyncReviewPageProps) {
  const common = commonTexts(page)
  const { userSyncs: words, assign } = consoleTexts(page)
  return (
    <WizardFrame page={page} step="review">
      <p>{words.review}</p>
      <Conflicts
        page={page}
        policy={draft.conflictPolicy}
        conflicts={props.conflicts}
        isComplete={props.isComplete}
      />
      <div class="columns columns-narrow">
        <ChosenList title={words.stepAccounts} choices={draft.accounts} />
        <ChosenList title={words.stepPrincipals} choices={draft.principals} />
        <Card title={words.stepPolicies}>
          <Details
            page={page}
            items={[
              { label: words.description, value: draft.description },
              { label: words.conflictPolicy, value: words[draft.conflictPolicy] },
              { label: words.deletionPolicy, value: words[draft.deletionPolicy] },
            ]}
          />
        </Card>
      </div>
      <Card>
        <Form
          page={page}
          action="/admin/user-syncs"
          submissionToken={props.submissionToken}
          label={words.stepReview}
        >
          <ErrorSummary page={page} errors={errors} />
          <Carried draft={draft} />
          <p>{words.combinations(draft.accounts.length * draft.principals.length)}</p>
          <FormActions>
            <Button kind="primary" name="act" value="submit">
              {words.submit}
            </Button>
            <Button name="act" value="back">
              {assign.change}
            </Button>
            <a href="/admin/user-syncs">{common.cancel}</a>
          </FormActions>
        </Form>
      </Card>
    </WizardFrame>
  )
}
