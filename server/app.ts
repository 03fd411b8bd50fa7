/**
 * Mounts the front doors in order. Read it to learn every URL prefix:
 *   /healthz /readyz /metrics   operations
 *   /scim/v2                    SCIM 2.0
 *   POST /                      cloud API v3
 *   /assets                     styles and scripts
 *   /saml                       service provider
 *   /account                    consoles of the simulated accounts
 *   /admin                      the administrators' console
 *   /portal, /<spaceName>/login the users' portal
 */
import express, { type Express } from 'express'
import { samlRouter } from '../saml/saml-router.js'
import { scimRouter } from '../scim/scim-router.js'
import { accountConsoleRouter } from './account-console/account-console-router.js'
import { cloudApi } from './api/cloud-api.js'
import { consoleRouter } from './console/console-router.js'
import type { AppContext } from './context.js'
import { systemActor } from './domain/actor.js'
import { serveAssets } from './http/assets.js'
import { healthRouter } from './http/health.js'
import { createMetrics } from './http/metrics.js'
import { plainErrors } from './http/plain-errors.js'
import { requestId } from './http/request-id.js'
import { requestLog } from './http/request-log.js'
import { securityHeaders } from './http/security-headers.js'
import { portalRouter } from './portal/portal-router.js'

export function createApp(context: AppContext): Express {
  const app = express()
  app.disable('x-powered-by')
  app.disable('etag')
  app.set('trust proxy', context.config.trustProxy)
  // Plain query strings only: nested objects out of a query are a way to surprise a handler.
  app.set('query parser', 'simple')

  const { services } = context
  const numberOf = (name: 'users' | 'groups' | 'permissionConfigurations' | 'deployments') => async () =>
    (await services.zones.statistics(systemActor('metrics')))[name]
  const metrics = createMetrics({
    token: context.config.metricsToken,
    gauges: {
      identity_center_users: { help: 'Users of the zone.', read: numberOf('users') },
      identity_center_groups: { help: 'Groups of the zone.', read: numberOf('groups') },
      identity_center_permission_configurations: {
        help: 'Permission configurations.',
        read: numberOf('permissionConfigurations'),
      },
      identity_center_deployments: {
        help: 'Permission configurations deployed to accounts.',
        read: numberOf('deployments'),
      },
    },
  })
  app.use(requestId, requestLog(context.logger.child({ name: 'http' })), metrics.measure)
  // In front of what only browsers need: identity providers send thousands of requests in a row.
  app.use('/scim/v2', scimRouter({ ...context, logger: context.logger.child({ name: 'scim' }) }))
  app.use(securityHeaders({ secure: context.browser.secure }))
  app.use(healthRouter({ readiness: services.readiness }), metrics.router)
  app.use(cloudApi({ ...context, logger: context.logger.child({ name: 'api' }) }))
  app.use('/saml', samlRouter(context))
  app.use('/account', accountConsoleRouter(context))
  app.use('/assets', serveAssets())
  app.use(consoleRouter(context))
  app.use(portalRouter(context))
  app.use(plainErrors({ logger: context.logger.child({ name: 'http' }) }))
  return app
}
