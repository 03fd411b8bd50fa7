/** The audit log. */
import { FilterForm, TextField } from '../parts/form.js'
import { Pager } from '../parts/pager.js'
import { Status } from '../parts/status.js'
import { Table } from '../parts/table.js'
import { Time } from '../parts/time.js'
import { commonTexts, ConsoleFrame, consoleTexts, type ConsolePage } from './frame.js'
import { isFiltered, listHref, PAGE_SIZE, type ListQuery } from './list-query.js'

/** An event as the page shows it. */
export interface ShownEvent {
  readonly id: string
  readonly at: string
  readonly actorKind: string
  readonly actorId: string | null
  readonly actorName: string
  readonly address: string | null
  readonly requestId: string | null
  readonly action: string
  readonly subjectKind: string | null
  readonly subjectId: string | null
  readonly subjectName: string | null
  readonly result: 'success' | 'failure'
  /** JSON with line breaks; empty when there is nothing to tell. */
  readonly detail: string
}

export interface AuditPageProps {
  readonly page: ConsolePage
  readonly events: readonly ShownEvent[]
  readonly total: number
  readonly query: ListQuery
}

export function AuditPage({ page, events, total, query }: AuditPageProps) {
  const common = commonTexts(page)
  const words = consoleTexts(page).audit
  const filter = (name: string, label: string, type: 'search' | 'date', placeholder?: string) => (
    <TextField
      page={page}
      name={name}
      label={label}
      placeholder={placeholder}
      type={type}
      value={query.filters[name]}
      maxLength={128}
      required={false}
    />
  )
  return (
    <ConsoleFrame page={page} section="audit" title={words.title} lead={words.lead}>
      <FilterForm page={page} action="/admin/audit" label={words.find}>
        {filter('search', words.search, 'search')}
        {filter('action', words.action, 'search', 'user.')}
        {filter('from', words.from, 'date')}
        {filter('until', words.until, 'date')}
      </FilterForm>
      <Table
        page={page}
        caption={words.caption}
        rows={events}
        rowKey={(event) => event.id}
        empty={<p>{isFiltered(query) ? common.noMatches : words.empty}</p>}
        columns={[
          { key: 'at', header: words.at, cell: (event) => <Time at={event.at} exact /> },
          {
            key: 'actor',
            header: words.actor,
            cell: (event) => (
              <div>
                {event.actorName}
                <div class="muted small">{actorKind(page, event.actorKind)}</div>
              </div>
            ),
          },
          { key: 'action', header: words.action, cell: (event) => <code>{event.action}</code> },
          {
            key: 'subject',
            header: words.subject,
            cell: (event) => (
              <div>
                {event.subjectName ?? event.subjectId}
                {event.subjectName !== null && <div class="muted small">{event.subjectId}</div>}
              </div>
            ),
          },
          {
            key: 'result',
            header: words.result,
            cell: (event) => (
              <Status tone={event.result === 'success' ? 'good' : 'bad'} label={words[event.result]} />
            ),
          },
          {
            key: 'details',
            header: words.details,
            cell: (event) => <EventDetails page={page} event={event} />,
          },
        ]}
      />
      <Pager
        page={page}
        total={total}
        size={PAGE_SIZE}
        number={query.number}
        href={(number) => listHref('/audit', query, { number })}
      />
    </ConsoleFrame>
  )
}

function EventDetails({ page, event }: { readonly page: ConsolePage; readonly event: ShownEvent }) {
  const words = consoleTexts(page).audit
  return (
    <details class="more small">
      <summary>{words.details}</summary>
      <div class="stack">
        {event.address !== null && (
          <p>
            {words.address}: {event.address}
          </p>
        )}
        {event.requestId !== null && (
          <p>
            {words.requestId}: <code>{event.requestId}</code>
          </p>
        )}
        {event.detail !== '' && (
          <pre class="wrap" tabIndex={0}>
            {event.detail}
          </pre>
        )}
      </div>
    </details>
  )
}

/** The kind of actor in the reader's words; one that the page does not know stands as it is. */
function actorKind(page: ConsolePage, kind: string): string {
  const names: Readonly<Record<string, string>> = consoleTexts(page).audit.actorKinds
  return names[kind] ?? kind
}
