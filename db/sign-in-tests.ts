/** Sign-ins that only test the configuration: requests of an administrator, and what their answers were found to be. */
import type { SessionId } from '../server/domain/ids.js'
import type { SignInTestOutcome } from '../server/domain/sign-in-test.js'
import { fromJson, toJson } from './columns.js'
import type { Db, Tx } from './database.js'

export interface SignInTestRecord {
  readonly requestId: string
  /** The console session that asked. */
  readonly sessionId: SessionId
  readonly createdAt: string
  readonly expiresAt: string
  readonly outcome?: SignInTestOutcome
}

export async function insertSignInTest(tx: Tx, test: Omit<SignInTestRecord, 'outcome'>): Promise<void> {
  await tx
    .insertInto('sign_in_tests')
    .values({
      request_id: test.requestId,
      session_id: test.sessionId,
      outcome: null,
      created_at: test.createdAt,
      expires_at: test.expiresAt,
    })
    .execute()
}

export async function findSignInTest(db: Db | Tx, requestId: string): Promise<SignInTestRecord | undefined> {
  const row = await db
    .selectFrom('sign_in_tests')
    .selectAll()
    .where('request_id', '=', requestId)
    .executeTakeFirst()
  return (
    row && {
      requestId: row.request_id,
      sessionId: row.session_id,
      createdAt: row.created_at,
      expiresAt: row.expires_at,
      ...(row.outcome !== null && { outcome: fromJson<SignInTestOutcome>(row.outcome) }),
    }
  )
}

/** Keeps the outcome. False when there is one already: of two answers, the first counts. */
export async function putSignInTestOutcome(
  tx: Tx,
  requestId: string,
  outcome: SignInTestOutcome,
): Promise<boolean> {
  const result = await tx
    .updateTable('sign_in_tests')
    .set({ outcome: toJson(outcome) })
    .where('request_id', '=', requestId)
    .where('outcome', 'is', null)
    .executeTakeFirst()
  return result.numUpdatedRows === 1n
}
