import { describe, expect, it } from 'vitest'
import {
  allowedLosses,
  guardWindow,
  stateAt,
  tripOf,
  type GuardState,
} from '../../server/domain/scim-guard.js'
import { DEFAULT_SETTINGS, type Settings } from '../../server/domain/zone.js'

const settings = (share: number, minimum: number, minutes = 60): Settings => ({
  ...DEFAULT_SETTINGS,
  'scim.guardShare': share,
  'scim.guardMinimum': minimum,
  'scim.guardWindowMinutes': minutes,
})
const at = (time: string) => new Date(`2026-03-02T${time}Z`)

describe('the guard over SCIM', () => {
  it.each([
    [10, 1, 0, 1],
    [10, 1, 19, 1],
    [10, 1, 20, 2],
    [10, 5, 20, 5],
    [10, 5, 1000, 100],
    [100, 5, 1000, 1000],
    [1, 1, 100_000, 1000],
  ])('allows by %d %% and a minimum of %d of %d: %d', (share, minimum, total, allowed) => {
    expect(allowedLosses(settings(share, minimum), total)).toBe(allowed)
  })

  it('trips by the first kind that goes beyond, and by none that the request does not touch', () => {
    const totals = { users: 100, groups: 20 }
    const trip = (before: number, users: number, groups: number) =>
      tripOf(settings(10, 1), totals, { users: before, groups: 5 }, { users, groups })
    expect(trip(9, 1, 0)).toBeUndefined()
    expect(trip(9, 2, 0)).toEqual({ kind: 'users', losses: 11, allowed: 10 })
    expect(trip(9, 0, 1)).toEqual({ kind: 'groups', losses: 6, allowed: 2 })
    // More than allowed was lost before the settings changed: what takes nothing more away passes.
    expect(trip(50, 0, 0)).toBeUndefined()
  })

  it('counts from the beginning of a part of the window, and never from before a decision', () => {
    const now = at('10:07:00')
    expect(guardWindow(settings(1, 1), { countedFrom: '' }, now)).toEqual({
      from: at('09:07:00').toISOString(),
      firstBucket: at('09:05:00').toISOString(),
      bucket: at('10:05:00').toISOString(),
    })
    const countedFrom = at('10:00:00').toISOString()
    expect(guardWindow(settings(1, 1), { countedFrom }, now).from).toBe(countedFrom)
  })

  it('ends a release by itself', () => {
    const until = at('12:00:00').toISOString()
    const released: GuardState = {
      status: 'released',
      since: at('11:00:00').toISOString(),
      countedFrom: at('11:00:00').toISOString(),
      releasedUntil: until,
      heldRequests: 3,
      unlisted: false,
    }
    expect(stateAt(released, at('11:59:59'))).toBe(released)
    expect(stateAt(released, at('12:00:00'))).toMatchObject({
      status: 'watching',
      since: until,
      countedFrom: until,
    })
  })
})
