/** Conditional requests (RFC 7644 section 3.14): entity tags are `W/"<version>"` and compared weakly. */
import { IdentityCenterError, type ErrorCode } from '../server/domain/errors.js'
import { meetsCondition, type VersionCondition } from '../server/domain/version-condition.js'

export interface ConditionHeaders {
  readonly ifMatch?: string | undefined
  readonly ifNoneMatch?: string | undefined
}

/** The versions that a header names, or `any` for `*`. A tag that none of ours looks like matches nothing. */
function versionsIn(header: string): readonly number[] | 'any' {
  if (header.trim() === '*') return 'any'
  return header.split(',').map((tag) => {
    const version = /^(?:W\/)?"(\d{1,15})"$/i.exec(tag.trim())?.[1]
    return version === undefined ? Number.NaN : Number(version)
  })
}

/** `If-Match` and `If-None-Match` as the services take them: a change that does not meet them is refused. */
export function conditionOf({ ifMatch, ifNoneMatch }: ConditionHeaders): VersionCondition {
  if (ifMatch === undefined && ifNoneMatch === undefined) return {}
  return {
    ...(ifMatch !== undefined && { ifVersionIn: versionsIn(ifMatch) }),
    ...(ifNoneMatch !== undefined && { unlessVersionIn: versionsIn(ifNoneMatch) }),
  }
}

/**
 * Whether the client has this version already (304). Throws `mismatch` when it asked for another one by `If-Match`,
 * which is looked at first (RFC 9110 section 13.2.2).
 */
export function isKnownVersion(
  { ifMatch, ifNoneMatch }: ConditionHeaders,
  version: number,
  mismatch: Extract<ErrorCode, 'user.versionMismatch' | 'group.versionMismatch'>,
): boolean {
  if (ifMatch !== undefined && !meetsCondition(version, { ifVersionIn: versionsIn(ifMatch) })) {
    throw new IdentityCenterError(mismatch, 'The resource is at another version than If-Match names.', {
      version,
    })
  }
  return ifNoneMatch !== undefined && !meetsCondition(version, { unlessVersionIn: versionsIn(ifNoneMatch) })
}
