/** The organization's tree and accounts, and one account with who may reach it. */
import type { ComponentChildren } from 'preact'
import type { Assignment } from '../../server/domain/assignment.js'
import type { NodeId } from '../../server/domain/ids.js'
import type { Account, OrganizationNode, TreeNode } from '../../server/domain/organization.js'
import type { ServiceControlLevel, ServiceControlPolicy } from '../../server/domain/service-control.js'
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
  SelectField,
  TextField,
  type FieldErrors,
  type FormValues,
} from '../parts/form.js'
import { Pager } from '../parts/pager.js'
import { Tag } from '../parts/status.js'
import { Table } from '../parts/table.js'
import { Tabs } from '../parts/tabs.js'
import { Time } from '../parts/time.js'
import { actionsColumns, assignmentKey, sinceColumn } from './assignments.js'
import { AccountDriftNotice, type ShownCheck } from './drift.js'
import { DeploymentTable, type ShownDeployment } from './deployments.js'
import { commonTexts, ConsoleFrame, consolePath, consoleTexts, type ConsolePage } from './frame.js'
import { isFiltered, listHref, PAGE_SIZE, type ListQuery } from './list-query.js'
import { SearchField } from './search-field.js'
import { ServiceControlLevels } from './service-control.js'
import { UserSyncTab } from './user-syncs.js'

export const accountPath = (account: Pick<Account, 'uin'>, rest = ''): string =>
  `/admin/accounts/${account.uin}${rest}`

export interface AccountsPageProps {
  readonly page: ConsolePage
  readonly tree: TreeNode
  readonly accounts: readonly Account[]
  readonly total: number
  readonly query: ListQuery
  /** The department whose accounts are listed; absent: all. */
  readonly nodeId?: NodeId
  /** Names of the departments by id. */
  readonly nodeNames: ReadonlyMap<NodeId, string>
}

export function AccountsPage({ page, tree, accounts, total, query, nodeId, nodeNames }: AccountsPageProps) {
  const common = commonTexts(page)
  const { accounts: words, organization } = consoleTexts(page)
  const table = (
    <Table
      page={page}
      caption={words.caption}
      rows={accounts}
      rowKey={(account) => account.uin}
      selection={
        page.mayChange
          ? { name: 'account', value: (account) => account.uin, label: (account) => account.name }
          : undefined
      }
      empty={<p>{isFiltered(query) ? common.noMatches : words.empty}</p>}
      columns={[
        {
          key: 'name',
          header: words.name,
          cell: (account) => (
            <>
              <a href={accountPath(account)}>{account.name}</a>{' '}
              {account.kind === 'management' && <Tag label={words.management} />}
            </>
          ),
        },
        { key: 'uin', header: words.uin, cell: (account) => <code>{account.uin}</code> },
        {
          key: 'department',
          header: words.department,
          cell: (account) => nodeNames.get(account.nodeId),
        },
      ]}
    />
  )
  return (
    <ConsoleFrame
      page={page}
      section="accounts"
      title={words.title}
      lead={words.lead}
      actions={
        <>
          {nodeId !== undefined && (
            <>
              <ButtonLink href={`/admin/departments/${nodeId}`}>{organization.editDepartment}</ButtonLink>
              <ButtonLink href={`/admin/departments/${nodeId}/service-control`}>
                {organization.serviceControl}
              </ButtonLink>
            </>
          )}
          <ButtonLink href="/admin/invitations">{organization.invitations}</ButtonLink>
          <ButtonLink href="/admin/accounts/new-department">{words.addDepartment}</ButtonLink>
          <ButtonLink href="/admin/accounts/new">{words.addAccount}</ButtonLink>
        </>
      }
    >
      <div class="split">
        <nav class="card" aria-label={words.tree}>
          <ul class="tree">
            <li>
              <a href="/admin/accounts" aria-current={nodeId === undefined ? 'page' : undefined}>
                {words.allAccounts}
              </a>
            </li>
            <TreeEntry node={tree} nodeId={nodeId} />
          </ul>
        </nav>
        <div class="stack">
          <FilterForm page={page} action="/admin/accounts" label={words.find}>
            {nodeId !== undefined && <input type="hidden" name="node" value={String(nodeId)} />}
            <SearchField page={page} label={words.search} query={query} maxLength={64} />
          </FilterForm>
          {page.mayChange && accounts.length > 0 ? (
            <Form page={page} action="/admin/assignments/principals" class="stack" label={words.caption}>
              {table}
              <div class="bulk">
                <Button kind="primary" name="from" value="accounts">
                  {words.assignSelected}
                </Button>
                <Button formAction="/admin/user-syncs/new/principals" name="from" value="accounts">
                  {consoleTexts(page).userSyncs.createSelected}
                </Button>
                <Button formAction="/admin/accounts/move">{organization.moveSelected}</Button>
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
            href={(number) => listHref('/accounts', query, { number })}
          />
        </div>
      </div>
    </ConsoleFrame>
  )
}

function TreeEntry({ node, nodeId }: { readonly node: TreeNode; readonly nodeId: NodeId | undefined }) {
  return (
    <li>
      <a
        href={consolePath('/accounts', { node: String(node.id) })}
        aria-current={node.id === nodeId ? 'page' : undefined}
      >
        <span>{node.name}</span>
        <span class="muted">{node.accountCount}</span>
      </a>
      {node.children.length > 0 && (
        <ul>
          {node.children.map((child) => (
            <TreeEntry key={child.id} node={child} nodeId={nodeId} />
          ))}
        </ul>
      )}
    </li>
  )
}

/** Departments of a tree as choices, deeper ones set in. */
export const nodeChoices = (
  node: TreeNode,
): readonly { readonly value: string; readonly label: string }[] => [
  { value: String(node.id), label: `${'\u2003'.repeat(node.level)}${node.name}` },
  ...node.children.flatMap(nodeChoices),
]

export interface OrganizationFormPageProps {
  readonly page: ConsolePage
  readonly kind: 'account' | 'department'
  readonly tree: TreeNode
  readonly values: FormValues
  readonly errors?: FieldErrors
}

/** Adds an account or a department. */
export function OrganizationFormPage({ page, kind, tree, values, errors }: OrganizationFormPageProps) {
  const common = commonTexts(page)
  const words = consoleTexts(page).accounts
  const isAccount = kind === 'account'
  return (
    <ConsoleFrame
      page={page}
      section="accounts"
      title={isAccount ? words.newAccountTitle : words.newDepartmentTitle}
      crumbs={[{ label: words.title, href: '/admin/accounts' }]}
      lead={isAccount ? words.newAccountLead : undefined}
    >
      <Card>
        <Form page={page} action={isAccount ? '/admin/accounts' : '/admin/accounts/new-department'}>
          <ErrorSummary page={page} errors={errors} />
          <TextField
            page={page}
            name="name"
            label={isAccount ? words.name : words.departmentName}
            hint={isAccount ? words.accountNameHint : words.departmentNameHint}
            value={values['name']}
            errors={errors}
            maxLength={isAccount ? 25 : 40}
            width="medium"
          />
          <SelectField
            page={page}
            name="node"
            label={isAccount ? words.department : words.parent}
            value={values['node'] ?? String(tree.id)}
            errors={errors}
            choices={nodeChoices(tree)}
          />
          <FormActions>
            <Button kind="primary">{common.add}</Button>
            <a href="/admin/accounts">{common.cancel}</a>
          </FormActions>
        </Form>
      </Card>
    </ConsoleFrame>
  )
}

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
