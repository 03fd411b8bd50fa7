/** The forms that tell of the identity provider: by its metadata, or value by value. */
import { Card } from '../parts/card.js'
import {
  Button,
  ErrorSummary,
  FileField,
  Form,
  FormActions,
  RadioField,
  TextArea,
  TextField,
  type FieldErrors,
  type FormValues,
} from '../parts/form.js'
import { Notice } from '../parts/notice.js'
import { CERTIFICATE_FILES } from './sso-certificates.js'
import { consoleTexts, type ConsolePage } from './frame.js'

interface IdentityProviderFormProps {
  readonly page: ConsolePage
  /** SSO is in use: a wrong value keeps everyone out. */
  readonly warn: boolean
  readonly errors?: FieldErrors
}

export function MetadataForm({ page, warn, errors }: IdentityProviderFormProps) {
  const words = consoleTexts(page).sso
  return (
    <Card title={words.byMetadata} lead={words.byMetadataLead}>
      {warn && (
        <Notice page={page} kind="warning">
          {words.replaceWarning}
        </Notice>
      )}
      <Form page={page} action="/admin/sso/metadata" upload label={words.byMetadata}>
        <ErrorSummary page={page} errors={errors} />
        <FileField
          page={page}
          name="metadataFile"
          label={words.metadataFile}
          accept=".xml,application/xml,text/xml,application/samlmetadata+xml"
          errors={errors}
          required={false}
        />
        <TextArea
          page={page}
          name="metadataText"
          label={words.metadataText}
          errors={errors}
          rows={6}
          code
          required={false}
        />
        <FormActions>
          <Button kind="primary">{words.upload}</Button>
        </FormActions>
      </Form>
    </Card>
  )
}

export function ManualForm({
  page,
  warn,
  errors,
  values,
  certificateRequired,
}: IdentityProviderFormProps & { readonly values: FormValues; readonly certificateRequired: boolean }) {
  const words = consoleTexts(page).sso
  return (
    <Card title={words.byHand} lead={words.byHandLead}>
      {warn && (
        <Notice page={page} kind="warning">
          {words.replaceWarning}
        </Notice>
      )}
      <Form page={page} action="/admin/sso/manual" upload label={words.byHand}>
        <ErrorSummary page={page} errors={errors} />
        <TextField
          page={page}
          name="entityId"
          label={words.idpEntityId}
          hint={words.entityIdHint}
          value={values['entityId']}
          errors={errors}
          maxLength={1024}
        />
        <TextField
          page={page}
          name="loginUrl"
          label={words.idpLoginUrl}
          hint={words.loginUrlHint}
          type="url"
          value={values['loginUrl']}
          errors={errors}
          maxLength={2048}
        />
        <TextField
          page={page}
          name="logoutUrl"
          label={words.idpLogoutUrl}
          hint={words.logoutUrlHint}
          type="url"
          value={values['logoutUrl']}
          errors={errors}
          maxLength={2048}
          required={false}
        />
        <RadioField
          page={page}
          name="loginBinding"
          label={words.idpBinding}
          value={values['loginBinding'] ?? 'redirect'}
          errors={errors}
          choices={[
            { value: 'redirect', label: words.bindingRedirect },
            { value: 'post', label: words.bindingPost },
          ]}
        />
        <FileField
          page={page}
          name="signingFile"
          label={words.certificateFile}
          hint={certificateRequired ? undefined : words.certificateKept}
          accept={CERTIFICATE_FILES}
          errors={errors}
          required={false}
        />
        <TextArea
          page={page}
          name="signingText"
          label={words.certificateText}
          hint={words.certificateHint}
          value={values['signingText']}
          errors={errors}
          rows={5}
          code
          required={false}
        />
        <FormActions>
          <Button kind="primary">{words.saveIdp}</Button>
        </FormActions>
      </Form>
    </Card>
  )
}
