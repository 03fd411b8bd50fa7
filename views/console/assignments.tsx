/** One assignment: when it counts, and taking it away. And those that end by themselves before long. */
import type { Assignment, AssignmentTriple } from '../../server/domain/assignment.js'
import type { AccountUin } from '../../server/domain/ids.js'
import { Card } from '../parts/card.js'
import { Details } from '../parts/details.js'
import {
  Button,
  ButtonLink,
  ErrorSummary,
  Form,
  FormActions,
  TextField,
  type FieldErrors,
} from '../parts/form.js'
import { Pager } from '../parts/pager.js'
import { Table, type Column } from '../parts/table.js'
import { Time } from '../parts/time.js'
import { commonTexts, ConsoleFrame, consolePath, consoleTexts, type ConsolePage } from './frame.js'
import { PAGE_SIZE } from './list-query.js'
import { PeriodText } from './period.js'

const accountPath = (uin: AccountUin): string => consolePath(`/accounts/${uin}`)

const addressOf = (page: 'period' | 'remove', { accountUin, principal, configurationId }: AssignmentTriple) =>
  consolePath(`/assignments/${page}`, {
    account: accountUin,
    principal: principal.id,
    configuration: configurationId,
  })

/** Where its start and end are changed. */
export const periodPath = (triple: AssignmentTriple): string => addressOf('period', triple)

/** Since when and until when an assignment is there: a column. */
export const sinceColumn = (page: ConsolePage): Column<Assignment> => ({
  key: 'since',
  header: consoleTexts(page).accounts.since,
  cell: (row) => (
    <>
      <Time at={row.createdAt} />
      <PeriodText page={page} period={row} />
    </>
  ),
})

/** What can be done with an assignment: a column for those who may change something. */
export function actionsColumns(page: ConsolePage): readonly Column<Assignment>[] {
  if (!page.mayChange) return []
  const { accounts: words, batches } = consoleTexts(page)
  const named = (act: string, row: Assignment) =>
    `${act} ${row.principalName} ${row.configurationName} ${row.accountName}`
  return [
    {
      key: 'actions',
      header: commonTexts(page).actions,
      align: 'end',
      cell: (row) => (
        <div class="button-row">
          <ButtonLink small href={periodPath(row)} label={named(batches.changePeriod, row)}>
            {batches.changePeriod}
          </ButtonLink>
          <ButtonLink small href={addressOf('remove', row)} label={named(words.removeAuthorization, row)}>
            {words.removeAuthorization}
          </ButtonLink>
        </div>
      ),
    },
  ]
}

export const assignmentKey = ({ principal, accountUin, configurationId }: AssignmentTriple): string =>
  `${principal.id} ${accountUin} ${configurationId}`

interface AssignmentPageProps {
  readonly page: ConsolePage
  readonly assignment: Assignment
}

/** What a page about one assignment says of it. */
function AssignmentDetails({ page, assignment }: AssignmentPageProps) {
  const { accounts: words } = consoleTexts(page)
  return (
    <Details
      page={page}
      items={[
        { label: words[assignment.principal.type], value: assignment.principalName },
        { label: words.configuration, value: assignment.configurationName },
        { label: words.name, value: assignment.accountName },
      ]}
    />
  )
}

const TripleFields = ({ accountUin, principal, configurationId }: AssignmentTriple) => (
  <>
    <input type="hidden" name="account" value={accountUin} />
    <input type="hidden" name="principal" value={principal.id} />
    <input type="hidden" name="configuration" value={configurationId} />
  </>
)

const crumbsOf = (page: ConsolePage, { accountUin, accountName }: Assignment) => [
  { label: consoleTexts(page).accounts.title, href: '/admin/accounts' },
  { label: accountName, href: accountPath(accountUin) },
]

export interface ChangePeriodPageProps extends AssignmentPageProps {
  /** From when and until when, as entered. */
  readonly values: { readonly start: string; readonly end: string }
  readonly errors?: FieldErrors
}

export function ChangePeriodPage({ page, assignment, values, errors }: ChangePeriodPageProps) {
  const { batches: words } = consoleTexts(page)
  return (
    <ConsoleFrame
      page={page}
      section="accounts"
      title={words.changePeriodTitle}
      crumbs={crumbsOf(page, assignment)}
    >
      <Card>
        <AssignmentDetails page={page} assignment={assignment} />
        <p>{words.changePeriodLead}</p>
        <Form page={page} action="/admin/assignments/period">
          <ErrorSummary page={page} errors={errors} />
          <TripleFields {...assignment} />
          <PeriodFields page={page} values={values} errors={errors} />
          <FormActions>
            <Button kind="primary">{commonTexts(page).save}</Button>
            <a href={accountPath(assignment.accountUin)}>{commonTexts(page).cancel}</a>
          </FormActions>
        </Form>
      </Card>
    </ConsoleFrame>
  )
}

/** From when and until when, to be entered. */
export function PeriodFields({ page, values, errors }: Omit<ChangePeriodPageProps, 'assignment'>) {
  const { batches: words } = consoleTexts(page)
  return (
    <fieldset>
      <legend>{words.period}</legend>
      <p class="muted small">{words.periodHint}</p>
      <TextField
        page={page}
        name="start"
        label={words.starts}
        value={values.start}
        required={false}
        maxLength={40}
        errors={errors}
      />
      <TextField
        page={page}
        name="end"
        label={words.ends}
        value={values.end}
        required={false}
        maxLength={40}
        errors={errors}
      />
    </fieldset>
  )
}

export function RemoveAssignmentPage({ page, assignment }: AssignmentPageProps) {
  const { accounts: words } = consoleTexts(page)
  return (
    <ConsoleFrame
      page={page}
      section="accounts"
      title={words.removeTitle}
      crumbs={crumbsOf(page, assignment)}
    >
      <Card tone="danger">
        <AssignmentDetails page={page} assignment={assignment} />
        <p>{words.removeLead}</p>
        <Form page={page} action="/admin/assignments/remove">
          <TripleFields {...assignment} />
          <FormActions>
            <Button kind="danger">{words.removeButton}</Button>
            <a href={accountPath(assignment.accountUin)}>{commonTexts(page).cancel}</a>
          </FormActions>
        </Form>
      </Card>
    </ConsoleFrame>
  )
}

export interface EndingAssignmentsPageProps {
  readonly page: ConsolePage
  readonly assignments: readonly Assignment[]
  readonly total: number
  readonly number: number
  /** Within so many days they end. */
  readonly days: number
}

/** Assignments that end by themselves before long, the next one first. */
export function EndingAssignmentsPage({ page, assignments, days, ...props }: EndingAssignmentsPageProps) {
  const { accounts: words, batches } = consoleTexts(page)
  return (
    <ConsoleFrame
      page={page}
      section="accounts"
      title={batches.endingTitle}
      crumbs={[{ label: words.title, href: '/admin/accounts' }]}
      lead={batches.endingLead(days)}
    >
      <Table
        page={page}
        caption={batches.endingTitle}
        rows={assignments}
        rowKey={assignmentKey}
        empty={<p>{batches.noneEnding}</p>}
        columns={[
          {
            key: 'ends',
            header: batches.ends,
            cell: ({ endsAt }) => endsAt !== undefined && <Time at={endsAt} />,
          },
          {
            key: 'principal',
            header: words.principal,
            cell: (row) => (
              <a href={`/admin/${row.principal.type}s/${row.principal.id}`}>{row.principalName}</a>
            ),
          },
          {
            key: 'account',
            header: words.name,
            cell: (row) => <a href={accountPath(row.accountUin)}>{row.accountName}</a>,
          },
          {
            key: 'configuration',
            header: words.configuration,
            cell: (row) => (
              <a href={`/admin/permission-configurations/${row.configurationId}`}>{row.configurationName}</a>
            ),
          },
          ...actionsColumns(page),
        ]}
      />
      <Pager
        page={page}
        total={props.total}
        size={PAGE_SIZE}
        number={props.number}
        href={(next) => consolePath('/assignments/ending', { page: String(next) })}
      />
    </ConsoleFrame>
  )
}
