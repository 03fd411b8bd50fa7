/** What somebody in a cloud account may do there: the account's policies decide, whichever door the request came by. */
import type { Authorization } from '../cam/cam-client.js'
import type { Actor } from '../domain/actor.js'
import { accessDenied, accountOf, type CloudCaller } from '../domain/cloud-caller.js'
import type { AccountUin } from '../domain/ids.js'
import type { RequestContext, RequestedResource } from '../domain/policy-evaluation.js'

/** Somebody who asks the account for something, signed in or by a signed request. */
export interface CamRequester {
  readonly caller: CloudCaller
  /** The same in the audit log. */
  readonly actor: Actor
  /** Condition keys of the request. */
  readonly context: RequestContext
}

/**
 * Throws `access.denied`, naming the policy that decided, unless the requester's policies allow the operation (as
 * `AddUser`) on each of the resources; on everything when there are none.
 */
export type CamPermit = (
  requester: CamRequester,
  operation: string,
  resources?: readonly RequestedResource[],
) => Promise<void>

export const createCamPermit =
  ({ authorization }: { readonly authorization: Pick<Authorization, 'authorize'> }): CamPermit =>
  async ({ caller, context }, operation, resources = []) => {
    const action = `cam:${operation}`
    const decision = await authorization.authorize(caller, { action, resources, context })
    if (decision.decision === 'deny') throw accessDenied(action, decision)
  }

/** The account that the requester is in: everything they ask for is of this one. */
export const accountOfRequester = ({ caller }: CamRequester): AccountUin => accountOf(caller)
