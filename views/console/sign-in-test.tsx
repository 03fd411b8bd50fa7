/** Testing the configuration of SSO: the button, and the report. */
import type { SignInTest } from '../../server/domain/sign-in-test.js'
import { Card } from '../parts/card.js'
import { Button, ButtonLink, Form, FormActions } from '../parts/form.js'
import { Notice } from '../parts/notice.js'
import { Table } from '../parts/table.js'
import { CheckList } from './check-list.js'
import { ConsoleFrame, consoleTexts, type ConsolePage } from './frame.js'

/** Begins a test in a new window. */
export function TestCard({ page }: { readonly page: ConsolePage }) {
  const words = consoleTexts(page).sso
  return (
    <Card title={words.test} lead={words.testLead}>
      <Form page={page} action="/admin/sso/tests" newWindow>
        <FormActions>
          <Button>{words.testStart}</Button>
        </FormActions>
      </Form>
    </Card>
  )
}

export interface SignInTestPageProps {
  readonly page: ConsolePage
  readonly test: SignInTest
}

export function SignInTestPage({ page, test }: SignInTestPageProps) {
  const { sso: words, diagnostics } = consoleTexts(page)
  const { outcome } = test
  return (
    <ConsoleFrame
      page={page}
      section="sso"
      title={words.testTitle}
      crumbs={[{ label: words.title, href: '/admin/sso' }]}
    >
      {!outcome && (
        <>
          <Notice page={page} kind="info">
            {test.state === 'late' ? words.testLate : words.testWaiting}
          </Notice>
          <p>
            <ButtonLink href={`/admin/sso/tests/${test.requestId}`}>{words.testReload}</ButtonLink>
          </p>
        </>
      )}
      {outcome && (
        <Notice page={page} kind={outcome.userName === undefined ? 'danger' : 'success'}>
          {outcome.userName === undefined ? words.testFailed : words.testPassed(outcome.userName)}
        </Notice>
      )}
      {outcome && <CheckList page={page} checks={outcome.checks} />}
      {outcome?.nameId !== undefined && (
        <Card title={words.testAttributes}>
          <Table
            page={page}
            caption={words.testAttributes}
            rows={[[words.testName, outcome.nameId] as const, ...(outcome.attributes ?? [])]}
            rowKey={([name]) => name}
            columns={[
              { key: 'name', header: words.testAttribute, cell: ([name]) => <code>{name}</code> },
              { key: 'value', header: words.testValue, cell: ([, value]) => <code>{value}</code> },
            ]}
          />
        </Card>
      )}
      {outcome && (
        <Card title={diagnostics.response} lead={diagnostics.responseLead}>
          <pre class="wrap" tabIndex={0}>
            {outcome.response}
          </pre>
        </Card>
      )}
      {page.mayChange && test.state !== 'waiting' && <TestCard page={page} />}
    </ConsoleFrame>
  )
}
