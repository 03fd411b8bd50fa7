/** The time, as a dependency: tests fix it. */
export interface Clock {
  now(): Date
}

export const systemClock: Clock = { now: () => new Date() }

/** `date` moved by `seconds`, as ISO 8601 text. */
export const secondsAfter = (date: Date, seconds: number): string =>
  new Date(date.getTime() + seconds * 1000).toISOString()
