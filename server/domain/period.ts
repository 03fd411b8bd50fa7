/** When something counts: from its start, and until its end. Compared with the time whenever it is used. */
import { IdentityCenterError } from './errors.js'

/** Instants as ISO 8601 UTC with milliseconds. Without a start it counts from now on, without an end for good. */
export interface Period {
  readonly startsAt?: string
  readonly endsAt?: string
}

/** The same as people and clients write it; an empty text is no bound. */
export interface PeriodText {
  readonly start?: string | undefined
  readonly end?: string | undefined
}

/** A date, or a date with a time and its distance from UTC: `2026-03-31`, `2026-03-31T18:00Z`, `2026-03-31T18:00:00+08:00`. */
const INSTANT = /^(\d{4})-(\d{2})-(\d{2})(?:T(\d{2}):(\d{2})(?::(\d{2})(?:\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2}))?$/

/** So far ahead an end may lie, in years: what lies further was mistyped. */
const LONGEST_YEARS = 20

/** Reads a date (its beginning in UTC) or a date with time and zone; `undefined` for anything else, such as 30 February. */
export function parseInstant(text: string): string | undefined {
  const parts = INSTANT.exec(text.trim())
  if (!parts) return undefined
  const [, year = '', month = '', day = ''] = parts
  // `Date` would roll 30 February over into March.
  const date = new Date(`${year}-${month}-${day}T00:00:00.000Z`)
  if (Number.isNaN(date.getTime()) || date.getUTCDate() !== Number(day)) return undefined
  const instant = new Date(text.trim())
  return Number.isNaN(instant.getTime()) ? undefined : instant.toISOString()
}

/**
 * Reads a period. Throws `assignment.periodInvalid`, with the
 * `field` at fault, for what is no date, for an end that has passed, lies before the start or more than 20 years ahead.
 */
export function parsePeriod({ start, end }: PeriodText, now: Date): Period {
  const startsAt = instantOf('start', start)
  const endsAt = instantOf('end', end)
  const furthest = new Date(now)
  furthest.setUTCFullYear(furthest.getUTCFullYear() + LONGEST_YEARS)
  for (const [field, instant] of [
    ['start', startsAt],
    ['end', endsAt],
  ] as const) {
    if (instant !== undefined && instant > furthest.toISOString())
      throw invalid(field, `The ${field} lies more than ${LONGEST_YEARS} years ahead.`)
  }
  if (endsAt !== undefined && endsAt <= now.toISOString()) throw invalid('end', 'The end has passed already.')
  if (startsAt !== undefined && endsAt !== undefined && endsAt <= startsAt)
    throw invalid('end', 'The end has to come after the start.')
  return { ...(startsAt !== undefined && { startsAt }), ...(endsAt !== undefined && { endsAt }) }
}

function instantOf(field: 'start' | 'end', text: string | undefined): string | undefined {
  if (text === undefined || text.trim() === '') return undefined
  const instant = parseInstant(text)
  if (instant !== undefined) return instant
  throw invalid(
    field,
    `The ${field} is a date such as 2026-03-31, which means its beginning in UTC, or a date with a time such as 2026-03-31T18:00Z.`,
  )
}

const invalid = (field: 'start' | 'end', message: string) =>
  new IdentityCenterError('assignment.periodInvalid', message, { field })

/** Whether it counts at this time. */
export const isInEffect = ({ startsAt, endsAt }: Period, now: string): boolean =>
  (startsAt === undefined || startsAt <= now) && (endsAt === undefined || endsAt > now)

export const isSamePeriod = (one: Period, other: Period): boolean =>
  one.startsAt === other.startsAt && one.endsAt === other.endsAt
