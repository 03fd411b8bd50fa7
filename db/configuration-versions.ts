/** Versions of permission configurations. A version is written once; policies that stay are not written again. */
import type {
  ConfigurationVersion,
  VersionChange,
  VersionWithPolicies,
} from '../server/domain/configuration-version.js'
import type { PermissionConfigurationId } from '../server/domain/ids.js'
import type { Page, PageRequest } from '../server/domain/page.js'
import type { PolicyContent } from '../server/domain/permission-configuration.js'
import { boundedCount } from './bounded-count.js'
import type { Db, Tx } from './database.js'

interface VersionRow {
  readonly configuration_id: PermissionConfigurationId
  readonly number: number
  readonly description: string | null
  readonly session_duration: number
  readonly relay_state: string | null
  readonly content_hash: string
  readonly change: string
  readonly restored_number: number | null
  readonly actor_name: string
  readonly created_at: string
}

const toVersion = (row: VersionRow): ConfigurationVersion => ({
  configurationId: row.configuration_id,
  number: row.number,
  ...(row.description !== null && { description: row.description }),
  sessionDuration: row.session_duration,
  ...(row.relay_state !== null && { relayState: row.relay_state }),
  contentHash: row.content_hash,
  // Written by `insertVersion` and the migration alone.
  change: row.change as VersionChange,
  ...(row.restored_number !== null && { restoredNumber: row.restored_number }),
  actorName: row.actor_name,
  createdAt: row.created_at,
})

const COLUMNS = [
  'configuration_versions.configuration_id',
  'configuration_versions.number',
  'configuration_versions.description',
  'configuration_versions.session_duration',
  'configuration_versions.relay_state',
  'configuration_versions.content_hash',
  'configuration_versions.change',
  'configuration_versions.restored_number',
  'configuration_versions.actor_name',
  'configuration_versions.created_at',
] as const

/** `gone` are the policies of the version before that this one does not have, `come` those it has instead. */
export async function insertVersion(
  tx: Tx,
  version: ConfigurationVersion & { readonly actorKind: string; readonly actorId: string | null },
  { gone, come }: { readonly gone: readonly PolicyContent[]; readonly come: readonly PolicyContent[] },
): Promise<void> {
  const { configurationId, number } = version
  await tx
    .insertInto('configuration_versions')
    .values({
      configuration_id: configurationId,
      number,
      description: version.description ?? null,
      session_duration: version.sessionDuration,
      relay_state: version.relayState ?? null,
      content_hash: version.contentHash,
      change: version.change,
      restored_number: version.restoredNumber ?? null,
      actor_kind: version.actorKind,
      actor_id: version.actorId,
      actor_name: version.actorName,
      created_at: version.createdAt,
    })
    .execute()
  for (const { type, name } of gone) {
    await tx
      .updateTable('configuration_version_policies')
      .set({ until_number: number })
      .where('configuration_id', '=', configurationId)
      .where('type', '=', type)
      .where('name', '=', name)
      .where('until_number', 'is', null)
      .execute()
  }
  if (come.length === 0) return
  await tx
    .insertInto('configuration_version_policies')
    .values(
      come.map((policy) => ({
        configuration_id: configurationId,
        type: policy.type,
        name: policy.name,
        policy_id: policy.type === 'preset' ? policy.policyId : 0,
        document: policy.type === 'custom' ? policy.document : null,
        from_number: number,
      })),
    )
    .execute()
}

/** The version with its policies: one statement, so also outside a transaction it is one moment's. */
export async function findVersion(
  db: Db | Tx,
  configurationId: PermissionConfigurationId,
  number: number,
): Promise<VersionWithPolicies | undefined> {
  const rows = await db
    .selectFrom('configuration_versions')
    .leftJoin('configuration_version_policies as policies', (join) =>
      join
        .onRef('policies.configuration_id', '=', 'configuration_versions.configuration_id')
        .onRef('policies.from_number', '<=', 'configuration_versions.number')
        .on((expression) =>
          expression.or([
            expression('policies.until_number', 'is', null),
            expression('policies.until_number', '>', expression.ref('configuration_versions.number')),
          ]),
        ),
    )
    .select(COLUMNS)
    .select([
      'policies.type as policy_type',
      'policies.name as policy_name',
      'policies.policy_id',
      'policies.document',
    ])
    .where('configuration_versions.configuration_id', '=', configurationId)
    .where('configuration_versions.number', '=', number)
    .orderBy('policies.name')
    .execute()
  const [first] = rows
  return (
    first && {
      ...toVersion(first),
      policies: rows.flatMap((row): readonly PolicyContent[] => {
        if (row.policy_type === null || row.policy_name === null) return []
        return row.policy_type === 'preset'
          ? [{ type: 'preset', policyId: row.policy_id ?? 0, name: row.policy_name }]
          : [{ type: 'custom', name: row.policy_name, document: row.document ?? '' }]
      }),
    }
  )
}

/** Newest first. */
export async function listVersions(
  db: Db | Tx,
  configurationId: PermissionConfigurationId,
  page: PageRequest,
): Promise<Page<ConfigurationVersion>> {
  const rows = db
    .selectFrom('configuration_versions')
    .where('configuration_versions.configuration_id', '=', configurationId)
  const items = await rows
    .select(COLUMNS)
    .orderBy('configuration_versions.number', 'desc')
    .limit(page.limit)
    .offset(page.offset)
    .execute()
  const total = await boundedCount(db, rows.select('configuration_versions.number'))
  return { items: items.map(toVersion), total }
}
