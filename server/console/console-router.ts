/** `/admin`: the administrators' console. Signing in stands before the guard, everything else behind it. */
import { Router, type RequestHandler } from 'express'
import { pageNotFound } from '../http/error-page.js'
import { formBody, uploadBody } from '../http/form-body.js'
import { securityPages } from '../http/security-pages.js'
import { accountSimulationRouter } from './account-simulation.js'
import { accessRouter } from './access.js'
import { accountsRouter } from './accounts.js'
import { administratorsRouter } from './administrators.js'
import { apiRouter } from './api.js'
import { adoptionsRouter } from './adoptions.js'
import { assignmentsRouter } from './assignments.js'
import { auditRouter } from './audit.js'
import { createConsoleDoor, type ConsoleDeps } from './console-door.js'
import { deploymentsRouter } from './deployments.js'
import { driftRouter } from './drift.js'
import { diagnosticsRouter } from './diagnostics.js'
import { guidesRouter } from './guides.js'
import { groupsRouter } from './groups.js'
import { organizationRouter } from './organization.js'
import { overviewRouter } from './overview.js'
import { permissionConfigurationsRouter } from './permission-configurations.js'
import { policyCheckRouter } from './policy-check.js'
import { scimRouter } from './scim.js'
import { scimLogRouter } from './scim-log.js'
import { scimTestRouter } from './scim-test.js'
import { scimGuardRouter } from './scim-guard.js'
import { serviceControlRouter } from './service-control.js'
import { settingsRouter } from './settings.js'
import { consoleSignIn } from './sign-in.js'
import { ssoRouter } from './sso.js'
import { tasksRouter } from './tasks.js'
import { userSyncsRouter } from './user-syncs.js'
import { usersRouter } from './users.js'

/** Forms that carry a file, by path: the field it stands in. */
const UPLOADS = {
  '/admin/sso/metadata': 'metadataFile',
  '/admin/sso/manual': 'signingFile',
  '/admin/sso/certificates': 'certificateFile',
} as const

export function consoleRouter(deps: ConsoleDeps): Router {
  const { browser, services } = deps
  const door = createConsoleDoor(deps)
  const { router: signIn, place } = consoleSignIn({ browser, ...services })
  const guard = browser.cookies.requireAdministrator(place)

  const router = Router()
  router.use('/admin', ...browser.enter('console'), noStore)
  // Only an administrator may make us read a file; the CSRF check then reads a field of it.
  for (const [path, field] of Object.entries(UPLOADS)) router.post(path, guard, uploadBody(field))
  router.use('/admin', formBody, browser.requireCsrf)
  router.use(signIn)
  // Their own factors and sessions are for administrators with any rights.
  router.use('/admin/security', browser.cookies.requireSession(place))
  router.use(securityPages({ browser, ...services }, { variant: 'console', prefix: '/admin' }))
  // Who may only read may try what only reads: the policies decide, as they do with a key.
  router.use('/admin/api', browser.cookies.requireSession(place), apiRouter(door))
  router.use('/admin', guard)

  router.use('/admin', overviewRouter(door))
  router.use('/admin/users', usersRouter(door))
  router.use('/admin/groups', groupsRouter(door))
  router.use('/admin/scim/log', scimLogRouter(door))
  router.use('/admin/scim/test', scimTestRouter(door))
  router.use('/admin/scim/adoption', adoptionsRouter(door))
  router.use('/admin/scim/guard', scimGuardRouter(door))
  router.use('/admin/scim', scimRouter(door))
  router.use('/admin/accounts', accountsRouter(door))
  router.use('/admin/accounts', accountSimulationRouter(door))
  router.use('/admin', organizationRouter(door))
  router.use('/admin/service-control', serviceControlRouter(door))
  router.use('/admin/permission-configurations', permissionConfigurationsRouter(door))
  router.use('/admin/policies', policyCheckRouter(door))
  router.use('/admin/access', accessRouter(door))
  router.use('/admin/assignments', assignmentsRouter(door))
  router.use('/admin/deployments', deploymentsRouter(door))
  router.use('/admin/drift', driftRouter(door))
  router.use('/admin/user-syncs', userSyncsRouter(door))
  router.use('/admin/tasks', tasksRouter(door))
  router.use('/admin/sso', ssoRouter(door))
  router.use('/admin/guides', guidesRouter(door))
  router.use('/admin/diagnostics', diagnosticsRouter(door))
  router.use('/admin/administrators', administratorsRouter(door))
  router.use('/admin/settings', settingsRouter(door))
  router.use('/admin/audit', auditRouter(door))

  router.use('/admin', pageNotFound)
  router.use('/admin', browser.errorPages({ variant: 'console', startPath: '/admin/' }))
  return router
}

/** Redirects and downloads of the console are kept nowhere either. */
const noStore: RequestHandler = (_req, res, next) => {
  res.set('Cache-Control', 'no-store')
  next()
}
