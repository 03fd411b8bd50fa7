/** Asks the policies of the role: an action and a resource in, the decision and what decided out. */
import type { Decision } from '../../server/domain/policy-evaluation.js'
import { texts } from '../i18n/index.js'
import type { PageContext } from '../page-context.js'
import { Card } from '../parts/card.js'
import { Details } from '../parts/details.js'
import { Button, ErrorSummary, FormActions, TextArea, TextField, type FieldErrors } from '../parts/form.js'
import { Status } from '../parts/status.js'
import { AccountFrame } from './account-frame.js'

export interface AccessAnswer {
  readonly decision: Decision
  /** Text of the statement that decided. */
  readonly statement: string | undefined
}

export interface AccessPageProps {
  readonly page: PageContext
  readonly accountName: string
  readonly values: { readonly action: string; readonly resource: string; readonly context: string }
  readonly errors: FieldErrors
  /** Absent until something was asked. */
  readonly answer: AccessAnswer | undefined
}

export function AccessPage({ page, accountName, values, errors, answer }: AccessPageProps) {
  const { access } = texts(page.language).account
  return (
    <AccountFrame
      page={page}
      accountName={accountName}
      current="access"
      title={access.title}
      lead={access.lead}
    >
      <Card>
        {/* Changes nothing, so it is a GET: a question has an address. */}
        <form method="get" action="/account/access" class="form">
          <ErrorSummary page={page} errors={errors} />
          <TextField
            page={page}
            name="action"
            label={access.action}
            hint={access.actionHint}
            errors={errors}
            value={values.action}
            maxLength={256}
          />
          <TextField
            page={page}
            name="resource"
            label={access.resource}
            hint={access.resourceHint}
            errors={errors}
            value={values.resource}
            maxLength={1024}
          />
          <TextArea
            page={page}
            name="context"
            label={access.context}
            hint={access.contextHint}
            errors={errors}
            value={values.context}
            rows={3}
            maxLength={2000}
            required={false}
            code
          />
          <FormActions>
            <Button kind="primary">{access.submit}</Button>
          </FormActions>
        </form>
      </Card>
      {answer && <Answer page={page} answer={answer} />}
    </AccountFrame>
  )
}

function Answer({ page, answer }: { readonly page: PageContext; readonly answer: AccessAnswer }) {
  const { access } = texts(page.language).account
  const { decision, statement } = answer
  const isAllowed = decision.decision === 'allow'
  return (
    <Card title={access.decision} id="decision">
      <Details
        page={page}
        items={[
          {
            label: access.decision,
            value: (
              <Status tone={isAllowed ? 'good' : 'bad'} label={isAllowed ? access.allowed : access.denied} />
            ),
          },
          { label: access.reason, value: access.reasons[decision.reason] },
          { label: access.resource, value: <code>{decision.resource}</code> },
          {
            label: access.policy,
            value: decision.decidedBy
              ? `${decision.decidedBy.policy} · ${access.statement(decision.decidedBy.statement)}`
              : access.noStatement,
          },
        ]}
      />
      {statement !== undefined && <pre class="wrap">{statement}</pre>}
    </Card>
  )
}
