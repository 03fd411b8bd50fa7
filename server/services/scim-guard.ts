/** Holds SCIM requests that would take access from too many at once, and lets administrators decide on them. */
import { readCounters } from '../../db/counters.js'
import type { Db, Tx } from '../../db/database.js'
import {
  clearGuardEntries,
  clearLossCounts,
  countLosses,
  insertGuardEntries,
  listGuardEntries,
  readGuardState,
  sumLosses,
  uncountedLosses,
  writeGuardState,
  type GuardEntryQuery,
} from '../../db/scim-guard.js'
import { afterCommit, inTransaction } from '../../db/transaction.js'
import { requireFullRights, requireReadRights } from '../domain/access-rules.js'
import type { Actor } from '../domain/actor.js'
import { secondsAfter, type Clock } from '../domain/clock.js'
import { IdentityCenterError } from '../domain/errors.js'
import type { Page } from '../domain/page.js'
import {
  allowedLosses,
  GUARD_RETRY_SECONDS,
  guardSight,
  guardWindow,
  MAXIMUM_RELEASE_HOURS,
  stateAt,
  tripOf,
  type GuardEntry,
  type GuardState,
  type GuardStatus,
  type LossCounts,
  type LossOfAccess,
} from '../domain/scim-guard.js'
import type { Zone } from '../domain/zone.js'
import type { AuditLog } from './audit-log.js'
import type { ZoneService } from './zones.js'

export interface ScimGuardDeps {
  readonly db: Db
  readonly clock: Clock
  readonly audit: AuditLog
  readonly zones: Pick<ZoneService, 'current'>
  readonly log: { warn(facts: object, message: string): void }
  /** Origin under which the product is reached. */
  readonly baseUrl: string
}

/** The guard as the console shows it. */
export interface GuardOverview {
  readonly enabled: boolean
  readonly state: GuardState
  /** Handed back with a decision: it counts only for the state that was looked at. */
  readonly sight: string
  /** Losses within the window, and how many are allowed. */
  readonly losses: LossCounts
  readonly allowed: LossCounts
}

export interface GuardRelease {
  readonly hours: number
  /** So many users and groups may lose access; any number when absent. */
  readonly limit?: number
}

export type ScimGuard = ReturnType<typeof createScimGuard>

const SUBJECT = { kind: 'scimGuard', id: 'scimGuard' } as const

export function createScimGuard({ db, clock, audit, zones, log, baseUrl }: ScimGuardDeps) {
  const page = `${baseUrl}/admin/scim/guard`

  async function totalsWithin(from: Db | Tx): Promise<LossCounts> {
    const totals = await readCounters(from, ['users.synchronized', 'groups.synchronized'])
    return { users: totals['users.synchronized'], groups: totals['groups.synchronized'] }
  }

  /** Keeps what is held, and makes the refusal of the request. */
  async function holdWithin(tx: Tx, state: GuardState, loss: LossOfAccess): Promise<IdentityCenterError> {
    const now = clock.now().toISOString()
    const allListed = await insertGuardEntries(tx, loss, now)
    await writeGuardState(tx, {
      ...state,
      heldRequests: state.heldRequests + 1,
      unlisted: state.unlisted || !allListed,
      lastHeldAt: now,
    })
    return state.status === 'refused'
      ? new IdentityCenterError(
          'scim.guardRefused',
          `An administrator refused this: requests that take access away are not carried out until the guard is ended at ${page}.`,
        )
      : new IdentityCenterError(
          'scim.guardHeld',
          `The guard holds this: SCIM would take access from too many users or groups at once. An administrator releases or refuses it at ${page}; send it again later.`,
          { retryAfterSeconds: GUARD_RETRY_SECONDS },
        )
  }

  async function decide(
    actor: Actor,
    sight: string,
    action: string,
    next: (state: GuardState, now: Date) => GuardState,
  ): Promise<void> {
    requireFullRights(actor)
    await inTransaction(db, async (tx) => {
      const now = clock.now()
      const state = stateAt(await readGuardState(tx), now)
      if (state.status === 'watching' || guardSight(state) !== sight) {
        throw new IdentityCenterError(
          'scimGuard.changed',
          'The guard has changed since you looked: look again, then decide.',
        )
      }
      const decided = {
        ...next(state, now),
        since: now.toISOString(),
        decidedBy: 'name' in actor ? actor.name : actor.kind,
        countedFrom: now.toISOString(),
      }
      await writeGuardState(tx, decided)
      await clearLossCounts(tx)
      await audit.record(tx, actor, {
        action,
        subject: SUBJECT,
        detail: {
          heldRequests: state.heldRequests,
          ...(decided.releasedUntil !== undefined && { until: decided.releasedUntil }),
          ...(decided.releaseLeft !== undefined && { limit: decided.releaseLeft }),
        },
      })
    })
  }

  return {
    /** Whether losses of access by this actor are to be checked: what they are need not be found out otherwise. */
    watches: (actor: Actor, zone: Pick<Zone, 'settings'>): boolean =>
      actor.kind === 'scim' && zone.settings['scim.guard'],

    /**
     * Counts what a SCIM request takes away, before it does; part of its transaction. Returns the refusal of a request
     * that is held, which the caller throws after the commit (`settle`), so that what is held is kept. For actors and
     * zones that it watches.
     */
    async checkWithin(
      tx: Tx,
      actor: Actor,
      zone: Zone,
      loss: LossOfAccess,
    ): Promise<IdentityCenterError | undefined> {
      const now = clock.now()
      const state = stateAt(await readGuardState(tx), now)
      const groups = loss.group?.emptied ? [loss.group.id] : []
      if (loss.users.length + groups.length === 0) return undefined
      switch (state.status) {
        case 'held':
        case 'refused':
          return holdWithin(tx, state, loss)
        case 'released': {
          const { releaseLeft } = state
          if (releaseLeft === undefined) return undefined
          const left = releaseLeft - Math.max(loss.users.length, groups.length)
          if (left >= 0) {
            await writeGuardState(tx, { ...state, releaseLeft: left })
            return undefined
          }
          break
        }
        case 'watching':
          break
        default:
          return state.status satisfies never
      }
      const { settings } = zone
      const window = guardWindow(settings, state, now)
      const users = await uncountedLosses(tx, loss.users, window)
      const emptied = await uncountedLosses(tx, groups, window)
      const more = { users: users.length, groups: emptied.length }
      const before = await sumLosses(tx, window)
      const trip = tripOf(settings, await totalsWithin(tx), before, more)
      const since = now.toISOString()
      if (!trip && state.status === 'watching') {
        await countLosses(tx, 'users', users, window, since)
        await countLosses(tx, 'groups', emptied, window, since)
        return undefined
      }
      await clearGuardEntries(tx)
      await audit.record(tx, actor, {
        action: 'scimGuard.hold',
        subject: SUBJECT,
        result: 'failure',
        detail: { action: loss.action, ...trip },
      })
      afterCommit(tx, () =>
        log.warn({ action: loss.action, ...trip }, 'the guard holds SCIM requests that take access away'),
      )
      const held = {
        status: 'held',
        since,
        countedFrom: state.countedFrom,
        heldRequests: 0,
        unlisted: false,
      } as const
      return holdWithin(tx, { ...held, ...(trip && { trip }) }, loss)
    },

    /** What it does with losses of access now; `off` unless it is switched on. Reads one row. */
    async status(actor: Actor): Promise<GuardStatus | 'off'> {
      requireReadRights(actor)
      const { settings } = await zones.current()
      return settings['scim.guard'] ? stateAt(await readGuardState(db), clock.now()).status : 'off'
    },

    async overview(actor: Actor): Promise<GuardOverview> {
      requireReadRights(actor)
      const { settings } = await zones.current()
      const state = stateAt(await readGuardState(db), clock.now())
      const totals = await totalsWithin(db)
      return {
        enabled: settings['scim.guard'],
        state,
        sight: guardSight(state),
        losses: await sumLosses(db, guardWindow(settings, state, clock.now())),
        allowed: {
          users: allowedLosses(settings, totals.users),
          groups: allowedLosses(settings, totals.groups),
        },
      }
    },

    /** What is held, or was the last time. */
    async entries(actor: Actor, query: GuardEntryQuery): Promise<Page<GuardEntry>> {
      requireReadRights(actor)
      return listGuardEntries(db, query)
    },

    /**
     * Lets requests that take access away pass for some hours, or until so many users and groups have lost it. `sight`
     * is of what was looked at: throws `scimGuard.changed` for a state that is another by now, `scimGuard.invalid`.
     */
    async release(actor: Actor, sight: string, { hours, limit }: GuardRelease): Promise<void> {
      requireFullRights(actor)
      const isWhole = (value: number, most: number) => Number.isInteger(value) && value >= 1 && value <= most
      if (!isWhole(hours, MAXIMUM_RELEASE_HOURS) || (limit !== undefined && !isWhole(limit, 99_999_999))) {
        throw new IdentityCenterError(
          'scimGuard.invalid',
          `The hours are a whole number from 1 to ${MAXIMUM_RELEASE_HOURS}, the number is a whole one from 1, or empty.`,
          { field: isWhole(hours, MAXIMUM_RELEASE_HOURS) ? 'limit' : 'hours' },
        )
      }
      await decide(actor, sight, 'scimGuard.release', (state, now) => ({
        ...state,
        status: 'released',
        releasedUntil: secondsAfter(now, hours * 3600),
        releaseLeft: limit,
      }))
    },

    /** Requests that take access away are refused for good, until `resume`. Throws `scimGuard.changed`. */
    refuse: (actor: Actor, sight: string): Promise<void> =>
      decide(actor, sight, 'scimGuard.refuse', (state) => ({
        ...state,
        status: 'refused',
        releasedUntil: undefined,
        releaseLeft: undefined,
      })),

    /** Back to counting, from nothing: when the identity provider is mended. Throws `scimGuard.changed`. */
    resume: (actor: Actor, sight: string): Promise<void> =>
      decide(actor, sight, 'scimGuard.resume', (state) => ({
        ...state,
        status: 'watching',
        releasedUntil: undefined,
        releaseLeft: undefined,
      })),
  }
}
