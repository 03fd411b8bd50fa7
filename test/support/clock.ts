/** A clock that stands still until it is moved. */
import type { Clock } from '../../server/domain/clock.js'

export interface TestClock extends Clock {
  /** Moves the time forward by `seconds`. */
  advance(seconds: number): void
  set(time: Date): void
}

export function createTestClock(start = new Date('2026-03-02T09:00:00.000Z')): TestClock {
  let time = start.getTime()
  return {
    now: () => new Date(time),
    advance: (seconds) => {
      time += seconds * 1000
    },
    set: (to) => {
      time = to.getTime()
    },
  }
}
