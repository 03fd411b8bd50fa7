/** `/admin/service-control`: what accounts may do at most. */
import { Router, type Request, type Response } from 'express'
import { ConfirmPage } from '../../views/console/confirm.js'
import { ServiceControlFormPage, ServiceControlPage } from '../../views/console/service-control.js'
import type { FieldErrors, FormValues } from '../../views/parts/form.js'
import { policyErrors, type PolicyEditorState } from '../../views/parts/policy-state.js'
import type { Actor } from '../domain/actor.js'
import { IdentityCenterError } from '../domain/errors.js'
import type { ServiceControlPolicy, ServiceControlTarget } from '../domain/service-control.js'
import { languageOf } from '../http/language.js'
import { createPolicyEditing } from '../http/policy-editing.js'
import type { ServiceControlPolicyInput } from '../services/service-control.js'
import { requireAccountUin } from './access-rows.js'
import type { ConsoleDoor, Done } from './console-door.js'
import { formFields, pageNumber, pageRequest, queryFields, type FormFields } from './form-fields.js'

/** More than an organization can have. */
const ALL = { offset: 0, limit: 1000 } as const
const START = '/admin/service-control'

/** Throws `serviceControl.notFound` for what is no number of a policy. */
function policyIdOf(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text)
  throw new IdentityCenterError('serviceControl.notFound', 'There is no such service control policy.')
}

const targetIn = (fields: FormFields): ServiceControlTarget => ({
  kind: fields.text('kind') === 'node' ? 'node' : 'account',
  id: fields.text('target'),
})

export function serviceControlRouter(door: ConsoleDoor): Router {
  const { serviceControl } = door.services
  const editing = createPolicyEditing({ catalogue: door.actionCatalogue, kind: 'configuration' })
  const router = Router()

  router.get('/', async (req, res) => {
    const actor = door.actor(res)
    const isOn = await serviceControl.isOn(actor)
    const { items } = await serviceControl.list(actor, { page: ALL })
    door.send(req, res, (page) => <ServiceControlPage page={page} isOn={isOn} policies={items} />)
  })

  router.post('/on', (_req, res) =>
    door.act(res, START, async (actor) => {
      await serviceControl.enable(actor)
      return { text: 'serviceControlOn' }
    }),
  )

  router.get('/off', (req, res) => {
    const words = door.wordsOf(res).console.organization
    door.send(req, res, (page) => (
      <ConfirmPage
        page={page}
        section="serviceControl"
        title={words.switchOffTitle}
        crumbs={[{ label: words.serviceControl, href: START }]}
        action={`${START}/off`}
        button={words.switchOff}
        danger
        backHref={START}
      >
        <p>{words.switchOffLead}</p>
      </ConfirmPage>
    ))
  })

  router.post('/off', (_req, res) =>
    door.act(res, START, async (actor) => {
      await serviceControl.disable(actor)
      return { text: 'serviceControlOff' }
    }),
  )

  // ---- attaching, from the page of an account or a department

  /** The page that the form stands on. */
  const pageIn = (fields: FormFields): string =>
    fields.text('pageKind') === 'node'
      ? `/admin/departments/${Number.parseInt(fields.text('page'), 10)}/service-control`
      : `/admin/accounts/${requireAccountUin(fields.text('page'))}/service-control`

  router.post('/attach', async (req, res) => {
    const fields = formFields(req)
    const back = pageIn(fields)
    const id = policyIdOf(fields.text('policy'))
    await door.act(res, back, async (actor) => {
      await serviceControl.attach(actor, targetIn(fields), id)
      return { text: 'serviceControlAttached', name: (await serviceControl.get(actor, id)).name }
    })
  })

  router.post('/detach', async (req, res) => {
    const fields = formFields(req)
    const back = pageIn(fields)
    const id = policyIdOf(fields.text('policy'))
    await door.act(res, back, async (actor) => {
      await serviceControl.detach(actor, targetIn(fields), id)
      return { text: 'serviceControlDetached', name: (await serviceControl.get(actor, id)).name }
    })
  })

  // ---- policies

  async function sendForm(
    req: Request,
    res: Response,
    policy: ServiceControlPolicy | undefined,
    state: PolicyEditorState,
    values: FormValues,
    { errors, status = 200 }: { readonly errors?: FieldErrors; readonly status?: number } = {},
  ): Promise<void> {
    const all = policy ? await serviceControl.targetsOf(door.actor(res), policy.id) : []
    const number = pageNumber(queryFields(req))
    const { offset, limit } = pageRequest(number)
    const targets = { items: all.slice(offset, offset + limit), total: all.length, number }
    door.send(
      req,
      res,
      (page) => (
        <ServiceControlFormPage
          page={page}
          {...(policy && { policy })}
          targets={targets}
          values={values}
          state={state}
          errors={errors}
        />
      ),
      { status, asksServer: true },
    )
  }

  /** Does what the pressed button says: something in the editor, or saving. What is refused comes back as it was. */
  async function takeForm(
    req: Request,
    res: Response,
    policy: ServiceControlPolicy | undefined,
    save: (actor: Actor, input: Required<ServiceControlPolicyInput>) => Promise<number>,
  ): Promise<void> {
    const fields = formFields(req)
    const form = editing.read(fields)
    const language = languageOf(res)
    const values = fields.values('name', 'description')
    const act = fields.text('policyAct')
    if (act !== '') {
      await sendForm(req, res, policy, editing.act(form, act, language), values)
      return
    }
    const name = fields.text('name')
    const document = editing.textOf(form)
    if (document === undefined) {
      const state = editing.refused(form, language)
      await sendForm(req, res, policy, state, values, { errors: policyErrors(state), status: 400 })
      return
    }
    const id = await door.attempt(
      res,
      (actor) => save(actor, { name, description: fields.text('description'), document }),
      async (errors, status, refusal) => {
        const state = editing.refused(form, language)
        const all = refusal.code === 'policy.invalid' ? policyErrors(state) : errors
        await sendForm(req, res, policy, state, values, { errors: all, status })
      },
    )
    if (id !== undefined) door.done(res, `${START}/${id}`, { text: 'serviceControlSaved', name })
  }

  router.get('/new', (req, res) => sendForm(req, res, undefined, editing.open('', 'visual'), {}))

  router.post('/', (req, res) =>
    takeForm(req, res, undefined, (actor, { name, description, document }) =>
      serviceControl.create(actor, { name, document, ...(description !== '' && { description }) }),
    ),
  )

  const found = (req: Request, res: Response): Promise<ServiceControlPolicy> =>
    serviceControl.get(door.actor(res), policyIdOf(String(req.params['id'])))

  router.get('/:id', async (req, res) => {
    const policy = await found(req, res)
    const { name, description, document } = policy
    await sendForm(req, res, policy, editing.open(document, 'json'), { name, description })
  })

  router.post('/:id', async (req, res) => {
    const policy = await found(req, res)
    await takeForm(req, res, policy, async (actor, input) => {
      await serviceControl.change(actor, policy.id, input)
      return policy.id
    })
  })

  router.get('/:id/delete', async (req, res) => {
    const policy = await found(req, res)
    const words = door.wordsOf(res).console.organization
    door.send(req, res, (page) => (
      <ConfirmPage
        page={page}
        section="serviceControl"
        title={words.deletePolicyTitle(policy.name)}
        crumbs={[{ label: words.serviceControl, href: START }]}
        action={`${START}/${policy.id}/delete`}
        button={words.deletePolicy}
        danger
        backHref={`${START}/${policy.id}`}
      >
        <p>{words.deletePolicyLead}</p>
      </ConfirmPage>
    ))
  })

  router.post('/:id/delete', async (req, res) => {
    const policy = await found(req, res)
    const remove = async (actor: Actor): Promise<Done> => {
      await serviceControl.remove(actor, policy.id)
      return { text: 'serviceControlDeleted', name: policy.name }
    }
    await door.act(res, `${START}/${policy.id}`, remove, START)
  })

  return router
}
