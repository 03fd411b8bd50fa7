/** With which session a chain of roles began: what is taken on through a session ends with it. */
import type { Migration } from './index.js'

export const roleChains: Migration = {
  name: '0022-role-chains',
  statements: () => [
    `alter table role_sessions add column chain_id text`,
    `create index role_sessions_chain_id on role_sessions (chain_id) where chain_id is not null`,
  ],
}
