/** Tasks of CAM user synchronization: all of them, and the progress of one submission. */
import type { TaskStatus } from '../../server/domain/task.js'
import type { UserSyncTask } from '../../server/domain/user-sync.js'
import { ButtonLink, FilterForm } from '../parts/form.js'
import { Pager } from '../parts/pager.js'
import { Table } from '../parts/table.js'
import { Time } from '../parts/time.js'
import { AccountLink, type AccountNames } from './account-link.js'
import { commonTexts, ConsoleFrame, consoleTexts, type ConsolePage } from './frame.js'
import { isFiltered, listHref, PAGE_SIZE, type ListQuery } from './list-query.js'
import { BatchProgress, REFRESH_SECONDS, TaskState, TaskStatusField, TaskTabs } from './tasks.js'
import { PrincipalLink, userSyncPath } from './user-syncs.js'

function UserSyncTaskTable({
  page,
  tasks,
  accounts,
  empty,
}: {
  readonly page: ConsolePage
  readonly tasks: readonly UserSyncTask[]
  readonly accounts: AccountNames
  readonly empty: string
}) {
  const common = commonTexts(page)
  const { userSyncs: words, tasks: general } = consoleTexts(page)
  return (
    <Table
      page={page}
      caption={words.tasksCaption}
      rows={tasks}
      rowKey={(task) => task.id}
      empty={<p>{empty}</p>}
      columns={[
        {
          key: 'type',
          header: words.task,
          cell: (task) => (
            <>
              <a href={userSyncPath({ id: task.syncId })}>{words[task.type]}</a>
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
          key: 'principal',
          header: words.principal,
          cell: (task) => <PrincipalLink principal={task.principal} name={task.principalName} />,
        },
        {
          key: 'status',
          header: common.status,
          cell: (task) => <TaskState page={page} task={task} />,
        },
        {
          key: 'results',
          header: words.results,
          cell: (task) => task.succeeded + task.failed > 0 && words.resultCounts(task.succeeded, task.failed),
        },
        { key: 'started', header: general.started, cell: (task) => <Time at={task.createdAt} /> },
      ]}
    />
  )
}

export interface UserSyncTasksPageProps {
  readonly page: ConsolePage
  readonly tasks: readonly UserSyncTask[]
  readonly accounts: AccountNames
  readonly total: number
  readonly query: ListQuery
}

export function UserSyncTasksPage({ page, tasks, accounts, total, query }: UserSyncTasksPageProps) {
  const common = commonTexts(page)
  const { userSyncs: words, tasks: general } = consoleTexts(page)
  return (
    <ConsoleFrame page={page} section="tasks" title={general.title} lead={general.lead}>
      <TaskTabs page={page} tab="userSyncs" />
      <FilterForm page={page} action="/admin/user-syncs/tasks" label={general.find}>
        <TaskStatusField page={page} query={query} />
      </FilterForm>
      <UserSyncTaskTable
        page={page}
        tasks={tasks}
        accounts={accounts}
        empty={isFiltered(query) ? common.noMatches : words.noTasks}
      />
      <Pager
        page={page}
        total={total}
        size={PAGE_SIZE}
        number={query.number}
        href={(number) => listHref('/user-syncs/tasks', query, { number })}
      />
    </ConsoleFrame>
  )
}

export interface UserSyncBatchPageProps {
  readonly page: ConsolePage
  readonly batchId: string
  readonly tasks: readonly UserSyncTask[]
  readonly accounts: AccountNames
  readonly progress: Readonly<Record<TaskStatus, number>>
  readonly number: number
}

/** What one submission started. Loads itself again while something is in progress. */
export function UserSyncBatchPage({
  page,
  batchId,
  tasks,
  accounts,
  progress,
  number,
}: UserSyncBatchPageProps) {
  const { userSyncs: words, tasks: general } = consoleTexts(page)
  return (
    <ConsoleFrame
      page={page}
      section="userSyncs"
      title={general.batchTitle}
      crumbs={[{ label: words.title, href: '/admin/user-syncs' }]}
      refreshSeconds={progress.inProgress > 0 ? REFRESH_SECONDS : undefined}
    >
      <BatchProgress page={page} progress={progress} />
      <UserSyncTaskTable page={page} tasks={tasks} accounts={accounts} empty={words.noTasks} />
      <Pager
        page={page}
        total={progress.inProgress + progress.success + progress.failed}
        size={PAGE_SIZE}
        number={number}
        href={(next) => listHref(`/user-syncs/batches/${batchId}`, { filters: {}, number: next })}
      />
      <div class="button-row">
        <ButtonLink href="/admin/user-syncs">{words.toList}</ButtonLink>
        <ButtonLink href="/admin/user-syncs/tasks">{general.allTasks}</ButtonLink>
      </div>
    </ConsoleFrame>
  )
}
