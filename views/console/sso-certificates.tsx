/** The certificates of the identity provider: how each stands, and a new one beside them. */
import type { CertificateId } from '../../server/domain/ids.js'
import type { IdentityProviderCertificate } from '../../server/domain/identity-provider.js'
import { Card } from '../parts/card.js'
import { ConfirmButton } from '../parts/confirm-button.js'
import {
  Button,
  ErrorSummary,
  FileField,
  Form,
  FormActions,
  TextArea,
  type FieldErrors,
} from '../parts/form.js'
import { Status } from '../parts/status.js'
import { Table } from '../parts/table.js'
import { Time } from '../parts/time.js'
import { commonTexts, consoleTexts, type ConsolePage } from './frame.js'

/** Endings under which certificates are saved. */
export const CERTIFICATE_FILES = '.pem,.crt,.cer,.der'

export type CertificateState = 'valid' | 'expiresSoon' | 'expired' | 'notYetValid'

export interface CertificatesProps {
  readonly page: ConsolePage
  readonly certificates: readonly IdentityProviderCertificate[]
  readonly states: ReadonlyMap<CertificateId, CertificateState>
  readonly errors?: FieldErrors
}

export function Certificates({ page, certificates, states, errors }: CertificatesProps) {
  const common = commonTexts(page)
  const words = consoleTexts(page).sso
  const tones = { valid: 'good', expiresSoon: 'warning', expired: 'bad', notYetValid: 'warning' } as const
  return (
    <Card title={words.certificates} lead={words.certificatesLead}>
      <Table
        page={page}
        caption={words.certificates}
        rows={certificates}
        rowKey={(certificate) => certificate.id}
        columns={[
          {
            key: 'subject',
            header: words.subject,
            cell: (certificate) => (
              <>
                {certificate.subject}
                <div class="muted small mono">{certificate.fingerprint}</div>
              </>
            ),
          },
          {
            key: 'status',
            header: common.status,
            cell: (certificate) => {
              const state = states.get(certificate.id) ?? 'valid'
              return <Status tone={tones[state]} label={words[state]} />
            },
          },
          {
            key: 'from',
            header: words.validFrom,
            cell: (certificate) => <Time at={certificate.notBefore} />,
          },
          {
            key: 'until',
            header: words.validUntil,
            cell: (certificate) => <Time at={certificate.notAfter} />,
          },
          ...(page.mayChange && certificates.length > 1
            ? [
                {
                  key: 'actions',
                  header: common.actions,
                  align: 'end' as const,
                  cell: (certificate: IdentityProviderCertificate) => (
                    <ConfirmButton
                      page={page}
                      action={`/admin/sso/certificates/${certificate.id}/remove`}
                      label={`${words.removeCertificate} ${certificate.subject}`}
                      question={words.removeCertificateQuestion}
                    >
                      {words.removeCertificate}
                    </ConfirmButton>
                  ),
                },
              ]
            : []),
        ]}
      />
      {page.mayChange && (
        <details class="more" open={errors !== undefined}>
          <summary>{words.addCertificate}</summary>
          <Form page={page} action="/admin/sso/certificates" upload>
            <ErrorSummary page={page} errors={errors} />
            <FileField
              page={page}
              name="certificateFile"
              label={words.certificateFile}
              accept={CERTIFICATE_FILES}
              errors={errors}
              required={false}
            />
            <TextArea
              page={page}
              name="certificateText"
              label={words.certificateText}
              hint={words.certificateHint}
              errors={errors}
              rows={5}
              code
              required={false}
            />
            <FormActions>
              <Button>{words.addCertificate}</Button>
            </FormActions>
          </Form>
        </details>
      )}
    </Card>
  )
}
