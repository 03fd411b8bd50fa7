/** The organization's tree and accounts, and adding to them. */
import type { NodeId } from '../../server/domain/ids.js'
import type { Account, TreeNode } from '../../server/domain/organization.js'
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
  type FormValues,
} from '../parts/form.js'
import { Pager } from '../parts/pager.js'
import { Tag } from '../parts/status.js'
import { Table } from '../parts/table.js'
import { accountPath } from './account.js'
import { commonTexts, ConsoleFrame, consolePath, consoleTexts, type ConsolePage } from './frame.js'
import { isFiltered, listHref, PAGE_SIZE, type ListQuery } from './list-query.js'
import { SearchField } from './search-field.js'

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
