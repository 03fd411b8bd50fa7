/**
 * Assignments with an end. They count for nothing from then on by themselves; here they are taken away as tasks, with the
 * role sessions that nothing else gives any more, and announced some days before. One instance is at it at a time.
 */
import { randomUUID } from 'node:crypto'
import { listEnded, listUnannounced, setAnnounced } from '../../db/assignment-endings.js'
import { deleteAssignment, listAssignments } from '../../db/assignments.js'
import type { Db } from '../../db/database.js'
import { dropLease, takeLease } from '../../db/leases.js'
import { deploymentTaskLeases, insertTasks } from '../../db/tasks.js'
import { inTransaction } from '../../db/transaction.js'
import { userSyncTaskLeases } from '../../db/user-sync-tasks.js'
import { requireReadRights } from '../domain/access-rules.js'
import { systemActor, type Actor } from '../domain/actor.js'
import type { Assignment } from '../domain/assignment.js'
import { secondsAfter, type Clock } from '../domain/clock.js'
import type { Page, PageRequest } from '../domain/page.js'
import { DEFAULT_SETTINGS } from '../domain/zone.js'
import { boundRoleSessions } from './assignment-sessions.js'
import { findParts, newTaskFor, partIdsOf, toDetail } from './assignment-writer.js'
import type { AuditLog } from './audit-log.js'
import type { ZoneService } from './zones.js'

export interface AssignmentEndingsDeps {
  readonly db: Db
  readonly clock: Clock
  readonly audit: AuditLog
  readonly zones: Pick<ZoneService, 'find'>
}

export type AssignmentEndings = ReturnType<typeof createAssignmentEndings>

const ACTOR = systemActor('assignment endings')
const LEASE = 'assignment endings'
const LEASE_SECONDS = 60
const DAY = 24 * 60 * 60
/** Assignments in one transaction. */
const BATCH = 50
/** Beyond what any retry or lease waits for: a time further ahead was written by a clock that has been moved back. */
const FURTHEST_SECONDS = 10 * 60

export function createAssignmentEndings({ db, clock, audit, zones }: AssignmentEndingsDeps) {
  const token = randomUUID()

  async function warnDays(): Promise<number> {
    const { settings } = (await zones.find()) ?? { settings: DEFAULT_SETTINGS }
    return settings['assignment.warnDays']
  }

  /** Takes away some that have ended. Returns how many. */
  function endSome(now: string): Promise<number> {
    return inTransaction(db, async (tx) => {
      const ended = await listEnded(tx, now, BATCH)
      if (ended.length === 0) return 0
      const parts = await findParts(tx, partIdsOf(ended))
      const batchId = randomUUID()
      for (const triple of ended) await deleteAssignment(tx, triple)
      const tasks = ended.map((triple) =>
        newTaskFor(triple, parts, { type: 'deleteRoleAssignment', status: 'success', batchId }, now),
      )
      await insertTasks(tx, tasks)
      const sessions = []
      for (const [index, triple] of ended.entries()) {
        sessions.push(...(await boundRoleSessions(tx, triple, tasks[index]?.configurationName ?? '', now)))
      }
      await audit.record(tx, ACTOR, {
        action: 'assignment.end',
        subject: { kind: 'batch', id: batchId },
        detail: {
          removed: ended.map((triple) => ({ ...toDetail(triple), endsAt: triple.endsAt })),
          roleSessions: sessions,
        },
      })
      return ended.length
    })
  }

  /** Announces some that end soon, each once. Returns how many. */
  function announceSome(now: string, soon: string): Promise<number> {
    return inTransaction(db, async (tx) => {
      const ending = await listUnannounced(tx, soon, BATCH)
      for (const triple of ending) await setAnnounced(tx, triple, now)
      if (ending.length > 0) {
        await audit.record(tx, ACTOR, {
          action: 'assignment.endsSoon',
          detail: { assignments: ending.map((triple) => ({ ...toDetail(triple), endsAt: triple.endsAt })) },
        })
      }
      return ending.length
    })
  }

  return {
    /** One round. Returns how many assignments were taken away; none when another process is at it. */
    async run(): Promise<number> {
      const time = clock.now()
      const now = time.toISOString()
      const lease = { name: LEASE, token, now, until: secondsAfter(time, LEASE_SECONDS) }
      if (!(await takeLease(db, lease))) return 0
      let total = 0
      for (;;) {
        const ended = await endSome(now)
        total += ended
        if (ended < BATCH) break
      }
      const soon = secondsAfter(time, (await warnDays()) * DAY)
      while ((await announceSome(now, soon)) === BATCH) {
        // Each round is a transaction of its own.
      }
      const furthest = secondsAfter(time, FURTHEST_SECONDS)
      for (const leases of [deploymentTaskLeases, userSyncTaskLeases]) {
        if (await leases.hasFar(db, furthest)) {
          await inTransaction(db, (tx) => leases.bringNear(tx, now, furthest))
        }
      }
      await dropLease(db, LEASE, token)
      return total
    },

    /** Assignments that end within the days of the setting, the next one first, and how many days these are. */
    async soon(actor: Actor, page: PageRequest): Promise<Page<Assignment> & { readonly days: number }> {
      requireReadRights(actor)
      const time = clock.now()
      const days = await warnDays()
      const ending = { after: time.toISOString(), by: secondsAfter(time, days * DAY) }
      return { days, ...(await listAssignments(db, { ending }, page)) }
    },
  }
}
