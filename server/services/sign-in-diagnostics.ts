/** Why federated sign-ins failed: kept for administrators, found by the reference that the person was shown. */
import type { Db } from '../../db/database.js'
import {
  type DiagnosticRecord,
  findDiagnostic,
  insertDiagnostic,
  listDiagnostics,
  recentDiagnostics,
  trimDiagnostics,
} from '../../db/sign-in-diagnostics.js'
import { inTransaction } from '../../db/transaction.js'
import { checkReport } from '../../saml/core/check-report.js'
import { requireReadRights } from '../domain/access-rules.js'
import type { Actor, ActorOrigin } from '../domain/actor.js'
import type { Clock } from '../domain/clock.js'
import { secondsAfter } from '../domain/clock.js'
import { newReference } from '../domain/ids.js'
import type { Page, PageRequest } from '../domain/page.js'
import { presentable, type SignInDiagnostic, type SignInFailure } from '../domain/sign-in-diagnostic.js'
import type { AuditLog } from './audit-log.js'

/** Anybody can send broken responses; they must not fill the disk, nor push each other's records out. */
const MAXIMUM_RECORDS = 2000
const RECENT_SECONDS = 600
const MAXIMUM_RECENT_OF_ADDRESS = 60

export interface SignInDiagnosticsDeps {
  readonly db: Db
  readonly clock: Clock
  readonly audit: AuditLog
}

export function createSignInDiagnostics({ db, clock, audit }: SignInDiagnosticsDeps) {
  return {
    /**
     * Keeps the failure and returns its reference. From an address that fails all the time, a failure of a kind that
     * was just recorded is not recorded again: it gets the reference of the last one.
     */
    async record(
      origin: ActorOrigin,
      failure: SignInFailure,
      {
        audited = false,
      }: { /** The refusal is in the audit log already. */ readonly audited?: boolean } = {},
    ): Promise<string> {
      const now = clock.now()
      const recent = await recentDiagnostics(
        db,
        origin.address ?? null,
        secondsAfter(now, -RECENT_SECONDS),
        MAXIMUM_RECENT_OF_ADDRESS,
      )
      const alike = recent.find((other) => other.check === failure.check)
      if (alike && recent.length >= MAXIMUM_RECENT_OF_ADDRESS) return alike.reference
      const diagnostic: DiagnosticRecord = {
        ...failure,
        reference: newReference(),
        at: now.toISOString(),
        ...(origin.address !== undefined && { address: origin.address }),
        ...(origin.requestId !== undefined && { requestId: origin.requestId }),
        ...(failure.response !== undefined && { response: presentable(failure.response) }),
      }
      await inTransaction(db, async (tx) => {
        await insertDiagnostic(tx, diagnostic)
        if (audited) return
        await audit.record(
          tx,
          { ...origin, kind: 'anonymous' },
          {
            action: failure.purpose === 'logout' ? 'session.endByIdentityProvider' : 'signIn.federated',
            result: 'failure',
            detail: {
              cause: failure.check,
              reference: diagnostic.reference,
              ...(failure.userName !== undefined && { userName: failure.userName }),
            },
          },
        )
      })
      // By itself: within the transaction, all who fail at the same time would get in each other's way.
      await trimDiagnostics(db, MAXIMUM_RECORDS)
      return diagnostic.reference
    },

    /** The failure with that reference, however it was typed. */
    async find(actor: Actor, reference: string): Promise<SignInDiagnostic | undefined> {
      requireReadRights(actor)
      const found = await findDiagnostic(db, reference.trim().toUpperCase())
      return found && withChecks(found)
    },

    /** The newest first. */
    async list(actor: Actor, page: PageRequest): Promise<Page<SignInDiagnostic>> {
      requireReadRights(actor)
      const { items, total } = await listDiagnostics(db, page)
      return { items: items.map(withChecks), total }
    },
  }
}

export type SignInDiagnostics = ReturnType<typeof createSignInDiagnostics>

const withChecks = (record: DiagnosticRecord): SignInDiagnostic => ({
  ...record,
  checks: checkReport(record.failures ?? [{ check: record.check, message: record.message }]),
})
