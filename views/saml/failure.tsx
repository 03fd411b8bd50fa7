/** A single sign-on that failed. Says nothing of the cause: that is in the console's diagnostics, under the reference. */
import { texts } from '../i18n/index.js'
import { PageFrame } from '../layout.js'
import type { PageContext } from '../page-context.js'
import { ButtonLink } from '../parts/form.js'

export interface SamlFailurePageProps {
  readonly page: PageContext
  readonly reference: string
  readonly purpose: 'signIn' | 'logout'
}

export function SamlFailurePage({ page, reference, purpose }: SamlFailurePageProps) {
  const { saml } = texts(page.language)
  const isLogout = purpose === 'logout'
  return (
    <PageFrame page={page} variant="bare" title={isLogout ? saml.logoutFailureTitle : saml.failureTitle}>
      <div class="card error-page">
        <p>{isLogout ? saml.logoutFailureText : saml.failureText}</p>
        <p>
          {saml.reference} <strong class="code">{reference}</strong>
        </p>
        <p class="button-row">
          <ButtonLink href="/saml/login">{saml.tryAgain}</ButtonLink>
        </p>
      </div>
    </PageFrame>
  )
}
