/** What a user may reach: accounts with their permissions, and (on its own tab) CAM users. */
import type { ComponentChildren } from 'preact'
import type { AccountUin, PermissionConfigurationId, SubUserUin } from '../../server/domain/ids.js'
import { texts } from '../i18n/index.js'
import { PageFrame } from '../layout.js'
import type { PageContext } from '../page-context.js'
import { ActionButton, ButtonLink, FilterForm } from '../parts/form.js'
import { Table } from '../parts/table.js'
import { Tabs } from '../parts/tabs.js'

export interface PortalPermission {
  readonly configurationId: PermissionConfigurationId
  readonly name: string
  readonly description?: string
}

export interface PortalAccount {
  readonly accountUin: AccountUin
  readonly name: string
  readonly permissions: readonly PortalPermission[]
}

/** Path of what can be done with one permission in one account. */
const accessPath = (
  account: Pick<PortalAccount, 'accountUin'>,
  permission: Pick<PortalPermission, 'configurationId'>,
  act: 'open' | 'credentials',
): string => `/portal/accounts/${account.accountUin}/${permission.configurationId}/${act}`

export interface HomePageProps {
  readonly page: PageContext
  readonly userName: string
  /** Those that match the query. */
  readonly accounts: readonly PortalAccount[]
  /** Empty when nothing is searched for. */
  readonly query: string
  /** Whom to ask for access; empty for nobody in particular. */
  readonly contact: string
}

/** Few accounts stand open; among many, the reader opens the one that is wanted. */
const OPEN_UP_TO = 3

export function HomePage({ page, userName, accounts, query, contact }: HomePageProps) {
  const { home } = texts(page.language).portal
  const nothingAtAll = accounts.length === 0 && query === ''
  return (
    <PortalFrame page={page} tab="roles">
      {nothingAtAll ? (
        <div class="empty">
          <h2>{home.emptyTitle}</h2>
          <p>
            {home.empty} <strong>{userName}</strong>
          </p>
          {contact !== '' && (
            <p>
              {home.contact} <strong>{contact}</strong>
            </p>
          )}
        </div>
      ) : (
        <>
          <Search page={page} query={query} action="/portal" />
          <p class="muted" role="status">
            {home.count(accounts.length)}
          </p>
          {accounts.length === 0 && (
            <div class="empty">
              <p>{home.noMatches(query)}</p>
              <p>
                <a href="/portal">{home.showAll}</a>
              </p>
            </div>
          )}
          <ul class="access-list">
            {accounts.map((account) => (
              <li key={account.accountUin}>
                <Account page={page} account={account} open={accounts.length <= OPEN_UP_TO} />
              </li>
            ))}
          </ul>
        </>
      )}
    </PortalFrame>
  )
}

interface PortalFrameProps {
  readonly page: PageContext
  readonly tab: 'roles' | 'camUsers'
  readonly children: ComponentChildren
}

function PortalFrame({ page, tab, children }: PortalFrameProps) {
  const { home, security } = texts(page.language).portal
  return (
    <PageFrame
      page={page}
      variant="portal"
      title={home.title}
      current="portalHome"
      actions={
        <ButtonLink href="/portal/security" small>
          {security.title}
        </ButtonLink>
      }
    >
      <Tabs
        page={page}
        tabs={[
          { href: '/portal', label: home.roles, current: tab === 'roles' },
          { href: '/portal/cam-users', label: home.camUsers, current: tab === 'camUsers' },
        ]}
      />
      {children}
    </PageFrame>
  )
}

function Search({
  page,
  query,
  action,
}: {
  readonly page: PageContext
  readonly query: string
  readonly action: string
}) {
  const { home } = texts(page.language).portal
  return (
    <FilterForm page={page} action={action} label={home.searchLabel}>
      <div class="field">
        <label for="portal-search">{home.searchLabel}</label>
        <input id="portal-search" type="search" name="q" value={query} maxLength={100} autoComplete="off" />
      </div>
    </FilterForm>
  )
}

interface AccountProps {
  readonly page: PageContext
  readonly account: PortalAccount
  readonly open: boolean
}

function Account({ page, account, open }: AccountProps) {
  const { home } = texts(page.language).portal
  return (
    <details class="access-account" open={open}>
      <summary>
        <span class="access-name">{account.name}</span>{' '}
        <span class="muted access-uin">{account.accountUin}</span>{' '}
        <span class="muted">{home.permissions(account.permissions.length)}</span>
      </summary>
      <ul class="access-permissions">
        {account.permissions.map((permission) => (
          <li key={permission.configurationId}>
            <div>
              <strong>{permission.name}</strong>
              {permission.description !== undefined && <p class="muted">{permission.description}</p>}
            </div>
            <div class="button-row">
              <ActionButton
                page={page}
                action={accessPath(account, permission, 'open')}
                kind="primary"
                small
                label={home.logInTo(permission.name, account.name)}
              >
                {home.logIn}
              </ActionButton>
              <ActionButton
                page={page}
                action={accessPath(account, permission, 'credentials')}
                small
                label={home.credentialsOf(permission.name, account.name)}
              >
                {home.credentials}
              </ActionButton>
            </div>
          </li>
        ))}
      </ul>
    </details>
  )
}

/** A CAM user that the reader can enter an account as. */
export interface PortalCamUser {
  readonly accountUin: AccountUin
  readonly accountName: string
  readonly uin: SubUserUin
  readonly name: string
}

export interface CamUsersPageProps {
  readonly page: PageContext
  /** Those that match the query. */
  readonly camUsers: readonly PortalCamUser[]
  /** Empty when nothing is searched for. */
  readonly query: string
}

export function CamUsersPage({ page, camUsers, query }: CamUsersPageProps) {
  const { home } = texts(page.language).portal
  return (
    <PortalFrame page={page} tab="camUsers">
      {camUsers.length === 0 && query === '' ? (
        <div class="empty">
          <h2>{home.camUsersEmptyTitle}</h2>
          <p>{home.camUsersEmpty}</p>
        </div>
      ) : (
        <>
          <Search page={page} query={query} action="/portal/cam-users" />
          <Table
            page={page}
            caption={home.camUsersCaption}
            rows={camUsers}
            rowKey={(camUser) => camUser.uin}
            empty={
              <>
                <p>{home.noMatches(query)}</p>
                <p>
                  <a href="/portal/cam-users">{home.showAll}</a>
                </p>
              </>
            }
            columns={[
              {
                key: 'account',
                header: home.camUserAccount,
                cell: ({ accountName, accountUin }) => (
                  <>
                    {accountName} <span class="muted">{accountUin}</span>
                  </>
                ),
              },
              { key: 'name', header: home.camUserName, cell: ({ name }) => name },
              { key: 'uin', header: home.camUserUin, cell: ({ uin }) => <code>{uin}</code> },
              {
                key: 'logIn',
                header: home.logIn,
                align: 'end',
                cell: ({ accountUin, accountName, name }) => (
                  <ActionButton
                    page={page}
                    action={`/portal/cam-users/${accountUin}/open`}
                    kind="primary"
                    small
                    label={home.logInAs(name, accountName)}
                  >
                    {home.logIn}
                  </ActionButton>
                ),
              },
            ]}
          />
        </>
      )}
    </PortalFrame>
  )
}
