/** The way to an identity provider that takes requests by POST only. The page's script presses the button. */
import { texts } from '../i18n/index.js'
import { PageFrame } from '../layout.js'
import type { PageContext } from '../page-context.js'

export interface SamlRequestPageProps {
  readonly page: PageContext
  /** The identity provider's login address. */
  readonly url: string
  readonly samlRequest: string
}

export function SamlRequestPage({ page, url, samlRequest }: SamlRequestPageProps) {
  const { saml } = texts(page.language)
  return (
    <PageFrame page={page} variant="bare" title={saml.requestTitle}>
      <div class="card">
        <p>{saml.requestText(new URL(url).host)}</p>
        {/* Goes to another site: our token must not. */}
        <form method="post" action={url} data-submit-at-once>
          <input type="hidden" name="SAMLRequest" value={samlRequest} />
          <p class="button-row">
            <button type="submit" class="button button-primary">
              {saml.requestContinue}
            </button>
          </p>
        </form>
      </div>
    </PageFrame>
  )
}
