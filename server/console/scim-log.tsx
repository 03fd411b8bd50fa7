/** `/admin/scim/log`: what identity providers sent. */
import { Router } from 'express'
import { SCIM_LOG_FILTERS, ScimLogPage, ScimLogRecordPage } from '../../views/console/scim-log.js'
import { scimAdviceOn } from '../domain/scim-advice.js'
import type { ScimLogFilter, ScimLogPlace } from '../domain/scim-log.js'
import type { ConsoleDoor } from './console-door.js'
import { queryFields, startOfDay, type FormFields } from './form-fields.js'

/** Lines on one page. */
const PAGE_SIZE = 50
const DAY = 24 * 60 * 60 * 1000

export function scimLogRouter(door: ConsoleDoor): Router {
  const { scimLog, scimCredentials } = door.services
  const router = Router()

  router.get('/', async (req, res) => {
    const actor = door.actor(res)
    const fields = queryFields(req)
    const query = Object.fromEntries(SCIM_LOG_FILTERS.map((name) => [name, fields.optional(name)]))
    const before = parsePlace(fields.text('before'))
    const { entries, next } = await scimLog.list(actor, filterOf(fields), {
      limit: PAGE_SIZE,
      ...(before && { before }),
    })
    const credentials = await scimCredentials.list(actor)
    door.send(req, res, (page) => (
      <ScimLogPage
        page={page}
        entries={entries}
        credentialIds={credentials.map(({ id }) => id)}
        query={query}
        isLater={before !== undefined}
        {...(next && { next: formatPlace(next) })}
      />
    ))
  })

  router.get('/:requestId', async (req, res) => {
    const { request, answer, ...record } = await scimLog.get(door.actor(res), String(req.params['requestId']))
    const advice = scimAdviceOn(record)
    door.send(req, res, (page) => (
      <ScimLogRecordPage
        page={page}
        record={{
          ...record,
          ...(request !== undefined && { request: indented(request) }),
          ...(answer !== undefined && { answer: indented(answer) }),
        }}
        {...(advice && { advice })}
      />
    ))
  })

  return router
}

/** What the address asks for; what is not understood narrows nothing. */
function filterOf(fields: FormFields): ScimLogFilter {
  const credentialId = fields.optional('credential')
  const status = statusRange(fields.text('status'))
  const resource = fields.optional('resource')
  const requestId = fields.optional('requestId')
  const from = startOfDay(fields.optional('from'))
  // The day itself is part of what is asked for.
  const until = startOfDay(fields.optional('until'), DAY)
  return {
    ...(credentialId !== undefined && { credentialId }),
    ...(status && { status }),
    ...(resource !== undefined && { resource: resourceNamed(resource) }),
    ...(requestId !== undefined && { requestId }),
    ...(from !== undefined && { from }),
    ...(until !== undefined && { until }),
  }
}

/** `409` and `4xx`; redirections (304) count as a success. */
function statusRange(text: string): readonly [number, number] | undefined {
  if (/^[1-5]\d\d$/.test(text)) return [Number(text), Number(text)]
  switch (text) {
    case '2xx':
      return [200, 399]
    case '4xx':
      return [400, 499]
    case '5xx':
      return [500, 599]
    default:
      return undefined
  }
}

/** Types are written in any way: `users`, `Group`. */
function resourceNamed(text: string): string {
  const [, type] = /^(user|group)s?$/i.exec(text) ?? []
  if (type === undefined) return text
  return type.toLowerCase() === 'user' ? 'User' : 'Group'
}

const formatPlace = ({ at, requestId }: ScimLogPlace): string => `${at}~${requestId}`

function parsePlace(text: string): ScimLogPlace | undefined {
  const [, at, requestId] = /^(\d{4}-\d\d-\d\dT[\d:.]{8,12}Z)~([\w-]{1,64})$/.exec(text) ?? []
  return at !== undefined && requestId !== undefined ? { at, requestId } : undefined
}

/** The body with line breaks. */
const indented = (json: string): string => JSON.stringify(JSON.parse(json), undefined, 2)
