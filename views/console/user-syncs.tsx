/** CAM user synchronizations: all of them, those of one user, group or account, and one with its users. */
import type { ComponentChildren } from 'preact'
import type { PrincipalType } from '../../server/domain/assignment.js'
import type { UserSync, UserSyncMember, UserSyncStatus } from '../../server/domain/user-sync.js'
import { Card } from '../parts/card.js'
import { Details } from '../parts/details.js'
import {
  ActionButton,
  Button,
  ButtonLink,
  ErrorSummary,
  FilterForm,
  Form,
  FormActions,
  RadioField,
  SelectField,
  TextArea,
  type FieldErrors,
  type FormValues,
} from '../parts/form.js'
import { Notice } from '../parts/notice.js'
import { Pager } from '../parts/pager.js'
import { Status, Tag, type StatusTone } from '../parts/status.js'
import { Table, type Column } from '../parts/table.js'
import { Time } from '../parts/time.js'
import { commonTexts, ConsoleFrame, consoleTexts, type ConsolePage } from './frame.js'
import { isFiltered, listHref, PAGE_SIZE, type ListQuery } from './list-query.js'
import { SearchField } from './search-field.js'
import { REFRESH_SECONDS } from './tasks.js'

const TONES: Record<UserSyncStatus, StatusTone> = {
  synchronizing: 'waiting',
  succeeded: 'good',
  failed: 'bad',
  removing: 'waiting',
  removalFailed: 'bad',
}
const MEMBER_TONES: Record<UserSyncMember['state'], StatusTone> = {
  pending: 'waiting',
  synchronized: 'good',
  failed: 'bad',
}

export const STATUSES = Object.keys(TONES) as readonly UserSyncStatus[]

export const userSyncPath = ({ id }: Pick<UserSync, 'id'>, rest = ''): string =>
  `/admin/user-syncs/${id}${rest}`

/** The principal by the name it had then, leading to its page. */
export function PrincipalLink({
  principal,
  name,
}: {
  readonly principal: { readonly type: PrincipalType; readonly id: string }
  readonly name: string
}) {
  return <a href={`/admin/${principal.type}s/${principal.id}`}>{name}</a>
}

interface UserSyncTableProps {
  readonly page: ConsolePage
  readonly syncs: readonly UserSync[]
  readonly empty: string
  /** The one thing that all of them are about, which then has no column. */
  readonly of?: 'account' | 'group' | 'user'
}

export function UserSyncTable({ page, syncs, empty, of }: UserSyncTableProps) {
  const words = consoleTexts(page).userSyncs
  const { accounts } = consoleTexts(page)
  const columns: readonly Column<UserSync>[] = [
    {
      key: 'account',
      header: words.account,
      cell: (sync) => (
        <>
          <a href={userSyncPath(sync)}>{sync.accountName}</a>
          <div class="muted small">{sync.accountUin}</div>
        </>
      ),
    },
    {
      key: 'principal',
      header: words.principal,
      cell: (sync) => (
        <>
          <PrincipalLink principal={sync.principal} name={sync.principalName} />{' '}
          <Tag label={accounts[sync.principal.type]} />
        </>
      ),
    },
    {
      key: 'status',
      header: words.status,
      cell: (sync) => (
        <div>
          <Status tone={TONES[sync.status]} label={words[sync.status]} />
          {sync.failureReason !== undefined && <div class="small muted">{sync.failureReason}</div>}
        </div>
      ),
    },
    { key: 'created', header: words.created, cell: (sync) => <Time at={sync.createdAt} /> },
  ]
  const [account, principal, ...rest] = columns
  if (!account || !principal) return null
  const principalFirst: Column<UserSync> = {
    ...principal,
    cell: (sync) => (
      <>
        <a href={userSyncPath(sync)}>{sync.principalName}</a> <Tag label={accounts[sync.principal.type]} />
      </>
    ),
  }
  const through: Column<UserSync> = {
    ...principal,
    cell: (sync) =>
      sync.principal.type === 'user' ? words.directly : words.throughGroup(sync.principalName),
  }
  const shown =
    of === undefined
      ? columns
      : of === 'account'
        ? [principalFirst, ...rest]
        : of === 'user'
          ? [account, through, ...rest]
          : [account, ...rest]
  return (
    <Table
      page={page}
      caption={words.caption}
      rows={syncs}
      rowKey={(sync) => sync.id}
      empty={<p>{empty}</p>}
      columns={shown}
    />
  )
}

export interface UserSyncTabProps {
  readonly page: ConsolePage
  readonly syncs: readonly UserSync[]
  readonly total: number
  readonly number: number
  readonly of: 'account' | 'group' | 'user'
  /** Of the page that the tab is on, below `/admin`. */
  readonly path: string
  /** Where asking for a synchronization begins. */
  readonly createHref: string
}

/** The syncs of one user, group or account, on a tab of its page. */
export function UserSyncTab({ page, syncs, total, number, of, path, createHref }: UserSyncTabProps) {
  const words = consoleTexts(page).userSyncs
  return (
    <>
      {page.mayChange && (
        <div class="button-row">
          <ButtonLink href={createHref}>{words.create}</ButtonLink>
        </div>
      )}
      <UserSyncTable page={page} syncs={syncs} of={of} empty={words.emptyHere} />
      <Pager
        page={page}
        total={total}
        size={PAGE_SIZE}
        number={number}
        href={(next) => listHref(path, { filters: {}, number: next })}
      />
    </>
  )
}

export interface UserSyncsPageProps {
  readonly page: ConsolePage
  readonly syncs: readonly UserSync[]
  readonly total: number
  readonly query: ListQuery
}

export function UserSyncsPage({ page, syncs, total, query }: UserSyncsPageProps) {
  const common = commonTexts(page)
  const words = consoleTexts(page).userSyncs
  return (
    <ConsoleFrame
      page={page}
      section="userSyncs"
      title={words.title}
      lead={words.lead}
      actions={
        <ButtonLink kind="primary" href="/admin/user-syncs/new">
          {words.create}
        </ButtonLink>
      }
    >
      <FilterForm page={page} action="/admin/user-syncs" label={words.find}>
        <SearchField page={page} label={words.search} query={query} />
        <SelectField
          page={page}
          name="status"
          label={words.status}
          value={query.filters['status']}
          choices={[
            { value: '', label: words.allStatuses },
            ...STATUSES.map((status) => ({ value: status, label: words[status] })),
          ]}
        />
      </FilterForm>
      <UserSyncTable page={page} syncs={syncs} empty={isFiltered(query) ? common.noMatches : words.empty} />
      <Pager
        page={page}
        total={total}
        size={PAGE_SIZE}
        number={query.number}
        href={(number) => listHref('/user-syncs', query, { number })}
      />
    </ConsoleFrame>
  )
}

const crumbsTo = (page: ConsolePage, sync?: UserSync) => [
  { label: consoleTexts(page).userSyncs.title, href: '/admin/user-syncs' },
  ...(sync ? [{ label: titleOf(sync), href: userSyncPath(sync) }] : []),
]

const titleOf = (sync: UserSync): string => `${sync.principalName} → ${sync.accountName}`

export interface UserSyncPageProps {
  readonly page: ConsolePage
  readonly sync: UserSync
  readonly members: readonly UserSyncMember[]
  readonly total: number
  readonly number: number
}

/** Loads itself again while something is in progress. */
export function UserSyncPage({ page, sync, members, total, number }: UserSyncPageProps) {
  const words = consoleTexts(page).userSyncs
  const isBusy = sync.status === 'synchronizing' || sync.status === 'removing'
  const isFailed = sync.status === 'failed' || sync.status === 'removalFailed'
  return (
    <ConsoleFrame
      page={page}
      section="userSyncs"
      title={titleOf(sync)}
      crumbs={crumbsTo(page)}
      refreshSeconds={isBusy ? REFRESH_SECONDS : undefined}
      actions={
        <>
          {!isBusy && (
            <ActionButton page={page} action={userSyncPath(sync, '/again')}>
              {words.again}
            </ActionButton>
          )}
          {sync.status !== 'removing' && sync.status !== 'removalFailed' && (
            <ButtonLink href={userSyncPath(sync, '/edit')}>{words.edit}</ButtonLink>
          )}
          {sync.status !== 'removing' && (
            <ButtonLink href={userSyncPath(sync, '/remove')}>{words.remove}</ButtonLink>
          )}
        </>
      }
    >
      {isFailed && (
        <Notice page={page} kind="danger" title={words[sync.status]}>
          {sync.failureReason ?? words[sync.status]}
        </Notice>
      )}
      <Card title={words.basics}>
        <Details
          page={page}
          items={[
            {
              label: words.account,
              value: <a href={`/admin/accounts/${sync.accountUin}`}>{sync.accountName}</a>,
            },
            {
              label: words.principal,
              value: <PrincipalLink principal={sync.principal} name={sync.principalName} />,
            },
            { label: words.status, value: <Status tone={TONES[sync.status]} label={words[sync.status]} /> },
            { label: words.description, value: sync.description },
            { label: words.conflictPolicy, value: words[sync.conflictPolicy] },
            { label: words.deletionPolicy, value: words[sync.deletionPolicy] },
            { label: words.id, value: <code>{sync.id}</code> },
            { label: words.created, value: <Time at={sync.createdAt} /> },
          ]}
        />
      </Card>
      <h2>{words.members}</h2>
      <Table
        page={page}
        caption={words.members}
        rows={members}
        rowKey={(member) => member.userId}
        empty={<p>{words.noMembers}</p>}
        columns={[
          {
            key: 'user',
            header: words.user,
            cell: (member) => <a href={`/admin/users/${member.userId}`}>{member.userName}</a>,
          },
          { key: 'camUser', header: words.camUser, cell: (member) => member.camUser?.name },
          {
            key: 'camUserUin',
            header: words.camUserUin,
            cell: (member) => member.camUser && <code>{member.camUser.uin}</code>,
          },
          {
            key: 'status',
            header: words.status,
            cell: (member) => (
              <div>
                <Status tone={MEMBER_TONES[member.state]} label={words[member.state]} />
                {member.failureReason !== undefined && <div class="small muted">{member.failureReason}</div>}
              </div>
            ),
          },
        ]}
      />
      <Pager
        page={page}
        total={total}
        size={PAGE_SIZE}
        number={number}
        href={(next) => listHref(`/user-syncs/${sync.id}`, { filters: {}, number: next })}
      />
    </ConsoleFrame>
  )
}

/** Description and both policies, as the wizard and the editing page ask for them. */
export function PolicyFields({
  page,
  values,
  errors,
}: {
  readonly page: ConsolePage
  readonly values: FormValues
  readonly errors?: FieldErrors
}): ComponentChildren {
  const words = consoleTexts(page).userSyncs
  return (
    <>
      <TextArea
        page={page}
        name="description"
        label={words.description}
        hint={words.descriptionHint}
        value={values['description']}
        errors={errors}
        maxLength={256}
        rows={2}
        required={false}
      />
      <RadioField
        page={page}
        name="conflictPolicy"
        label={words.conflictPolicy}
        value={values['conflictPolicy'] || 'keepBoth'}
        choices={[
          { value: 'keepBoth', label: words.keepBoth, hint: words.keepBothHint },
          { value: 'replace', label: words.replace, hint: words.replaceHint },
        ]}
      />
      <RadioField
        page={page}
        name="deletionPolicy"
        label={words.deletionPolicy}
        value={values['deletionPolicy'] || 'keep'}
        choices={[
          { value: 'keep', label: words.keep, hint: words.keepHint },
          { value: 'delete', label: words.delete, hint: words.deleteHint },
        ]}
      />
    </>
  )
}

export interface EditUserSyncPageProps {
  readonly page: ConsolePage
  readonly sync: UserSync
  readonly values: FormValues
  readonly errors?: FieldErrors
}

export function EditUserSyncPage({ page, sync, values, errors }: EditUserSyncPageProps) {
  const common = commonTexts(page)
  const words = consoleTexts(page).userSyncs
  return (
    <ConsoleFrame
      page={page}
      section="userSyncs"
      title={words.editTitle(sync.principalName)}
      crumbs={crumbsTo(page, sync)}
      lead={words.editNote}
    >
      <Card>
        <Form page={page} action={userSyncPath(sync, '/edit')}>
          <ErrorSummary page={page} errors={errors} />
          <PolicyFields page={page} values={values} errors={errors} />
          <FormActions>
            <Button kind="primary">{common.save}</Button>
            <a href={userSyncPath(sync)}>{common.cancel}</a>
          </FormActions>
        </Form>
      </Card>
    </ConsoleFrame>
  )
}
