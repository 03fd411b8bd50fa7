/** The checks of a SAML message, one by one: what passed, what failed, and what to change where. */
import type { CheckFailure, CheckOutcome } from '../../server/domain/saml-report.js'
import { Card } from '../parts/card.js'
import { Notice } from '../parts/notice.js'
import { Status } from '../parts/status.js'
import { Table } from '../parts/table.js'
import { commonTexts, consoleTexts, type ConsolePage } from './frame.js'

type CheckTexts = ReturnType<typeof consoleTexts>['samlChecks']

/** Texts of a check; nothing for one that a later version knows. */
function textsOf(page: ConsolePage, check: string): CheckTexts[keyof CheckTexts] | undefined {
  const all: Readonly<Record<string, CheckTexts[keyof CheckTexts]>> = consoleTexts(page).samlChecks
  return Object.hasOwn(all, check) ? all[check] : undefined
}

/** Name of the check as people say it. */
export const checkTitle = (page: ConsolePage, check: string): string => textsOf(page, check)?.title ?? check

/** What it means that the check failed. */
export const checkProblem = (page: ConsolePage, check: string, fallback: string): string =>
  textsOf(page, check)?.problem ?? fallback

interface FailureNoticeProps {
  readonly page: ConsolePage
  readonly failure: CheckFailure
  /** For checks without a text here. */
  readonly remedy?: string
}

/** One failure: what is wrong, what was found and expected, what to change. */
function FailureNotice({ page, failure, remedy }: FailureNoticeProps) {
  const words = consoleTexts(page).diagnostics
  const { check, found, expected, message } = failure
  return (
    <Notice page={page} kind="danger" title={checkProblem(page, check, message)}>
      {found !== undefined && (
        <p>
          {words.found}: <code>{found}</code>
        </p>
      )}
      {expected !== undefined && (
        <p>
          {words.expected}: <code>{expected}</code>
        </p>
      )}
      <p>{textsOf(page, check)?.remedy ?? remedy}</p>
      <details>
        <summary>{words.technical}</summary>
        <p lang="en">{message}</p>
      </details>
    </Notice>
  )
}

export interface CheckListProps {
  readonly page: ConsolePage
  readonly checks: readonly CheckOutcome[]
  readonly remedy?: string
}

const TONES = { passed: 'good', failed: 'bad', notMade: 'neutral' } as const

export function CheckList({ page, checks, remedy }: CheckListProps) {
  const words = consoleTexts(page).diagnostics
  return (
    <>
      {checks.map(
        ({ check, failure }) =>
          failure && <FailureNotice key={check} page={page} failure={failure} remedy={remedy} />,
      )}
      <Card title={words.checks} lead={words.checksLead}>
        <Table
          page={page}
          caption={words.checks}
          short
          rows={checks}
          rowKey={({ check }) => check}
          columns={[
            {
              key: 'check',
              header: words.check,
              cell: ({ check }) => (
                <>
                  {checkTitle(page, check)} <code class="muted small">{check}</code>
                </>
              ),
            },
            {
              key: 'outcome',
              header: commonTexts(page).status,
              cell: ({ outcome }) => <Status tone={TONES[outcome]} label={words.outcomes[outcome]} />,
            },
          ]}
        />
      </Card>
    </>
  )
}
