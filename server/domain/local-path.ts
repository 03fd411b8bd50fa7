/** Paths on our own site: the only places a sign-in may lead to. */

const LONGEST = 1024
/** Any base does: what leaves it is not local. */
const SOMEWHERE = 'http://local.invalid'

/**
 * The text, if it is a path (with query) on this site that a browser cannot take for anything else: no scheme, no host in
 * any disguise (`//host`, `/\host`, dots that fold into it), printable ASCII only.
 */
export function localPath(value: unknown): string | undefined {
  if (typeof value !== 'string' || value.length > LONGEST) return undefined
  if (!/^\/(?![/\\])[\x21-\x5b\x5d-\x7e]*$/.test(value) || !URL.canParse(value, SOMEWHERE)) return undefined
  const { origin, pathname } = new URL(value, SOMEWHERE)
  return origin === SOMEWHERE && !pathname.startsWith('//') ? value : undefined
}
