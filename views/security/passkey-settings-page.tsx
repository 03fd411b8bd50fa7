/** One passkey of the viewer: its name, and its end. */
import type { Passkey } from '../../server/domain/passkey.js'
import { texts } from '../i18n/index.js'
import { PageFrame } from '../layout.js'
import type { PageContext } from '../page-context.js'
import { Card } from '../parts/card.js'
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

export interface PasskeySettingsPageProps {
  readonly page: PageContext
  readonly place: SecurityPlace
  readonly passkey: Passkey
  readonly errors?: FieldErrors
}

export function PasskeySettingsPage({ page, place, passkey, errors }: PasskeySettingsPageProps) {
  const { common, portal } = texts(page.language)
  const words = portal.passkeys
  const path = `${place.prefix}/security/passkeys/${passkey.id}`
  return (
    <PageFrame page={page} {...securityFrame(page, place)} title={words.changeTitle(passkey.name)}>
      <ErrorSummary page={page} errors={errors} />
      <div class="card">
        <Form page={page} action={`${path}/name`}>
          <TextField
            page={page}
            name="name"
            label={words.name}
            hint={words.nameHint}
            value={passkey.name}
            errors={errors}
            maxLength={64}
            width="medium"
          />
          <FormActions>
            <Button kind="primary">{common.save}</Button>
            <ButtonLink href={`${place.prefix}/security`}>{common.cancel}</ButtonLink>
          </FormActions>
        </Form>
      </div>
      <Card title={words.removeTitle} lead={words.removeLead}>
        <ActionButton page={page} action={`${path}/remove`} kind="danger">
          {words.remove}
        </ActionButton>
      </Card>
    </PageFrame>
  )
}
