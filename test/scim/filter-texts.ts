/** Filters at random over the User schema, as criteria and as the text that a client would write for them. */
import fc from 'fast-check'
import {
  both,
  either,
  some,
  type ComparisonOperator,
  type Criteria,
  type CriteriaValue,
} from '../../server/domain/criteria.js'
import { ENTERPRISE_USER, ENTERPRISE_USER_SCHEMA, USER_SCHEMA, type Attribute } from '../../scim/schemas.js'
import { TEXTS } from './schema-values.js'

const EVERY: readonly ComparisonOperator[] = ['eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le']
const ORDERING: ReadonlySet<string> = new Set(['gt', 'ge', 'lt', 'le'])

const isFilterable = ({ type, mutability, returned }: Attribute): boolean =>
  returned !== 'never' && !(type === 'reference' && mutability === 'readOnly')

type Comparison = Extract<Criteria, { kind: 'compare' }>

/** Comparisons of one attribute that is not complex. */
function comparisonOf(attribute: Attribute, field: string): fc.Arbitrary<Comparison> {
  const made = (operator: ComparisonOperator, value: CriteriaValue): Comparison => ({
    kind: 'compare',
    field,
    operator,
    value,
    ...(attribute.caseExact && typeof value === 'string' && { exact: true }),
  })
  const equality = fc.constantFrom<ComparisonOperator>('eq', 'ne')
  const unassigned = equality.map((operator) => made(operator, null))
  switch (attribute.type) {
    case 'boolean':
      return fc.oneof(
        fc.tuple(equality, fc.boolean()).map(([operator, value]) => made(operator, value)),
        unassigned,
      )
    case 'binary':
      return fc
        .tuple(
          fc.constantFrom(...EVERY.filter((operator) => !ORDERING.has(operator))),
          fc.constantFrom('AAEC', 'aa'),
        )
        .map(([operator, value]) => made(operator, value))
    default:
      return fc.oneof(
        {
          arbitrary: fc
            .tuple(fc.constantFrom(...EVERY), fc.constantFrom('', ...TEXTS))
            .map((pair) => made(...pair)),
          weight: 8,
        },
        { arbitrary: unassigned, weight: 1 },
      )
  }
}

const presenceOf = (field: string): Criteria => ({ kind: 'present', field })

/** Conditions on one value of an attribute with many. */
function valueFilter(attribute: Attribute): fc.Arbitrary<Criteria> {
  const subs = (attribute.subAttributes ?? []).filter(isFilterable)
  const leaf = fc.oneof(
    ...subs.map((sub) =>
      fc.oneof(
        { arbitrary: comparisonOf(sub, sub.name), weight: 4 },
        { arbitrary: fc.constant(presenceOf(sub.name)), weight: 1 },
      ),
    ),
  )
  return combined(leaf, 1)
}

function attributeFilter(attribute: Attribute, field: string): fc.Arbitrary<Criteria> {
  const subs = (attribute.subAttributes ?? []).filter(isFilterable)
  if (attribute.multiValued) {
    return fc.oneof(
      fc.constant(presenceOf(field)),
      valueFilter(attribute).map((where) => some(field, where)),
    )
  }
  if (attribute.type !== 'complex') {
    return fc.oneof(
      { arbitrary: comparisonOf(attribute, field), weight: 5 },
      { arbitrary: fc.constant(presenceOf(field)), weight: 1 },
    )
  }
  return fc.oneof(
    fc.constant(presenceOf(field)),
    ...subs.map((sub) => comparisonOf(sub, `${field}.${sub.name}`)),
    ...subs.map((sub) => fc.constant(presenceOf(`${field}.${sub.name}`))),
  )
}

/** Leaves joined by and, or and not, at most so deep. */
function combined(leaf: fc.Arbitrary<Criteria>, depth: number): fc.Arbitrary<Criteria> {
  if (depth === 0) return leaf
  const inner = combined(leaf, depth - 1)
  const terms = fc.array(inner, { minLength: 2, maxLength: 3 })
  return fc.oneof(
    { arbitrary: leaf, weight: 4 },
    { arbitrary: terms.map((list) => both(...list)), weight: 1 },
    { arbitrary: terms.map((list) => either(...list)), weight: 1 },
    { arbitrary: inner.map((term): Criteria => ({ kind: 'not', term })), weight: 1 },
  )
}

/** Filters over all attributes of a user. */
export const filterArbitrary = (): fc.Arbitrary<Criteria> =>
  combined(
    fc.oneof(
      ...USER_SCHEMA.attributes
        .filter(isFilterable)
        .map((attribute) => attributeFilter(attribute, attribute.name)),
      ...ENTERPRISE_USER_SCHEMA.attributes.map((attribute) =>
        attributeFilter(attribute, `${ENTERPRISE_USER}:${attribute.name}`),
      ),
    ),
    2,
  )

/** The filter as a client would write it; one that shouts writes all names and words in capitals. */
export function textOf(criteria: Criteria, { shout = false } = {}): string {
  const word = (text: string) => (shout ? text.toUpperCase() : text)
  const write = (term: Criteria): string => {
    switch (term.kind) {
      case 'and':
      case 'or':
        return term.terms.map((inner) => enclosed(inner)).join(word(` ${term.kind} `))
      case 'not':
        return `${word('not')} (${write(term.term)})`
      case 'present':
        return `${word(term.field)} ${word('pr')}`
      case 'some':
        return `${word(term.field)}[${write(term.where)}]`
      case 'compare':
        return `${word(term.field)} ${word(term.operator)} ${JSON.stringify(term.value)}`
      default:
        return term satisfies never
    }
  }
  const enclosed = (term: Criteria): string =>
    term.kind === 'and' || term.kind === 'or' ? `(${write(term)})` : write(term)
  return write(criteria)
}
