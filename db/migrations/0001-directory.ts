/** Zone, settings, users, groups, memberships, SCIM credentials. */
import type { Migration } from './index.js'

export const directory: Migration = {
  name: '0001-directory',
  statements: ({ keyText }) => [
    `create table instance_values (name text primary key, value text not null)`,
    `create table zones (
      id text primary key,
      space_name text not null unique,
      scim_status text not null check (scim_status in ('enabled', 'disabled')),
      login_method text not null check (login_method in ('password', 'sso')),
      revision integer not null,
      created_at text not null,
      updated_at text not null
    )`,
    `create table settings (name text primary key, value text not null)`,
    `create table signing_keys (
      id text primary key,
      purpose text not null check (purpose in ('serviceProvider', 'roleSaml')),
      private_key text not null,
      certificate text not null,
      created_at text not null
    )`,
    `create table counters (name text primary key, value integer not null)`,
    `create table users (
      id ${keyText} primary key,
      user_name text not null,
      user_name_key ${keyText} not null unique,
      display_name text,
      given_name text,
      family_name text,
      description text,
      external_id ${keyText},
      type text not null check (type in ('manual', 'synchronized')),
      created_by text not null check (created_by in ('administrator', 'scim')),
      active integer not null check (active in (0, 1)),
      blocked integer not null check (blocked in (0, 1)),
      emails text not null,
      attributes text not null,
      group_count integer not null,
      version integer not null,
      created_at ${keyText} not null,
      updated_at ${keyText} not null
    )`,
    // Lists over SCIM are of one type in the order of creation.
    `create index users_type_created_at on users (type, created_at, id)`,
    `create index users_external_id on users (external_id) where external_id is not null`,
    `create index users_created_at on users (created_at, id)`,
    `create table user_emails (
      user_id ${keyText} not null references users (id) on delete cascade,
      position integer not null,
      value_key ${keyText} not null,
      primary key (user_id, position)
    )`,
    `create index user_emails_value_key on user_emails (value_key)`,
    `create table groups (
      id ${keyText} primary key,
      display_name text not null,
      display_name_key ${keyText} not null unique,
      description text,
      external_id ${keyText},
      type text not null check (type in ('manual', 'synchronized')),
      created_by text not null check (created_by in ('administrator', 'scim')),
      attributes text not null,
      member_count integer not null,
      version integer not null,
      created_at ${keyText} not null,
      updated_at ${keyText} not null
    )`,
    `create index groups_type_created_at on groups (type, created_at, id)`,
    `create index groups_external_id on groups (external_id) where external_id is not null`,
    `create index groups_created_at on groups (created_at, id)`,
    // No cascade: a user or group that still has members is never removed by accident.
    `create table memberships (
      group_id ${keyText} not null references groups (id),
      user_id ${keyText} not null references users (id),
      joined_at text not null,
      primary key (group_id, user_id)
    )`,
    `create index memberships_user_id on memberships (user_id, group_id)`,
    `create table scim_credentials (
      id text primary key,
      secret_hash text not null unique,
      status text not null check (status in ('enabled', 'disabled')),
      created_at text not null,
      expires_at text not null,
      last_used_at text
    )`,
  ],
}
