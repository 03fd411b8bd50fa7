/** `/admin/scim/adoption`: names that were pushed and are held by manual users and groups. */
import { Router, type Request } from 'express'
import { AdoptionCasePage, AdoptionsPage } from '../../views/console/adoptions.js'
import { PAGE_SIZE } from '../../views/console/list-query.js'
import { IdentityCenterError } from '../domain/errors.js'
import { parseCollisionId, type CollisionId } from '../domain/ids.js'
import { collisionOfSight } from '../domain/name-collision.js'
import { isAnswerable, type ConsoleDoor } from './console-door.js'
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
      <AdoptionsPage page={page} cases={items} total={total} open={open} query={query} />
    ))
  })

  /** Links each by itself: one that is refused does not keep the others from it. */
  router.post('/link', async (req, res) => {
    // As many as a page lists; what is no sight was not on it.
    const sights = formFields(req)
      .list('sight')
      .slice(0, PAGE_SIZE)
      .flatMap((sight) => {
        const id = collisionOfSight(sight)
        return id === undefined ? [] : [{ id, sight }]
      })
    if (sights.length === 0) {
      door.leadTo(res, LIST, { kind: 'danger', text: door.wordsOf(res).console.adoption.bulkNone })
      return
    }
    const refusals: string[] = []
    for (const { id, sight } of sights) {
      try {
        await adoptions.link(door.actor(res), id, sight)
      } catch (error) {
        if (!isAnswerable(error)) throw error
        refusals.push(door.fieldError(res, error).message)
      }
    }
    const count = sights.length - refusals.length
    const [first] = refusals
    if (first === undefined) {
      door.done(res, LIST, { text: 'adoptionsLinked', count })
      return
    }
    const refused = door.say(res, { text: 'adoptionsRefused', name: first, count: refusals.length })
    const text = count > 0 ? `${door.say(res, { text: 'adoptionsLinked', count })} ${refused}` : refused
    door.leadTo(res, LIST, { kind: count > 0 ? 'warning' : 'danger', text })
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
