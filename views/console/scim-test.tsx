/** The connection as an identity provider's own test would see it: what has to be so, and each request with its answer. */
import type { ScimAdvice } from '../../server/domain/scim-advice.js'
import type {
  ScimClientKind,
  ScimStateCheck,
  ScimTestExpectation,
} from '../../server/domain/scim-connection-test.js'
import { Card } from '../parts/card.js'
import { Button, Form, FormActions, RadioField, TextField } from '../parts/form.js'
import { Notice } from '../parts/notice.js'
import { Status } from '../parts/status.js'
import { Table } from '../parts/table.js'
import { ConsoleFrame, consoleTexts, type ConsolePage } from './frame.js'
import { scimLogPath } from './scim-log.js'

/** A request of the test and how it went. */
export interface ScimTestStep {
  /** Path and query. */
  readonly target: string
  readonly expects: ScimTestExpectation
  readonly status: number
  readonly milliseconds: number
  readonly passed: boolean
  /** Absent where the log has no line of its own for it. */
  readonly requestId?: string
  readonly advice?: ScimAdvice
}

export interface ScimTestPageProps {
  readonly page: ConsolePage
  readonly client: ScimClientKind
  readonly checks: readonly ScimStateCheck[]
  /** Absent before the test was run. */
  readonly steps?: readonly ScimTestStep[]
}

export function ScimTestPage({ page, client, checks, steps }: ScimTestPageProps) {
  const { scim, scimTest: words } = consoleTexts(page)
  const failed =
    checks.some(({ problem }) => problem !== undefined) || (steps?.some(({ passed }) => !passed) ?? false)
  return (
    <ConsoleFrame
      page={page}
      section="scim"
      title={words.title}
      lead={words.lead}
      crumbs={[{ label: scim.title, href: '/admin/scim' }]}
    >
      {steps && (
        <Notice page={page} kind={failed ? 'danger' : 'success'}>
          {failed ? words.hasFailed(words.clients[client]) : words.hasPassed(words.clients[client])}
        </Notice>
      )}
      <Card title={words.checks}>
        <Table
          page={page}
          caption={words.checks}
          rows={checks}
          rowKey={({ check }) => check}
          columns={[
            { key: 'check', header: words.check, cell: ({ check }) => words.checkNames[check] },
            {
              key: 'result',
              header: words.result,
              cell: ({ problem }) => <Verdict page={page} passed={problem === undefined} />,
            },
            {
              key: 'remedy',
              header: words.remedy,
              cell: ({ problem }) => problem !== undefined && words.problems[problem],
            },
          ]}
        />
      </Card>
      {steps && (
        <Card title={words.requests(words.clients[client])} lead={words.requestsLead}>
          <Table
            page={page}
            caption={words.requests(words.clients[client])}
            rows={steps}
            rowKey={({ target }) => target}
            columns={[
              {
                key: 'request',
                header: words.request,
                cell: ({ target, requestId }) => {
                  const text = `GET ${decodeURIComponent(target.replaceAll('+', ' '))}`
                  return requestId === undefined ? (
                    <span class="mono">{text}</span>
                  ) : (
                    <a href={scimLogPath(requestId)} class="mono">
                      {text}
                    </a>
                  )
                },
              },
              { key: 'expects', header: words.expects, cell: ({ expects }) => words.expectations[expects] },
              {
                key: 'answer',
                header: words.answer,
                cell: ({ status, milliseconds }) => words.answered(status, milliseconds.toFixed(0)),
              },
              {
                key: 'result',
                header: words.result,
                cell: ({ passed }) => <Verdict page={page} passed={passed} />,
              },
              {
                key: 'remedy',
                header: words.remedy,
                cell: (step) => <Remedy page={page} client={client} step={step} />,
              },
            ]}
          />
        </Card>
      )}
      {page.mayChange && (
        <Card title={words.run}>
          <Form page={page} action="/admin/scim/test">
            <RadioField
              page={page}
              name="client"
              label={words.client}
              value={client}
              choices={(['entra', 'okta', 'oneLogin'] as const).map((kind) => ({
                value: kind,
                label: words.clients[kind],
              }))}
            />
            <TextField
              page={page}
              name="secret"
              label={words.secret}
              hint={words.secretHint}
              type="password"
              maxLength={256}
              required={false}
            />
            <FormActions>
              <Button kind="primary">{words.start}</Button>
            </FormActions>
          </Form>
        </Card>
      )}
    </ConsoleFrame>
  )
}

function Verdict({ page, passed }: { readonly page: ConsolePage; readonly passed: boolean }) {
  const words = consoleTexts(page).scimTest
  return passed ? <Status tone="good" label={words.passed} /> : <Status tone="bad" label={words.failed} />
}

/** What to change for the product that is being imitated. */
function Remedy({
  page,
  client,
  step,
}: {
  readonly page: ConsolePage
  readonly client: ScimClientKind
  readonly step: ScimTestStep
}) {
  if (step.advice === undefined) return null
  const { general, ...places } = consoleTexts(page).scimAdvice[step.advice]
  return (
    <>
      {general} {places[client]}
    </>
  )
}
