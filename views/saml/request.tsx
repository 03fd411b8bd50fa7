/** The way to an identity provider that takes messages by POST only. The page's script presses the button. */
import { texts } from '../i18n/index.js'
import { PageFrame } from '../layout.js'
import type { PageContext } from '../page-context.js'

export interface SamlRequestPageProps {
  readonly page: PageContext
  readonly purpose: 'signIn' | 'logout'
  /** The identity provider's address. */
  readonly url: string
  /** The message and what goes with it. */
  readonly fields: Readonly<Record<string, string>>
}

export function SamlRequestPage({ page, purpose, url, fields }: SamlRequestPageProps) {
  const { saml } = texts(page.language)
  const { host } = new URL(url)
  const title = purpose === 'signIn' ? saml.requestTitle : saml.logoutTitle
  return (
    <PageFrame page={page} variant="bare" title={title}>
      <div class="card">
        <p>{purpose === 'signIn' ? saml.requestText(host) : saml.logoutRequestText(host)}</p>
        {/* Goes to another site: our token must not. */}
        <form method="post" action={url} data-submit-at-once>
          {Object.entries(fields).map(([name, value]) => (
            <input key={name} type="hidden" name={name} value={value} />
          ))}
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
