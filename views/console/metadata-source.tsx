/** Metadata of the identity provider from an address: the address, and what the document there would change. */
import type { MetadataChange, MetadataChanges } from '../../server/domain/metadata-changes.js'
import { Card } from '../parts/card.js'
import {
  ActionButton,
  Button,
  ButtonLink,
  CheckboxField,
  ErrorSummary,
  Form,
  FormActions,
  TextField,
  type FieldErrors,
  type FormValues,
} from '../parts/form.js'
import { Notice } from '../parts/notice.js'
import { Status } from '../parts/status.js'
import { Table } from '../parts/table.js'
import { Time } from '../parts/time.js'
import { commonTexts, ConsoleFrame, consoleTexts, type ConsolePage } from './frame.js'

export interface MetadataSourceView {
  readonly url: string
  readonly scheduled: boolean
  readonly checkedAt?: string
  readonly hasProposal: boolean
}

export interface MetadataSourceCardProps {
  readonly page: ConsolePage
  readonly source: MetadataSourceView | undefined
  readonly failed?: { readonly values: FormValues; readonly errors: FieldErrors }
}

export function MetadataSourceCard({ page, source, failed }: MetadataSourceCardProps) {
  const words = consoleTexts(page).sso
  return (
    <Card title={words.bySource} lead={words.bySourceLead}>
      {source?.checkedAt !== undefined && (
        <p class="muted">
          {words.sourceChecked} <Time at={source.checkedAt} />
        </p>
      )}
      {source?.hasProposal && (
        <p>
          <ButtonLink href="/admin/sso/proposal">{words.showProposal}</ButtonLink>
        </p>
      )}
      <Form page={page} action="/admin/sso/source" label={words.bySource}>
        <ErrorSummary page={page} errors={failed?.errors} />
        <TextField
          page={page}
          name="url"
          label={words.sourceUrl}
          hint={words.sourceUrlHint}
          type="url"
          value={failed?.values['url'] ?? source?.url}
          errors={failed?.errors}
          maxLength={2048}
        />
        <CheckboxField
          page={page}
          name="scheduled"
          label={words.sourceScheduled}
          hint={words.sourceScheduledHint}
          checked={failed ? failed.values['scheduled'] !== undefined : source?.scheduled}
          required={false}
        />
        <FormActions>
          <Button kind="primary">{words.fetchSource}</Button>
        </FormActions>
      </Form>
      {source && (
        <ActionButton page={page} action="/admin/sso/source/forget" small>
          {words.forgetSource}
        </ActionButton>
      )}
    </Card>
  )
}

export interface ProposalPageProps {
  readonly page: ConsolePage
  readonly url: string
  readonly digest: string
  readonly proposedAt: string
  readonly changes: MetadataChanges
  /** Why it cannot be applied. */
  readonly refusal?: string | undefined
  /** SSO is in use: a wrong value keeps everyone out. */
  readonly warn: boolean
}

const TONES = { added: 'good', kept: 'neutral', removed: 'warning' } as const

/** What the document would change, before it does. */
export function ProposalPage({ page, url, digest, proposedAt, changes, refusal, warn }: ProposalPageProps) {
  const words = consoleTexts(page).sso
  const common = commonTexts(page)
  const labels: Record<MetadataChange['field'], string> = {
    entityId: words.idpEntityId,
    loginUrl: words.idpLoginUrl,
    loginBinding: words.idpBinding,
    logoutUrl: words.idpLogoutUrl,
    validUntil: words.idpValidUntil,
  }
  const nothing = changes.fields.length === 0 && changes.certificates.every(({ fate }) => fate === 'kept')
  return (
    <ConsoleFrame
      page={page}
      section="sso"
      title={words.proposalTitle}
      crumbs={[{ label: words.title, href: '/admin/sso' }]}
    >
      {refusal !== undefined && (
        <Notice page={page} kind="danger">
          {refusal}
        </Notice>
      )}
      {warn && !nothing && (
        <Notice page={page} kind="warning">
          {words.replaceWarning}
        </Notice>
      )}
      <Card title={words.proposalFrom}>
        <p>
          <code>{url}</code> · <Time at={proposedAt} />
        </p>
        {nothing && refusal === undefined && <p>{words.proposalNothing}</p>}
        {changes.fields.length > 0 && (
          <Table
            page={page}
            caption={words.proposalFields}
            rows={changes.fields}
            rowKey={({ field }) => field}
            columns={[
              { key: 'field', header: words.proposalField, cell: ({ field }) => labels[field] },
              {
                key: 'before',
                header: words.proposalBefore,
                cell: ({ before }) => before !== undefined && <code>{before}</code>,
              },
              {
                key: 'after',
                header: words.proposalAfter,
                cell: ({ after }) => after !== undefined && <code>{after}</code>,
              },
            ]}
          />
        )}
        <Table
          page={page}
          caption={words.certificates}
          rows={changes.certificates}
          rowKey={({ fingerprint }) => fingerprint}
          columns={[
            {
              key: 'subject',
              header: words.subject,
              cell: ({ subject, fingerprint }) => (
                <>
                  {subject}
                  <div class="muted small mono">{fingerprint}</div>
                </>
              ),
            },
            {
              key: 'fate',
              header: common.status,
              cell: ({ fate }) => <Status tone={TONES[fate]} label={words.certificateFates[fate]} />,
            },
            { key: 'until', header: words.validUntil, cell: ({ notAfter }) => <Time at={notAfter} /> },
          ]}
        />
      </Card>
      {page.mayChange && (
        <>
          {refusal === undefined && (
            <Form page={page} action="/admin/sso/proposal">
              <input type="hidden" name="digest" value={digest} />
              <FormActions>
                <Button kind={warn ? 'danger' : 'primary'}>{words.applyProposal}</Button>
                <a href="/admin/sso">{common.cancel}</a>
              </FormActions>
            </Form>
          )}
          <ActionButton page={page} action="/admin/sso/proposal/discard" small>
            {words.discardProposal}
          </ActionButton>
        </>
      )}
    </ConsoleFrame>
  )
}
