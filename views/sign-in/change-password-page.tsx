/** Replacing a password that somebody else made, before the session counts. */
import { texts } from '../i18n/index.js'
import { PageFrame } from '../layout.js'
import type { PageContext } from '../page-context.js'
import { Button, ErrorSummary, Form, FormActions, TextField, type FieldErrors } from '../parts/form.js'

export interface ChangePasswordPageProps {
  readonly page: PageContext
  readonly action: string
  readonly errors?: FieldErrors
}

export function ChangePasswordPage({ page, action, errors }: ChangePasswordPageProps) {
  const { changePassword } = texts(page.language).portal
  return (
    <PageFrame page={page} variant="bare" title={changePassword.title} lead={changePassword.lead}>
      <div class="card">
        <ErrorSummary page={page} errors={errors} />
        <Form page={page} action={action}>
          <NewPasswordFields page={page} errors={errors} />
          <FormActions>
            <Button kind="primary">{changePassword.submit}</Button>
          </FormActions>
        </Form>
      </div>
    </PageFrame>
  )
}

/** The new password, twice. */
export function NewPasswordFields({
  page,
  errors,
}: {
  readonly page: PageContext
  readonly errors?: FieldErrors
}) {
  const { changePassword } = texts(page.language).portal
  return (
    <>
      <TextField
        page={page}
        name="newPassword"
        type="password"
        label={changePassword.new}
        hint={changePassword.rule}
        errors={errors}
        autoComplete="new-password"
        maxLength={64}
      />
      <TextField
        page={page}
        name="repeatPassword"
        type="password"
        label={changePassword.repeat}
        errors={errors}
        autoComplete="new-password"
        maxLength={64}
      />
    </>
  )
}
