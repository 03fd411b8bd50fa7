import express, { Router } from 'express'
import request from 'supertest'
import { describe, expect, it } from 'vitest'
import { createExchanges, exchangeMiddleware } from '../../server/http/exchange.js'
import { healthRouter } from '../../server/http/health.js'
import { createMetrics, type MetricsDeps } from '../../server/http/metrics.js'
import type { ReadinessState } from '../../server/services/readiness.js'

function createTestApp(options: Partial<MetricsDeps> & { readonly state?: ReadinessState } = {}) {
  const lines: Record<string, unknown>[] = []
  const note = (facts: object) => void lines.push({ ...facts })
  const metrics = createMetrics({ token: options.token, gauges: options.gauges ?? {} })
  const readiness = { stop: () => undefined, state: async () => options.state ?? 'ready' }
  const app = express()
  const logger = { info: note, debug: () => undefined }
  app.use(exchangeMiddleware(createExchanges({ logger, observe: metrics.observe })))
  app.use(healthRouter({ readiness }), metrics.router)
  const users = Router().get('/Users/:id', (_req, res) => void res.send('ok'))
  app.use('/scim/v2', users)
  const portal = Router({ mergeParams: true }).get('/login', (_req, res) => void res.send('ok'))
  app.use('/:spaceName', portal)
  return { app, lines }
}

describe('health', () => {
  it('says that the process runs', async () => {
    await request(createTestApp().app).get('/healthz').expect(200, { status: 'ok' })
  })

  it.each([
    ['ready', 200],
    ['stopping', 503],
    ['databaseUnavailable', 503],
    ['migrationsPending', 503],
  ] as const)('answers readiness %s with %i', async (state, status) => {
    await request(createTestApp({ state }).app).get('/readyz').expect(status, { status: state })
  })
})

describe('metrics', () => {
  it('label by the pattern of the route, never by what was asked for', async () => {
    const { app } = createTestApp()
    await request(app).get('/scim/v2/Users/u-123456789012?filter=secret')
    await request(app).get('/acme-industries/login')
    await request(app).get('/no/such/page')
    await request(app).get('/scim/v2/no-such-resource?filter=secret')
    const { text } = await request(app).get('/metrics').expect(200)
    expect(text).toContain('route="/scim/v2/Users/:id",status="200"')
    expect(text).toContain('route="/:spaceName/login",status="200"')
    expect(text).toContain('route="/scim/*",status="404"')
    expect(text).toContain('route="unmatched",status="404"')
    expect(text).not.toMatch(/u-1234|secret|acme|such/)
  })

  it('carry numbers from the database, and go on without them when it does not answer', async () => {
    const { app } = createTestApp({
      gauges: {
        identity_center_users: { help: 'Users.', read: async () => 42 },
        identity_center_groups: { help: 'Groups.', read: () => Promise.reject(new Error('gone')) },
      },
    })
    const { text } = await request(app).get('/metrics').expect(200)
    expect(text).toContain('identity_center_users 42')
    expect(text).toContain('identity_center_groups Nan')
  })

  it('are for this machine only, and not for whoever comes through a proxy on it', async () => {
    const { app } = createTestApp()
    await request(app).get('/metrics').expect(200)
    await request(app).get('/metrics').set('x-forwarded-for', '127.0.0.1').expect(403)
    await request(app).get('/metrics').set('forwarded', 'for=127.0.0.1').expect(403)
  })

  it('want the token where one is set', async () => {
    const { app } = createTestApp({ token: 'a-metrics-token-of-ours' })
    await request(app).get('/metrics').expect(401).expect('www-authenticate', 'Bearer')
    await request(app).get('/metrics').set('authorization', 'Bearer another').expect(401)
    await request(app)
      .get('/metrics')
      .set('authorization', 'Bearer a-metrics-token-of-ours')
      .set('x-forwarded-for', '203.0.113.7')
      .expect(200)
  })
})

describe('the request log', () => {
  it('has id, method, route, status and time of each request, and nothing of its path or query', async () => {
    const { app, lines } = createTestApp()
    const answer = await request(app).get('/scim/v2/Users/u-123456789012?token=secret').expect(200)
    expect(lines).toEqual([
      {
        requestId: answer.headers['x-request-id'],
        method: 'GET',
        route: '/scim/v2/Users/:id',
        status: 200,
        ms: expect.any(Number) as number,
      },
    ])
  })

  it('gives every request an id of its own, whatever the client sends', async () => {
    const { app } = createTestApp()
    const answer = await request(app)
      .get('/no/such/page')
      .set('x-request-id', 'chosen by the client')
      .expect(404)
    expect(answer.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/)
  })
})
