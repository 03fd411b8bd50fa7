/** Administrators and their API keys. */
import type { Administrator, ApiKey } from '../../server/domain/administrator.js'
import type { AdministratorRights } from '../../server/domain/actor.js'
import type { Session } from '../../server/domain/session.js'
import { Card } from '../parts/card.js'
import { ConfirmButton } from '../parts/confirm-button.js'
import { Details } from '../parts/details.js'
import {
  ActionButton,
  Button,
  ButtonLink,
  ErrorSummary,
  Form,
  FormActions,
  RadioField,
  TextField,
  type FieldErrors,
  type FormValues,
} from '../parts/form.js'
import { Notice } from '../parts/notice.js'
import { Tag } from '../parts/status.js'
import { Table } from '../parts/table.js'
import { Time } from '../parts/time.js'
import { commonTexts, ConsoleFrame, consoleTexts, OnOff, type ConsolePage } from './frame.js'
import { SecondFactorStatus, SessionTable, type ShownSecondFactor } from './security-parts.js'

const administratorPath = (administrator: Pick<Administrator, 'uin'>, rest = ''): string =>
  `/admin/administrators/${administrator.uin}${rest}`

const rightsName = (page: ConsolePage, rights: AdministratorRights): string =>
  consoleTexts(page).administrators[rights]

export interface AdministratorsPageProps {
  readonly page: ConsolePage
  readonly administrators: readonly Administrator[]
  /** The one who looks. */
  readonly ownUin: string
}

export function AdministratorsPage({ page, administrators, ownUin }: AdministratorsPageProps) {
  const common = commonTexts(page)
  const words = consoleTexts(page).administrators
  return (
    <ConsoleFrame
      page={page}
      section="administrators"
      title={words.title}
      lead={words.lead}
      actions={
        <ButtonLink href="/admin/administrators/new" kind="primary">
          {words.create}
        </ButtonLink>
      }
    >
      <Table
        page={page}
        caption={words.caption}
        rows={administrators}
        rowKey={(administrator) => administrator.uin}
        columns={[
          {
            key: 'name',
            header: words.name,
            cell: (administrator) => (
              <>
                <a href={administratorPath(administrator)}>{administrator.name}</a>{' '}
                {administrator.uin === ownUin && <Tag label={words.you} />}
              </>
            ),
          },
          {
            key: 'rights',
            header: words.rights,
            cell: (administrator) => rightsName(page, administrator.rights),
          },
          {
            key: 'status',
            header: common.status,
            cell: (administrator) => <OnOff page={page} status={administrator.status} />,
          },
          {
            key: 'uin',
            header: words.uin,
            cell: (administrator) => <code>{administrator.uin}</code>,
          },
          {
            key: 'created',
            header: common.created,
            cell: (administrator) => <Time at={administrator.createdAt} />,
          },
        ]}
      />
    </ConsoleFrame>
  )
}

export interface NewAdministratorPageProps {
  readonly page: ConsolePage
  readonly values: FormValues
  readonly errors?: FieldErrors
  readonly submissionToken: string
}

export function NewAdministratorPage({ page, values, errors, submissionToken }: NewAdministratorPageProps) {
  const common = commonTexts(page)
  const words = consoleTexts(page).administrators
  return (
    <ConsoleFrame
      page={page}
      section="administrators"
      title={words.newTitle}
      crumbs={[{ label: words.title, href: '/admin/administrators' }]}
      lead={words.newLead}
    >
      <Card>
        <Form page={page} action="/admin/administrators" submissionToken={submissionToken}>
          <ErrorSummary page={page} errors={errors} />
          <TextField
            page={page}
            name="name"
            label={words.name}
            hint={words.nameHint}
            value={values['name']}
            errors={errors}
            maxLength={64}
            width="medium"
          />
          <RadioField
            page={page}
            name="rights"
            label={words.rights}
            value={values['rights'] ?? 'full'}
            errors={errors}
            choices={[
              { value: 'full', label: words.full, hint: words.fullHint },
              { value: 'readOnly', label: words.readOnly, hint: words.readOnlyHint },
            ]}
          />
          <TextField
            page={page}
            name="remark"
            label={words.remark}
            value={values['remark']}
            errors={errors}
            maxLength={200}
            required={false}
          />
          <FormActions>
            <Button kind="primary">{words.create}</Button>
            <a href="/admin/administrators">{common.cancel}</a>
          </FormActions>
        </Form>
      </Card>
    </ConsoleFrame>
  )
}

export interface AdministratorPageProps {
  readonly page: ConsolePage
  readonly administrator: Administrator
  /** What other policies and the boundary leave of the rights; `undefined`: nothing. */
  readonly rightsLeft: AdministratorRights | undefined
  readonly keys: readonly ApiKey[]
  readonly secondFactor: ShownSecondFactor
  readonly sessions: readonly Session[]
  readonly submissionToken: string
}

export function AdministratorPage({
  page,
  administrator,
  rightsLeft,
  keys,
  ...props
}: AdministratorPageProps) {
  const common = commonTexts(page)
  const { administrators: words, users } = consoleTexts(page)
  const { mayChange } = page
  const enabled = administrator.status === 'enabled'
  const { secondFactor, sessions } = props
  const act = (key: ApiKey, verb: 'enable' | 'disable', label: string) => (
    <ActionButton
      page={page}
      action={administratorPath(administrator, `/keys/${verb}`)}
      fields={{ secretId: key.secretId }}
      small
      label={`${label} ${key.secretId}`}
    >
      {label}
    </ActionButton>
  )
  return (
    <ConsoleFrame
      page={page}
      section="administrators"
      title={administrator.name}
      crumbs={[{ label: words.title, href: '/admin/administrators' }]}
    >
      {rightsLeft !== administrator.rights && (
        <Notice page={page} kind="warning">
          {rightsLeft === undefined ? words.nothingLeft : words.readingLeft}
        </Notice>
      )}
      <Card title={words.basics}>
        <Details
          page={page}
          items={[
            { label: words.rights, value: rightsName(page, administrator.rights) },
            { label: words.uin, value: <code>{administrator.uin}</code> },
            { label: words.remark, value: administrator.remark },
            { label: common.created, value: <Time at={administrator.createdAt} /> },
          ]}
        />
      </Card>
      <div class="columns">
        <Card
          title={common.status}
          lead={words.disableHint}
          actions={
            mayChange && (
              <ActionButton
                page={page}
                action={administratorPath(administrator, '/status')}
                fields={{ status: enabled ? 'disabled' : 'enabled' }}
                small
              >
                {enabled ? common.disable : common.enable}
              </ActionButton>
            )
          }
        >
          <p>
            <OnOff page={page} status={administrator.status} />
          </p>
        </Card>
        <Card
          title={users.password}
          lead={words.resetHint}
          actions={
            mayChange && (
              <ButtonLink href={administratorPath(administrator, '/reset-password')} small>
                {words.resetPassword}
              </ButtonLink>
            )
          }
        />
        <Card
          title={users.mfa}
          lead={words.unbindHint}
          actions={
            mayChange &&
            secondFactor.status === 'bound' && (
              <ButtonLink href={administratorPath(administrator, '/unbind-mfa')} small>
                {words.unbindMfa}
              </ButtonLink>
            )
          }
        >
          <SecondFactorStatus page={page} secondFactor={secondFactor} />
        </Card>
      </div>
      <Card
        title={users.sessions}
        actions={
          mayChange &&
          sessions.length > 0 && (
            <ActionButton page={page} action={administratorPath(administrator, '/end-all-sessions')} small>
              {users.endAllSessions}
            </ActionButton>
          )
        }
      >
        <SessionTable
          page={page}
          sessions={sessions}
          endAction={administratorPath(administrator, '/end-session')}
          empty={words.noSessions}
        />
      </Card>
      <Card
        title={words.keys}
        lead={words.keysLead}
        actions={
          mayChange && (
            <ActionButton
              page={page}
              action={administratorPath(administrator, '/keys')}
              fields={{ submission: props.submissionToken }}
            >
              {words.createKey}
            </ActionButton>
          )
        }
      >
        <Table
          page={page}
          caption={words.keys}
          rows={keys}
          rowKey={(key) => key.secretId}
          empty={<p>{words.noKeys}</p>}
          columns={[
            { key: 'id', header: words.secretId, cell: (key) => <code>{key.secretId}</code> },
            {
              key: 'status',
              header: common.status,
              cell: (key) => <OnOff page={page} status={key.status} />,
            },
            { key: 'created', header: common.created, cell: (key) => <Time at={key.createdAt} /> },
            {
              key: 'used',
              header: words.lastUsed,
              cell: (key) =>
                key.lastUsedAt === undefined ? (
                  <span class="muted">{common.never}</span>
                ) : (
                  <Time at={key.lastUsedAt} />
                ),
            },
            ...(mayChange
              ? [
                  {
                    key: 'actions',
                    header: common.actions,
                    align: 'end' as const,
                    cell: (key: ApiKey) => (
                      <div class="button-row">
                        {key.status === 'enabled'
                          ? act(key, 'disable', common.disable)
                          : act(key, 'enable', common.enable)}
                        <ConfirmButton
                          page={page}
                          action={administratorPath(administrator, '/keys/delete')}
                          fields={{ secretId: key.secretId }}
                          label={`${common.delete} ${key.secretId}`}
                          question={common.keyDeleteQuestion}
                        >
                          {common.delete}
                        </ConfirmButton>
                      </div>
                    ),
                  },
                ]
              : []),
          ]}
        />
      </Card>
    </ConsoleFrame>
  )
}
