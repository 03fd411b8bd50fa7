/** A sign-in that was started at the identity provider: shown before it counts, as nobody here asked for it. */
import { texts } from '../i18n/index.js'
import { PageFrame } from '../layout.js'
import type { PageContext } from '../page-context.js'
import { ButtonLink, Form } from '../parts/form.js'

export interface SamlConfirmPageProps {
  readonly page: PageContext
  /** As whom the person is about to be signed in. */
  readonly userName: string
  readonly ticket: string
}

export function SamlConfirmPage({ page, userName, ticket }: SamlConfirmPageProps) {
  const { saml } = texts(page.language)
  return (
    <PageFrame page={page} variant="bare" title={saml.confirmTitle}>
      <div class="card">
        <p>{saml.confirmText(userName)}</p>
        <Form page={page} action="/saml/confirm">
          <input type="hidden" name="ticket" value={ticket} />
          <p class="button-row">
            <button type="submit" class="button button-primary">
              {saml.confirm(userName)}
            </button>
            <ButtonLink href="/saml/login">{saml.confirmOther}</ButtonLink>
          </p>
        </Form>
      </div>
    </PageFrame>
  )
}
