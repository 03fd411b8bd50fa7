/** A point in time, in UTC so that two administrators read the same; the machine-readable form stands beside it. */
export function Time({ at, exact = false }: { readonly at: string; readonly exact?: boolean }) {
  return <time dateTime={at}>{formatTime(at, exact)}</time>
}

/** `2026-01-31 14:05 UTC` of an ISO 8601 time, `exact` to the second; a text that is none comes back as it is. */
export function formatTime(at: string, exact = false): string {
  const date = new Date(at)
  if (Number.isNaN(date.getTime())) return at
  return `${date
    .toISOString()
    .slice(0, exact ? 19 : 16)
    .replace('T', ' ')} UTC`
}
