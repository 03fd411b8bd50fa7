/** Failed federated sign-ins, by the reference that the person was shown. */
import type { Selectable } from 'kysely'
import type { Page, PageRequest } from '../server/domain/page.js'
import type { SignInDiagnostic } from '../server/domain/sign-in-diagnostic.js'
import { boundedCount } from './bounded-count.js'
import { fromJson, toJson } from './columns.js'
import type { Db, Tx } from './database.js'
import type { SignInDiagnosticTable } from './tables.js'

/** A diagnostic without what is concluded from it. */
export type DiagnosticRecord = Omit<SignInDiagnostic, 'checks'>

/** The part that is stored as JSON. */
type Detail = Pick<SignInDiagnostic, 'remedy' | 'response' | 'failures'> &
  Partial<Pick<SignInDiagnostic, 'purpose'>>

const toDiagnostic = (row: Selectable<SignInDiagnosticTable>): DiagnosticRecord => ({
  // Those of earlier versions do not say: they knew sign-ins only.
  purpose: 'signIn',
  reference: row.reference,
  at: row.at,
  check: row.failure,
  message: row.message,
  ...(row.user_name !== null && { userName: row.user_name }),
  ...(row.address !== null && { address: row.address }),
  ...(row.request_id !== null && { requestId: row.request_id }),
  ...fromJson<Detail>(row.detail),
})

export async function insertDiagnostic(tx: Tx, diagnostic: DiagnosticRecord): Promise<void> {
  const detail: Detail = {
    purpose: diagnostic.purpose,
    remedy: diagnostic.remedy,
    ...(diagnostic.failures && { failures: diagnostic.failures }),
    ...(diagnostic.response !== undefined && { response: diagnostic.response }),
  }
  await tx
    .insertInto('sign_in_diagnostics')
    .values({
      reference: diagnostic.reference,
      at: diagnostic.at,
      failure: diagnostic.check,
      message: diagnostic.message,
      user_name: diagnostic.userName ?? null,
      address: diagnostic.address ?? null,
      request_id: diagnostic.requestId ?? null,
      detail: toJson(detail),
    })
    .execute()
}

export async function findDiagnostic(db: Db | Tx, reference: string): Promise<DiagnosticRecord | undefined> {
  const row = await db
    .selectFrom('sign_in_diagnostics')
    .selectAll()
    .where('reference', '=', reference)
    .executeTakeFirst()
  return row && toDiagnostic(row)
}

/** The newest first. */
export async function listDiagnostics(db: Db | Tx, page: PageRequest): Promise<Page<DiagnosticRecord>> {
  const all = db.selectFrom('sign_in_diagnostics')
  const rows = await all
    .selectAll()
    .orderBy('at', 'desc')
    .orderBy('reference')
    .limit(page.limit)
    .offset(page.offset)
    .execute()
  return { items: rows.map(toDiagnostic), total: await boundedCount(db, all.select('reference')) }
}

/** References of failures from one address since a time, the newest first, with the checks that failed and for whom. */
export async function recentDiagnostics(
  db: Db | Tx,
  address: string | null,
  since: string,
  limit: number,
): Promise<readonly Pick<SignInDiagnostic, 'reference' | 'check' | 'userName'>[]> {
  const rows = await db
    .selectFrom('sign_in_diagnostics')
    .select(['reference', 'failure', 'user_name'])
    .where('at', '>=', since)
    .where('address', address === null ? 'is' : '=', address)
    .orderBy('at', 'desc')
    .limit(limit)
    .execute()
  return rows.map((row) => ({
    reference: row.reference,
    check: row.failure,
    ...(row.user_name !== null && { userName: row.user_name }),
  }))
}

/** Removes all but the newest `keep`. */
export async function trimDiagnostics(db: Db | Tx, keep: number): Promise<void> {
  const oldest = await db
    .selectFrom('sign_in_diagnostics')
    .select('at')
    .orderBy('at', 'desc')
    .offset(keep)
    .limit(1)
    .executeTakeFirst()
  if (oldest) await db.deleteFrom('sign_in_diagnostics').where('at', '<=', oldest.at).execute()
}
