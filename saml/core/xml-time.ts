/** Times of SAML: xs:dateTime in UTC (SAML core 1.3.3). */

const TIME = /^(?<year>\d{4,9})-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/

/**
 * The last moment whose year has four digits. Times are compared as texts where they are kept: a later one ("for ever",
 * and the skew on top of it) would come before all others.
 */
export const LATEST = Date.UTC(9999, 11, 31, 23, 59, 59, 999)

/** The time that the text says, at most `LATEST`; nothing for a text that is no time, or one of no time zone. */
export function readTime(text: string): Date | undefined {
  const year = TIME.exec(text)?.groups?.['year']
  if (year === undefined) return undefined
  // The language would have a sign before years of more digits.
  const time = new Date(year.length > 4 ? LATEST : text).getTime()
  return Number.isNaN(time) ? undefined : new Date(Math.min(time, LATEST))
}
