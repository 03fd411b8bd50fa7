/** Versions of permission configurations: looking at them, comparing two, and going back to one as a new version. */
import { findVersion, insertVersion, listVersions } from '../../db/configuration-versions.js'
import type { Db, Tx } from '../../db/database.js'
import {
  deletePolicy,
  findConfiguration,
  insertPolicies,
  listPolicies,
  updateConfiguration,
} from '../../db/permission-configurations.js'
import { inTransaction } from '../../db/transaction.js'
import { requireFullRights, requireReadRights } from '../domain/access-rules.js'
import { identityOf, type Actor } from '../domain/actor.js'
import type { Clock } from '../domain/clock.js'
import { compareContents, type ContentComparison } from '../domain/configuration-comparison.js'
import {
  policyTurnover,
  sameSettings,
  type ConfigurationVersion,
  type VersionChange,
  type VersionWithPolicies,
} from '../domain/configuration-version.js'
import { IdentityCenterError } from '../domain/errors.js'
import type { PermissionConfigurationId } from '../domain/ids.js'
import type { Page, PageRequest } from '../domain/page.js'
import type { PermissionConfiguration, PolicyContent } from '../domain/permission-configuration.js'
import type { AuditLog } from './audit-log.js'

export interface ConfigurationVersionServiceDeps {
  readonly db: Db
  readonly clock: Clock
  readonly audit: AuditLog
}

export type ConfigurationVersionService = ReturnType<typeof createConfigurationVersionService>

/** Keeps what the configuration has become, in the transaction of the change. */
export async function keepVersion(
  tx: Tx,
  actor: Actor,
  configuration: PermissionConfiguration,
  change: VersionChange,
  policies: { readonly gone: readonly PolicyContent[]; readonly come: readonly PolicyContent[] },
  restoredNumber?: number,
): Promise<void> {
  const { id, version, description, sessionDuration, relayState, contentHash, updatedAt } = configuration
  const who = identityOf(actor)
  await insertVersion(
    tx,
    {
      configurationId: id,
      number: version,
      ...(description !== undefined && { description }),
      sessionDuration,
      ...(relayState !== undefined && { relayState }),
      contentHash,
      change,
      ...(restoredNumber !== undefined && { restoredNumber }),
      actorKind: actor.kind,
      actorId: who.id,
      actorName: who.name,
      createdAt: updatedAt,
    },
    policies,
  )
}

/** Refusal of a change to what somebody else has changed since it was looked at. */
export const versionMismatch = ({ version }: PermissionConfiguration, seen: number): IdentityCenterError =>
  new IdentityCenterError(
    'permissionConfiguration.versionMismatch',
    `The permission configuration was changed since you looked at it: it is at version ${version} now. Nothing was saved.`,
    { version, seen },
  )

export function createConfigurationVersionService({ db, clock, audit }: ConfigurationVersionServiceDeps) {
  async function getConfiguration(
    from: Db | Tx,
    id: PermissionConfigurationId,
  ): Promise<PermissionConfiguration> {
    const configuration = await findConfiguration(from, id)
    if (configuration) return configuration
    throw new IdentityCenterError(
      'permissionConfiguration.notFound',
      'There is no such permission configuration.',
      { configurationId: id },
    )
  }

  async function getVersion(
    from: Db | Tx,
    id: PermissionConfigurationId,
    number: number,
  ): Promise<VersionWithPolicies> {
    const version = await findVersion(from, id, number)
    if (version) return version
    throw new IdentityCenterError(
      'permissionConfiguration.versionNotFound',
      'The permission configuration has no such version.',
      { configurationId: id, number },
    )
  }

  return {
    /** Newest first. Throws `permissionConfiguration.notFound`. */
    async list(
      actor: Actor,
      id: PermissionConfigurationId,
      page: PageRequest,
    ): Promise<Page<ConfigurationVersion>> {
      requireReadRights(actor)
      await getConfiguration(db, id)
      return listVersions(db, id, page)
    },

    /** Throws `permissionConfiguration.versionNotFound`. */
    async get(actor: Actor, id: PermissionConfigurationId, number: number): Promise<VersionWithPolicies> {
      requireReadRights(actor)
      return getVersion(db, id, number)
    },

    /** What came and went between two versions, in that order. Throws `permissionConfiguration.versionNotFound`. */
    async compare(
      actor: Actor,
      id: PermissionConfigurationId,
      numbers: { readonly from: number; readonly to: number },
    ): Promise<
      ContentComparison & { readonly from: ConfigurationVersion; readonly to: ConfigurationVersion }
    > {
      requireReadRights(actor)
      const from = await getVersion(db, id, numbers.from)
      const to = await getVersion(db, id, numbers.to)
      return { from, to, ...compareContents(from, to) }
    },

    /**
     * Makes the content of an earlier version the content again, as a new version; what is deployed becomes stale by it.
     * `seen` is the version that was to be replaced. Throws `permissionConfiguration.notFound`, `….versionNotFound`,
     * `….versionMismatch`, `….versionSame` when there is nothing to restore.
     */
    async restore(
      actor: Actor,
      id: PermissionConfigurationId,
      number: number,
      seen: number,
    ): Promise<PermissionConfiguration> {
      requireFullRights(actor)
      return inTransaction(db, async (tx) => {
        const now = clock.now().toISOString()
        const before = await getConfiguration(tx, id)
        const wanted = await getVersion(tx, id, number)
        if (seen !== before.version) throw versionMismatch(before, seen)
        const policies = await listPolicies(tx, id)
        const turnover = policyTurnover(
          policies,
          wanted.policies.map((policy) => ({ ...policy, addedAt: now })),
        )
        if (turnover.gone.length + turnover.come.length === 0 && sameSettings(before, wanted)) {
          throw new IdentityCenterError(
            'permissionConfiguration.versionSame',
            `Version ${number} is what the permission configuration is now.`,
            { number },
          )
        }
        for (const policy of turnover.gone) await deletePolicy(tx, id, policy)
        await insertPolicies(tx, id, turnover.come)
        const after: PermissionConfiguration = {
          id,
          name: before.name,
          ...(wanted.description !== undefined && { description: wanted.description }),
          sessionDuration: wanted.sessionDuration,
          ...(wanted.relayState !== undefined && { relayState: wanted.relayState }),
          contentHash: wanted.contentHash,
          version: before.version + 1,
          createdAt: before.createdAt,
          updatedAt: now,
        }
        await updateConfiguration(tx, after)
        await keepVersion(tx, actor, after, 'restore', turnover, number)
        await audit.record(tx, actor, {
          action: 'permissionConfiguration.restore',
          subject: { kind: 'permissionConfiguration', id, name: before.name },
          detail: {
            restored: number,
            version: after.version,
            removed: turnover.gone.map(({ name }) => name),
            added: turnover.come.map(({ name }) => name),
          },
        })
        return after
      })
    },
  }
}
