/** Groups: the list, one group with its users and permissions, and what changes them. */
import type { ComponentChildren } from 'preact'
import type { Assignment } from '../../server/domain/assignment.js'
import type { Group, GroupMember } from '../../server/domain/group.js'
import type { UserSync } from '../../server/domain/user-sync.js'
import { Card } from '../parts/card.js'
import { Details } from '../parts/details.js'
import {
  Button,
  ButtonLink,
  ErrorSummary,
  FilterForm,
  Form,
  FormActions,
  RadioField,
  SelectField,
  TextArea,
  TextField,
  type FieldErrors,
  type FormValues,
} from '../parts/form.js'
import { Notice } from '../parts/notice.js'
import { Pager } from '../parts/pager.js'
import { Tag } from '../parts/status.js'
import { Table, type Column } from '../parts/table.js'
import { Tabs } from '../parts/tabs.js'
import { Time } from '../parts/time.js'
import {
  commonTexts,
  ConsoleFrame,
  consolePath,
  consoleTexts,
  typeName,
  UserStatus,
  type ConsolePage,
} from './frame.js'
import { actionsColumns, sinceColumn } from './assignments.js'
import { isFiltered, listHref, PAGE_SIZE, type ListQuery } from './list-query.js'
import { SearchField } from './search-field.js'
import { UserSyncTab } from './user-syncs.js'
import type { ListedUser } from './users.js'

export const groupPath = (group: Pick<Group, 'id'>, rest = ''): string => `/admin/groups/${group.id}${rest}`

export interface GroupsPageProps {
  readonly page: ConsolePage
  readonly groups: readonly Group[]
  readonly total: number
  readonly query: ListQuery
}

export function GroupsPage({ page, groups, total, query }: GroupsPageProps) {
  const common = commonTexts(page)
  const { groups: words, terms } = consoleTexts(page)
  return (
    <ConsoleFrame
      page={page}
      section="groups"
      title={common.navigation.groups}
      lead={words.lead}
      actions={
        <ButtonLink href="/admin/groups/new" kind="primary">
          {words.create}
        </ButtonLink>
      }
    >
      <FilterForm page={page} action="/admin/groups" label={words.find}>
        <SearchField page={page} label={words.search} query={query} />
        <SelectField
          page={page}
          name="type"
          label={common.type}
          value={query.filters['type']}
          choices={[
            { value: '', label: terms.allTypes },
            { value: 'manual', label: terms.manual },
            { value: 'synchronized', label: terms.synchronized },
          ]}
        />
      </FilterForm>
      <Table
        page={page}
        caption={words.caption}
        columns={groupColumns(page)}
        rows={groups}
        rowKey={(group) => group.id}
        sorting={{
          order: query.order,
          href: (order) => listHref('/groups', query, { order, number: 1 }),
        }}
        empty={<p>{isFiltered(query) ? common.noMatches : words.empty}</p>}
      />
      <Pager
        page={page}
        total={total}
        size={PAGE_SIZE}
        number={query.number}
        href={(number) => listHref('/groups', query, { number })}
      />
    </ConsoleFrame>
  )
}

function groupColumns(page: ConsolePage): readonly Column<Group>[] {
  const common = commonTexts(page)
  const words = consoleTexts(page).groups
  return [
    {
      key: 'displayName',
      header: words.name,
      sortable: true,
      cell: (group) => <a href={groupPath(group)}>{group.displayName}</a>,
    },
    { key: 'description', header: common.description, cell: (group) => group.description },
    { key: 'members', header: words.members, align: 'end', cell: (group) => group.memberCount },
    { key: 'type', header: common.type, cell: (group) => <Tag label={typeName(page, group.type)} /> },
    {
      key: 'createdAt',
      header: common.created,
      sortable: true,
      cell: (group) => <Time at={group.createdAt} />,
    },
  ]
}

export interface GroupFormPageProps {
  readonly page: ConsolePage
  /** Absent for a new group. */
  readonly group?: Pick<Group, 'id' | 'displayName'>
  readonly values: FormValues
  readonly errors?: FieldErrors
}

/** Creates a group, or changes its name and description. */
export function GroupFormPage({ page, group, values, errors }: GroupFormPageProps) {
  const common = commonTexts(page)
  const { groups: words, terms } = consoleTexts(page)
  return (
    <ConsoleFrame
      page={page}
      section="groups"
      title={group ? words.editTitle(group.displayName) : words.newTitle}
      crumbs={[
        { label: common.navigation.groups, href: '/admin/groups' },
        ...(group ? [{ label: group.displayName, href: groupPath(group) }] : []),
      ]}
    >
      <Card>
        <Form page={page} action={group ? groupPath(group, '/edit') : '/admin/groups'}>
          <ErrorSummary page={page} errors={errors} />
          <TextField
            page={page}
            name="displayName"
            label={words.name}
            hint={words.nameHint}
            value={values['displayName']}
            errors={errors}
            maxLength={128}
          />
          <TextArea
            page={page}
            name="description"
            label={common.description}
            value={values['description']}
            errors={errors}
            maxLength={1024}
            required={false}
          />
          {!group && (
            <RadioField
              page={page}
              name="type"
              label={common.type}
              hint={words.typeHint}
              value={values['type'] ?? 'manual'}
              errors={errors}
              choices={[
                { value: 'manual', label: terms.manual, hint: words.manualHint },
                { value: 'synchronized', label: terms.synchronized, hint: words.synchronizedHint },
              ]}
            />
          )}
          <FormActions>
            <Button kind="primary">{group ? common.save : words.create}</Button>
            <a href={group ? groupPath(group) : '/admin/groups'}>{common.cancel}</a>
          </FormActions>
        </Form>
      </Card>
    </ConsoleFrame>
  )
}

/** What the identity provider alone may change now. */
export interface GroupLocks {
  readonly profile: boolean
  readonly members: boolean
}

interface GroupFrameProps {
  readonly page: ConsolePage
  readonly group: Group
  readonly locks: GroupLocks
  readonly tab: 'members' | 'permissions' | 'access' | 'userSyncs'
  readonly children: ComponentChildren
}

/** What every tab of a group shows above it. */
export function GroupFrame({ page, group, locks, tab, children }: GroupFrameProps) {
  const common = commonTexts(page)
  const { groups: words, users, terms, userSyncs, access } = consoleTexts(page)
  return (
    <ConsoleFrame
      page={page}
      section="groups"
      title={group.displayName}
      crumbs={[{ label: common.navigation.groups, href: '/admin/groups' }]}
      actions={
        !locks.profile && (
          <>
            <ButtonLink href={groupPath(group, '/edit')}>{common.edit}</ButtonLink>
            <ButtonLink href={groupPath(group, '/delete')}>{common.delete}</ButtonLink>
          </>
        )
      }
    >
      {locks.profile && (
        <Notice page={page} kind="info">
          {words.scimOwnedNote}
        </Notice>
      )}
      <Card title={words.basics}>
        <Details
          page={page}
          items={[
            { label: common.description, value: group.description },
            { label: common.type, value: <Tag label={typeName(page, group.type)} /> },
            {
              label: users.origin,
              value: group.createdBy === 'scim' ? terms.byScim : terms.byAdministrator,
            },
            ...(group.externalId === undefined
              ? []
              : [{ label: users.externalId, value: <code>{group.externalId}</code> }]),
            { label: words.id, value: <code>{group.id}</code> },
            { label: common.created, value: <Time at={group.createdAt} /> },
            { label: users.lastChanged, value: <Time at={group.updatedAt} /> },
          ]}
        />
      </Card>
      <Tabs
        page={page}
        tabs={[
          {
            href: groupPath(group),
            label: words.tabMembers,
            count: group.memberCount,
            current: tab === 'members',
          },
          {
            href: groupPath(group, '/permissions'),
            label: words.tabPermissions,
            current: tab === 'permissions',
          },
          { href: groupPath(group, '/access'), label: access.tab, current: tab === 'access' },
          {
            href: groupPath(group, '/user-syncs'),
            label: userSyncs.tab,
            current: tab === 'userSyncs',
          },
        ]}
      />
      {children}
    </ConsoleFrame>
  )
}

export interface GroupMembersPageProps {
  readonly page: ConsolePage
  readonly group: Group
  readonly locks: GroupLocks
  readonly members: readonly GroupMember[]
  readonly total: number
  readonly number: number
}

export function GroupMembersPage({ page, group, locks, members, total, number }: GroupMembersPageProps) {
  const { groups: words, users } = consoleTexts(page)
  const mayChange = page.mayChange && !locks.members
  const table = (
    <Table
      page={page}
      caption={words.membersCaption}
      rows={members}
      rowKey={(member) => member.userId}
      selection={
        mayChange
          ? { name: 'user', value: (member) => member.userId, label: (member) => member.userName }
          : undefined
      }
      empty={<p>{words.noMembers}</p>}
      columns={[
        {
          key: 'userName',
          header: users.userName,
          cell: (member) => <a href={`/admin/users/${member.userId}`}>{member.userName}</a>,
        },
        { key: 'displayName', header: users.displayName, cell: (member) => member.displayName },
        { key: 'joinedAt', header: words.joined, cell: (member) => <Time at={member.joinedAt} /> },
      ]}
    />
  )
  return (
    <GroupFrame page={page} group={group} locks={locks} tab="members">
      {mayChange && (
        <div class="button-row">
          <ButtonLink href={groupPath(group, '/add-members')}>{words.addMembers}</ButtonLink>
        </div>
      )}
      {mayChange && members.length > 0 ? (
        <Form
          page={page}
          action={groupPath(group, '/remove-members')}
          class="stack"
          label={words.membersCaption}
        >
          {table}
          <div class="bulk">
            <Button small>{words.removeMembers}</Button>
          </div>
        </Form>
      ) : (
        table
      )}
      <Pager
        page={page}
        total={total}
        size={PAGE_SIZE}
        number={number}
        href={(next) => consolePath(`/groups/${group.id}`, { page: String(next) })}
      />
    </GroupFrame>
  )
}

export interface AddMembersPageProps {
  readonly page: ConsolePage
  readonly group: Group
  readonly users: readonly ListedUser[]
  readonly total: number
  readonly query: ListQuery
}

/** Users of the group's type who are not in it, to pick from. */
export function AddMembersPage({ page, group, users, total, query }: AddMembersPageProps) {
  const common = commonTexts(page)
  const { groups: words, users: userWords } = consoleTexts(page)
  const path = `/groups/${group.id}/add-members`
  return (
    <ConsoleFrame
      page={page}
      section="groups"
      title={words.addTitle(group.displayName)}
      crumbs={[
        { label: common.navigation.groups, href: '/admin/groups' },
        { label: group.displayName, href: groupPath(group) },
      ]}
      lead={words.addLead}
    >
      <FilterForm page={page} action={`/admin${path}`} label={userWords.find}>
        <SearchField page={page} label={userWords.search} query={query} />
      </FilterForm>
      <Form page={page} action={`/admin${path}`} class="stack" label={words.addMembers}>
        <Table
          page={page}
          caption={userWords.caption}
          rows={users}
          rowKey={(user) => user.id}
          selection={{ name: 'user', value: (user) => user.id, label: (user) => user.userName }}
          empty={<p>{words.noCandidates}</p>}
          columns={[
            { key: 'userName', header: userWords.userName, cell: (user) => user.userName },
            { key: 'displayName', header: userWords.displayName, cell: (user) => user.displayName },
            { key: 'email', header: userWords.email, cell: (user) => user.email },
            {
              key: 'status',
              header: common.status,
              cell: (user) => <UserStatus page={page} user={user} />,
            },
          ]}
        />
        <FormActions>
          {users.length > 0 && <Button kind="primary">{words.addButton}</Button>}
          <a href={groupPath(group)}>{common.cancel}</a>
        </FormActions>
      </Form>
      <Pager
        page={page}
        total={total}
        size={PAGE_SIZE}
        number={query.number}
        href={(number) => listHref(path, query, { number })}
      />
    </ConsoleFrame>
  )
}

export interface GroupPermissionsPageProps {
  readonly page: ConsolePage
  readonly group: Group
  readonly locks: GroupLocks
  readonly assignments: readonly Assignment[]
  readonly total: number
  readonly number: number
}

export function GroupPermissionsPage({ page, group, locks, ...props }: GroupPermissionsPageProps) {
  const { groups: words, users } = consoleTexts(page)
  return (
    <GroupFrame page={page} group={group} locks={locks} tab="permissions">
      <p class="muted">{words.permissionsLead}</p>
      {page.mayChange && (
        <div class="button-row">
          <ButtonLink href={consolePath('/assignments/new', { principal: group.id })}>
            {users.assign}
          </ButtonLink>
        </div>
      )}
      <Table
        page={page}
        caption={words.permissionsLead}
        rows={props.assignments}
        rowKey={({ accountUin, configurationId }) => `${accountUin} ${configurationId}`}
        empty={<p>{words.noPermissions}</p>}
        columns={[
          {
            key: 'account',
            header: users.account,
            cell: (row) => (
              <>
                <a href={`/admin/accounts/${row.accountUin}`}>{row.accountName}</a>
                <div class="muted small">{row.accountUin}</div>
              </>
            ),
          },
          {
            key: 'configuration',
            header: users.configuration,
            cell: (row) => (
              <a href={`/admin/permission-configurations/${row.configurationId}`}>{row.configurationName}</a>
            ),
          },
          sinceColumn(page),
          ...actionsColumns(page),
        ]}
      />
      <Pager
        page={page}
        total={props.total}
        size={PAGE_SIZE}
        number={props.number}
        href={(next) => consolePath(`/groups/${group.id}/permissions`, { page: String(next) })}
      />
    </GroupFrame>
  )
}

export interface UserSyncsOfGroupPageProps {
  readonly page: ConsolePage
  readonly group: Group
  readonly locks: GroupLocks
  readonly syncs: readonly UserSync[]
  readonly total: number
  readonly number: number
}

export function UserSyncsOfGroupPage({ page, group, locks, ...props }: UserSyncsOfGroupPageProps) {
  return (
    <GroupFrame page={page} group={group} tab="userSyncs" locks={locks}>
      <UserSyncTab
        page={page}
        {...props}
        of="group"
        path={`/groups/${group.id}/user-syncs`}
        createHref={consolePath('/user-syncs/new', { principal: group.id })}
      />
    </GroupFrame>
  )
}
