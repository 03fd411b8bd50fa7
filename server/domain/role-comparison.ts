/** Two states of a role in an account, or of the SAML provider: what would change, or what has. */
import type { AccountRole, AccountSamlProvider } from './account-objects.js'
import { comparePolicies, type PolicyChange } from './configuration-comparison.js'
import type { AccountUin } from './ids.js'
import type { PolicyContent } from './permission-configuration.js'
import { compareDocuments, type StatementChange } from './policy-comparison.js'
import { compareLines, type DiffLine } from './text-comparison.js'

/** `same` where nothing differs. */
export type ObjectChangeKind = 'added' | 'removed' | 'changed' | 'same'

export interface RoleSettingChange {
  readonly name: 'description' | 'sessionDuration'
  readonly before?: string | number
  readonly after?: string | number
}

export interface RoleChange {
  readonly kind: ObjectChangeKind
  readonly settings: readonly RoleSettingChange[]
  /** Statements of the trust policy: who may take the role on. */
  readonly trust: readonly StatementChange[]
  /** Policies attached, detached, and attached ones with another text. */
  readonly policies: readonly PolicyChange[]
}

/** What people under the role can do afterwards that they could not do before, and the other way round. */
export interface AccessEffect {
  readonly gains: boolean
  readonly loses: boolean
}

export interface RoleComparisonOptions {
  /** Stands as `<account>` in what differs, so that the same change in two accounts is the same. */
  readonly accountUin: AccountUin
  /** Beginning of the account's names for the configuration's own policies; left out of what is shown. */
  readonly policyPrefix: string
}

export function compareRoles(
  before: AccountRole | undefined,
  after: AccountRole | undefined,
  { accountUin, policyPrefix }: RoleComparisonOptions,
): RoleChange {
  const general = (text: string | undefined) => text?.replaceAll(accountUin, '<account>')
  const settings = (['description', 'sessionDuration'] as const)
    .filter((name) => before?.[name] !== after?.[name])
    .map((name) => ({
      name,
      ...(before && { before: before[name] }),
      ...(after && { after: after[name] }),
    }))
  const trust = compareDocuments(general(before?.trustPolicy), general(after?.trustPolicy)).statements
  const policies = comparePolicies(policiesOf(before, policyPrefix), policiesOf(after, policyPrefix))
  return {
    kind: kindOf(before, after, settings.length + trust.length + policies.length > 0),
    settings,
    trust,
    policies,
  }
}

export interface SamlProviderChange {
  readonly kind: ObjectChangeKind
  readonly lines: readonly DiffLine[]
}

export function compareSamlProviders(
  before: AccountSamlProvider | undefined,
  after: AccountSamlProvider | undefined,
): SamlProviderChange {
  const differs = before?.metadata !== after?.metadata || before?.description !== after?.description
  const kind = kindOf(before, after, differs)
  return {
    kind,
    lines: kind === 'changed' ? compareLines(linesOf(before), linesOf(after)) : [],
  }
}

/** Whether people under the role gain or lose by the change, as far as its statements tell. */
export function effectOf({ kind, policies }: RoleChange): AccessEffect {
  let gains = kind === 'added'
  let loses = kind === 'removed'
  for (const policy of policies) {
    if (policy.type === 'preset') {
      gains ||= policy.kind !== 'removed'
      loses ||= policy.kind !== 'added'
    }
    for (const statement of policy.statements) {
      const widens = (statement.kind === 'added') === (statement.effect === 'allow')
      gains ||= statement.kind === 'changed' || widens
      loses ||= statement.kind === 'changed' || !widens
    }
  }
  return { gains, loses }
}

function kindOf(before: object | undefined, after: object | undefined, differs: boolean): ObjectChangeKind {
  if (!before && !after) return 'same'
  if (!before) return 'added'
  if (!after) return 'removed'
  return differs ? 'changed' : 'same'
}

function policiesOf(role: AccountRole | undefined, prefix: string): readonly PolicyContent[] {
  if (!role) return []
  return [
    ...role.preset.map(({ id, name }) => ({ type: 'preset' as const, policyId: id, name })),
    ...role.custom.map(({ name, document }) => ({
      type: 'custom' as const,
      name: name.startsWith(prefix) ? name.slice(prefix.length) : name,
      document,
    })),
  ]
}

/** One element a line: metadata comes on a single one. */
const linesOf = (provider: AccountSamlProvider | undefined): readonly string[] =>
  provider ? [provider.description, ...provider.metadata.replaceAll('><', '>\n<').split('\n')] : []
