/** Our own signing keys, and the steps of their rollover. */
import type { ServiceProviderKey } from '../../server/domain/identity-provider.js'
import { Card } from '../parts/card.js'
import { ConfirmButton } from '../parts/confirm-button.js'
import { ActionButton } from '../parts/form.js'
import { Status } from '../parts/status.js'
import { Table } from '../parts/table.js'
import { Time } from '../parts/time.js'
import { commonTexts, consoleTexts, type ConsolePage } from './frame.js'

export interface KeysCardProps {
  readonly page: ConsolePage
  /** Who has to know them: the identity provider, or the accounts. */
  readonly side: 'identityProvider' | 'accounts'
  readonly keys: readonly ServiceProviderKey[]
}

const PATHS = { identityProvider: '/admin/sso/keys', accounts: '/admin/sso/account-keys' } as const

const TONES = { next: 'neutral', current: 'good', previous: 'warning' } as const

export function KeysCard({ page, side, keys }: KeysCardProps) {
  const common = commonTexts(page)
  const words = consoleTexts(page).sso
  const act = (step: string, label: string) => (
    <ActionButton page={page} action={`${PATHS[side]}/${step}`} small>
      {label}
    </ActionButton>
  )
  const remove = (step: string) => (
    <ConfirmButton page={page} action={`/admin/sso/keys/${step}`} question={words.removeKeyQuestion}>
      {words.removeKey}
    </ConfirmButton>
  )
  return (
    <Card title={words.keyTitles[side]} lead={words.keyLeads[side]}>
      <Table
        page={page}
        caption={words.keyTitles[side]}
        rows={keys}
        rowKey={(key) => key.fingerprint}
        columns={[
          {
            key: 'subject',
            header: words.subject,
            cell: (key) => (
              <>
                {key.subject}
                <div class="muted small mono">{key.fingerprint}</div>
              </>
            ),
          },
          {
            key: 'status',
            header: common.status,
            cell: (key) => <Status tone={TONES[key.state]} label={words.keyStates[key.state]} />,
          },
          { key: 'until', header: words.validUntil, cell: (key) => <Time at={key.notAfter} /> },
          ...(page.mayChange
            ? [
                {
                  key: 'actions',
                  header: common.actions,
                  align: 'end' as const,
                  cell: (key: ServiceProviderKey) => (
                    <>
                      {key.state === 'next' && act('use', words.useNextKey)}
                      {key.state === 'next' && remove('discard')}
                      {key.state === 'previous' && remove('retire')}
                    </>
                  ),
                },
              ]
            : []),
        ]}
      />
      {page.mayChange && !keys.some(({ state }) => state === 'next') && (
        <div class="button-row">{act('next', words.makeNextKey)}</div>
      )}
    </Card>
  )
}
