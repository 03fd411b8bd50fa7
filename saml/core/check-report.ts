/** From the checks that failed to the whole list: what passed, what failed, and what was not looked at. */
import type { CheckFailure, CheckOutcome } from '../../server/domain/saml-report.js'
import { SAML_CHECKS, type SamlCheck, type SamlCheckError } from './saml-check.js'

/** Where checking stops at the first failure, all that comes later in the list was not made. */
const CONTENTS_BEGIN: SamlCheck = 'issuer'
const RECEIVER_BEGIN: SamlCheck = 'library'
const SIGNATURES_BEGIN: SamlCheck = 'signaturePresent'

/** Contents are checked side by side; these need what another one failed to find. */
const NEEDS: Partial<Record<SamlCheck, readonly SamlCheck[]>> = {
  audience: ['conditions'],
  nameId: ['subject'],
  subjectConfirmation: ['subject'],
  recipient: ['subject', 'subjectConfirmation'],
  inResponseTo: ['subject', 'subjectConfirmation', 'recipient'],
  sessionEnded: ['authnStatement'],
  authnContext: ['authnStatement'],
}

type Stage = 'message' | 'signatures' | 'contents' | 'receiver'

function stageOf(check: SamlCheck): Stage {
  const at = SAML_CHECKS.indexOf(check)
  if (at >= SAML_CHECKS.indexOf(RECEIVER_BEGIN)) return 'receiver'
  if (at >= SAML_CHECKS.indexOf(CONTENTS_BEGIN)) return 'contents'
  return at >= SAML_CHECKS.indexOf(SIGNATURES_BEGIN) ? 'signatures' : 'message'
}

const STAGES: readonly Stage[] = ['message', 'signatures', 'contents', 'receiver']

/** The failure and those beside it, ready to be kept. */
export const failuresOf = (error: SamlCheckError): readonly CheckFailure[] =>
  [error, ...error.others].map(({ check, message, facts }) => ({
    check,
    message,
    ...(facts.found !== undefined && { found: facts.found }),
    ...(facts.expected !== undefined && { expected: facts.expected }),
  }))

/** What matters only where somebody is really signed in. */
export const SKIPPED_BY_TESTS: ReadonlySet<string> = new Set<SamlCheck>([
  'network',
  'replayed',
  'unsolicited',
  'requestUnknown',
  'ticket',
  'browser',
])

/** What is not asked of messages that sign nobody in. */
export const SKIPPED_BY_LOGOUT: ReadonlySet<string> = new Set<SamlCheck>(['network'])

/**
 * Every check in the order in which they are made. Says `passed` only of what is certain; `skipped` are those that were
 * not made in any case.
 */
export function checkReport(
  failures: readonly CheckFailure[],
  skipped: ReadonlySet<string> = new Set(),
): readonly CheckOutcome[] {
  const failed = new Map(failures.map((failure) => [failure.check, failure]))
  const [first] = SAML_CHECKS.filter((check) => failed.has(check))
  return SAML_CHECKS.map((check) => {
    const failure = failed.get(check)
    if (failure) return { check, outcome: 'failed', failure }
    if (skipped.has(check)) return { check, outcome: 'notMade' }
    return { check, outcome: first === undefined || hasPassed(check, first, failed) ? 'passed' : 'notMade' }
  })
}

function hasPassed(check: SamlCheck, first: SamlCheck, failed: ReadonlyMap<string, CheckFailure>): boolean {
  const stage = stageOf(check)
  const reached = STAGES.indexOf(stage) - STAGES.indexOf(stageOf(first))
  if (reached !== 0) return reached < 0
  switch (stage) {
    case 'contents':
      return !(NEEDS[check] ?? []).some((needed) => failed.has(needed))
    case 'signatures':
      // Made for each signature in turn: what the first one passed the second may not have come to.
      return false
    case 'message':
    case 'receiver':
      return SAML_CHECKS.indexOf(check) < SAML_CHECKS.indexOf(first)
    default:
      return stage satisfies never
  }
}
