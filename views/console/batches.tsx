/** Batches of assignments: the list, and the progress of one. */
import type { AssignmentBatch } from '../../server/domain/assignment-batch.js'
import type { Actor } from '../../server/domain/actor.js'
import type { Task } from '../../server/domain/task.js'
import { Card } from '../parts/card.js'
import { Details } from '../parts/details.js'
import { ActionButton, ButtonLink, FilterForm } from '../parts/form.js'
import { Notice } from '../parts/notice.js'
import { Pager } from '../parts/pager.js'
import { Status, type StatusTone } from '../parts/status.js'
import { Table } from '../parts/table.js'
import { Time } from '../parts/time.js'
import type { AccountNames } from './account-link.js'
import { commonTexts, ConsoleFrame, consoleTexts, type ConsolePage } from './frame.js'
import { isFiltered, listHref, PAGE_SIZE, type ListQuery } from './list-query.js'
import { PeriodText } from './period.js'
import { BatchProgress, REFRESH_SECONDS, TaskStatusField, TaskTable, TaskTabs } from './tasks.js'

/** How far a batch is. */
export interface ShownProgress {
  readonly inProgress: number
  readonly success: number
  readonly failed: number
  readonly notBegun: number
  /** Whether nothing more happens by itself. */
  readonly isOver: boolean
}

const TONES: Record<AssignmentBatch['state'], StatusTone> = {
  running: 'waiting',
  paused: 'warning',
  cancelled: 'neutral',
}

const actorName = (actor: Actor): string => ('name' in actor ? actor.name : actor.kind)

export interface BatchesPageProps {
  readonly page: ConsolePage
  readonly batches: readonly Omit<AssignmentBatch, 'parts'>[]
  readonly total: number
  readonly number: number
}

export function BatchesPage({ page, batches, total, number }: BatchesPageProps) {
  const words = consoleTexts(page).batches
  return (
    <ConsoleFrame page={page} section="tasks" title={words.title} lead={words.lead}>
      <TaskTabs page={page} tab="batches" />
      <Table
        page={page}
        caption={words.caption}
        rows={batches}
        rowKey={({ id }) => id}
        empty={<p>{words.empty}</p>}
        columns={[
          {
            key: 'submitted',
            header: words.submitted,
            cell: (batch) => (
              <a href={`/admin/tasks/batches/${batch.id}`}>
                <Time at={batch.createdAt} />
              </a>
            ),
          },
          { key: 'by', header: words.by, cell: ({ actor }) => actorName(actor) },
          { key: 'size', header: words.size, align: 'end', cell: (batch) => batch.total },
          {
            key: 'state',
            header: words.state,
            cell: (batch) => (
              <Status
                tone={
                  batch.expanded === batch.total && batch.state === 'running' ? 'good' : TONES[batch.state]
                }
                label={
                  batch.state === 'running' && batch.expanded === batch.total
                    ? words.over
                    : words[batch.state]
                }
              />
            ),
          },
        ]}
      />
      <Pager
        page={page}
        total={total}
        size={PAGE_SIZE}
        number={number}
        href={(next) => listHref('/tasks/batches', { filters: {}, number: next })}
      />
    </ConsoleFrame>
  )
}

/** So many names stand for all of them. */
export const NAMED_PARTS = 8

/** The first of many names, and how many there are beside them. */
function someOf(names: readonly string[], say: (names: string, more: number) => string): string {
  return say(names.slice(0, NAMED_PARTS).join(', '), Math.max(0, names.length - NAMED_PARTS))
}

export interface AssignmentBatchPageProps {
  readonly page: ConsolePage
  readonly batch: AssignmentBatch
  readonly progress: ShownProgress
  readonly tasks: readonly Task[]
  /** Of the accounts of the tasks, and of the first of the batch. */
  readonly accounts: AccountNames
  /** Tasks that match the query, up to 10,000. */
  readonly total: number
  readonly query: ListQuery
}

/** What one batch does. Loads itself again while something happens, and has a link for it where that is switched off. */
export function AssignmentBatchPage({
  page,
  batch,
  progress,
  tasks,
  accounts,
  total,
  query,
}: AssignmentBatchPageProps) {
  const words = consoleTexts(page).batches
  const taskWords = consoleTexts(page).tasks
  const common = commonTexts(page)
  const path = `/admin/tasks/batches/${batch.id}`
  const { success, failed, inProgress, notBegun, isOver } = progress
  const isStill = isOver || (batch.state === 'paused' && !batch.tending)
  return (
    <ConsoleFrame
      page={page}
      section="tasks"
      title={taskWords.batchTitle}
      crumbs={[
        { label: taskWords.title, href: '/admin/tasks' },
        { label: words.title, href: '/admin/tasks/batches' },
      ]}
      refreshSeconds={isStill ? undefined : REFRESH_SECONDS}
    >
      <BatchProgress
        page={page}
        progress={{ success, failed, inProgress: inProgress + (isOver ? 0 : notBegun) }}
        refreshes={!isStill}
      />
      <p class="muted">{words.counts(success, failed, inProgress, notBegun)}</p>
      {batch.state !== 'running' && (
        <Notice page={page} kind="warning">
          {batch.state === 'paused' ? words.pausedNotice : words.cancelledNotice}
        </Notice>
      )}
      <div class="button-row">
        {!isStill && (
          <ButtonLink href={listHref(`/tasks/batches/${batch.id}`, query)}>{words.reload}</ButtonLink>
        )}
        {page.mayChange && batch.state === 'running' && !isOver && (
          <ActionButton page={page} action={`${path}/pause`}>
            {words.pause}
          </ActionButton>
        )}
        {page.mayChange && batch.state === 'paused' && (
          <ActionButton page={page} action={`${path}/resume`} kind="primary">
            {words.resume}
          </ActionButton>
        )}
        {page.mayChange && batch.state === 'running' && failed > 0 && (
          <ActionButton page={page} action={`${path}/retry`}>
            {words.retryAll}
          </ActionButton>
        )}
      </div>
      {page.mayChange && batch.state !== 'cancelled' && !isOver && (
        <details class="more">
          <summary>{words.cancelLead}</summary>
          <p>{words.cancelHint}</p>
          <ActionButton page={page} action={`${path}/cancel`} kind="danger">
            {words.cancel}
          </ActionButton>
        </details>
      )}
      <Card>
        <Details
          page={page}
          items={[
            { label: words.submitted, value: <Time at={batch.createdAt} /> },
            { label: words.by, value: actorName(batch.actor) },
            {
              label: `${words.accounts} (${batch.parts.accounts.length})`,
              value: someOf(
                batch.parts.accounts.map((uin) => accounts.get(uin) ?? uin),
                words.andMore,
              ),
            },
            {
              label: `${words.principals} (${batch.parts.principals.length})`,
              value: someOf(
                batch.parts.principals.map(({ name }) => name),
                words.andMore,
              ),
            },
            {
              label: `${words.configurations} (${batch.parts.configurations.length})`,
              value: someOf(
                batch.parts.configurations.map(({ name }) => name),
                words.andMore,
              ),
            },
            ...(batch.period.startsAt !== undefined || batch.period.endsAt !== undefined
              ? [{ label: words.period, value: <PeriodText page={page} period={batch.period} /> }]
              : []),
          ]}
        />
      </Card>
      <FilterForm page={page} action={path} label={words.find}>
        <TaskStatusField page={page} query={query} />
      </FilterForm>
      <TaskTable
        page={page}
        tasks={tasks}
        accounts={accounts}
        empty={isFiltered(query) ? common.noMatches : taskWords.empty}
      />
      <Pager
        page={page}
        total={total}
        size={PAGE_SIZE}
        number={query.number}
        href={(number) => listHref(`/tasks/batches/${batch.id}`, query, { number })}
      />
      {isOver && (
        <div class="button-row">
          <ButtonLink href="/admin/accounts">{taskWords.toAccounts}</ButtonLink>
          <ButtonLink href="/admin/tasks">{taskWords.allTasks}</ButtonLink>
        </div>
      )}
    </ConsoleFrame>
  )
}
