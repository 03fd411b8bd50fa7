/** What differs in the accounts from what was deployed, and what can be done about it. */
import type { AccountUin, PermissionConfigurationId } from '../../server/domain/ids.js'
import type { DriftFinding } from '../../server/domain/drift.js'
import { Card } from '../parts/card.js'
import { ConfirmButton } from '../parts/confirm-button.js'
import { ActionButton, ButtonLink } from '../parts/form.js'
import { Notice } from '../parts/notice.js'
import { Pager } from '../parts/pager.js'
import { Status, type StatusTone } from '../parts/status.js'
import { Table } from '../parts/table.js'
import { Time } from '../parts/time.js'
import { DiffLines, PolicyChanges } from './comparison.js'
import { ConsoleFrame, consolePath, consoleTexts, type ConsolePage } from './frame.js'
import { PAGE_SIZE } from './list-query.js'
import { RoleChanges } from './role-changes.js'

export interface ShownFinding extends DriftFinding {
  readonly accountUin: AccountUin
  readonly accountName: string
  readonly configurationName?: string
  readonly foundAt: string
}

export interface ShownCheck {
  readonly accountUin: AccountUin
  readonly accountName: string
  readonly checkedAt?: string
  readonly failure?: string
}

export interface DriftPageProps {
  readonly page: ConsolePage
  readonly summary: {
    readonly drifted: number
    readonly failed: number
    readonly clean: number
    readonly waiting: number
    readonly requested: number
    readonly oldest?: string
  }
  readonly findings: readonly ShownFinding[]
  readonly total: number
  readonly number: number
  readonly filter: { readonly account?: AccountUin; readonly configuration?: PermissionConfigurationId }
  readonly failures: readonly ShownCheck[]
  readonly failureTotal: number
  readonly failureNumber: number
}

export function DriftPage({ page, summary, findings, filter, ...props }: DriftPageProps) {
  const words = consoleTexts(page).drift
  const isFiltered = filter.account !== undefined || filter.configuration !== undefined
  const figures = [
    { label: words.clean, value: summary.clean },
    { label: words.drifted, value: summary.drifted },
    { label: words.failed, value: summary.failed },
    { label: words.waiting, value: summary.waiting },
  ]
  return (
    <ConsoleFrame
      page={page}
      section="drift"
      title={words.title}
      lead={words.lead}
      {...(summary.requested > 0 && { refreshSeconds: 5 })}
      actions={
        <>
          <ActionButton page={page} action="/admin/drift/check">
            {words.checkAll}
          </ActionButton>
          {props.total > 0 && !isFiltered && (
            <ActionButton page={page} action="/admin/drift/repair-all" kind="primary">
              {words.repairAll}
            </ActionButton>
          )}
        </>
      }
    >
      <ul class="figures">
        {figures.map(({ label, value }) => (
          <li key={label}>
            <span class="figure">
              <b>{value}</b> {label}
            </span>
          </li>
        ))}
      </ul>
      {summary.requested > 0 && (
        <Notice page={page} kind="info">
          {words.running}
        </Notice>
      )}
      {summary.oldest !== undefined && (
        <p class="small muted">
          {words.oldest} <Time at={summary.oldest} />
        </p>
      )}
      {isFiltered && (
        <p>
          {words.filtered} <a href="/admin/drift">{words.showAll}</a>
        </p>
      )}
      {findings.length === 0 ? (
        <div class="empty">
          <p>{isFiltered ? words.noneHere : words.none}</p>
        </div>
      ) : (
        <p class="small muted">{words.legend}</p>
      )}
      {byAccount(findings).map(({ accountUin, accountName, found }) => (
        <Card
          key={accountUin}
          title={accountName}
          lead={<span class="small">{accountUin}</span>}
          actions={
            <>
              <ButtonLink
                small
                href={`/admin/accounts/${accountUin}/deployments`}
                label={words.toAccountOf(accountName)}
              >
                {words.toAccount}
              </ButtonLink>
              {page.mayChange && (
                <ActionButton
                  page={page}
                  action="/admin/drift/check"
                  fields={{ account: accountUin }}
                  small
                  label={words.checkOneOf(accountName)}
                >
                  {words.checkOne}
                </ActionButton>
              )}
            </>
          }
        >
          <ul class="changes">
            {found.map((finding) => (
              <li key={`${finding.kind} ${finding.name}`}>
                <Finding page={page} finding={finding} />
              </li>
            ))}
          </ul>
        </Card>
      ))}
      <Pager
        page={page}
        total={props.total}
        size={PAGE_SIZE}
        number={props.number}
        href={(next) => consolePath('/drift', { ...filter, page: String(next) })}
      />
      {props.failureTotal > 0 && (
        <Card id="failures" title={words.failuresTitle} lead={words.failuresLead}>
          <Table
            page={page}
            caption={words.failuresTitle}
            rows={props.failures}
            rowKey={({ accountUin }) => accountUin}
            columns={[
              {
                key: 'account',
                header: words.account,
                cell: ({ accountUin, accountName }) => (
                  <>
                    <a href={`/admin/accounts/${accountUin}/deployments`}>{accountName}</a>
                    <div class="muted small">{accountUin}</div>
                  </>
                ),
              },
              {
                key: 'reason',
                header: words.reason,
                cell: ({ failure }) => <Status tone="warning" label={failure ?? ''} />,
              },
              {
                key: 'checked',
                header: words.checked,
                cell: ({ checkedAt }) => checkedAt !== undefined && <Time at={checkedAt} />,
              },
            ]}
          />
          <Pager
            page={page}
            total={props.failureTotal}
            size={PAGE_SIZE}
            number={props.failureNumber}
            href={(next) => `${consolePath('/drift', { ...filter, failures: String(next) })}#failures`}
          />
        </Card>
      )}
    </ConsoleFrame>
  )
}

const TONES: Record<DriftFinding['difference']['state'], StatusTone> = {
  missing: 'bad',
  changed: 'warning',
  extra: 'warning',
}

function Finding({ page, finding }: { readonly page: ConsolePage; readonly finding: ShownFinding }) {
  const words = consoleTexts(page).drift
  const { kind, name, difference, configurationId, configurationName, accountUin, accountName } = finding
  const { state, role, lines } = difference
  const isExtra = state === 'extra'
  const explanations: Partial<Record<string, string>> = {
    'role missing': words.missingRole,
    'role extra': words.extraRole,
    'samlProvider missing': words.missingProvider,
    'samlProvider extra': words.extraProvider,
    'policy extra': words.extraPolicy,
  }
  const explanation = explanations[`${kind} ${state}`]
  const repairable = configurationId !== undefined || (kind === 'samlProvider' && !isExtra)
  return (
    <>
      <p>
        <Status tone={TONES[state]} label={words[state]} /> <span class="muted">{words[kind]}</span>{' '}
        <b>{name}</b>
      </p>
      <p class="small muted">
        {configurationId !== undefined && (
          <>
            <a href={`/admin/permission-configurations/${configurationId}/versions`}>{configurationName}</a>
            {' · '}
          </>
        )}
        {words.since} <Time at={finding.foundAt} />
      </p>
      {explanation !== undefined && <p>{explanation}</p>}
      {role && state === 'changed' && (
        <RoleChanges page={page} role={role} before={words.expected} after={words.actual} />
      )}
      {role && isExtra && <PolicyChanges page={page} policies={role.policies} />}
      {lines && lines.length > 0 && <DiffLines lines={lines} />}
      {page.mayChange && (
        <div class="button-row">
          {repairable ? (
            <ActionButton
              page={page}
              action="/admin/drift/repair"
              fields={{
                account: accountUin,
                ...(configurationId !== undefined && { configuration: configurationId }),
              }}
              small
              label={words.repairOf(name, accountName)}
            >
              {words.repair}
            </ActionButton>
          ) : (
            <ConfirmButton
              page={page}
              action="/admin/drift/remove"
              fields={{ account: accountUin, kind, name }}
              label={words.removeOf(name, accountName)}
              question={words.removeQuestion}
            >
              {words.remove}
            </ConfirmButton>
          )}
        </div>
      )}
    </>
  )
}

/** In the order of the list, which is by account. */
function byAccount(findings: readonly ShownFinding[]) {
  const groups: { accountUin: AccountUin; accountName: string; found: ShownFinding[] }[] = []
  for (const finding of findings) {
    const last = groups.at(-1)
    if (last?.accountUin === finding.accountUin) last.found.push(finding)
    else {
      const { accountUin, accountName } = finding
      groups.push({ accountUin, accountName, found: [finding] })
    }
  }
  return groups
}

/** Of an account's page: whether it is as it was deployed, when somebody looked last, and the way to what differs. */
export function AccountDriftNotice({
  page,
  accountUin,
  accountName,
  check,
  findingTotal,
}: {
  readonly page: ConsolePage
  readonly accountUin: AccountUin
  readonly accountName: string
  readonly check: ShownCheck | undefined
  readonly findingTotal: number
}) {
  const words = consoleTexts(page).drift
  return (
    <>
      {findingTotal > 0 && (
        <Notice page={page} kind="warning">
          <p>
            {words.accountNotice(findingTotal)}{' '}
            <a href={consolePath('/drift', { account: accountUin })}>{words.show}</a>
          </p>
        </Notice>
      )}
      {check?.failure !== undefined && (
        <Notice page={page} kind="warning">
          {words.accountUnknown(check.failure)}
        </Notice>
      )}
      <div class="bulk">
        <span class="small muted">
          {check?.checkedAt === undefined ? (
            words.accountNever
          ) : (
            <>
              {words.accountChecked} <Time at={check.checkedAt} />
            </>
          )}
        </span>
        {page.mayChange && (
          <ActionButton
            page={page}
            action="/admin/drift/check"
            fields={{ account: accountUin }}
            small
            label={words.checkOneOf(accountName)}
          >
            {words.checkOne}
          </ActionButton>
        )}
      </div>
    </>
  )
}
