/** Where a sign-in begins: name and password, at the portal and at the console. */
import { texts } from '../i18n/index.js'
import { PageFrame } from '../layout.js'
import type { PageContext } from '../page-context.js'
import { Button, ErrorSummary, Form, FormActions, TextField, type FieldErrors } from '../parts/form.js'

export interface PasswordPageProps {
  readonly page: PageContext
  /** Of the zone, at the portal; absent at the console. */
  readonly spaceName: string | undefined
  readonly action: string
  readonly userName?: string
  readonly errors?: FieldErrors
}

export function PasswordPage({ page, spaceName, action, userName, errors }: PasswordPageProps) {
  const { signIn } = texts(page.language).portal
  return (
    <PageFrame
      page={page}
      variant="bare"
      title={spaceName === undefined ? signIn.consoleTitle : signIn.title}
      lead={spaceName === undefined ? signIn.consoleLead : signIn.portalLead(spaceName)}
    >
      <div class="card">
        <ErrorSummary page={page} errors={errors} />
        <Form page={page} action={action}>
          <TextField
            page={page}
            name="userName"
            label={signIn.userName}
            value={userName}
            autoComplete="username"
            autoFocus={userName === undefined}
            maxLength={128}
          />
          <TextField
            page={page}
            name="password"
            type="password"
            label={signIn.password}
            autoComplete="current-password"
            autoFocus={userName !== undefined}
            maxLength={512}
          />
          <FormActions>
            <Button kind="primary">{signIn.submit}</Button>
          </FormActions>
        </Form>
        <p class="muted">{signIn.forgotten}</p>
      </div>
    </PageFrame>
  )
}
