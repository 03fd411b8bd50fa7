/** What the Identity Center has in an account: as it should be, and as the account says it is. */
import { planDeployment, type DeploymentGoal } from './deployment.js'
import type { AccountUin, ZoneId } from './ids.js'

export interface AccountSamlProvider {
  readonly name: string
  readonly description: string
  /** SAML metadata of the identity provider that the account trusts. */
  readonly metadata: string
}

export interface AccountPolicy {
  readonly name: string
  readonly document: string
}

export interface AccountRole {
  readonly name: string
  readonly description: string
  /** Seconds. */
  readonly sessionDuration: number
  /** Policy text that says who may take on the role. */
  readonly trustPolicy: string
  /** Policies attached to it, by name. */
  readonly preset: readonly { readonly id: number; readonly name: string }[]
  readonly custom: readonly AccountPolicy[]
}

/** Everything in an account that the Identity Center made and still owns. */
export interface AccountObjects {
  readonly roles: readonly AccountRole[]
  /** Custom policies, attached or not. */
  readonly policies: readonly AccountPolicy[]
  readonly samlProviders: readonly AccountSamlProvider[]
}

/** What a deployment of the goal leaves in the account: the outcome of its steps. */
export function objectsOf(
  place: { readonly zoneId: ZoneId; readonly accountUin: AccountUin },
  goal: Extract<DeploymentGoal, { kind: 'deployed' }>,
): { readonly role: AccountRole; readonly samlProvider: AccountSamlProvider } {
  let samlProvider: AccountSamlProvider | undefined
  let role: AccountRole | undefined
  const documents = new Map<string, string>()
  for (const step of planDeployment(place, goal)) {
    switch (step.call) {
      case 'putSamlProvider':
        samlProvider = { name: step.name, description: step.description, metadata: step.metadata }
        break
      case 'putRole':
        role = {
          name: step.name,
          description: step.description,
          sessionDuration: step.sessionDuration,
          trustPolicy: step.trustPolicy,
          preset: [],
          custom: [],
        }
        break
      case 'putCustomPolicy':
        documents.set(step.name, step.document)
        break
      case 'attachPolicies':
        role = role && {
          ...role,
          preset: step.preset,
          custom: step.custom.map((name) => ({ name, document: documents.get(name) ?? '' })),
        }
        break
      case 'deleteRole':
      case 'deleteSamlProvider':
      case 'deleteCustomPolicies':
        break
      default:
        step satisfies never
    }
  }
  if (!role || !samlProvider) throw new Error('a deployment makes a role and a SAML provider')
  return { role, samlProvider }
}
