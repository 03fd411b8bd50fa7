/** `/admin/permission-configurations/:id/custom/…`: custom policies of a permission configuration. */
import type { Request, Response, Router } from 'express'
import { CustomPolicyFormPage } from '../../views/console/custom-policies.js'
import type { FieldErrors } from '../../views/parts/form.js'
import { policyErrors, type PolicyEditorState } from '../../views/parts/policy-state.js'
import { IdentityCenterError } from '../domain/errors.js'
import { languageOf } from '../http/language.js'
import { createPolicyEditing } from '../http/policy-editing.js'
import { overtakenVersion, seenVersion } from './configuration-versions.js'
import type { ConsoleDoor } from './console-door.js'
import { formFields, queryFields } from './form-fields.js'
import { configurationIdOf, configurationPath } from './permission-configuration-policies.js'

export function addCustomPolicies(router: Router, door: ConsoleDoor): void {
  const { permissionConfigurations } = door.services
  const editing = createPolicyEditing({ catalogue: door.actionCatalogue, kind: 'configuration' })
  const configurationOf = (req: Request, res: Response) =>
    permissionConfigurations.get(door.actor(res), configurationIdOf(req))

  async function sendForm(
    req: Request,
    res: Response,
    state: PolicyEditorState,
    {
      status = 200,
      ...shown
    }: {
      readonly policyName?: string
      readonly name?: string
      readonly errors?: FieldErrors
      readonly seen?: number
      readonly overtaken?: number
      readonly status?: number
    },
  ): Promise<void> {
    const configuration = await configurationOf(req, res)
    door.send(
      req,
      res,
      (page) => <CustomPolicyFormPage page={page} configuration={configuration} state={state} {...shown} />,
      { status, asksServer: true },
    )
  }

  /** Does what the pressed button says: something in the editor, or saving. What is refused comes back as it was. */
  async function takeForm(req: Request, res: Response, expected: 'new' | 'existing'): Promise<void> {
    const id = configurationIdOf(req)
    const fields = formFields(req)
    const form = editing.read(fields)
    const language = languageOf(res)
    const name = fields.text('name')
    const seen = expected === 'existing' ? seenVersion(fields) : undefined
    const shown = seen === undefined ? { name } : { policyName: name, seen }
    const act = fields.text('policyAct')
    if (act !== '') {
      await sendForm(req, res, editing.act(form, act, language), shown)
      return
    }
    const document = editing.textOf(form)
    if (document === undefined) {
      const state = editing.refused(form, language)
      await sendForm(req, res, state, { ...shown, errors: policyErrors(state), status: 400 })
      return
    }
    const saved = await door.attempt(
      res,
      (actor) => permissionConfigurations.putCustomPolicy(actor, id, name, document, expected, seen),
      async (errors, status, refusal) => {
        const state = editing.refused(form, language)
        const all = refusal.code === 'policy.invalid' ? policyErrors(state) : errors
        const overtaken = overtakenVersion(refusal)
        // Told of what came between, the form goes on from there.
        const from = overtaken === undefined ? shown : { policyName: name, overtaken }
        await sendForm(req, res, state, { ...from, errors: all, status })
      },
    )
    if (saved) door.done(res, configurationPath(id, '/custom'), { text: 'policySaved', name })
  }

  router.get('/:id/custom/new', (req, res) => sendForm(req, res, editing.open('', 'visual'), {}))

  router.post('/:id/custom/new', (req, res) => takeForm(req, res, 'new'))

  router.get('/:id/custom/edit', async (req, res) => {
    const name = queryFields(req).text('name')
    const policies = await permissionConfigurations.listPolicies(door.actor(res), configurationIdOf(req))
    const policy = policies.find((candidate) => candidate.type === 'custom' && candidate.name === name)
    if (policy?.type !== 'custom') {
      throw new IdentityCenterError('policy.notFound', 'The permission configuration has no such policy.')
    }
    await sendForm(req, res, editing.open(policy.document, 'json'), { policyName: policy.name })
  })

  router.post('/:id/custom/edit', (req, res) => takeForm(req, res, 'existing'))

  router.post('/:id/custom/remove', async (req, res) => {
    const id = configurationIdOf(req)
    const name = formFields(req).text('name')
    await door.act(res, configurationPath(id, '/custom'), async (actor) => {
      await permissionConfigurations.detachPolicy(actor, id, { type: 'custom', name })
      return { text: 'policyRemoved', name }
    })
  })
}
