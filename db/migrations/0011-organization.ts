/** The organization directory: where members come from, invitations, tags, and service control policies. */
import type { Migration } from './index.js'

export const organization: Migration = {
  name: '0011-organization',
  statements: ({ keyText, serial }) => [
    `alter table accounts add column origin text not null default 'created' check (origin in ('created', 'invited'))`,
    `create table organization_tags (
      target_kind text not null check (target_kind in ('node', 'account')),
      target_id ${keyText} not null,
      tag_key ${keyText} not null,
      tag_value text not null,
      primary key (target_kind, target_id, tag_key)
    )`,
    `create table invitations (
      id ${keyText} primary key,
      token_hash ${keyText} not null unique,
      account_uin ${keyText} not null,
      name text not null,
      node_id integer not null references nodes (id),
      remark text,
      status text not null check (status in ('pending', 'accepted', 'rejected', 'cancelled')),
      created_at ${keyText} not null,
      expires_at text not null,
      updated_at text not null
    )`,
    `create unique index invitations_account_uin_key on invitations (account_uin) where status = 'pending'`,
    `create index invitations_created_at on invitations (created_at, id)`,
    `create index invitations_node_id on invitations (node_id) where status = 'pending'`,
    `create table service_control (
      id integer primary key check (id = 1),
      status text not null check (status in ('off', 'on')),
      updated_at text not null
    )`,
    `insert into service_control (id, status, updated_at) values (1, 'off', '2021-03-31T00:00:00.000Z')`,
    `create table service_control_policies (
      id ${serial},
      type text not null check (type in ('preset', 'custom')),
      name text not null,
      name_key ${keyText} not null unique,
      description text,
      document text not null,
      created_at text not null,
      updated_at text not null
    )`,
    // Allows everything: with it attached, a level changes nothing.
    `insert into service_control_policies (type, name, name_key, description, document, created_at, updated_at) values (
      'preset', 'FullQcloudAccess', 'fullqcloudaccess', 'Allows everything',
      '{"version":"2.0","statement":[{"effect":"allow","action":"*","resource":"*"}]}',
      '2021-03-31T00:00:00.000Z', '2021-03-31T00:00:00.000Z'
    )`,
    `create table service_control_attachments (
      target_kind text not null check (target_kind in ('node', 'account')),
      target_id ${keyText} not null,
      policy_id integer not null references service_control_policies (id),
      attached_at text not null,
      primary key (target_kind, target_id, policy_id)
    )`,
    `create index service_control_attachments_policy_id on service_control_attachments (policy_id)`,
  ],
}
