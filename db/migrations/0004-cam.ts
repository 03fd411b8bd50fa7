/** The simulated cloud accounts: their users, roles, policies, SAML providers, keys and role sessions. */
import type { Migration } from './index.js'

export const cam: Migration = {
  name: '0004-cam',
  statements: ({ keyText, serial }) => [
    `create table cam_users (
      uin ${keyText} primary key,
      account_uin ${keyText} not null references accounts (uin),
      name text not null,
      name_key ${keyText} not null,
      status text not null check (status in ('enabled', 'disabled')),
      managed_by text not null check (managed_by in ('account', 'identityCenter')),
      remark text,
      created_at text not null,
      updated_at text not null,
      unique (account_uin, name_key)
    )`,
    `create table cam_roles (
      id ${keyText} primary key,
      account_uin ${keyText} not null references accounts (uin),
      name text not null,
      name_key ${keyText} not null,
      description text,
      trust_policy text not null,
      session_duration integer not null,
      console_login integer not null check (console_login in (0, 1)),
      managed_by text not null check (managed_by in ('account', 'identityCenter')),
      created_at text not null,
      updated_at text not null,
      unique (account_uin, name_key)
    )`,
    `create table cam_policies (
      id ${serial},
      account_uin ${keyText} not null references accounts (uin),
      name text not null,
      description text,
      document text not null,
      managed_by text not null check (managed_by in ('account', 'identityCenter')),
      created_at text not null,
      updated_at text not null,
      unique (account_uin, name)
    )`,
    `create table cam_attachments (
      account_uin ${keyText} not null references accounts (uin),
      target_kind text not null check (target_kind in ('user', 'role')),
      target_id ${keyText} not null,
      policy_id integer not null,
      policy_name text not null,
      policy_type text not null check (policy_type in ('preset', 'custom')),
      attached_at text not null,
      primary key (target_kind, target_id, policy_type, policy_id)
    )`,
    `create table cam_saml_providers (
      account_uin ${keyText} not null references accounts (uin),
      name text not null,
      description text,
      metadata text not null,
      managed_by text not null check (managed_by in ('account', 'identityCenter')),
      created_at text not null,
      updated_at text not null,
      primary key (account_uin, name)
    )`,
    `create table cam_faults (
      account_uin ${keyText} primary key references accounts (uin),
      delay_ms integer not null,
      error_permille integer not null,
      outage integer not null check (outage in (0, 1))
    )`,
    `create table api_keys (
      secret_id text primary key,
      secret_key text not null,
      account_uin ${keyText} not null references accounts (uin),
      sub_user_uin ${keyText} not null references cam_users (uin) on delete cascade,
      status text not null check (status in ('enabled', 'disabled')),
      created_at text not null,
      last_used_at text
    )`,
    `create index api_keys_sub_user_uin on api_keys (sub_user_uin)`,
    `create table role_sessions (
      id text primary key,
      tmp_secret_id text not null unique,
      secret_key text not null,
      token_hash text not null,
      account_uin ${keyText} not null references accounts (uin),
      role_id text not null,
      role_name text not null,
      role_session_name text not null,
      requester_uin text not null,
      source_identity text not null,
      assertion_id text,
      user_id ${keyText},
      session_policy text,
      created_at text not null,
      expires_at text not null,
      ended_at text
    )`,
    `create index role_sessions_user_id on role_sessions (user_id)`,
    `create index role_sessions_role_id on role_sessions (role_id)`,
    `create index role_sessions_expires_at on role_sessions (expires_at)`,
  ],
}
