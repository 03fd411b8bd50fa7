/** POST /.search over all resource types (RFC 7644 section 3.4.3): users first, then groups, paged by index. */
import type { Actor } from '../server/domain/actor.js'
import { isIdentityCenterError } from '../server/domain/errors.js'
import type { JsonObject } from '../server/domain/user.js'
import type { ScimAnswer } from './answer.js'
import { isJsonObject } from './attribute-values.js'
import { LIST_RESPONSE } from './list-pages.js'
import { MAXIMUM_PAGE, type ListParameters } from './list-request.js'
import type { ResourceEndpoints } from './resource-endpoints.js'

interface Part {
  readonly total: number
  readonly resources: readonly JsonObject[]
}

/** A filter or order over attributes that one type does not have finds nothing of that type. */
export async function searchAll(
  endpoints: readonly ResourceEndpoints[],
  actor: Actor,
  parameters: ListParameters,
): Promise<ScimAnswer> {
  const startIndex = Math.max(1, parameters.startIndex ?? 1)
  const count = Math.min(MAXIMUM_PAGE, Math.max(0, parameters.count ?? MAXIMUM_PAGE))
  const resources: JsonObject[] = []
  let total = 0
  let refusal: unknown
  let understood = 0
  for (const endpoint of endpoints) {
    const part = { startIndex: Math.max(1, startIndex - total), count: count - resources.length }
    try {
      const found = await partOf(endpoint, actor, { ...withoutCursor(parameters), ...part })
      understood += 1
      total += found.total
      resources.push(...found.resources)
    } catch (error) {
      if (!isIdentityCenterError(error, 'filter.malformed', 'page.invalid')) throw error
      refusal ??= error
    }
  }
  if (understood === 0) throw refusal
  return {
    status: 200,
    body: {
      schemas: [LIST_RESPONSE],
      totalResults: total,
      itemsPerPage: resources.length,
      startIndex,
      Resources: resources,
    },
  }
}

/** Cursors are of one type; this list is paged by index. */
function withoutCursor({ cursor: _cursor, ...parameters }: ListParameters): ListParameters {
  return parameters
}

async function partOf(endpoint: ResourceEndpoints, actor: Actor, parameters: ListParameters): Promise<Part> {
  const { body } = await endpoint.list(actor, parameters)
  const { totalResults, Resources } = { totalResults: 0, Resources: [], ...body }
  return {
    total: Number(totalResults),
    resources: Array.isArray(Resources) ? Resources.filter(isJsonObject) : [],
  }
}
