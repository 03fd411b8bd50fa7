/** What hangs on a user or a group besides memberships, for saying so and for removing it together. */
import type { GroupId, UserId } from '../server/domain/ids.js'
import type { DirectoryBlocker } from '../server/domain/user.js'
import type { Db, Tx } from './database.js'

/** Assignments of the principal as blockers, at most `limit` of them. */
export async function assignmentBlockers(
  db: Db | Tx,
  principalId: UserId | GroupId,
  limit: number,
): Promise<readonly DirectoryBlocker[]> {
  const rows = await db
    .selectFrom('assignments')
    .innerJoin('accounts', 'accounts.uin', 'assignments.account_uin')
    .innerJoin(
      'permission_configurations as configurations',
      'configurations.id',
      'assignments.configuration_id',
    )
    .select(['accounts.uin', 'accounts.name as account', 'configurations.id', 'configurations.name'])
    .where('assignments.principal_id', '=', principalId)
    .orderBy('accounts.name')
    .orderBy('configurations.name')
    .limit(limit)
    .execute()
  return rows.map((row) => ({
    kind: 'assignment',
    id: `${row.uin}/${row.id}`,
    name: `${row.name} (${row.account})`,
  }))
}
