/** Synchronizing users into accounts as CAM users: what shall be there, what is there, and the tasks between the two. */
import type { Migration } from './index.js'

export const userSync: Migration = {
  name: '0010-user-sync',
  statements: ({ keyText, serial }) => [
    // No foreign key to the principal: a sync outlives it until its CAM users are dealt with.
    `create table user_syncs (
      id ${keyText} primary key,
      principal_type text not null check (principal_type in ('user', 'group')),
      principal_id ${keyText} not null,
      principal_name text not null,
      account_uin ${keyText} not null references accounts (uin),
      description text,
      conflict_policy text not null check (conflict_policy in ('replace', 'keepBoth')),
      deletion_policy text not null check (deletion_policy in ('keep', 'delete')),
      status text not null check (status in ('synchronizing', 'succeeded', 'failed', 'removing', 'removalFailed')),
      failure_reason text,
      created_at ${keyText} not null,
      updated_at text not null,
      unique (principal_id, account_uin)
    )`,
    `create index user_syncs_account_uin on user_syncs (account_uin)`,
    `create index user_syncs_created_at on user_syncs (created_at, id)`,
    `create table user_sync_members (
      sync_id ${keyText} not null references user_syncs (id),
      account_uin ${keyText} not null,
      user_id ${keyText} not null,
      user_name text not null,
      cam_user_uin text,
      cam_user_name text,
      task_id ${keyText} not null,
      state text not null check (state in ('pending', 'synchronized', 'failed')),
      failure_reason text,
      updated_at text not null,
      primary key (sync_id, user_id)
    )`,
    `create index user_sync_members_user_id on user_sync_members (user_id, account_uin)`,
    `create index user_sync_members_pending on user_sync_members (task_id, user_id) where state = 'pending'`,
    `create index user_sync_members_failed on user_sync_members (sync_id) where state = 'failed'`,
    `create table membership_changes (
      id ${serial},
      group_id ${keyText} not null,
      user_ids text not null,
      fanned_out_to text,
      created_at text not null
    )`,
    // Tasks outlive what they speak of: no foreign keys, names are kept.
    `create table user_sync_tasks (
      id ${keyText} primary key,
      type text not null check (type in ('startProvisioning', 'followMembership', 'deleteProvisioning')),
      status text not null check (status in ('inProgress', 'success', 'failed')),
      sync_id ${keyText} not null,
      account_uin ${keyText} not null,
      principal_type text not null,
      principal_id ${keyText} not null,
      principal_name text not null,
      conflict_policy text not null,
      deletion_policy text not null,
      change_id integer,
      expanded_to text,
      batch_id text not null,
      succeeded integer not null,
      failed integer not null,
      failure_reason text,
      attempts integer not null,
      run_after text not null,
      lease_token text,
      lease_until text,
      created_at ${keyText} not null,
      updated_at text not null
    )`,
    `create index user_sync_tasks_due on user_sync_tasks (run_after, created_at) where status = 'inProgress'`,
    `create index user_sync_tasks_running on user_sync_tasks (account_uin) where status = 'inProgress'`,
    `create index user_sync_tasks_of_sync on user_sync_tasks (sync_id) where status = 'inProgress'`,
    `create index user_sync_tasks_of_change on user_sync_tasks (change_id) where status = 'inProgress'`,
    `create index user_sync_tasks_created_at on user_sync_tasks (created_at, id)`,
    `create index user_sync_tasks_batch_id on user_sync_tasks (batch_id)`,
    // The zone's user that a CAM user was made for; a plain user of the account has none.
    `alter table cam_users add column synchronized_from ${keyText}`,
    `create unique index cam_users_synchronized_from on cam_users (account_uin, synchronized_from)
      where synchronized_from is not null`,
    // The CAM user behind the console of a simulated account, where it is not a role.
    `alter table sessions add column cam_user_uin text`,
  ],
}
