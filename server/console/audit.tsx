/** `/admin/audit`. */
import { Router } from 'express'
import { AuditPage } from '../../views/console/audit.js'
import type { ConsoleDoor } from './console-door.js'
import { listQuery, pageRequest, startOfDay } from './form-fields.js'

const DAY = 24 * 60 * 60 * 1000

export function auditRouter(door: ConsoleDoor): Router {
  const { audit } = door.services
  const router = Router()

  router.get('/', async (req, res) => {
    const query = listQuery(req, { filters: ['search', 'action', 'from', 'until'] })
    const { search, action } = query.filters
    const from = startOfDay(query.filters['from'])
    // The day itself is part of what is asked for.
    const until = startOfDay(query.filters['until'], DAY)
    const { items, total } = await audit.search(door.actor(res), {
      ...(search !== undefined && { search }),
      ...(action !== undefined && { action }),
      ...(from !== undefined && { from }),
      ...(until !== undefined && { until }),
      page: pageRequest(query.number),
    })
    const events = items.map((event) => ({ ...event, detail: indented(event.detail) }))
    door.send(req, res, (page) => <AuditPage page={page} events={events} total={total} query={query} />)
  })

  return router
}

/** The details with line breaks; nothing for an event that has none. */
function indented(detail: string): string {
  return detail === '{}' ? '' : JSON.stringify(JSON.parse(detail), undefined, 2)
}
