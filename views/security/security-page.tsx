/** What a user can see and do about the safety of the own account: second step, password, sessions. */
import type { CliToken } from '../../server/domain/cli-sign-in.js'
import type { Passkey } from '../../server/domain/passkey.js'
import type { Session, SessionView } from '../../server/domain/session.js'
import { texts } from '../i18n/index.js'
import { PageFrame, type Crumb, type PortalSection } from '../layout.js'
import type { PageContext } from '../page-context.js'
import { Card } from '../parts/card.js'
import { Details } from '../parts/details.js'
import {
  ActionButton,
  Button,
  ButtonLink,
  ErrorSummary,
  Form,
  FormActions,
  TextField,
  type FieldErrors,
} from '../parts/form.js'
import { Status } from '../parts/status.js'
import { Table } from '../parts/table.js'
import { Time } from '../parts/time.js'
import { CommandLines } from './command-lines.js'
import { deviceName } from './device-name.js'
import { NewPasswordFields } from '../sign-in/change-password-page.js'

/** The door whose page it is. */
export interface SecurityPlace {
  readonly variant: 'portal' | 'console'
  /** `/portal` or `/admin`. */
  readonly prefix: string
}

interface SecurityFrame {
  readonly variant: SecurityPlace['variant']
  readonly current?: PortalSection
  readonly crumbs: readonly Crumb[]
}

/** How the pages below my security are framed. */
export function securityFrame(page: PageContext, { variant, prefix }: SecurityPlace): SecurityFrame {
  const { security } = texts(page.language).portal
  return {
    variant,
    ...(variant === 'portal' && { current: 'portalSecurity' }),
    crumbs: [{ label: security.title, href: `${prefix}/security` }],
  }
}

export interface SecurityPageProps {
  readonly page: PageContext
  readonly place: SecurityPlace
  /** The one that looks at the page. */
  readonly current: SessionView
  readonly sessions: readonly Session[]
  readonly secondFactor: {
    readonly status: 'bound' | 'waiting'
    readonly boundAt?: string
    readonly recoveryCodes: number
  }
  /** Absent under an address for which browsers have none. */
  readonly passkeys: readonly Passkey[] | undefined
  /** Signed in as the viewer. */
  readonly commandLines: readonly CliToken[]
  /** Of the password form. */
  readonly errors?: FieldErrors
}

export function SecurityPage(props: SecurityPageProps) {
  const { page, place, current, sessions, secondFactor, passkeys, commandLines, errors } = props
  const { home, security } = texts(page.language).portal
  return (
    <PageFrame
      page={page}
      variant={place.variant}
      title={security.title}
      {...(place.variant === 'portal' && {
        current: 'portalSecurity',
        crumbs: [{ label: home.title, href: '/portal' }],
      })}
    >
      <ErrorSummary page={page} errors={errors} />
      {current.method === 'password' ? (
        <>
          <SecondFactor page={page} place={place} secondFactor={secondFactor} />
          {passkeys && <Passkeys page={page} place={place} passkeys={passkeys} />}
          <PasswordForm page={page} place={place} errors={errors} />
        </>
      ) : (
        <Card title={security.secondFactor}>
          <p>{security.ssoFactor}</p>
        </Card>
      )}
      <Sessions page={page} place={place} current={current} sessions={sessions} />
      <CommandLines page={page} tokens={commandLines} />
    </PageFrame>
  )
}

function SecondFactor({
  page,
  place,
  secondFactor,
}: Pick<SecurityPageProps, 'page' | 'place' | 'secondFactor'>) {
  const { common, portal } = texts(page.language)
  const { security } = portal
  const unbound = secondFactor.status === 'bound' ? common.notSet : security.waiting
  const bound = secondFactor.boundAt !== undefined
  return (
    <Card
      title={security.secondFactor}
      lead={bound ? security.unbindHint : undefined}
      actions={
        <>
          {!bound && (
            <ButtonLink href={`${place.prefix}/security/device`} small>
              {security.bindApp}
            </ButtonLink>
          )}
          <ActionButton page={page} action={`${place.prefix}/security/recovery-codes`} small>
            {security.renewCodes}
          </ActionButton>
        </>
      }
    >
      <Details
        page={page}
        items={[
          {
            label: security.app,
            value: <Status tone={bound ? 'good' : 'neutral'} label={bound ? security.bound : unbound} />,
          },
          {
            label: security.boundAt,
            value: secondFactor.boundAt === undefined ? undefined : <Time at={secondFactor.boundAt} />,
          },
          { label: security.recoveryCodes, value: String(secondFactor.recoveryCodes) },
        ]}
      />
      <p class="muted">{security.renewCodesHint}</p>
    </Card>
  )
}

function Passkeys({
  page,
  place,
  passkeys,
}: Pick<SecurityPageProps, 'page' | 'place'> & { readonly passkeys: readonly Passkey[] }) {
  const { common, portal } = texts(page.language)
  const words = portal.passkeys
  const path = `${place.prefix}/security/passkeys`
  return (
    <Card
      title={words.title}
      lead={words.lead}
      actions={
        <ButtonLink href={`${path}/new`} small>
          {words.add}
        </ButtonLink>
      }
    >
      <Table
        page={page}
        caption={words.title}
        rows={passkeys}
        rowKey={(passkey) => passkey.id}
        empty={<p>{words.none}</p>}
        columns={[
          { key: 'name', header: common.name, cell: (passkey) => passkey.name },
          { key: 'created', header: words.created, cell: (passkey) => <Time at={passkey.createdAt} /> },
          {
            key: 'used',
            header: words.lastUsed,
            cell: (passkey) =>
              passkey.lastUsedAt === undefined ? common.never : <Time at={passkey.lastUsedAt} />,
          },
          {
            key: 'actions',
            header: common.actions,
            cell: (passkey) => (
              <ButtonLink href={`${path}/${passkey.id}`} small label={words.changeOf(passkey.name)}>
                {words.change}
              </ButtonLink>
            ),
          },
        ]}
      />
    </Card>
  )
}

function PasswordForm({ page, place, errors }: Pick<SecurityPageProps, 'page' | 'place' | 'errors'>) {
  const { security, changePassword } = texts(page.language).portal
  return (
    <Card title={security.password}>
      <Form page={page} action={`${place.prefix}/security/password`}>
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

function Sessions({
  page,
  place,
  current,
  sessions,
}: Pick<SecurityPageProps, 'page' | 'place' | 'current' | 'sessions'>) {
  const { common, portal } = texts(page.language)
  const { security } = portal
  const deviceOf = ({ userAgent }: Session) =>
    userAgent === undefined ? security.unknownDevice : deviceName(userAgent)
  return (
    <Card
      title={security.sessions}
      lead={security.sessionsLead}
      actions={
        sessions.some(({ id }) => id !== current.id) ? (
          <ActionButton page={page} action={`${place.prefix}/security/sessions/end-others`} small>
            {security.endOthers}
          </ActionButton>
        ) : undefined
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
                  action={`${place.prefix}/security/sessions/${session.id}/end`}
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
