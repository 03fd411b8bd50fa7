/** Totals of lists that may be long. */
import type { AliasableExpression } from 'kysely'
import type { Db, Tx } from './database.js'

const COUNT_LIMIT = 10_000

/** Number of rows of the query, exact up to 10,000 and never more: a list's total does not cost a whole table. */
export async function boundedCount(
  db: Db | Tx,
  query: { limit(rows: number): AliasableExpression<Record<string, unknown>> },
): Promise<number> {
  const { total } = await db
    .selectFrom(query.limit(COUNT_LIMIT).as('bounded'))
    .select((expression) => expression.fn.countAll<number>().as('total'))
    .executeTakeFirstOrThrow()
  return total
}
