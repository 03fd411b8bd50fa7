/** Asks before a session ends: what is reached by a link changes nothing. */
import { texts } from '../i18n/index.js'
import { PageFrame } from '../layout.js'
import type { PageContext } from '../page-context.js'
import { Button, ButtonLink, Form, FormActions } from '../parts/form.js'

export interface LogoutPageProps {
  readonly page: PageContext
  readonly action: string
  readonly backPath: string
  /** The session came from an identity provider, which knows nothing of its end unless it is told. */
  readonly federated: boolean
  /** Name of the identity provider's site, when the session can be ended there as well. */
  readonly identityProviderHost?: string | undefined
}

export function LogoutPage({ page, action, backPath, federated, identityProviderHost }: LogoutPageProps) {
  const { common, portal } = texts(page.language)
  return (
    <PageFrame page={page} variant="bare" title={portal.logout.title}>
      <div class="card">
        <p>{portal.logout.question}</p>
        {federated && (
          <p class="muted">
            {identityProviderHost === undefined
              ? portal.logout.ssoRemark
              : portal.logout.everywhereRemark(identityProviderHost)}
          </p>
        )}
        <Form page={page} action={action}>
          <FormActions>
            {identityProviderHost === undefined ? (
              <Button kind="primary">{common.logOut}</Button>
            ) : (
              <>
                <Button kind="primary" name="scope" value="everywhere">
                  {portal.logout.everywhere}
                </Button>
                <Button name="scope" value="here">
                  {portal.logout.hereOnly}
                </Button>
              </>
            )}
            <ButtonLink href={backPath}>{common.cancel}</ButtonLink>
          </FormActions>
        </Form>
      </div>
    </PageFrame>
  )
}
