/** Single logout, rollover of our own keys, metadata from an address, and sign-ins that only test the configuration. */
import type { Migration } from './index.js'

export const saml: Migration = {
  name: '0008-saml',
  statements: () => [
    `alter table identity_providers add column logout_url text`,
    `alter table identity_providers add column logout_response_url text`,
    `alter table identity_providers add column logout_binding text check (logout_binding in ('redirect', 'post'))`,
    `alter table identity_providers add column valid_until text`,
    `alter table signing_keys add column state text not null default 'current'
      check (state in ('next', 'current', 'previous'))`,
    `create unique index signing_keys_state on signing_keys (purpose, state)`,
    // Who is signed in under which name at the identity provider: by hashes, so that its logout finds the sessions.
    `create table federated_sessions (
      session_id text primary key references sessions (id) on delete cascade,
      name_key text not null,
      index_key text,
      sealed_name text not null
    )`,
    `create index federated_sessions_name_key on federated_sessions (name_key)`,
    `alter table sign_in_tickets add column federation text`,
    `create table pending_logouts (
      request_id text primary key,
      sealed_name text not null,
      created_at text not null,
      expires_at text not null
    )`,
    `create index pending_logouts_expires_at on pending_logouts (expires_at)`,
    `create table metadata_sources (
      zone_id text primary key references zones (id),
      url text not null,
      scheduled integer not null check (scheduled in (0, 1)),
      checked_at text,
      failure text,
      proposal text,
      proposed_at text
    )`,
    `create table sign_in_tests (
      request_id text primary key,
      session_id text not null references sessions (id) on delete cascade,
      outcome text,
      created_at text not null,
      expires_at text not null
    )`,
    `create index sign_in_tests_expires_at on sign_in_tests (expires_at)`,
  ],
}
