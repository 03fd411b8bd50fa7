/** The audit log: one event for each use case, written in that use case's own transaction. */
import { insertAuditEvent, searchAuditEvents, type AuditQuery } from '../../db/audit.js'
import type { Db, Tx } from '../../db/database.js'
import { requireReadRights } from '../domain/access-rules.js'
import { identityOf, type Actor } from '../domain/actor.js'
import type { Clock } from '../domain/clock.js'
import { newAuditEventId } from '../domain/ids.js'

export interface AuditEntry {
  /** `<subject>.<verb>`, such as `user.create`. */
  readonly action: string
  readonly subject?: { readonly kind: string; readonly id: string; readonly name?: string | undefined }
  /** `success` unless told otherwise. */
  readonly result?: 'success' | 'failure'
  /** Before and after, reasons, numbers. Never a secret. */
  readonly detail?: Readonly<Record<string, unknown>>
}

export function createAuditLog({ db, clock }: { db: Db; clock: Clock }) {
  return {
    /** Adds the event to the running transaction: it is there exactly when the change is. */
    async record(tx: Tx, actor: Actor, entry: AuditEntry): Promise<void> {
      const { id, name } = identityOf(actor)
      await insertAuditEvent(tx, {
        id: newAuditEventId(),
        at: clock.now().toISOString(),
        actorKind: actor.kind,
        actorId: id,
        actorName: name,
        address: actor.address ?? null,
        requestId: actor.requestId ?? null,
        action: entry.action,
        subjectKind: entry.subject?.kind ?? null,
        subjectId: entry.subject?.id ?? null,
        subjectName: entry.subject?.name ?? null,
        result: entry.result ?? 'success',
        detail: JSON.stringify(entry.detail ?? {}),
      })
    },

    /** Events that match, newest first. Throws `actor.forbidden` unless the actor may read the zone. */
    search(actor: Actor, query: AuditQuery) {
      requireReadRights(actor)
      return searchAuditEvents(db, query)
    },
  }
}

export type AuditLog = ReturnType<typeof createAuditLog>
