/** The command line wants to sign in as whoever is in front of the browser: asked before it may, and what became of it. */
import type { CliSignIn } from '../../server/domain/cli-sign-in.js'
import { texts } from '../i18n/index.js'
import { PageFrame } from '../layout.js'
import type { PageContext } from '../page-context.js'
import { Details } from '../parts/details.js'
import { Button, ButtonLink, Form, FormActions } from '../parts/form.js'
import { Notice } from '../parts/notice.js'

export interface CommandLinePageProps {
  readonly page: PageContext
  readonly userName: string
  readonly state: string
  /** The part of the state that the person compares. */
  readonly code: string
  readonly signIn: CliSignIn
  /** Of the browser. */
  readonly ownAddress: string | undefined
}

export function CommandLinePage(props: CommandLinePageProps) {
  const { page, userName, state, code, signIn, ownAddress } = props
  const words = texts(page.language).portal.commandLine
  if (signIn.status !== 'waiting') {
    return (
      <PageFrame page={page} variant="bare" title={words.doneTitle}>
        <div class="card">
          <p>{signIn.status === 'confirmed' ? words.confirmed : words.handedOut}</p>
          <p>
            <ButtonLink href="/portal/security">{words.sessions}</ButtonLink>
          </p>
        </div>
      </PageFrame>
    )
  }
  const { addresses } = signIn
  const comesFromElsewhere = addresses.some((address) => address !== ownAddress)
  return (
    <PageFrame page={page} variant="bare" title={words.title} lead={words.lead(userName)}>
      <div class="card">
        <Notice page={page} kind="warning">
          <p>{words.warning}</p>
        </Notice>
        {comesFromElsewhere && (
          <Notice page={page} kind="danger" title={words.elsewhereTitle}>
            <p>{words.elsewhere}</p>
          </Notice>
        )}
        <Details
          page={page}
          items={[
            { label: words.code, value: <strong>{code}</strong> },
            {
              label: words.asks,
              value: addresses.length === 0 ? words.nobodyAsked : addresses.join(', '),
            },
            { label: words.ownAddress, value: ownAddress },
          ]}
        />
        <p class="muted">{words.codeHint}</p>
        <Form page={page} action="/sso">
          <input type="hidden" name="state" value={state} />
          <FormActions>
            <Button kind="primary">{words.submit}</Button>
            <ButtonLink href="/portal">{words.cancel}</ButtonLink>
          </FormActions>
        </Form>
      </div>
    </PageFrame>
  )
}
