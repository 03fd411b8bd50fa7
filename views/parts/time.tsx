/** A point in time, in UTC so that two administrators read the same; the machine-readable form stands beside it. */
export function Time({ at }: { readonly at: string }) {
  return <time dateTime={at}>{formatTime(at)}</time>
}

/** `2026-01-31 14:05 UTC` of an ISO 8601 time; a text that is none comes back as it is. */
export function formatTime(at: string): string {
  const date = new Date(at)
  return Number.isNaN(date.getTime()) ? at : `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`
}
