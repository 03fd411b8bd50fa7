/** The cloud API as the product serves it: which services it knows. */
import { createActionTable, type ActionTable } from './actions.js'
import { camActions } from './cam-actions.js'
import { simulatedServices } from './catalogue/index.js'
import { identityCenterActions, type IdentityCenterDeps } from './identity-center-actions.js'
import { stsActions, type StsActionDeps } from './sts-actions.js'

export type CloudApiServices = StsActionDeps & IdentityCenterDeps

export const cloudApiActions = (services: CloudApiServices): ActionTable =>
  createActionTable([identityCenterActions(services), camActions, stsActions(services), ...simulatedServices])
