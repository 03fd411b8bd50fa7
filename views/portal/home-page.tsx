/** What a user may reach by roles: accounts with their permissions, favourites and the ones used last in front. */
import type { AccountUin, PermissionConfigurationId } from '../../server/domain/ids.js'
import { texts, type Texts } from '../i18n/index.js'
import type { PageContext } from '../page-context.js'
import { Form } from '../parts/form.js'
import { html, HtmlList, type Html } from '../parts/html.js'
import { formatTime } from '../parts/time.js'
import { PortalFrame, PortalSearch } from './portal-frame.js'

export interface PortalPermission {
  readonly configurationId: PermissionConfigurationId
  readonly name: string
  readonly description?: string
  /** When it ends by itself. */
  readonly until?: string
}

export interface PortalAccount {
  readonly accountUin: AccountUin
  readonly name: string
  readonly favourite: boolean
  /** When it was opened last, or credentials taken of it. */
  readonly lastUsedAt?: string
  readonly permissions: readonly PortalPermission[]
}

export interface HomePageProps {
  readonly page: PageContext
  readonly userName: string
  /** Those that match the query, by name. */
  readonly accounts: readonly PortalAccount[]
  /** Empty when nothing is searched for. */
  readonly query: string
  /** Whether a permission of the user is being deployed. */
  readonly underway: boolean
  /** Whom to ask for access; empty for nobody in particular. */
  readonly contact: string
}

/** Few accounts stand open; among many, the reader opens the one that is wanted. */
const OPEN_UP_TO = 3
const RECENT = 5

/** As references: one character beyond Latin-1 makes V8 keep the whole page, most of a megabyte, at twice its size. */
const STARRED = html`&#9733;`
const STAR = html`&#9734;`

export function HomePage({ page, userName, accounts, query, underway, contact }: HomePageProps) {
  const { home } = texts(page.language).portal
  if (accounts.length === 0 && query === '') {
    return (
      <PortalFrame page={page} tab="roles">
        <div class="empty">
          <h2>{underway ? home.underwayTitle : home.emptyTitle}</h2>
          <p>
            {underway ? home.underway : home.empty} <strong>{userName}</strong>
          </p>
          {contact !== '' && (
            <p>
              {home.contact} <strong>{contact}</strong>
            </p>
          )}
        </div>
      </PortalFrame>
    )
  }
  const groups = groupsOf(accounts, home)
  return (
    <PortalFrame page={page} tab="roles" script="portal">
      <PortalSearch page={page} query={query} action="/portal" />
      <p
        class="muted"
        role="status"
        data-count-one={home.count(1)}
        data-count-many={home.countMany}
        data-count-none={home.nothingMatches}
      >
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
      {/* One form for all buttons, each with an address of its own: hundreds of rows stay small. */}
      <Form page={page} action="/portal" class="access">
        {groups.map((group) => (
          <section key={group.title} class="access-group">
            <h2>{group.title}</h2>
            <HtmlList
              class="access-list"
              items={group.accounts.map((account) =>
                accountItem(home, account, group.open || accounts.length <= OPEN_UP_TO),
              )}
            />
          </section>
        ))}
      </Form>
    </PortalFrame>
  )
}

interface AccountGroup {
  readonly title: string
  readonly open: boolean
  readonly accounts: readonly PortalAccount[]
}

/** Favourites, then those used last, then all others; each account stands in one place. */
function groupsOf(
  accounts: readonly PortalAccount[],
  home: Texts['portal']['home'],
): readonly AccountGroup[] {
  const favourites = accounts.filter(({ favourite }) => favourite)
  const recent = accounts
    .filter(({ favourite, lastUsedAt }) => !favourite && lastUsedAt !== undefined)
    .sort((left, right) => ((left.lastUsedAt ?? '') < (right.lastUsedAt ?? '') ? 1 : -1))
    .slice(0, RECENT)
  const shown = new Set([...favourites, ...recent])
  const others = accounts.filter((account) => !shown.has(account))
  return [
    { title: home.favourites, open: true, accounts: favourites },
    { title: home.recent, open: true, accounts: recent },
    { title: shown.size === 0 ? home.allAccounts : home.otherAccounts, open: false, accounts: others },
  ].filter((group) => group.accounts.length > 0)
}

type HomeTexts = Texts['portal']['home']

/** Few elements and no classes below the account: there may be hundreds with several permissions each. */
function accountItem(home: HomeTexts, account: PortalAccount, open: boolean): Html {
  const { accountUin, name, favourite, permissions } = account
  const content = html`<summary>
      <b>${name}</b> <code>${accountUin}</code> <small>${home.permissions(permissions.length)}</small>
    </summary>
    <ul class="access-permissions">
      ${permissions.map((permission) => permissionItem(home, account, permission))}
    </ul>`
  const details = open
    ? html`<details class="access-account" open>${content}</details>`
    : html`<details class="access-account">${content}</details>`
  const label = favourite ? home.removeFavourite(name) : home.addFavourite(name)
  return html`<li>
    ${details}<button
      class="access-favourite"
      formaction="/portal/accounts/${accountUin}/favourite"
      name="favourite"
      value="${favourite ? 'false' : 'true'}"
      aria-label="${label}"
    >
      ${favourite ? STARRED : STAR}
    </button>
  </li>`
}

function permissionItem(home: HomeTexts, account: PortalAccount, permission: PortalPermission): Html {
  const { accountUin, name: accountName } = account
  const { configurationId, name, description, until } = permission
  const said = description === undefined ? undefined : html`<p>${description}</p>`
  const ends = until === undefined ? undefined : html`<p>${home.until(formatTime(until))}</p>`
  return html`<li>
    <b>${name}</b>${said}${ends}<button
      formaction="/portal/accounts/${accountUin}/${configurationId}/open"
      aria-label="${home.logInTo(name, accountName)}"
    >
      ${home.logIn}</button
    ><button
      formaction="/portal/accounts/${accountUin}/${configurationId}/credentials"
      aria-label="${home.credentialsOf(name, accountName)}"
    >
      ${home.credentials}
    </button>
  </li>`
}
