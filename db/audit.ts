/** Audit events: written, never changed. */
import type { Db, Tx } from './database.js'
import { prepared } from './prepared.js'
import { contains, startsWith } from './columns.js'
import type { Page, PageRequest } from '../server/domain/page.js'

export interface AuditEvent {
  readonly id: string
  readonly at: string
  readonly actorKind: string
  readonly actorId: string | null
  readonly actorName: string
  readonly address: string | null
  readonly requestId: string | null
  readonly action: string
  readonly subjectKind: string | null
  readonly subjectId: string | null
  readonly subjectName: string | null
  readonly result: 'success' | 'failure'
  /** JSON text. */
  readonly detail: string
}

export interface AuditQuery {
  /** Exact action (`user.create`), or its beginning when it ends with a dot (`user.`). */
  readonly action?: string
  readonly subjectId?: string
  /** Part of the actor's or the subject's name. */
  readonly search?: string
  readonly from?: string
  readonly until?: string
  readonly page: PageRequest
}

const insertRow = prepared((db, slots: AuditEvent) =>
  db.insertInto('audit_events').values({
    id: slots.id,
    at: slots.at,
    actor_kind: slots.actorKind,
    actor_id: slots.actorId,
    actor_name: slots.actorName,
    address: slots.address,
    request_id: slots.requestId,
    action: slots.action,
    subject_kind: slots.subjectKind,
    subject_id: slots.subjectId,
    subject_name: slots.subjectName,
    result: slots.result,
    detail: slots.detail,
  }),
)

export async function insertAuditEvent(tx: Tx, event: AuditEvent): Promise<void> {
  await insertRow(tx, event)
}

/** Events that match, newest first. `total` is exact up to 10,000 and stops there. */
export async function searchAuditEvents(db: Db, query: AuditQuery): Promise<Page<AuditEvent>> {
  let rows = db.selectFrom('audit_events')
  const { action } = query
  if (action?.endsWith('.')) rows = rows.where((expression) => startsWith(expression.ref('action'), action))
  else if (action !== undefined) rows = rows.where('action', '=', action)
  const { subjectId, from, until } = query
  if (subjectId !== undefined) rows = rows.where('subject_id', '=', subjectId)
  if (from !== undefined) rows = rows.where('at', '>=', from)
  if (until !== undefined) rows = rows.where('at', '<', until)
  if (query.search !== undefined && query.search !== '') {
    const text = query.search.toLowerCase()
    rows = rows.where((expression) =>
      expression.or([
        contains(expression.fn('lower', ['actor_name']), text),
        contains(expression.fn('lower', ['subject_name']), text),
      ]),
    )
  }
  const [items, counted] = await Promise.all([
    rows.selectAll().orderBy('sequence', 'desc').limit(query.page.limit).offset(query.page.offset).execute(),
    db
      .selectFrom(rows.select('sequence').limit(10_000).as('bounded'))
      .select((expression) => expression.fn.countAll<number>().as('total'))
      .executeTakeFirstOrThrow(),
  ])
  return {
    total: counted.total,
    items: items.map((row) => ({
      id: row.id,
      at: row.at,
      actorKind: row.actor_kind,
      actorId: row.actor_id,
      actorName: row.actor_name,
      address: row.address,
      requestId: row.request_id,
      action: row.action,
      subjectKind: row.subject_kind,
      subjectId: row.subject_id,
      subjectName: row.subject_name,
      result: row.result,
      detail: row.detail,
    })),
  }
}
