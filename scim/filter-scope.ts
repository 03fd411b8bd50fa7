/**
 * What names and values mean in a filter: the schema's attributes, their types and how each may be compared
 * (RFC 7644 section 3.4.2.2). What comes out holds schema spellings only.
 */
import {
  both,
  either,
  some,
  type ComparisonOperator,
  type Criteria,
  type CriteriaValue,
} from '../server/domain/criteria.js'
import { IdentityCenterError } from '../server/domain/errors.js'
import { findSubAttribute, resolvePath, type Attribute, type ResourceType } from './schemas.js'

/** Where the names of a filter are looked up: in a resource, or among the sub-attributes of one attribute. */
export interface FilterScope {
  comparison(path: string, operator: ComparisonOperator, value: CriteriaValue, at: number): Criteria
  presence(path: string, at: number): Criteria
  /** The attribute whose values a filter in brackets selects. */
  values(path: string, at: number): { readonly field: string; readonly attribute: Attribute }
  /** Whether an index finds what this comparison, made here, is about; else it looks at each resource. */
  isIndexed(comparison: Criteria): boolean
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

/** A filter that is not well formed, or compares what cannot be compared; `at` counts characters from 0. */
export const malformedFilter = (message: string, at: number): IdentityCenterError =>
  new IdentityCenterError('filter.malformed', `${message} (character ${at + 1} of the filter).`, { at })

/** The attributes of a resource. */
export function resourceScope(type: ResourceType): FilterScope {
  const resolve = (path: string, at: number) => {
    const resolved = resolvePath(type, path)
    if (resolved?.kind !== 'attribute') throw malformedFilter(`There is no attribute '${path}'`, at)
    const { extension, attribute } = resolved
    return { ...resolved, field: extension ? `${extension.id}:${attribute.name}` : attribute.name }
  }

  const schemaPresence = (path: string): Criteria | undefined => {
    const target = resolvePath(type, path)
    if (target?.kind !== 'schema') return undefined
    return target.schema === type.schema ? both() : { kind: 'present', field: `${target.schema.id}:` }
  }

  return {
    comparison(path, operator, value, at) {
      const resolved = resolve(path, at)
      const { attribute, field } = resolved
      if (attribute.name === 'schemas') {
        // `schemas` follows from the resource: the core urn always stands there, an extension's when it has attributes.
        if ((operator !== 'eq' && operator !== 'ne') || typeof value !== 'string') {
          throw malformedFilter("'schemas' is compared by eq or ne with a text", at)
        }
        const holds = schemaPresence(value) ?? either()
        return operator === 'eq' ? holds : { kind: 'not', term: holds }
      }
      const sub = resolved.subAttribute ?? findSubAttribute(attribute, 'value')
      if (!sub) {
        if (attribute.type === 'complex') throw malformedFilter(`'${path}' needs a sub-attribute`, at)
        return comparison(attribute, { path, field, operator, value, at })
      }
      return attribute.multiValued
        ? some(field, comparison(sub, { path, field: sub.name, operator, value, at }))
        : comparison(sub, { path, field: `${field}.${sub.name}`, operator, value, at })
    },

    presence(path, at) {
      const schema = schemaPresence(path)
      if (schema) return schema
      const { attribute, subAttribute, field } = resolve(path, at)
      // Every resource has its common attributes, but not an externalId.
      if (attribute.name === 'schemas' || attribute.name === 'id' || attribute.name === 'meta') return both()
      requireFilterable(subAttribute ?? attribute, path, at)
      if (!subAttribute) return { kind: 'present', field }
      return attribute.multiValued
        ? some(field, { kind: 'present', field: subAttribute.name })
        : { kind: 'present', field: `${field}.${subAttribute.name}` }
    },

    values(path, at) {
      const { attribute, subAttribute, field } = resolve(path, at)
      if (!attribute.multiValued || !attribute.subAttributes || subAttribute) {
        throw malformedFilter(`'${path}' has no values that a filter in brackets could select`, at)
      }
      return { field, attribute }
    },

    isIndexed: (criteria) =>
      criteria.kind === 'some'
        ? INDEXED_VALUES.includes(criteria.field) && isEquality(criteria.where, ['value'])
        : isEquality(criteria, INDEXED[type.name]),
  }
}

/** The sub-attributes of one value of a multi-valued attribute. */
export function valueScope(parent: Attribute): FilterScope {
  const find = (name: string, at: number): Attribute => {
    const sub = findSubAttribute(parent, name)
    if (!sub) throw malformedFilter(`'${parent.name}' has no sub-attribute '${name}'`, at)
    return sub
  }
  return {
    comparison(name, operator, value, at) {
      const sub = find(name, at)
      return comparison(sub, { path: `${parent.name}.${sub.name}`, field: sub.name, operator, value, at })
    },
    presence(name, at) {
      const sub = find(name, at)
      requireFilterable(sub, `${parent.name}.${sub.name}`, at)
      return { kind: 'present', field: sub.name }
    },
    values(_name, at) {
      throw malformedFilter('A filter in brackets cannot hold another one', at)
    },
    isIndexed: (criteria) => INDEXED_VALUES.includes(parent.name) && isEquality(criteria, ['value']),
  }
}

/** `password` is never kept, and the references that this server computes are not stored. */
function requireFilterable(attribute: Attribute, path: string, at: number): void {
  const computed = attribute.type === 'reference' && attribute.mutability === 'readOnly'
  if (computed || attribute.returned === 'never') throw malformedFilter(`'${path}' cannot be filtered by`, at)
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
const DATE_TIME = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?$/i

function comparison(attribute: Attribute, { path, field, operator, value, at }: Comparison): Criteria {
  requireFilterable(attribute, path, at)
  const equality = operator === 'eq' || operator === 'ne'
  if (value === null) {
    if (!equality) throw malformedFilter(`'${path}' is compared with null by eq or ne only`, at)
    return { kind: 'compare', field, operator, value }
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

function timeOf(path: string, text: string, at: number): string {
  const time = DATE_TIME.test(text) ? new Date(text) : undefined
  if (time && !Number.isNaN(time.getTime())) return time.toISOString()
  throw malformedFilter(`'${path}' is compared with a date such as "2026-03-02T09:00:00Z"`, at)
}
