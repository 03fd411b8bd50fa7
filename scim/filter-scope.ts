/**
 * What names and values mean in a filter: the schema's attributes, their types and how each may be compared
 * (RFC 7644 section 3.4.2.2). What comes out holds schema spellings only.
 */
import {
  both,
  either,
  matchesCriteria,
  some,
  type ComparisonOperator,
  type Criteria,
  type CriteriaValue,
} from '../server/domain/criteria.js'
import { IdentityCenterError } from '../server/domain/errors.js'
import { whereLocation } from './location-criteria.js'
import {
  findSubAttribute,
  RESOURCE_TYPES,
  resolvePath,
  type Attribute,
  type ResolvedPath,
  type ResourceType,
  type Schema,
} from './schemas.js'

/** Where the names of a filter are looked up: in a resource, or among the sub-attributes of one attribute. */
export interface FilterScope {
  comparison(path: string, operator: ComparisonOperator, value: CriteriaValue, at: number): Criteria
  presence(path: string, at: number): Criteria
  /** What a filter in brackets behind the path is about. */
  values(path: string, at: number): ValueSelection
  /** Whether an index finds what this comparison, made here, is about; else it looks at each resource. */
  isIndexed(comparison: Criteria): boolean
}

/** The values of a multi-valued attribute. */
export interface ValueSelection {
  readonly scope: FilterScope
  /** That some value meets `where`, which was made in `scope`. */
  some(where: Criteria): Criteria
}

const INDEXED: Readonly<Record<ResourceType['name'], readonly string[]>> = {
  User: ['id', 'userName', 'externalId'],
  Group: ['id', 'displayName', 'externalId'],
}
/** Multi-valued attributes whose `value` has an index. */
const INDEXED_VALUES: readonly string[] = ['emails', 'groups', 'members']

const isEquality = (criteria: Criteria, fields: readonly string[]): boolean =>
  criteria.kind === 'compare' &&
  criteria.operator === 'eq' &&
  criteria.value !== null &&
  fields.includes(criteria.field)

const everything = both()
const nothing = either()

/** A filter that is not well formed, or compares what cannot be compared; `at` counts characters from 0. */
export const malformedFilter = (message: string, at: number): IdentityCenterError =>
  new IdentityCenterError('filter.malformed', `${message} (character ${at + 1} of the filter).`, { at })

type ResolvedAttribute = Extract<ResolvedPath, { kind: 'attribute' }>

/** What a filter is read in. */
export interface FilterSetting {
  /** Types that are asked at the same time: what only they have is never assigned here (RFC 7644 section 3.4.2.1). */
  readonly others?: readonly ResourceType[]
  /** Of the SCIM door: addresses of resources can be compared only where it is known. */
  readonly baseUrl?: string
}

/** The attributes of a resource. */
export function resourceScope(type: ResourceType, { others = [], baseUrl }: FilterSetting): FilterScope {
  /** The attribute, and whether it is this type's own. */
  const resolve = (path: string, at: number): ResolvedAttribute & { readonly own: boolean } => {
    for (const candidate of [type, ...others]) {
      const resolved = resolvePath(candidate, path)
      if (resolved?.kind === 'attribute') return { ...resolved, own: candidate === type }
    }
    throw malformedFilter(`There is no attribute '${path}'`, at)
  }

  const schemaPresence = (path: string): Criteria | undefined => {
    for (const candidate of [type, ...others]) {
      const target = resolvePath(candidate, path)
      if (target?.kind !== 'schema') continue
      if (candidate !== type) return nothing
      return target.schema === type.schema ? everything : holdsExtension(target.schema)
    }
    return undefined
  }

  function presence(path: string, at: number): Criteria {
    const schema = schemaPresence(path)
    if (schema) return schema
    const { attribute, subAttribute, own, ...resolved } = resolve(path, at)
    requireFilterable(subAttribute ?? attribute, path, at)
    if (!own) return nothing
    // Every resource has its common attributes, but not an externalId.
    if (attribute.name === 'schemas' || attribute.name === 'id' || attribute.name === 'meta')
      return everything
    const field = fieldOf(attribute, resolved.extension)
    if (!subAttribute) return { kind: 'present', field }
    return attribute.multiValued
      ? some(field, { kind: 'present', field: isComputed(subAttribute) ? 'value' : subAttribute.name })
      : { kind: 'present', field: `${field}.${subAttribute.name}` }
  }

  return {
    presence,

    comparison(path, operator, value, at) {
      const { attribute, subAttribute, extension, own } = resolve(path, at)
      const sub = subAttribute ?? findSubAttribute(attribute, 'value')
      if (attribute.type === 'complex' && !sub) throw malformedFilter(`'${path}' needs a sub-attribute`, at)
      const field = fieldOf(attribute, extension)
      const made = comparison(
        sub ?? attribute,
        {
          path,
          field: sub && !attribute.multiValued ? `${field}.${sub.name}` : (sub?.name ?? field),
          operator,
          value,
          at,
        },
        addressIn(baseUrl, sub ?? attribute, attribute.multiValued ? 'value' : 'id', type),
      )
      if (!own) return ofAbsent(attribute, operator, value)
      if (!attribute.multiValued) return made
      if (value === null) {
        // No value at all is what null means of many (RFC 7643 section 2.5).
        const present = presence(path, at)
        return operator === 'eq' ? { kind: 'not', term: present } : present
      }
      return attribute.name === 'schemas' ? ofSchemas(type, operator, value) : some(field, made)
    },

    values(path, at) {
      const { attribute, subAttribute, extension, own } = resolve(path, at)
      if (!attribute.multiValued || !attribute.subAttributes || subAttribute) {
        throw malformedFilter(`'${path}' has no values that a filter in brackets could select`, at)
      }
      const field = fieldOf(attribute, extension)
      return {
        scope: valueScope(attribute, baseUrl),
        some: (where) => (own ? some(field, where) : nothing),
      }
    },

    isIndexed: (criteria) =>
      criteria.kind === 'some'
        ? INDEXED_VALUES.includes(criteria.field) && isEquality(criteria.where, ['value'])
        : isEquality(criteria, INDEXED[type.name]),
  }
}

const fieldOf = (attribute: Attribute, extension: Schema | undefined): string =>
  extension ? `${extension.id}:${attribute.name}` : attribute.name

const holdsExtension = (extension: Schema): Criteria => ({ kind: 'present', field: `${extension.id}:` })

/** An attribute without a value is equal to null only; one with many has no value that could differ either. */
const ofAbsent = (attribute: Attribute, operator: ComparisonOperator, value: CriteriaValue): Criteria =>
  (operator === 'eq' && value === null) || (operator === 'ne' && value !== null && !attribute.multiValued)
    ? everything
    : nothing

/** `schemas` follows from the resource: the core urn always stands there, an extension's when it has attributes. */
function ofSchemas(type: ResourceType, operator: ComparisonOperator, value: CriteriaValue): Criteria {
  const isMet = ({ id }: Schema) =>
    matchesCriteria({ kind: 'compare', field: 'schemas', operator, value }, { schemas: id })
  if (isMet(type.schema)) return everything
  return either(...type.extensions.filter(isMet).map(holdsExtension))
}

/** The sub-attributes of one value of a multi-valued attribute. */
export function valueScope(parent: Attribute, baseUrl?: string): FilterScope {
  const find = (name: string, at: number): Attribute => {
    const sub = findSubAttribute(parent, name)
    if (!sub) throw malformedFilter(`'${parent.name}' has no sub-attribute '${name}'`, at)
    return sub
  }
  return {
    comparison(name, operator, value, at) {
      const sub = find(name, at)
      return comparison(
        sub,
        { path: `${parent.name}.${sub.name}`, field: sub.name, operator, value, at },
        addressIn(baseUrl, sub, 'value'),
      )
    },
    presence(name, at) {
      const sub = find(name, at)
      requireFilterable(sub, `${parent.name}.${sub.name}`, at)
      return { kind: 'present', field: isComputed(sub) ? 'value' : sub.name }
    },
    values(_name, at) {
      throw malformedFilter('A filter in brackets cannot hold another one', at)
    },
    isIndexed: (criteria) => INDEXED_VALUES.includes(parent.name) && isEquality(criteria, ['value']),
  }
}

/** A reference that this server makes from an id when it answers. */
const isComputed = ({ name, type, mutability }: Attribute): boolean =>
  type === 'reference' && mutability === 'readOnly' && name !== 'schemas'

/** Where the addresses in a computed reference begin, and where the id is that they end with. */
interface Address {
  readonly prefix: string
  readonly field: string
}

function addressIn(
  baseUrl: string | undefined,
  attribute: Attribute,
  field: string,
  type?: ResourceType,
): Address | undefined {
  if (baseUrl === undefined || !isComputed(attribute)) return undefined
  const target = RESOURCE_TYPES.find(({ name }) => attribute.referenceTypes?.includes(name)) ?? type
  return target && { prefix: `${baseUrl}${target.endpoint}/`, field }
}

/** `password` is never kept. */
function requireFilterable(attribute: Attribute, path: string, at: number): void {
  if (attribute.returned === 'never') throw malformedFilter(`'${path}' cannot be filtered by`, at)
}

interface Comparison {
  /** As the client wrote it, for messages. */
  readonly path: string
  readonly field: string
  readonly operator: ComparisonOperator
  readonly value: CriteriaValue
  readonly at: number
}

const ORDERING: ReadonlySet<ComparisonOperator> = new Set(['gt', 'ge', 'lt', 'le'])
const DATE_TIME = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?$/
const WITHOUT_ZONE = /T[^Z+-]*$/

function comparison(
  attribute: Attribute,
  { path, field, operator, value, at }: Comparison,
  address: Address | undefined,
): Criteria {
  requireFilterable(attribute, path, at)
  if (isComputed(attribute) && !address) throw malformedFilter(`'${path}' cannot be filtered by here`, at)
  const equality = operator === 'eq' || operator === 'ne'
  if (value === null) {
    if (!equality) throw malformedFilter(`'${path}' is compared with null by eq or ne only`, at)
    return { kind: 'compare', field: address?.field ?? field, operator, value }
  }
  switch (attribute.type) {
    case 'boolean': {
      if (!equality) throw malformedFilter(`'${path}' is true or false: compare it by eq or ne`, at)
      return { kind: 'compare', field, operator, value: truthOf(path, value, at) }
    }
    case 'dateTime': {
      if (typeof value !== 'string')
        throw malformedFilter(`'${path}' is compared with a date in double quotes`, at)
      const byPart = operator === 'co' || operator === 'sw' || operator === 'ew'
      return {
        kind: 'compare',
        field,
        operator,
        value: byPart ? value : timeOf(path, value, at),
        exact: true,
      }
    }
    case 'string':
    case 'reference':
    case 'binary':
      if (typeof value !== 'string')
        throw malformedFilter(`'${path}' is compared with a text in double quotes`, at)
      if (attribute.type === 'binary' && ORDERING.has(operator)) {
        throw malformedFilter(`'${path}' is binary and has no order`, at)
      }
      if (address) return whereLocation({ ...address, operator, value })
      return { kind: 'compare', field, operator, value, ...(attribute.caseExact && { exact: true }) }
    case 'complex':
      throw malformedFilter(`'${path}' needs a sub-attribute`, at)
    default:
      return attribute.type satisfies never
  }
}

/** Some clients quote booleans, and some write them with a capital. */
function truthOf(path: string, value: Exclude<CriteriaValue, null>, at: number): boolean {
  const text = String(value).toLowerCase()
  if (text === 'true' || text === 'false') return text === 'true'
  throw malformedFilter(`'${path}' is compared with true or false`, at)
}

/** The instant, as instants are stored. One without a zone is in UTC, wherever this server stands. */
function timeOf(path: string, text: string, at: number): string {
  const upper = text.toUpperCase()
  const zoned = WITHOUT_ZONE.test(upper) ? `${upper}Z` : upper
  const time = DATE_TIME.test(upper) ? new Date(zoned) : undefined
  if (time && !Number.isNaN(time.getTime())) return time.toISOString()
  throw malformedFilter(`'${path}' is compared with a date such as "2026-03-02T09:00:00Z"`, at)
}
