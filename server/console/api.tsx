/** `/admin/api`: the reference of the cloud API, with examples, and a form to try each action. */
import { Router, type Request, type Response } from 'express'
import { ApiActionPage, ApiActionsPage } from '../../views/console/api.js'
import { consoleTexts } from '../../views/console/frame.js'
import type { ApiActionReference, ApiTrial } from '../domain/api-reference.js'
import { IdentityCenterError } from '../domain/errors.js'
import { isRecent } from '../domain/session.js'
import { sessionOf } from '../http/session-cookie.js'
import { apiExamples, exampleParameters } from './api-examples.js'
import type { ConsoleDoor } from './console-door.js'
import { formFields, listQuery, pageRequest } from './form-fields.js'

/** Trying is a POST that read-only administrators may send too: the policies of whoever calls decide, as with a key. */
export function apiRouter(door: ConsoleDoor): Router {
  const { apiReference, baseUrl } = door
  const router = Router()

  router.get('/', (req, res) => {
    const query = listQuery(req, { filters: ['search', 'service'] })
    const { search = '', service = '' } = query.filters
    const all = apiReference.entries()
    const { offset, limit } = pageRequest(query.number)
    door.send(req, res, (page) => {
      // In the words that are read on the page, and in those of the declarations.
      const { declared } = consoleTexts(page).api
      const found = all.filter(
        (entry) =>
          (service === '' || entry.service === service) &&
          `${entry.name} ${entry.summary} ${declared(entry.summary) ?? ''} ${entry.service}`
            .toLowerCase()
            .includes(search.toLowerCase()),
      )
      return (
        <ApiActionsPage
          page={page}
          actions={found.slice(offset, offset + limit)}
          total={found.length}
          services={[...new Set(all.map((entry) => entry.service))]}
          query={query}
        />
      )
    })
  })

  router.get('/openapi.json', (_req, res) => {
    res.type('application/json').send(JSON.stringify(apiReference.openApi(), undefined, 2))
  })

  function referenceFor(req: Request): ApiActionReference {
    const reference = apiReference.find(String(req.params['version']), String(req.params['name']))
    if (reference) return reference
    throw new IdentityCenterError('request.notFound', 'There is no such action.')
  }

  async function sendAction(
    req: Request,
    res: Response,
    tried?: { readonly parameters: string; readonly trial?: ApiTrial },
    status = 200,
  ): Promise<void> {
    const reference = referenceFor(req)
    const mustConfirm = reference.writes && !isRecent(sessionOf(res), door.clock.now())
    const example = exampleParameters(reference, (await door.services.zones.current()).id)
    door.send(
      req,
      res,
      (page) => (
        <ApiActionPage
          page={page}
          action={reference}
          examples={apiExamples(reference, example, baseUrl)}
          parameters={tried?.parameters ?? JSON.stringify(example, undefined, 2)}
          trial={tried?.trial}
          confirmPath={
            mustConfirm ? `/admin/security/confirm?next=${encodeURIComponent(req.originalUrl)}` : undefined
          }
        />
      ),
      { status },
    )
  }

  router.get('/:version/:name', (req, res) => sendAction(req, res))

  router.post('/:version/:name', async (req, res) => {
    const parameters = formFields(req).raw('parameters')
    const trial = await door.attempt(
      res,
      (actor) => apiReference.call(actor, sessionOf(res), referenceFor(req), parameters),
      // What was entered stays on the page, to be taken along.
      (_errors, status) => sendAction(req, res, { parameters }, status),
    )
    if (trial) await sendAction(req, res, { parameters, trial })
  })

  return router
}
