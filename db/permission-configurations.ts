/** Permission configurations and the policies attached to them. */
import { sql } from 'kysely'
import type { PermissionConfigurationId } from '../server/domain/ids.js'
import type { Page, PageRequest } from '../server/domain/page.js'
import type {
  ConfigurationPolicy,
  PermissionConfiguration,
} from '../server/domain/permission-configuration.js'
import { permissionConfigurationNameKey } from '../server/domain/permission-configuration.js'
import { boundedCount } from './bounded-count.js'
import { contains } from './columns.js'
import type { Db, Tx } from './database.js'

interface ConfigurationRow {
  readonly id: PermissionConfigurationId
  readonly name: string
  readonly description: string | null
  readonly session_duration: number
  readonly relay_state: string | null
  readonly content_hash: string
  readonly version: number
  readonly created_at: string
  readonly updated_at: string
}

const toConfiguration = (row: ConfigurationRow): PermissionConfiguration => ({
  id: row.id,
  name: row.name,
  ...(row.description !== null && { description: row.description }),
  sessionDuration: row.session_duration,
  ...(row.relay_state !== null && { relayState: row.relay_state }),
  contentHash: row.content_hash,
  version: row.version,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
})

interface PolicyRow {
  readonly type: 'preset' | 'custom'
  readonly name: string
  readonly policy_id: number
  readonly document: string | null
  readonly added_at: string
}

const toPolicy = (row: PolicyRow): ConfigurationPolicy =>
  row.type === 'preset'
    ? { type: 'preset', policyId: row.policy_id, name: row.name, addedAt: row.added_at }
    : { type: 'custom', name: row.name, document: row.document ?? '', addedAt: row.added_at }

const CONFIGURATION_COLUMNS = [
  'permission_configurations.id',
  'permission_configurations.name',
  'permission_configurations.description',
  'permission_configurations.session_duration',
  'permission_configurations.relay_state',
  'permission_configurations.content_hash',
  'permission_configurations.version',
  'permission_configurations.created_at',
  'permission_configurations.updated_at',
] as const

/** A name taken in any case violates the unique key over `name_key`. */
export async function insertConfiguration(tx: Tx, configuration: PermissionConfiguration): Promise<void> {
  await tx
    .insertInto('permission_configurations')
    .values({
      id: configuration.id,
      name: configuration.name,
      name_key: permissionConfigurationNameKey(configuration.name),
      description: configuration.description ?? null,
      session_duration: configuration.sessionDuration,
      relay_state: configuration.relayState ?? null,
      content_hash: configuration.contentHash,
      version: configuration.version,
      created_at: configuration.createdAt,
      updated_at: configuration.updatedAt,
    })
    .execute()
}

/** Writes everything but the name, which is fixed for life. */
export async function updateConfiguration(tx: Tx, configuration: PermissionConfiguration): Promise<void> {
  await tx
    .updateTable('permission_configurations')
    .set({
      description: configuration.description ?? null,
      session_duration: configuration.sessionDuration,
      relay_state: configuration.relayState ?? null,
      content_hash: configuration.contentHash,
      version: configuration.version,
      updated_at: configuration.updatedAt,
    })
    .where('id', '=', configuration.id)
    .execute()
}

export async function deleteConfiguration(tx: Tx, id: PermissionConfigurationId): Promise<void> {
  await tx.deleteFrom('permission_configurations').where('id', '=', id).execute()
}

export async function findConfiguration(
  db: Db | Tx,
  id: PermissionConfigurationId,
): Promise<PermissionConfiguration | undefined> {
  const row = await db
    .selectFrom('permission_configurations')
    .select(CONFIGURATION_COLUMNS)
    .where('id', '=', id)
    .executeTakeFirst()
  return row && toConfiguration(row)
}

/** Those of the configurations that exist. */
export async function findConfigurations(
  db: Db | Tx,
  ids: readonly PermissionConfigurationId[],
): Promise<readonly PermissionConfiguration[]> {
  if (ids.length === 0) return []
  const rows = await db
    .selectFrom('permission_configurations')
    .select(CONFIGURATION_COLUMNS)
    .where('id', 'in', ids)
    .execute()
  return rows.map(toConfiguration)
}

/** The configuration and its policies as they stood at one moment, also outside a transaction: it is one statement. */
export async function findConfigurationWithPolicies(
  db: Db | Tx,
  id: PermissionConfigurationId,
): Promise<(PermissionConfiguration & { readonly policies: readonly ConfigurationPolicy[] }) | undefined> {
  const rows = await db
    .selectFrom('permission_configurations')
    .leftJoin(
      'configuration_policies',
      'configuration_policies.configuration_id',
      'permission_configurations.id',
    )
    .select(CONFIGURATION_COLUMNS)
    .select([
      'configuration_policies.type as policy_type',
      'configuration_policies.name as policy_name',
      'configuration_policies.policy_id',
      'configuration_policies.document',
      'configuration_policies.added_at',
    ])
    .where('permission_configurations.id', '=', id)
    .orderBy('configuration_policies.name')
    .execute()
  const [first] = rows
  return (
    first && {
      ...toConfiguration(first),
      policies: rows.flatMap((row) =>
        row.policy_type === null ||
        row.policy_name === null ||
        row.policy_id === null ||
        row.added_at === null
          ? []
          : [
              toPolicy({
                type: row.policy_type,
                name: row.policy_name,
                policy_id: row.policy_id,
                document: row.document,
                added_at: row.added_at,
              }),
            ],
      ),
    }
  )
}

export interface ConfigurationQuery {
  /** Part of the name or the description, without regard to case. */
  readonly search?: string
  /** The whole name or its beginning, without regard to case. */
  readonly name?: { readonly matches: 'whole' | 'beginning'; readonly text: string }
  readonly page: PageRequest
}

/** Newest first. */
export async function listConfigurations(
  db: Db | Tx,
  query: ConfigurationQuery,
): Promise<Page<PermissionConfiguration>> {
  let rows = db.selectFrom('permission_configurations')
  const search = query.search?.toLowerCase()
  if (search !== undefined && search !== '') {
    rows = rows.where((expression) =>
      expression.or([
        contains(expression.ref('name_key'), search),
        contains(expression.fn<string | null>('lower', ['description']), search),
      ]),
    )
  }
  if (query.name) {
    const { matches, text } = query.name
    rows = rows.where(
      matches === 'whole' ? sql`name_key` : sql`substr(name_key, 1, ${text.length})`,
      '=',
      permissionConfigurationNameKey(text),
    )
  }
  const items = await rows
    .select(CONFIGURATION_COLUMNS)
    .orderBy('created_at', 'desc')
    .orderBy('id')
    .limit(query.page.limit)
    .offset(query.page.offset)
    .execute()
  const total = await boundedCount(db, rows.select('id'))
  return { items: items.map(toConfiguration), total }
}

/** The policies, by name. */
export async function listPolicies(
  db: Db | Tx,
  id: PermissionConfigurationId,
): Promise<readonly ConfigurationPolicy[]> {
  const rows = await db
    .selectFrom('configuration_policies')
    .selectAll()
    .where('configuration_id', '=', id)
    .orderBy('name')
    .execute()
  return rows.map(toPolicy)
}

export async function insertPolicies(
  tx: Tx,
  id: PermissionConfigurationId,
  policies: readonly ConfigurationPolicy[],
): Promise<void> {
  if (policies.length === 0) return
  await tx
    .insertInto('configuration_policies')
    .values(
      policies.map((policy) => ({
        configuration_id: id,
        type: policy.type,
        name: policy.name,
        policy_id: policy.type === 'preset' ? policy.policyId : 0,
        document: policy.type === 'custom' ? policy.document : null,
        added_at: policy.addedAt,
      })),
    )
    .execute()
}

export async function updatePolicyDocument(
  tx: Tx,
  id: PermissionConfigurationId,
  name: string,
  document: string,
): Promise<void> {
  await tx
    .updateTable('configuration_policies')
    .set({ document })
    .where('configuration_id', '=', id)
    .where('type', '=', 'custom')
    .where('name', '=', name)
    .execute()
}

export async function deletePolicy(
  tx: Tx,
  id: PermissionConfigurationId,
  policy: Pick<ConfigurationPolicy, 'type' | 'name'>,
): Promise<void> {
  await tx
    .deleteFrom('configuration_policies')
    .where('configuration_id', '=', id)
    .where('type', '=', policy.type)
    .where('name', '=', policy.name)
    .execute()
}
