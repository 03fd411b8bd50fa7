/** The guard over what SCIM takes away: what it does, what it holds, and deciding on it. */
import type { GuardEntry, GuardState, LossCounts } from '../../server/domain/scim-guard.js'
import { Card } from '../parts/card.js'
import { Details, type Detail } from '../parts/details.js'
import {
  ActionButton,
  Button,
  ButtonLink,
  ErrorSummary,
  FilterForm,
  Form,
  FormActions,
  SelectField,
  TextField,
  type FieldErrors,
  type FormValues,
} from '../parts/form.js'
import { Pager } from '../parts/pager.js'
import { Notice } from '../parts/notice.js'
import { Status, type StatusTone } from '../parts/status.js'
import { Table } from '../parts/table.js'
import { Time } from '../parts/time.js'
import { commonTexts, ConsoleFrame, consoleTexts, type ConsolePage } from './frame.js'
import { isFiltered, listHref, PAGE_SIZE, type ListQuery } from './list-query.js'
import { ScimTabs } from './scim-tabs.js'
import { SearchField } from './search-field.js'

export interface ScimGuardPageProps {
  readonly page: ConsolePage
  readonly enabled: boolean
  readonly windowMinutes: number
  readonly state: GuardState
  readonly sight: string
  readonly losses: LossCounts
  readonly allowed: LossCounts
  readonly entries: readonly GuardEntry[]
  readonly total: number
  readonly query: ListQuery
  readonly openCollisions: number
  /** What was entered for a release that was refused, and why. */
  readonly refused?: { readonly values: FormValues; readonly errors: FieldErrors }
}

const TONES: Readonly<Record<GuardState['status'], StatusTone>> = {
  watching: 'good',
  held: 'bad',
  released: 'warning',
  refused: 'bad',
}

export function ScimGuardPage(props: ScimGuardPageProps) {
  const { page, enabled, state, openCollisions } = props
  const words = consoleTexts(page).guard
  return (
    <ConsoleFrame page={page} section="scim" title={words.title} lead={words.lead}>
      <ScimTabs page={page} current="guard" open={openCollisions} />
      <Card
        title={words.state}
        lead={enabled ? leadOf(props) : words.offLead}
        actions={<ButtonLink href="/admin/settings">{words.changeSettings}</ButtonLink>}
      >
        <p>
          <Status
            tone={enabled ? TONES[state.status] : 'neutral'}
            label={enabled ? words[state.status] : words.off}
          />
        </p>
        <Details page={page} items={factsOf(props)} />
      </Card>
      {page.mayChange && enabled && state.status !== 'watching' && <Decision {...props} />}
      <Entries {...props} />
    </ConsoleFrame>
  )
}

function leadOf({ page, state, windowMinutes }: ScimGuardPageProps): string {
  const words = consoleTexts(page).guard
  switch (state.status) {
    case 'watching':
      return words.watchingLead(windowMinutes)
    case 'held':
      return words.heldLead
    case 'released':
      return words.releasedLead
    case 'refused':
      return words.refusedLead
    default:
      return state.status satisfies never
  }
}

function factsOf({ page, enabled, state, losses, allowed }: ScimGuardPageProps): readonly Detail[] {
  const words = consoleTexts(page).guard
  const counts = [
    { label: words.usersLost, value: words.lossesOf(losses.users, allowed.users) },
    { label: words.groupsLost, value: words.lossesOf(losses.groups, allowed.groups) },
  ]
  if (!enabled || state.status === 'watching') return enabled ? counts : []
  const { trip } = state
  const reason = trip?.kind === 'users' ? words.tripUsers : words.tripGroups
  return [
    { label: words.since, value: <Time at={state.since} /> },
    ...(trip ? [{ label: words.trip, value: reason(trip.losses, trip.allowed) }] : []),
    { label: words.heldRequests, value: state.heldRequests },
    ...(state.lastHeldAt === undefined
      ? []
      : [{ label: words.lastHeld, value: <Time at={state.lastHeldAt} /> }]),
    ...(state.status === 'held' ? [] : [{ label: words.decidedBy, value: state.decidedBy }]),
    ...(state.releasedUntil === undefined
      ? []
      : [{ label: words.releasedUntil, value: <Time at={state.releasedUntil} /> }]),
    ...(state.releaseLeft === undefined ? [] : [{ label: words.releaseLeft, value: state.releaseLeft }]),
  ]
}

/** What the administrator may do in this state; each form carries the state that it was shown for. */
function Decision({ page, state, sight, refused }: ScimGuardPageProps) {
  const words = consoleTexts(page).guard
  const fields = { sight }
  return (
    <div class="columns">
      {state.status !== 'released' && (
        <Card title={words.releaseTitle} lead={words.releaseLead}>
          <Form page={page} action="/admin/scim/guard/release">
            <ErrorSummary page={page} errors={refused?.errors} />
            <input type="hidden" name="sight" value={sight} />
            <TextField
              page={page}
              name="hours"
              label={words.hours}
              hint={words.hoursHint}
              type="number"
              min={1}
              max={72}
              value={refused?.values['hours'] ?? '24'}
              errors={refused?.errors}
              width="short"
            />
            <TextField
              page={page}
              name="limit"
              label={words.limit}
              hint={words.limitHint}
              type="number"
              min={1}
              value={refused?.values['limit']}
              errors={refused?.errors}
              required={false}
              width="short"
            />
            <FormActions>
              <Button kind="primary">{words.release}</Button>
            </FormActions>
          </Form>
        </Card>
      )}
      {state.status !== 'refused' && (
        <Card title={words.refuseTitle} lead={words.refuseLead}>
          <ActionButton page={page} action="/admin/scim/guard/refuse" fields={fields} kind="danger">
            {words.refuse}
          </ActionButton>
        </Card>
      )}
      {state.status !== 'held' && (
        <Card title={words.resumeTitle} lead={words.resumeLead}>
          <ActionButton page={page} action="/admin/scim/guard/resume" fields={fields}>
            {words.resume}
          </ActionButton>
        </Card>
      )}
    </div>
  )
}

function Entries({ page, state, entries, total, query }: ScimGuardPageProps) {
  const words = consoleTexts(page).guard
  const current = state.status === 'held' || state.status === 'refused'
  return (
    <Card
      title={current ? words.entriesTitle : words.lastEntriesTitle}
      lead={current ? words.entriesLead : words.lastEntriesLead}
    >
      <FilterForm page={page} action="/admin/scim/guard" label={words.find}>
        <SearchField page={page} label={words.search} query={query} />
        <SelectField
          page={page}
          name="action"
          label={words.action}
          value={query.filters['action']}
          choices={[
            { value: '', label: words.allActions },
            ...Object.entries(words.actions).map(([value, label]) => ({ value, label })),
          ]}
        />
      </FilterForm>
      {state.unlisted && (
        <Notice page={page} kind="warning">
          {words.unlisted}
        </Notice>
      )}
      <Table
        page={page}
        caption={words.entriesTitle}
        rows={entries}
        rowKey={({ action, userId, groupId }) => [action, groupId, userId].join(' ')}
        empty={<p>{isFiltered(query) ? commonTexts(page).noMatches : words.empty}</p>}
        columns={[
          {
            key: 'user',
            header: words.user,
            cell: ({ userId, userName, groupName }) =>
              userId === undefined ? groupName : <a href={`/admin/users/${userId}`}>{userName ?? userId}</a>,
          },
          { key: 'action', header: words.action, cell: ({ action }) => words.actions[action] },
          {
            key: 'group',
            header: words.group,
            cell: ({ groupId, groupName }) =>
              groupId === undefined ? undefined : <a href={`/admin/groups/${groupId}`}>{groupName}</a>,
          },
          { key: 'tried', header: words.tried, align: 'end', cell: ({ requests }) => requests },
          { key: 'first', header: words.first, cell: ({ firstAt }) => <Time at={firstAt} /> },
          { key: 'last', header: words.last, cell: ({ lastAt }) => <Time at={lastAt} /> },
        ]}
      />
      <Pager
        page={page}
        total={total}
        size={PAGE_SIZE}
        number={query.number}
        href={(number) => listHref('/scim/guard', query, { number })}
      />
    </Card>
  )
}
