/** Factors and sessions of somebody else, as administrators see them. */
import type { Session, SignInMethod } from '../../server/domain/session.js'
import { ActionButton } from '../parts/form.js'
import { Status } from '../parts/status.js'
import { Table } from '../parts/table.js'
import { formatTime, Time } from '../parts/time.js'
import { commonTexts, consoleTexts, type ConsolePage } from './frame.js'

export interface ShownSecondFactor {
  readonly status: 'bound' | 'waiting'
  /** Since when a device is bound. */
  readonly boundAt?: string
  readonly passkeys: number
  readonly recoveryCodes: number
}

export function SecondFactorStatus({
  page,
  secondFactor,
}: {
  readonly page: ConsolePage
  readonly secondFactor: ShownSecondFactor
}) {
  const words = consoleTexts(page).users
  const { status, boundAt, passkeys, recoveryCodes } = secondFactor
  const facts = [
    ...(boundAt === undefined ? [] : [words.mfaBoundAt(formatTime(boundAt))]),
    ...(passkeys === 0 ? [] : [words.passkeys(passkeys)]),
    words.recoveryCodesLeft(recoveryCodes),
  ]
  const bound = status === 'bound'
  return (
    <>
      <p>
        <Status tone={bound ? 'good' : 'warning'} label={bound ? words.mfaBound : words.mfaWaiting} />
      </p>
      {bound && <p class="muted small">{facts.join(', ')}</p>}
    </>
  )
}

export interface SessionTableProps {
  readonly page: ConsolePage
  readonly sessions: readonly Session[]
  /** Where ending one of them is posted to. */
  readonly endAction: string
  readonly empty: string
}

export function SessionTable({ page, sessions, endAction, empty }: SessionTableProps) {
  const common = commonTexts(page)
  const words = consoleTexts(page).users
  const methods: Record<SignInMethod, string> = {
    password: words.methodPassword,
    sso: words.methodSso,
    role: words.methodRole,
  }
  return (
    <Table
      page={page}
      caption={words.sessions}
      rows={sessions}
      rowKey={(session) => session.id}
      empty={<p>{empty}</p>}
      columns={[
        { key: 'started', header: words.sessionStarted, cell: (session) => <Time at={session.createdAt} /> },
        { key: 'seen', header: words.sessionSeen, cell: (session) => <Time at={session.lastSeenAt} /> },
        { key: 'method', header: words.sessionMethod, cell: (session) => methods[session.method] },
        { key: 'address', header: words.sessionAddress, cell: (session) => session.address },
        {
          key: 'agent',
          header: words.sessionAgent,
          cell: (session) => <span class="small">{session.userAgent}</span>,
        },
        ...(page.mayChange
          ? [
              {
                key: 'actions',
                header: common.actions,
                align: 'end' as const,
                cell: (session: Session) => (
                  <ActionButton
                    page={page}
                    action={endAction}
                    fields={{ session: session.id }}
                    small
                    label={`${words.endSession}: ${formatTime(session.createdAt)}`}
                  >
                    {words.endSession}
                  </ActionButton>
                ),
              },
            ]
          : []),
      ]}
    />
  )
}
