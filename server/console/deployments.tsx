/** `/admin/deployments`: undeploying in two confirmed steps, first the assignments, then the deployment. */
import { Router } from 'express'
import { UndeployPage } from '../../views/console/deployments.js'
import { consolePath } from '../../views/console/frame.js'
import { requireAccountUin, requireConfigurationId } from './access-rows.js'
import type { ConsoleDoor } from './console-door.js'
import { addDeploymentPlans } from './deployment-plans.js'
import { formFields, queryFields, type FormFields } from './form-fields.js'

/** Assignments named on the page of the first step. */
const NAMED = 50

export function deploymentsRouter(door: ConsoleDoor): Router {
  const { assignments, deployments, deploymentPlans } = door.services
  const router = Router()

  const placeOf = (fields: FormFields) => ({
    configurationId: requireConfigurationId(fields.text('configuration')),
    accountUin: requireAccountUin(fields.text('account')),
  })

  const undeployPath = ({ configurationId, accountUin }: ReturnType<typeof placeOf>): string =>
    consolePath('/deployments/undeploy', { configuration: configurationId, account: accountUin })

  router.get('/undeploy', async (req, res) => {
    const place = placeOf(queryFields(req))
    const deployment = await deployments.get(door.actor(res), place)
    const { items, total } = await assignments.list(door.actor(res), {
      ...place,
      page: { offset: 0, limit: NAMED },
    })
    const preview = await deploymentPlans.previewUndeployment(door.actor(res), place)
    door.send(req, res, (page) => (
      <UndeployPage
        page={page}
        deployment={deployment}
        assignments={items}
        assignmentTotal={total}
        preview={preview}
      />
    ))
  })

  router.post('/remove-assignments', async (req, res) => {
    const place = placeOf(formFields(req))
    await door.act(res, undeployPath(place), async (actor) => {
      const removed = await assignments.revokeAll(actor, place)
      return { text: 'assignmentsRemoved', count: removed.length }
    })
  })

  router.post('/undeploy', async (req, res) => {
    const fields = formFields(req)
    const place = placeOf(fields)
    const back = undeployPath(place)
    const task = await door.attemptOrBack(res, back, (actor) =>
      deploymentPlans.undeployAsPlanned(actor, place, fields.text('fingerprint')),
    )
    if (task) door.follow(res, [task], back)
  })

  addDeploymentPlans(router, door)
  return router
}
