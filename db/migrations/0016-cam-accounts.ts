/**
 * The rest of the simulated accounts: groups, versions of policies, permission boundaries, keys of the account itself,
 * federation tokens, and what is known of users and roles beyond their names.
 */
import type { Migration } from './index.js'

export const camAccounts: Migration = {
  name: '0016-cam-accounts',
  statements: ({ engine, keyText, serial }) => [
    'alter table cam_users add column phone_number text',
    'alter table cam_users add column country_code text',
    'alter table cam_users add column email text',
    'alter table cam_users add column last_sign_in_at text',
    'alter table cam_users add column last_sign_in_address text',
    'alter table cam_roles add column last_used_at text',
    `alter table cam_roles add column tags text not null default '{}'`,
    // The row holds the default version; the others stand in cam_policy_versions.
    'alter table cam_policies add column default_version integer not null default 1',
    'alter table cam_policies add column last_version integer not null default 1',
    'alter table cam_policies add column version_created_at text',
    `create table cam_policy_versions (
      policy_id integer not null references cam_policies (id) on delete cascade,
      version integer not null,
      document text not null,
      created_at text not null,
      primary key (policy_id, version)
    )`,
    `create table cam_groups (
      id ${serial},
      account_uin ${keyText} not null references accounts (uin),
      name text not null,
      name_key ${keyText} not null,
      remark text,
      created_at text not null,
      updated_at text not null,
      unique (account_uin, name_key)
    )`,
    `create table cam_group_members (
      group_id integer not null references cam_groups (id) on delete cascade,
      user_uin ${keyText} not null references cam_users (uin) on delete cascade,
      joined_at text not null,
      primary key (group_id, user_uin)
    )`,
    'create index cam_group_members_user_uin on cam_group_members (user_uin)',
    `create table cam_boundaries (
      account_uin ${keyText} not null references accounts (uin),
      target_kind text not null check (target_kind in ('user', 'role')),
      target_id ${keyText} not null,
      policy_id integer not null,
      policy_type text not null check (policy_type in ('preset', 'custom')),
      set_at text not null,
      primary key (target_kind, target_id)
    )`,
    'create index cam_boundaries_policy on cam_boundaries (policy_type, policy_id)',
    `create table cam_federation_tokens (
      id text primary key,
      tmp_secret_id text not null unique,
      secret_key text not null,
      token_hash text not null,
      account_uin ${keyText} not null references accounts (uin),
      sub_user_uin ${keyText} references cam_users (uin) on delete cascade,
      name text not null,
      policy text not null,
      created_at text not null,
      expires_at text not null
    )`,
    'create index cam_federation_tokens_sub_user_uin on cam_federation_tokens (sub_user_uin)',
    'create index cam_federation_tokens_expires_at on cam_federation_tokens (expires_at)',
    ...(engine === 'postgres' ? WIDEN_POSTGRES : WIDEN_SQLITE),
    'create index cam_attachments_policy on cam_attachments (policy_type, policy_id)',
    'create index cam_attachments_account_uin on cam_attachments (account_uin)',
    'create index api_keys_account_uin on api_keys (account_uin)',
    'alter table api_keys add column description text',
  ],
}

/** Groups hold policies too, and a key without a sub-user is the account's own. */
const WIDEN_POSTGRES = [
  'alter table cam_attachments drop constraint cam_attachments_target_kind_check',
  `alter table cam_attachments add constraint cam_attachments_target_kind_check
    check (target_kind in ('user', 'group', 'role'))`,
  'alter table api_keys alter column sub_user_uin drop not null',
]

/** SQLite changes no constraint of a table that is there: the table is made anew. */
const WIDEN_SQLITE = [
  'alter table cam_attachments rename to cam_attachments_before',
  `create table cam_attachments (
    account_uin text not null references accounts (uin),
    target_kind text not null check (target_kind in ('user', 'group', 'role')),
    target_id text not null,
    policy_id integer not null,
    policy_name text not null,
    policy_type text not null check (policy_type in ('preset', 'custom')),
    attached_at text not null,
    primary key (target_kind, target_id, policy_type, policy_id)
  )`,
  `insert into cam_attachments
    select account_uin, target_kind, target_id, policy_id, policy_name, policy_type, attached_at
    from cam_attachments_before`,
  'drop table cam_attachments_before',
  'drop index api_keys_sub_user_uin',
  'alter table api_keys rename to api_keys_before',
  `create table api_keys (
    secret_id text primary key,
    secret_key text not null,
    account_uin text not null references accounts (uin),
    sub_user_uin text references cam_users (uin) on delete cascade,
    status text not null check (status in ('enabled', 'disabled')),
    created_at text not null,
    last_used_at text
  )`,
  `insert into api_keys
    select secret_id, secret_key, account_uin, sub_user_uin, status, created_at, last_used_at from api_keys_before`,
  'drop table api_keys_before',
  'create index api_keys_sub_user_uin on api_keys (sub_user_uin)',
]
