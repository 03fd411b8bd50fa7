/** The cloud API as the product serves it: which services it knows, and its router. */
import type { Router } from 'express'
import type { ApiRouterDeps } from './api-router.js'
import { createActionTable } from './actions.js'
import { apiRouter } from './api-router.js'
import { camActions } from './cam-actions.js'
import { simulatedServices } from './catalogue/index.js'
import { identityCenterActions, type IdentityCenterDeps } from './identity-center-actions.js'
import { stsActions, type StsActionDeps } from './sts-actions.js'

export interface CloudApiDeps extends Pick<ApiRouterDeps, 'clock' | 'logger'> {
  readonly services: Pick<ApiRouterDeps, 'apiCallers'> & StsActionDeps & IdentityCenterDeps
}

export const cloudApi = ({ clock, logger, services }: CloudApiDeps): Router =>
  apiRouter({
    clock,
    logger,
    apiCallers: services.apiCallers,
    actions: createActionTable([
      identityCenterActions(services),
      camActions,
      stsActions(services),
      ...simulatedServices,
    ]),
  })
