/** One user, group, role or policy of an account. */
import type { ApiKey } from '../../server/domain/administrator.js'
import { texts } from '../i18n/index.js'
import type { Crumb } from '../layout.js'
import type { PageContext } from '../page-context.js'
import { Card } from '../parts/card.js'
import { ConfirmButton } from '../parts/confirm-button.js'
import { Details } from '../parts/details.js'
import { ActionButton, Button, Form, FormActions, TextArea, TextField } from '../parts/form.js'
import { readableDocument } from '../parts/policy-text.js'
import { Tag } from '../parts/status.js'
import { Table } from '../parts/table.js'
import { Time } from '../parts/time.js'
import { AccountFrame } from './account-frame.js'
import {
  DeleteCard,
  Managed,
  NumberForm,
  objectTexts,
  PoliciesCard,
  Visible,
  type NumberChoice,
  type ObjectSection,
  type Shown,
  type ShownPolicy,
} from './objects.js'
import { accountSignInPath } from './sign-in-page.js'

interface Place {
  readonly page: PageContext
  readonly accountName: string
}

/** The list that a thing stands in. */
const sectionCrumb = (page: PageContext, section: ObjectSection): Crumb => ({
  label: objectTexts(page)[section],
  href: `/account/${section}`,
})

const owned = (owner: string): boolean => owner === 'account'

export interface UserObjectPageProps extends Place {
  readonly user: {
    readonly uin: string
    readonly accountUin: string
    readonly name: string
    readonly owner: string
    readonly remark?: string | undefined
    readonly consoleLogin: boolean
    readonly lastSignInAt?: string
    readonly createdAt: string
  }
  readonly groups: Shown<readonly { readonly id: number; readonly name: string }[]>
  readonly policies: Shown<readonly ShownPolicy[]>
  readonly keys: Shown<readonly ApiKey[]>
  readonly choices: { readonly policies: readonly NumberChoice[]; readonly groups: readonly NumberChoice[] }
}

export function UserObjectPage({
  page,
  accountName,
  user,
  groups,
  policies,
  keys,
  choices,
}: UserObjectPageProps) {
  const words = objectTexts(page)
  const { common } = texts(page.language)
  const action = `/account/users/${user.uin}`
  return (
    <AccountFrame
      page={page}
      accountName={accountName}
      current="users"
      crumbs={[sectionCrumb(page, 'users')]}
      title={user.name}
    >
      <Card>
        <Details
          page={page}
          items={[
            { label: words.number, value: <code>{user.uin}</code> },
            ...(owned(user.owner)
              ? []
              : [{ label: words.type, value: <Managed page={page} owner={user.owner} /> }]),
            { label: words.remark, value: user.remark },
            {
              label: words.consoleLogin,
              value: user.consoleLogin ? (
                <a href={accountSignInPath(user.accountUin)}>{words.signInPage}</a>
              ) : (
                common.no
              ),
            },
            {
              label: words.lastUsed,
              value: user.lastSignInAt === undefined ? common.never : <Time at={user.lastSignInAt} />,
            },
            { label: common.created, value: <Time at={user.createdAt} /> },
          ]}
        />
      </Card>
      <PoliciesCard page={page} action={action} shown={policies} choices={choices.policies} />
      <Card title={words.groups}>
        <Visible page={page} shown={groups}>
          {(found) => (
            <Table
              page={page}
              caption={words.groups}
              rows={found}
              rowKey={({ id }) => String(id)}
              empty={<p>{words.none}</p>}
              columns={[
                {
                  key: 'name',
                  header: words.name,
                  cell: ({ id, name }) => <a href={`/account/groups/${id}`}>{name}</a>,
                },
                { key: 'id', header: words.number, cell: ({ id }) => <code>{id}</code> },
                {
                  key: 'actions',
                  header: common.actions,
                  align: 'end',
                  cell: ({ id }) => (
                    <ActionButton page={page} action={`${action}/leave`} fields={{ group: String(id) }}>
                      {common.remove}
                    </ActionButton>
                  ),
                },
              ]}
            />
          )}
        </Visible>
        <NumberForm
          page={page}
          action={`${action}/join`}
          name="group"
          label={words.groupNumber}
          choices={choices.groups}
          submit={words.joinGroup}
        />
      </Card>
      <Card
        title={words.keys}
        actions={
          <ActionButton page={page} action={`${action}/keys`}>
            {words.newKey}
          </ActionButton>
        }
      >
        <Visible page={page} shown={keys}>
          {(found) => <KeyTable page={page} action={action} keys={found} />}
        </Visible>
      </Card>
      {owned(user.owner) && (
        <Card
          title={words.password}
          actions={
            user.consoleLogin && (
              <ActionButton page={page} action={`${action}/password/remove`}>
                {words.removePassword}
              </ActionButton>
            )
          }
        >
          <Form page={page} action={`${action}/password`} label={words.password}>
            <TextField
              page={page}
              name="password"
              label={words.newPassword}
              hint={words.newPasswordHint}
              type="password"
              autoComplete="new-password"
              maxLength={64}
              width="medium"
            />
            <FormActions>
              <Button>{words.setPassword}</Button>
            </FormActions>
          </Form>
        </Card>
      )}
      {owned(user.owner) && (
        <DeleteCard page={page} action={action} name={user.name} lead={words.deleteUser} />
      )}
    </AccountFrame>
  )
}

function KeyTable({
  page,
  action,
  keys,
}: {
  readonly page: PageContext
  readonly action: string
  readonly keys: readonly ApiKey[]
}) {
  const words = objectTexts(page)
  const { common } = texts(page.language)
  return (
    <Table
      page={page}
      caption={words.keys}
      rows={keys}
      rowKey={(key) => key.secretId}
      empty={<p>{words.none}</p>}
      columns={[
        { key: 'id', header: words.secretId, cell: (key) => <code>{key.secretId}</code> },
        {
          key: 'status',
          header: common.status,
          cell: (key) => <Tag label={key.status === 'enabled' ? common.enabled : common.disabled} />,
        },
        { key: 'created', header: common.created, cell: (key) => <Time at={key.createdAt} /> },
        {
          key: 'used',
          header: words.lastUsed,
          cell: (key) => (key.lastUsedAt === undefined ? common.never : <Time at={key.lastUsedAt} />),
        },
        {
          key: 'actions',
          header: common.actions,
          align: 'end',
          cell: (key) => (
            <div class="button-row">
              <ActionButton
                page={page}
                action={`${action}/keys/status`}
                fields={{
                  secretId: key.secretId,
                  status: key.status === 'enabled' ? 'disabled' : 'enabled',
                }}
                small
              >
                {key.status === 'enabled' ? common.disable : common.enable}
              </ActionButton>
              <ConfirmButton
                page={page}
                action={`${action}/keys/delete`}
                fields={{ secretId: key.secretId }}
                label={`${common.delete} ${key.secretId}`}
                question={common.keyDeleteQuestion}
              >
                {common.delete}
              </ConfirmButton>
            </div>
          ),
        },
      ]}
    />
  )
}

export interface GroupObjectPageProps extends Place {
  readonly group: {
    readonly id: number
    readonly name: string
    readonly remark?: string
    readonly createdAt: string
  }
  readonly members: readonly { readonly uin: string; readonly name: string; readonly joinedAt: string }[]
  readonly policies: Shown<readonly ShownPolicy[]>
  readonly choices: { readonly policies: readonly NumberChoice[]; readonly users: readonly NumberChoice[] }
}

export function GroupObjectPage({
  page,
  accountName,
  group,
  members,
  policies,
  choices,
}: GroupObjectPageProps) {
  const words = objectTexts(page)
  const { common } = texts(page.language)
  const action = `/account/groups/${group.id}`
  return (
    <AccountFrame
      page={page}
      accountName={accountName}
      current="groups"
      crumbs={[sectionCrumb(page, 'groups')]}
      title={group.name}
    >
      <Card>
        <Details
          page={page}
          items={[
            { label: words.number, value: <code>{group.id}</code> },
            { label: words.remark, value: group.remark },
            { label: common.created, value: <Time at={group.createdAt} /> },
          ]}
        />
      </Card>
      <PoliciesCard page={page} action={action} shown={policies} choices={choices.policies} />
      <Card title={words.members}>
        <Table
          page={page}
          caption={words.members}
          rows={members}
          rowKey={({ uin }) => uin}
          empty={<p>{words.none}</p>}
          columns={[
            {
              key: 'name',
              header: words.name,
              cell: ({ uin, name }) => <a href={`/account/users/${uin}`}>{name}</a>,
            },
            { key: 'uin', header: words.number, cell: ({ uin }) => <code>{uin}</code> },
            {
              key: 'actions',
              header: common.actions,
              align: 'end',
              cell: ({ uin }) => (
                <ActionButton page={page} action={`${action}/remove`} fields={{ user: uin }}>
                  {common.remove}
                </ActionButton>
              ),
            },
          ]}
        />
        <NumberForm
          page={page}
          action={`${action}/add`}
          name="user"
          label={words.userNumber}
          choices={choices.users}
          submit={words.addUser}
        />
      </Card>
      <DeleteCard page={page} action={action} name={group.name} lead={words.deleteGroup} />
    </AccountFrame>
  )
}

export interface RoleObjectPageProps extends Place {
  readonly role: {
    readonly id: string
    readonly name: string
    readonly owner: string
    readonly description: string
    readonly trustPolicy: string
    readonly sessionDuration: number
    readonly lastUsedAt?: string
    readonly createdAt: string
  }
  readonly policies: Shown<readonly ShownPolicy[]>
  /** Policies that can be attached. */
  readonly choices: readonly NumberChoice[]
}

export function RoleObjectPage({ page, accountName, role, policies, choices }: RoleObjectPageProps) {
  const words = objectTexts(page)
  const { common } = texts(page.language)
  const action = `/account/roles/${role.id}`
  return (
    <AccountFrame
      page={page}
      accountName={accountName}
      current="roles"
      crumbs={[sectionCrumb(page, 'roles')]}
      title={role.name}
    >
      <Card>
        <Details
          page={page}
          items={[
            { label: words.number, value: <code>{role.id}</code> },
            ...(owned(role.owner)
              ? []
              : [{ label: words.type, value: <Managed page={page} owner={role.owner} /> }]),
            { label: words.description, value: role.description },
            { label: words.sessionDuration, value: role.sessionDuration },
            {
              label: words.lastUsed,
              value: role.lastUsedAt === undefined ? common.never : <Time at={role.lastUsedAt} />,
            },
            { label: common.created, value: <Time at={role.createdAt} /> },
          ]}
        />
      </Card>
      <Card title={words.trustPolicy}>
        {owned(role.owner) ? (
          <Form page={page} action={`${action}/trust`} label={words.trustPolicy}>
            <TextArea
              page={page}
              name="document"
              label={words.trustPolicy}
              value={readableDocument(role.trustPolicy)}
              rows={8}
              maxLength={20_000}
              code
            />
            <FormActions>
              <Button>{common.save}</Button>
            </FormActions>
          </Form>
        ) : (
          <pre class="wrap">{readableDocument(role.trustPolicy)}</pre>
        )}
      </Card>
      <PoliciesCard page={page} action={action} shown={policies} choices={choices} />
      {owned(role.owner) && (
        <DeleteCard page={page} action={action} name={role.name} lead={words.deleteRole} />
      )}
    </AccountFrame>
  )
}

export interface PolicyObjectPageProps extends Place {
  readonly policy: {
    readonly number: number
    readonly name: string
    readonly type: 'preset' | 'custom'
    readonly owner: string
    readonly description: string
    readonly document: string
  }
  readonly versions: Shown<
    readonly {
      readonly version: number
      readonly document: string
      readonly createdAt: string
      readonly isDefault: boolean
    }[]
  >
}

export function PolicyObjectPage({ page, accountName, policy, versions }: PolicyObjectPageProps) {
  const words = objectTexts(page)
  const { common } = texts(page.language)
  const action = `/account/policies/${policy.number}`
  return (
    <AccountFrame
      page={page}
      accountName={accountName}
      current="policies"
      crumbs={[sectionCrumb(page, 'policies')]}
      title={policy.name}
    >
      <Card>
        <Details
          page={page}
          items={[
            { label: words.number, value: <code>{policy.number}</code> },
            {
              label: words.type,
              value: (
                <>
                  {words[policy.type]} <Managed page={page} owner={policy.owner} />
                </>
              ),
            },
            { label: words.description, value: policy.description },
          ]}
        />
        <pre class="wrap" aria-label={words.document}>
          {readableDocument(policy.document)}
        </pre>
      </Card>
      {owned(policy.owner) && (
        <>
          <Card title={words.versions}>
            <Visible page={page} shown={versions}>
              {(found) => (
                <Table
                  page={page}
                  caption={words.versions}
                  rows={found}
                  rowKey={({ version }) => String(version)}
                  columns={[
                    {
                      key: 'version',
                      header: words.versions,
                      cell: ({ version, document }) => (
                        <details>
                          <summary>{words.version(version)}</summary>
                          <pre class="wrap">{readableDocument(document)}</pre>
                        </details>
                      ),
                    },
                    {
                      key: 'created',
                      header: common.created,
                      cell: ({ createdAt }) => <Time at={createdAt} />,
                    },
                    {
                      key: 'actions',
                      header: common.actions,
                      align: 'end',
                      cell: ({ version, isDefault }) =>
                        isDefault ? (
                          <Tag label={words.inForce} />
                        ) : (
                          <div class="button-row">
                            <ActionButton
                              page={page}
                              action={`${action}/default`}
                              fields={{ version: String(version) }}
                            >
                              {words.putInForce}
                            </ActionButton>
                            <ActionButton
                              page={page}
                              action={`${action}/forget`}
                              fields={{ version: String(version) }}
                            >
                              {common.delete}
                            </ActionButton>
                          </div>
                        ),
                    },
                  ]}
                />
              )}
            </Visible>
            <Form page={page} action={`${action}/version`} label={words.newVersion}>
              <TextArea
                page={page}
                name="document"
                label={words.newVersion}
                value={readableDocument(policy.document)}
                rows={8}
                maxLength={20_000}
                code
              />
              <FormActions>
                <Button>{words.saveVersion}</Button>
              </FormActions>
            </Form>
          </Card>
          <DeleteCard page={page} action={action} name={policy.name} lead={words.deletePolicy} />
        </>
      )}
    </AccountFrame>
  )
}
