/** Where a sign-in leads to in the end. */

const LONGEST = 1024
/** Any base does: what leaves it is not local. */
const SOMEWHERE = 'http://local.invalid'

/**
 * The path, if it is one on this site that a browser cannot take for anything else: no scheme, no host in any disguise
 * (`//host`, `/\host`, dots that fold into it), printable ASCII only, and not a step of the sign-in itself.
 */
export function localPath(value: unknown): string | undefined {
  if (typeof value !== 'string' || value.length > LONGEST) return undefined
  if (!/^\/(?![/\\])[\x21-\x5b\x5d-\x7e]*$/.test(value)) return undefined
  if (!URL.canParse(value, SOMEWHERE)) return undefined
  const { origin, pathname } = new URL(value, SOMEWHERE)
  if (origin !== SOMEWHERE || pathname.startsWith('//') || /^\/saml(\/|$)/.test(pathname)) return undefined
  return value
}
