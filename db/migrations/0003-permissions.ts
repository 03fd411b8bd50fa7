/** Organization tree, permission configurations, assignments, deployments and the tasks that carry them out. */
import type { Migration } from './index.js'

export const permissions: Migration = {
  name: '0003-permissions',
  statements: ({ keyText, serial }) => [
    `create table nodes (
      id ${serial},
      parent_id integer references nodes (id),
      name text not null,
      remark text,
      created_at text not null,
      updated_at text not null,
      unique (parent_id, name)
    )`,
    // One root: all rows without a parent have the same key.
    `create unique index nodes_root on nodes ((parent_id is null)) where parent_id is null`,
    `create table accounts (
      uin ${keyText} primary key,
      node_id integer not null references nodes (id),
      name ${keyText} not null unique,
      kind text not null check (kind in ('management', 'member')),
      app_id integer not null unique,
      remark text,
      created_at text not null,
      updated_at text not null
    )`,
    `create index accounts_node_id on accounts (node_id)`,
    `create table permission_configurations (
      id ${keyText} primary key,
      name text not null,
      name_key ${keyText} not null unique,
      description text,
      session_duration integer not null check (session_duration between 900 and 43200),
      relay_state text,
      content_hash text not null,
      version integer not null,
      created_at text not null,
      updated_at text not null
    )`,
    `create table configuration_policies (
      configuration_id ${keyText} not null references permission_configurations (id),
      type text not null check (type in ('preset', 'custom')),
      name ${keyText} not null,
      policy_id integer not null,
      document text,
      added_at text not null,
      primary key (configuration_id, type, name)
    )`,
    `create table assignments (
      principal_type text not null check (principal_type in ('user', 'group')),
      principal_id ${keyText} not null,
      account_uin ${keyText} not null references accounts (uin),
      configuration_id ${keyText} not null references permission_configurations (id),
      created_at text not null,
      updated_at text not null,
      primary key (principal_id, account_uin, configuration_id)
    )`,
    `create index assignments_account_uin on assignments (account_uin, configuration_id)`,
    `create index assignments_configuration_id on assignments (configuration_id, account_uin)`,
    `create table deployments (
      configuration_id ${keyText} not null references permission_configurations (id),
      account_uin ${keyText} not null references accounts (uin),
      status text not null check (status in ('deploying', 'deployed', 'failed', 'undeploying')),
      deployed_hash text,
      failure_reason text,
      created_at text not null,
      updated_at text not null,
      primary key (configuration_id, account_uin)
    )`,
    `create index deployments_account_uin on deployments (account_uin)`,
    // Tasks outlive what they speak of: no foreign keys, names are kept.
    `create table tasks (
      id ${keyText} primary key,
      type text not null,
      status text not null check (status in ('inProgress', 'success', 'failed')),
      account_uin text not null,
      configuration_id text not null,
      configuration_name text not null,
      principal_type text,
      principal_id text,
      principal_name text,
      batch_id text not null,
      failure_reason text,
      attempts integer not null,
      run_after text not null,
      lease_token text,
      lease_until text,
      created_at ${keyText} not null,
      updated_at text not null
    )`,
    `create index tasks_due on tasks (run_after, created_at) where status = 'inProgress'`,
    `create index tasks_running on tasks (account_uin, configuration_id) where status = 'inProgress'`,
    `create index tasks_created_at on tasks (created_at, id)`,
    `create index tasks_batch_id on tasks (batch_id)`,
  ],
}
