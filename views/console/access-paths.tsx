/** Paths of access: of one user, of a group's members, and into one account. */
import type { ComponentChildren } from 'preact'
import type { AccessPath, AccessPlace, MembershipOrigin, PathState } from '../../server/domain/access-path.js'
import type { Principal } from '../../server/domain/assignment.js'
import type { DeploymentCondition } from '../../server/domain/deployment.js'
import type { GroupId } from '../../server/domain/ids.js'
import { ButtonLink } from '../parts/form.js'
import { Status, type StatusTone } from '../parts/status.js'
import { Table, type Column } from '../parts/table.js'
import { formatTime, Time } from '../parts/time.js'
import { periodPath } from './assignments.js'
import { DEPLOYMENT_TONES } from './deployments.js'
import { consolePath, consoleTexts, type ConsolePage } from './frame.js'
import { scimLogPath } from './scim-log.js'

/** A place with what the door has found out about it. */
export interface ShownPlace extends AccessPlace {
  /** Absent where nothing is deployed. */
  readonly condition?: DeploymentCondition
  readonly state: PathState
}

export type ShownPath = AccessPath & ShownPlace

const STATE_TONES: Readonly<Record<PathState, StatusTone>> = {
  open: 'good',
  userBlocked: 'bad',
  userDisabled: 'neutral',
  notBegun: 'waiting',
  ended: 'neutral',
  neverDeployed: 'waiting',
}

export function PathStatus({ page, state }: { readonly page: ConsolePage; readonly state: PathState }) {
  return <Status tone={STATE_TONES[state]} label={consoleTexts(page).access.states[state]} />
}

/** Through which group, and who made the user a member of it. */
export function PathCell({ page, path }: { readonly page: ConsolePage; readonly path: AccessPath }) {
  const words = consoleTexts(page).access
  const { group } = path
  return (
    <div class="access-path">
      {group === undefined ? (
        words.directly
      ) : (
        <a href={`/admin/groups/${group.id}`}>{words.through(group.name)}</a>
      )}
      {group !== undefined && <Origin page={page} membership={group.membership} />}
      <div class="muted small">{words.assignedAt(formatTime(path.assignedAt))}</div>
    </div>
  )
}

function Origin({ page, membership }: { readonly page: ConsolePage; readonly membership: MembershipOrigin }) {
  const { access: words, audit } = consoleTexts(page)
  const { by, joinedAt, requestId } = membership
  const kinds: Readonly<Record<string, string>> = audit.actorKinds
  return (
    <div class="muted small">
      {words.joined(formatTime(joinedAt))}{' '}
      {by === undefined ? words.joinedUnknown : words.joinedBy(kinds[by.kind] ?? by.kind, by.name)}
      {by?.kind === 'scim' && requestId !== undefined && (
        <>
          {' '}
          (<a href={scimLogPath(requestId)}>{words.push}</a>)
        </>
      )}
    </div>
  )
}

/** What the account has of it. */
export function DeployedCell({ page, place }: { readonly page: ConsolePage; readonly place: ShownPlace }) {
  const { access: words, configurations } = consoleTexts(page)
  if (place.condition === undefined) return <Status tone="neutral" label={words.noDeployment} />
  return (
    <>
      <Status tone={DEPLOYMENT_TONES[place.condition]} label={configurations[place.condition]} />
      {place.deployment?.version !== undefined && (
        <div class="muted small">{words.version(String(place.deployment.version))}</div>
      )}
    </>
  )
}

interface UntilCellProps {
  readonly page: ConsolePage
  readonly place: AccessPlace
  /** Whose assignment it is. */
  readonly principal: Principal
}

function UntilCell({ page, place, principal }: UntilCellProps) {
  const { access: words, batches } = consoleTexts(page)
  const { accountUin, configurationId } = place
  return (
    <>
      {place.endsAt === undefined ? <span class="muted">{words.unlimited}</span> : <Time at={place.endsAt} />}
      {place.startsAt !== undefined && (
        <div class="muted small">{words.from(formatTime(place.startsAt))}</div>
      )}
      {page.mayChange && (
        <div>
          <a
            class="small"
            href={periodPath({ principal, accountUin, configurationId })}
            aria-label={`${batches.changePeriod} ${place.configurationName} ${place.accountName}`}
          >
            {batches.changePeriod}
          </a>
        </div>
      )}
    </>
  )
}

const accountColumn = <Row extends AccessPlace>(page: ConsolePage): Column<Row> => ({
  key: 'account',
  header: consoleTexts(page).access.account,
  cell: (row) => (
    <>
      <a href={`/admin/accounts/${row.accountUin}/access`}>{row.accountName}</a>
      <div class="muted small">{row.accountUin}</div>
    </>
  ),
})

const configurationColumn = <Row extends AccessPlace>(page: ConsolePage): Column<Row> => ({
  key: 'configuration',
  header: consoleTexts(page).access.configuration,
  cell: (row) => (
    <a href={`/admin/permission-configurations/${row.configurationId}`}>{row.configurationName}</a>
  ),
})

const placeColumns = <Row extends ShownPlace>(
  page: ConsolePage,
  principalOf: (row: Row) => Principal,
  below?: (row: Row) => ComponentChildren,
): readonly Column<Row>[] => {
  const words = consoleTexts(page).access
  return [
    {
      key: 'deployed',
      header: words.deployed,
      cell: (row) => <DeployedCell page={page} place={row} />,
    },
    {
      key: 'until',
      header: words.until,
      cell: (row) => <UntilCell page={page} place={row} principal={principalOf(row)} />,
    },
    {
      key: 'state',
      header: words.state,
      cell: (row) => (
        <>
          <PathStatus page={page} state={row.state} />
          {below && <div>{below(row)}</div>}
        </>
      ),
    },
  ]
}

/** Whose assignment a path begins with. */
const pathPrincipal = ({ userId, group }: AccessPath): Principal =>
  group ? { type: 'group', id: group.id } : { type: 'user', id: userId }

export interface PathTableProps {
  readonly page: ConsolePage
  /** Whose paths they are: that column is left out. */
  readonly of: 'user' | 'account'
  readonly paths: readonly ShownPath[]
  readonly empty: string
}

export function PathTable({ page, of, paths, empty }: PathTableProps) {
  const words = consoleTexts(page).access
  return (
    <Table
      page={page}
      caption={words.caption}
      rows={paths}
      rowKey={(row) => `${row.userId} ${row.group?.id ?? ''} ${row.accountUin} ${row.configurationId}`}
      empty={<p>{empty}</p>}
      columns={[
        of === 'user'
          ? accountColumn(page)
          : {
              key: 'user',
              header: words.user,
              cell: (row) => <a href={`/admin/users/${row.userId}/access`}>{row.userName}</a>,
            },
        configurationColumn(page),
        { key: 'path', header: words.path, cell: (row) => <PathCell page={page} path={row} /> },
        ...placeColumns<ShownPath>(page, pathPrincipal, (row) => (
          <a
            class="small"
            href={consolePath('/access/why', { user: row.userName, account: row.accountUin })}
            aria-label={`${words.why} ${row.userName} ${row.accountName}`}
          >
            {words.why}
          </a>
        )),
      ]}
    />
  )
}

export interface PlaceTableProps {
  readonly page: ConsolePage
  readonly groupId: GroupId
  readonly places: readonly ShownPlace[]
  readonly empty: string
}

/** Places of a group, whoever is in it. */
export function PlaceTable({ page, groupId, places, empty }: PlaceTableProps) {
  return (
    <Table
      page={page}
      caption={consoleTexts(page).access.caption}
      rows={places}
      rowKey={(row) => `${row.accountUin} ${row.configurationId}`}
      empty={<p>{empty}</p>}
      columns={[
        accountColumn(page),
        configurationColumn(page),
        ...placeColumns(page, () => ({ type: 'group', id: groupId })),
      ]}
    />
  )
}

/** Both forms in which a list can be taken out. */
export function ExportLinks({ page, href }: { readonly page: ConsolePage; readonly href: string }) {
  const words = consoleTexts(page).access
  const separator = href.includes('?') ? '&' : '?'
  return (
    <div class="button-row">
      <ButtonLink small href={`${href}${separator}format=csv`}>
        {words.exportCsv}
      </ButtonLink>
      <ButtonLink small href={`${href}${separator}format=json`}>
        {words.exportJson}
      </ButtonLink>
    </div>
  )
}
