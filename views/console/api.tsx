/** The reference of the cloud API: the list of actions, and one action with examples and a form to try it. */
import type {
  ApiActionEntry,
  ApiActionReference,
  ApiField,
  ApiTrial,
} from '../../server/domain/api-reference.js'
import { Card } from '../parts/card.js'
import { CopyButton } from '../parts/copy.js'
import {
  Button,
  ButtonLink,
  FilterForm,
  Form,
  FormActions,
  SelectField,
  TextArea,
  TextField,
} from '../parts/form.js'
import { Notice } from '../parts/notice.js'
import { Pager } from '../parts/pager.js'
import { Table } from '../parts/table.js'
import { commonTexts, ConsoleFrame, consolePath, consoleTexts, type ConsolePage } from './frame.js'
import { listHref, PAGE_SIZE, type ListQuery } from './list-query.js'

const pathOf = ({ version, name }: Pick<ApiActionEntry, 'version' | 'name'>): string =>
  consolePath(`/api/${version}/${name}`)

/** Words of a declaration in the language of the page, or marked as the English that they are. */
function Declared({ page, text }: { readonly page: ConsolePage; readonly text: string }) {
  const translated = consoleTexts(page).api.declared(text)
  return (
    <span lang={translated === undefined ? 'en' : undefined}>
      <Prose text={translated ?? text} />
    </span>
  )
}

export interface ApiActionsPageProps {
  readonly page: ConsolePage
  readonly actions: readonly ApiActionEntry[]
  readonly total: number
  readonly services: readonly string[]
  readonly query: ListQuery
}

export function ApiActionsPage({ page, actions, total, services, query }: ApiActionsPageProps) {
  const words = consoleTexts(page).api
  return (
    <ConsoleFrame page={page} section="api" title={words.title} lead={words.lead}>
      <p>
        <ButtonLink href="/admin/api/openapi.json" download="identity-center.openapi.json">
          {words.openApi}
        </ButtonLink>
      </p>
      <FilterForm page={page} action="/admin/api" label={words.find}>
        <TextField
          page={page}
          name="search"
          label={words.search}
          type="search"
          value={query.filters['search']}
          maxLength={128}
          required={false}
        />
        <SelectField
          page={page}
          name="service"
          label={words.service}
          value={query.filters['service']}
          choices={[
            { value: '', label: words.anyService },
            ...services.map((service) => ({ value: service, label: service })),
          ]}
        />
      </FilterForm>
      <Table
        page={page}
        caption={words.caption}
        rows={actions}
        rowKey={(action) => `${action.version} ${action.name}`}
        empty={<p>{commonTexts(page).noMatches}</p>}
        columns={[
          {
            key: 'name',
            header: words.action,
            cell: (action) => <a href={pathOf(action)}>{action.name}</a>,
          },
          {
            key: 'service',
            header: words.service,
            cell: (action) => (
              <div>
                <span class="nowrap">{action.service}</span>
                <div class="muted small">{action.version}</div>
              </div>
            ),
          },
          {
            key: 'summary',
            header: words.summary,
            cell: (action) => <Declared page={page} text={action.summary} />,
          },
        ]}
      />
      <Pager
        page={page}
        total={total}
        size={PAGE_SIZE}
        number={query.number}
        href={(number) => listHref('/api', query, { number })}
      />
    </ConsoleFrame>
  )
}

export interface ApiActionPageProps {
  readonly page: ConsolePage
  readonly action: ApiActionReference
  readonly examples: { readonly curl: string; readonly sdk: string; readonly tccli: string }
  /** JSON, as it goes into the form. */
  readonly parameters: string
  readonly trial?: ApiTrial | undefined
  /** Where to show once more who one is, before this action can be tried. */
  readonly confirmPath?: string | undefined
}

export function ApiActionPage({
  page,
  action,
  examples,
  parameters,
  trial,
  confirmPath,
}: ApiActionPageProps) {
  const words = consoleTexts(page).api
  return (
    <ConsoleFrame
      page={page}
      section="api"
      title={action.name}
      crumbs={[{ label: words.title, href: '/admin/api' }]}
      lead={<Declared page={page} text={action.summary} />}
    >
      {trial && <Trial page={page} trial={trial} />}
      <p class="muted">
        {action.service} {action.version}
      </p>
      {action.differs !== undefined && (
        <p>
          {words.differs} <Declared page={page} text={action.differs} />
        </p>
      )}
      <Fields page={page} heading={words.parameters} none={words.noParameters} fields={action.parameters} />
      <Fields page={page} heading={words.answer} none={words.noAnswer} fields={action.answer} />
      {action.refusals.length > 0 && (
        <Card title={words.refusals}>
          <ul>
            {action.refusals.map((code) => (
              <li key={code}>
                <code>{code}</code>
              </li>
            ))}
          </ul>
        </Card>
      )}
      {action.signed ? (
        <Card title={words.tryIt}>
          {confirmPath !== undefined && (
            <Notice page={page} kind="warning">
              <p>{words.confirmFirst}</p>
              <ButtonLink href={confirmPath}>{words.confirm}</ButtonLink>
            </Notice>
          )}
          <Form page={page} action={pathOf(action)}>
            <TextArea
              page={page}
              name="parameters"
              label={words.parametersAsJson}
              hint={words.tryHint}
              value={parameters}
              rows={Math.min(Math.max(parameters.split('\n').length, 4), 20)}
              code
              required={false}
            />
            {confirmPath === undefined && (
              <FormActions>
                <Button kind="primary">{words.send}</Button>
              </FormActions>
            )}
          </Form>
        </Card>
      ) : (
        <Notice page={page} kind="info">
          {words.unsigned}
        </Notice>
      )}
      <Card title={words.examples}>
        <p>{words.examplesLead}</p>
        <Example page={page} id="example-curl" heading="curl" text={examples.curl} />
        <Example page={page} id="example-sdk" heading="Node.js" text={examples.sdk} />
        <Example page={page} id="example-tccli" heading="TCCLI" text={examples.tccli} />
      </Card>
    </ConsoleFrame>
  )
}

/** Text of the reference, in which code stands between backticks. */
function Prose({ text }: { readonly text: string }) {
  return (
    <>{text.split('`').map((part, index) => (index % 2 === 1 ? <code key={index}>{part}</code> : part))}</>
  )
}

function Trial({ page, trial }: { readonly page: ConsolePage; readonly trial: ApiTrial }) {
  const words = consoleTexts(page).api
  return (
    <Card title={words.answered}>
      <Notice page={page} kind={trial.code === undefined ? 'success' : 'danger'}>
        {trial.code === undefined ? words.accepted : words.refused(trial.code)}
      </Notice>
      <p>
        RequestId: <code>{trial.requestId}</code>
      </p>
      <pre class="wrap" tabIndex={0}>
        {trial.text}
      </pre>
    </Card>
  )
}

interface Row extends ApiField {
  readonly path: string
}

/** Nested fields follow what they belong to, under their whole path. */
const rowsOf = (fields: readonly ApiField[], prefix = ''): readonly Row[] =>
  fields.flatMap((field) => {
    const path = `${prefix}${field.name}`
    return [{ ...field, path }, ...rowsOf(field.fields, `${path}.`)]
  })

function Fields({
  page,
  heading,
  none,
  fields,
}: {
  readonly page: ConsolePage
  readonly heading: string
  readonly none: string
  readonly fields: readonly ApiField[]
}) {
  const words = consoleTexts(page).api
  return (
    <Card title={heading}>
      <Table
        page={page}
        caption={heading}
        rows={rowsOf(fields)}
        rowKey={(row) => row.path}
        empty={<p>{none}</p>}
        columns={[
          { key: 'name', header: words.field, cell: (row) => <code>{row.path}</code> },
          { key: 'type', header: words.type, cell: (row) => <code>{row.type}</code> },
          {
            key: 'required',
            header: words.required,
            cell: (row) => (row.required ? commonTexts(page).yes : commonTexts(page).no),
          },
          {
            key: 'description',
            header: words.description,
            cell: (row) => (
              <div>
                {row.description !== '' && <Declared page={page} text={row.description} />}
                {row.limits.length > 0 && (
                  <div class="muted small" lang="en">
                    {row.limits.join('; ')}
                  </div>
                )}
              </div>
            ),
          },
        ]}
      />
    </Card>
  )
}

function Example({
  page,
  id,
  heading,
  text,
}: {
  readonly page: ConsolePage
  readonly id: string
  readonly heading: string
  readonly text: string
}) {
  return (
    <section class="stack">
      <h3>{heading}</h3>
      <textarea
        id={id}
        class="code"
        readonly
        rows={Math.min(text.trimEnd().split('\n').length, 16)}
        aria-label={heading}
        spellcheck={false}
        value={text}
      />
      <p>
        <CopyButton page={page} from={id} label={heading} />
      </p>
    </section>
  )
}
