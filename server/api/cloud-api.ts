/** The cloud API as the product serves it: which services it knows. */
import type { ApiService } from './action.js'
import { createActionTable, type ActionTable } from './actions.js'
import { camActions, type CamActionDeps } from './cam-actions.js'
import { simulatedServices } from './catalogue/index.js'
import { identityCenterActions, type IdentityCenterDeps } from './identity-center-actions.js'
import { stsActions, type StsActionDeps } from './sts-actions.js'

export type CloudApiServices = StsActionDeps & CamActionDeps & IdentityCenterDeps

/** Every service that the API speaks. */
export const cloudServices = (services: CloudApiServices): readonly ApiService[] => [
  identityCenterActions(services),
  camActions(services),
  stsActions(services),
  ...simulatedServices,
]

export const cloudApiActions = (services: CloudApiServices): ActionTable =>
  createActionTable(cloudServices(services))
