/** Passwords, second factors, sessions, the SAML identity provider and its traffic. */
import type { Migration } from './index.js'

export const signIn: Migration = {
  name: '0002-sign-in',
  statements: () => [
    `create table passwords (
      subject_kind text not null check (subject_kind in ('user', 'administrator')),
      subject_id text not null,
      hash text not null,
      must_change integer not null check (must_change in (0, 1)),
      expires_at text,
      changed_at text not null,
      primary key (subject_kind, subject_id)
    )`,
    `create table totp_factors (
      subject_kind text not null check (subject_kind in ('user', 'administrator')),
      subject_id text not null,
      secret text not null,
      last_step integer not null,
      bound_at text not null,
      primary key (subject_kind, subject_id)
    )`,
    `create table recovery_codes (
      subject_kind text not null check (subject_kind in ('user', 'administrator')),
      subject_id text not null,
      code_hash text not null,
      primary key (subject_kind, subject_id, code_hash)
    )`,
    `create table sessions (
      id text primary key,
      token_hash text not null unique,
      kind text not null check (kind in ('portal', 'console', 'account')),
      subject_kind text not null check (subject_kind in ('user', 'administrator')),
      subject_id text not null,
      method text not null check (method in ('password', 'sso', 'role')),
      owed_steps text not null,
      enrolment_secret text,
      role_session_id text,
      address text,
      user_agent text,
      created_at text not null,
      last_seen_at text not null,
      expires_at text not null
    )`,
    `create index sessions_subject on sessions (subject_kind, subject_id)`,
    `create index sessions_expires_at on sessions (expires_at)`,
    `create table sign_in_attempts (
      key text primary key,
      failures integer not null,
      locked_until text,
      updated_at text not null
    )`,
    `create table identity_providers (
      zone_id text primary key references zones (id),
      entity_id text not null,
      login_url text not null,
      login_binding text not null check (login_binding in ('redirect', 'post')),
      metadata text,
      created_at text not null,
      updated_at text not null
    )`,
    `create table identity_provider_certificates (
      id text primary key,
      zone_id text not null references identity_providers (zone_id) on delete cascade,
      pem text not null,
      fingerprint text not null unique,
      created_at text not null
    )`,
    `create table pending_sign_ins (
      request_id text primary key,
      browser_hash text not null,
      relay_state text,
      network text,
      created_at text not null,
      expires_at text not null
    )`,
    `create index pending_sign_ins_expires_at on pending_sign_ins (expires_at)`,
    `create index pending_sign_ins_network on pending_sign_ins (network, expires_at)`,
    `create table seen_assertions (assertion_key text primary key, expires_at text not null)`,
    `create index seen_assertions_expires_at on seen_assertions (expires_at)`,
    `create table sign_in_tickets (
      ticket_hash text primary key,
      browser_hash text not null,
      user_id text not null,
      relay_state text,
      session_not_after text,
      expires_at text not null
    )`,
    `create table sign_in_diagnostics (
      reference text primary key,
      at text not null,
      failure text not null,
      message text not null,
      user_name text,
      address text,
      request_id text,
      detail text not null
    )`,
    `create index sign_in_diagnostics_at on sign_in_diagnostics (at)`,
    `create table form_submissions (token_hash text primary key, expires_at text not null)`,
    `create index form_submissions_expires_at on form_submissions (expires_at)`,
  ],
}
