/** Binding a device: QR code, the key as text, and the first code; then the recovery codes. */
import { texts } from '../i18n/index.js'
import { PageFrame } from '../layout.js'
import type { PageContext } from '../page-context.js'
import { Card } from '../parts/card.js'
import { CopyButton } from '../parts/copy.js'
import { Details } from '../parts/details.js'
import {
  Button,
  ButtonLink,
  ErrorSummary,
  Form,
  FormActions,
  TextField,
  type FieldErrors,
} from '../parts/form.js'
import { QrCode, type QrCodeImage } from './qr-code.js'

export interface EnrolPageProps {
  readonly page: PageContext
  readonly action: string
  readonly accountName: string
  /** The key in groups, to be typed. */
  readonly spacedSecret: string
  readonly qrCode: QrCodeImage
  /** Where a passkey is made in place of it, under an address that knows passkeys. */
  readonly newPasskeyPath: string | undefined
  /** Where somebody goes who would rather not, if that is possible. */
  readonly backPath?: string
  readonly errors?: FieldErrors
}

export function EnrolPage({ page, action, accountName, spacedSecret, qrCode, ...props }: EnrolPageProps) {
  const { enrol, code, passkeys } = texts(page.language).portal
  const { newPasskeyPath, backPath, errors } = props
  return (
    <PageFrame page={page} variant="bare" title={enrol.title} lead={enrol.lead}>
      <ErrorSummary page={page} errors={errors} />
      <Card title={enrol.scan} lead={enrol.scanHint}>
        <QrCode image={qrCode} label={enrol.qrLabel} />
        <details>
          <summary>{enrol.manual}</summary>
          <Details
            page={page}
            items={[
              { label: enrol.accountName, value: accountName },
              { label: enrol.key, value: <code id="totp-key">{spacedSecret}</code> },
              { label: enrol.keyKind, value: enrol.keyKindValue },
            ]}
          />
        </details>
      </Card>
      <Card title={enrol.enterCode}>
        <Form page={page} action={action}>
          <TextField
            page={page}
            name="code"
            label={code.label}
            errors={errors}
            autoComplete="one-time-code"
            inputMode="numeric"
            maxLength={10}
            width="short"
          />
          <FormActions>
            <Button kind="primary">{enrol.submit}</Button>
            {backPath !== undefined && <a href={backPath}>{texts(page.language).common.cancel}</a>}
          </FormActions>
        </Form>
      </Card>
      {newPasskeyPath !== undefined && (
        <Card title={passkeys.insteadTitle} lead={passkeys.newLead}>
          <p class="button-row">
            <ButtonLink href={newPasskeyPath}>{passkeys.create}</ButtonLink>
          </p>
        </Card>
      )}
    </PageFrame>
  )
}

export interface RecoveryCodesPageProps {
  readonly page: PageContext
  readonly codes: readonly string[]
  readonly continuePath: string
}

export function RecoveryCodesPage({ page, codes, continuePath }: RecoveryCodesPageProps) {
  const { recovery } = texts(page.language).portal
  return (
    <PageFrame page={page} variant="bare" title={recovery.title} lead={recovery.lead}>
      <div class="card">
        <textarea
          id="recovery-codes"
          class="code"
          readonly
          rows={codes.length}
          aria-label={recovery.codes}
          spellcheck={false}
          value={codes.join('\n')}
        />
        <p class="button-row">
          <CopyButton page={page} from="recovery-codes" label={recovery.codes} />
          <ButtonLink href={continuePath} kind="primary">
            {recovery.submit}
          </ButtonLink>
        </p>
      </div>
    </PageFrame>
  )
}
