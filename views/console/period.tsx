/** From when until when an assignment counts, in words. */
import type { Period } from '../../server/domain/period.js'
import { formatTime } from '../parts/time.js'
import { consoleTexts, type ConsolePage } from './frame.js'

/** Nothing for what counts always. */
export function PeriodText({ page, period }: { readonly page: ConsolePage; readonly period: Period }) {
  const words = consoleTexts(page).batches
  const { startsAt, endsAt } = period
  if (startsAt === undefined && endsAt === undefined) return null
  return (
    <div class="small">
      {startsAt !== undefined && words.from(formatTime(startsAt))}
      {startsAt !== undefined && endsAt !== undefined && ' '}
      {endsAt !== undefined && words.until(formatTime(endsAt))}
    </div>
  )
}
