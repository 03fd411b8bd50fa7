/** Deployments as the pages of configurations and of accounts show them, and undeploying one in two steps. */
import type { Assignment } from '../../server/domain/assignment.js'
import type { PlannedChange } from '../../server/domain/deployment-plan.js'
import type { Deployment, DeploymentCondition } from '../../server/domain/deployment.js'
import { Card } from '../parts/card.js'
import { Button, ButtonLink, Form, FormActions } from '../parts/form.js'
import { Status, type StatusTone } from '../parts/status.js'
import { Table } from '../parts/table.js'
import { Time } from '../parts/time.js'
import { PlannedChangeDetails } from './deployment-plans.js'
import { commonTexts, ConsoleFrame, consolePath, consoleTexts, type ConsolePage } from './frame.js'

export interface ShownDeployment extends Deployment {
  readonly condition: DeploymentCondition
}

export const DEPLOYMENT_TONES: Record<DeploymentCondition, StatusTone> = {
  deployed: 'good',
  stale: 'warning',
  deploying: 'waiting',
  undeploying: 'waiting',
  failed: 'bad',
}

export interface DeploymentTableProps {
  readonly page: ConsolePage
  readonly deployments: readonly ShownDeployment[]
  /** Whose page it is: the rows name the other side. */
  readonly by: 'configuration' | 'account'
  readonly redeployAction: string
  readonly caption: string
  readonly empty: string
}

export function DeploymentTable({
  page,
  deployments,
  by,
  redeployAction,
  caption,
  empty,
}: DeploymentTableProps) {
  const common = commonTexts(page)
  const words = consoleTexts(page).configurations
  const table = (
    <Table
      page={page}
      caption={caption}
      rows={deployments}
      rowKey={(row) => `${row.configurationId} ${row.accountUin}`}
      selection={
        page.mayChange
          ? {
              name: by === 'configuration' ? 'account' : 'configuration',
              value: (row) => (by === 'configuration' ? row.accountUin : row.configurationId),
              label: (row) => (by === 'configuration' ? row.accountName : row.configurationName),
            }
          : undefined
      }
      empty={<p>{empty}</p>}
      columns={[
        by === 'configuration'
          ? {
              key: 'account',
              header: words.account,
              cell: (row) => (
                <>
                  <a href={`/admin/accounts/${row.accountUin}`}>{row.accountName}</a>
                  <div class="muted small">{row.accountUin}</div>
                </>
              ),
            }
          : {
              key: 'configuration',
              header: words.name,
              cell: (row) => (
                <a href={`/admin/permission-configurations/${row.configurationId}`}>
                  {row.configurationName}
                </a>
              ),
            },
        {
          key: 'status',
          header: common.status,
          cell: (row) => (
            <div>
              <Status tone={DEPLOYMENT_TONES[row.condition]} label={words[row.condition]} />
              {row.failureReason !== undefined && <div class="small muted">{row.failureReason}</div>}
            </div>
          ),
        },
        {
          key: 'version',
          header: words.deployedVersion,
          cell: (row) =>
            row.deployedVersion !== undefined && (
              <a href={`/admin/permission-configurations/${row.configurationId}/versions`}>
                {row.deployedVersion}
              </a>
            ),
        },
        { key: 'created', header: common.created, cell: (row) => <Time at={row.createdAt} /> },
        { key: 'updated', header: common.updated, cell: (row) => <Time at={row.updatedAt} /> },
        ...(page.mayChange
          ? [
              {
                key: 'actions',
                header: common.actions,
                align: 'end' as const,
                cell: (row: ShownDeployment) => (
                  <ButtonLink
                    small
                    href={consolePath('/deployments/undeploy', {
                      configuration: row.configurationId,
                      account: row.accountUin,
                    })}
                    label={`${words.undeploy} ${row.configurationName} ${row.accountName}`}
                  >
                    {words.undeploy}
                  </ButtonLink>
                ),
              },
            ]
          : []),
      ]}
    />
  )
  if (!page.mayChange || deployments.length === 0) return table
  return (
    <Form page={page} action={redeployAction} class="stack" label={caption}>
      {table}
      <div class="bulk">
        <Button small>{words.redeploySelected}</Button>
      </div>
    </Form>
  )
}

export interface UndeployPageProps {
  readonly page: ConsolePage
  readonly deployment: Deployment
  /** Assignments that still use it: while there are any, this is the first of the two steps. */
  readonly assignments: readonly Assignment[]
  readonly assignmentTotal: number
  /** What is taken out of the account, and the mark by which it is known that nothing has moved since. */
  readonly preview: {
    readonly fingerprint: string
    readonly change?: PlannedChange
    readonly failure?: string
  }
}

export function UndeployPage({ page, deployment, assignments, assignmentTotal, preview }: UndeployPageProps) {
  const common = commonTexts(page)
  const { configurations: words, assign } = consoleTexts(page)
  const { configurationId, accountUin } = deployment
  const firstStep = assignmentTotal > 0
  const back = `/admin/permission-configurations/${configurationId}/deployments`
  return (
    <ConsoleFrame
      page={page}
      section="permissionConfigurations"
      title={words.undeployTitle(deployment.configurationName, deployment.accountName)}
      crumbs={[
        { label: words.title, href: '/admin/permission-configurations' },
        { label: deployment.configurationName, href: back },
      ]}
    >
      <ol class="wizard" aria-label={assign.progress}>
        <li class={firstStep ? undefined : 'step-done'} aria-current={firstStep ? 'step' : undefined}>
          {words.undeployStepOne}
        </li>
        <li aria-current={firstStep ? undefined : 'step'}>{words.undeployStepTwo}</li>
      </ol>
      <Card tone="danger">
        {firstStep ? (
          <>
            <p>{words.undeployAssignmentsLead}</p>
            <ul class="list">
              {assignments.map(({ principal, principalName }) => (
                <li key={principal.id}>
                  <a href={`/admin/${principal.type}s/${principal.id}`}>{principalName}</a>
                </li>
              ))}
              {assignmentTotal > assignments.length && (
                <li class="muted">
                  {consoleTexts(page).groups.moreBlockers(assignmentTotal - assignments.length)}
                </li>
              )}
            </ul>
          </>
        ) : (
          <p>{words.undeployLead}</p>
        )}
        {preview.change && <PlannedChangeDetails page={page} change={preview.change} />}
        {preview.failure !== undefined && <p>{consoleTexts(page).plans.undeployUnknown(preview.failure)}</p>}
        <Form
          page={page}
          action={firstStep ? '/admin/deployments/remove-assignments' : '/admin/deployments/undeploy'}
        >
          <input type="hidden" name="configuration" value={configurationId} />
          <input type="hidden" name="account" value={accountUin} />
          {!firstStep && <input type="hidden" name="fingerprint" value={preview.fingerprint} />}
          <FormActions>
            <Button kind="danger">
              {firstStep ? words.undeployRemoveButton(assignmentTotal) : words.undeployButton}
            </Button>
            <a href={back}>{common.cancel}</a>
          </FormActions>
        </Form>
      </Card>
    </ConsoleFrame>
  )
}
