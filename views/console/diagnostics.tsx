/** Why sign-ins over SSO failed. */
import type { SignInDiagnostic } from '../../server/domain/sign-in-diagnostic.js'
import { Card } from '../parts/card.js'
import { Details } from '../parts/details.js'
import { FilterForm, TextField, type FieldErrors } from '../parts/form.js'
import { Pager } from '../parts/pager.js'
import { Table } from '../parts/table.js'
import { Time } from '../parts/time.js'
import { checkProblem, CheckList, checkTitle } from './check-list.js'
import { ConsoleFrame, consolePath, consoleTexts, type ConsolePage } from './frame.js'
import { PAGE_SIZE } from './list-query.js'

const diagnosticPath = (reference: string): string => `/admin/diagnostics/${encodeURIComponent(reference)}`

export interface DiagnosticsPageProps {
  readonly page: ConsolePage
  readonly diagnostics: readonly SignInDiagnostic[]
  readonly total: number
  readonly number: number
  /** A reference that was asked for and is not known. */
  readonly unknownReference?: string
}

export function DiagnosticsPage({
  page,
  diagnostics,
  total,
  number,
  unknownReference,
}: DiagnosticsPageProps) {
  const words = consoleTexts(page).diagnostics
  const errors: FieldErrors | undefined =
    unknownReference === undefined ? undefined : [{ field: 'reference', message: words.notFound }]
  return (
    <ConsoleFrame page={page} section="diagnostics" title={words.title} lead={words.lead}>
      <FilterForm page={page} action="/admin/diagnostics" label={words.find}>
        <TextField
          page={page}
          name="reference"
          label={words.reference}
          hint={words.referenceHint}
          type="search"
          value={unknownReference}
          errors={errors}
          maxLength={40}
          required={false}
        />
      </FilterForm>
      <Table
        page={page}
        caption={words.caption}
        rows={diagnostics}
        rowKey={(diagnostic) => diagnostic.reference}
        empty={<p>{words.empty}</p>}
        columns={[
          {
            key: 'reference',
            header: words.reference,
            cell: (diagnostic) => <a href={diagnosticPath(diagnostic.reference)}>{diagnostic.reference}</a>,
          },
          { key: 'at', header: words.at, cell: (diagnostic) => <Time at={diagnostic.at} /> },
          { key: 'user', header: words.userName, cell: (diagnostic) => diagnostic.userName },
          {
            key: 'check',
            header: words.failure,
            cell: (diagnostic) => checkTitle(page, diagnostic.check),
          },
          {
            key: 'message',
            header: words.message,
            cell: (diagnostic) => checkProblem(page, diagnostic.check, diagnostic.message),
          },
        ]}
      />
      <Pager
        page={page}
        total={total}
        size={PAGE_SIZE}
        number={number}
        href={(next) => consolePath('/diagnostics', { page: String(next) })}
      />
    </ConsoleFrame>
  )
}

export interface DiagnosticPageProps {
  readonly page: ConsolePage
  readonly diagnostic: SignInDiagnostic
}

export function DiagnosticPage({ page, diagnostic }: DiagnosticPageProps) {
  const words = consoleTexts(page).diagnostics
  return (
    <ConsoleFrame
      page={page}
      section="diagnostics"
      title={diagnostic.reference}
      crumbs={[{ label: words.title, href: '/admin/diagnostics' }]}
    >
      <CheckList page={page} checks={diagnostic.checks} remedy={diagnostic.remedy} />
      <Card title={words.detail}>
        <Details
          page={page}
          items={[
            { label: words.at, value: <Time at={diagnostic.at} /> },
            { label: words.kind, value: diagnostic.purpose === 'logout' ? words.logout : words.signIn },
            { label: words.failure, value: checkTitle(page, diagnostic.check) },
            { label: words.userName, value: diagnostic.userName },
            { label: words.address, value: diagnostic.address },
            {
              label: words.requestId,
              value: diagnostic.requestId && <code>{diagnostic.requestId}</code>,
            },
          ]}
        />
      </Card>
      {diagnostic.response !== undefined && (
        <Card title={words.response} lead={words.responseLead}>
          <pre class="wrap" tabIndex={0}>
            {diagnostic.response}
          </pre>
        </Card>
      )}
    </ConsoleFrame>
  )
}
