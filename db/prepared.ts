/** Statements compiled once: the busiest paths spend no time on building the same SQL again. */
import type { Compilable, CompiledQuery, QueryResult } from 'kysely'
import { engineOf, type Db, type Engine, type Tx } from './database.js'

/** Stands for a parameter while the statement is compiled. */
class Slot {
  constructor(readonly name: PropertyKey) {}
}

export type Prepared<Parameters, Row> = (db: Db | Tx, parameters: Parameters) => Promise<QueryResult<Row>>

/**
 * `build` makes the query from slots in place of the parameters, once per engine; the statement then runs with values.
 * A slot stands for a bound value only: `build` must not look at it, and it cannot stand for `undefined`.
 */
export function prepared<Parameters extends object, Row>(
  build: (db: Db | Tx, slots: Parameters) => Compilable<Row>,
): Prepared<Parameters, Row> {
  // The proxy answers every property with a slot; Kysely passes it on as the opaque value of a parameter.
  const slots = new Proxy({}, { get: (_target, name) => new Slot(name) }) as Parameters
  const compiled = new Map<Engine, CompiledQuery<Row>>()
  return (db, parameters) => {
    const engine = engineOf(db)
    let template = compiled.get(engine)
    if (!template) {
      template = build(db, slots).compile()
      compiled.set(engine, template)
    }
    const values = template.parameters.map((parameter) =>
      // Slots are made from the names of `Parameters`.
      parameter instanceof Slot ? parameters[parameter.name as keyof Parameters] : parameter,
    )
    return db.executeQuery({ ...template, parameters: values })
  }
}

/** The rows of a prepared query. */
export async function rowsOf<Row>(result: Promise<QueryResult<Row>>): Promise<readonly Row[]> {
  return (await result).rows
}

/** The first row of a prepared query, if there is one. */
export async function firstOf<Row>(result: Promise<QueryResult<Row>>): Promise<Row | undefined> {
  return (await result).rows[0]
}
