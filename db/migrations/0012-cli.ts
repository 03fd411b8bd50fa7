/** Sign-ins of the command line that wait to be confirmed, and the tokens that came of them. */
import type { Migration } from './index.js'

export const cli: Migration = {
  name: '0012-cli',
  statements: () => [
    `create table cli_sign_ins (
      state_hash text primary key,
      addresses text not null,
      network text,
      session_id text,
      user_id text references users (id) on delete cascade,
      handed_out integer not null check (handed_out in (0, 1)),
      expires_at text not null
    )`,
    `create index cli_sign_ins_expires_at on cli_sign_ins (expires_at)`,
    `create index cli_sign_ins_network on cli_sign_ins (network, expires_at)`,
    `create index cli_sign_ins_user on cli_sign_ins (user_id)`,
    // It ends with the session in which it was confirmed, which may get another id when its owner confirms who he is.
    `create table cli_tokens (
      id text primary key,
      token_hash text not null unique,
      user_id text not null references users (id) on delete cascade,
      session_id text not null,
      address text,
      user_agent text,
      created_at text not null,
      last_used_at text,
      expires_at text not null
    )`,
    `create index cli_tokens_user on cli_tokens (user_id)`,
    `create index cli_tokens_session on cli_tokens (session_id)`,
    `create index cli_tokens_expires_at on cli_tokens (expires_at)`,
  ],
}
