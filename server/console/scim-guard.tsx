/** `/admin/scim/guard`: what the guard holds, and deciding on it. */
import { Router, type Request, type Response } from 'express'
import { ScimGuardPage, type ScimGuardPageProps } from '../../views/console/scim-guard.js'
import type { GuardedAction } from '../domain/scim-guard.js'
import type { ConsoleDoor } from './console-door.js'
import { formFields, listQuery, pageRequest } from './form-fields.js'

const PATH = '/admin/scim/guard'

const ACTIONS: Readonly<Record<GuardedAction, true>> = {
  deactivateUser: true,
  deleteUser: true,
  removeMember: true,
  deleteGroup: true,
}
const isAction = (text: string | undefined): text is GuardedAction =>
  text !== undefined && Object.hasOwn(ACTIONS, text)

export function scimGuardRouter(door: ConsoleDoor): Router {
  const { scimGuard, adoptions, zones } = door.services
  const router = Router()

  async function sendGuard(
    req: Request,
    res: Response,
    refused?: ScimGuardPageProps['refused'],
    status = 200,
  ): Promise<void> {
    const actor = door.actor(res)
    const query = listQuery(req, { filters: ['search', 'action'] })
    const { search, action } = query.filters
    const { settings } = await zones.current()
    const overview = await scimGuard.overview(actor)
    const { items, total } = await scimGuard.entries(actor, {
      ...(search !== undefined && { search }),
      ...(isAction(action) && { action }),
      page: pageRequest(query.number),
    })
    const { open } = await adoptions.counts(actor)
    door.send(
      req,
      res,
      (page) => (
        <ScimGuardPage
          page={page}
          {...overview}
          windowMinutes={settings['scim.guardWindowMinutes']}
          entries={items}
          total={total}
          query={query}
          openCollisions={open}
          {...(refused && { refused })}
        />
      ),
      { status },
    )
  }

  router.get('/', (req, res) => sendGuard(req, res))

  router.post('/release', async (req, res) => {
    const fields = formFields(req)
    const limit = fields.optional('limit')
    const released = await door.attempt(
      res,
      async (actor) => {
        await scimGuard.release(actor, fields.text('sight'), {
          hours: Number(fields.text('hours')),
          ...(limit !== undefined && { limit: Number(limit) }),
        })
        return true
      },
      (errors, status) => sendGuard(req, res, { values: fields.values('hours', 'limit'), errors }, status),
    )
    if (released) door.done(res, PATH, { text: 'guardReleased' })
  })

  for (const [verb, text] of [
    ['refuse', 'guardRefused'],
    ['resume', 'guardResumed'],
  ] as const) {
    router.post(`/${verb}`, async (req, res) => {
      const sight = formFields(req).text('sight')
      await door.act(res, PATH, async (actor) => {
        await scimGuard[verb](actor, sight)
        return { text }
      })
    })
  }

  return router
}
