/** `POST /admin/policies/check`: what is wrong with a policy that is being written, for the script of its editor. */
import { Router } from 'express'
import { fieldId } from '../../views/parts/form.js'
import { reportTitle, reportTone } from '../../views/parts/policy-state.js'
import { languageOf } from '../http/language.js'
import { createPolicyEditing } from '../http/policy-editing.js'
import { rateLimit } from '../http/rate-limit.js'
import type { ConsoleDoor } from './console-door.js'
import { formFields } from './form-fields.js'

/** Somebody who types asks once a pause; several people may share an address. */
const RATE = { burst: 60, perSecond: 10 }

export function policyCheckRouter(door: ConsoleDoor): Router {
  const editing = createPolicyEditing({ catalogue: door.actionCatalogue, kind: 'configuration' })
  const router = Router()

  router.post('/check', rateLimit({ clock: door.clock, ...RATE }), (req, res) => {
    const language = languageOf(res)
    const remarks = editing.remarksOn(editing.read(formFields(req)), language)
    res.json({
      tone: reportTone(remarks),
      title: reportTitle({ language }, remarks),
      remarks: remarks.map(({ kind, message, field, line, column }) => ({
        kind,
        message,
        ...(field !== undefined && { target: fieldId(field) }),
        ...(line !== undefined && { line, column }),
      })),
    })
  })

  return router
}
