/**
 * The guard: holds SCIM requests that take access away when they add up to more than a set share of the imported users or
 * groups within a window, until an administrator releases or refuses them.
 */
import type { GroupId, UserId } from './ids.js'
import type { Settings } from './zone.js'

/** What a request would take away, before anything of it is done. */
export interface LossOfAccess {
  readonly action: GuardedAction
  /** Who loses access: the user, the members taken out, or all members of a group that is deleted. */
  readonly users: readonly UserId[]
  readonly group?: { readonly id: GroupId; readonly displayName: string; readonly emptied: boolean }
}

export type GuardedAction = 'deactivateUser' | 'deleteUser' | 'removeMember' | 'deleteGroup'
/** What is counted: users who lose access, and groups that are deleted or emptied. Each counts once in a window. */
export const LOSS_KINDS = ['users', 'groups'] as const
export type LossKind = (typeof LOSS_KINDS)[number]
export type LossCounts = Readonly<Record<LossKind, number>>

/** What the request was about to bring it to when the guard began to hold. */
export interface GuardTrip {
  readonly kind: LossKind
  /** Losses within the window, this request's included. */
  readonly losses: number
  readonly allowed: number
}

export type GuardStatus = 'watching' | 'held' | 'released' | 'refused'

export interface GuardState {
  readonly status: GuardStatus
  readonly since: string
  readonly decidedBy?: string
  /** Losses before this do not count any more. */
  readonly countedFrom: string
  /** While released: until when, and how many more users and groups. */
  readonly releasedUntil?: string
  readonly releaseLeft?: number
  /** What made it hold the last time. */
  readonly trip?: GuardTrip
  readonly heldRequests: number
  /** Whether more was held than is listed. */
  readonly unlisted: boolean
  readonly lastHeldAt?: string
}

/** One loss that was held: who, and of which group where it is about one. */
export interface GuardEntry {
  readonly action: GuardedAction
  readonly userId?: UserId
  readonly userName?: string
  readonly groupId?: GroupId
  readonly groupName?: string
  /** How often it was tried. */
  readonly requests: number
  readonly firstAt: string
  readonly lastAt: string
}

/** Entries that are listed. */
export const MAXIMUM_GUARD_ENTRIES = 1000
/** When the identity provider is to try again, in seconds. */
export const GUARD_RETRY_SECONDS = 900
export const MAXIMUM_RELEASE_HOURS = 72

/** Parts of the window that are counted by themselves. */
const PARTS = 12
const MINUTE = 60_000

export interface GuardWindow {
  /** Losses count from then on. */
  readonly from: string
  /** The first part that counts: parts begin before what they count. */
  readonly firstBucket: string
  /** The part that counts now. */
  readonly bucket: string
}

export function guardWindow(
  settings: Settings,
  state: Pick<GuardState, 'countedFrom'>,
  now: Date,
): GuardWindow {
  const length = settings['scim.guardWindowMinutes'] * MINUTE
  const part = length / PARTS
  const startOf = (time: number) => new Date(Math.floor(time / part) * part).toISOString()
  const from = new Date(now.getTime() - length).toISOString()
  return {
    from: from > state.countedFrom ? from : state.countedFrom,
    firstBucket: startOf(now.getTime() - length),
    bucket: startOf(now.getTime()),
  }
}

/** How many of `total` may lose access within a window: the share of them, and never less than the minimum. */
export const allowedLosses = (settings: Settings, total: number): number =>
  Math.max(settings['scim.guardMinimum'], Math.floor((total * settings['scim.guardShare']) / 100))

/** What the next request would bring the counts to past what is allowed, if it would. */
export function tripOf(settings: Settings, totals: LossCounts, before: LossCounts, more: LossCounts) {
  for (const kind of LOSS_KINDS) {
    const losses = before[kind] + more[kind]
    const allowed = allowedLosses(settings, totals[kind])
    if (more[kind] > 0 && losses > allowed) return { kind, losses, allowed } satisfies GuardTrip
  }
  return undefined
}

/** Stands for a state that an administrator looked at. */
export const guardSight = ({ status, since }: GuardState): string => `${status} ${since}`

/** The state as it counts now: a release ends by itself. */
export function stateAt(state: GuardState, now: Date): GuardState {
  const { status, releasedUntil } = state
  if (status !== 'released' || releasedUntil === undefined || now.toISOString() < releasedUntil) return state
  return { ...state, status: 'watching', since: releasedUntil, countedFrom: releasedUntil }
}
