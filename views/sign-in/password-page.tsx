/** Where a sign-in begins: name and password, at the portal and at the console. */
import { texts } from '../i18n/index.js'
import { PageFrame } from '../layout.js'
import { Notice } from '../parts/notice.js'
import type { PageContext } from '../page-context.js'
import {
  ActionButton,
  Button,
  ErrorSummary,
  Form,
  FormActions,
  TextField,
  type FieldErrors,
} from '../parts/form.js'

export interface PasswordPageProps {
  readonly page: PageContext
  /** Of the zone, at the portal; absent at the console. */
  readonly spaceName: string | undefined
  readonly action: string
  readonly userName?: string
  /** Where a passkey is asked for in place of name and password. */
  readonly passkeyAction: string | undefined
  /** For the few who may come in this way while SSO is on. */
  readonly breakGlass: boolean
  readonly errors?: FieldErrors
}

export function PasswordPage({ page, spaceName, action, userName, ...props }: PasswordPageProps) {
  const { signIn, passkeys } = texts(page.language).portal
  const { passkeyAction, breakGlass, errors } = props
  return (
    <PageFrame
      page={page}
      variant="bare"
      title={spaceName === undefined ? signIn.consoleTitle : signIn.title}
      lead={spaceName === undefined ? signIn.consoleLead : signIn.portalLead(spaceName)}
    >
      {breakGlass && (
        <Notice page={page} kind="warning">
          {signIn.breakGlass}
        </Notice>
      )}
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
      {passkeyAction !== undefined && (
        <div class="card">
          <ActionButton page={page} action={passkeyAction}>
            {passkeys.signIn}
          </ActionButton>
        </div>
      )}
    </PageFrame>
  )
}
