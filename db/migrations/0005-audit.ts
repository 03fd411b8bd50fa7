/** The audit log, its hash chain, and leases. */
import type { Migration } from './index.js'

export const audit: Migration = {
  name: '0005-audit',
  statements: ({ keyText, serial }) => [
    `create table audit_events (
      sequence ${serial},
      id text not null unique,
      at ${keyText} not null,
      actor_kind text not null,
      actor_id text,
      actor_name text not null,
      address text,
      request_id text,
      action text not null,
      subject_kind text,
      subject_id text,
      subject_name text,
      result text not null check (result in ('success', 'failure')),
      detail text not null
    )`,
    `create index audit_events_at on audit_events (at)`,
    `create index audit_events_subject on audit_events (subject_id, sequence)`,
    // Written by the sealer after the events, so that writers do not queue on the chain.
    `create table audit_chain (
      position integer primary key,
      event_sequence integer not null unique,
      hash text not null
    )`,
    `create table leases (name text primary key, token text not null, until text not null)`,
  ],
}
