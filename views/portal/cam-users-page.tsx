/** The accounts that a user enters as a CAM user of them. */
import type { AccountUin, SubUserUin } from '../../server/domain/ids.js'
import { texts } from '../i18n/index.js'
import type { PageContext } from '../page-context.js'
import { ActionButton } from '../parts/form.js'
import { Table } from '../parts/table.js'
import { PortalFrame, PortalSearch } from './portal-frame.js'

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
          <PortalSearch page={page} query={query} action="/portal/cam-users" />
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
