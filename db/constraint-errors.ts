/** Constraint violations, told apart alike on both engines. Constraints decide races; this names which one did. */

const sqlState = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''

/**
 * Whether `error` is a violation of the unique or primary key over `columns` of `table`. Relies on the inline `unique`
 * and `primary key` of the migrations, whose PostgreSQL names follow from table and columns.
 */
export function isUniqueViolation(error: unknown, table: string, ...columns: readonly string[]): boolean {
  const code = sqlState(error)
  if (code === 'SQLITE_CONSTRAINT_UNIQUE' || code === 'SQLITE_CONSTRAINT_PRIMARYKEY') {
    const failed = columns.map((column) => `${table}.${column}`).join(', ')
    return columns.length === 0 || (error as Error).message.endsWith(`failed: ${failed}`)
  }
  if (code !== '23505') return false
  const constraint =
    'constraint' in (error as object) ? String((error as { constraint?: unknown }).constraint) : ''
  return columns.length === 0
    ? constraint.startsWith(`${table}_`)
    : constraint === `${table}_${columns.join('_')}_key` || constraint === `${table}_pkey`
}
