/**
 * Criteria -> SQL condition, with every value bound. Negation is pushed down to the comparisons, so that conditions on
 * columns stand bare and can use their indexes.
 */
import { sql, type RawBuilder, type SqlBool } from 'kysely'
import {
  foldCase,
  type ComparisonOperator,
  type Criteria,
  type CriteriaValue,
  type SortOrder,
} from '../server/domain/criteria.js'
import type { Engine } from './database.js'

type Condition = RawBuilder<SqlBool>
type Text = RawBuilder<string | null>

/** How a field is stored. */
export type Field =
  /** Text; case counts only if `exact`. */
  | { readonly kind: 'text'; readonly of: Text; readonly exact: boolean }
  /** A column that holds the text already folded by `fold`, in byte order. */
  | { readonly kind: 'key'; readonly of: Text; readonly fold: (text: string) => string }
  | { readonly kind: 'flag'; readonly of: RawBuilder<number> }
  /** A place in a JSON document (`jsonb` on PostgreSQL): the criteria know whether it is a text or a boolean. */
  | { readonly kind: 'json'; readonly document: RawBuilder<unknown>; readonly path: readonly string[] }
  /** Many values; `some` is the condition that one of them meets the criteria, `any` that there is one. */
  | {
      readonly kind: 'values'
      readonly some: (where: Criteria) => Condition
      readonly any: Condition
      /** A sub-attribute of the primary value, or else of the first one. */
      readonly first: (sub: string) => Text
    }

export type TextField = Extract<Field, { kind: 'text' }>

/** Finds the field of a subject by name. */
export type FieldLookup = (name: string) => Field

export interface CriteriaCompiler {
  condition(criteria: Criteria, lookup: FieldLookup): Condition
  /** Terms of an `order by`; resources without the attribute come last ascending (RFC 7644 section 3.4.2.3). */
  order(sort: SortOrder, lookup: FieldLookup): RawBuilder<unknown>
  /** A JSON text column as a document to look into. */
  document(column: string): RawBuilder<unknown>
  /** The text at a place in a document, or SQL null. */
  extract(document: RawBuilder<unknown>, path: readonly string[]): Text
  /** The values of a JSON array at a place in a document, each with its own fields. */
  items(document: RawBuilder<unknown>, path: readonly string[]): Extract<Field, { kind: 'values' }>
}

const ASCII = /^[\x20-\x7e]*$/
const SIGMA = /[Σσς]/
const ORDERING: ReadonlySet<ComparisonOperator> = new Set(['gt', 'ge', 'lt', 'le'])

const nothing: Condition = sql<SqlBool>`1 = 0`
const everything: Condition = sql<SqlBool>`1 = 1`

export function createCriteriaCompiler(engine: Engine): CriteriaCompiler {
  const sqlite = engine === 'sqlite'

  const document = (column: string): RawBuilder<unknown> =>
    sqlite ? sql.ref(column) : sql`cast(${sql.ref(column)} as jsonb)`

  const extract = (from: RawBuilder<unknown>, path: readonly string[]): Text =>
    sqlite
      ? sql`json_extract(${from}, ${jsonPath(path)})`
      : sql`jsonb_extract_path_text(${from}, ${sql.join(path.map((step) => sql`cast(${step} as text)`))})`

  // SQLite folds as JavaScript does; what has no other than ASCII letters finds nothing else in a text folded by SQLite
  // itself, which is much quicker. PostgreSQL folds both sides, each as far as its locale goes: the same text is found anyway.
  const folded = (text: Text, beside?: string): Text => {
    if (sqlite)
      return beside !== undefined && ASCII.test(beside) ? sql`lower(${text})` : sql`fold_case(${text})`
    const lower = sql<string | null>`lower(${text})`
    return beside === undefined || SIGMA.test(beside) ? sql`replace(${lower}, 'ς', 'σ')` : lower
  }
  const parameter = (text: string): Text => (sqlite ? sql`${text}` : sql`cast(${text} as text)`)
  const inByteOrder = (text: Text): Text => (sqlite ? text : sql`${text} collate "C"`)

  function items(from: RawBuilder<unknown>, path: readonly string[]): Extract<Field, { kind: 'values' }> {
    const rows = sqlite
      ? sql`json_each(${from}, ${jsonPath(path)}) as item`
      : sql`jsonb_array_elements(${inDocument(from, path)}) as item (value)`
    const lookup: FieldLookup = (name) => ({ kind: 'json', document: sql.ref('item.value'), path: [name] })
    return {
      kind: 'values',
      some: (where) => sql`exists (select 1 from ${rows} where ${condition(where, lookup)})`,
      any: sql`exists (select 1 from ${rows})`,
      first: (sub) => firstOf(from, path, sub),
    }
  }

  function firstOf(from: RawBuilder<unknown>, path: readonly string[], sub: string): Text {
    const value = extract(sql.ref('item.value'), [sub])
    const primary = extract(sql.ref('item.value'), ['primary'])
    return sqlite
      ? sql`(select ${value} from json_each(${from}, ${jsonPath(path)}) as item order by coalesce(${primary}, 0) desc, item.key limit 1)`
      : sql`(select ${value} from jsonb_array_elements(${inDocument(from, path)}) with ordinality as item (value, place) order by coalesce(${primary} = 'true', false) desc, item.place limit 1)`
  }

  function condition(criteria: Criteria, lookup: FieldLookup, negated = false): Condition {
    switch (criteria.kind) {
      case 'and':
      case 'or': {
        const conjunction = (criteria.kind === 'and') !== negated
        const [first, ...rest] = criteria.terms.map((term) => condition(term, lookup, negated))
        if (!first) return conjunction ? everything : nothing
        const glue = conjunction ? sql` and ` : sql` or `
        return sql`(${sql.join([first, ...rest], glue)})`
      }
      case 'not':
        return condition(criteria.term, lookup, !negated)
      case 'present': {
        const present = presence(lookup(criteria.field))
        return negated ? sql`not (${present})` : present
      }
      case 'some': {
        const field = lookup(criteria.field)
        if (field.kind !== 'values') throw new Error(`${criteria.field} has no values`)
        const met = field.some(criteria.where)
        return negated ? sql`not (${met})` : met
      }
      case 'compare': {
        const { field, operator, value, exact } = criteria
        const opposite = operator === 'ne'
        const met = comparison(lookup(field), opposite ? 'eq' : operator, value, exact ?? false)
        // An absent value compares as SQL null: it meets no comparison, and every negated one.
        return negated !== opposite ? sql`not coalesce(${met}, ${sqlite ? sql`0` : sql`false`})` : met
      }
      default:
        return criteria satisfies never
    }
  }

  function presence(field: Field): Condition {
    switch (field.kind) {
      case 'values':
        return field.any
      case 'json':
        return sql`nullif(${extract(field.document, field.path)}, '') is not null`
      case 'text':
      case 'key':
        return sql`nullif(${field.of}, '') is not null`
      case 'flag':
        return everything
      default:
        return field satisfies never
    }
  }

  function comparison(
    field: Field,
    operator: Exclude<ComparisonOperator, 'ne'>,
    value: CriteriaValue,
    exact: boolean,
  ): Condition {
    if (value === null) return sql`not (${presence(field)})`
    switch (field.kind) {
      case 'values':
        return field.some({ kind: 'compare', field: 'value', operator, value, exact })
      case 'flag':
        return typeof value === 'boolean' ? sql`${field.of} = ${value ? 1 : 0}` : nothing
      case 'json': {
        const text = extract(field.document, field.path)
        if (typeof value !== 'boolean')
          return textComparison({ kind: 'text', of: text, exact }, operator, String(value))
        return sqlite ? sql`${text} = ${value ? 1 : 0}` : sql`${text} = ${String(value)}`
      }
      case 'text':
      case 'key':
        return textComparison(field, operator, String(value))
      default:
        return field satisfies never
    }
  }

  function textComparison(
    field: Extract<Field, { kind: 'text' | 'key' }>,
    operator: Exclude<ComparisonOperator, 'ne'>,
    text: string,
  ): Condition {
    if (field.kind === 'key') return keyComparison(field, operator, field.fold(text))
    if (field.exact) return plainComparison(field.of, operator, parameter(text), text)
    const beside = ORDERING.has(operator) ? undefined : text
    const sought = foldCase(text)
    return sqlite
      ? plainComparison(folded(field.of, beside), operator, sql`${sought}`, sought)
      : plainComparison(folded(field.of, beside), operator, folded(parameter(text), beside), text)
  }

  function keyComparison(
    { of }: Extract<Field, { kind: 'key' }>,
    operator: Exclude<ComparisonOperator, 'ne'>,
    key: string,
  ): Condition {
    // A range, because an index finds it.
    return operator === 'sw' && key !== ''
      ? sql`(${of} >= ${key} and ${of} < ${`${key}\u{10ffff}`})`
      : plainComparison(of, operator, parameter(key), key)
  }

  /** `value` is `text` as it stands in the statement. */
  function plainComparison(
    of: Text,
    operator: Exclude<ComparisonOperator, 'ne'>,
    value: Text,
    text: string,
  ): Condition {
    switch (operator) {
      case 'eq':
        return sql`${of} = ${value}`
      // Neither is a `like`, which compares anew at each character: with texts such as a long "aaa…" that takes seconds a row.
      case 'co':
        return sqlite ? sql`(instr(${of}, ${value}) > 0)` : sql`(strpos(${of}, ${value}) > 0)`
      case 'ew':
        return endsWith(of, value, text)
      case 'sw':
        return sqlite
          ? sql`(substr(${of}, 1, ${[...text].length}) = ${value})`
          : sql`starts_with(${of}, ${value})`
      case 'gt':
        return sql`${inByteOrder(of)} > ${value}`
      case 'ge':
        return sql`${inByteOrder(of)} >= ${value}`
      case 'lt':
        return sql`${inByteOrder(of)} < ${value}`
      case 'le':
        return sql`${inByteOrder(of)} <= ${value}`
      default:
        return operator satisfies never
    }
  }

  function endsWith(of: Text, end: Text, text: string): Condition {
    if (text === '') return sql`${of} is not null`
    return sqlite
      ? sql`(substr(${of}, ${-[...text].length}) = ${end})`
      : sql`(right(${of}, length(${end})) = ${end})`
  }

  function order(
    { field: name, direction, sub, exact }: SortOrder,
    lookup: FieldLookup,
  ): RawBuilder<unknown> {
    const key = sortKey(lookup(name), sub ?? 'value', exact ?? false)
    return direction === 'ascending' ? sql`${key} asc nulls last` : sql`${key} desc nulls first`
  }

  function sortKey(field: Field, sub: string, exact: boolean): RawBuilder<unknown> {
    const inOrder = (text: Text) => inByteOrder(exact ? text : folded(text))
    switch (field.kind) {
      case 'text':
        return inByteOrder(field.exact ? field.of : folded(field.of))
      case 'key':
      case 'flag':
        return field.of
      case 'json':
        return inOrder(extract(field.document, field.path))
      case 'values':
        return inOrder(field.first(sub))
      default:
        return field satisfies never
    }
  }

  return { condition: (criteria, lookup) => condition(criteria, lookup), order, document, extract, items }
}

/** A place in a `jsonb` document. */
const inDocument = (from: RawBuilder<unknown>, path: readonly string[]): RawBuilder<unknown> =>
  path.length === 0
    ? from
    : sql`jsonb_extract_path(${from}, ${sql.join(path.map((step) => sql`cast(${step} as text)`))})`

/** `$."name"."familyName"`; names are those of schemas and hold no quotes. */
const jsonPath = (path: readonly string[]): string => path.reduce((text, step) => `${text}."${step}"`, '$')
