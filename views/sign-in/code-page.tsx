/** The second step: a code of the bound device. */
import { texts } from '../i18n/index.js'
import { PageFrame } from '../layout.js'
import type { PageContext } from '../page-context.js'
import { Button, ErrorSummary, Form, FormActions, TextField, type FieldErrors } from '../parts/form.js'

export interface CodePageProps {
  readonly page: PageContext
  readonly action: string
  /** Where the sign-in starts anew. */
  readonly startPath: string
  readonly errors?: FieldErrors
}

export function CodePage({ page, action, startPath, errors }: CodePageProps) {
  const { code } = texts(page.language).portal
  return (
    <PageFrame page={page} variant="bare" title={code.title} lead={code.lead}>
      <div class="card">
        <ErrorSummary page={page} errors={errors} />
        <Form page={page} action={action}>
          <TextField
            page={page}
            name="code"
            label={code.label}
            hint={code.hint}
            errors={errors}
            autoComplete="one-time-code"
            maxLength={40}
            width="medium"
            autoFocus
          />
          <FormActions>
            <Button kind="primary">{code.submit}</Button>
            <a href={startPath}>{code.startAgain}</a>
          </FormActions>
        </Form>
      </div>
    </PageFrame>
  )
}
