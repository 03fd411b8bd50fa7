/** Where the users of a simulated account sign in with the password that the account gave them. */
import { texts } from '../i18n/index.js'
import { PageFrame } from '../layout.js'
import type { PageContext } from '../page-context.js'
import { Button, ErrorSummary, Form, FormActions, TextField, type FieldErrors } from '../parts/form.js'

/** The page with the account filled in. */
export const accountSignInPath = (accountUin: string): string =>
  `/account/sign-in?account=${encodeURIComponent(accountUin)}`

export interface AccountSignInPageProps {
  readonly page: PageContext
  readonly account: string
  readonly userName: string
  readonly errors?: FieldErrors
}

export function AccountSignInPage({ page, account, userName, errors }: AccountSignInPageProps) {
  const { signIn } = texts(page.language).account
  const focus = account === '' ? 'account' : userName === '' ? 'userName' : 'password'
  return (
    <PageFrame page={page} variant="bare" title={signIn.title} lead={signIn.lead}>
      <div class="card">
        <ErrorSummary page={page} errors={errors} />
        <Form page={page} action="/account/sign-in">
          <TextField
            page={page}
            name="account"
            label={signIn.account}
            hint={signIn.accountHint}
            value={account}
            inputMode="numeric"
            autoFocus={focus === 'account'}
            maxLength={32}
          />
          <TextField
            page={page}
            name="userName"
            label={signIn.userName}
            value={userName}
            autoComplete="username"
            autoFocus={focus === 'userName'}
            maxLength={128}
          />
          <TextField
            page={page}
            name="password"
            type="password"
            label={signIn.password}
            autoComplete="current-password"
            autoFocus={focus === 'password'}
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
