/**
 * The hash chain over the audit log. Events are written by their use cases; one leased sealer links them within a second,
 * so that writers do not queue on the chain. The end of the chain is also kept sealed under the encryption key: whoever
 * can write to the database alone cannot cut the chain or compute a new one unnoticed.
 */
import { createHash, randomUUID } from 'node:crypto'
import {
  appendLinks,
  lastLink,
  lastSealedSequence,
  listEventsInOrder,
  listSealedEvents,
  listUnsealedEvents,
  type NumberedEvent,
} from '../../db/audit-chain.js'
import { isUniqueViolation } from '../../db/constraint-errors.js'
import type { Db } from '../../db/database.js'
import { dropLease, takeLease } from '../../db/leases.js'
import { inTransaction } from '../../db/transaction.js'
import { findInstanceValue, putInstanceValue } from '../../db/zones.js'
import { secondsAfter, type Clock } from '../domain/clock.js'
import type { SecretBox } from '../domain/secrets.js'

const LEASE = 'audit-sealer'
const LEASE_SECONDS = 3
const BATCH = 500
/** How far below the highest sealed number an event may still turn up: transactions that took their number early. */
const LOOK_BACK = 1000
const HEAD = 'audit-chain-head'

export interface AuditVerification {
  /** Links that were checked. */
  readonly sealed: number
  /** Events that wait for the sealer. */
  readonly unsealed: number
  /** Hash of the last link, to be noted down elsewhere; empty while nothing is sealed. */
  readonly head: string
  /** What does not fit, the first hundred findings. Empty: nothing was changed or removed. */
  readonly problems: readonly string[]
}

const MAXIMUM_PROBLEMS = 100

/** What a link covers: the hash before it and every field of the event, as JSON with a fixed order of keys. */
function linkHash(previous: string, event: NumberedEvent): string {
  const canonical = JSON.stringify({
    previous,
    sequence: event.sequence,
    id: event.id,
    at: event.at,
    actorKind: event.actorKind,
    actorId: event.actorId,
    actorName: event.actorName,
    address: event.address,
    requestId: event.requestId,
    action: event.action,
    subjectKind: event.subjectKind,
    subjectId: event.subjectId,
    subjectName: event.subjectName,
    result: event.result,
    detail: event.detail,
  })
  return createHash('sha256').update(canonical).digest('hex')
}

export function createAuditSealer({ db, clock, secretBox }: { db: Db; clock: Clock; secretBox: SecretBox }) {
  const token = randomUUID()
  /** Nothing is known of earlier gaps when a process begins, so its first round looks at every event. */
  let lookedAtAll = false

  /** Links up to `BATCH` events. Returns how many; none also when another process holds the lease. */
  async function sealBatch(): Promise<number> {
    const start = lookedAtAll ? Math.max(0, (await lastSealedSequence(db)) - LOOK_BACK) : 0
    // Read outside the transaction: a serializable one would stand in the way of those who write events.
    const events = await listUnsealedEvents(db, start, BATCH)
    if (events.length < BATCH) lookedAtAll = true
    if (events.length === 0) return 0
    try {
      return await inTransaction(db, async (tx) => {
        const now = clock.now()
        const lease = { name: LEASE, token, now: now.toISOString(), until: secondsAfter(now, LEASE_SECONDS) }
        if (!(await takeLease(tx, lease))) return 0
        const last = await lastLink(tx)
        let position = last?.position ?? 0
        let hash = last?.hash ?? ''
        const links = events.map((event) => {
          position += 1
          hash = linkHash(hash, event)
          return { position, hash, eventSequence: event.sequence }
        })
        await appendLinks(tx, links)
        await putInstanceValue(tx, HEAD, secretBox.seal(HEAD, `${position}:${hash}`))
        return links.length
      })
    } catch (error) {
      // The lease was another's until a moment ago, and he sealed what was read above: the next round reads anew.
      if (isUniqueViolation(error, 'audit_chain', 'event_sequence')) return 0
      throw error
    }
  }

  return {
    /** Links everything that waits and returns how many events that were. */
    async seal(): Promise<number> {
      let total = 0
      for (;;) {
        const sealed = await sealBatch()
        total += sealed
        if (sealed < BATCH) return total
      }
    },

    /** Lets another process take over at once. */
    release: () => dropLease(db, LEASE, token),

    /**
     * Walks the whole chain and names every event that was changed or removed, every broken link, and a cut end.
     * Reads page by page, so it can run beside a working server.
     */
    async verify(): Promise<AuditVerification> {
      const problems: string[] = []
      const report = (problem: string) => {
        if (problems.length < MAXIMUM_PROBLEMS) problems.push(problem)
      }
      const head = await readHead(report)
      let position = 0
      let hash = ''
      for (;;) {
        const page = await listSealedEvents(db, position, BATCH)
        for (const link of page) {
          if (link.position !== position + 1) {
            report(`The links ${position + 1} to ${link.position - 1} were removed from the chain.`)
          } else if (!link.event) {
            report(`Event ${link.eventSequence} was removed (link ${link.position}).`)
          } else if (linkHash(hash, link.event) !== link.hash) {
            report(`Event ${link.eventSequence} (${link.event.at} ${link.event.action}) was changed.`)
          }
          position = link.position
          // The stored hash goes on: each change is reported where it is and not again at every link after it.
          hash = link.hash
          if (head && position === head.position && hash !== head.hash) {
            report(`The chain was written anew: link ${position} is not the one this server sealed.`)
          }
        }
        if (page.length < BATCH) break
      }
      if (head && position < head.position) {
        report(`The end of the chain was cut off: ${head.position} links were sealed, ${position} are there.`)
      }
      const unsealed = await countUnsealed()
      return { sealed: position, unsealed, head: hash, problems }
    },

    /** All events in order, page by page; `from` and `until` are ISO 8601 times. */
    async *events(range: { readonly from?: string | undefined; readonly until?: string | undefined } = {}) {
      let after = 0
      for (;;) {
        const page = await listEventsInOrder(db, after, BATCH, range)
        yield* page
        const last = page.at(-1)
        if (!last || page.length < BATCH) return
        after = last.sequence
      }
    },
  }

  /** The end of the chain as this server sealed it last. */
  async function readHead(
    report: (problem: string) => void,
  ): Promise<{ readonly position: number; readonly hash: string } | undefined> {
    const sealed = await findInstanceValue(db, HEAD)
    if (sealed === undefined) {
      if (await lastLink(db)) report('The seal over the end of the chain was removed.')
      return undefined
    }
    try {
      const [position, hash] = secretBox.open(HEAD, sealed).split(':')
      return { position: Number(position), hash: hash ?? '' }
    } catch {
      report('The seal over the end of the chain does not open: it was changed.')
      return undefined
    }
  }

  async function countUnsealed(): Promise<number> {
    let after = 0
    let count = 0
    for (;;) {
      const page = await listUnsealedEvents(db, after, BATCH)
      count += page.length
      const last = page.at(-1)
      if (!last || page.length < BATCH) return count
      after = last.sequence
    }
  }
}

export type AuditSealer = ReturnType<typeof createAuditSealer>
