/** Body, query and parameters through a zod schema, once, at the door. */
import type { z } from 'zod'
import { IdentityCenterError } from '../domain/errors.js'

/** What is wrong with which field, for a form that is shown again. */
export interface InputProblem {
  /** Path of the field, `users.0.userName`; empty for the input as a whole. */
  readonly field: string
  readonly message: string
}

/** The input as the schema reads it. Throws `request.invalid` with `facts.problems` (`InputProblem[]`). */
export function validate<Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> {
  const parsed = schema.safeParse(input)
  if (parsed.success) return parsed.data
  const problems: readonly InputProblem[] = parsed.error.issues.map((issue) => ({
    field: issue.path.join('.'),
    message: issue.message,
  }))
  const [first] = problems
  const where = first === undefined || first.field === '' ? '' : `${first.field}: `
  throw new IdentityCenterError(
    'request.invalid',
    `${where}${first?.message ?? 'The request is not valid.'}`,
    { problems },
  )
}
