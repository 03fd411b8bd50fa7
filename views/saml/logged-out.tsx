/** The end of a logout that the identity provider took part in: what has ended, and what may still be open. */
import { texts } from '../i18n/index.js'
import { PageFrame } from '../layout.js'
import type { PageContext } from '../page-context.js'
import { ButtonLink } from '../parts/form.js'
import { Notice } from '../parts/notice.js'

/** How far the logout reached. `unknown`: the identity provider did not confirm it. */
export type LogoutReach = 'everywhere' | 'partial' | 'unknown' | 'here'

export interface LoggedOutPageProps {
  readonly page: PageContext
  readonly reach: LogoutReach
}

export function LoggedOutPage({ page, reach }: LoggedOutPageProps) {
  const { saml } = texts(page.language)
  return (
    <PageFrame page={page} variant="bare" title={saml.logoutDoneTitle}>
      <div class="card">
        <Notice page={page} kind={reach === 'everywhere' ? 'success' : 'warning'}>
          {saml.logoutReach[reach]}
        </Notice>
        <p class="button-row">
          <ButtonLink href="/saml/login">{saml.tryAgain}</ButtonLink>
        </p>
      </div>
    </PageFrame>
  )
}
