/** Why sign-ins failed, over SSO or for their network: kept for administrators, found by the reference that was shown. */
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
import { checkReport, SKIPPED_BY_LOGOUT } from '../../saml/core/check-report.js'
import { requireReadRights } from '../domain/access-rules.js'
import type { Actor, ActorOrigin } from '../domain/actor.js'
import type { Clock } from '../domain/clock.js'
import { secondsAfter } from '../domain/clock.js'
import { newReference } from '../domain/ids.js'
import type { Page, PageRequest } from '../domain/page.js'
import {
  NETWORK_CHECK,
  networkFailure,
  presentable,
  type SignInDiagnostic,
  type SignInFailure,
} from '../domain/sign-in-diagnostic.js'
import type { AuditEntry, AuditLog } from './audit-log.js'

/** Anybody can send broken responses; they must not fill the disk, nor push each other's records out. */
const MAXIMUM_RECORDS = 2000
const RECENT_SECONDS = 600
const MAXIMUM_RECENT_OF_ADDRESS = 60

export interface SignInDiagnosticsDeps {
  readonly db: Db
  readonly clock: Clock
  readonly audit: AuditLog
}

/** Where a sign-in was refused for its network. */
export type NetworkDoor = 'portal' | 'saml' | 'account' | 'commandLine'

export function createSignInDiagnostics({ db, clock, audit }: SignInDiagnosticsDeps) {
  const recentOf = ({ address }: ActorOrigin) =>
    recentDiagnostics(
      db,
      address ?? null,
      secondsAfter(clock.now(), -RECENT_SECONDS),
      MAXIMUM_RECENT_OF_ADDRESS,
    )

  /** Keeps the failure with the audit event that tells of it, if it is to have one. */
  async function keep(
    origin: ActorOrigin,
    failure: SignInFailure,
    event: Pick<AuditEntry, 'action' | 'detail'> | undefined,
  ): Promise<string> {
    const reference = newReference()
    const diagnostic: DiagnosticRecord = {
      ...failure,
      reference,
      at: clock.now().toISOString(),
      ...(origin.address !== undefined && { address: origin.address }),
      ...(origin.requestId !== undefined && { requestId: origin.requestId }),
      ...(failure.response !== undefined && { response: presentable(failure.response) }),
    }
    const { check: cause, userName } = failure
    await inTransaction(db, async (tx) => {
      await insertDiagnostic(tx, diagnostic)
      if (!event) return
      await audit.record(
        tx,
        { ...origin, kind: 'anonymous' },
        {
          action: event.action,
          result: 'failure',
          detail: { cause, reference, ...(userName !== undefined && { userName }), ...event.detail },
        },
      )
    })
    // By itself: within the transaction, all who fail at the same time would get in each other's way.
    await trimDiagnostics(db, MAXIMUM_RECORDS)
    return reference
  }

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
      const recent = await recentOf(origin)
      const alike = recent.find((other) => other.check === failure.check)
      if (alike && recent.length >= MAXIMUM_RECENT_OF_ADDRESS) return alike.reference
      const action = failure.purpose === 'logout' ? 'session.endByIdentityProvider' : 'signIn.federated'
      return keep(origin, failure, audited ? undefined : { action })
    },

    /**
     * Keeps that somebody was refused for the network, and returns the reference. Whoever goes on trying there meets the
     * same refusal for ten minutes: a page that is loaded again tells nothing new. `isNew` tells whether anything was kept.
     */
    async recordNetworkRefusal(
      origin: ActorOrigin,
      { door, userName }: { readonly door: NetworkDoor; readonly userName?: string | undefined },
    ): Promise<{ readonly reference: string; readonly isNew: boolean }> {
      const alike = (await recentOf(origin)).find(
        (other) => other.check === NETWORK_CHECK && other.userName === userName,
      )
      if (alike) return { reference: alike.reference, isNew: false }
      const event = { action: 'signIn.network', detail: { door } }
      return { reference: await keep(origin, networkFailure(origin.address, userName), event), isNew: true }
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

function withChecks(record: DiagnosticRecord): SignInDiagnostic {
  const failures = record.failures ?? [{ check: record.check, message: record.message }]
  // There was no message, or it was not looked at: what it would have to pass says nothing here.
  if (record.check === NETWORK_CHECK) {
    return {
      ...record,
      checks: failures.map((failure) => ({ check: failure.check, outcome: 'failed', failure })),
    }
  }
  return {
    ...record,
    checks: checkReport(failures, record.purpose === 'logout' ? SKIPPED_BY_LOGOUT : undefined),
  }
}
