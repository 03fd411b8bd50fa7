/** Permission configurations: their settings and policies. Whatever changes content makes their deployments stale. */
import { isUniqueViolation } from '../../db/constraint-errors.js'
import { addToCounter, readCounters } from '../../db/counters.js'
import type { Db, Tx } from '../../db/database.js'
import { countDeployments, listDeployments } from '../../db/deployments.js'
import {
  deleteConfiguration,
  deletePolicy,
  findConfiguration,
  insertConfiguration,
  insertPolicies,
  listConfigurations,
  listPolicies,
  updateConfiguration,
  updatePolicyDocument,
  type ConfigurationQuery,
} from '../../db/permission-configurations.js'
import { findVersion } from '../../db/configuration-versions.js'
import { inTransaction } from '../../db/transaction.js'
import type { PresetCatalogue } from '../cam/cam-client.js'
import { requireFullRights, requireReadRights } from '../domain/access-rules.js'
import type { Actor } from '../domain/actor.js'
import type { Clock } from '../domain/clock.js'
import { policyTurnover, sameSettings, type VersionChange } from '../domain/configuration-version.js'
import { IdentityCenterError } from '../domain/errors.js'
import {
  newPermissionConfigurationId,
  type AccountUin,
  type PermissionConfigurationId,
} from '../domain/ids.js'
import type { Page } from '../domain/page.js'
import {
  contentHashOf,
  requireCustomPolicyName,
  requireDescription,
  requirePermissionConfigurationName,
  requirePolicyRoom,
  requireRelayState,
  requireSessionDuration,
  SESSION_DURATION,
  type ConfigurationPolicy,
  type PermissionConfiguration,
  type PolicyContent,
} from '../domain/permission-configuration.js'
import { parsePolicyDocument } from '../domain/policy-document.js'
import type { AuditLog } from './audit-log.js'
import { keepVersion, versionMismatch } from './configuration-versions.js'
import type { ZoneService } from './zones.js'

export interface PermissionConfigurationServiceDeps {
  readonly db: Db
  readonly clock: Clock
  readonly audit: AuditLog
  readonly zones: Pick<ZoneService, 'within'>
  /** The preset policies that a configuration can pick from. */
  readonly presetPolicies: Pick<PresetCatalogue, 'find' | 'findByName'>
}

/** A configuration as a list shows it: in how many accounts it is, and in how many of these it needs redeploying. */
export interface ListedConfiguration extends PermissionConfiguration {
  readonly deploymentCount: number
  readonly staleCount: number
}

/** What stands in the way of deleting a configuration. */
export interface ConfigurationBlocker {
  readonly kind: 'presetPolicy' | 'customPolicy' | 'deployment'
  /** Name of the policy, or uin of the account. */
  readonly id: string
  readonly name: string
}

/** One policy of a configuration, as it is named when it is detached. */
export type PolicyReference =
  | { readonly type: 'preset'; readonly policyId: number }
  | { readonly type: 'preset' | 'custom'; readonly name: string }

export interface ConfigurationSettings {
  readonly description?: string
  /** Seconds. */
  readonly sessionDuration?: number
  readonly relayState?: string
}

export type PermissionConfigurationService = ReturnType<typeof createPermissionConfigurationService>

/** So many blocking accounts are named; a configuration may be in thousands. */
const NAMED_DEPLOYMENTS = 100

interface PolicyChange {
  readonly add?: readonly ConfigurationPolicy[]
  readonly remove?: ConfigurationPolicy
  readonly replace?: Extract<ConfigurationPolicy, { type: 'custom' }>
  /** What the audit log keeps of it. */
  readonly detail: Readonly<Record<string, unknown>>
}

export function createPermissionConfigurationService({
  db,
  clock,
  audit,
  zones,
  presetPolicies,
}: PermissionConfigurationServiceDeps) {
  const policyNotFound = (facts: Readonly<Record<string, unknown>>) =>
    new IdentityCenterError('policy.notFound', 'The permission configuration has no such policy.', facts)

  const customPolicyTaken = (name: string) =>
    new IdentityCenterError('policy.nameTaken', `There is a custom policy ${name} already.`, {
      field: 'name',
      policy: name,
    })

  async function getWithin(from: Db | Tx, id: PermissionConfigurationId): Promise<PermissionConfiguration> {
    const configuration = await findConfiguration(from, id)
    if (configuration) return configuration
    throw new IdentityCenterError(
      'permissionConfiguration.notFound',
      'There is no such permission configuration.',
      { configurationId: id },
    )
  }

  const subjectOf = ({ id, name }: PermissionConfiguration) => ({ kind: 'permissionConfiguration', id, name })

  function requireSettings(settings: ConfigurationSettings): void {
    if (settings.description !== undefined) requireDescription(settings.description)
    if (settings.sessionDuration !== undefined) requireSessionDuration(settings.sessionDuration)
    if (settings.relayState !== undefined) requireRelayState(settings.relayState)
  }

  /** An empty text clears. */
  const textOf = (text: string | undefined): string | undefined => (text === '' ? undefined : text)

  /** One change of the policies: their rows, and with them content hash and version of the configuration. */
  async function changePolicies(
    actor: Actor,
    id: PermissionConfigurationId,
    change: VersionChange,
    plan: (policies: readonly ConfigurationPolicy[], now: string) => PolicyChange,
    requireSeen?: (tx: Tx, before: PermissionConfiguration) => Promise<void>,
  ): Promise<PermissionConfiguration> {
    return inTransaction(db, async (tx) => {
      const now = clock.now().toISOString()
      const before = await getWithin(tx, id)
      await requireSeen?.(tx, before)
      const earlier = await listPolicies(tx, id)
      const { add = [], remove, replace, detail } = plan(earlier, now)
      if (remove) await deletePolicy(tx, id, remove)
      if (replace) await updatePolicyDocument(tx, id, replace.name, replace.document)
      await insertPolicies(tx, id, add)
      const policies = await listPolicies(tx, id)
      requirePolicyRoom(policies)
      const after: PermissionConfiguration = {
        ...before,
        contentHash: contentHashOf({ sessionDuration: before.sessionDuration, policies }),
        version: before.version + 1,
        updatedAt: now,
      }
      await updateConfiguration(tx, after)
      await keepVersion(tx, actor, after, change, policyTurnover(earlier, policies))
      await audit.record(tx, actor, {
        action: `permissionConfiguration.${change}`,
        subject: subjectOf(after),
        detail,
      })
      return after
    })
  }

  async function findBlockers(
    from: Db | Tx,
    id: PermissionConfigurationId,
  ): Promise<readonly ConfigurationBlocker[]> {
    const policies = await listPolicies(from, id)
    const deployments = await listDeployments(
      from,
      { configurationId: id },
      { offset: 0, limit: NAMED_DEPLOYMENTS },
    )
    return [
      ...policies.map(({ type, name }) => ({
        kind: type === 'preset' ? ('presetPolicy' as const) : ('customPolicy' as const),
        id: name,
        name,
      })),
      ...deployments.items.map(({ accountUin, accountName }) => ({
        kind: 'deployment' as const,
        id: accountUin,
        name: accountName,
      })),
    ]
  }

  function refuseDeployed(blockers: readonly ConfigurationBlocker[]): void {
    const accounts = blockers.filter(({ kind }) => kind === 'deployment')
    if (accounts.length === 0) return
    throw new IdentityCenterError(
      'permissionConfiguration.deployed',
      `The permission configuration is deployed: undeploy it first from ${namesOf(accounts)}.`,
      { blockers },
    )
  }

  async function removeWithin(tx: Tx, actor: Actor, configuration: PermissionConfiguration): Promise<void> {
    await deleteConfiguration(tx, configuration.id)
    await addToCounter(tx, 'permissionConfigurations', -1)
    await audit.record(tx, actor, {
      action: 'permissionConfiguration.delete',
      subject: subjectOf(configuration),
      detail: { before: settingsOf(configuration) },
    })
  }

  return {
    /**
     * Makes a configuration without policies. Throws `permissionConfiguration.nameInvalid`, `….nameTaken` (in any case
     * of letters), `….invalid`, `….quota`.
     */
    async create(
      actor: Actor,
      { name, ...settings }: ConfigurationSettings & { readonly name: string },
    ): Promise<PermissionConfiguration> {
      requireFullRights(actor)
      requirePermissionConfigurationName(name)
      requireSettings(settings)
      const sessionDuration = settings.sessionDuration ?? SESSION_DURATION.standard
      const description = textOf(settings.description)
      const relayState = textOf(settings.relayState)
      try {
        return await inTransaction(db, async (tx) => {
          const limit = (await zones.within(tx)).settings['quota.permissionConfigurations']
          const { permissionConfigurations: count } = await readCounters(tx, ['permissionConfigurations'])
          if (count >= limit) {
            throw new IdentityCenterError(
              'permissionConfiguration.quota',
              `The zone has its ${limit} permission configurations already. Delete one, or raise quota.permissionConfigurations.`,
              { limit },
            )
          }
          const now = clock.now().toISOString()
          const configuration: PermissionConfiguration = {
            id: newPermissionConfigurationId(),
            name,
            ...(description !== undefined && { description }),
            sessionDuration,
            ...(relayState !== undefined && { relayState }),
            contentHash: contentHashOf({ sessionDuration, policies: [] }),
            version: 1,
            createdAt: now,
            updatedAt: now,
          }
          await insertConfiguration(tx, configuration)
          await keepVersion(tx, actor, configuration, 'create', { gone: [], come: [] })
          await addToCounter(tx, 'permissionConfigurations', 1)
          await audit.record(tx, actor, {
            action: 'permissionConfiguration.create',
            subject: subjectOf(configuration),
            detail: { after: settingsOf(configuration) },
          })
          return configuration
        })
      } catch (error) {
        if (!isUniqueViolation(error, 'permission_configurations', 'name_key')) throw error
        throw new IdentityCenterError(
          'permissionConfiguration.nameTaken',
          `There is a permission configuration ${name} already.`,
          { field: 'name' },
        )
      }
    },

    /** Throws `permissionConfiguration.notFound`. */
    async get(actor: Actor, id: PermissionConfigurationId): Promise<PermissionConfiguration> {
      requireReadRights(actor)
      return getWithin(db, id)
    },

    /** Found by a part of the name or the description, newest first. */
    async list(actor: Actor, query: ConfigurationQuery): Promise<Page<ListedConfiguration>> {
      requireReadRights(actor)
      const { items, total } = await listConfigurations(db, query)
      const counts = await countDeployments(
        db,
        items.map(({ id }) => id),
      )
      return {
        total,
        items: items.map((configuration) => ({
          ...configuration,
          deploymentCount: counts.get(configuration.id)?.deployments ?? 0,
          staleCount: counts.get(configuration.id)?.stale ?? 0,
        })),
      }
    },

    /**
     * Changes settings: absent ones stay, an empty text clears. The name is fixed for life. A new session duration makes
     * deployments stale; description and relay state do not. With `seen`, the version that the settings were changed
     * from, nobody's change in between is overwritten. Throws `permissionConfiguration.notFound`, `….invalid`,
     * `….versionMismatch`.
     */
    async update(
      actor: Actor,
      id: PermissionConfigurationId,
      settings: ConfigurationSettings,
      seen?: number,
    ): Promise<PermissionConfiguration> {
      requireFullRights(actor)
      requireSettings(settings)
      return inTransaction(db, async (tx) => {
        const before = await getWithin(tx, id)
        if (seen !== undefined && seen !== before.version) {
          const then = await findVersion(tx, id, seen)
          if (!then || !sameSettings(then, before)) throw versionMismatch(before, seen)
        }
        const { description, relayState, ...fixed } = before
        const sessionDuration = settings.sessionDuration ?? before.sessionDuration
        const newDescription = textOf(settings.description ?? description)
        const newRelayState = textOf(settings.relayState ?? relayState)
        const after: PermissionConfiguration = {
          ...fixed,
          ...(newDescription !== undefined && { description: newDescription }),
          ...(newRelayState !== undefined && { relayState: newRelayState }),
          sessionDuration,
          contentHash: contentHashOf({ sessionDuration, policies: await listPolicies(tx, id) }),
          version: before.version + 1,
          updatedAt: clock.now().toISOString(),
        }
        await updateConfiguration(tx, after)
        await keepVersion(tx, actor, after, 'update', { gone: [], come: [] })
        await audit.record(tx, actor, {
          action: 'permissionConfiguration.update',
          subject: subjectOf(after),
          detail: { before: settingsOf(before), after: settingsOf(after) },
        })
        return after
      })
    },

    /**
     * Attaches preset policies by id or by name, all or none. Throws `policy.notFound` (not in the catalogue),
     * `policy.nameTaken` (attached already), `policy.limit`, `permissionConfiguration.notFound`.
     */
    async attachPreset(
      actor: Actor,
      id: PermissionConfigurationId,
      references: readonly (number | string)[],
    ): Promise<PermissionConfiguration> {
      requireFullRights(actor)
      const found = new Map(
        references.map((reference) => {
          const policy =
            typeof reference === 'number'
              ? presetPolicies.find(reference)
              : presetPolicies.findByName(reference)
          if (policy) return [policy.id, policy]
          throw new IdentityCenterError('policy.notFound', `There is no preset policy ${reference}.`, {
            policy: reference,
          })
        }),
      )
      return changePolicies(actor, id, 'attachPreset', (policies, now) => {
        const attached = policies.find((policy) => policy.type === 'preset' && found.has(policy.policyId))
        if (attached) {
          throw new IdentityCenterError(
            'policy.nameTaken',
            `The policy ${attached.name} is attached already.`,
            {
              policy: attached.name,
            },
          )
        }
        const add = [...found.values()].map((policy) => ({
          type: 'preset' as const,
          policyId: policy.id,
          name: policy.name,
          addedAt: now,
        }))
        return { add, detail: { added: add.map(({ policyId, name }) => ({ policyId, name })) } }
      })
    },

    /**
     * Adds custom policies, all or none; `from` is the account that they were copied from. Throws `policy.nameInvalid`, `policy.invalid` (with line and column),
     * `policy.nameTaken`, `policy.limit`, `permissionConfiguration.notFound`.
     */
    async addCustomPolicies(
      actor: Actor,
      id: PermissionConfigurationId,
      added: readonly { readonly name: string; readonly document: string }[],
      from?: AccountUin,
    ): Promise<PermissionConfiguration> {
      requireFullRights(actor)
      const names = new Set<string>()
      for (const { name, document } of added) {
        requireCustomPolicyName(name)
        parsePolicyDocument(document, 'configuration')
        if (names.has(name)) throw customPolicyTaken(name)
        names.add(name)
      }
      return changePolicies(actor, id, 'addCustomPolicies', (policies, now) => {
        const taken = policies.find(({ type, name }) => type === 'custom' && names.has(name))
        if (taken) throw customPolicyTaken(taken.name)
        return {
          add: added.map((policy) => ({ type: 'custom', ...policy, addedAt: now })),
          detail: { after: added, ...(from !== undefined && { from }) },
        }
      })
    },

    /**
     * Adds the custom policy, or gives it this document, which is kept byte for byte. With `expected` it does only the
     * one or the other; with `seen`, the version whose policy was changed, it overwrites no other change of it. Throws
     * `policy.nameInvalid`, `policy.invalid` (with line and column), `policy.limit`, `policy.nameTaken` (`new` was
     * expected), `policy.notFound` (`existing` was), `permissionConfiguration.notFound`, `….versionMismatch`.
     */
    async putCustomPolicy(
      actor: Actor,
      id: PermissionConfigurationId,
      name: string,
      document: string,
      expected?: 'new' | 'existing',
      seen?: number,
    ): Promise<PermissionConfiguration> {
      requireFullRights(actor)
      requireCustomPolicyName(name)
      parsePolicyDocument(document, 'configuration')
      const plan = (policies: readonly ConfigurationPolicy[], now: string): PolicyChange => {
        const existing = policies.find((policy) => policy.type === 'custom' && policy.name === name)
        if (existing?.type === 'custom') {
          if (expected === 'new') throw customPolicyTaken(name)
          return {
            replace: { ...existing, document },
            detail: { before: { name, document: existing.document }, after: { name, document } },
          }
        }
        if (expected === 'existing') throw policyNotFound({ policy: name })
        return {
          add: [{ type: 'custom', name, document, addedAt: now }],
          detail: { after: { name, document } },
        }
      }
      return changePolicies(actor, id, 'putCustomPolicy', plan, async (tx, before) => {
        if (seen === undefined || seen === before.version) return
        const documentOf = (policies: readonly PolicyContent[]) =>
          policies.flatMap((policy) =>
            policy.type === 'custom' && policy.name === name ? [policy.document] : [],
          )[0]
        const then = await findVersion(tx, id, seen)
        if (!then || documentOf(then.policies) !== documentOf(await listPolicies(tx, id))) {
          throw versionMismatch(before, seen)
        }
      })
    },

    /** Throws `policy.notFound`, `permissionConfiguration.notFound`. */
    async detachPolicy(
      actor: Actor,
      id: PermissionConfigurationId,
      reference: PolicyReference,
    ): Promise<PermissionConfiguration> {
      requireFullRights(actor)
      return changePolicies(actor, id, 'detachPolicy', (policies) => {
        const policy = policies.find((candidate) =>
          'policyId' in reference
            ? candidate.type === 'preset' && candidate.policyId === reference.policyId
            : candidate.type === reference.type && candidate.name === reference.name,
        )
        if (!policy) throw policyNotFound({ ...reference })
        return { remove: policy, detail: { before: policy } }
      })
    },

    /** The policies by name. Throws `permissionConfiguration.notFound`. */
    async listPolicies(actor: Actor, id: PermissionConfigurationId): Promise<readonly ConfigurationPolicy[]> {
      requireReadRights(actor)
      await getWithin(db, id)
      return listPolicies(db, id)
    },

    /** What stands in the way of deleting it, accounts named up to a hundred. Throws `permissionConfiguration.notFound`. */
    async blockers(actor: Actor, id: PermissionConfigurationId): Promise<readonly ConfigurationBlocker[]> {
      requireReadRights(actor)
      await getWithin(db, id)
      return findBlockers(db, id)
    },

    /**
     * Deletes a configuration that has no policies and is deployed nowhere. Throws `permissionConfiguration.deployed`,
     * `….inUse` (both with `blockers`), `….notFound`.
     */
    async remove(actor: Actor, id: PermissionConfigurationId): Promise<void> {
      requireFullRights(actor)
      await inTransaction(db, async (tx) => {
        const configuration = await getWithin(tx, id)
        const blockers = await findBlockers(tx, id)
        refuseDeployed(blockers)
        if (blockers.length > 0) {
          throw new IdentityCenterError(
            'permissionConfiguration.inUse',
            `The permission configuration has policies: detach them first (${namesOf(blockers)}).`,
            { blockers },
          )
        }
        await removeWithin(tx, actor, configuration)
      })
    },

    /**
     * Deletes a configuration together with its policies: the second, separate act after the blockers were shown. One
     * that is deployed is refused all the same: undeploying takes tasks. Throws `permissionConfiguration.deployed`.
     */
    async removeWithLinks(actor: Actor, id: PermissionConfigurationId): Promise<void> {
      requireFullRights(actor)
      await inTransaction(db, async (tx) => {
        const configuration = await getWithin(tx, id)
        refuseDeployed(await findBlockers(tx, id))
        for (const policy of await listPolicies(tx, id)) await deletePolicy(tx, id, policy)
        await removeWithin(tx, actor, configuration)
      })
    },
  }
}

const settingsOf = ({ name, description, sessionDuration, relayState }: PermissionConfiguration) => ({
  name,
  description,
  sessionDuration,
  relayState,
})

/** Some names and how many more there are. */
function namesOf(blockers: readonly ConfigurationBlocker[]): string {
  const shown = blockers.slice(0, 5).map(({ name }) => name)
  const more = blockers.length - shown.length
  return more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(', ')
}
