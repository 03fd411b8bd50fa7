/** Who made a membership, and by which request: what an explanation of access begins with. */
import type { Migration } from './index.js'

export const membershipOrigin: Migration = {
  name: '0018-membership-origin',
  // Of memberships that are there already nobody has kept it.
  statements: () => [
    `alter table memberships add column added_by_kind text`,
    `alter table memberships add column added_by_id text`,
    `alter table memberships add column added_by_name text`,
    `alter table memberships add column added_request_id text`,
  ],
}
