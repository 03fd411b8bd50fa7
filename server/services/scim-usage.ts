/**
 * How often each SCIM credential is used. Each process counts in memory and adds what it counted to the database every few
 * seconds, where it learns what the others counted: requests themselves write nothing. So the limit holds for all
 * instances together, but not to the request: each may let through what it gets until it hears of the others.
 */
import { addScimUses } from '../../db/credentials.js'
import type { Db } from '../../db/database.js'
import type { Clock } from '../domain/clock.js'
import { IdentityCenterError } from '../domain/errors.js'
import type { ScimCredentialId } from '../domain/ids.js'

const MINUTE_MS = 60_000

/** What is known of one credential in one minute. */
interface Usage {
  readonly minute: number
  /** As the database had it when it was last told: of all instances. */
  shared: number
  /** Counted here since then. */
  own: number
}

export interface ScimUsageDeps {
  readonly db: Db
  readonly clock: Clock
}

export type ScimUsage = ReturnType<typeof createScimUsage>

export function createScimUsage({ db, clock }: ScimUsageDeps) {
  const usages = new Map<ScimCredentialId, Usage>()

  return {
    /**
     * Counts a request of the credential. Throws `request.rateLimited` with `facts.retryAfterSeconds` (to the end of the
     * minute) when there were `limit` in this minute.
     */
    count(credentialId: ScimCredentialId, limit: number): void {
      const now = clock.now().getTime()
      const minute = Math.floor(now / MINUTE_MS)
      let usage = usages.get(credentialId)
      if (usage?.minute !== minute) {
        usage = { minute, shared: 0, own: 0 }
        usages.set(credentialId, usage)
      }
      if (usage.shared + usage.own >= limit) {
        throw new IdentityCenterError(
          'request.rateLimited',
          `This credential has made its ${limit} requests of this minute. Go on after the time in Retry-After, or let an administrator raise the setting scim.requestsPerMinute.`,
          { limit, retryAfterSeconds: Math.ceil(((minute + 1) * MINUTE_MS - now) / 1000) },
        )
      }
      usage.own += 1
    },

    /** Tells the other instances what was counted here, and learns what they counted. */
    async share(): Promise<void> {
      const present = Math.floor(clock.now().getTime() / MINUTE_MS)
      for (const [credentialId, usage] of usages) {
        // What is over limits nobody any more.
        if (usage.minute !== present) usages.delete(credentialId)
        if (usage.minute !== present || usage.own === 0) continue
        const { own } = usage
        const minute = new Date(usage.minute * MINUTE_MS).toISOString()
        const shared = await addScimUses(db, credentialId, minute, own)
        // A credential that was deleted meanwhile is refused anyway.
        if (shared === undefined) continue
        usage.shared = shared
        usage.own -= own
      }
    },
  }
}
