/** Departments and accounts that are there, and invitations. */
import type { Account, Invitation, Tags, TreeNode } from '../../server/domain/organization.js'
import { Card } from '../parts/card.js'
import {
  ActionButton,
  Button,
  ButtonLink,
  ErrorSummary,
  Form,
  FormActions,
  SelectField,
  TextArea,
  TextField,
  type FieldErrors,
  type FormValues,
} from '../parts/form.js'
import { Pager } from '../parts/pager.js'
import { Status, type StatusTone } from '../parts/status.js'
import { Table } from '../parts/table.js'
import { Time } from '../parts/time.js'
import { nodeChoices } from './accounts.js'
import { commonTexts, ConsoleFrame, consolePath, consoleTexts, type ConsolePage } from './frame.js'
import { PAGE_SIZE } from './list-query.js'

/** Tags as they stand in a form, one on a line. */
export const tagLines = (tags: Tags | undefined): string =>
  Object.entries(tags ?? {})
    .map(([key, value]) => `${key}=${value}`)
    .join('\n')

const accountsCrumb = (page: ConsolePage) => ({
  label: consoleTexts(page).accounts.title,
  href: '/admin/accounts',
})

interface EditPageProps {
  readonly page: ConsolePage
  readonly tree: TreeNode
  readonly values: FormValues
  readonly errors?: FieldErrors
}

function EditFields({
  page,
  tree,
  values,
  errors,
  nameLabel,
  nameLength,
  nodeHint,
  hasNode,
}: EditPageProps & {
  readonly nameLabel: string
  readonly nameLength: number
  readonly nodeHint?: string
  readonly hasNode: boolean
}) {
  const { organization: words, accounts } = consoleTexts(page)
  return (
    <>
      <TextField
        page={page}
        name="name"
        label={nameLabel}
        value={values['name']}
        errors={errors}
        maxLength={nameLength}
        width="medium"
      />
      {hasNode && (
        <SelectField
          page={page}
          name="node"
          label={accounts.department}
          hint={nodeHint}
          value={values['node']}
          errors={errors}
          choices={nodeChoices(tree)}
        />
      )}
      <TextArea
        page={page}
        name="remark"
        label={words.remark}
        value={values['remark']}
        errors={errors}
        maxLength={1000}
        rows={2}
        required={false}
      />
      <TextArea
        page={page}
        name="tags"
        label={words.tags}
        hint={words.tagsHint}
        value={values['tags']}
        errors={errors}
        rows={3}
        required={false}
      />
    </>
  )
}

export interface EditDepartmentPageProps extends EditPageProps {
  readonly node: TreeNode
}

export function EditDepartmentPage({ node, ...props }: EditDepartmentPageProps) {
  const { page, errors } = props
  const common = commonTexts(page)
  const { organization: words, accounts } = consoleTexts(page)
  const isRoot = node.parentId === undefined
  const back = consolePath('/accounts', { node: String(node.id) })
  return (
    <ConsoleFrame
      page={page}
      section="accounts"
      title={words.editDepartmentTitle(node.name)}
      crumbs={[accountsCrumb(page), { label: node.name, href: back }]}
      actions={
        !isRoot && (
          <ButtonLink href={`/admin/departments/${node.id}/delete`}>{words.deleteDepartment}</ButtonLink>
        )
      }
    >
      <Card>
        <Form page={page} action={`/admin/departments/${node.id}`}>
          <ErrorSummary page={page} errors={errors} />
          <EditFields
            {...props}
            nameLabel={accounts.departmentName}
            nameLength={40}
            nodeHint={words.parentHint}
            hasNode={!isRoot}
          />
          <FormActions>
            <Button kind="primary">{common.save}</Button>
            <a href={back}>{common.cancel}</a>
          </FormActions>
        </Form>
      </Card>
    </ConsoleFrame>
  )
}

export interface EditAccountPageProps extends EditPageProps {
  readonly account: Account
}

export function EditAccountPage({ account, ...props }: EditAccountPageProps) {
  const { page, errors } = props
  const common = commonTexts(page)
  const { organization: words, accounts } = consoleTexts(page)
  const path = `/admin/accounts/${account.uin}`
  return (
    <ConsoleFrame
      page={page}
      section="accounts"
      title={words.editAccountTitle(account.name)}
      crumbs={[accountsCrumb(page), { label: account.name, href: path }]}
    >
      <Card>
        <Form page={page} action={`${path}/edit`}>
          <ErrorSummary page={page} errors={errors} />
          <EditFields
            {...props}
            nameLabel={accounts.name}
            nameLength={25}
            hasNode={account.kind === 'member'}
          />
          <FormActions>
            <Button kind="primary">{common.save}</Button>
            <a href={path}>{common.cancel}</a>
          </FormActions>
        </Form>
      </Card>
    </ConsoleFrame>
  )
}

export interface MoveAccountsPageProps {
  readonly page: ConsolePage
  readonly tree: TreeNode
  readonly accounts: readonly Account[]
  /** The department that was chosen; empty before. */
  readonly node: string
  readonly errors?: FieldErrors
}

/** Asks for the department that many accounts are put into. */
export function MoveAccountsPage({ page, tree, accounts, node, errors }: MoveAccountsPageProps) {
  const common = commonTexts(page)
  const { organization: words, accounts: accountWords } = consoleTexts(page)
  return (
    <ConsoleFrame
      page={page}
      section="accounts"
      title={words.moveTitle(accounts.length)}
      crumbs={[accountsCrumb(page)]}
      lead={words.moveLead}
    >
      <Card>
        <Form page={page} action="/admin/accounts/move">
          <ErrorSummary page={page} errors={errors} />
          {accounts.map(({ uin }) => (
            <input key={uin} type="hidden" name="account" value={uin} />
          ))}
          <ul class="list">
            {accounts.map(({ uin, name }) => (
              <li key={uin}>
                {name} <code class="muted small">{uin}</code>
              </li>
            ))}
          </ul>
          <SelectField
            page={page}
            name="node"
            label={accountWords.department}
            value={node}
            errors={errors}
            choices={nodeChoices(tree)}
          />
          <FormActions>
            <Button kind="primary">{words.moveButton}</Button>
            <a href="/admin/accounts">{common.cancel}</a>
          </FormActions>
        </Form>
      </Card>
    </ConsoleFrame>
  )
}

const INVITATION_TONES: Record<Invitation['status'], StatusTone> = {
  pending: 'waiting',
  accepted: 'good',
  rejected: 'bad',
  cancelled: 'neutral',
  expired: 'neutral',
}

export interface InvitationsPageProps {
  readonly page: ConsolePage
  readonly invitations: readonly Invitation[]
  readonly total: number
  readonly number: number
}

export function InvitationsPage({ page, invitations, total, number }: InvitationsPageProps) {
  const common = commonTexts(page)
  const { organization: words, accounts } = consoleTexts(page)
  return (
    <ConsoleFrame
      page={page}
      section="accounts"
      title={words.invitations}
      crumbs={[accountsCrumb(page)]}
      lead={words.invitationsLead}
      actions={<ButtonLink href="/admin/invitations/new">{words.invite}</ButtonLink>}
    >
      <Table
        page={page}
        caption={words.invitations}
        rows={invitations}
        rowKey={({ id }) => id}
        empty={<p>{words.noInvitations}</p>}
        columns={[
          { key: 'name', header: accounts.name, cell: ({ name }) => name },
          { key: 'uin', header: accounts.uin, cell: ({ accountUin }) => <code>{accountUin}</code> },
          {
            key: 'status',
            header: words.status,
            cell: ({ status }) => <Status tone={INVITATION_TONES[status]} label={words[status]} />,
          },
          { key: 'expires', header: words.expires, cell: ({ expiresAt }) => <Time at={expiresAt} /> },
          {
            key: 'actions',
            header: common.actions,
            align: 'end',
            cell: ({ id, name, status }) =>
              page.mayChange &&
              status === 'pending' && (
                <div class="button-row">
                  <ActionButton
                    page={page}
                    action={`/admin/invitations/${id}/code`}
                    small
                    label={`${words.newCode}: ${name}`}
                  >
                    {words.newCode}
                  </ActionButton>
                  <ActionButton
                    page={page}
                    action={`/admin/invitations/${id}/cancel`}
                    small
                    label={`${words.cancelInvitation}: ${name}`}
                  >
                    {words.cancelInvitation}
                  </ActionButton>
                </div>
              ),
          },
        ]}
      />
      <Pager
        page={page}
        total={total}
        size={PAGE_SIZE}
        number={number}
        href={(next) => consolePath('/invitations', { page: String(next) })}
      />
    </ConsoleFrame>
  )
}

export interface InvitePageProps {
  readonly page: ConsolePage
  readonly tree: TreeNode
  readonly values: FormValues
  readonly errors?: FieldErrors
}

export function InvitePage({ page, tree, values, errors }: InvitePageProps) {
  const common = commonTexts(page)
  const { organization: words, accounts } = consoleTexts(page)
  return (
    <ConsoleFrame
      page={page}
      section="accounts"
      title={words.inviteTitle}
      lead={words.inviteLead}
      crumbs={[accountsCrumb(page), { label: words.invitations, href: '/admin/invitations' }]}
    >
      <Card>
        <Form page={page} action="/admin/invitations">
          <ErrorSummary page={page} errors={errors} />
          <TextField
            page={page}
            name="uin"
            label={accounts.uin}
            hint={words.uinHint}
            value={values['uin']}
            errors={errors}
            inputMode="numeric"
            pattern="1[0-9]{11}"
            maxLength={12}
            width="medium"
          />
          <TextField
            page={page}
            name="name"
            label={accounts.name}
            hint={accounts.accountNameHint}
            value={values['name']}
            errors={errors}
            maxLength={25}
            width="medium"
          />
          <SelectField
            page={page}
            name="node"
            label={accounts.department}
            value={values['node'] ?? String(tree.id)}
            errors={errors}
            choices={nodeChoices(tree)}
          />
          <FormActions>
            <Button kind="primary">{words.invite}</Button>
            <a href="/admin/invitations">{common.cancel}</a>
          </FormActions>
        </Form>
      </Card>
    </ConsoleFrame>
  )
}
