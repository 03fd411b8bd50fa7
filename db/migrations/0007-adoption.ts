/** Names that manual users and groups hold against the identity provider, and the guard over what it takes away. */
import type { Migration } from './index.js'

export const adoption: Migration = {
  name: '0007-adoption',
  statements: ({ keyText }) => [
    `create table name_collisions (
      id text primary key,
      kind text not null check (kind in ('user', 'group')),
      name text not null,
      name_key ${keyText} not null,
      status text not null check (status in ('open', 'rejected')),
      pushed text not null,
      renamed_id text,
      revision integer not null,
      pushes integer not null,
      credential_id text not null,
      decided_by text,
      decided_at text,
      first_seen_at ${keyText} not null,
      last_seen_at ${keyText} not null,
      unique (kind, name_key)
    )`,
    `create table scim_guard (
      id integer primary key check (id = 1),
      status text not null check (status in ('watching', 'held', 'released', 'refused')),
      since ${keyText} not null,
      decided_by text,
      counted_from ${keyText} not null,
      released_until ${keyText},
      release_left integer,
      trip text,
      held_requests integer not null,
      unlisted integer not null check (unlisted in (0, 1)),
      last_held_at text
    )`,
    // One row from the beginning: of two requests that change it, the second sees what the first did.
    `insert into scim_guard (id, status, since, counted_from, held_requests, unlisted)
      values (1, 'watching', '', '', 0, 0)`,
    `create table scim_guard_entries (
      entry_key ${keyText} primary key,
      action text not null check (action in ('deactivateUser', 'deleteUser', 'removeMember', 'deleteGroup')),
      user_id text,
      user_name text,
      group_id text,
      group_name text,
      requests integer not null,
      first_at ${keyText} not null,
      last_at text not null
    )`,
    `create table scim_guard_losses (object_id ${keyText} primary key, at ${keyText} not null)`,
    `create index scim_guard_losses_at on scim_guard_losses (at)`,
    `create table scim_guard_counts (
      bucket ${keyText} not null,
      kind text not null check (kind in ('users', 'groups')),
      losses integer not null,
      primary key (bucket, kind)
    )`,
  ],
}
