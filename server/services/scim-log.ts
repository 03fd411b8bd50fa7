/**
 * The SCIM log: diagnostics of what identity providers send. Requests are held in memory and written in batches, off their
 * way, so that a sync does not notice it; a process that is killed takes the last second along. What has to survive is in
 * the audit log.
 */
import type { Db } from '../../db/database.js'
import { findScimLogRecord, insertScimLog, listScimLog } from '../../db/scim-log.js'
import { inTransaction } from '../../db/transaction.js'
import { requireReadRights } from '../domain/access-rules.js'
import type { Actor } from '../domain/actor.js'
import type { Clock } from '../domain/clock.js'
import { IdentityCenterError } from '../domain/errors.js'
import {
  bodiesOf,
  countedAs,
  toLogRecord,
  type ScimExchange,
  type ScimLogEntry,
  type ScimLogFilter,
  type ScimLogPlace,
  type ScimLogRecord,
  type ScimRecorder,
} from '../domain/scim-log.js'

/** Requests held between two rounds. What is beyond is only counted; failures still find room when the others do not. */
const CAPACITY = 1000
const CAPACITY_OF_SUCCESSES = 800
/** Bodies up to this size wait as they are and are made presentable when they are written. */
const LIGHT_BYTES = 8192
/** Lines of one transaction: others who write wait no longer than for so many. */
const BATCH = 100
/** Of those that are only counted, one line is written at once and one for all others of the same minute. */
const COUNTED_MS = 60_000
const MAXIMUM_COUNTED = 20

/** As it came, or, where its bodies are heavy and must not be kept, the line that will be written. */
type Held = ScimExchange | ScimLogRecord

interface Counted {
  readonly since: number
  /** The last one, and how many came before it since the line that was written at once. */
  last?: ScimExchange
  further: number
}

export interface ScimLogPage {
  readonly entries: readonly ScimLogEntry[]
  /** Where the page behind this one begins, if there is one. */
  readonly next?: ScimLogPlace
}

export interface ScimLogDeps {
  readonly db: Db
  readonly clock: Clock
}

export type ScimLog = ReturnType<typeof createScimLog>

export function createScimLog({ db, clock }: ScimLogDeps) {
  let held: Held[] = []
  let unheld = 0
  const counted = new Map<string, Counted>()
  let flushing: Promise<void> = Promise.resolve()

  function hold(exchange: ScimExchange): void {
    const capacity = exchange.status >= 400 ? CAPACITY : CAPACITY_OF_SUCCESSES
    if (held.length >= capacity) unheld += 1
    else held.push(exchange.bytes > LIGHT_BYTES ? toLogRecord(exchange, bodiesOf(exchange), 0) : exchange)
  }

  function count(name: string, exchange: ScimExchange): void {
    const key = counted.has(name) || counted.size < MAXIMUM_COUNTED ? name : 'others'
    const known = counted.get(key)
    if (!known) {
      counted.set(key, { since: exchange.at.getTime(), further: 0 })
      hold(exchange)
      return
    }
    if (known.last) known.further += 1
    known.last = exchange
  }

  /** Lines for what was only counted and whose minute is over; for all of it at the end. */
  function takeCounted(all: boolean): readonly ScimLogRecord[] {
    const over = clock.now().getTime() - COUNTED_MS
    const lines: ScimLogRecord[] = []
    for (const [name, { since, last, further }] of counted) {
      if (!all && since > over) continue
      counted.delete(name)
      if (last) lines.push(toLogRecord(last, {}, further))
    }
    return lines
  }

  async function write(all: boolean): Promise<void> {
    const waiting = held
    const missing = unheld
    held = []
    unheld = 0
    const lines = waiting.map((item) => ('further' in item ? item : toLogRecord(item, bodiesOf(item), 0)))
    // The last line says how many came about then that could not be held.
    const last = missing > 0 ? lines.pop() : undefined
    if (last) lines.push({ ...last, further: missing })
    lines.push(...takeCounted(all))
    for (let start = 0; start < lines.length; start += BATCH) {
      await inTransaction(db, (tx) => insertScimLog(tx, lines.slice(start, start + BATCH)))
    }
  }

  /** One round after the other. */
  function flush({ all = false } = {}): Promise<void> {
    flushing = flushing.catch(() => undefined).then(() => write(all))
    return flushing
  }

  const recorder: ScimRecorder = {
    record(exchange) {
      const name = countedAs(exchange)
      if (name === undefined) hold(exchange)
      else count(name, exchange)
    },
  }

  return {
    ...recorder,

    /**
     * Writes down what has been held since the last round; at the end of the process `all`, also what is still being
     * counted. What cannot be written is given up: a database that does not answer must not fill the memory.
     */
    flush,

    /** Lines that match, the newest first. Throws `actor.forbidden`. */
    async list(
      actor: Actor,
      filter: ScimLogFilter,
      { limit, before }: { readonly limit: number; readonly before?: ScimLogPlace },
    ): Promise<ScimLogPage> {
      requireReadRights(actor)
      await flush()
      const found = await listScimLog(db, filter, { limit: limit + 1, ...(before && { before }) })
      const entries = found.slice(0, limit)
      const last = entries.at(-1)
      return {
        entries,
        ...(found.length > limit && last && { next: { at: last.at, requestId: last.requestId } }),
      }
    },

    /** One line with its bodies. Throws `request.notFound`, `actor.forbidden`. */
    async get(actor: Actor, requestId: string): Promise<ScimLogRecord> {
      requireReadRights(actor)
      await flush()
      const record = await findScimLogRecord(db, requestId)
      if (record) return record
      throw new IdentityCenterError('request.notFound', 'There is no such request in the SCIM log.')
    },
  }
}
