/** Which route answered, for logs and metrics: the pattern as it was declared, never the path that was asked for. */
import type { Request } from 'express'
import { isReservedSpaceName } from '../domain/zone.js'

/** What was matched by `:name` in a mount path, put back: a label must not hold anything that a visitor chose. */
function withoutValues(path: string, params: Readonly<Record<string, unknown>>): string {
  const [first, ...rest] = path.split('/').slice(1)
  if (first === undefined) return ''
  const names = new Map(Object.entries(params).map(([name, value]) => [String(value), `:${name}`]))
  const parts = rest.map((part) => names.get(part) ?? part)
  return ['', isReservedSpaceName(first) ? first : ':spaceName', ...parts].join('/')
}

/** The door that answered before any route did: a guard, a file, a page that is not there. */
function doorLabel(originalUrl: string): string {
  const first = /^\/([^/?]+)/.exec(originalUrl)?.[1] ?? ''
  return isReservedSpaceName(first) ? `/${first}/*` : 'unmatched'
}

/**
 * For instance `/scim/v2/Users/:id`. Where no route answered: `/scim/*`, or `unmatched` for a path that is no door's.
 * Read it when the answer is done.
 */
export function routeLabel(req: Request): string {
  const route: unknown = req.route
  if (typeof route !== 'object' || route === null || !('path' in route)) return doorLabel(req.originalUrl)
  const { path } = route
  const patterns = (Array.isArray(path) ? path : [path]).map((pattern) =>
    pattern instanceof RegExp ? pattern.source : String(pattern),
  )
  // A request that its route passed on to nobody has lost both by the time its answer is done, whatever the types say.
  const { baseUrl = '', params = {} }: Partial<Pick<Request, 'baseUrl' | 'params'>> = req
  return `${withoutValues(baseUrl, params)}${patterns.join('|')}`.replace(/(?<=.)\/$/, '')
}
