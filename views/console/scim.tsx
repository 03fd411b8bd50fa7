/** SCIM synchronization: the switch, where clients connect, and their credentials. */
import type { ScimCredentialId } from '../../server/domain/ids.js'
import { Card } from '../parts/card.js'
import { CopyText } from '../parts/copy.js'
import { ActionButton, ButtonLink } from '../parts/form.js'
import { Notice } from '../parts/notice.js'
import { Status } from '../parts/status.js'
import { Table } from '../parts/table.js'
import { Time } from '../parts/time.js'
import { commonTexts, ConsoleFrame, consoleTexts, OnOff, type ConsolePage } from './frame.js'
import { ScimTabs } from './scim-tabs.js'

/** A credential without its secret, which is not kept. */
export interface ShownCredential {
  readonly id: ScimCredentialId
  readonly status: 'enabled' | 'disabled'
  readonly createdAt: string
  readonly expiresAt: string
  readonly lastUsedAt?: string
  readonly expired: boolean
}

export interface ScimPageProps {
  readonly page: ConsolePage
  readonly scimStatus: 'enabled' | 'disabled'
  readonly baseUrl: string
  readonly credentials: readonly ShownCredential[]
  /** Credentials that expire soon or have expired. */
  readonly warnings: readonly string[]
  readonly submissionToken: string
  readonly openCollisions: number
}

export function ScimPage({
  page,
  scimStatus,
  baseUrl,
  credentials,
  warnings,
  submissionToken,
  openCollisions,
}: ScimPageProps) {
  const common = commonTexts(page)
  const words = consoleTexts(page).scim
  const enabled = scimStatus === 'enabled'
  const act = (credential: ShownCredential, verb: 'enable' | 'disable' | 'delete', label: string) => (
    <ActionButton
      page={page}
      action={`/admin/scim/credentials/${credential.id}/${verb}`}
      small
      label={`${label} ${credential.id}`}
    >
      {label}
    </ActionButton>
  )
  return (
    <ConsoleFrame page={page} section="scim" title={words.title} lead={words.lead}>
      <ScimTabs page={page} current="connection" open={openCollisions} />
      {warnings.map((warning) => (
        <Notice key={warning} page={page} kind="warning">
          {warning}
        </Notice>
      ))}
      <Card
        title={words.switchTitle}
        lead={enabled ? words.enabledMeans : words.disabledMeans}
        actions={
          page.mayChange && (
            <ActionButton
              page={page}
              action="/admin/scim/status"
              fields={{ status: enabled ? 'disabled' : 'enabled' }}
              kind={enabled ? 'plain' : 'primary'}
            >
              {enabled ? words.disable : words.enable}
            </ActionButton>
          )
        }
      >
        <p>
          <Status
            tone={enabled ? 'good' : 'neutral'}
            label={enabled ? words.statusEnabled : words.statusDisabled}
          />
        </p>
      </Card>
      <Card
        title={words.connection}
        actions={
          <>
            <ButtonLink href="/admin/scim/test">{words.testConnection}</ButtonLink>
            <ButtonLink href="/admin/scim/log">{words.openLog}</ButtonLink>
            <ButtonLink href="/admin/guides">{words.setupGuides}</ButtonLink>
          </>
        }
      >
        <div class="field">
          <label for="scim-base-url">{words.baseUrl}</label>
          <p class="field-hint">{words.baseUrlHint}</p>
          <CopyText page={page} id="scim-base-url" label={words.baseUrl} value={baseUrl} />
        </div>
        <p class="muted">{words.authentication}</p>
      </Card>
      <Card
        title={words.credentials}
        lead={words.credentialsLead}
        actions={
          page.mayChange && (
            <ActionButton
              page={page}
              action="/admin/scim/credentials"
              fields={{ submission: submissionToken }}
              kind="primary"
            >
              {words.createCredential}
            </ActionButton>
          )
        }
      >
        <Table
          page={page}
          caption={words.credentials}
          rows={credentials}
          rowKey={(credential) => credential.id}
          empty={<p>{words.noCredentials}</p>}
          columns={[
            {
              key: 'id',
              header: words.credentialId,
              cell: (credential) => <code>{credential.id}</code>,
            },
            {
              key: 'status',
              header: common.status,
              cell: (credential) =>
                credential.expired ? (
                  <Status tone="bad" label={words.expired} />
                ) : (
                  <OnOff page={page} status={credential.status} />
                ),
            },
            {
              key: 'createdAt',
              header: common.created,
              cell: (credential) => <Time at={credential.createdAt} />,
            },
            {
              key: 'expiresAt',
              header: words.expires,
              cell: (credential) => <Time at={credential.expiresAt} />,
            },
            {
              key: 'lastUsedAt',
              header: words.lastUsed,
              cell: (credential) =>
                credential.lastUsedAt === undefined ? (
                  <span class="muted">{common.never}</span>
                ) : (
                  <Time at={credential.lastUsedAt} />
                ),
            },
            ...(page.mayChange
              ? [
                  {
                    key: 'actions',
                    header: common.actions,
                    align: 'end' as const,
                    cell: (credential: ShownCredential) => (
                      <div class="button-row">
                        {credential.status === 'enabled' ? (
                          act(credential, 'disable', common.disable)
                        ) : (
                          <>
                            {act(credential, 'enable', common.enable)}
                            {act(credential, 'delete', common.delete)}
                          </>
                        )}
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
