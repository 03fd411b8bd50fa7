/** What accounts have been given of permission configurations, ready to be asked. */
import { findVersion } from '../../db/configuration-versions.js'
import type { Db } from '../../db/database.js'
import type { PresetCatalogue } from '../cam/cam-client.js'
import type { PermissionConfigurationId } from '../domain/ids.js'
import type { CompiledPolicy } from '../domain/policy-evaluation.js'
import { createPolicyCache } from '../domain/policy-cache.js'

export interface DeployedPoliciesDeps {
  readonly db: Db
  readonly presetPolicies: Pick<PresetCatalogue, 'find'>
}

/** A policy with its text. */
export interface DeployedPolicy {
  readonly type: 'preset' | 'custom'
  readonly name: string
  readonly document: string
  readonly compiled: CompiledPolicy
}

export function createDeployedPolicies({ db, presetPolicies }: DeployedPoliciesDeps) {
  const cache = createPolicyCache()
  return {
    /** Under the names that the configuration has for them; `undefined` when there is no such version. */
    async ofVersion(
      configurationId: PermissionConfigurationId,
      version: number,
    ): Promise<readonly DeployedPolicy[] | undefined> {
      const found = await findVersion(db, configurationId, version)
      return found?.policies.flatMap((policy) => {
        // A preset policy that has left the catalogue grants nothing any more.
        const document =
          policy.type === 'preset' ? presetPolicies.find(policy.policyId)?.document : policy.document
        if (document === undefined) return []
        const { type, name } = policy
        return [{ type, name, document, compiled: cache.compile(name, document) }]
      })
    },

    compile: (name: string, document: string): CompiledPolicy => cache.compile(name, document),
  }
}

export type DeployedPolicies = ReturnType<typeof createDeployedPolicies>
