/** What a user, the members of a group, and an account's visitors have: a tab on the page of each. */
import type { AccountCamUser } from '../../server/domain/access-path.js'
import type { Group } from '../../server/domain/group.js'
import type { Account, OrganizationNode } from '../../server/domain/organization.js'
import { ButtonLink, FilterForm } from '../parts/form.js'
import { Notice } from '../parts/notice.js'
import { Pager } from '../parts/pager.js'
import { Table } from '../parts/table.js'
import { Time } from '../parts/time.js'
import { ExportLinks, PathTable, PlaceTable, type ShownPath, type ShownPlace } from './access-paths.js'
import { AccountFrame, accountPath } from './account.js'
import { commonTexts, consolePath, consoleTexts, OnOff, type ConsolePage } from './frame.js'
import { GroupFrame, groupPath, type GroupLocks } from './groups.js'
import { isFiltered, listHref, PAGE_SIZE, type ListQuery } from './list-query.js'
import { SearchField } from './search-field.js'
import { UserFrame, userPath, type ShownUser } from './user.js'

interface Listed {
  readonly total: number
  readonly number: number
}

export interface UserAccessPageProps extends Listed {
  readonly page: ConsolePage
  readonly user: ShownUser
  readonly locked: boolean
  readonly paths: readonly ShownPath[]
}

export function UserAccessPage({ page, user, locked, paths, total, number }: UserAccessPageProps) {
  const words = consoleTexts(page).access
  return (
    <UserFrame page={page} user={user} tab="access" locked={locked}>
      <p class="muted">{words.userLead}</p>
      <ExportLinks page={page} href={userPath(user, '/access/export')} />
      <PathTable page={page} of="user" paths={paths} empty={words.emptyUser} />
      <Pager
        page={page}
        total={total}
        size={PAGE_SIZE}
        number={number}
        href={(next) => consolePath(`/users/${user.id}/access`, { page: String(next) })}
      />
    </UserFrame>
  )
}

export interface GroupAccessPageProps extends Listed {
  readonly page: ConsolePage
  readonly group: Group
  readonly locks: GroupLocks
  readonly places: readonly ShownPlace[]
}

export function GroupAccessPage({ page, group, locks, places, total, number }: GroupAccessPageProps) {
  const words = consoleTexts(page).access
  return (
    <GroupFrame page={page} group={group} locks={locks} tab="access">
      <p class="muted">{words.groupLead}</p>
      <ExportLinks page={page} href={groupPath(group, '/access/export')} />
      <PlaceTable page={page} groupId={group.id} places={places} empty={words.emptyGroup} />
      <Pager
        page={page}
        total={total}
        size={PAGE_SIZE}
        number={number}
        href={(next) => consolePath(`/groups/${group.id}/access`, { page: String(next) })}
      />
    </GroupFrame>
  )
}

interface AccountPageProps {
  readonly page: ConsolePage
  readonly account: Account
  readonly path: readonly OrganizationNode[]
}

export interface AccountAccessPageProps extends AccountPageProps {
  readonly paths: readonly ShownPath[]
  readonly total: number
  readonly query: ListQuery
}

/** Who gets in by a role. */
export function AccountAccessPage({ page, account, path, paths, total, query }: AccountAccessPageProps) {
  const words = consoleTexts(page).access
  return (
    <AccountFrame page={page} account={account} path={path} tab="access">
      <p class="muted">
        {words.accountLead} <a href={accountPath(account, '/access/cam-users')}>{words.showCamUsers}</a>
      </p>
      <ExportLinks page={page} href={accountPath(account, '/access/export')} />
      <FilterForm page={page} action={accountPath(account, '/access')} label={words.find}>
        <SearchField page={page} label={words.searchUser} query={query} />
      </FilterForm>
      <PathTable
        page={page}
        of="account"
        paths={paths}
        empty={isFiltered(query) ? words.noMatch : words.emptyAccount}
      />
      <Pager
        page={page}
        total={total}
        size={PAGE_SIZE}
        number={query.number}
        href={(number) => listHref(`/accounts/${account.uin}/access`, query, { number })}
      />
    </AccountFrame>
  )
}

export interface AccountCamUsersPageProps extends AccountPageProps, Listed {
  readonly camUsers: readonly AccountCamUser[]
  /** Enabled keys of the account itself. */
  readonly rootKeys: number
}

/** Who gets in as a CAM user. */
export function AccountCamUsersPage({ page, account, path, ...props }: AccountCamUsersPageProps) {
  const common = commonTexts(page)
  const words = consoleTexts(page).access
  return (
    <AccountFrame page={page} account={account} path={path} tab="access">
      <p class="muted">{words.camUsersLead}</p>
      {props.rootKeys > 0 && (
        <Notice page={page} kind="warning">
          {words.rootKeys(props.rootKeys)}
        </Notice>
      )}
      <div class="button-row">
        <ButtonLink small href={accountPath(account, '/access')}>
          {words.showRoles}
        </ButtonLink>
      </div>
      <Table
        page={page}
        caption={words.camUsers}
        rows={props.camUsers}
        rowKey={({ uin }) => uin}
        empty={<p>{words.noCamUsers}</p>}
        columns={[
          {
            key: 'name',
            header: words.camUser,
            cell: (row) => (
              <>
                {row.name}
                <div class="muted small">{row.uin}</div>
              </>
            ),
          },
          {
            key: 'for',
            header: words.camUserFor,
            cell: ({ madeFor }) =>
              madeFor ? <a href={`/admin/users/${madeFor.id}`}>{madeFor.name}</a> : words.camUserOwn,
          },
          {
            key: 'status',
            header: common.status,
            cell: (row) => <OnOff page={page} status={row.enabled ? 'enabled' : 'disabled'} />,
          },
          { key: 'keys', header: words.keys, cell: (row) => row.enabledKeys },
          { key: 'created', header: common.created, cell: (row) => <Time at={row.createdAt} /> },
        ]}
      />
      <Pager
        page={page}
        total={props.total}
        size={PAGE_SIZE}
        number={props.number}
        href={(next) => consolePath(`/accounts/${account.uin}/access/cam-users`, { page: String(next) })}
      />
    </AccountFrame>
  )
}
