/** One user: information, and the tabs Groups, Permissions and CAM users. */
import type { ComponentChildren } from 'preact'
import type { Assignment } from '../../server/domain/assignment.js'
import type { JoinedGroup } from '../../server/domain/group.js'
import type { User } from '../../server/domain/user.js'
import type { UserSync } from '../../server/domain/user-sync.js'
import { Card } from '../parts/card.js'
import { Details } from '../parts/details.js'
import {
  ActionButton,
  Button,
  ButtonLink,
  ErrorSummary,
  Form,
  FormActions,
  TextArea,
  TextField,
  type FieldErrors,
  type FormValues,
} from '../parts/form.js'
import { Notice } from '../parts/notice.js'
import { Pager } from '../parts/pager.js'
import { Tag } from '../parts/status.js'
import { Table } from '../parts/table.js'
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
import { PAGE_SIZE } from './list-query.js'
import { UserSyncTab } from './user-syncs.js'

type UserTab = 'groups' | 'security' | 'permissions' | 'access' | 'userSyncs'

/** A user with the address that is shown for it. */
export type ShownUser = User & { readonly email?: string }

export const userPath = (user: Pick<User, 'id'>, rest = ''): string => `/admin/users/${user.id}${rest}`

interface UserFrameProps {
  readonly page: ConsolePage
  readonly user: ShownUser
  readonly tab: UserTab
  /** Whether the identity provider alone may change the profile now. */
  readonly locked: boolean
  readonly children: ComponentChildren
}

/** What every tab of a user shows above it. */
export function UserFrame({ page, user, tab, locked, children }: UserFrameProps) {
  const common = commonTexts(page)
  const { users: words, terms, userSyncs, access } = consoleTexts(page)
  return (
    <ConsoleFrame
      page={page}
      section="users"
      title={user.userName}
      crumbs={[{ label: common.navigation.users, href: '/admin/users' }]}
      actions={
        <>
          {!locked && <ButtonLink href={userPath(user, '/edit')}>{common.edit}</ButtonLink>}
          {!locked && <ButtonLink href={userPath(user, '/delete')}>{common.delete}</ButtonLink>}
        </>
      }
    >
      {locked && (
        <Notice page={page} kind="info">
          {words.synchronizedNote}
        </Notice>
      )}
      <Card title={words.basics}>
        <Details
          page={page}
          items={[
            { label: words.displayName, value: user.displayName },
            { label: words.email, value: user.email },
            { label: common.status, value: <UserStatus page={page} user={user} /> },
            { label: words.givenName, value: user.givenName },
            { label: words.familyName, value: user.familyName },
            { label: common.type, value: <Tag label={typeName(page, user.type)} /> },
            { label: common.description, value: user.description },
            {
              label: words.origin,
              value: user.createdBy === 'scim' ? terms.byScim : terms.byAdministrator,
            },
            ...(user.externalId === undefined
              ? []
              : [{ label: words.externalId, value: <code>{user.externalId}</code> }]),
            { label: words.id, value: <code>{user.id}</code> },
            { label: common.created, value: <Time at={user.createdAt} /> },
            { label: words.lastChanged, value: <Time at={user.updatedAt} /> },
          ]}
        />
      </Card>
      <Tabs
        page={page}
        tabs={[
          {
            href: userPath(user),
            label: words.tabGroups,
            count: user.groupCount,
            current: tab === 'groups',
          },
          { href: userPath(user, '/security'), label: words.tabSecurity, current: tab === 'security' },
          {
            href: userPath(user, '/permissions'),
            label: words.tabPermissions,
            current: tab === 'permissions',
          },
          { href: userPath(user, '/access'), label: access.tab, current: tab === 'access' },
          {
            href: userPath(user, '/user-syncs'),
            label: userSyncs.tab,
            current: tab === 'userSyncs',
          },
        ]}
      />
      {children}
    </ConsoleFrame>
  )
}

export interface UserGroupsPageProps {
  readonly page: ConsolePage
  readonly user: ShownUser
  readonly locked: boolean
  readonly groups: readonly JoinedGroup[]
  readonly total: number
  readonly number: number
}

export function UserGroupsPage({ page, user, locked, groups, total, number }: UserGroupsPageProps) {
  const words = consoleTexts(page).users
  return (
    <UserFrame page={page} user={user} tab="groups" locked={locked}>
      {page.mayChange && (
        <div class="button-row">
          <ButtonLink href={userPath(user, '/join')}>{words.addToGroup}</ButtonLink>
        </div>
      )}
      <Table
        page={page}
        caption={words.inGroups}
        rows={groups}
        rowKey={(group) => group.groupId}
        empty={<p>{words.noGroups}</p>}
        columns={[
          {
            key: 'displayName',
            header: words.group,
            cell: (group) => <a href={`/admin/groups/${group.groupId}`}>{group.displayName}</a>,
          },
          {
            key: 'type',
            header: commonTexts(page).type,
            cell: (group) => <Tag label={typeName(page, group.type)} />,
          },
          { key: 'joinedAt', header: words.joined, cell: (group) => <Time at={group.joinedAt} /> },
          ...(page.mayChange
            ? [
                {
                  key: 'actions',
                  header: commonTexts(page).actions,
                  align: 'end' as const,
                  cell: (group: JoinedGroup) => (
                    <ActionButton
                      page={page}
                      action={userPath(user, '/leave')}
                      fields={{ group: group.groupId }}
                      small
                      label={`${words.leave}: ${group.displayName}`}
                    >
                      {words.leaveShort}
                    </ActionButton>
                  ),
                },
              ]
            : []),
        ]}
      />
      <Pager
        page={page}
        total={total}
        size={PAGE_SIZE}
        number={number}
        href={(next) => consolePath(`/users/${user.id}`, { page: String(next) })}
      />
    </UserFrame>
  )
}

export interface UserPermissionsPageProps {
  readonly page: ConsolePage
  readonly user: ShownUser
  readonly locked: boolean
  /** Of the user and of the groups the user is in. */
  readonly assignments: readonly Assignment[]
  readonly total: number
  readonly number: number
}

export function UserPermissionsPage({ page, user, locked, ...props }: UserPermissionsPageProps) {
  const { users: words } = consoleTexts(page)
  return (
    <UserFrame page={page} user={user} tab="permissions" locked={locked}>
      <p class="muted">{words.permissionsLead}</p>
      {page.mayChange && (
        <div class="button-row">
          <ButtonLink href={consolePath('/assignments/new', { principal: user.id })}>
            {words.assign}
          </ButtonLink>
        </div>
      )}
      <Table
        page={page}
        caption={words.permissionsLead}
        rows={props.assignments}
        rowKey={({ principal, accountUin, configurationId }) =>
          `${principal.id} ${accountUin} ${configurationId}`
        }
        empty={<p>{words.noPermissions}</p>}
        columns={[
          {
            key: 'account',
            header: words.account,
            cell: (row) => (
              <>
                <a href={`/admin/accounts/${row.accountUin}`}>{row.accountName}</a>
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
            key: 'through',
            header: words.through,
            cell: (row) =>
              row.principal.type === 'user' ? (
                words.directly
              ) : (
                <a href={`/admin/groups/${row.principal.id}`}>{words.throughGroup(row.principalName)}</a>
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
        href={(next) => consolePath(`/users/${user.id}/permissions`, { page: String(next) })}
      />
    </UserFrame>
  )
}

export interface UserSyncsOfUserPageProps {
  readonly page: ConsolePage
  readonly user: ShownUser
  readonly locked: boolean
  /** Of the user and of the groups the user is in. */
  readonly syncs: readonly UserSync[]
  readonly total: number
  readonly number: number
}

export function UserSyncsOfUserPage({ page, user, locked, ...props }: UserSyncsOfUserPageProps) {
  return (
    <UserFrame page={page} user={user} tab="userSyncs" locked={locked}>
      <UserSyncTab
        page={page}
        {...props}
        of="user"
        path={`/users/${user.id}/user-syncs`}
        createHref={consolePath('/user-syncs/new', { principal: user.id })}
      />
    </UserFrame>
  )
}

export interface EditUserPageProps {
  readonly page: ConsolePage
  readonly user: Pick<User, 'id' | 'userName'>
  readonly values: FormValues
  readonly errors?: FieldErrors
}

export function EditUserPage({ page, user, values, errors }: EditUserPageProps) {
  const common = commonTexts(page)
  const words = consoleTexts(page).users
  return (
    <ConsoleFrame
      page={page}
      section="users"
      title={words.editTitle(user.userName)}
      crumbs={[
        { label: common.navigation.users, href: '/admin/users' },
        { label: user.userName, href: userPath(user) },
      ]}
    >
      <Card>
        <Form page={page} action={userPath(user, '/edit')}>
          <ErrorSummary page={page} errors={errors} />
          <TextField
            page={page}
            name="displayName"
            label={words.displayName}
            value={values['displayName']}
            errors={errors}
            maxLength={256}
            required={false}
          />
          <div class="field-row">
            <TextField
              page={page}
              name="givenName"
              label={words.givenName}
              value={values['givenName']}
              errors={errors}
              maxLength={128}
              required={false}
            />
            <TextField
              page={page}
              name="familyName"
              label={words.familyName}
              value={values['familyName']}
              errors={errors}
              maxLength={128}
              required={false}
            />
          </div>
          <TextField
            page={page}
            name="email"
            label={words.email}
            type="email"
            value={values['email']}
            errors={errors}
            maxLength={254}
            required={false}
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
          <FormActions>
            <Button kind="primary">{common.save}</Button>
            <a href={userPath(user)}>{common.cancel}</a>
          </FormActions>
        </Form>
      </Card>
    </ConsoleFrame>
  )
}
