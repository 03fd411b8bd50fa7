/** The SCIM log: what identity providers sent, what they were answered, and what to change where it failed. */
import type { ScimAdvice } from '../../server/domain/scim-advice.js'
import type { ScimLogEntry, ScimLogRecord } from '../../server/domain/scim-log.js'
import { Card } from '../parts/card.js'
import { Details } from '../parts/details.js'
import { FilterForm, SelectField, TextField } from '../parts/form.js'
import { Notice } from '../parts/notice.js'
import { Status, type StatusTone } from '../parts/status.js'
import { Table } from '../parts/table.js'
import { Time } from '../parts/time.js'
import { commonTexts, ConsoleFrame, consolePath, consoleTexts, type ConsolePage } from './frame.js'

/** Filters by name, as they stand in the address. */
export type ScimLogQuery = Readonly<Record<string, string | undefined>>

export const SCIM_LOG_FILTERS = ['credential', 'status', 'resource', 'requestId', 'from', 'until'] as const

/** Stands in the place of a credential's id where the console tested the connection. */
const CONNECTION_TEST = 'connection-test'

const STATUSES = ['400', '401', '403', '404', '409', '412', '413', '415', '429', '500', '503']

export const scimLogPath = (requestId: string): string => `/admin/scim/log/${encodeURIComponent(requestId)}`

export interface ScimLogPageProps {
  readonly page: ConsolePage
  readonly entries: readonly ScimLogEntry[]
  readonly credentialIds: readonly string[]
  readonly query: ScimLogQuery
  /** Whether this is not the first page. */
  readonly isLater: boolean
  /** Where the next page begins, as it stands in its address. */
  readonly next?: string
}

export function ScimLogPage({ page, entries, credentialIds, query, isLater, next }: ScimLogPageProps) {
  const common = commonTexts(page)
  const words = consoleTexts(page).scimLog
  const filtered = Object.values(query).some((value) => value !== undefined)
  const dateField = (name: 'from' | 'until') => (
    <TextField page={page} name={name} label={words[name]} type="date" value={query[name]} required={false} />
  )
  return (
    <ConsoleFrame page={page} section="scimLog" title={words.title} lead={words.lead}>
      <FilterForm page={page} action="/admin/scim/log" label={words.find}>
        <SelectField
          page={page}
          name="credential"
          label={words.credential}
          value={query['credential']}
          choices={[
            { value: '', label: words.anyCredential },
            ...credentialIds.map((id) => ({ value: id, label: id })),
            { value: CONNECTION_TEST, label: words.connectionTest },
            { value: 'none', label: words.nobody },
          ]}
        />
        <SelectField
          page={page}
          name="status"
          label={words.statusLabel}
          value={query['status']}
          choices={[
            { value: '', label: words.anyStatus },
            { value: '2xx', label: words.succeeded },
            { value: '4xx', label: words.refused },
            { value: '5xx', label: words.failed },
            ...STATUSES.map((status) => ({ value: status, label: status })),
          ]}
        />
        <TextField
          page={page}
          name="resource"
          label={words.resource}
          hint={words.resourceHint}
          type="search"
          value={query['resource']}
          maxLength={128}
          required={false}
        />
        <TextField
          page={page}
          name="requestId"
          label={words.requestId}
          type="search"
          value={query['requestId']}
          maxLength={64}
          required={false}
        />
        {dateField('from')}
        {dateField('until')}
      </FilterForm>
      <Table
        page={page}
        caption={words.caption}
        rows={entries}
        rowKey={(entry) => entry.requestId}
        empty={<p>{filtered || isLater ? common.noMatches : words.empty}</p>}
        columns={[
          {
            key: 'request',
            header: words.request,
            cell: (entry) => (
              <>
                <a href={scimLogPath(entry.requestId)} class="mono">
                  {entry.method} {entry.path}
                </a>
                {entry.query !== undefined && <div class="muted small mono">{readable(entry.query)}</div>}
              </>
            ),
          },
          { key: 'at', header: words.at, cell: (entry) => <Time at={entry.at} exact /> },
          {
            key: 'status',
            header: words.statusLabel,
            cell: (entry) => <Status tone={toneOf(entry.status)} label={String(entry.status)} />,
          },
          {
            key: 'reason',
            header: words.reason,
            cell: (entry) => (
              <>
                {entry.scimType !== undefined && <code>{entry.scimType}</code>}
                {entry.detail !== undefined && <div class="small">{shortened(entry.detail)}</div>}
                {entry.further > 0 && <div class="muted small">{words.further(entry.further)}</div>}
              </>
            ),
          },
          {
            key: 'credential',
            header: words.credential,
            cell: (entry) => <Credential page={page} entry={entry} />,
          },
        ]}
      />
      {(isLater || next !== undefined) && (
        <nav class="pager" aria-label={common.pager.label}>
          <ul>
            {isLater && (
              <li>
                <a href={consolePath('/scim/log', query)}>{words.newest}</a>
              </li>
            )}
            {next !== undefined && (
              <li>
                <a href={consolePath('/scim/log', { ...query, before: next })} rel="next">
                  {words.older}
                </a>
              </li>
            )}
          </ul>
        </nav>
      )}
    </ConsoleFrame>
  )
}

export interface ScimLogRecordPageProps {
  readonly page: ConsolePage
  readonly record: ScimLogRecord
  readonly advice?: ScimAdvice
}

export function ScimLogRecordPage({ page, record, advice }: ScimLogRecordPageProps) {
  const words = consoleTexts(page).scimLog
  const { unknownMembers } = record.remarks
  return (
    <ConsoleFrame
      page={page}
      section="scimLog"
      title={words.detailTitle(record.method, record.path)}
      crumbs={[{ label: words.title, href: '/admin/scim/log' }]}
    >
      {advice !== undefined && <Advice page={page} advice={advice} failed={record.status >= 400} />}
      <Card title={words.details}>
        <Details
          page={page}
          items={[
            {
              label: words.statusLabel,
              value: <Status tone={toneOf(record.status)} label={String(record.status)} />,
            },
            ...(record.detail === undefined ? [] : [{ label: words.detail, value: record.detail }]),
            ...(record.scimType === undefined
              ? []
              : [{ label: words.scimType, value: <code>{record.scimType}</code> }]),
            ...(record.errorCode === undefined
              ? []
              : [{ label: words.code, value: <code>{record.errorCode}</code> }]),
            { label: words.at, value: <Time at={record.at} exact /> },
            { label: words.duration, value: words.milliseconds(record.milliseconds.toFixed(1)) },
            { label: words.credential, value: <Credential page={page} entry={record} /> },
            ...(record.query === undefined
              ? []
              : [{ label: words.query, value: <code>{readable(record.query)}</code> }]),
            ...(record.resourceId === undefined
              ? []
              : [
                  {
                    label: words.resource,
                    value: (
                      <>
                        {record.resourceType} <code>{record.resourceId}</code>{' '}
                        <a href={consolePath('/scim/log', { resource: record.resourceId })}>
                          {words.sameResource}
                        </a>
                      </>
                    ),
                  },
                ]),
            { label: words.address, value: record.address },
            { label: words.userAgent, value: record.userAgent },
            { label: words.requestId, value: <code>{record.requestId}</code> },
          ]}
        />
        {record.further > 0 && (
          <p class="muted">
            {words.further(record.further)}. {words.furtherMeans}
          </p>
        )}
      </Card>
      {unknownMembers && (
        <Card title={words.unknownMembers} lead={words.unknownMembersLead}>
          <ul>
            {unknownMembers.map((id) => (
              <li key={id}>
                <code>{id}</code>
              </li>
            ))}
          </ul>
        </Card>
      )}
      <div class="columns">
        <Body title={words.sent} json={record.request} none={words.sentNothing} />
        <Body title={words.answered} json={record.answer} none={words.answeredNothing} />
      </div>
    </ConsoleFrame>
  )
}

function Advice({
  page,
  advice,
  failed,
}: {
  readonly page: ConsolePage
  readonly advice: ScimAdvice
  readonly failed: boolean
}) {
  const { scimLog: words, scimAdvice } = consoleTexts(page)
  const { general, entra, okta, oneLogin } = scimAdvice[advice]
  const places = [
    [words.atEntra, entra],
    [words.atOkta, okta],
    [words.atOneLogin, oneLogin],
  ].filter((place): place is [string, string] => place[1] !== undefined)
  return (
    <Notice page={page} kind={failed ? 'danger' : 'warning'} title={words.whatToDo}>
      <p>{general}</p>
      {places.map(([name, text]) => (
        <p key={name}>
          <strong>{name}:</strong> {text}
        </p>
      ))}
    </Notice>
  )
}

function Credential({ page, entry }: { readonly page: ConsolePage; readonly entry: ScimLogEntry }) {
  const words = consoleTexts(page).scimLog
  if (entry.credentialId === undefined) return <span class="muted">{words.nobody}</span>
  if (entry.credentialId === CONNECTION_TEST) return <>{words.connectionTest}</>
  return <code>{entry.credentialId}</code>
}

function Body({
  title,
  json,
  none,
}: {
  readonly title: string
  readonly json: string | undefined
  readonly none: string
}) {
  return (
    <Card title={title}>
      {json === undefined ? (
        <p class="muted">{none}</p>
      ) : (
        <pre class="wrap" tabIndex={0}>
          {json}
        </pre>
      )}
    </Card>
  )
}

function toneOf(status: number): StatusTone {
  if (status >= 500) return 'bad'
  return status >= 400 ? 'warning' : 'good'
}

const LONGEST_DETAIL = 160

const shortened = (text: string): string =>
  text.length > LONGEST_DETAIL ? `${text.slice(0, LONGEST_DETAIL)}…` : text

/** A query as people write it; one that is no UTF-8 stays as it came. */
function readable(query: string): string {
  try {
    return decodeURIComponent(query.replaceAll('+', ' '))
  } catch {
    return query
  }
}
