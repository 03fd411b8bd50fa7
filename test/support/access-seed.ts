/** Many accounts with permissions of one user, written by rows: what takes hours by forms. */
import type { Db } from '../../db/database.js'
import { inTransaction } from '../../db/transaction.js'
import {
  newPermissionConfigurationId,
  type AccountUin,
  type PermissionConfigurationId,
  type UserId,
} from '../../server/domain/ids.js'

export interface SeededAccess {
  readonly accounts: readonly AccountUin[]
  readonly configurations: readonly PermissionConfigurationId[]
}

const NAMES = ['ReadOnly', 'Operator', 'Administrator', 'Auditor', 'Billing'] as const

/** Accounts `Account 001 …` with the first so many permissions in each, deployed. */
export async function seedAccess(
  db: Db,
  userId: UserId,
  { accounts, permissions }: { readonly accounts: number; readonly permissions: number },
): Promise<SeededAccess> {
  const now = new Date(0).toISOString()
  const { id: root } = await db.selectFrom('nodes').select('id').executeTakeFirstOrThrow()
  const uins = Array.from(
    { length: accounts },
    // Numbers as irregular as real ones are.
    (_, index) => `1${String((index + 1) * 7_919_431 + 20_000_000_000).padStart(11, '0')}` as AccountUin,
  )
  const configurations = NAMES.slice(0, permissions).map((name) => ({
    id: newPermissionConfigurationId(),
    name,
  }))
  await inTransaction(db, async (tx) => {
    await tx
      .insertInto('permission_configurations')
      .values(
        configurations.map(({ id, name }) => ({
          id,
          name: `Seeded-${name}`,
          name_key: `seeded-${name.toLowerCase()}`,
          description: `What ${name} may do in this account`,
          session_duration: 3600,
          relay_state: null,
          content_hash: 'seeded',
          version: 1,
          created_at: now,
          updated_at: now,
        })),
      )
      .execute()
    for (const [index, uin] of uins.entries()) {
      await tx
        .insertInto('accounts')
        .values({
          uin,
          node_id: root,
          name: `Account ${String(index + 1).padStart(3, '0')}`,
          kind: 'member',
          app_id: 1_300_000_000 + index,
          remark: null,
          created_at: now,
          updated_at: now,
        })
        .execute()
      await tx
        .insertInto('assignments')
        .values(
          configurations.map(({ id }) => ({
            principal_type: 'user' as const,
            principal_id: userId,
            account_uin: uin,
            configuration_id: id,
            created_at: now,
            updated_at: now,
          })),
        )
        .execute()
      await tx
        .insertInto('deployments')
        .values(
          configurations.map(({ id }) => ({
            configuration_id: id,
            account_uin: uin,
            status: 'deployed' as const,
            deployed_hash: 'seeded',
            failure_reason: null,
            created_at: now,
            updated_at: now,
          })),
        )
        .execute()
    }
  })
  return { accounts: uins, configurations: configurations.map(({ id }) => id) }
}
