/**
 * The whole of what can be said about a response without a database: our checks, then the second opinion. It takes the
 * processor for milliseconds, so the product has it done in threads of its own (`validation-pool.ts`).
 */
import type { KeyObject } from 'node:crypto'
import { SamlCheckError, type SamlCheck } from './core/saml-check.js'
import { publicKeysOf } from './core/signature.js'
import { openResponse, type ResponseExpectations, type VerifiedAssertion } from './core/verify.js'
import { requireSecondOpinion } from './library.js'

/** One response and what it has to meet; plain data, as it is sent to another thread. */
export interface ValidationJob {
  readonly xml: string
  readonly expected: ResponseExpectations & { readonly maximumAgeSeconds: number }
}

export type ValidationOutcome =
  | { readonly kind: 'accepted'; readonly assertion: VerifiedAssertion }
  | { readonly kind: 'refused'; readonly failures: readonly [SentFailure, ...SentFailure[]] }

/** A `SamlCheckError` as plain data: errors lose their fields between threads. */
export interface SentFailure {
  readonly check: SamlCheck
  readonly message: string
  readonly remedy: string
  readonly found?: string | undefined
  readonly expected?: string | undefined
}

/** Validates responses wherever it is best done. */
export interface ResponseValidator {
  /**
   * The assertion of a response that passes every check which needs no database. Where many wait, those of the address
   * (and its network) that waits with most come last. Throws `SamlCheckError`, `service.unavailable` when too many wait.
   */
  validate(job: ValidationJob, address?: string): Promise<VerifiedAssertion>
  /** Finishes what was begun and takes nothing more. */
  close(): Promise<void>
}

/** Does a job and answers with plain data; a failure that is no failed check is thrown. */
export function createResponseChecker(): (job: ValidationJob) => Promise<ValidationOutcome> {
  // Reading certificates takes as long as verifying with them, and they seldom change.
  let known: { readonly certificates: string; readonly keys: readonly KeyObject[] } | undefined

  return async ({ xml, expected }) => {
    const certificates = expected.certificates.join('\n')
    if (known?.certificates !== certificates) {
      known = { certificates, keys: publicKeysOf(expected.certificates) }
    }
    try {
      const { assertion, readable } = openResponse(xml, expected, known.keys)
      if (readable !== undefined) await requireSecondOpinion(readable, assertion, expected)
      return { kind: 'accepted', assertion }
    } catch (error) {
      if (!(error instanceof SamlCheckError)) throw error
      return { kind: 'refused', failures: [toSend(error), ...error.others.map(toSend)] }
    }
  }
}

const toSend = ({ check, message, remedy, facts }: SamlCheckError): SentFailure => ({
  check,
  message,
  remedy,
  ...facts,
})

/** The assertion; throws the refusal as the `SamlCheckError` that it was. */
export function acceptedBy(outcome: ValidationOutcome): VerifiedAssertion {
  if (outcome.kind === 'accepted') return outcome.assertion
  const [first, ...others] = outcome.failures
  throw received(
    first,
    others.map((other) => received(other)),
  )
}

const received = (
  { check, message, remedy, found, expected }: SentFailure,
  others: readonly SamlCheckError[] = [],
): SamlCheckError => new SamlCheckError(check, message, remedy, { found, expected, others })

/** Validates in the thread that asks. */
export function createDirectValidator(): ResponseValidator {
  const check = createResponseChecker()
  return {
    validate: async (job) => acceptedBy(await check(job)),
    close: () => Promise.resolve(),
  }
}
