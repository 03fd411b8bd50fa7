/** What a test expects of a refusal: its code and some of its facts. */
import { expect } from 'vitest'
import type { ErrorCode, ErrorFacts } from '../../server/domain/errors.js'

export function refusal(code: ErrorCode, facts?: ErrorFacts): unknown {
  const pattern: unknown = facts && expect.objectContaining(facts)
  return expect.objectContaining({ code, ...(facts && { facts: pattern }) })
}

/** Why the promises that failed did so. */
export const failuresOf = (outcomes: readonly PromiseSettledResult<unknown>[]): readonly unknown[] =>
  outcomes.flatMap((outcome): unknown[] => (outcome.status === 'rejected' ? [outcome.reason] : []))
