/** The side of an account that was invited into the organization: whoever holds the code answers for it. */
import { texts } from '../i18n/index.js'
import { PageFrame } from '../layout.js'
import type { PageContext } from '../page-context.js'
import { Details } from '../parts/details.js'
import { Button, ErrorSummary, Form, FormActions, TextField, type FieldErrors } from '../parts/form.js'
import { Notice } from '../parts/notice.js'
import { Time } from '../parts/time.js'

export interface InvitationCodePageProps {
  readonly page: PageContext
  readonly errors?: FieldErrors
}

export function InvitationCodePage({ page, errors }: InvitationCodePageProps) {
  const { invitation: words } = texts(page.language).portal
  return (
    <PageFrame page={page} variant="bare" title={words.title} lead={words.lead}>
      <div class="card">
        <Form page={page} action="/invitation">
          <ErrorSummary page={page} errors={errors} />
          <TextField page={page} name="code" label={words.code} errors={errors} maxLength={64} />
          <FormActions>
            <Button kind="primary">{words.read}</Button>
          </FormActions>
        </Form>
      </div>
    </PageFrame>
  )
}

export interface InvitationPageProps {
  readonly page: PageContext
  readonly organization: { readonly uin: string; readonly name: string }
  readonly invitation: { readonly accountUin: string; readonly name: string; readonly expiresAt: string }
  /** Carried in the forms: it stands in no address. */
  readonly code: string
}

export function InvitationPage({ page, organization, invitation, code }: InvitationPageProps) {
  const { invitation: words } = texts(page.language).portal
  return (
    <PageFrame
      page={page}
      variant="bare"
      title={words.title}
      lead={words.question(organization.name, organization.uin)}
    >
      <div class="card">
        <Details
          page={page}
          items={[
            { label: words.account, value: <code>{invitation.accountUin}</code> },
            { label: words.name, value: invitation.name },
            { label: words.until, value: <Time at={invitation.expiresAt} /> },
          ]}
        />
        <p>{words.consequences}</p>
        <Form page={page} action="/invitation/answer">
          <input type="hidden" name="code" value={code} />
          <FormActions>
            <Button kind="primary" name="answer" value="accept">
              {words.accept}
            </Button>
            <Button name="answer" value="reject">
              {words.reject}
            </Button>
          </FormActions>
        </Form>
      </div>
    </PageFrame>
  )
}

/** What the answer brought about. */
export function InvitationAnsweredPage({
  page,
  answer,
}: {
  readonly page: PageContext
  readonly answer: 'accepted' | 'rejected'
}) {
  const { invitation: words } = texts(page.language).portal
  return (
    <PageFrame page={page} variant="bare" title={words.title}>
      <Notice page={page} kind="success">
        {words[answer]}
      </Notice>
    </PageFrame>
  )
}
