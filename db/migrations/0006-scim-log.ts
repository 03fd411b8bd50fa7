/** What SCIM clients sent and were answered, and how often each credential was used in its minute. */
import type { Migration } from './index.js'

export const scimLog: Migration = {
  name: '0006-scim-log',
  statements: ({ keyText }) => [
    `create table scim_log (
      request_id text primary key,
      at ${keyText} not null,
      credential_id text,
      method text not null,
      path text not null,
      query text,
      status integer not null,
      scim_type text,
      error_code text,
      detail text,
      resource_type text,
      resource_id text,
      address text,
      user_agent text,
      microseconds integer not null,
      further integer not null
    )`,
    `create index scim_log_at on scim_log (at, request_id)`,
    `create index scim_log_resource on scim_log (resource_id, at)`,
    // Of few rows each, as long as all goes well: they cost nothing then.
    `create index scim_log_failures on scim_log (at, request_id) where status >= 400`,
    `create index scim_log_strangers on scim_log (at, request_id) where credential_id is null`,
    // Apart from what lists read: a search passes over thousands of rows, and over no text that it does not show.
    `create table scim_log_bodies (
      request_id text primary key references scim_log (request_id) on delete cascade,
      request text,
      answer text,
      remarks text
    )`,
    `alter table scim_credentials add column used_minute text`,
    `alter table scim_credentials add column used_requests integer not null default 0`,
  ],
}
