/** What lists of users and lists of groups have in common: criteria, order and pages. */
import { sql, type RawBuilder, type SqlBool } from 'kysely'
import type { Criteria, SortOrder } from '../server/domain/criteria.js'
import type { PageRequest } from '../server/domain/page.js'
import type { DirectoryType } from '../server/domain/user.js'
import { createCriteriaCompiler, type CriteriaCompiler, type FieldLookup } from './criteria.js'
import { engineOf, type Db, type Engine, type Tx } from './database.js'

export interface DirectoryQuery {
  /** Only users or groups of this type. */
  readonly type?: DirectoryType
  readonly criteria?: Criteria
  /** The order of creation unless told otherwise. */
  readonly sort?: SortOrder
}

type Table = 'users' | 'groups'

/** Criteria, order and page of a list as parts of its SQL. */
export interface ListParts {
  readonly where: RawBuilder<SqlBool>
  readonly orderBy: RawBuilder<unknown>
  readonly offset: number
}

export function listParts(
  db: Db | Tx,
  table: Table,
  fields: (compiler: CriteriaCompiler, type: DirectoryType | undefined) => FieldLookup,
  query: DirectoryQuery,
  page: Pick<PageRequest, 'offset' | 'after'>,
): ListParts {
  const engine = engineOf(db)
  const compiler = createCriteriaCompiler(engine)
  const lookup = fields(compiler, query.type)
  const createdAt = sql.ref(`${table}.created_at`)
  const id = sql.ref(`${table}.id`)
  const conditions = [
    query.type && ofType(engine, table, query),
    query.criteria && compiler.condition(query.criteria, lookup),
    page.after && sql<SqlBool>`(${createdAt}, ${id}) > (${page.after.createdAt}, ${page.after.id})`,
  ].filter((condition) => condition !== undefined)
  const byCreation = sql`${createdAt}, ${id}`
  return {
    where: conditions.length > 0 ? sql`${sql.join(conditions, sql` and `)}` : sql`1 = 1`,
    orderBy: query.sort
      ? sql`${compiler.order(query.sort, lookup)}, ${id} ${sql.raw(query.sort.direction === 'ascending' ? 'asc' : 'desc')}`
      : byCreation,
    offset: page.after ? 0 : page.offset,
  }
}

/**
 * SQLite keeps no statistics of its own accord and takes the type for selective, although nearly all rows are of one:
 * beside criteria the plus keeps it from searching by type in the place of what the criteria name.
 */
function ofType(engine: Engine, table: Table, query: DirectoryQuery): RawBuilder<SqlBool> {
  const type = sql.ref(`${table}.type`)
  return engine === 'sqlite' && query.criteria ? sql`+${type} = ${query.type}` : sql`${type} = ${query.type}`
}

/** A list of texts as one parameter, so that the statement is the same for any number of them. */
export const textList = <T extends string>(engine: Engine, json: string): RawBuilder<T> =>
  engine === 'sqlite'
    ? sql<T>`(select value from json_each(${json}))`
    : sql<T>`(select jsonb_array_elements_text(cast(${json} as jsonb)))`

/** The total of a list: a page that is not full tells it by itself, else it is counted unless known. */
export async function totalOf(
  found: number,
  page: PageRequest,
  count: () => Promise<number>,
): Promise<number> {
  if (page.knownTotal !== undefined) return page.knownTotal
  if (!page.after && found < page.limit && (found > 0 || page.offset === 0)) return page.offset + found
  return count()
}

/** The value of a field, when nothing else is asked for: what identity providers ask before each thing they push. */
export function valueAskedFor(criteria: Criteria | undefined, field: string): string | undefined {
  return criteria?.kind === 'compare' &&
    criteria.field === field &&
    criteria.operator === 'eq' &&
    typeof criteria.value === 'string'
    ? criteria.value
    : undefined
}
