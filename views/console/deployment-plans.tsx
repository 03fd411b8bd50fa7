/** Plans of deployments: what will change in which accounts, whom it concerns, and the word to go ahead. */
import type { PrincipalType } from '../../server/domain/assignment.js'
import type { PlannedChange } from '../../server/domain/deployment-plan.js'
import type { AccountUin } from '../../server/domain/ids.js'
import { Card } from '../parts/card.js'
import { Button, Form, FormActions } from '../parts/form.js'
import { Notice } from '../parts/notice.js'
import { Pager } from '../parts/pager.js'
import { Status } from '../parts/status.js'
import { Table } from '../parts/table.js'
import { commonTexts, ConsoleFrame, consolePath, consoleTexts, type ConsolePage } from './frame.js'
import { PAGE_SIZE } from './list-query.js'
import { RoleChanges } from './role-changes.js'

/** Changes on one page of a plan: each brings its texts along. */
export const CHANGES_PER_PAGE = 10

export interface ShownPlan {
  readonly id: string
  readonly fingerprint: string
  readonly placeCount: number
  readonly leftOut: number
  /** Tasks that carry it out, once somebody has said so. */
  readonly batchId?: string
}

export interface ShownPlace {
  readonly accountUin: AccountUin
  readonly accountName: string
  readonly failure?: string
  /** Users and groups assigned there. */
  readonly principals: number
}

export interface ShownPrincipal {
  readonly type: PrincipalType
  readonly id: string
  readonly name: string
  readonly accounts: number
  readonly members?: number
}

export interface ShownChange {
  readonly number: number
  readonly change: PlannedChange
  readonly placeCount: number
  /** The first of them. */
  readonly places: readonly ShownPlace[]
  readonly principals: readonly ShownPrincipal[]
  readonly principalTotal: number
}

export interface DeploymentPlanPageProps {
  readonly page: ConsolePage
  readonly plan: ShownPlan
  readonly changes: readonly ShownChange[]
  readonly changeTotal: number
  readonly number: number
  /** Places that cannot be planned, and so are left as they are. */
  readonly unknown: readonly ShownPlace[]
  readonly unknownTotal: number
}

const planPath = ({ id }: Pick<ShownPlan, 'id'>, rest = ''): string => `/deployments/plans/${id}${rest}`

export function DeploymentPlanPage({ page, plan, ...props }: DeploymentPlanPageProps) {
  const common = commonTexts(page)
  const { plans: words, configurations } = consoleTexts(page)
  const planned = plan.placeCount - props.unknownTotal
  return (
    <ConsoleFrame
      page={page}
      section="permissionConfigurations"
      title={words.title}
      crumbs={[{ label: configurations.title, href: '/admin/permission-configurations' }]}
      lead={words.lead(planned)}
    >
      {plan.batchId !== undefined && (
        <Notice page={page} kind="info">
          <p>
            {words.applied} <a href={`/admin/tasks/batches/${plan.batchId}`}>{words.toTasks}</a>
          </p>
        </Notice>
      )}
      {plan.leftOut > 0 && (
        <Notice page={page} kind="info">
          {words.leftOut(plan.leftOut)}
        </Notice>
      )}
      {props.changes.map((shown) => (
        <ChangeCard key={shown.number} page={page} plan={plan} shown={shown} />
      ))}
      <Pager
        page={page}
        total={props.changeTotal}
        size={CHANGES_PER_PAGE}
        number={props.number}
        href={(next) => consolePath(planPath(plan), { page: String(next) })}
      />
      {props.unknown.length > 0 && (
        <Card title={words.unknownTitle(props.unknownTotal)} lead={words.unknownLead}>
          <Table
            page={page}
            caption={words.unknownTitle(props.unknownTotal)}
            rows={props.unknown}
            rowKey={({ accountUin }) => accountUin}
            columns={[
              { key: 'account', header: words.account, cell: (place) => <AccountLink place={place} /> },
              {
                key: 'reason',
                header: words.reason,
                cell: ({ failure }) => <Status tone="warning" label={failure ?? ''} />,
              },
            ]}
          />
          {props.unknownTotal > props.unknown.length && (
            <p class="muted">{words.more(props.unknownTotal - props.unknown.length)}</p>
          )}
        </Card>
      )}
      {page.mayChange && plan.batchId === undefined && planned > 0 && (
        <Card>
          <Form page={page} action={`/admin${planPath(plan, '/apply')}`}>
            <input type="hidden" name="fingerprint" value={plan.fingerprint} />
            <p>{words.applyLead}</p>
            <FormActions>
              <Button kind="primary">{words.apply(planned)}</Button>
              <a href="/admin/permission-configurations">{common.cancel}</a>
            </FormActions>
          </Form>
        </Card>
      )}
    </ConsoleFrame>
  )
}

function AccountLink({ place }: { readonly place: ShownPlace }) {
  return (
    <>
      <a href={`/admin/accounts/${place.accountUin}`}>{place.accountName}</a>
      <div class="muted small">{place.accountUin}</div>
    </>
  )
}

function ChangeCard({
  page,
  plan,
  shown,
}: {
  readonly page: ConsolePage
  readonly plan: ShownPlan
  readonly shown: ShownChange
}) {
  const words = consoleTexts(page).plans
  const { change, number, places, placeCount } = shown
  return (
    <Card title={words.changeTitle(change.configurationName, placeCount)} lead={versionText(page, change)}>
      <PlannedChangeDetails page={page} change={change} />
      <Affected page={page} shown={shown} />
      <details class="more">
        <summary>{words.accounts(placeCount)}</summary>
        <ul class="list">
          {places.map((place) => (
            <li key={place.accountUin}>
              <a href={`/admin/accounts/${place.accountUin}`}>{place.accountName}</a>{' '}
              <span class="muted small">
                {place.accountUin} · {words.principalCount(place.principals)}
              </span>
            </li>
          ))}
          {placeCount > places.length && (
            <li>
              <a href={consolePath(planPath(plan, `/changes/${number}`))}>{words.allAccounts(placeCount)}</a>
            </li>
          )}
        </ul>
      </details>
    </Card>
  )
}

function versionText(page: ConsolePage, { deployedVersion, version }: PlannedChange): string {
  const words = consoleTexts(page).plans
  if (version === undefined) return words.undeploy
  if (deployedVersion === undefined) return words.toVersion(version)
  return deployedVersion === version
    ? words.sameVersion(version)
    : words.fromVersion(deployedVersion, version)
}

/** What happens in an account, in words and by lines. */
export function PlannedChangeDetails({
  page,
  change,
}: {
  readonly page: ConsolePage
  readonly change: PlannedChange
}) {
  const { plans: words, drift } = consoleTexts(page)
  const { role, samlProvider, looseEnds, effect } = change
  const isNothing = role.kind === 'same' && samlProvider === 'same' && looseEnds.length === 0
  return (
    <>
      {isNothing && <p>{words.nothing}</p>}
      {!isNothing && (
        <p>
          {effect.gains && <Status tone="warning" label={words.gains} />}{' '}
          {effect.loses && <Status tone="bad" label={words.loses} />}{' '}
          {!effect.gains && !effect.loses && <Status tone="neutral" label={words.neither} />}
        </p>
      )}
      {role.kind === 'added' && <p>{words.roleMade}</p>}
      {role.kind === 'removed' && <p>{words.roleDeleted}</p>}
      {samlProvider === 'added' && <p>{words.providerMade}</p>}
      {samlProvider === 'changed' && <p>{words.providerChanged}</p>}
      {samlProvider === 'removed' && <p>{words.providerDeleted}</p>}
      {looseEnds.length > 0 && <p>{words.looseEnds(looseEnds.join(', '))}</p>}
      <RoleChanges
        page={page}
        role={role.kind === 'changed' ? role : { ...role, settings: [], trust: [] }}
        before={drift.actual}
        after={words.afterwards}
      />
    </>
  )
}

function Affected({ page, shown }: { readonly page: ConsolePage; readonly shown: ShownChange }) {
  const words = consoleTexts(page).plans
  const { principals, principalTotal } = shown
  if (principalTotal === 0) return <p class="muted">{words.nobody}</p>
  return (
    <>
      <p>{words.affected(principalTotal)}</p>
      <ul class="list">
        {principals.map(({ type, id, name, accounts, members }) => (
          <li key={id}>
            <a href={`/admin/${type}s/${id}`}>{name}</a>{' '}
            <span class="muted small">
              {members !== undefined && `${words.members(members)} · `}
              {words.inAccounts(accounts)}
            </span>
          </li>
        ))}
        {principalTotal > principals.length && (
          <li class="muted">{words.more(principalTotal - principals.length)}</li>
        )}
      </ul>
    </>
  )
}

export interface PlanChangePageProps {
  readonly page: ConsolePage
  readonly planId: string
  readonly number: number
  readonly change: PlannedChange
  readonly places: readonly ShownPlace[]
  readonly total: number
  readonly pageNumber: number
}

/** All accounts of one change. */
export function PlanChangePage({ page, planId, change, places, ...props }: PlanChangePageProps) {
  const { plans: words, configurations } = consoleTexts(page)
  return (
    <ConsoleFrame
      page={page}
      section="permissionConfigurations"
      title={words.changeTitle(change.configurationName, props.total)}
      crumbs={[
        { label: configurations.title, href: '/admin/permission-configurations' },
        { label: words.title, href: `/admin${planPath({ id: planId })}` },
      ]}
      lead={versionText(page, change)}
    >
      <Card>
        <PlannedChangeDetails page={page} change={change} />
      </Card>
      <Table
        page={page}
        caption={words.accounts(props.total)}
        rows={places}
        rowKey={({ accountUin }) => accountUin}
        columns={[
          { key: 'account', header: words.account, cell: (place) => <AccountLink place={place} /> },
          {
            key: 'principals',
            header: words.assigned,
            cell: ({ principals }) => words.principalCount(principals),
          },
        ]}
      />
      <Pager
        page={page}
        total={props.total}
        size={PAGE_SIZE}
        number={props.pageNumber}
        href={(next) =>
          consolePath(planPath({ id: planId }, `/changes/${props.number}`), { page: String(next) })
        }
      />
    </ConsoleFrame>
  )
}
