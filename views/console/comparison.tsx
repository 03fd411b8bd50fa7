/** What differs between two contents of a permission configuration, for reading. */
import type { ContentComparison, PolicyChange } from '../../server/domain/configuration-comparison.js'
import type { StatementChange } from '../../server/domain/policy-comparison.js'
import type { DiffLine } from '../../server/domain/text-comparison.js'
import { Card } from '../parts/card.js'
import { Status, type StatusTone } from '../parts/status.js'
import { Table } from '../parts/table.js'
import { commonTexts, consoleTexts, durationText, type ConsolePage } from './frame.js'

interface ComparisonProps {
  readonly page: ConsolePage
  readonly comparison: ContentComparison
}

/** Settings and policies that differ; nothing where nothing does. */
export function ComparisonCards({ page, comparison }: ComparisonProps) {
  const common = commonTexts(page)
  const { versions: words, configurations } = consoleTexts(page)
  const { settings, policies } = comparison
  const labels = {
    description: common.description,
    sessionDuration: configurations.sessionDuration,
    relayState: configurations.relayState,
  }
  const shown = (value: string | number | undefined) => {
    if (value === undefined) return <span class="muted">{common.notSet}</span>
    return typeof value === 'number' ? durationText(page, value) : value
  }
  return (
    <>
      {settings.length > 0 && (
        <Card title={words.settings}>
          <Table
            page={page}
            caption={words.settings}
            rows={settings}
            rowKey={({ name }) => name}
            columns={[
              { key: 'name', header: configurations.name, cell: ({ name }) => labels[name] },
              { key: 'before', header: words.settingBefore, cell: ({ before }) => shown(before) },
              { key: 'after', header: words.settingAfter, cell: ({ after }) => shown(after) },
            ]}
          />
        </Card>
      )}
      {policies.length > 0 && (
        <Card title={words.policies}>
          <PolicyChanges page={page} policies={policies} />
        </Card>
      )}
    </>
  )
}

const TONES: Record<PolicyChange['kind'], StatusTone> = { added: 'good', removed: 'bad', changed: 'warning' }

/** Lines that one list of changes shows; of what comes after them only the names are. */
const MAXIMUM_LINES = 1500

export function PolicyChanges({
  page,
  policies,
}: {
  readonly page: ConsolePage
  readonly policies: readonly PolicyChange[]
}) {
  const words = consoleTexts(page).versions
  let lines = 0
  const isShown = ({ statements }: PolicyChange): boolean => {
    lines += statements.reduce((sum, statement) => sum + statement.lines.length, 0)
    return lines <= MAXIMUM_LINES
  }
  return (
    <ul class="changes">
      {policies.map((policy) => (
        <li key={`${policy.type} ${policy.name}`}>
          <p>
            <Status tone={TONES[policy.kind]} label={words[policy.kind]} /> <b>{policy.name}</b>{' '}
            <span class="muted">{words[policy.type]}</span>
          </p>
          {isShown(policy) ? (
            <StatementChanges page={page} change={policy} />
          ) : (
            <p class="small muted">{words.notShown(policy.statements.length)}</p>
          )}
        </li>
      ))}
    </ul>
  )
}

/** Statements that came, went or changed within one policy. */
function StatementChanges({
  page,
  change,
}: {
  readonly page: ConsolePage
  readonly change: Pick<PolicyChange, 'kind' | 'type' | 'statements' | 'unchanged'>
}) {
  const words = consoleTexts(page).versions
  if (change.type === 'preset') return null
  if (change.kind === 'changed' && change.statements.length === 0) return <p>{words.formOnly}</p>
  const titles: Record<StatementChange['kind'], string> = {
    added: words.statementAdded,
    removed: words.statementRemoved,
    changed: words.statementChanged,
  }
  return (
    <>
      {change.statements.map(({ kind, lines }, index) => (
        <figure key={index} class="diff-frame">
          <figcaption class="small muted">{titles[kind]}</figcaption>
          <DiffLines lines={lines} />
        </figure>
      ))}
      {change.unchanged > 0 && <p class="small muted">{words.statementsStay(change.unchanged)}</p>}
    </>
  )
}

/** Lines of two texts as one: what came is inserted, what went is deleted, also to those who do not see colours. */
export function DiffLines({ lines }: { readonly lines: readonly DiffLine[] }) {
  return (
    <pre class="diff" tabIndex={0}>
      {lines.slice(0, MAXIMUM_LINES).map(({ kind, text }, index) => {
        switch (kind) {
          case 'added':
            return <ins key={index}>{`+ ${text}\n`}</ins>
          case 'removed':
            return <del key={index}>{`- ${text}\n`}</del>
          case 'same':
            return <span key={index}>{`  ${text}\n`}</span>
          default:
            return kind satisfies never
        }
      })}
      {lines.length > MAXIMUM_LINES && '…'}
    </pre>
  )
}
