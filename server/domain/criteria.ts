/**
 * A small filter algebra. SCIM filters, the API's Filter texts and search boxes become one of these;
 * `db/criteria.ts` turns it into SQL, `matchesCriteria` tries it on one JSON object. Field names are the subject's own
 * words (`userName`, `name.familyName`, `urn:…:enterprise:2.0:User:department`); each query module knows which it has
 * and how they are stored.
 */
import type { JsonObject, JsonValue } from './user.js'

export type ComparisonOperator = 'eq' | 'ne' | 'co' | 'sw' | 'ew' | 'gt' | 'ge' | 'lt' | 'le'
export type CriteriaValue = string | number | boolean | null

export type Criteria =
  /** `and` without terms holds for everything, `or` without terms for nothing. */
  | { readonly kind: 'and' | 'or'; readonly terms: readonly Criteria[] }
  | { readonly kind: 'not'; readonly term: Criteria }
  | {
      readonly kind: 'compare'
      readonly field: string
      readonly operator: ComparisonOperator
      readonly value: CriteriaValue
      /** Whether upper and lower case differ; fields that stand in a column of their own know it themselves. */
      readonly exact?: boolean
    }
  | { readonly kind: 'present'; readonly field: string }
  /** A value path: some one value of the multi-valued `field` meets `where`, whose fields are sub-attributes. */
  | { readonly kind: 'some'; readonly field: string; readonly where: Criteria }

export const both = (...terms: readonly Criteria[]): Criteria => ({ kind: 'and', terms })
export const either = (...terms: readonly Criteria[]): Criteria => ({ kind: 'or', terms })
export const compare = (field: string, operator: ComparisonOperator, value: CriteriaValue): Criteria => ({
  kind: 'compare',
  field,
  operator,
  value,
})
export const some = (field: string, where: Criteria): Criteria => ({ kind: 'some', field, where })

export interface SortOrder {
  readonly field: string
  /** Of a multi-valued field: the sub-attribute of its primary, else its first value that is ordered by; `value` unless told. */
  readonly sub?: string
  /** Whether upper and lower case differ; fields that stand in a column of their own know it themselves. */
  readonly exact?: boolean
  readonly direction: 'ascending' | 'descending'
}

/**
 * The steps from a resource to a field: `name.familyName` has two, and a schema urn in front is one of its own. A urn
 * with nothing behind its last colon (`urn:…:User:`) is the extension as a whole.
 */
export function fieldPath(field: string): readonly string[] {
  if (!field.startsWith('urn:')) return field.split('.')
  const end = field.lastIndexOf(':')
  const inner = field.slice(end + 1)
  return inner === '' ? [field.slice(0, end)] : [field.slice(0, end), ...inner.split('.')]
}

/** Text as it is compared where case does not count; both forms of the small sigma are one letter, wherever they stand. */
export const foldCase = (text: string): string => text.toLowerCase().replaceAll('ς', 'σ')

/**
 * Whether one JSON object meets the criteria, by the same rules as the SQL: an absent field equals nothing but `null`,
 * `ne` is the opposite of `eq`.
 */
export function matchesCriteria(criteria: Criteria, object: JsonObject): boolean {
  switch (criteria.kind) {
    case 'and':
      return criteria.terms.every((term) => matchesCriteria(term, object))
    case 'or':
      return criteria.terms.some((term) => matchesCriteria(term, object))
    case 'not':
      return !matchesCriteria(criteria.term, object)
    case 'present':
      return isPresent(valueAt(object, criteria.field))
    case 'some': {
      const values: JsonValue = valueAt(object, criteria.field) ?? []
      return (
        Array.isArray(values) &&
        values.some((item: JsonValue) => isObject(item) && matchesCriteria(criteria.where, item))
      )
    }
    case 'compare':
      return compareValues(valueAt(object, criteria.field), criteria)
    default:
      return criteria satisfies never
  }
}

const isObject = (value: JsonValue | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isPresent = (value: JsonValue | undefined): boolean =>
  value !== undefined && value !== null && value !== '' && !(Array.isArray(value) && value.length === 0)

function valueAt(object: JsonObject, field: string): JsonValue | undefined {
  let value: JsonValue | undefined = object
  for (const step of fieldPath(field)) value = isObject(value) ? value[step] : undefined
  return value
}

function compareValues(
  stored: JsonValue | undefined,
  { operator, value, exact }: Extract<Criteria, { kind: 'compare' }>,
): boolean {
  if (operator === 'ne')
    return !compareValues(stored, { kind: 'compare', field: '', operator: 'eq', value, exact })
  if (value === null || stored === undefined || stored === null)
    return operator === 'eq' && value === null && !isPresent(stored)
  if (typeof stored !== 'string' || typeof value !== 'string') return operator === 'eq' && stored === value
  return exact
    ? compareTexts(stored, operator, value)
    : compareTexts(foldCase(stored), operator, foldCase(value))
}

function compareTexts(left: string, operator: Exclude<ComparisonOperator, 'ne'>, right: string): boolean {
  switch (operator) {
    case 'eq':
      return left === right
    case 'co':
      return left.includes(right)
    case 'sw':
      return left.startsWith(right)
    case 'ew':
      return left.endsWith(right)
    case 'gt':
      return inCodePointOrder(left, right) > 0
    case 'ge':
      return inCodePointOrder(left, right) >= 0
    case 'lt':
      return inCodePointOrder(left, right) < 0
    case 'le':
      return inCodePointOrder(left, right) <= 0
    default:
      return operator satisfies never
  }
}

/** The order of UTF-8 bytes, which is the databases'; that of JavaScript puts surrogates before the end of the plane. */
function inCodePointOrder(left: string, right: string): number {
  const shorter = Math.min(left.length, right.length)
  for (let at = 0; at < shorter; at += 1) {
    const difference = unitRank(left.charCodeAt(at)) - unitRank(right.charCodeAt(at))
    if (difference !== 0) return difference
  }
  return left.length - right.length
}

const unitRank = (unit: number): number => (unit >= 0xd800 && unit < 0xe000 ? unit + 0x10000 : unit)
