/** The adoption queue: names that were pushed and are held by manual users and groups, and one of them side by side. */
import type { Group, GroupProfile } from '../../server/domain/group.js'
import type { HeldName, NameCollision } from '../../server/domain/name-collision.js'
import type { User, UserProfile } from '../../server/domain/user.js'
import { Card } from '../parts/card.js'
import { Details } from '../parts/details.js'
import { ActionButton, Button, FilterForm, Form, SelectField } from '../parts/form.js'
import { Notice } from '../parts/notice.js'
import { Pager } from '../parts/pager.js'
import { Status, Tag } from '../parts/status.js'
import { Table } from '../parts/table.js'
import { formatTime, Time } from '../parts/time.js'
import { commonTexts, ConsoleFrame, consoleTexts, type ConsolePage } from './frame.js'
import { isFiltered, listHref, PAGE_SIZE, type ListQuery } from './list-query.js'
import { ScimTabs } from './scim-tabs.js'
import { SearchField } from './search-field.js'

const casePath = ({ id }: NameCollision, rest = ''): string => `/admin/scim/adoption/${id}${rest}`

/** A collision and what stands for having looked at it. */
export interface ListedCase {
  readonly held: HeldName
  readonly sight: string
}

export interface AdoptionsPageProps {
  readonly page: ConsolePage
  readonly cases: readonly ListedCase[]
  readonly total: number
  readonly open: number
  readonly query: ListQuery
}

/** What tells people and groups apart at a glance, beside the name. */
const shortOf = (profile: UserProfile | GroupProfile): string | undefined =>
  'emails' in profile
    ? [profile.displayName, profile.emails[0]?.value].filter((text) => text !== undefined).join(', ')
    : profile.description

export function AdoptionsPage({ page, cases, total, open, query }: AdoptionsPageProps) {
  const common = commonTexts(page)
  const words = consoleTexts(page).adoption
  const rejected = query.filters['status'] === 'rejected'
  const empty = rejected ? words.emptyRejected : words.empty
  const table = (
    <Table
      page={page}
      caption={words.caption}
      rows={cases}
      rowKey={({ held }) => held.collision.id}
      {...(page.mayChange && {
        selection: {
          name: 'sight',
          value: ({ sight }: ListedCase) => sight,
          label: ({ held }: ListedCase) => held.collision.name,
        },
      })}
      empty={<p>{isFiltered(query) && !rejected ? common.noMatches : empty}</p>}
      columns={[
        {
          key: 'name',
          header: words.search,
          cell: ({ held: { collision } }) => <a href={casePath(collision)}>{collision.name}</a>,
        },
        { key: 'kind', header: words.kind, cell: ({ held }) => words[held.kind] },
        { key: 'here', header: words.here, cell: ({ held }) => shortOf(held.holder) },
        { key: 'pushed', header: words.pushed, cell: ({ held }) => shortOf(held.collision.pushed) },
        {
          key: 'externalId',
          header: words.pushedExternalId,
          cell: ({ held }) => held.collision.pushed.externalId,
        },
        { key: 'pushes', header: words.pushes, align: 'end', cell: ({ held }) => held.collision.pushes },
        {
          key: 'lastSeen',
          header: words.lastSeen,
          cell: ({ held }) => <Time at={held.collision.lastSeenAt} />,
        },
      ]}
    />
  )
  return (
    <ConsoleFrame page={page} section="scim" title={words.title} lead={words.lead}>
      <ScimTabs page={page} current="adoption" open={open} />
      <FilterForm page={page} action="/admin/scim/adoption" label={words.find}>
        <SearchField page={page} label={words.search} query={query} />
        <SelectField
          page={page}
          name="kind"
          label={words.kind}
          value={query.filters['kind']}
          choices={[
            { value: '', label: words.allKinds },
            { value: 'user', label: words.user },
            { value: 'group', label: words.group },
          ]}
        />
        <SelectField
          page={page}
          name="status"
          label={common.status}
          value={query.filters['status']}
          choices={[
            { value: '', label: words.open },
            { value: 'rejected', label: words.rejected },
          ]}
        />
      </FilterForm>
      {page.mayChange && cases.length > 0 ? (
        <Form page={page} action="/admin/scim/adoption/link" class="stack" label={words.caption}>
          {table}
          <div class="bulk">
            <span class="muted">{words.bulk}</span>
            <Button small>{words.linkSelected}</Button>
          </div>
        </Form>
      ) : (
        table
      )}
      <Pager
        page={page}
        total={total}
        size={PAGE_SIZE}
        number={query.number}
        href={(number) => listHref('/scim/adoption', query, { number })}
      />
    </ConsoleFrame>
  )
}

export interface AdoptionCasePageProps {
  readonly page: ConsolePage
  readonly held: HeldName
  readonly sight: string
  /** The imported user or group that was to get the name. */
  readonly renamed?: User | Group
  readonly open: number
}

export function AdoptionCasePage({ page, held, sight, renamed, open }: AdoptionCasePageProps) {
  const words = consoleTexts(page).adoption
  const { collision, holder } = held
  return (
    <ConsoleFrame
      page={page}
      section="scim"
      title={words.caseTitle(collision.name)}
      crumbs={[{ label: words.title, href: '/admin/scim/adoption' }]}
    >
      <ScimTabs page={page} current="adoption" open={open} />
      {collision.status === 'rejected' && (
        <Notice page={page} kind="info">
          {words.rejectedBy(collision.decidedBy ?? '', formatTime(collision.decidedAt ?? ''))}
        </Notice>
      )}
      {renamed && (
        <Notice page={page} kind="warning" title={words.renamingTitle}>
          <p>
            {words.renaming(nameOf(renamed))} <a href={pathOf(held.kind, renamed.id)}>{nameOf(renamed)}</a>
          </p>
        </Notice>
      )}
      <Card>
        <Details
          page={page}
          items={[
            { label: words.kind, value: words[held.kind] },
            {
              label: words.holder,
              value: <a href={pathOf(held.kind, holder.id)}>{nameOf(holder)}</a>,
            },
            { label: words.pushes, value: collision.pushes },
            { label: words.firstSeen, value: <Time at={collision.firstSeenAt} /> },
            { label: words.lastSeen, value: <Time at={collision.lastSeenAt} /> },
            { label: words.credential, value: <code>{collision.credentialId}</code> },
          ]}
        />
      </Card>
      <Comparison page={page} held={held} />
      {page.mayChange && <Decision page={page} held={held} sight={sight} linkable={renamed === undefined} />}
    </ConsoleFrame>
  )
}

const nameOf = (subject: User | Group): string =>
  'userName' in subject ? subject.userName : subject.displayName

const pathOf = (kind: HeldName['kind'], id: string): string =>
  kind === 'user' ? `/admin/users/${id}` : `/admin/groups/${id}`

/** One attribute on both sides, as text. */
interface Line {
  readonly label: string
  readonly here: string | undefined
  readonly pushed: string | undefined
  /** Linking leaves it as it is here. */
  readonly kept?: boolean
}

function linesOf(page: ConsolePage, held: HeldName): readonly Line[] {
  const common = commonTexts(page)
  const { adoption: words, users, groups } = consoleTexts(page)
  if (held.kind === 'group') {
    const { holder: here, collision } = held
    const { pushed } = collision
    return [
      { label: groups.name, here: here.displayName, pushed: pushed.displayName },
      { label: common.description, here: here.description, pushed: pushed.description },
      { label: users.externalId, here: here.externalId, pushed: pushed.externalId },
      { label: words.members, here: String(here.memberCount), pushed: undefined, kept: true },
    ]
  }
  const { holder: here, collision } = held
  const { pushed } = collision
  const active = (is: boolean) => (is ? users.statusActive : users.statusDisabled)
  const emails = (of: typeof pushed) => of.emails.map(({ value }) => value).join(', ')
  const others = (of: typeof pushed) =>
    Object.keys(of.attributes).length === 0 ? undefined : JSON.stringify(of.attributes, undefined, 1)
  return [
    { label: users.userName, here: here.userName, pushed: pushed.userName },
    { label: users.displayName, here: here.displayName, pushed: pushed.displayName },
    { label: users.givenName, here: here.givenName, pushed: pushed.givenName },
    { label: users.familyName, here: here.familyName, pushed: pushed.familyName },
    { label: users.email, here: emails(here), pushed: emails(pushed) },
    { label: common.description, here: here.description, pushed: pushed.description },
    { label: users.externalId, here: here.externalId, pushed: pushed.externalId },
    { label: users.status, here: active(here.active), pushed: active(pushed.active) },
    { label: words.otherAttributes, here: others(here), pushed: others(pushed) },
    { label: users.groups, here: String(here.groupCount), pushed: undefined, kept: true },
  ]
}

function Comparison({ page, held }: { readonly page: ConsolePage; readonly held: HeldName }) {
  const common = commonTexts(page)
  const words = consoleTexts(page).adoption
  const shown = (text: string | undefined) =>
    text === undefined || text === '' ? <span class="muted">{common.notSet}</span> : text
  return (
    <Card title={words.compareTitle} lead={words.compareLead}>
      <Table
        page={page}
        caption={words.compareCaption}
        rows={linesOf(page, held)}
        rowKey={({ label }) => label}
        columns={[
          { key: 'attribute', header: words.attribute, cell: ({ label }) => label },
          { key: 'here', header: words.here, cell: ({ here }) => shown(here) },
          {
            key: 'pushed',
            header: words.pushed,
            cell: ({ pushed, kept }) => (kept ? <Tag label={words.kept} /> : shown(pushed)),
          },
          {
            key: 'difference',
            header: words.differs,
            cell: ({ here, pushed, kept }) =>
              kept ? undefined : (here ?? '') === (pushed ?? '') ? (
                <span class="muted">{words.same}</span>
              ) : (
                <Status tone="warning" label={words.differs} />
              ),
          },
        ]}
      />
    </Card>
  )
}

function Decision({
  page,
  held,
  sight,
  linkable,
}: {
  readonly page: ConsolePage
  readonly held: HeldName
  readonly sight: string
  readonly linkable: boolean
}) {
  const words = consoleTexts(page).adoption
  const { collision } = held
  const turned = held.kind === 'user' && held.holder.active !== held.collision.pushed.active
  return (
    <div class="columns">
      {linkable && (
        <Card title={words.linkTitle}>
          <div class="prose">
            <p>{held.kind === 'user' ? words.linkUser : words.linkGroup}</p>
            {turned && (
              <Notice page={page} kind="warning">
                {held.collision.pushed.active ? words.linkEnables : words.linkDisables}
              </Notice>
            )}
          </div>
          <ActionButton page={page} action={casePath(collision, '/link')} fields={{ sight }} kind="primary">
            {words.link}
          </ActionButton>
        </Card>
      )}
      {collision.status === 'open' && (
        <Card title={words.reject}>
          <div class="prose">
            <p>{words.rejectLead}</p>
          </div>
          <ActionButton page={page} action={casePath(collision, '/reject')} fields={{ sight }}>
            {words.reject}
          </ActionButton>
        </Card>
      )}
    </div>
  )
}
