/** A large organization with everything assigned and deployed, written by rows. */
import type { Insertable } from 'kysely'
import type { Db } from '../../db/database.js'
import type { Tables } from '../../db/tables.js'
import { inTransaction } from '../../db/transaction.js'
import {
  newGroupId,
  newPermissionConfigurationId,
  newUserId,
  type AccountUin,
  type PermissionConfigurationId,
} from '../../server/domain/ids.js'

export interface OrganizationSize {
  readonly accounts: number
  readonly configurations: number
  readonly groups: number
  readonly users: number
  /** Groups that each user is in. */
  readonly groupsOfUser: number
}

const DEPARTMENTS = 10
/** Keeps the number of parameters of one insert small. */
const ROWS_AT_ONCE = 500
const NOW = new Date(0).toISOString()

/** Every group has every configuration in every account, and a second version of each is deployed to half of them. */
export async function seedOrganization(db: Db, size: OrganizationSize): Promise<void> {
  const numbers = (count: number) => Array.from({ length: count }, (_, index) => index)
  const insert = async <Table extends keyof Tables>(
    table: Table,
    rows: readonly Insertable<Tables[Table]>[],
  ) => {
    for (let start = 0; start < rows.length; start += ROWS_AT_ONCE) {
      const part = rows.slice(start, start + ROWS_AT_ONCE)
      await inTransaction(db, (tx) => tx.insertInto(table).values(part).execute())
    }
  }
  const { id: root } = await db.selectFrom('nodes').select('id').executeTakeFirstOrThrow()
  const nodes: number[] = []
  for (const index of numbers(DEPARTMENTS)) {
    const row = {
      parent_id: root,
      name: `Department ${index}`,
      remark: null,
      created_at: NOW,
      updated_at: NOW,
    }
    const { id } = await db.insertInto('nodes').values(row).returning('id').executeTakeFirstOrThrow()
    nodes.push(id)
  }
  const uins = numbers(size.accounts).map((index) => `1${String(index).padStart(11, '0')}` as AccountUin)
  await insert(
    'accounts',
    uins.map((uin, index) => ({
      uin,
      node_id: nodes[index % nodes.length] ?? root,
      name: `Account ${index}`,
      kind: 'member' as const,
      app_id: 1_300_000_000 + index,
      remark: null,
      created_at: NOW,
      updated_at: NOW,
    })),
  )
  const configurations = numbers(size.configurations).map(() => newPermissionConfigurationId())
  await insert(
    'permission_configurations',
    configurations.map((id, index) => ({
      id,
      name: `Configuration-${index}`,
      name_key: `configuration-${index}`,
      description: null,
      session_duration: 3600,
      relay_state: null,
      content_hash: 'second',
      version: 2,
      created_at: NOW,
      updated_at: NOW,
    })),
  )
  for (const [index, id] of configurations.entries()) await insertVersions(id, index)
  await insert(
    'deployments',
    configurations.flatMap((id) =>
      uins.map((uin, index) => ({
        configuration_id: id,
        account_uin: uin,
        status: 'deployed' as const,
        deployed_hash: index % 2 === 0 ? 'first' : 'second',
        deployed_version: index % 2 === 0 ? 1 : 2,
        failure_reason: null,
        created_at: NOW,
        updated_at: NOW,
      })),
    ),
  )
  const groups = numbers(size.groups).map(() => newGroupId())
  const profile = { description: null, external_id: null, type: 'synchronized', created_by: 'scim' } as const
  const life = { attributes: '{}', version: 1, created_at: NOW, updated_at: NOW }
  await insert(
    'groups',
    groups.map((id, index) => ({
      id,
      display_name: `Group ${index}`,
      display_name_key: `group ${index}`,
      member_count: 0,
      ...profile,
      ...life,
    })),
  )
  const users = numbers(size.users).map(() => newUserId())
  await insert(
    'users',
    users.map((id, index) => ({
      id,
      user_name: `person.${index}`,
      user_name_key: `person.${index}`,
      display_name: null,
      given_name: null,
      family_name: null,
      active: 1 as const,
      blocked: 0 as const,
      emails: '[]',
      group_count: size.groupsOfUser,
      ...profile,
      ...life,
    })),
  )
  await insert(
    'memberships',
    users.flatMap((userId, index) =>
      numbers(size.groupsOfUser).flatMap((step) => {
        const groupId = groups[(index + step) % groups.length]
        return groupId === undefined ? [] : [{ group_id: groupId, user_id: userId, joined_at: NOW }]
      }),
    ),
  )
  for (const groupId of groups) {
    await insert(
      'assignments',
      configurations.flatMap((id) =>
        uins.map((uin) => ({
          principal_type: 'group' as const,
          principal_id: groupId,
          account_uin: uin,
          configuration_id: id,
          created_at: NOW,
          updated_at: NOW,
        })),
      ),
    )
  }

  async function insertVersions(id: PermissionConfigurationId, index: number): Promise<void> {
    const statements = (service: string, verb: string) => ({
      effect: 'allow',
      action: [`${service}:Describe*`, `${service}:${verb}*`],
      resource: verb === 'Delete' ? `qcs::${service}:::thing/*` : '*',
    })
    const statement = ['cvm', 'cos', 'vpc', 'cdb', 'cls'].flatMap((service) =>
      ['Get', 'Put', 'List', index % 2 === 0 ? 'Delete' : 'Create'].map((verb) => statements(service, verb)),
    )
    await insert(
      'configuration_versions',
      [1, 2].map((number) => ({
        configuration_id: id,
        number,
        description: null,
        session_duration: 3600,
        relay_state: null,
        content_hash: number === 1 ? 'first' : 'second',
        change: 'create',
        restored_number: null,
        actor_kind: 'system',
        actor_id: null,
        actor_name: 'bench',
        created_at: NOW,
      })),
    )
    await insert(
      'configuration_version_policies',
      numbers(10).map((number) => ({
        configuration_id: id,
        type: 'custom' as const,
        name: `policy-${number}`,
        policy_id: 0,
        document: JSON.stringify({ version: '2.0', statement }),
        from_number: number === 9 ? 2 : 1,
        until_number: null,
      })),
    )
  }
}
