/** Calls of the API that administrators try in the console, in the audit log: who tried what, and how it was answered. */
import type { Db } from '../../db/database.js'
import { inTransaction } from '../../db/transaction.js'
import type { Actor } from '../domain/actor.js'
import type { AuditLog } from './audit-log.js'

export interface ApiTrialServiceDeps {
  readonly db: Db
  readonly audit: AuditLog
}

export function createApiTrialService({ db, audit }: ApiTrialServiceDeps) {
  return {
    /** Parameters and answers are left out: they may hold secrets. What the call changed has an event of its own. */
    record: (actor: Actor, operation: string, code: string | undefined): Promise<void> =>
      inTransaction(db, (tx) =>
        audit.record(tx, actor, {
          action: 'api.try',
          subject: { kind: 'apiAction', id: operation },
          ...(code !== undefined && { result: 'failure' as const, detail: { code } }),
        }),
      ),
  }
}

export type ApiTrialService = ReturnType<typeof createApiTrialService>
