/** One account: what it is, who may reach it, and what is deployed in it, a tab for each. */
import type { ComponentChildren } from 'preact'
import type { Assignment } from '../../server/domain/assignment.js'
import type { Account, OrganizationNode } from '../../server/domain/organization.js'
import type { ServiceControlLevel, ServiceControlPolicy } from '../../server/domain/service-control.js'
import type { UserSync } from '../../server/domain/user-sync.js'
import { Card } from '../parts/card.js'
import { Details } from '../parts/details.js'
import { Button, ButtonLink, Form } from '../parts/form.js'
import { Pager } from '../parts/pager.js'
import { Tag } from '../parts/status.js'
import { Table } from '../parts/table.js'
import { Tabs } from '../parts/tabs.js'
import { Time } from '../parts/time.js'
import { actionsColumns, assignmentKey, sinceColumn } from './assignments.js'
import { DeploymentTable, type ShownDeployment } from './deployments.js'
import { AccountDriftNotice, type ShownCheck } from './drift.js'
import { commonTexts, ConsoleFrame, consolePath, consoleTexts, type ConsolePage } from './frame.js'
import { PAGE_SIZE } from './list-query.js'
import { ServiceControlLevels } from './service-control.js'
import { UserSyncTab } from './user-syncs.js'

export const accountPath = (account: Pick<Account, 'uin'>, rest = ''): string =>
  `/admin/accounts/${account.uin}${rest}`

interface AccountFrameProps {
  readonly page: ConsolePage
  readonly account: Account
  /** From the account's own node up to the root. */
  readonly path: readonly OrganizationNode[]
  readonly tab: 'authorizations' | 'access' | 'deployments' | 'userSyncs' | 'serviceControl' | 'simulation'
  readonly children: ComponentChildren
}

/** What every tab of an account shows above it. */
export function AccountFrame({ page, account, path, tab, children }: AccountFrameProps) {
  const common = commonTexts(page)
  const { accounts: words, organization, access } = consoleTexts(page)
  return (
    <ConsoleFrame
      page={page}
      section="accounts"
      title={account.name}
      crumbs={[{ label: words.title, href: '/admin/accounts' }]}
      actions={
        <>
          <ButtonLink href={accountPath(account, '/edit')}>{organization.editAccount}</ButtonLink>
          {account.kind === 'member' && (
            <ButtonLink href={accountPath(account, '/remove')}>
              {account.origin === 'created' ? organization.deleteAccount : organization.removeAccount}
            </ButtonLink>
          )}
        </>
      }
    >
      <Card title={words.basics}>
        <Details
          page={page}
          items={[
            { label: words.uin, value: <code>{account.uin}</code> },
            { label: words.kind, value: account.kind === 'management' ? words.management : words.member },
            {
              label: words.department,
              value: path
                .map(({ name }) => name)
                .reverse()
                .join(' / '),
            },
            ...(account.kind === 'member'
              ? [{ label: organization.origin, value: organization[account.origin] }]
              : []),
            { label: organization.remark, value: account.remark },
            { label: 'AppId', value: <code>{account.appId}</code> },
            { label: common.created, value: <Time at={account.createdAt} /> },
          ]}
        />
      </Card>
      <Tabs
        page={page}
        tabs={[
          {
            href: accountPath(account),
            label: words.tabAuthorizations,
            current: tab === 'authorizations',
          },
          { href: accountPath(account, '/access'), label: access.tabAccount, current: tab === 'access' },
          {
            href: accountPath(account, '/deployments'),
            label: words.tabDeployments,
            current: tab === 'deployments',
          },
          {
            href: accountPath(account, '/user-syncs'),
            label: consoleTexts(page).userSyncs.tab,
            current: tab === 'userSyncs',
          },
          {
            href: accountPath(account, '/service-control'),
            label: organization.tab,
            current: tab === 'serviceControl',
          },
          {
            href: accountPath(account, '/simulation'),
            label: consoleTexts(page).simulation.tab,
            current: tab === 'simulation',
          },
        ]}
      />
      {children}
    </ConsoleFrame>
  )
}

export interface AccountAuthorizationsPageProps {
  readonly page: ConsolePage
  readonly account: Account
  readonly path: readonly OrganizationNode[]
  readonly assignments: readonly Assignment[]
  readonly total: number
  readonly number: number
}

export function AccountAuthorizationsPage({ page, account, path, ...props }: AccountAuthorizationsPageProps) {
  const words = consoleTexts(page).accounts
  return (
    <AccountFrame page={page} account={account} path={path} tab="authorizations">
      {page.mayChange && (
        <Form page={page} action="/admin/assignments/principals" class="form-inline">
          <input type="hidden" name="account" value={account.uin} />
          <Button kind="primary" name="from" value="accounts">
            {words.assign}
          </Button>
        </Form>
      )}
      <Table
        page={page}
        caption={words.authorizationsCaption}
        rows={props.assignments}
        rowKey={assignmentKey}
        empty={<p>{words.noAuthorizations}</p>}
        columns={[
          {
            key: 'principal',
            header: words.principal,
            cell: (row) => (
              <a href={`/admin/${row.principal.type}s/${row.principal.id}`}>{row.principalName}</a>
            ),
          },
          {
            key: 'principalType',
            header: words.principalType,
            cell: (row) => <Tag label={words[row.principal.type]} />,
          },
          {
            key: 'configuration',
            header: words.configuration,
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
        href={(next) => consolePath(`/accounts/${account.uin}`, { page: String(next) })}
      />
    </AccountFrame>
  )
}

export interface AccountDeploymentsPageProps {
  readonly page: ConsolePage
  readonly account: Account
  readonly path: readonly OrganizationNode[]
  /** When the account was compared with what was deployed, and how many objects differ. */
  readonly check: ShownCheck | undefined
  readonly findingTotal: number
  readonly deployments: readonly ShownDeployment[]
  readonly total: number
  readonly number: number
}

export function AccountDeploymentsPage({ page, account, path, ...props }: AccountDeploymentsPageProps) {
  const words = consoleTexts(page).accounts
  return (
    <AccountFrame page={page} account={account} path={path} tab="deployments">
      <AccountDriftNotice
        page={page}
        accountUin={account.uin}
        accountName={account.name}
        check={props.check}
        findingTotal={props.findingTotal}
      />
      <DeploymentTable
        page={page}
        deployments={props.deployments}
        by="account"
        redeployAction={accountPath(account, '/redeploy')}
        caption={words.deploymentsCaption}
        empty={words.noDeployments}
      />
      <Pager
        page={page}
        total={props.total}
        size={PAGE_SIZE}
        number={props.number}
        href={(next) => consolePath(`/accounts/${account.uin}/deployments`, { page: String(next) })}
      />
    </AccountFrame>
  )
}

export interface UserSyncsOfAccountPageProps {
  readonly page: ConsolePage
  readonly account: Account
  readonly path: readonly OrganizationNode[]
  readonly syncs: readonly UserSync[]
  readonly total: number
  readonly number: number
}

export function UserSyncsOfAccountPage({ page, account, path, ...props }: UserSyncsOfAccountPageProps) {
  return (
    <AccountFrame page={page} account={account} path={path} tab="userSyncs">
      <UserSyncTab
        page={page}
        {...props}
        of="account"
        path={`/accounts/${account.uin}/user-syncs`}
        createHref={consolePath('/user-syncs/new', { account: account.uin })}
      />
    </AccountFrame>
  )
}

export interface AccountServiceControlPageProps {
  readonly page: ConsolePage
  readonly account: Account
  readonly path: readonly OrganizationNode[]
  readonly levels: readonly ServiceControlLevel[]
  /** Everything that can be attached. */
  readonly policies: readonly ServiceControlPolicy[]
}

export function AccountServiceControlPage({
  page,
  account,
  path,
  levels,
  policies,
}: AccountServiceControlPageProps) {
  return (
    <AccountFrame page={page} account={account} path={path} tab="serviceControl">
      <ServiceControlLevels
        page={page}
        levels={levels}
        policies={policies}
        of={{ kind: 'account', id: account.uin }}
      />
    </AccountFrame>
  )
}
