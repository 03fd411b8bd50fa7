/** The hash chain over the audit events: what is sealed, what waits, and both side by side for verification. */
import type { Db, Tx } from './database.js'
import type { AuditEvent } from './audit.js'

export interface ChainLink {
  readonly position: number
  readonly hash: string
}

/** An event with the number that the database gave it. */
export interface NumberedEvent extends AuditEvent {
  readonly sequence: number
}

/** A link of the chain with the event it seals, which is absent when somebody removed it. */
export interface SealedEvent extends ChainLink {
  readonly eventSequence: number
  readonly event: NumberedEvent | undefined
}

const EVENT_COLUMNS = [
  'audit_events.id',
  'audit_events.at',
  'audit_events.actor_kind as actorKind',
  'audit_events.actor_id as actorId',
  'audit_events.actor_name as actorName',
  'audit_events.address',
  'audit_events.request_id as requestId',
  'audit_events.action',
  'audit_events.subject_kind as subjectKind',
  'audit_events.subject_id as subjectId',
  'audit_events.subject_name as subjectName',
  'audit_events.result',
  'audit_events.detail',
] as const

/** The last link, or `undefined` while nothing is sealed. */
export async function lastLink(db: Db | Tx): Promise<ChainLink | undefined> {
  return db
    .selectFrom('audit_chain')
    .select(['position', 'hash'])
    .orderBy('position', 'desc')
    .limit(1)
    .executeTakeFirst()
}

/** The highest event number that is sealed; 0 while nothing is. */
export async function lastSealedSequence(db: Db | Tx): Promise<number> {
  const { sequence } = await db
    .selectFrom('audit_chain')
    .select((expression) => expression.fn.max('event_sequence').as('sequence'))
    .executeTakeFirstOrThrow()
  return sequence ?? 0
}

/**
 * Events above `afterSequence` that are in no link, by number. PostgreSQL gives numbers before it commits, so an event may
 * turn up below the highest sealed one: callers look back some way.
 */
export async function listUnsealedEvents(
  db: Db | Tx,
  afterSequence: number,
  limit: number,
): Promise<readonly NumberedEvent[]> {
  return db
    .selectFrom('audit_events')
    .leftJoin('audit_chain', 'audit_chain.event_sequence', 'audit_events.sequence')
    .select(['audit_events.sequence', ...EVENT_COLUMNS])
    .where('audit_events.sequence', '>', afterSequence)
    .where('audit_chain.position', 'is', null)
    .orderBy('audit_events.sequence')
    .limit(limit)
    .execute()
}

export async function appendLinks(
  tx: Tx,
  links: readonly (ChainLink & { readonly eventSequence: number })[],
): Promise<void> {
  await tx
    .insertInto('audit_chain')
    .values(
      links.map((link) => ({ position: link.position, event_sequence: link.eventSequence, hash: link.hash })),
    )
    .execute()
}

/** Links after `afterPosition` with their events, in the order of the chain. */
export async function listSealedEvents(
  db: Db,
  afterPosition: number,
  limit: number,
): Promise<readonly SealedEvent[]> {
  const rows = await db
    .selectFrom('audit_chain')
    .leftJoin('audit_events', 'audit_events.sequence', 'audit_chain.event_sequence')
    .select(['audit_chain.position', 'audit_chain.hash', 'audit_chain.event_sequence', ...EVENT_COLUMNS])
    .where('audit_chain.position', '>', afterPosition)
    .orderBy('audit_chain.position')
    .limit(limit)
    .execute()
  return rows.map(({ position, hash, event_sequence, ...event }) => ({
    position,
    hash,
    eventSequence: event_sequence,
    event: isWhole(event) ? { ...event, sequence: event_sequence } : undefined,
  }))
}

/** Events after `afterSequence` in the order of their numbers: the export. */
export async function listEventsInOrder(
  db: Db,
  afterSequence: number,
  limit: number,
  range: { readonly from?: string | undefined; readonly until?: string | undefined } = {},
): Promise<readonly NumberedEvent[]> {
  let query = db
    .selectFrom('audit_events')
    .select(['audit_events.sequence', ...EVENT_COLUMNS])
    .where('sequence', '>', afterSequence)
  if (range.from !== undefined) query = query.where('at', '>=', range.from)
  if (range.until !== undefined) query = query.where('at', '<', range.until)
  return query.orderBy('sequence').limit(limit).execute()
}

type Joined = { readonly [Name in keyof AuditEvent]: AuditEvent[Name] | null }

/** Every event has an id: without one the join found nothing. */
const isWhole = (event: Joined): event is AuditEvent => event.id !== null
