/** A zone with people, accounts and access in it, and administrators who are signed in. */
import { inTransaction } from '../../db/transaction.js'
import type { AdministratorRights, Actor } from '../../server/domain/actor.js'
import type { Group } from '../../server/domain/group.js'
import type { Account } from '../../server/domain/organization.js'
import type { PermissionConfiguration } from '../../server/domain/permission-configuration.js'
import type { DirectoryType, User } from '../../server/domain/user.js'
import { createTestContext, type TestContext, type TestContextOptions } from '../support/context.js'
import { createCookieClient, type CookieClient, type Page } from '../support/cookie-client.js'
import type { TestEngine } from '../support/engines.js'

export type Fields = Readonly<Record<string, string | readonly string[]>>

/** A browser of an administrator that sends forms as they stand on a page. */
export interface ConsoleBrowser extends Omit<CookieClient, 'post' | 'submit'> {
  post(path: string, fields: Fields): Promise<Page>
  /** Gets the page and sends its form to `action` with these fields beside the hidden ones. */
  send(pagePath: string, action: string, fields?: Fields): Promise<Page>
  /** Sends the form of a page that is there already. */
  submit(page: Page, action: string, fields?: Fields): Promise<Page>
}

export interface ConsoleWorld extends Omit<TestContext, 'browser'> {
  /** Signed in with these rights; full ones by default. */
  admin(rights?: AdministratorRights): Promise<ConsoleBrowser>
  anonymous(): ConsoleBrowser
  user(userName: string, type?: DirectoryType): Promise<User>
  group(displayName: string, type?: DirectoryType): Promise<Group>
  account(name: string): Promise<Account>
  /** With the preset policy ReadOnlyAccess. */
  configuration(name: string): Promise<PermissionConfiguration>
  /** Gives the user or group the configuration in the account, and deploys it. */
  assign(principal: User | Group, account: Account, configuration: PermissionConfiguration): Promise<void>
}

export async function createConsoleWorld(
  engine: TestEngine,
  options: TestContextOptions = {},
): Promise<ConsoleWorld> {
  const context = await createTestContext(engine, options)
  const { app, db, services, administrator } = context

  function browserOf(client: CookieClient): ConsoleBrowser {
    // superagent sends a list as a repeated field; the client's type speaks of single ones.
    const post = (path: string, fields: Fields) => client.post(path, fields as Record<string, string>)

    const submit = (page: Page, action: string, fields: Fields = {}): Promise<Page> =>
      post(action, { ...enteredIn(page, action), ...fields })

    return {
      ...client,
      post,
      submit,
      send: async (pagePath, action, fields) => submit(await client.get(pagePath), action, fields),
    }
  }

  async function openSession(browser: CookieClient, uin: string): Promise<void> {
    const { token } = await inTransaction(db, (tx) =>
      services.sessions.open(tx, {
        kind: 'console',
        subject: { kind: 'administrator', id: uin },
        method: 'password',
        origin: {},
      }),
    )
    browser.cookies.set('console-session', token)
  }

  return {
    ...context,

    async admin(rights = 'full') {
      const client = createCookieClient(app)
      const name = rights === 'full' ? 'admin' : 'auditor'
      const found = await services.administrators.findByName(administrator, name)
      const { uin } =
        found ?? (await services.administrators.create(administrator, { name, rights })).administrator
      await openSession(client, uin)
      return browserOf(client)
    },

    anonymous: () => browserOf(createCookieClient(app)),

    user: (userName, type = 'manual') =>
      services.users.create(administrator, {
        profile: {
          userName,
          emails: [{ value: `${userName}@example.com`, primary: true }],
          active: true,
          attributes: {},
        },
        type,
      }),

    group: (displayName, type = 'manual') =>
      services.groups.create(administrator, { profile: { displayName, attributes: {} }, type }),

    account: (name) => services.organization.createAccount(administrator, { name }),

    async configuration(name) {
      const { id } = await services.permissionConfigurations.create(administrator, { name })
      return services.permissionConfigurations.attachPreset(administrator, id, ['ReadOnlyAccess'])
    },

    async assign(principal, account, configuration) {
      await services.assignments.assign(administrator, [
        {
          principal:
            'userName' in principal
              ? { type: 'user', id: principal.id }
              : { type: 'group', id: principal.id },
          accountUin: account.uin,
          configurationId: configuration.id,
        },
      ])
      await services.deploymentWorker.drain()
    },
  }
}

/** What a browser would send of the form as it stands: hidden fields and ticked boxes, repeated ones as lists. */
function enteredIn(page: Page, action: string): Fields {
  const forms = [...page.text.matchAll(/<form\b([^>]*)>(.*?)<\/form>/gs)]
  // A search box may stand at the same address: forms that change something carry the token.
  const form = forms.find(
    ([, head = '', body = '']) => head.includes(`action="${action}"`) && body.includes('name="_csrf"'),
  )
  if (!form) throw new Error(`the page has no form to ${action}: ${page.text.slice(0, 2000)}`)
  const fields: Record<string, string[]> = {}
  for (const [tag] of form[2]!.matchAll(/<input\b[^>]*>/g)) {
    if (!/type="hidden"|\schecked/.test(tag)) continue
    const name = /\sname="([^"]*)"/.exec(tag)?.[1] ?? ''
    ;(fields[name] ??= []).push(plain(/\svalue="([^"]*)"/.exec(tag)?.[1] ?? ''))
  }
  return fields
}

const plain = (text: string): string =>
  text.replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&amp;', '&')

/** An actor of imported users: what SCIM makes. */
export const scimActor: Actor = { kind: 'scim', credentialId: 'scimcred-aaaaaaaaaaaa' as never }

/** What a page says, without its markup: for sentences that are broken by links and tags. */
export const textOf = ({ text }: Page): string =>
  plain(text.replace(/<(script|style)\b.*?<\/\1>/gs, '').replace(/<[^>]+>/g, ' ')).replace(/\s+/g, ' ')
