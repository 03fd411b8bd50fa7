/** What a list is asked for: GET parameters and the body of POST /.search mean the same (RFC 7644 sections 3.4.2 and 3.4.3). */
import type { Criteria, SortOrder } from '../server/domain/criteria.js'
import { IdentityCenterError } from '../server/domain/errors.js'
import { selectAttributes, type AttributeSelection } from './attribute-selection.js'
import { parseFilter } from './filter.js'
import { readMessage } from './message.js'
import { findSubAttribute, RESOURCE_TYPES, resolvePath, type ResourceType } from './schemas.js'

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
  /** Asked of all types at once: attributes of other types have no value here (RFC 7644 section 3.4.2.1). */
  readonly ofAllTypes?: boolean
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

/** Parameters by name in lower case. */
type Query = ReadonlyMap<string, unknown>

const invalid = (message: string) => new IdentityCenterError('page.invalid', message)

function textIn(query: Query, name: string): string | undefined {
  const value = query.get(name.toLowerCase())
  if (value === undefined || value === null) return undefined
  if (typeof value === 'string') return value
  throw invalid(`'${name}' must be given once, as a text.`)
}

/** More than any directory has, and still exact. */
const MAXIMUM_NUMBER = 999_999_999_999_999

/** A whole number of any size, which counts as the largest beyond that; empty is as if it were not there. */
function numberIn(
  query: Query,
  name: string,
  refusal = () => invalid(`'${name}' must be a whole number.`),
): number | undefined {
  const value = query.get(name.toLowerCase())
  const given = typeof value === 'string' ? value.trim() : value
  if (given === undefined || given === null || given === '') return undefined
  const number = typeof given === 'string' && /^-?\d+$/.test(given) ? Number(given) : given
  if (typeof number !== 'number' || Math.trunc(number) !== number) throw refusal()
  return Math.min(MAXIMUM_NUMBER, Math.max(-MAXIMUM_NUMBER, number))
}

/** Most attributes that one request names; no type has as many. */
const MAXIMUM_NAMES = 500

function namesIn(query: Query, name: string): readonly string[] {
  const value = query.get(name.toLowerCase())
  if (value === undefined || value === null || value === '') return []
  const texts = Array.isArray(value) ? (value as readonly unknown[]) : [value]
  if (!texts.every((text) => typeof text === 'string')) {
    throw invalid(`'${name}' must be a list of attribute names.`)
  }
  const names = texts.flatMap((text) => text.split(','))
  if (names.length > MAXIMUM_NAMES) throw invalid(`'${name}' names more than ${MAXIMUM_NAMES} attributes.`)
  return names
}

/** A page asked for by cursor has one resource at least, or it would not lead on to the next (RFC 9865 section 2.1). */
function countIn(query: Query, withCursor: boolean): number | undefined {
  if (!withCursor) return numberIn(query, 'count')
  const count = numberIn(query, 'count', countInvalid)
  if (count !== undefined && count < 1) throw countInvalid()
  return count
}

const countInvalid = () =>
  new IdentityCenterError(
    'page.countInvalid',
    `With a cursor 'count' is a whole number from 1 to ${MAXIMUM_PAGE}; more counts as ${MAXIMUM_PAGE}.`,
  )

/** Reads GET parameters. Throws `page.invalid`, `page.countInvalid`. */
export const readListParameters = (query: Readonly<Record<string, unknown>>): ListParameters =>
  listParametersIn(new Map(Object.entries(query).map(([name, value]) => [name.toLowerCase(), value])))

function listParametersIn(query: Query): ListParameters {
  const filter = textIn(query, 'filter')
  const sortBy = textIn(query, 'sortBy')
  const sortOrder = textIn(query, 'sortOrder')
  const cursor = textIn(query, 'cursor')
  const startIndex = numberIn(query, 'startIndex')
  const count = countIn(query, cursor !== undefined)
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

/** Reads the body of POST /.search. Throws `request.invalid`, `page.invalid`, `page.countInvalid`. */
export function readSearchRequest(body: unknown): ListParameters {
  return listParametersIn(
    readMessage(body, {
      urn: SEARCH_REQUEST,
      schemasOptional: true,
      refusal: (message) => new IdentityCenterError('request.invalid', message),
    }),
  )
}

/** What the parameters mean for a type, at a door with this address. Throws `filter.malformed`, `filter.tooComplex`, `page.invalid`. */
export function toListRequest(type: ResourceType, parameters: ListParameters, baseUrl: string): ListRequest {
  const { filter, sortBy, cursor } = parameters
  const sort = sortBy === undefined ? undefined : readSort(type, sortBy, parameters)
  const others = parameters.ofAllTypes ? RESOURCE_TYPES : []
  return {
    type,
    ...(filter !== undefined && { criteria: parseFilter(type, filter, { others, baseUrl }) }),
    ...(sort && { sort }),
    startIndex: Math.max(1, parameters.startIndex ?? 1),
    count: Math.min(MAXIMUM_PAGE, Math.max(0, parameters.count ?? MAXIMUM_PAGE)),
    ...(cursor !== undefined && { cursor }),
    selection: selectAttributes(type, parameters.attributes, parameters.excludedAttributes),
    key: JSON.stringify([type.name, filter ?? '', sort ?? '']),
  }
}

/** Throws `page.invalid`. `undefined` when only other types, which are asked at the same time, have the attribute. */
function readSort(
  type: ResourceType,
  sortBy: string,
  { sortOrder, ofAllTypes }: ListParameters,
): SortOrder | undefined {
  const direction = (sortOrder ?? 'ascending').toLowerCase()
  if (direction !== 'ascending' && direction !== 'descending') {
    throw invalid("'sortOrder' is ascending or descending.")
  }
  const path = sortBy.trim()
  const field = sortField(type, path)
  if (field) return { ...field, direction }
  if (ofAllTypes && RESOURCE_TYPES.some((other) => sortField(other, path) !== undefined)) return undefined
  throw invalid(`There is no order by '${sortBy.slice(0, 200)}'.`)
}

/** The field behind `sortBy`; of a multi-valued attribute its primary, else its first value (RFC 7644 section 3.4.2.3). */
function sortField(type: ResourceType, sortBy: string): Omit<SortOrder, 'direction'> | undefined {
  const resolved = resolvePath(type, sortBy)
  if (resolved?.kind !== 'attribute' || resolved.attribute.returned === 'never') return undefined
  const { attribute, extension } = resolved
  const sub = resolved.subAttribute ?? findSubAttribute(attribute, 'value')
  if (attribute.type === 'complex' && !sub) return undefined
  // References that are computed have the order of the ids they end with; all resources begin with the same schema.
  const computed = (sub ?? attribute).type === 'reference' && (sub ?? attribute).mutability === 'readOnly'
  if (computed && !sub) return { field: 'meta.resourceType' }
  if (computed && attribute.name === 'meta') return { field: 'id' }
  const field = extension ? `${extension.id}:${attribute.name}` : attribute.name
  const { name, caseExact: exact } = sub ?? attribute
  if (attribute.multiValued) return { field, sub: computed ? 'value' : name, exact }
  return { field: sub ? `${field}.${name}` : field, exact }
}
