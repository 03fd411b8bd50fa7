/** Where a sign-in begins while SSO is the zone's method. */
import { texts } from '../i18n/index.js'
import { PageFrame } from '../layout.js'
import type { PageContext } from '../page-context.js'
import { ButtonLink } from '../parts/form.js'
import { Notice } from '../parts/notice.js'

export interface SsoPageProps {
  readonly page: PageContext
  readonly spaceName: string
  /** Where the service provider starts the sign-in. */
  readonly href: string
  /** Somebody tried a password: says that this is off. */
  readonly afterPassword?: boolean
}

export function SsoPage({ page, spaceName, href, afterPassword }: SsoPageProps) {
  const { signIn } = texts(page.language).portal
  return (
    <PageFrame page={page} variant="bare" title={signIn.ssoTitle} lead={signIn.portalLead(spaceName)}>
      <div class="card">
        {afterPassword && (
          <Notice page={page} kind="danger">
            {signIn.methodChanged}
          </Notice>
        )}
        <p>{signIn.ssoText}</p>
        <p class="button-row">
          <ButtonLink href={href} kind="primary">
            {signIn.ssoSubmit}
          </ButtonLink>
        </p>
      </div>
    </PageFrame>
  )
}
