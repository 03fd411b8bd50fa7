/** Changes on condition of the version that the object is at: nobody overwrites what he has not seen. */

export interface VersionCondition {
  /** Refused unless the object is at one of these versions (SCIM `If-Match`). */
  readonly ifVersionIn?: readonly number[] | 'any'
  /** Refused when the object is at one of these versions (SCIM `If-None-Match`). */
  readonly unlessVersionIn?: readonly number[] | 'any'
}

/** Whether an object at this version may be changed. */
export function meetsCondition(
  version: number,
  { ifVersionIn = 'any', unlessVersionIn = [] }: VersionCondition,
): boolean {
  if (unlessVersionIn === 'any' || unlessVersionIn.includes(version)) return false
  return ifVersionIn === 'any' || ifVersionIn.includes(version)
}
