/** Command lines that are signed in as the owner of the page. */
import type { CliToken } from '../../server/domain/cli-sign-in.js'
import { texts } from '../i18n/index.js'
import type { PageContext } from '../page-context.js'
import { Card } from '../parts/card.js'
import { ActionButton } from '../parts/form.js'
import { Table } from '../parts/table.js'
import { Time } from '../parts/time.js'

export interface CommandLinesProps {
  readonly page: PageContext
  readonly tokens: readonly CliToken[]
}

/** Nothing where there are none: most people never use one. */
export function CommandLines({ page, tokens }: CommandLinesProps) {
  const { common, portal } = texts(page.language)
  const { security } = portal
  if (tokens.length === 0) return null
  const addressOf = ({ address }: CliToken) => address ?? security.unknownDevice
  return (
    <Card title={security.commandLines} lead={security.commandLinesLead}>
      <Table
        page={page}
        caption={security.commandLines}
        rows={tokens}
        rowKey={(token) => token.id}
        columns={[
          { key: 'address', header: security.address, cell: addressOf },
          { key: 'started', header: security.started, cell: (token) => <Time at={token.createdAt} /> },
          {
            key: 'lastUsed',
            header: security.lastUsed,
            cell: (token) => (token.lastUsedAt === undefined ? common.never : <Time at={token.lastUsedAt} />),
          },
          {
            key: 'actions',
            header: common.actions,
            cell: (token) => (
              <ActionButton
                page={page}
                action={`/portal/security/command-lines/${token.id}/end`}
                kind="danger"
                small
                label={security.endCommandLineOf(addressOf(token))}
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
