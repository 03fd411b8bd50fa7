/** What a list is asked for: GET parameters and the body of POST /.search mean the same (RFC 7644 sections 3.4.2 and 3.4.3). */
import type { Criteria, SortOrder } from '../server/domain/criteria.js'
import { IdentityCenterError } from '../server/domain/errors.js'
import { isJsonObject } from './attribute-values.js'
import { selectAttributes, type AttributeSelection } from './attribute-selection.js'
import { parseFilter } from './filter.js'
import { resolvePath, type ResourceType } from './schemas.js'

/** Most resources on one page; more is treated as this many. */
export const MAXIMUM_PAGE = 100
export const SEARCH_REQUEST = 'urn:ietf:params:scim:api:messages:2.0:SearchRequest'

/** The parameters of a list as texts, wherever they came from. */
export interface ListParameters {
  readonly filter?: string
  readonly sortBy?: string
  readonly sortOrder?: string
  readonly startIndex?: number
  readonly count?: number
  /** Present, even if empty, when the client pages by cursors (RFC 9865). */
  readonly cursor?: string
  readonly attributes: readonly string[]
  readonly excludedAttributes: readonly string[]
}

export interface ListRequest {
  readonly type: ResourceType
  readonly criteria?: Criteria
  readonly sort?: SortOrder
  /** From 1. */
  readonly startIndex: number
  readonly count: number
  readonly cursor?: string
  readonly selection: AttributeSelection
  /** Names the list: filter and order, not the page. */
  readonly key: string
}

type Query = Readonly<Record<string, unknown>>

const invalid = (message: string) => new IdentityCenterError('page.invalid', message)

function textIn(query: Query, name: string): string | undefined {
  const value = query[name]
  if (value === undefined || value === null) return undefined
  if (typeof value === 'string') return value
  throw invalid(`'${name}' must be given once, as a text.`)
}

function numberIn(query: Query, name: string): number | undefined {
  const value = query[name]
  if (value === undefined || value === null) return undefined
  const number = typeof value === 'string' && /^-?\d{1,15}$/.test(value.trim()) ? Number(value) : value
  if (typeof number === 'number' && Number.isSafeInteger(number)) return number
  throw invalid(`'${name}' must be a whole number.`)
}

function namesIn(query: Query, name: string): readonly string[] {
  const value = query[name]
  if (value === undefined || value === null || value === '') return []
  if (typeof value === 'string') return value.split(',')
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) {
    return value.flatMap((item: string) => item.split(','))
  }
  throw invalid(`'${name}' must be a list of attribute names.`)
}

/** Reads GET parameters, or a SearchRequest. Throws `page.invalid`. */
export function readListParameters(query: Query): ListParameters {
  const filter = textIn(query, 'filter')
  const sortBy = textIn(query, 'sortBy')
  const sortOrder = textIn(query, 'sortOrder')
  const startIndex = numberIn(query, 'startIndex')
  const count = numberIn(query, 'count')
  const cursor = textIn(query, 'cursor')
  return {
    ...(filter !== undefined && filter.trim() !== '' && { filter }),
    ...(sortBy !== undefined && sortBy !== '' && { sortBy }),
    ...(sortOrder !== undefined && { sortOrder }),
    ...(startIndex !== undefined && { startIndex }),
    ...(count !== undefined && { count }),
    ...(cursor !== undefined && { cursor }),
    attributes: namesIn(query, 'attributes'),
    excludedAttributes: namesIn(query, 'excludedAttributes'),
  }
}

/** Reads the body of POST /.search. Throws `request.invalid`, `page.invalid`. */
export function readSearchRequest(body: unknown): ListParameters {
  if (!isJsonObject(body)) {
    throw new IdentityCenterError(
      'request.invalid',
      'The body must be a JSON object: a SearchRequest message.',
    )
  }
  const { schemas } = body
  if (schemas !== undefined && !(Array.isArray(schemas) && schemas.includes(SEARCH_REQUEST))) {
    throw new IdentityCenterError('request.invalid', `'schemas' must be a list that holds ${SEARCH_REQUEST}.`)
  }
  return readListParameters(body)
}

/** What the parameters mean for a type. Throws `filter.malformed`, `filter.tooComplex`, `page.invalid`. */
export function toListRequest(type: ResourceType, parameters: ListParameters): ListRequest {
  const { filter, sortBy, cursor } = parameters
  const sort = sortBy === undefined ? undefined : readSort(type, sortBy, parameters.sortOrder)
  return {
    type,
    ...(filter !== undefined && { criteria: parseFilter(type, filter) }),
    ...(sort && { sort }),
    startIndex: Math.max(1, parameters.startIndex ?? 1),
    count: Math.min(MAXIMUM_PAGE, Math.max(0, parameters.count ?? MAXIMUM_PAGE)),
    ...(cursor !== undefined && { cursor }),
    selection: selectAttributes(type, parameters.attributes, parameters.excludedAttributes),
    key: JSON.stringify([type.name, filter ?? '', sort?.field ?? '', sort?.direction ?? '']),
  }
}

function readSort(type: ResourceType, sortBy: string, sortOrder: string | undefined): SortOrder {
  const direction = (sortOrder ?? 'ascending').toLowerCase()
  if (direction !== 'ascending' && direction !== 'descending') {
    throw invalid("'sortOrder' is ascending or descending.")
  }
  return { field: sortField(type, sortBy), direction }
}

/** The field behind `sortBy`; of a multi-valued attribute it is the first value that counts. */
function sortField(type: ResourceType, sortBy: string): string {
  const resolved = resolvePath(type, sortBy.trim())
  const unsortable = invalid(`There is no order by '${sortBy.slice(0, 200)}'.`)
  if (resolved?.kind !== 'attribute') throw unsortable
  const { attribute, subAttribute, extension } = resolved
  const computed = attribute.multiValued && attribute.mutability === 'readOnly'
  if (computed || attribute.returned === 'never' || attribute.name === 'members') throw unsortable
  const field = extension ? `${extension.id}:${attribute.name}` : attribute.name
  if (attribute.multiValued) {
    if (subAttribute && subAttribute.name !== 'value') throw unsortable
    return field
  }
  if (attribute.type === 'complex' && !subAttribute) throw unsortable
  if (subAttribute?.type === 'reference') throw unsortable
  return subAttribute ? `${field}.${subAttribute.name}` : field
}
