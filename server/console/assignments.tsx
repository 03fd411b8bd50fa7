/** `/admin/assignments`: configuring access step by step. */
import { Router, type Request, type Response } from 'express'
import { PickPage, ReviewPage, type AssignmentDraft, type AssignStep } from '../../views/console/assign.js'
import type { FieldErrors } from '../../views/parts/form.js'
import type { Choosable, ChoiceGroup } from '../../views/parts/wizard.js'
import { MAXIMUM_BATCH_PARTS } from '../domain/assignment-batch.js'
import { requireAccountUin, requireConfigurationId, requirePrincipal } from './access-rows.js'
import { addAssignmentPages } from './assignment-pages.js'
import { createChoices, OFFERED, present } from './choices.js'
import type { PartIds } from '../services/assignment-writer.js'
import type { ConsoleDoor } from './console-door.js'
import { formFields, queryFields, type FormFields } from './form-fields.js'
import { requireNodeId } from './organization-tree.js'

type PickStep = Exclude<AssignStep, 'review'>

interface ReviewOptions {
  readonly period?: { readonly start: string; readonly end: string }
  readonly errors?: FieldErrors
  readonly status?: number
}

/** The fields that carry what was chosen. */
const FIELDS = [
  ['account', 'accounts'],
  ['node', 'departments'],
  ['principal', 'principals'],
  ['configuration', 'configurations'],
] as const satisfies readonly (readonly [string, keyof AssignmentDraft])[]

const STEPS: readonly PickStep[] = ['accounts', 'principals', 'configurations']

export function assignmentsRouter(door: ConsoleDoor): Router {
  const { assignmentBatches, permissionConfigurations, formSubmissions, organization } = door.services
  const choices = createChoices(door)
  const router = Router()

  /** What the form has chosen so far, with names. Whatever is gone by now is left out. */
  async function draftOf(res: Response, fields: FormFields): Promise<AssignmentDraft> {
    const actor = door.actor(res)
    const chosen = (name: string) => chosenIn(fields, name)
    const configurations = chosen('configuration').map(async (text): Promise<Choosable> => {
      return toConfigurationChoice(await permissionConfigurations.get(actor, requireConfigurationId(text)))
    })
    return {
      accounts: await choices.accounts(res, chosen('account')),
      departments: await choices.departments(res, chosen('node')),
      principals: await choices.principals(res, chosen('principal')),
      configurations: await present(configurations),
    }
  }

  const toConfigurationChoice = (configuration: {
    id: string
    name: string
    description?: string
  }): Choosable => ({
    id: configuration.id,
    name: configuration.name,
    ...(configuration.description !== undefined && { detail: configuration.description }),
  })

  /** What a step offers for a search. */
  async function offersOf(res: Response, step: PickStep, search: string): Promise<readonly ChoiceGroup[]> {
    switch (step) {
      case 'accounts':
        return [await choices.offerDepartments(res, search), ...(await choices.offerAccounts(res, search))]
      case 'principals':
        return choices.offerPrincipals(res, search)
      case 'configurations': {
        const page = { offset: 0, limit: OFFERED }
        const found = await permissionConfigurations.list(door.actor(res), { search, page })
        return [{ matches: found.items.map(toConfigurationChoice), total: found.total }]
      }
      default:
        return step satisfies never
    }
  }

  async function sendStep(
    req: Request,
    res: Response,
    step: PickStep,
    draft: AssignmentDraft,
    { search = '', errors }: { readonly search?: string; readonly errors?: FieldErrors } = {},
  ): Promise<void> {
    const offers = await offersOf(res, step, search)
    door.send(
      req,
      res,
      (page) => (
        <PickPage page={page} step={step} draft={draft} groups={offers} search={search} errors={errors} />
      ),
      { status: errors ? 400 : 200 },
    )
  }

  /** What the draft multiplies: departments stand for the accounts that are below them now. */
  async function selectionOf(res: Response, draft: AssignmentDraft): Promise<PartIds> {
    const uins = new Set(draft.accounts.map(({ id }) => requireAccountUin(id)))
    const tree = await organization.tree(door.actor(res))
    for (const { id } of draft.departments) {
      const page = { offset: 0, limit: MAXIMUM_BATCH_PARTS + 1 }
      const query = { nodeId: requireNodeId(tree, id), below: true, page }
      const { items } = await organization.listAccounts(door.actor(res), query)
      for (const { uin } of items) uins.add(uin)
    }
    return {
      accountUins: [...uins],
      principals: draft.principals.map(({ id }) => requirePrincipal(id)),
      configurationIds: draft.configurations.map(({ id }) => requireConfigurationId(id)),
    }
  }

  async function sendReview(
    req: Request,
    res: Response,
    draft: AssignmentDraft,
    { period = { start: '', end: '' }, errors, status = 200 }: ReviewOptions = {},
  ): Promise<void> {
    const emptyConfigurations: string[] = []
    for (const { id, name } of draft.configurations) {
      const policies = await permissionConfigurations.listPolicies(
        door.actor(res),
        requireConfigurationId(id),
      )
      if (policies.length === 0) emptyConfigurations.push(name)
    }
    const preview = await assignmentBatches.preview(door.actor(res), await selectionOf(res, draft))
    const submissionToken = formSubmissions.newToken()
    door.send(
      req,
      res,
      (page) => (
        <ReviewPage
          page={page}
          draft={draft}
          emptyConfigurations={emptyConfigurations}
          preview={preview}
          period={period}
          submissionToken={submissionToken}
          errors={errors}
        />
      ),
      { status },
    )
  }

  /** Begins with what the address chose already: the permissions of a user, say. */
  router.get('/new', async (req, res) => {
    await sendStep(req, res, 'accounts', await draftOf(res, queryFields(req)))
  })

  for (const step of STEPS) {
    // Reloading a step, which was the answer to a form, begins anew.
    router.get(`/${step}`, (_req, res) => res.redirect(303, '/admin/assignments/new'))

    router.post(`/${step}`, async (req, res) => {
      const fields = formFields(req)
      const draft = await draftOf(res, fields)
      const words = door.wordsOf(res).console
      if (fields.text('from') === 'accounts' && isEmpty(draft, 'accounts')) {
        door.leadTo(res, '/admin/accounts', { kind: 'danger', text: words.accounts.selectNone })
        return
      }
      const place = STEPS.indexOf(step)
      switch (fields.text('act')) {
        case 'next': {
          if (isEmpty(draft, step)) {
            const message = {
              accounts: words.assign.needAccounts,
              principals: words.assign.needPrincipals,
              configurations: words.assign.needConfigurations,
            }[step]
            return sendStep(req, res, step, draft, { search: fields.text('search'), errors: [{ message }] })
          }
          // Steps that were chosen before this one was begun are passed over only by their own button.
          const next = STEPS[place + 1]
          if (next) return sendStep(req, res, next, draft)
          await door.attempt(
            res,
            () => sendReview(req, res, draft),
            (errors) => sendStep(req, res, step, draft, { errors }),
          )
          return
        }
        case 'back':
          return sendStep(req, res, STEPS[place - 1] ?? 'accounts', draft)
        default:
          return sendStep(req, res, step, draft, { search: fields.text('search') })
      }
    })
  }

  router.post('/', async (req, res) => {
    const fields = formFields(req)
    const draft = await draftOf(res, fields)
    if (fields.text('act') !== 'submit') {
      await sendStep(req, res, 'configurations', draft)
      return
    }
    // Nothing is submitted that was not seen: what went meanwhile, or never was, is told first.
    const gone = FIELDS.reduce(
      (sum, [field, part]) => sum + chosenIn(fields, field).length - draft[part].length,
      0,
    )
    const errors = gone === 0 ? [] : [{ message: door.wordsOf(res).console.assign.partsGone(gone) }]
    const missing = STEPS.find((step) => isEmpty(draft, step))
    if (missing) {
      await sendStep(req, res, missing, draft, errors.length > 0 ? { errors } : {})
      return
    }
    const requestKey = formSubmissions.keyOf(fields.text('submission'))
    const period = { start: fields.text('start'), end: fields.text('end') }
    if (gone > 0) return sendReview(req, res, draft, { period, errors, status: 409 })
    const batchId = await door.attempt(
      res,
      async (actor) =>
        assignmentBatches.submit(actor, await selectionOf(res, draft), { requestKey, ...period }),
      (errors, status) => sendReview(req, res, draft, { period, errors, status }),
    )
    if (batchId !== undefined) res.redirect(303, `/admin/tasks/batches/${batchId}`)
  })

  addAssignmentPages(router, door)
  return router
}

/** What a field carries: enough to be refused as too much, and no more than that. */
const chosenIn = (fields: FormFields, name: string): readonly string[] =>
  fields.list(name).slice(0, MAXIMUM_BATCH_PARTS + 1)

/** Whether nothing was chosen in a step; departments are chosen with the accounts. */
const isEmpty = (draft: AssignmentDraft, step: PickStep): boolean =>
  draft[step].length === 0 && (step !== 'accounts' || draft.departments.length === 0)
