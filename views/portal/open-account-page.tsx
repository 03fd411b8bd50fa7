/** Hands the signed response over to the account: a form that the browser posts, by itself where script runs. */
import { texts } from '../i18n/index.js'
import { PageFrame } from '../layout.js'
import type { PageContext } from '../page-context.js'
import { Button, FormActions } from '../parts/form.js'

export interface OpenAccountPageProps {
  readonly page: PageContext
  readonly accountName: string
  readonly permissionName: string
  readonly acsUrl: string
  readonly samlResponse: string
  readonly relayState: string
}

export function OpenAccountPage(props: OpenAccountPageProps) {
  const { page, accountName, permissionName, acsUrl, samlResponse, relayState } = props
  const { open } = texts(page.language).portal
  return (
    <PageFrame page={page} variant="bare" title={open.title(accountName)} lead={open.text(permissionName)}>
      <div class="card">
        {/* Names and shape are those of the SAML POST binding; the account knows nothing of our CSRF token. */}
        <form method="post" action={acsUrl} class="form" data-submit-at-once>
          <input type="hidden" name="SAMLResponse" value={samlResponse} />
          <input type="hidden" name="RelayState" value={relayState} />
          <FormActions>
            <Button kind="primary">{open.submit}</Button>
          </FormActions>
        </form>
        <p class="muted">{open.hint}</p>
      </div>
    </PageFrame>
  )
}
