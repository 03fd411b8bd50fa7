/** Stands between another site and a sign-in to an account: nobody is signed in without having asked for it. */
import { texts } from '../i18n/index.js'
import { PageFrame } from '../layout.js'
import type { PageContext } from '../page-context.js'
import { Button, ButtonLink, Form, FormActions } from '../parts/form.js'

export interface EnterPageProps {
  readonly page: PageContext
  readonly samlResponse: string
  readonly relayState: string
}

export function EnterPage({ page, samlResponse, relayState }: EnterPageProps) {
  const { enter } = texts(page.language).account
  return (
    <PageFrame page={page} variant="bare" title={enter.title} lead={enter.text}>
      <div class="card">
        <Form page={page} action="/account/enter">
          <input type="hidden" name="SAMLResponse" value={samlResponse} />
          <input type="hidden" name="RelayState" value={relayState} />
          <FormActions>
            <Button kind="primary">{enter.submit}</Button>
            <ButtonLink href="/portal">{enter.cancel}</ButtonLink>
          </FormActions>
        </Form>
      </div>
    </PageFrame>
  )
}
