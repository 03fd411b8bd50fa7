/** Asks before a session ends: what is reached by a link changes nothing. */
import { texts } from '../i18n/index.js'
import { PageFrame } from '../layout.js'
import type { PageContext } from '../page-context.js'
import { Button, ButtonLink, Form, FormActions } from '../parts/form.js'

export interface LogoutPageProps {
  readonly page: PageContext
  readonly action: string
  readonly backPath: string
  /** The session came from an identity provider, which knows nothing of its end. */
  readonly federated: boolean
}

export function LogoutPage({ page, action, backPath, federated }: LogoutPageProps) {
  const { common, portal } = texts(page.language)
  return (
    <PageFrame page={page} variant="bare" title={portal.logout.title}>
      <div class="card">
        <p>{portal.logout.question}</p>
        {federated && <p class="muted">{portal.logout.ssoRemark}</p>}
        <Form page={page} action={action}>
          <FormActions>
            <Button kind="primary">{common.logOut}</Button>
            <ButtonLink href={backPath}>{common.cancel}</ButtonLink>
          </FormActions>
        </Form>
      </div>
    </PageFrame>
  )
}
