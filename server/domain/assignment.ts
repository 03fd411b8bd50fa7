/** Assignments: which user or group may take on which permission configuration in which account. */
import { IdentityCenterError } from './errors.js'
import type { AccountKind } from './organization.js'
import type { Period } from './period.js'
import type { AccountUin, GroupId, PermissionConfigurationId, UserId } from './ids.js'

/** A user or a group, where either may stand. */
export type Principal =
  { readonly type: 'user'; readonly id: UserId } | { readonly type: 'group'; readonly id: GroupId }
export type PrincipalType = Principal['type']

export interface AssignmentTriple {
  readonly principal: Principal
  readonly accountUin: AccountUin
  readonly configurationId: PermissionConfigurationId
}

/** An assignment with the names of its three parts. */
export interface Assignment extends AssignmentTriple, Period {
  readonly principalName: string
  readonly accountName: string
  readonly accountKind: AccountKind
  readonly configurationName: string
  readonly createdAt: string
  readonly updatedAt: string
}

/** Equal for equal principals; an id that comes with the wrong type is somebody else. */
export const principalKey = ({ type, id }: Principal): string => `${type} ${id}`

/** Triples that one call may name: what one transaction writes in well under a second. Doors may set less. */
export const MAXIMUM_TRIPLES = 1000

/** What becomes of the deployment when its last assignment goes. */
export type LastAssignmentStrategy = 'keepDeployment' | 'undeploy'

/** Equal for equal triples and for no others. */
export const tripleKey = ({ principal, accountUin, configurationId }: AssignmentTriple): string =>
  `${principalKey(principal)} ${accountUin} ${configurationId}`

/** Throws `assignment.limit` for more than 1000 triples, `assignment.invalid` for none. */
export function requireTripleCount(count: number): void {
  if (count === 0) {
    throw new IdentityCenterError(
      'assignment.invalid',
      'Choose at least one user or group, one account and one permission configuration.',
    )
  }
  if (count > MAXIMUM_TRIPLES) {
    throw new IdentityCenterError(
      'assignment.limit',
      `At most ${MAXIMUM_TRIPLES} combinations of principal, account and permission configuration can be assigned at once; these are ${count}.`,
      { limit: MAXIMUM_TRIPLES, count },
    )
  }
}
