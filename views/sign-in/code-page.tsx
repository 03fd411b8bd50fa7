/** The second step: a code of the bound device, a passkey, or a recovery code. */
import { texts } from '../i18n/index.js'
import { PageFrame } from '../layout.js'
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

export interface CodePageProps {
  readonly page: PageContext
  readonly action: string
  /** Where the sign-in starts anew. */
  readonly startPath: string
  readonly hasDevice: boolean
  readonly hasCodes: boolean
  /** Where a passkey is asked for, if there is one. */
  readonly passkeyAction: string | undefined
  readonly errors?: FieldErrors
}

export function CodePage({ page, action, startPath, hasDevice, hasCodes, ...props }: CodePageProps) {
  const { code, passkeys } = texts(page.language).portal
  const { passkeyAction, errors } = props
  return (
    <PageFrame
      page={page}
      variant="bare"
      title={code.title}
      lead={hasDevice ? code.lead : passkeys.secondStepLead}
    >
      {passkeyAction !== undefined && (
        <div class="card">
          <ActionButton page={page} action={passkeyAction} kind={hasDevice ? 'plain' : 'primary'}>
            {passkeys.use}
          </ActionButton>
        </div>
      )}
      <div class="card">
        <ErrorSummary page={page} errors={errors} />
        {(hasDevice || hasCodes) && (
          <Form page={page} action={action}>
            <TextField
              page={page}
              name="code"
              label={hasDevice ? code.label : code.recoveryLabel}
              hint={hasDevice ? code.hint : undefined}
              errors={errors}
              autoComplete="one-time-code"
              maxLength={40}
              width="medium"
              autoFocus={hasDevice}
            />
            <FormActions>
              <Button kind={hasDevice ? 'primary' : 'plain'}>{code.submit}</Button>
            </FormActions>
          </Form>
        )}
        <p>
          <a href={startPath}>{code.startAgain}</a>
        </p>
      </div>
    </PageFrame>
  )
}
