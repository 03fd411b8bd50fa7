/** The list of users, and what is done to several of them at once. */
import type { User } from '../../server/domain/user.js'
import type { Group } from '../../server/domain/group.js'
import { Card } from '../parts/card.js'
import {
  Button,
  ButtonLink,
  ErrorSummary,
  FilterForm,
  Form,
  FormActions,
  SelectField,
  TextField,
  type FieldErrors,
} from '../parts/form.js'
import { Pager } from '../parts/pager.js'
import { Tag } from '../parts/status.js'
import { Table, type Column } from '../parts/table.js'
import { Time } from '../parts/time.js'
import { commonTexts, ConsoleFrame, consoleTexts, typeName, UserStatus, type ConsolePage } from './frame.js'
import { isFiltered, listHref, PAGE_SIZE, type ListQuery } from './list-query.js'
import { SearchField } from './search-field.js'

/** A user as lists show it. */
export interface ListedUser extends Pick<
  User,
  'id' | 'userName' | 'displayName' | 'type' | 'active' | 'blocked' | 'createdAt'
> {
  readonly email?: string
}

export interface UsersPageProps {
  readonly page: ConsolePage
  readonly users: readonly ListedUser[]
  readonly total: number
  readonly query: ListQuery
}

export function UsersPage({ page, users, total, query }: UsersPageProps) {
  const common = commonTexts(page)
  const { users: words, terms } = consoleTexts(page)
  const table = (
    <Table
      page={page}
      caption={words.caption}
      columns={userColumns(page)}
      rows={users}
      rowKey={(user) => user.id}
      selection={
        page.mayChange
          ? { name: 'user', value: (user) => user.id, label: (user) => user.userName }
          : undefined
      }
      sorting={{
        order: query.order,
        href: (order) => listHref('/users', query, { order, number: 1 }),
      }}
      empty={<p>{isFiltered(query) ? common.noMatches : words.empty}</p>}
    />
  )
  return (
    <ConsoleFrame
      page={page}
      section="users"
      title={common.navigation.users}
      lead={words.lead}
      actions={
        <ButtonLink href="/admin/users/new" kind="primary">
          {words.create}
        </ButtonLink>
      }
    >
      <FilterForm page={page} action="/admin/users" label={words.find}>
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
        <SelectField
          page={page}
          name="status"
          label={common.status}
          value={query.filters['status']}
          choices={[
            { value: '', label: terms.allStatuses },
            { value: 'active', label: words.statusFilterActive },
            { value: 'disabled', label: words.statusFilterDisabled },
            { value: 'blocked', label: words.statusFilterBlocked },
          ]}
        />
      </FilterForm>
      {page.mayChange && users.length > 0 ? (
        <Form page={page} action="/admin/users/bulk" class="stack" label={words.caption}>
          {table}
          <div class="bulk">
            <span class="muted">{words.bulk}</span>
            <Button small name="act" value="enable">
              {words.enable}
            </Button>
            <Button small name="act" value="disable">
              {words.disable}
            </Button>
            <Button small name="act" value="join">
              {words.addToGroup}
            </Button>
            <Button small name="act" value="delete">
              {common.delete}
            </Button>
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
        href={(number) => listHref('/users', query, { number })}
      />
    </ConsoleFrame>
  )
}

function userColumns(page: ConsolePage): readonly Column<ListedUser>[] {
  const common = commonTexts(page)
  const words = consoleTexts(page).users
  return [
    {
      key: 'userName',
      header: words.userName,
      sortable: true,
      cell: (user) => (
        <>
          <a href={`/admin/users/${user.id}`}>{user.userName}</a>
          {user.displayName !== undefined && <div class="muted small">{user.displayName}</div>}
        </>
      ),
    },
    { key: 'email', header: words.email, cell: (user) => user.email },
    {
      key: 'status',
      header: common.status,
      cell: (user) => <UserStatus page={page} user={user} />,
    },
    { key: 'type', header: common.type, cell: (user) => <Tag label={typeName(page, user.type)} /> },
    {
      key: 'createdAt',
      header: common.created,
      sortable: true,
      cell: (user) => <Time at={user.createdAt} />,
    },
  ]
}

export interface DeleteUsersPageProps {
  readonly page: ConsolePage
  readonly users: readonly Pick<User, 'id' | 'userName'>[]
}

/** Asks again before several users go. */
export function DeleteUsersPage({ page, users }: DeleteUsersPageProps) {
  const common = commonTexts(page)
  const words = consoleTexts(page).users
  return (
    <ConsoleFrame
      page={page}
      section="users"
      title={words.deleteManyTitle(users.length)}
      crumbs={[{ label: common.navigation.users, href: '/admin/users' }]}
    >
      <Card tone="danger">
        <p>{words.deleteLead}</p>
        <ul class="list">
          {users.map((user) => (
            <li key={user.id}>{user.userName}</li>
          ))}
        </ul>
        <p class="muted">{words.deleteManyLead}</p>
        <Form page={page} action="/admin/users/bulk">
          {users.map((user) => (
            <input key={user.id} type="hidden" name="user" value={user.id} />
          ))}
          <FormActions>
            <Button kind="danger" name="act" value="deleteConfirmed">
              {common.delete}
            </Button>
            <a href="/admin/users">{common.cancel}</a>
          </FormActions>
        </Form>
      </Card>
    </ConsoleFrame>
  )
}

export interface JoinGroupPageProps {
  readonly page: ConsolePage
  readonly users: readonly Pick<User, 'id' | 'userName'>[]
  /** Groups of the users' type. */
  readonly groups: readonly Pick<Group, 'id' | 'displayName' | 'memberCount'>[]
  /** How many there are of that name. */
  readonly total: number
  /** A part of the name. */
  readonly search: string
  readonly errors?: FieldErrors
}

/** Picks the group for one user or several. */
export function JoinGroupPage({ page, users, groups, total, search, errors }: JoinGroupPageProps) {
  const common = commonTexts(page)
  const { users: words, assign } = consoleTexts(page)
  const [first] = users
  const back = users.length === 1 && first ? `/admin/users/${first.id}` : '/admin/users'
  return (
    <ConsoleFrame
      page={page}
      section="users"
      title={words.joinTitle(users.length)}
      crumbs={[{ label: common.navigation.users, href: '/admin/users' }]}
      lead={words.joinLead}
    >
      <Card>
        <ul class="list">
          {users.map((user) => (
            <li key={user.id}>{user.userName}</li>
          ))}
        </ul>
        {groups.length === 0 && search === '' ? (
          <p>
            {words.noMatchingGroups} <a href="/admin/groups/new">{consoleTexts(page).groups.create}</a>
          </p>
        ) : (
          <Form page={page} action="/admin/users/bulk">
            <ErrorSummary page={page} errors={errors} />
            {users.map((user) => (
              <input key={user.id} type="hidden" name="user" value={user.id} />
            ))}
            {(total > groups.length || search !== '') && (
              // The first submit button is what the enter key presses.
              <div class="filters">
                <TextField
                  page={page}
                  name="search"
                  label={words.findGroup}
                  type="search"
                  value={search}
                  maxLength={128}
                  required={false}
                />
                <div class="filters-actions">
                  <Button name="act" value="join" formNoValidate>
                    {assign.searchButton}
                  </Button>
                </div>
              </div>
            )}
            <SelectField
              page={page}
              name="group"
              label={words.group}
              hint={
                groups.length === 0
                  ? assign.nothingFound
                  : total > groups.length
                    ? assign.moreMatches(groups.length, total)
                    : undefined
              }
              errors={errors}
              choices={[
                { value: '', label: words.chooseGroup },
                ...groups.map((group) => ({
                  value: group.id,
                  label: `${group.displayName} (${group.memberCount})`,
                })),
              ]}
            />
            <FormActions>
              <Button kind="primary" name="act" value="joinConfirmed">
                {words.joinButton}
              </Button>
              <a href={back}>{common.cancel}</a>
            </FormActions>
          </Form>
        )}
      </Card>
    </ConsoleFrame>
  )
}
