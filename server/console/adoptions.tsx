/** `/admin/scim/adoption`: names that were pushed and are held by manual users and groups. */
import { Router, type Request } from 'express'
import { AdoptionCasePage, AdoptionsPage } from '../../views/console/adoptions.js'
import { IdentityCenterError } from '../domain/errors.js'
import { parseCollisionId, type CollisionId } from '../domain/ids.js'
import type { ConsoleDoor } from './console-door.js'
import { formFields, listQuery, pageRequest } from './form-fields.js'

const LIST = '/admin/scim/adoption'

export function adoptionsRouter(door: ConsoleDoor): Router {
  const { adoptions } = door.services
  const router = Router()

  function idOf(req: Request): CollisionId {
    const id = parseCollisionId(String(req.params['id']))
    if (id !== undefined) return id
    throw new IdentityCenterError('adoption.notFound', 'There is no such collision.')
  }

  router.get('/', async (req, res) => {
    const actor = door.actor(res)
    const query = listQuery(req, { filters: ['search', 'kind', 'status'] })
    const { search, kind, status } = query.filters
    const { items, total } = await adoptions.list(actor, {
      status: status === 'rejected' ? 'rejected' : 'open',
      ...((kind === 'user' || kind === 'group') && { kind }),
      ...(search !== undefined && { search }),
      page: pageRequest(query.number),
    })
    const { open } = await adoptions.counts(actor)
    door.send(req, res, (page) => (
      <AdoptionsPage page={page} collisions={items} total={total} open={open} query={query} />
    ))
  })

  router.get('/:id', async (req, res) => {
    const actor = door.actor(res)
    const { held, sight, renamed } = await adoptions.get(actor, idOf(req))
    const { open } = await adoptions.counts(actor)
    door.send(req, res, (page) => (
      <AdoptionCasePage page={page} held={held} sight={sight} open={open} {...(renamed && { renamed })} />
    ))
  })

  router.post('/:id/link', async (req, res) => {
    const id = idOf(req)
    const sight = formFields(req).text('sight')
    await door.act(res, LIST, async (actor) => ({
      text: 'adoptionLinked',
      name: await adoptions.link(actor, id, sight),
    }))
  })

  router.post('/:id/reject', async (req, res) => {
    const id = idOf(req)
    const sight = formFields(req).text('sight')
    await door.act(res, LIST, async (actor) => ({
      text: 'adoptionRejected',
      name: await adoptions.reject(actor, id, sight),
    }))
  })

  return router
}
