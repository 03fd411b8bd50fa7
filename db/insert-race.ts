/** Two transactions that insert the same row: one has to look again. */
import { isUniqueViolation } from './constraint-errors.js'

const ATTEMPTS = 5

/**
 * Runs `work`, and again when it lost a race for a row of one of the tables: then it sees the row and decides anew.
 * PostgreSQL reports such a race as a violated key, not as a failure to serialize.
 */
export async function decideRaces<T>(tables: readonly string[], work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work()
    } catch (error) {
      if (attempt === ATTEMPTS || !tables.some((table) => isUniqueViolation(error, table))) throw error
    }
  }
}
