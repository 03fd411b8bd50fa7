/**
 * Mounts the front doors in order. Read it to learn every URL prefix:
 *   /healthz /readyz /metrics   operations
 *   /scim/v2                    SCIM 2.0
 *   POST /, GET /?Action=…      cloud API v3
 *   /api                        what the cloud's command line calls to sign in
 *   /assets                     styles and scripts
 *   /saml                       service provider
 *   /account                    consoles of the simulated accounts
 *   /admin                      the administrators' console
 *   /portal, /<spaceName>/login the users' portal, and /sso to confirm a command line
 *   /invitation                 the side of an account that was invited into the organization
 */
import type { IncomingMessage, RequestListener } from 'node:http'
import express, { type Express, type Router } from 'express'
import proxyAddress from 'proxy-addr'
import { samlRouter } from '../saml/saml-router.js'
import { otherScimVersions } from '../scim/other-versions.js'
import { isScimTarget, scimRouter } from '../scim/scim-router.js'
import { accountConsoleRouter } from './account-console/account-console-router.js'
import { accountSignInRouter } from './account-console/sign-in.js'
import { apiDoor, isApiRequest } from './api/api-door.js'
import { createApiExplorer } from './api/explorer.js'
import { cloudApiActions, cloudServices } from './api/cloud-api.js'
import { cliProtocol } from './cli-protocol/cli-protocol.js'
import type { ConsoleDeps } from './console/console-door.js'
import { consoleRouter } from './console/console-router.js'
import type { AppContext } from './context.js'
import { createActionCatalogue, type ActionCatalogue } from './domain/action-catalogue.js'
import { systemActor } from './domain/actor.js'
import { serveAssets } from './http/assets.js'
import { createExchanges, exchangeMiddleware, type BeginExchange } from './http/exchange.js'
import { healthRouter } from './http/health.js'
import { createMetrics, type MetricsDeps } from './http/metrics.js'
import { plainErrors } from './http/plain-errors.js'
import { securityHeaders } from './http/security-headers.js'
import { openApiDocument } from './openapi.js'
import { portalRouter } from './portal/portal-router.js'

/**
 * All doors as one listener of a node:http server. SCIM and the cloud API are served by node:http itself: programs send
 * thousands of requests in a row, and Express would cost each of them as much as the answer does. Express serves the rest.
 */
export function createApp(context: AppContext): RequestListener {
  const { config, logger } = context
  const metrics = createMetrics({ token: config.metricsToken, gauges: gaugesOf(context) })
  // Lines about requests hold no secrets by construction; to look for some in each costs more than to write it.
  const requestLogger = logger.child({ name: 'http' }, { redact: [] })
  const beginExchange = createExchanges({ logger: requestLogger, observe: metrics.observe })
  const scimDoor: RequestListener = (req, res) => void scim(req, res)
  const apiLogger = logger.child({ name: 'api' })
  const actions = cloudApiActions(context.services)
  const apiReference = {
    ...createApiExplorer({ ...context.services, clock: context.clock, actions, logger: apiLogger }),
    openApi: () => openApiDocument(context.baseUrl, actions.services),
  }
  const app = createExpressApp({ ...context, scimDoor, apiReference }, beginExchange, metrics.router)
  const isTrustedProxy = app.get('trust proxy fn') as (address: string, index: number) => boolean
  const addressOf = (req: IncomingMessage) => proxyAddress(req, isTrustedProxy)
  const api = apiDoor({
    ...context,
    beginExchange,
    addressOf,
    logger: apiLogger,
    apiCallers: context.services.apiCallers,
    actions,
  })
  const scim = scimRouter({
    ...context,
    beginExchange,
    addressOf,
    logger: logger.child({ name: 'scim' }),
    recorder: context.services.scimLog,
  })
  return (req, res) => {
    if (isScimTarget(req.url ?? '')) scimDoor(req, res)
    else if (isApiRequest(req)) void api(req, res)
    else app(req, res)
  }
}

function gaugesOf({ services }: AppContext): MetricsDeps['gauges'] {
  const numberOf = (name: 'users' | 'groups' | 'permissionConfigurations' | 'deployments') => async () =>
    (await services.zones.statistics(systemActor('metrics')))[name]
  return {
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
  }
}

/** What policies can name: the operations that the API knows, and the services of the preset policies. */
const actionsOf = ({ services, presetPolicies }: AppContext): ActionCatalogue =>
  createActionCatalogue([
    ...cloudServices(services).map(({ name, actions, unsupported = [] }) => ({
      name,
      operations: [...actions.map((action) => action.name), ...unsupported],
    })),
    ...presetPolicies
      .list()
      .filter(({ service }) => service !== '')
      .map(({ service }) => ({ name: service, operations: [] })),
  ])

function createExpressApp(
  context: AppContext & Pick<ConsoleDeps, 'scimDoor' | 'apiReference'>,
  beginExchange: BeginExchange,
  metrics: Router,
): Express {
  const app = express()
  app.disable('x-powered-by')
  app.disable('etag')
  app.set('trust proxy', context.config.trustProxy)
  // Plain query strings only: nested objects out of a query are a way to surprise a handler.
  app.set('query parser', 'simple')

  app.use(exchangeMiddleware(beginExchange))
  app.use('/scim', otherScimVersions())
  app.use(securityHeaders({ secure: context.browser.secure }))
  app.use(healthRouter({ readiness: context.services.readiness }), metrics)
  app.use('/api', cliProtocol({ ...context, logger: context.logger.child({ name: 'cli' }) }))
  app.use('/saml', samlRouter(context))
  app.use(accountSignInRouter(context))
  app.use('/account', accountConsoleRouter(context))
  app.use('/assets', serveAssets())
  app.use(consoleRouter({ ...context, actionCatalogue: actionsOf(context) }))
  app.use(portalRouter(context))
  app.use(plainErrors({ logger: context.logger.child({ name: 'http' }) }))
  return app
}
