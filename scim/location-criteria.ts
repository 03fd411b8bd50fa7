/** Comparisons with the address of a resource, which is not stored, as comparisons with the id that it ends with. */
import {
  both,
  either,
  matchesCriteria,
  type ComparisonOperator,
  type Criteria,
} from '../server/domain/criteria.js'

const everything = both()
const nothing = either()

interface LocationComparison {
  /** What all addresses of the type begin with, a slash at its end. Ids hold no slash. */
  readonly prefix: string
  /** Where the id is. */
  readonly field: string
  readonly operator: ComparisonOperator
  readonly value: string
}

/** What `<prefix><id> operator value` says of the id. Case counts, as it does in all references (RFC 7643 section 2.3.7). */
export function whereLocation({ prefix, field, operator, value }: LocationComparison): Criteria {
  const whereId = (how: ComparisonOperator, text: string): Criteria => ({
    kind: 'compare',
    field,
    operator: how,
    value: text,
    exact: true,
  })
  const rest = value.startsWith(prefix) ? value.slice(prefix.length) : undefined
  const slash = value.lastIndexOf('/') + 1
  const overlaps = prefix.endsWith(value.slice(0, slash))
  switch (operator) {
    case 'eq':
      return rest === undefined ? nothing : whereId('eq', rest)
    case 'ne':
      return rest === undefined ? everything : whereId('ne', rest)
    case 'sw':
      if (rest !== undefined) return whereId('sw', rest)
      return prefix.startsWith(value) ? everything : nothing
    case 'ew':
      if (slash === 0) return whereId('ew', value)
      return overlaps ? whereId('eq', value.slice(slash)) : nothing
    case 'co':
      if (prefix.includes(value)) return everything
      if (slash === 0) return whereId('co', value)
      return overlaps ? whereId('sw', value.slice(slash)) : nothing
    case 'gt':
    case 'ge':
    case 'lt':
    case 'le': {
      if (rest !== undefined) return whereId(operator, rest)
      const ordered: Criteria = { kind: 'compare', field: 'prefix', operator, value, exact: true }
      return matchesCriteria(ordered, { prefix }) ? everything : nothing
    }
    default:
      return operator satisfies never
  }
}
