/**
 * Searching all resource types at once (RFC 7644 sections 3.4.2.1 and 3.4.3), at POST /.search and GET /: users first,
 * then groups, each in the order asked for.
 */
import type { Actor } from '../server/domain/actor.js'
import type { JsonObject } from '../server/domain/user.js'
import type { ScimAnswer } from './answer.js'
import { isJsonObject } from './attribute-values.js'
import { cursorTo, LIST_RESPONSE, placeOf } from './list-pages.js'
import { MAXIMUM_PAGE, type ListParameters } from './list-request.js'
import type { ResourceEndpoints } from './resource-endpoints.js'

interface Part {
  readonly total: number
  readonly resources: readonly JsonObject[]
}

/** Attributes that a type does not have count as unassigned there; ones that no type has are refused. */
export async function searchAll(
  endpoints: readonly ResourceEndpoints[],
  actor: Actor,
  parameters: ListParameters,
): Promise<ScimAnswer> {
  const { cursor, ...rest } = parameters
  const list = { key: JSON.stringify([rest.filter ?? '', rest.sortBy ?? '', rest.sortOrder ?? '']) }
  const before = cursor === undefined ? Math.max(0, (rest.startIndex ?? 1) - 1) : placeOf(list, cursor)
  const count = Math.min(MAXIMUM_PAGE, Math.max(0, rest.count ?? MAXIMUM_PAGE))
  const resources: JsonObject[] = []
  let total = 0
  for (const endpoint of endpoints) {
    const found = await partOf(endpoint, actor, {
      ...rest,
      ofAllTypes: true,
      startIndex: Math.max(1, before + 1 - total),
      count: count - resources.length,
    })
    total += found.total
    resources.push(...found.resources)
  }
  const seen = before + resources.length
  const leadsOn = cursor !== undefined && resources.length > 0 && seen < total
  return {
    status: 200,
    body: {
      schemas: [LIST_RESPONSE],
      totalResults: total,
      itemsPerPage: resources.length,
      ...(cursor === undefined && { startIndex: before + 1 }),
      ...(leadsOn && { nextCursor: cursorTo(list, seen) }),
      Resources: resources,
    },
  }
}

async function partOf(endpoint: ResourceEndpoints, actor: Actor, parameters: ListParameters): Promise<Part> {
  const { body } = await endpoint.list(actor, parameters)
  const { totalResults, Resources } = { totalResults: 0, Resources: [], ...body }
  return {
    total: Number(totalResults),
    resources: Array.isArray(Resources) ? Resources.filter(isJsonObject) : [],
  }
}
