/** Asks somebody who is signed in to show once more who they are. */
import { texts } from '../i18n/index.js'
import { PageFrame } from '../layout.js'
import type { PageContext } from '../page-context.js'
import {
  ActionButton,
  Button,
  ButtonLink,
  ErrorSummary,
  Form,
  FormActions,
  TextField,
  type FieldErrors,
} from '../parts/form.js'
import { securityFrame, type SecurityPlace } from './security-page.js'

export interface ConfirmIdentityPageProps {
  readonly page: PageContext
  readonly place: SecurityPlace
  readonly action: string
  /** Where a passkey is asked for, if there is one. */
  readonly passkeyAction: string | undefined
  /** Whether there is a device, or a recovery code, to have a code from. */
  readonly hasCode: boolean
  readonly errors?: FieldErrors
}

export function ConfirmIdentityPage({ page, place, action, ...props }: ConfirmIdentityPageProps) {
  const { common, portal } = texts(page.language)
  const { confirmation, passkeys, code } = portal
  const { passkeyAction, hasCode, errors } = props
  return (
    <PageFrame
      page={page}
      {...securityFrame(page, place)}
      title={confirmation.title}
      lead={confirmation.lead}
    >
      <ErrorSummary page={page} errors={errors} />
      {passkeyAction !== undefined && (
        <div class="card">
          <ActionButton page={page} action={passkeyAction} kind="primary">
            {passkeys.use}
          </ActionButton>
        </div>
      )}
      {hasCode && (
        <div class="card">
          <Form page={page} action={action}>
            <TextField
              page={page}
              name="password"
              type="password"
              label={confirmation.password}
              autoComplete="current-password"
              maxLength={512}
              width="medium"
            />
            <TextField
              page={page}
              name="code"
              label={confirmation.code}
              hint={code.hint}
              autoComplete="one-time-code"
              maxLength={40}
              width="medium"
            />
            <FormActions>
              <Button kind={passkeyAction === undefined ? 'primary' : 'plain'}>{confirmation.submit}</Button>
              <ButtonLink href={`${place.prefix}/security`}>{common.cancel}</ButtonLink>
            </FormActions>
          </Form>
        </div>
      )}
    </PageFrame>
  )
}
