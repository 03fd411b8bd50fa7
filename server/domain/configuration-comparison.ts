/** What differs between two contents of a permission configuration. */
import { policyKey, policyTurnover, type VersionSettings } from './configuration-version.js'
import type { PolicyContent } from './permission-configuration.js'
import { compareDocuments, type StatementChange } from './policy-comparison.js'

export interface SettingChange {
  readonly name: 'description' | 'sessionDuration' | 'relayState'
  readonly before?: string | number
  readonly after?: string | number
}

export interface PolicyChange {
  readonly kind: 'added' | 'removed' | 'changed'
  readonly type: 'preset' | 'custom'
  readonly name: string
  /** Of a custom policy. None for one that was only written in another form. */
  readonly statements: readonly StatementChange[]
  /** Statements that stay. */
  readonly unchanged: number
}

export interface ContentComparison {
  readonly settings: readonly SettingChange[]
  readonly policies: readonly PolicyChange[]
}

interface Content extends VersionSettings {
  readonly policies: readonly PolicyContent[]
}

const SETTINGS = ['description', 'sessionDuration', 'relayState'] as const

export function compareContents(before: Content, after: Content): ContentComparison {
  return {
    settings: SETTINGS.filter((name) => before[name] !== after[name]).map((name) => ({
      name,
      ...(before[name] !== undefined && { before: before[name] }),
      ...(after[name] !== undefined && { after: after[name] }),
    })),
    policies: comparePolicies(before.policies, after.policies),
  }
}

/** Policies that are removed, changed and added, by name. */
export function comparePolicies(
  before: readonly PolicyContent[],
  after: readonly PolicyContent[],
): readonly PolicyChange[] {
  const { gone, come } = policyTurnover(before, after)
  const left = new Map(gone.map((policy) => [policyKey(policy), policy]))
  const right = new Map(come.map((policy) => [policyKey(policy), policy]))
  return [...new Set([...left.keys(), ...right.keys()])]
    .map((key) => changeOf(left.get(key), right.get(key)))
    .sort((one, other) => (one.name < other.name ? -1 : one.name > other.name ? 1 : 0))
}

function changeOf(gone: PolicyContent | undefined, come: PolicyContent | undefined): PolicyChange {
  const policy = come ?? gone
  if (!policy) throw new Error('a change has one side at least')
  const textOf = (side: PolicyContent | undefined) => (side?.type === 'custom' ? side.document : undefined)
  return {
    kind: gone === undefined ? 'added' : come === undefined ? 'removed' : 'changed',
    type: policy.type,
    name: policy.name,
    ...(policy.type === 'custom'
      ? compareDocuments(textOf(gone), textOf(come))
      : { statements: [], unchanged: 0 }),
  }
}
