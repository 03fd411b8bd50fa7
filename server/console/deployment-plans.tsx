/** `/admin/deployments/plans`: what a deployment will change, and the word to go ahead. */
import type { Response, Router } from 'express'
import {
  CHANGES_PER_PAGE,
  DeploymentPlanPage,
  PlanChangePage,
  type ShownChange,
} from '../../views/console/deployment-plans.js'
import { IdentityCenterError, isIdentityCenterError } from '../domain/errors.js'
import type { PlanSelection } from '../services/deployment-plans.js'
import type { ConsoleDoor } from './console-door.js'
import { formFields, pageNumber, pageRequest, queryFields } from './form-fields.js'

/** Accounts and principals that are named with a change, before the page that names them all. */
const NAMED = { offset: 0, limit: 10 } as const
const PLAN_ID = /^[0-9a-f-]{36}$/

const planPath = (id: string): string => `/admin/deployments/plans/${id}`

/** Plans and leads to the plan; with nothing to plan, back. */
export async function planDeployment(
  door: ConsoleDoor,
  res: Response,
  selection: PlanSelection,
  back: string,
): Promise<void> {
  const planned = await door.attemptOrBack(res, back, async (actor) => ({
    id: await door.services.deploymentPlans.create(actor, selection),
  }))
  if (planned?.id !== undefined) res.redirect(303, planPath(planned.id))
  else if (planned)
    door.leadTo(res, back, { kind: 'info', text: door.wordsOf(res).console.plans.nothingToPlan })
}

export function addDeploymentPlans(router: Router, door: ConsoleDoor): void {
  const { deploymentPlans } = door.services

  function requirePlanId(text: string): string {
    if (PLAN_ID.test(text)) return text
    throw new IdentityCenterError('deploymentPlan.notFound', 'There is no such plan.')
  }

  router.get('/plans/:id', async (req, res) => {
    const actor = door.actor(res)
    const id = requirePlanId(req.params.id)
    const number = pageNumber(queryFields(req))
    const offset = (number - 1) * CHANGES_PER_PAGE
    const { plan, changes } = await deploymentPlans.get(actor, id, { offset, limit: CHANGES_PER_PAGE })
    const unknown = await deploymentPlans.places(actor, id, undefined, NAMED)
    const shown: ShownChange[] = []
    for (const change of changes.items) {
      const places = await deploymentPlans.places(actor, id, change.number, NAMED)
      const principals = await deploymentPlans.principals(actor, id, change.number, NAMED)
      shown.push({
        ...change,
        places: places.items,
        principals: principals.items,
        principalTotal: principals.total,
      })
    }
    door.send(req, res, (page) => (
      <DeploymentPlanPage
        page={page}
        plan={plan}
        changes={shown}
        changeTotal={changes.total}
        number={number}
        unknown={unknown.items}
        unknownTotal={unknown.total}
      />
    ))
  })

  router.get('/plans/:id/changes/:number', async (req, res) => {
    const actor = door.actor(res)
    const id = requirePlanId(req.params.id)
    const number = /^[1-9]\d{0,5}$/.test(req.params.number) ? Number(req.params.number) : 0
    const { change } = await deploymentPlans.change(actor, id, number)
    const current = pageNumber(queryFields(req))
    const { items, total } = await deploymentPlans.places(actor, id, number, pageRequest(current))
    door.send(req, res, (page) => (
      <PlanChangePage
        page={page}
        planId={id}
        number={number}
        change={change}
        places={items}
        total={total}
        pageNumber={current}
      />
    ))
  })

  router.post('/plans/:id/apply', async (req, res) => {
    const actor = door.actor(res)
    const id = requirePlanId(req.params.id)
    const fingerprint = formFields(req).text('fingerprint')
    const tasks = await door.attempt(
      res,
      () => deploymentPlans.apply(actor, id, fingerprint),
      async ([error], _status, refusal) => {
        if (!isIdentityCenterError(refusal, 'deploymentPlan.moved')) {
          door.leadTo(res, planPath(id), { kind: 'danger', text: error?.message ?? '' })
          return
        }
        const again = await deploymentPlans.again(actor, id)
        const path = again === undefined ? '/admin/permission-configurations' : planPath(again)
        door.leadTo(res, path, { kind: 'danger', text: door.wordsOf(res).console.plans.movedAgain })
      },
    )
    if (tasks) door.follow(res, tasks, planPath(id))
  })
}
