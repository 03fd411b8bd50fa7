/** Batches of assignments, assignments with a start and an end, and tasks of more than one priority. */
import type { Migration } from './index.js'

export const batches: Migration = {
  name: '0015-batches',
  statements: ({ keyText }) => [
    `alter table assignments add column starts_at ${keyText}`,
    `alter table assignments add column ends_at ${keyText}`,
    // When it was announced that the assignment ends.
    `alter table assignments add column warned_at text`,
    `create index assignments_ends_at on assignments (ends_at) where ends_at is not null`,
    `create table assignment_batches (
      id ${keyText} primary key,
      request_key ${keyText} unique,
      state text not null check (state in ('running', 'paused', 'cancelled')),
      tending integer not null check (tending in (0, 1)),
      parts text not null,
      actor text not null,
      starts_at text,
      ends_at text,
      total integer not null,
      expanded integer not null,
      retry_after text,
      lease_token text,
      lease_until text,
      tended_at ${keyText} not null,
      created_at ${keyText} not null,
      updated_at text not null
    )`,
    `create index assignment_batches_tended_at on assignment_batches (tended_at) where tending = 1`,
    `create index assignment_batches_created_at on assignment_batches (created_at, id)`,
    `alter table tasks add column priority integer not null default 1`,
    `alter table user_sync_tasks add column priority integer not null default 1`,
    `drop index tasks_due`,
    `create index tasks_due on tasks (priority, run_after, created_at) where status = 'inProgress'`,
    `drop index user_sync_tasks_due`,
    `create index user_sync_tasks_due on user_sync_tasks (priority, run_after, created_at)
      where status = 'inProgress'`,
    // Lists of tasks are read newest first: each filter finds its rows in that order, however long the history is.
    `drop index tasks_batch_id`,
    `create index tasks_of_batch on tasks (batch_id, created_at, id)`,
    `create index tasks_of_batch_by_status on tasks (batch_id, status, created_at, id)`,
    `create index tasks_of_account on tasks (account_uin, created_at, id)`,
    `create index tasks_of_configuration on tasks (configuration_id, created_at, id)`,
    `create index tasks_of_principal on tasks (principal_id, created_at, id)`,
    `create index tasks_of_type on tasks (type, created_at, id)`,
    `create index tasks_failed on tasks (created_at, id) where status = 'failed'`,
  ],
}
