/** Signing in with a passkey, and making one in place of an authenticator app. */
import { texts } from '../i18n/index.js'
import { PageFrame, type PageFrameProps } from '../layout.js'
import type { PageContext } from '../page-context.js'
import { Button, ButtonLink, ErrorSummary, FormActions, TextField, type FieldErrors } from '../parts/form.js'
import { PasskeyForm } from './passkey-form.js'

export interface PasskeyPageProps {
  readonly page: PageContext
  readonly action: string
  /** What the browser is to sign. */
  readonly options: object
  /** The way without a passkey. */
  readonly otherPath: string
  /** Of the attempt before, after which the next one waits for a click. */
  readonly errors?: FieldErrors
}

export function PasskeyPage({ page, action, options, otherPath, errors }: PasskeyPageProps) {
  const { passkeys } = texts(page.language).portal
  return (
    <PageFrame page={page} variant="bare" title={passkeys.useTitle} lead={passkeys.useLead} script="passkey">
      <div class="card">
        <ErrorSummary page={page} errors={errors} />
        <PasskeyForm
          page={page}
          action={action}
          passkey={{ act: 'get', options, atOnce: errors === undefined }}
        >
          <FormActions>
            <Button kind="primary">{errors === undefined ? passkeys.use : passkeys.tryAgain}</Button>
            <a href={otherPath}>{passkeys.otherWay}</a>
          </FormActions>
        </PasskeyForm>
      </div>
    </PageFrame>
  )
}

export interface NewPasskeyPageProps {
  readonly page: PageContext
  readonly action: string
  /** What the browser is to make. */
  readonly options: object
  /** Proposed, or entered before. */
  readonly name: string
  readonly backPath: string
  /** `bare` as a part of a sign-in, where there is nothing else on the page to go to. */
  readonly frame: Pick<PageFrameProps, 'variant' | 'current' | 'crumbs'>
  readonly errors?: FieldErrors
}

export function NewPasskeyPage({
  page,
  action,
  options,
  name,
  backPath,
  frame,
  errors,
}: NewPasskeyPageProps) {
  const { passkeys } = texts(page.language).portal
  const { cancel } = texts(page.language).common
  return (
    <PageFrame page={page} {...frame} title={passkeys.newTitle} lead={passkeys.newLead} script="passkey">
      <div class="card">
        <ErrorSummary page={page} errors={errors} />
        <PasskeyForm page={page} action={action} passkey={{ act: 'create', options }}>
          <TextField
            page={page}
            name="name"
            label={passkeys.name}
            hint={passkeys.nameHint}
            value={name}
            errors={errors}
            maxLength={64}
            width="medium"
          />
          <FormActions>
            <Button kind="primary">{passkeys.create}</Button>
            <ButtonLink href={backPath}>{cancel}</ButtonLink>
          </FormActions>
        </PasskeyForm>
      </div>
    </PageFrame>
  )
}
