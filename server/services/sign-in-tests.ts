/**
 * Testing the configuration by a real sign-in that signs nobody in: its request is not among the requests that can be
 * answered with a session, and its answer goes into a report that only the administrator's own session can read.
 */
import type { Db } from '../../db/database.js'
import { findSignInTest, insertSignInTest, putSignInTestOutcome } from '../../db/sign-in-tests.js'
import { inTransaction } from '../../db/transaction.js'
import { checkReport, failuresOf, SKIPPED_BY_TESTS } from '../../saml/core/check-report.js'
import type { SamlCheckError } from '../../saml/core/saml-check.js'
import { newMessageId } from '../../saml/core/sign.js'
import type { VerifiedAssertion } from '../../saml/core/verify.js'
import { requireFullRights } from '../domain/access-rules.js'
import type { Actor, ActorOrigin } from '../domain/actor.js'
import { secondsAfter, type Clock } from '../domain/clock.js'
import { IdentityCenterError } from '../domain/errors.js'
import type { SessionId } from '../domain/ids.js'
import { presentable } from '../domain/sign-in-diagnostic.js'
import type { SignInTest } from '../domain/sign-in-test.js'
import type { AuditLog } from './audit-log.js'
import type { IdentityProviderService } from './identity-provider.js'

const WAIT_SECONDS = 900
const MOST_ATTRIBUTES = 100
const LONGEST_VALUE = 500

export interface SignInTestsDeps {
  readonly db: Db
  readonly clock: Clock
  readonly audit: AuditLog
  readonly identityProvider: IdentityProviderService
}

/** What was found in an answer: the first failure, or as whom it would have signed in. */
export type TestFinding =
  | { readonly failure: SamlCheckError; readonly assertion?: VerifiedAssertion }
  | { readonly assertion: VerifiedAssertion; readonly userName: string }

export function createSignInTests({ db, clock, audit, identityProvider }: SignInTestsDeps) {
  const subject = (requestId: string) => ({ kind: 'signInTest', id: requestId })

  return {
    /** Opens a test for the console session; returns the id of its request. Throws `identityProvider.notFound`. */
    async open(actor: Actor, sessionId: SessionId): Promise<string> {
      requireFullRights(actor)
      if (!(await identityProvider.find())) {
        throw new IdentityCenterError('identityProvider.notFound', 'No identity provider is configured.')
      }
      const now = clock.now()
      const requestId = newMessageId()
      await inTransaction(db, async (tx) => {
        await insertSignInTest(tx, {
          requestId,
          sessionId,
          createdAt: now.toISOString(),
          expiresAt: secondsAfter(now, WAIT_SECONDS),
        })
        await audit.record(tx, actor, { action: 'identityProvider.test', subject: subject(requestId) })
      })
      return requestId
    },

    /** Whether the id is that of a test which still waits for its answer. */
    async isWaiting(requestId: string): Promise<boolean> {
      const test = await findSignInTest(db, requestId)
      return test !== undefined && !test.outcome && test.expiresAt > clock.now().toISOString()
    },

    /** Keeps what was found in the first answer. */
    async record(
      requestId: string,
      finding: TestFinding,
      response: string,
      origin: ActorOrigin,
    ): Promise<void> {
      const { assertion } = finding
      const failures = 'failure' in finding ? failuresOf(finding.failure) : []
      const outcome = {
        at: clock.now().toISOString(),
        failures,
        ...('userName' in finding && { userName: finding.userName }),
        ...(assertion && { nameId: assertion.nameId, attributes: attributesOf(assertion) }),
        response: presentable(response),
      }
      await inTransaction(db, async (tx) => {
        if (!(await putSignInTestOutcome(tx, requestId, outcome))) return
        await audit.record(
          tx,
          { ...origin, kind: 'anonymous' },
          {
            action: 'identityProvider.testAnswered',
            subject: subject(requestId),
            result: failures.length === 0 ? 'success' : 'failure',
            detail: { failed: failures.map(({ check }) => check) },
          },
        )
      })
    },

    /** The test and its report, for the session that began it. */
    async find(sessionId: SessionId, requestId: string): Promise<SignInTest | undefined> {
      const test = await findSignInTest(db, requestId)
      if (!test || test.sessionId !== sessionId) return undefined
      const { createdAt, outcome } = test
      if (outcome) {
        return {
          requestId,
          createdAt,
          state: 'answered',
          outcome: { ...outcome, checks: checkReport(outcome.failures, SKIPPED_BY_TESTS) },
        }
      }
      const state = test.expiresAt > clock.now().toISOString() ? 'waiting' : 'late'
      return { requestId, createdAt, state }
    },
  }
}

export type SignInTests = ReturnType<typeof createSignInTests>

const attributesOf = ({ attributes }: VerifiedAssertion): readonly (readonly [string, string])[] =>
  [...attributes]
    .slice(0, MOST_ATTRIBUTES)
    .map(([name, values]) => [name.slice(0, LONGEST_VALUE), values.join(', ').slice(0, LONGEST_VALUE)])
