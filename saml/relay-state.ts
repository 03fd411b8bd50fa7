/** Where a sign-in leads to in the end. */
import { localPath } from '../server/domain/local-path.js'

/** The local path, unless it is a step of the sign-in itself, which would begin anew or end in an error. */
export function landingPath(value: unknown): string | undefined {
  const path = localPath(value)
  return path === undefined || /^\/saml(?:[/?#]|$)/.test(new URL(path, 'http://local.invalid').pathname)
    ? undefined
    : path
}
