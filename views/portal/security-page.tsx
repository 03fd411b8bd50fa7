/** What a user can see and do about the safety of the own account: second step, password, sessions. */
import type { Session, SessionView } from '../../server/domain/session.js'
import { texts } from '../i18n/index.js'
import { PageFrame } from '../layout.js'
import type { PageContext } from '../page-context.js'
import { Card } from '../parts/card.js'
import { Details } from '../parts/details.js'
import {
  ActionButton,
  Button,
  ErrorSummary,
  Form,
  FormActions,
  TextField,
  type FieldErrors,
} from '../parts/form.js'
import { Status } from '../parts/status.js'
import { Table } from '../parts/table.js'
import { Time } from '../parts/time.js'
import { deviceName } from './device-name.js'
import { NewPasswordFields } from '../sign-in/change-password-page.js'

export interface SecurityPageProps {
  readonly page: PageContext
  /** The one that looks at the page. */
  readonly current: SessionView
  readonly sessions: readonly Session[]
  readonly secondFactor: {
    readonly status: 'bound' | 'waiting'
    readonly boundAt?: string
    readonly recoveryCodes: number
  }
  /** Of the password form. */
  readonly errors?: FieldErrors
}

export function SecurityPage({ page, current, sessions, secondFactor, errors }: SecurityPageProps) {
  const { home, security } = texts(page.language).portal
  return (
    <PageFrame
      page={page}
      variant="portal"
      title={security.title}
      current="portalSecurity"
      crumbs={[{ label: home.title, href: '/portal' }]}
    >
      <ErrorSummary page={page} errors={errors} />
      {current.method === 'password' ? (
        <>
          <SecondFactor page={page} secondFactor={secondFactor} />
          <PasswordForm page={page} errors={errors} />
        </>
      ) : (
        <Card title={security.secondFactor}>
          <p>{security.ssoFactor}</p>
        </Card>
      )}
      <Sessions page={page} current={current} sessions={sessions} />
    </PageFrame>
  )
}

function SecondFactor({ page, secondFactor }: Pick<SecurityPageProps, 'page' | 'secondFactor'>) {
  const { security } = texts(page.language).portal
  const bound = secondFactor.status === 'bound'
  return (
    <Card title={security.secondFactor} lead={security.unbindHint}>
      <Details
        page={page}
        items={[
          {
            label: security.secondFactor,
            value: (
              <Status tone={bound ? 'good' : 'waiting'} label={bound ? security.bound : security.waiting} />
            ),
          },
          {
            label: security.boundAt,
            value: secondFactor.boundAt === undefined ? undefined : <Time at={secondFactor.boundAt} />,
          },
          { label: security.recoveryCodes, value: String(secondFactor.recoveryCodes) },
        ]}
      />
    </Card>
  )
}

function PasswordForm({ page, errors }: { readonly page: PageContext; readonly errors?: FieldErrors }) {
  const { security, changePassword } = texts(page.language).portal
  return (
    <Card title={security.password}>
      <Form page={page} action="/portal/security/password">
        <TextField
          page={page}
          name="currentPassword"
          type="password"
          label={changePassword.current}
          errors={errors}
          autoComplete="current-password"
          maxLength={512}
        />
        <NewPasswordFields page={page} errors={errors} />
        <FormActions>
          <Button kind="primary">{changePassword.submit}</Button>
        </FormActions>
      </Form>
    </Card>
  )
}

function Sessions({ page, current, sessions }: Pick<SecurityPageProps, 'page' | 'current' | 'sessions'>) {
  const { common, portal } = texts(page.language)
  const { security } = portal
  const deviceOf = ({ userAgent }: Session) =>
    userAgent === undefined ? security.unknownDevice : deviceName(userAgent)
  return (
    <Card
      title={security.sessions}
      lead={security.sessionsLead}
      actions={
        <ActionButton page={page} action="/portal/security/sessions/end-others" small>
          {security.endOthers}
        </ActionButton>
      }
    >
      <Table
        page={page}
        caption={security.sessions}
        rows={sessions}
        rowKey={(session) => session.id}
        columns={[
          {
            key: 'device',
            header: security.device,
            cell: (session) => (
              <>
                {deviceOf(session)}{' '}
                {session.id === current.id && <Status tone="good" label={security.thisOne} />}
              </>
            ),
          },
          { key: 'kind', header: security.kind, cell: (session) => security.kinds[session.kind] },
          {
            key: 'address',
            header: security.address,
            cell: (session) => session.address ?? security.unknownDevice,
          },
          { key: 'started', header: security.started, cell: (session) => <Time at={session.createdAt} /> },
          { key: 'lastUsed', header: security.lastUsed, cell: (session) => <Time at={session.lastSeenAt} /> },
          {
            key: 'actions',
            header: common.actions,
            cell: (session) =>
              session.id === current.id ? null : (
                <ActionButton
                  page={page}
                  action={`/portal/security/sessions/${session.id}/end`}
                  kind="danger"
                  small
                  label={security.endOf(deviceOf(session))}
                >
                  {security.end}
                </ActionButton>
              ),
          },
        ]}
      />
    </Card>
  )
}
