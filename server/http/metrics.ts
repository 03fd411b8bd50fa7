/** Prometheus metrics: durations by route, numbers from the database, and the process itself. */
import { isIP } from 'node:net'
import { Router, type Request } from 'express'
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import { equalSecrets } from '../domain/secrets.js'
import type { ExchangeDeps } from './exchange.js'

export interface MetricsDeps {
  /** When set, a scrape carries it as a bearer; when not, only the machine itself may ask. */
  readonly token: string | undefined
  /** Current numbers by metric name and help text, read at each scrape. */
  readonly gauges: Readonly<Record<string, { readonly help: string; readonly read: () => Promise<number> }>>
}

/** More label sets than our routes have mean that something leaks into them; from here on they are counted as one. */
const MAXIMUM_ROUTES = 500

/** `observe` takes what was measured of each request, `router` serves `/metrics`. Each call has a registry of its own. */
export function createMetrics({ token, gauges }: MetricsDeps): {
  readonly observe: ExchangeDeps['observe']
  readonly router: Router
} {
  const registry = new Registry()
  const durations = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Duration of requests by method, route pattern and status.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [registry],
  })
  for (const [name, { help, read }] of Object.entries(gauges)) {
    new Gauge({
      name,
      help,
      registers: [registry],
      async collect() {
        // A database that does not answer must not take the other numbers along.
        this.set(await read().catch(() => Number.NaN))
      },
    })
  }
  const routes = new Set<string>()
  const bounded = (route: string): string => {
    if (routes.size < MAXIMUM_ROUTES) routes.add(route)
    return routes.has(route) ? route : 'other'
  }
  let processIsMeasured = false

  const observe: ExchangeDeps['observe'] = (method, route, status, seconds) => {
    durations.observe({ method: methodLabel(method), route: bounded(route), status: String(status) }, seconds)
  }

  const router = Router()
  router.get('/metrics', async (req, res) => {
    res.set('cache-control', 'no-store')
    if (token !== undefined) {
      const given = /^bearer +(\S+)$/i.exec(req.get('authorization') ?? '')?.[1]
      if (given === undefined || !equalSecrets(given, token)) {
        res
          .status(401)
          .set('www-authenticate', 'Bearer')
          .type('text/plain')
          .send('A metrics token is needed.\n')
        return
      }
    } else if (!comesFromThisMachine(req)) {
      res
        .status(403)
        .type('text/plain')
        .send('Metrics are served to this machine only, or with METRICS_TOKEN to its bearer.\n')
      return
    }
    if (!processIsMeasured) {
      // Observers of the garbage collector and the event loop run only where somebody reads them.
      collectDefaultMetrics({ register: registry })
      processIsMeasured = true
    }
    res.type(registry.contentType).send(await registry.metrics())
  })
  return { observe, router }
}

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])
const methodLabel = (method: string): string => (METHODS.has(method) ? method : 'other')

/** Loopback, and not through a proxy on this machine: that one would speak for the whole world. */
function comesFromThisMachine(req: Request): boolean {
  if (req.headers.forwarded !== undefined || req.headers['x-forwarded-for'] !== undefined) return false
  const address = (req.socket.remoteAddress ?? '').replace(/^::ffff:/i, '')
  return address === '::1' || (isIP(address) === 4 && address.startsWith('127.'))
}
