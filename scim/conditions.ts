/** Conditional requests (RFC 7644 section 3.14): entity tags are `W/"<version>"`. */

/**
 * Versions that `If-Match` or `If-None-Match` names; `undefined` when the header is absent or `*`, which any existing
 * resource meets. A tag that none of ours looks like matches nothing.
 */
export function versionsIn(header: string | undefined): readonly number[] | undefined {
  if (header === undefined || header.trim() === '*') return undefined
  return header.split(',').map((tag) => {
    const version = /^(?:W\/)?"(\d{1,15})"$/.exec(tag.trim())?.[1]
    return version === undefined ? Number.NaN : Number(version)
  })
}

/** Whether the client has this version already (304). */
export const isKnownVersion = (ifNoneMatch: string | undefined, version: number): boolean =>
  ifNoneMatch !== undefined && (versionsIn(ifNoneMatch)?.includes(version) ?? true)
