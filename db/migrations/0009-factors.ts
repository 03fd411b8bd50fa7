/** Passkeys and their challenges, known devices, break-glass users, and what users keep at the portal. */
import type { Migration } from './index.js'

export const factors: Migration = {
  name: '0009-factors',
  statements: ({ keyText }) => [
    `create table passkeys (
      id text primary key,
      subject_kind text not null check (subject_kind in ('user', 'administrator')),
      subject_id text not null,
      credential_id text not null unique,
      public_key text not null,
      counter bigint not null,
      transports text not null,
      name text not null,
      created_at text not null,
      last_used_at text
    )`,
    `create index passkeys_subject on passkeys (subject_kind, subject_id)`,
    `create table passkey_challenges (
      bound_to text not null,
      purpose text not null check (purpose in ('register', 'signIn', 'secondFactor', 'confirm')),
      challenge_hash text not null,
      network text,
      expires_at text not null,
      primary key (bound_to, purpose)
    )`,
    `create index passkey_challenges_expires_at on passkey_challenges (expires_at)`,
    `create index passkey_challenges_network on passkey_challenges (network, expires_at)`,
    `create table known_devices (
      device_hash text not null,
      subject_kind text not null check (subject_kind in ('user', 'administrator')),
      subject_id text not null,
      expires_at text not null,
      primary key (device_hash, subject_kind, subject_id)
    )`,
    `create index known_devices_subject on known_devices (subject_kind, subject_id)`,
    `create index known_devices_expires_at on known_devices (expires_at)`,
    `create table break_glass_users (
      user_id text primary key references users (id) on delete cascade,
      added_at text not null,
      last_used_at text,
      last_address text
    )`,
    `alter table sessions add column break_glass integer not null default 0 check (break_glass in (0, 1))`,
    `create table portal_accounts (
      user_id text not null references users (id) on delete cascade,
      account_uin ${keyText} not null references accounts (uin) on delete cascade,
      favourite integer not null check (favourite in (0, 1)),
      last_used_at text,
      primary key (user_id, account_uin)
    )`,
    `create index portal_accounts_account on portal_accounts (account_uin)`,
  ],
}
