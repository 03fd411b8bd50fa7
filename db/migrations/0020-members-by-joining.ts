/**
 * Members in the order in which they joined. Under the ids of users, which are random, each of 100 users who join a large
 * group at once stood on another page of its index; now they stand side by side, whatever the size of the group.
 */
import type { Migration } from './index.js'

const ORIGIN = 'added_by_kind, added_by_id, added_by_name, added_request_id'

export const membersByJoining: Migration = {
  name: '0020-members-by-joining',
  statements: ({ keyText }) => [
    // Made anew: SQLite cannot change a primary key.
    `create table memberships_by_user (
      group_id ${keyText} not null references groups (id),
      user_id ${keyText} not null references users (id),
      joined_at ${keyText} not null,
      added_by_kind text,
      added_by_id text,
      added_by_name text,
      added_request_id text,
      primary key (user_id, group_id)
    )`,
    `insert into memberships_by_user (group_id, user_id, joined_at, ${ORIGIN})
      select group_id, user_id, joined_at, ${ORIGIN} from memberships order by group_id, joined_at, user_id`,
    `drop table memberships`,
    `alter table memberships_by_user rename to memberships`,
    `create index memberships_joined on memberships (group_id, joined_at, user_id)`,
  ],
}
