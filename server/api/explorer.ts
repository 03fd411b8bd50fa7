/** The console's side of the API: its reference, and calls by an administrator who is signed in and signs nothing. */
import { accessDenied } from '../domain/cloud-caller.js'
import type { Actor, ActorOrigin } from '../domain/actor.js'
import type { ApiActionEntry, ApiActionReference, ApiTrial } from '../domain/api-reference.js'
import type { Clock } from '../domain/clock.js'
import { IdentityCenterError, isIdentityCenterError } from '../domain/errors.js'
import { newRequestId } from '../domain/ids.js'
import { requireRecent, type SessionView } from '../domain/session.js'
import { holdsOnlyStorable } from '../domain/storable-text.js'
import { refusalOf } from '../http/http-errors.js'
import type { ApiCallerService } from '../services/api-callers.js'
import type { ApiTrialService } from '../services/api-trials.js'
import type { OrganizationService } from '../services/organization.js'
import type { Action, ApiAnswer, SignedCall } from './action.js'
import type { ActionTable } from './actions.js'
import { errorOf } from './api-door.js'
import { ApiError } from './api-error.js'
import { toApiError } from './api-errors.js'
import { parseJsonParameters } from './json-parameters.js'
import { actionWrites, entryOf, referenceOf } from './reference.js'

export interface ApiExplorerDeps {
  readonly actions: ActionTable
  readonly apiCallers: ApiCallerService
  readonly apiTrials: ApiTrialService
  readonly clock: Clock
  readonly organization: Pick<OrganizationService, 'managementAccount'>
  readonly logger: { error(facts: object, message: string): void }
}

export function createApiExplorer(deps: ApiExplorerDeps) {
  const { actions, apiCallers, apiTrials, clock, organization, logger } = deps
  const entries: readonly ApiActionEntry[] = actions.services.flatMap((service) =>
    service.actions.map((action) => entryOf(service, action)),
  )

  async function callAs(
    actor: Extract<Actor, { kind: 'administrator' }>,
    operation: string,
    action: Extract<Action, { access: 'signed' }>,
    text: string,
  ): Promise<ApiAnswer> {
    const { kind: _kind, uin, name, rights: _rights, ...origin } = actor
    const { uin: accountUin } = await organization.managementAccount()
    const caller = { kind: 'subUser', accountUin, uin, name } as const
    const context: SignedCall['context'] = origin.address === undefined ? {} : { 'qcs:ip': origin.address }
    const call: SignedCall = {
      origin,
      caller,
      actor,
      region: '',
      context,
      require: (resources) => apiCallers.require(caller, { action: operation, resources, context }),
      requireManager: async () => {
        const decision = await apiCallers.authorize(caller, { action: operation, resources: [], context })
        if (decision.decision === 'deny') throw accessDenied(operation, decision)
        // As with a key: the policies have allowed this very operation, which is finer than the two kinds of rights.
        return { ...actor, rights: 'full' }
      },
    }
    const parameters = parseJsonParameters(Buffer.from(text))
    if (!holdsOnlyStorable(parameters))
      throw new ApiError('InvalidParameter', 'A text in the request holds NUL or half of a surrogate pair.')
    return action.run(call, parameters)
  }

  function errorFor(thrown: unknown, action: Action, origin: ActorOrigin) {
    if (isIdentityCenterError(thrown)) return errorOf(toApiError(thrown, action.errors))
    const refusal = thrown instanceof ApiError ? thrown : refusalOf(thrown)
    if (!refusal)
      logger.error({ err: thrown, requestId: origin.requestId }, 'an API call from the console failed')
    return errorOf(refusal)
  }

  return {
    /** Every action, in the order of the reference. */
    entries: (): readonly ApiActionEntry[] => entries,

    find(version: string, name: string): ApiActionReference | undefined {
      for (const service of actions.services) {
        const action = service.version === version && service.actions.find((each) => each.name === name)
        if (action) return referenceOf(service, action)
      }
      return undefined
    },

    /**
     * Performs an action as the administrator, whose policies decide, and records it. Refusals are answers here, as they
     * are for clients. Throws `actor.forbidden` for anybody else, `request.notFound` for an action that cannot be tried,
     * and `session.notRecent` for one that writes: a console that was left open is no key.
     */
    async call(
      actor: Actor,
      session: SessionView,
      { version, name }: Pick<ApiActionReference, 'version' | 'name'>,
      parameters: string,
    ): Promise<ApiTrial> {
      if (actor.kind !== 'administrator')
        throw new IdentityCenterError('actor.forbidden', 'Only administrators try the API in the console.')
      const { service, action } = actions.find(version, name)
      if (action.access !== 'signed')
        throw new IdentityCenterError('request.notFound', 'This action is proved by its parameters alone.')
      if (actionWrites(name)) requireRecent(session, clock.now())
      const requestId = actor.requestId ?? newRequestId()
      const operation = `${service}:${name}`
      let answer: ApiAnswer
      let code: string | undefined
      try {
        answer = await callAs(actor, operation, action, parameters)
      } catch (error) {
        const refusal = errorFor(error, action, actor)
        code = refusal.Code
        answer = { Error: refusal }
      }
      await apiTrials.record(actor, operation, code)
      const text = JSON.stringify({ Response: { ...answer, RequestId: requestId } }, undefined, 2)
      return { requestId, text, ...(code !== undefined && { code }) }
    },
  }
}
