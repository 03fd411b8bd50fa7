/** `/admin/diagnostics`: failed sign-ins over SSO, by the reference that the user was shown. */
import { Router } from 'express'
import { DiagnosticPage, DiagnosticsPage } from '../../views/console/diagnostics.js'
import { IdentityCenterError } from '../domain/errors.js'
import type { ConsoleDoor } from './console-door.js'
import { pageNumber, pageRequest, queryFields } from './form-fields.js'

export function diagnosticsRouter(door: ConsoleDoor): Router {
  const { signInDiagnostics } = door.services
  const router = Router()

  router.get('/', async (req, res) => {
    const fields = queryFields(req)
    const reference = fields.optional('reference')
    if (reference !== undefined) {
      const found = await signInDiagnostics.find(door.actor(res), reference)
      if (found) {
        res.redirect(303, `/admin/diagnostics/${encodeURIComponent(found.reference)}`)
        return
      }
    }
    const number = pageNumber(fields)
    const { items, total } = await signInDiagnostics.list(door.actor(res), pageRequest(number))
    door.send(
      req,
      res,
      (page) => (
        <DiagnosticsPage
          page={page}
          diagnostics={items}
          total={total}
          number={number}
          {...(reference !== undefined && { unknownReference: reference })}
        />
      ),
      { status: reference === undefined ? 200 : 404 },
    )
  })

  router.get('/:reference', async (req, res) => {
    const diagnostic = await signInDiagnostics.find(door.actor(res), String(req.params['reference']))
    if (!diagnostic) {
      throw new IdentityCenterError('request.notFound', 'There is no failed sign-in with this reference.')
    }
    door.send(req, res, (page) => <DiagnosticPage page={page} diagnostic={diagnostic} />)
  })

  return router
}
