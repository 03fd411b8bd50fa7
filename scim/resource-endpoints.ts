/** The verbs that every resource type has; the router and Bulk call them alike. */
import type { Actor } from '../server/domain/actor.js'
import type { ScimAnswer } from './answer.js'
import type { AttributeSelection } from './attribute-selection.js'
import type { ConditionHeaders } from './conditions.js'
import type { ListParameters } from './list-request.js'
import type { ResourceType } from './schemas.js'

export interface ResourceRequest extends ConditionHeaders {
  readonly actor: Actor
  /** As parsed from JSON; absent where the verb has none. */
  readonly body?: unknown
  readonly selection: AttributeSelection
}

export interface ResourceEndpoints {
  readonly type: ResourceType
  /** Address of the resource with this id, whether it exists or not. */
  locationOf(id: string): string
  create(request: ResourceRequest): Promise<ScimAnswer>
  get(id: string, request: ResourceRequest): Promise<ScimAnswer>
  replace(id: string, request: ResourceRequest): Promise<ScimAnswer>
  patch(id: string, request: ResourceRequest): Promise<ScimAnswer>
  remove(id: string, request: ResourceRequest): Promise<ScimAnswer>
  list(actor: Actor, parameters: ListParameters): Promise<ScimAnswer>
}
