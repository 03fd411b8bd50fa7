/** `/admin/assignments`: configuring access step by step, and taking it away. */
import { Router, type Request, type Response } from 'express'
import { RemoveAssignmentPage } from '../../views/console/accounts.js'
import { PickPage, ReviewPage, type AssignmentDraft, type AssignStep } from '../../views/console/assign.js'
import { RepeatedPage } from '../../views/console/secret.js'
import type { FieldErrors } from '../../views/parts/form.js'
import type { Choosable, ChoiceGroup } from '../../views/parts/wizard.js'
import { MAXIMUM_TRIPLES, type Assignment } from '../domain/assignment.js'
import { IdentityCenterError } from '../domain/errors.js'
import { requireAccountUin, requireConfigurationId, requirePrincipal } from './access-rows.js'
import { createChoices, OFFERED, present } from './choices.js'
import type { ConsoleDoor } from './console-door.js'
import { formFields, queryFields, type FormFields } from './form-fields.js'

type PickStep = Exclude<AssignStep, 'review'>

const STEPS: readonly PickStep[] = ['accounts', 'principals', 'configurations']

export function assignmentsRouter(door: ConsoleDoor): Router {
  const { permissionConfigurations, assignments, formSubmissions } = door.services
  const choices = createChoices(door)
  const router = Router()

  /** What the form has chosen so far, with names. Whatever is gone by now is left out. */
  async function draftOf(res: Response, fields: FormFields): Promise<AssignmentDraft> {
    const actor = door.actor(res)
    const chosen = (name: string) => fields.list(name).slice(0, MAXIMUM_TRIPLES)
    const configurations = chosen('configuration').map(async (text): Promise<Choosable> => {
      return toConfigurationChoice(await permissionConfigurations.get(actor, requireConfigurationId(text)))
    })
    return {
      accounts: await choices.accounts(res, chosen('account')),
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
        return choices.offerAccounts(res, search)
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

  async function sendReview(
    req: Request,
    res: Response,
    draft: AssignmentDraft,
    errors?: FieldErrors,
    status = 200,
  ): Promise<void> {
    const emptyConfigurations: string[] = []
    for (const { id, name } of draft.configurations) {
      const policies = await permissionConfigurations.listPolicies(
        door.actor(res),
        requireConfigurationId(id),
      )
      if (policies.length === 0) emptyConfigurations.push(name)
    }
    const submissionToken = formSubmissions.newToken()
    door.send(
      req,
      res,
      (page) => (
        <ReviewPage
          page={page}
          draft={draft}
          emptyConfigurations={emptyConfigurations}
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
      if (fields.text('from') === 'accounts' && draft.accounts.length === 0) {
        door.leadTo(res, '/admin/accounts', { kind: 'danger', text: words.accounts.selectNone })
        return
      }
      const place = STEPS.indexOf(step)
      switch (fields.text('act')) {
        case 'next': {
          if (draft[step].length === 0) {
            const message = {
              accounts: words.assign.needAccounts,
              principals: words.assign.needPrincipals,
              configurations: words.assign.needConfigurations,
            }[step]
            return sendStep(req, res, step, draft, { search: fields.text('search'), errors: [{ message }] })
          }
          // Steps that were chosen before this one was begun are passed over only by their own button.
          const next = STEPS[place + 1]
          return next ? sendStep(req, res, next, draft) : sendReview(req, res, draft)
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
    const missing = STEPS.find((step) => draft[step].length === 0)
    if (missing) {
      await sendStep(req, res, missing, draft)
      return
    }
    if (!(await formSubmissions.claim(fields.text('submission')))) {
      const back = { label: door.wordsOf(res).console.tasks.allTasks, href: '/admin/tasks' }
      door.send(req, res, (page) => <RepeatedPage page={page} section="accounts" back={back} />, {
        status: 409,
      })
      return
    }
    const triples = draft.accounts.flatMap((account) =>
      draft.principals.flatMap((principal) =>
        draft.configurations.map((configuration) => ({
          accountUin: requireAccountUin(account.id),
          principal: requirePrincipal(principal.id),
          configurationId: requireConfigurationId(configuration.id),
        })),
      ),
    )
    const tasks = await door.attempt(
      res,
      (actor) => assignments.assign(actor, triples),
      (errors, status) => sendReview(req, res, draft, errors, status),
    )
    if (tasks) door.follow(res, tasks, '/admin/tasks')
  })

  // ---- taking access away

  /** The assignment that the fields name. Throws `assignment.notFound`. */
  async function assignmentOf(res: Response, fields: FormFields): Promise<Assignment> {
    const principal = requirePrincipal(fields.text('principal'))
    const { items } = await assignments.list(door.actor(res), {
      accountUin: requireAccountUin(fields.text('account')),
      configurationId: requireConfigurationId(fields.text('configuration')),
      principalType: principal.type,
      principalId: principal.id,
      page: { offset: 0, limit: 1 },
    })
    const [found] = items
    if (found) return found
    throw new IdentityCenterError('assignment.notFound', 'There is no such assignment.')
  }

  router.get('/remove', async (req, res) => {
    const assignment = await assignmentOf(res, queryFields(req))
    door.send(req, res, (page) => <RemoveAssignmentPage page={page} assignment={assignment} />)
  })

  router.post('/remove', async (req, res) => {
    const fields = formFields(req)
    const accountUin = requireAccountUin(fields.text('account'))
    const principal = requirePrincipal(fields.text('principal'))
    const configurationId = requireConfigurationId(fields.text('configuration'))
    await door.act(res, `/admin/accounts/${accountUin}`, async (actor) => {
      await assignments.revoke(actor, { principal, accountUin, configurationId })
      return { text: 'assignmentsRemoved', count: 1 }
    })
  })

  return router
}
