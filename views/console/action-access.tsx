/** Who can carry out an action in any account, and where one of them can. */
import type { PermissionConfigurationId, UserId } from '../../server/domain/ids.js'
import type { Possibility } from '../../server/domain/policy-possibility.js'
import { Card } from '../parts/card.js'
import {
  Button,
  ButtonLink,
  ErrorSummary,
  FilterForm,
  FormActions,
  TextField,
  type FieldErrors,
} from '../parts/form.js'
import { Notice } from '../parts/notice.js'
import { Pager } from '../parts/pager.js'
import { Status, type StatusTone } from '../parts/status.js'
import { Table } from '../parts/table.js'
import { DeployedCell, ExportLinks, PathCell, type ShownPath } from './access-paths.js'
import { ConsoleFrame, consolePath, consoleTexts, type ConsolePage } from './frame.js'
import { isFiltered, listHref, PAGE_SIZE, type ListQuery } from './list-query.js'
import { SearchField } from './search-field.js'

/** As it stands in the form; an empty resource is any. */
export interface ShownQuestion {
  readonly action: string
  readonly resource: string
}

const ACTION_PATH = '/access/action'

/** Both questions, to begin with. */
export function AccessStartPage({ page }: { readonly page: ConsolePage }) {
  const words = consoleTexts(page).access
  return (
    <ConsoleFrame page={page} section="accessExplained" title={words.title} lead={words.lead}>
      <Card title={words.actionTitle} lead={words.actionLead}>
        <ActionForm page={page} values={{ action: '', resource: '' }} />
      </Card>
      <Card title={words.whyTitle} lead={words.whyLead}>
        <div class="button-row">
          <ButtonLink href={consolePath('/access/why')}>{words.toWhy}</ButtonLink>
        </div>
      </Card>
    </ConsoleFrame>
  )
}

interface ActionFormProps {
  readonly page: ConsolePage
  readonly values: ShownQuestion
  readonly errors?: FieldErrors
}

function ActionForm({ page, values, errors }: ActionFormProps) {
  const words = consoleTexts(page).access
  return (
    <form method="get" action={consolePath(ACTION_PATH)} class="form">
      <ErrorSummary page={page} errors={errors} />
      <TextField
        page={page}
        name="action"
        label={words.action}
        hint={words.actionHint}
        value={values.action}
        errors={errors}
        maxLength={193}
        width="medium"
      />
      <TextField
        page={page}
        name="resource"
        label={words.resource}
        hint={words.resourceHint}
        value={values.resource}
        errors={errors}
        maxLength={1024}
        required={false}
      />
      <FormActions>
        <Button kind="primary">{words.ask}</Button>
      </FormActions>
    </form>
  )
}

const TONES: Readonly<Record<Possibility['outcome'], StatusTone>> = {
  always: 'good',
  conditional: 'warning',
  denied: 'neutral',
}

function Outcome({ page, possibility }: { readonly page: ConsolePage; readonly possibility: Possibility }) {
  const words = consoleTexts(page).access
  const { outcome, limits } = possibility
  return (
    <>
      <Status tone={TONES[outcome]} label={words.outcomes[outcome]} />
      {limits.resource && <div class="muted small">{words.limits.resource}</div>}
      {limits.condition && <div class="muted small">{words.limits.condition}</div>}
    </>
  )
}

interface ShownConfiguration {
  readonly configurationId: PermissionConfigurationId
  readonly configurationName: string
  readonly version: number
  readonly possibility: Possibility
  readonly accounts: number
}

interface ShownPerson {
  readonly userId: UserId
  readonly userName: string
  readonly always: number
  readonly conditional: number
}

export interface ShownAnswer {
  readonly configurations: readonly ShownConfiguration[]
  readonly unknown: number
  readonly people: { readonly items: readonly ShownPerson[]; readonly total: number }
}

export interface ActionAccessPageProps extends ActionFormProps {
  readonly answer?: ShownAnswer
  readonly query?: ListQuery
}

export function ActionAccessPage({ page, values, errors, answer, query }: ActionAccessPageProps) {
  const words = consoleTexts(page).access
  return (
    <ConsoleFrame
      page={page}
      section="accessExplained"
      title={words.actionTitle}
      lead={words.actionLead}
      crumbs={[{ label: words.title, href: '/admin/access' }]}
    >
      <Card>
        <ActionForm page={page} values={values} errors={errors} />
      </Card>
      {answer && query && <Answer page={page} values={values} answer={answer} query={query} />}
    </ConsoleFrame>
  )
}

function Answer({
  page,
  values,
  answer,
  query,
}: {
  readonly page: ConsolePage
  readonly values: ShownQuestion
  readonly answer: ShownAnswer
  readonly query: ListQuery
}) {
  const words = consoleTexts(page).access
  const { people } = answer
  const searched = isFiltered({ ...query, filters: { search: query.filters['search'] } })
  return (
    <>
      <section class="stack" aria-labelledby="people">
        <h2 id="people">{words.people}</h2>
        <p class="muted">{words.peopleLead}</p>
        <ExportLinks page={page} href={consolePath(`${ACTION_PATH}/export`, { ...values })} />
        <FilterForm page={page} action={consolePath(ACTION_PATH, { ...values })} label={words.find}>
          <input type="hidden" name="action" value={values.action} />
          <input type="hidden" name="resource" value={values.resource} />
          <SearchField page={page} label={words.searchUser} query={query} />
        </FilterForm>
        <Table
          page={page}
          caption={words.people}
          rows={people.items}
          rowKey={({ userId }) => userId}
          empty={<p>{searched ? words.nobodyNamed : words.nobody}</p>}
          columns={[
            {
              key: 'user',
              header: words.user,
              cell: (row) => (
                <a href={consolePath(ACTION_PATH, { ...values, user: row.userId })}>{row.userName}</a>
              ),
            },
            { key: 'always', header: words.accountsAlways, cell: (row) => row.always },
            { key: 'conditional', header: words.accountsConditional, cell: (row) => row.conditional },
          ]}
        />
        <Pager
          page={page}
          total={people.total}
          size={PAGE_SIZE}
          number={query.number}
          href={(number) => listHref(ACTION_PATH, query, { number })}
        />
      </section>
      <section class="stack" aria-labelledby="where">
        <h2 id="where">{words.whereTitle}</h2>
        <p class="muted">{words.whereLead}</p>
        {answer.unknown > 0 && (
          <Notice page={page} kind="warning">
            {words.unknownNote(answer.unknown)}
          </Notice>
        )}
        <Table
          page={page}
          caption={words.whereTitle}
          rows={answer.configurations}
          rowKey={({ configurationId, version, possibility }) =>
            `${configurationId} ${version} ${JSON.stringify(possibility)}`
          }
          empty={<p>{words.whereEmpty}</p>}
          columns={[
            {
              key: 'configuration',
              header: words.configuration,
              cell: (row) => (
                <>
                  <a href={`/admin/permission-configurations/${row.configurationId}`}>
                    {row.configurationName}
                  </a>
                  <div class="muted small">{words.version(String(row.version))}</div>
                </>
              ),
            },
            {
              key: 'outcome',
              header: words.outcome,
              cell: (row) => <Outcome page={page} possibility={row.possibility} />,
            },
            { key: 'accounts', header: words.accountCount, cell: (row) => row.accounts },
          ]}
        />
      </section>
    </>
  )
}

export interface ActionPathsPageProps {
  readonly page: ConsolePage
  readonly values: ShownQuestion
  readonly userName: string
  readonly paths: readonly (ShownPath & { readonly possibility: Possibility })[]
  readonly total: number
  readonly query: ListQuery
}

/** Where one user can do it. */
export function ActionPathsPage({ page, values, userName, paths, total, query }: ActionPathsPageProps) {
  const words = consoleTexts(page).access
  return (
    <ConsoleFrame
      page={page}
      section="accessExplained"
      title={words.whereOf(userName)}
      lead={
        <>
          <code>{values.action}</code> {values.resource !== '' && <code>{values.resource}</code>}
        </>
      }
      crumbs={[
        { label: words.title, href: '/admin/access' },
        { label: words.allPeople, href: consolePath(ACTION_PATH, { ...values }) },
      ]}
    >
      <Table
        page={page}
        caption={words.whereOf(userName)}
        rows={paths}
        rowKey={(row) => `${row.accountUin} ${row.configurationId} ${row.group?.id ?? ''}`}
        empty={<p>{words.nobody}</p>}
        columns={[
          {
            key: 'account',
            header: words.account,
            cell: (row) => (
              <>
                <a href={`/admin/accounts/${row.accountUin}/access`}>{row.accountName}</a>
                <div class="muted small">{row.accountUin}</div>
              </>
            ),
          },
          {
            key: 'configuration',
            header: words.configuration,
            cell: (row) => (
              <a href={`/admin/permission-configurations/${row.configurationId}`}>{row.configurationName}</a>
            ),
          },
          {
            key: 'outcome',
            header: words.outcome,
            cell: (row) => <Outcome page={page} possibility={row.possibility} />,
          },
          { key: 'path', header: words.path, cell: (row) => <PathCell page={page} path={row} /> },
          {
            key: 'deployed',
            header: words.deployed,
            cell: (row) => <DeployedCell page={page} place={row} />,
          },
          {
            key: 'why',
            header: words.why,
            align: 'end',
            cell: (row) => (
              <ButtonLink
                small
                href={consolePath('/access/why', {
                  user: userName,
                  account: row.accountUin,
                  action: values.action,
                  resource: values.resource,
                })}
                label={`${words.why} ${row.accountName}`}
              >
                {words.why}
              </ButtonLink>
            ),
          },
        ]}
      />
      <Pager
        page={page}
        total={total}
        size={PAGE_SIZE}
        number={query.number}
        href={(number) => listHref(ACTION_PATH, query, { number })}
      />
    </ConsoleFrame>
  )
}
