/** Forms that hand over to the browser's passkeys. They say that this takes script, until `passkey.js` runs. */
import type { ComponentChildren } from 'preact'
import { texts } from '../i18n/index.js'
import type { PageContext } from '../page-context.js'
import { Form, type FormProps } from '../parts/form.js'
import { Notice } from '../parts/notice.js'

export interface PasskeyFormProps {
  readonly page: PageContext
  readonly action: string
  readonly passkey: NonNullable<FormProps['passkey']>
  readonly children: ComponentChildren
}

export function PasskeyForm({ page, action, passkey, children }: PasskeyFormProps) {
  const { passkeys } = texts(page.language).portal
  return (
    <Form page={page} action={action} passkey={passkey}>
      <div data-passkey-script>
        <Notice page={page} kind="warning">
          {passkeys.needsScript}
        </Notice>
      </div>
      <p class="field-error" role="alert" data-passkey-failed hidden>
        {passkeys.failed}
      </p>
      <p class="field-error" role="alert" data-passkey-missing hidden>
        {passkeys.missing}
      </p>
      {children}
    </Form>
  )
}
