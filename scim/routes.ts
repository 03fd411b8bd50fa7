/**
 * The addresses below /scim/v2. A handful of fixed forms, looked up instead of tried one after the other: identity
 * providers send thousands of requests in a row.
 */
import { IdentityCenterError } from '../server/domain/errors.js'

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

export interface Route<Handler> {
  /** As declared: `/Users/:id`. */
  readonly path: string
  /** Answered without a credential. */
  readonly open?: boolean
  readonly handlers: Readonly<Partial<Record<Method, Handler>>>
}

export interface Matched<Handler> {
  readonly route: Route<Handler>
  /** What stands in the place of `:id`; empty when the path has none. */
  readonly id: string
}

const PARAMETER = ':'

/** Finds routes by path, without regard to case and to slashes at the end. */
export function createRoutes<Handler>(routes: readonly Route<Handler>[]) {
  const byKey = new Map(
    routes.map((route) => [keyOf(segmentsOf(route.path.replace(/:.*/, PARAMETER))), route]),
  )

  return (path: string): Matched<Handler> | undefined => {
    const segments = segmentsOf(path)
    const exact = byKey.get(keyOf(segments))
    if (exact) return { route: exact, id: '' }
    const [first = '', second] = segments
    const route = segments.length === 2 ? byKey.get(keyOf([first, PARAMETER])) : undefined
    const id = second === undefined ? undefined : decoded(second)
    return route && id !== undefined ? { route, id } : undefined
  }
}

const segmentsOf = (path: string): readonly string[] => path.split('/').filter((segment) => segment !== '')
const keyOf = (segments: readonly string[]): string => segments.join('/').toLowerCase()

function decoded(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment)
  } catch {
    return undefined
  }
}

/** The methods that an address answers, as `Allow` tells them. */
export function allowedMethods({ handlers }: Route<unknown>): string {
  const methods = Object.keys(handlers).flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method]))
  return [...methods, 'OPTIONS'].join(', ')
}

/** What answers the method; `HEAD` is a `GET` whose body is kept back. Throws `request.methodNotAllowed` with `facts.allow`. */
export function handlerFor<Handler>(route: Route<Handler>, method: string): Handler {
  const { handlers } = route
  const name = method === 'HEAD' ? 'GET' : method
  const handler = Object.hasOwn(handlers, name) ? handlers[name as Method] : undefined
  if (handler) return handler
  const allow = allowedMethods(route)
  throw new IdentityCenterError('request.methodNotAllowed', `This address answers ${allow} only.`, { allow })
}
