/** Tasks: all of them, and the progress of one submission. */
import type { Task, TaskStatus } from '../../server/domain/task.js'
import { ActionButton, ButtonLink, FilterForm, SelectField } from '../parts/form.js'
import { Notice } from '../parts/notice.js'
import { Pager } from '../parts/pager.js'
import { Status, type StatusTone } from '../parts/status.js'
import { Table } from '../parts/table.js'
import { Tabs } from '../parts/tabs.js'
import { Time } from '../parts/time.js'
import { AccountLink, type AccountNames } from './account-link.js'
import { commonTexts, ConsoleFrame, consoleTexts, type ConsolePage } from './frame.js'
import { isFiltered, listHref, PAGE_SIZE, type ListQuery } from './list-query.js'

const TASK_TONES: Record<TaskStatus, StatusTone> = {
  inProgress: 'waiting',
  success: 'good',
  failed: 'bad',
}

/** Seconds after which a page with unfinished tasks is loaded again. */
export const REFRESH_SECONDS = 2

/** Tasks are of two kinds, each with a list of its own. */
export function TaskTabs({
  page,
  tab,
}: {
  readonly page: ConsolePage
  readonly tab: 'configurations' | 'batches' | 'userSyncs'
}) {
  const words = consoleTexts(page).userSyncs
  return (
    <Tabs
      page={page}
      tabs={[
        { href: '/admin/tasks', label: words.deploymentTasksTab, current: tab === 'configurations' },
        { href: '/admin/tasks/batches', label: consoleTexts(page).batches.tab, current: tab === 'batches' },
        { href: '/admin/user-syncs/tasks', label: words.tasksTab, current: tab === 'userSyncs' },
      ]}
    />
  )
}

/** The status of a task, with what its last attempt failed of. */
export function TaskState({
  page,
  task,
}: {
  readonly page: ConsolePage
  readonly task: Pick<Task, 'status' | 'failureReason' | 'attempts'>
}) {
  const words = consoleTexts(page).tasks
  return (
    <div>
      <Status tone={TASK_TONES[task.status]} label={words[task.status]} />
      {task.failureReason !== undefined && (
        <div class="small muted">
          {task.failureReason}
          {task.status === 'inProgress' && ` (${words.attempts(task.attempts)})`}
        </div>
      )}
    </div>
  )
}

/** Narrows a list of tasks to those of one status. */
export function TaskStatusField({ page, query }: { readonly page: ConsolePage; readonly query: ListQuery }) {
  const words = consoleTexts(page).tasks
  return (
    <SelectField
      page={page}
      name="status"
      label={commonTexts(page).status}
      value={query.filters['status']}
      choices={[
        { value: '', label: words.allStatuses },
        { value: 'inProgress', label: words.inProgress },
        { value: 'success', label: words.success },
        { value: 'failed', label: words.failed },
      ]}
    />
  )
}

/** How far the tasks of one submission are. */
export function BatchProgress({
  page,
  progress,
  refreshes = true,
}: {
  readonly page: ConsolePage
  readonly progress: Readonly<Record<TaskStatus, number>>
  /** Whether the page follows the progress by itself. */
  readonly refreshes?: boolean
}) {
  const words = consoleTexts(page).tasks
  const total = progress.inProgress + progress.success + progress.failed
  const done = progress.success + progress.failed
  return (
    <>
      <progress max={total} value={done} aria-label={words.batchTitle} />
      {progress.inProgress > 0 ? (
        <p role="status">
          {words.batchRunning(done, total)} {refreshes && words.batchRefreshes}
        </p>
      ) : progress.failed > 0 ? (
        <Notice page={page} kind="danger">
          {words.batchFailed(progress.failed, total)}
        </Notice>
      ) : (
        <Notice page={page} kind="success">
          {words.batchDone(total)}
        </Notice>
      )}
    </>
  )
}

/** Tasks, and for each that failed a button that tries it again. */
export function TaskTable({
  page,
  tasks,
  accounts,
  empty,
}: {
  readonly page: ConsolePage
  readonly tasks: readonly Task[]
  readonly accounts: AccountNames
  readonly empty: string
}) {
  const common = commonTexts(page)
  const words = consoleTexts(page).tasks
  return (
    <Table
      page={page}
      caption={words.caption}
      rows={tasks}
      rowKey={(task) => task.id}
      empty={<p>{empty}</p>}
      columns={[
        {
          key: 'type',
          header: words.type,
          cell: (task) => (
            <>
              {words[task.type]}
              <div class="muted small">{task.id}</div>
            </>
          ),
        },
        {
          key: 'account',
          header: words.account,
          cell: (task) => <AccountLink uin={task.accountUin} names={accounts} />,
        },
        {
          key: 'configuration',
          header: words.configuration,
          cell: (task) => (
            <a href={`/admin/permission-configurations/${task.configurationId}`}>{task.configurationName}</a>
          ),
        },
        {
          key: 'principal',
          header: words.principal,
          cell: (task) =>
            task.principal && (
              <a href={`/admin/${task.principal.type}s/${task.principal.id}`}>
                {task.principalName ?? task.principal.id}
              </a>
            ),
        },
        {
          key: 'status',
          header: common.status,
          cell: (task) => (
            <>
              <TaskState page={page} task={task} />
              {page.mayChange && task.status === 'failed' && (
                <ActionButton page={page} action={`/admin/tasks/${task.id}/retry`} small>
                  {consoleTexts(page).batches.retry}
                </ActionButton>
              )}
            </>
          ),
        },
        { key: 'started', header: words.started, cell: (task) => <Time at={task.createdAt} /> },
      ]}
    />
  )
}

export interface TasksPageProps {
  readonly page: ConsolePage
  readonly tasks: readonly Task[]
  readonly accounts: AccountNames
  readonly total: number
  readonly query: ListQuery
}

export function TasksPage({ page, tasks, accounts, total, query }: TasksPageProps) {
  const common = commonTexts(page)
  const words = consoleTexts(page).tasks
  return (
    <ConsoleFrame page={page} section="tasks" title={words.title} lead={words.lead}>
      <TaskTabs page={page} tab="configurations" />
      <FilterForm page={page} action="/admin/tasks" label={words.find}>
        <TaskStatusField page={page} query={query} />
        <SelectField
          page={page}
          name="type"
          label={words.type}
          value={query.filters['type']}
          choices={[
            { value: '', label: words.allTypes },
            { value: 'createRoleAssignment', label: words.createRoleAssignment },
            { value: 'deleteRoleAssignment', label: words.deleteRoleAssignment },
            { value: 'provisionRoleConfiguration', label: words.provisionRoleConfiguration },
            { value: 'deprovisionRoleConfiguration', label: words.deprovisionRoleConfiguration },
          ]}
        />
      </FilterForm>
      <TaskTable
        page={page}
        tasks={tasks}
        accounts={accounts}
        empty={isFiltered(query) ? common.noMatches : words.empty}
      />
      <Pager
        page={page}
        total={total}
        size={PAGE_SIZE}
        number={query.number}
        href={(number) => listHref('/tasks', query, { number })}
      />
    </ConsoleFrame>
  )
}

export interface BatchPageProps {
  readonly page: ConsolePage
  readonly batchId: string
  readonly tasks: readonly Task[]
  readonly accounts: AccountNames
  readonly progress: Readonly<Record<TaskStatus, number>>
  readonly number: number
}

/** What one submission started. Loads itself again while something is in progress. */
export function BatchPage({ page, batchId, tasks, accounts, progress, number }: BatchPageProps) {
  const words = consoleTexts(page).tasks
  const total = progress.inProgress + progress.success + progress.failed
  return (
    <ConsoleFrame
      page={page}
      section="tasks"
      title={words.batchTitle}
      crumbs={[{ label: words.title, href: '/admin/tasks' }]}
      refreshSeconds={progress.inProgress > 0 ? REFRESH_SECONDS : undefined}
    >
      <BatchProgress page={page} progress={progress} />
      <TaskTable page={page} tasks={tasks} accounts={accounts} empty={words.empty} />
      <Pager
        page={page}
        total={total}
        size={PAGE_SIZE}
        number={number}
        href={(next) => listHref(`/tasks/batches/${batchId}`, { filters: {}, number: next })}
      />
      <div class="button-row">
        <ButtonLink href="/admin/accounts">{words.toAccounts}</ButtonLink>
        <ButtonLink href="/admin/tasks">{words.allTasks}</ButtonLink>
      </div>
    </ConsoleFrame>
  )
}
