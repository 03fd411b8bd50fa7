/** Removes what has expired. Nothing here is needed for safety: whoever reads these rows checks their time as well. */
import { randomUUID } from 'node:crypto'
import type { Db } from '../../db/database.js'
import { dropLease, takeLease } from '../../db/leases.js'
import { purge, purgeTasks, type PurgeableTable } from '../../db/maintenance.js'
import { trimScimLog } from '../../db/scim-log.js'
import { inTransaction } from '../../db/transaction.js'
import { secondsAfter, type Clock } from '../domain/clock.js'
import { DEFAULT_SETTINGS } from '../domain/zone.js'
import type { ZoneService } from './zones.js'

const DAY = 24 * 60 * 60

/** How long rows are kept past the time in their own column, in seconds. */
const KEEP: Record<PurgeableTable, number> = {
  sessions: 0,
  pending_sign_ins: 0,
  passkey_challenges: 0,
  known_devices: 0,
  // A response is refused by its own times long before; the hour covers every skew that is allowed.
  seen_assertions: 60 * 60,
  sign_in_tickets: 0,
  // The report is read while its session lasts.
  sign_in_tests: DAY,
  pending_logouts: 0,
  cli_sign_ins: 0,
  cli_tokens: 0,
  deployment_plans: 0,
  form_submissions: 0,
  sign_in_diagnostics: 30 * DAY,
  sign_in_attempts: DAY,
  // Kept for those who look up what a role session of last month was.
  role_sessions: 30 * DAY,
  // Longer than the longest window of the guard.
  scim_guard_losses: 8 * DAY,
  scim_guard_counts: 8 * DAY,
}

const LEASE = 'maintenance'
const LEASE_SECONDS = 60
const BATCH = 200
/** Lines of the SCIM log about those who were not authenticated: anybody can cause them. */
const KEEP_STRANGERS = 1000

export interface MaintenanceDeps {
  readonly db: Db
  readonly clock: Clock
  readonly zones: Pick<ZoneService, 'find'>
}

export function createMaintenance({ db, clock, zones }: MaintenanceDeps) {
  const token = randomUUID()

  async function trimLog(now: Date): Promise<number> {
    const { settings } = (await zones.find()) ?? { settings: DEFAULT_SETTINGS }
    const bounds = {
      before: secondsAfter(now, -settings['scim.logDays'] * DAY),
      keep: settings['scim.logRows'],
      keepStrangers: KEEP_STRANGERS,
      limit: BATCH,
    }
    let total = 0
    for (;;) {
      const removed = await inTransaction(db, (tx) => trimScimLog(tx, bounds))
      if (removed === 0) return total
      total += removed
    }
  }

  async function trimTasks(now: Date): Promise<number> {
    const { settings } = (await zones.find()) ?? { settings: DEFAULT_SETTINGS }
    const before = secondsAfter(now, -settings['tasks.historyDays'] * DAY)
    let total = 0
    for (;;) {
      const removed = await purgeTasks(db, before, BATCH)
      if (removed === 0) return total
      total += removed
    }
  }

  return {
    /**
     * Purges every table, batch by batch. Returns how many rows went; none when another process is at it.
     */
    async run(): Promise<number> {
      const now = clock.now()
      const lease = { name: LEASE, token, now: now.toISOString(), until: secondsAfter(now, LEASE_SECONDS) }
      if (!(await takeLease(db, lease))) return 0
      let total = 0
      for (const [table, keep] of Object.entries(KEEP) as [PurgeableTable, number][]) {
        for (;;) {
          const removed = await purge(db, table, secondsAfter(now, -keep), BATCH)
          total += removed
          if (removed < BATCH) break
        }
      }
      total += await trimLog(now)
      total += await trimTasks(now)
      await dropLease(db, LEASE, token)
      return total
    },
  }
}
