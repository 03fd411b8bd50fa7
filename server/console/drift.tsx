/** `/admin/drift`: what differs in the accounts from what was deployed, and putting it right. */
import { Router, type Response } from 'express'
import { DriftPage } from '../../views/console/drift.js'
import { consolePath } from '../../views/console/frame.js'
import { IdentityCenterError } from '../domain/errors.js'
import type { AccountUin } from '../domain/ids.js'
import type { Task } from '../domain/task.js'
import { requireAccountUin, requireConfigurationId } from './access-rows.js'
import type { ConsoleDoor } from './console-door.js'
import { formFields, pageNumber, pageRequest, queryFields } from './form-fields.js'

const KINDS = ['role', 'samlProvider', 'policy'] as const

export function driftRouter(door: ConsoleDoor): Router {
  const { drift, driftRepairs } = door.services
  const router = Router()

  router.get('/', async (req, res) => {
    const actor = door.actor(res)
    const fields = queryFields(req)
    const number = pageNumber(fields)
    const account = fields.optional('account')
    const configuration = fields.optional('configuration')
    const filter = {
      ...(account !== undefined && { account: requireAccountUin(account) }),
      ...(configuration !== undefined && { configuration: requireConfigurationId(configuration) }),
    }
    const { items, total } = await drift.findings(actor, {
      ...(filter.account !== undefined && { accountUin: filter.account }),
      ...(filter.configuration !== undefined && { configurationId: filter.configuration }),
      page: pageRequest(number),
    })
    const summary = await drift.summary(actor)
    const failureNumber = pageNumber(fields, 'failures')
    const failures = await drift.failures(actor, pageRequest(failureNumber))
    door.send(req, res, (page) => (
      <DriftPage
        page={page}
        summary={summary}
        findings={items}
        total={total}
        number={number}
        filter={filter}
        failures={failures.items}
        failureTotal={failures.total}
        failureNumber={failureNumber}
      />
    ))
  })

  const backTo = (account: AccountUin): string => consolePath('/drift', { account })

  router.post('/check', async (req, res) => {
    const account = formFields(req).optional('account')
    if (account === undefined) {
      await door.act(res, '/admin/drift', async (actor) => ({
        text: 'driftRequested',
        count: await drift.requestAll(actor),
      }))
      return
    }
    const accountUin = requireAccountUin(account)
    await door.act(res, backTo(accountUin), async (actor) => {
      const { accountName } = await drift.checkAccount(actor, accountUin)
      return { text: 'driftChecked', name: accountName }
    })
  })

  /** Follows the tasks, or says that there is nothing to do or why it is refused. */
  async function repair(res: Response, back: string, work: () => Promise<readonly Task[]>): Promise<void> {
    const tasks = await door.attemptOrBack(res, back, work)
    if (!tasks) return
    if (tasks.length === 0) {
      door.leadTo(res, back, { kind: 'info', text: door.wordsOf(res).console.drift.nothingToRepair })
      return
    }
    door.follow(res, tasks, back)
  }

  router.post('/repair', async (req, res) => {
    const fields = formFields(req)
    const accountUin = requireAccountUin(fields.text('account'))
    const configuration = fields.optional('configuration')
    const target =
      configuration === undefined
        ? ({ kind: 'samlProvider', accountUin } as const)
        : ({
            kind: 'deployment',
            accountUin,
            configurationId: requireConfigurationId(configuration),
          } as const)
    await repair(res, backTo(accountUin), () => driftRepairs.repair(door.actor(res), [target]))
  })

  router.post('/repair-all', (_req, res) =>
    repair(res, '/admin/drift', () => driftRepairs.repairAll(door.actor(res))),
  )

  router.post('/remove', async (req, res) => {
    const fields = formFields(req)
    const accountUin = requireAccountUin(fields.text('account'))
    const kind = KINDS.find((each) => each === fields.text('kind'))
    if (!kind) throw new IdentityCenterError('request.invalid', 'There is no such kind of object.')
    const name = fields.text('name')
    await door.act(res, backTo(accountUin), async (actor) => {
      await driftRepairs.removeExtra(actor, accountUin, { kind, name })
      return { text: 'extraRemoved', name }
    })
  })

  return router
}
