/** `/admin/user-syncs`: CAM user synchronizations, asking for them step by step, and their tasks. */
import { Router, type Request, type Response } from 'express'
import { ConfirmPage } from '../../views/console/confirm.js'
import { RepeatedPage } from '../../views/console/secret.js'
import { UserSyncBatchPage, UserSyncTasksPage } from '../../views/console/user-sync-tasks.js'
import {
  UserSyncPickPage,
  UserSyncPoliciesPage,
  UserSyncReviewPage,
  type UserSyncDraft,
  type UserSyncPickStep,
} from '../../views/console/user-sync-wizard.js'
import {
  EditUserSyncPage,
  STATUSES,
  UserSyncPage,
  userSyncPath,
  UserSyncsPage,
} from '../../views/console/user-syncs.js'
import type { FieldErrors } from '../../views/parts/form.js'
import { IdentityCenterError } from '../domain/errors.js'
import { parseUserSyncId, type UserSyncId } from '../domain/ids.js'
import type { TaskStatus } from '../domain/task.js'
import { MAXIMUM_PAIRS, type ConflictPolicy, type DeletionPolicy } from '../domain/user-sync.js'
import { accountNames } from './account-names.js'
import { requireAccountUin, requirePrincipal } from './access-rows.js'
import { createChoices } from './choices.js'
import type { ConsoleDoor } from './console-door.js'
import {
  formFields,
  listQuery,
  pageNumber,
  pageRequest,
  queryFields,
  type FormFields,
} from './form-fields.js'

const TASK_STATUSES: readonly TaskStatus[] = ['inProgress', 'success', 'failed']
const BATCH_ID = /^[0-9a-f-]{36}$/

const conflictPolicyOf = (fields: FormFields): ConflictPolicy =>
  fields.text('conflictPolicy') === 'replace' ? 'replace' : 'keepBoth'
const deletionPolicyOf = (fields: FormFields): DeletionPolicy =>
  fields.text('deletionPolicy') === 'delete' ? 'delete' : 'keep'

export function userSyncsRouter(door: ConsoleDoor): Router {
  const { userSyncs, formSubmissions } = door.services
  const choices = createChoices(door)
  const router = Router()

  /** Throws `userSync.notFound` for what is no id of a sync. */
  function idOf(req: Request): UserSyncId {
    const id = parseUserSyncId(String(req.params['id']))
    if (id !== undefined) return id
    throw new IdentityCenterError('userSync.notFound', 'There is no such synchronization.')
  }

  router.get('/', async (req, res) => {
    const query = listQuery(req, { filters: ['search', 'status'] })
    const { search } = query.filters
    const status = STATUSES.find((each) => each === query.filters['status'])
    const { items, total } = await userSyncs.list(door.actor(res), {
      ...(search !== undefined && { search }),
      ...(status && { status }),
      page: pageRequest(query.number),
    })
    door.send(req, res, (page) => <UserSyncsPage page={page} syncs={items} total={total} query={query} />)
  })

  // ---- tasks

  router.get('/tasks', async (req, res) => {
    const query = listQuery(req, { filters: ['status'] })
    const status = TASK_STATUSES.find((each) => each === query.filters['status'])
    const { items, total } = await userSyncs.listTasks(door.actor(res), {
      ...(status && { status }),
      page: pageRequest(query.number),
    })
    const accounts = await accountNames(
      door,
      door.actor(res),
      items.map(({ accountUin }) => accountUin),
    )
    door.send(req, res, (page) => (
      <UserSyncTasksPage page={page} tasks={items} accounts={accounts} total={total} query={query} />
    ))
  })

  router.get('/batches/:batchId', async (req, res) => {
    const actor = door.actor(res)
    const batchId = String(req.params['batchId'])
    const number = pageNumber(queryFields(req))
    const found = BATCH_ID.test(batchId)
      ? await userSyncs.listTasks(actor, { batchId, page: pageRequest(number) })
      : undefined
    if (!found || found.total === 0) {
      throw new IdentityCenterError('task.notFound', 'There are no such tasks.')
    }
    const progress = await userSyncs.progress(actor, batchId)
    const accounts = await accountNames(
      door,
      actor,
      found.items.map(({ accountUin }) => accountUin),
    )
    door.send(req, res, (page) => (
      <UserSyncBatchPage
        page={page}
        batchId={batchId}
        tasks={found.items}
        accounts={accounts}
        progress={progress}
        number={number}
      />
    ))
  })

  // ---- asking for synchronization

  /** What the form has chosen so far, with names. */
  const draftOf = async (res: Response, fields: FormFields): Promise<UserSyncDraft> => ({
    accounts: await choices.accounts(res, fields.list('account').slice(0, MAXIMUM_PAIRS)),
    principals: await choices.principals(res, fields.list('principal').slice(0, MAXIMUM_PAIRS)),
    description: fields.text('description'),
    conflictPolicy: conflictPolicyOf(fields),
    deletionPolicy: deletionPolicyOf(fields),
  })

  async function sendPick(
    req: Request,
    res: Response,
    step: UserSyncPickStep,
    draft: UserSyncDraft,
    { search = '', errors }: { readonly search?: string; readonly errors?: FieldErrors } = {},
  ): Promise<void> {
    const groups = await (step === 'accounts'
      ? choices.offerAccounts(res, search)
      : choices.offerPrincipals(res, search))
    door.send(
      req,
      res,
      (page) => (
        <UserSyncPickPage
          page={page}
          step={step}
          draft={draft}
          groups={groups}
          search={search}
          errors={errors}
        />
      ),
      { status: errors ? 400 : 200 },
    )
  }

  const sendPolicies = (req: Request, res: Response, draft: UserSyncDraft): void =>
    door.send(req, res, (page) => <UserSyncPoliciesPage page={page} draft={draft} />)

  const accountsOf = (draft: UserSyncDraft) => draft.accounts.map(({ id }) => requireAccountUin(id))
  const principalsOf = (draft: UserSyncDraft) => draft.principals.map(({ id }) => requirePrincipal(id))

  async function sendReview(
    req: Request,
    res: Response,
    draft: UserSyncDraft,
    errors?: FieldErrors,
    status = 200,
  ): Promise<void> {
    const { conflicts, isComplete } = await userSyncs.nameConflicts(
      door.actor(res),
      principalsOf(draft),
      accountsOf(draft),
    )
    const submissionToken = formSubmissions.newToken()
    door.send(
      req,
      res,
      (page) => (
        <UserSyncReviewPage
          page={page}
          draft={draft}
          conflicts={conflicts}
          isComplete={isComplete}
          submissionToken={submissionToken}
          errors={errors}
        />
      ),
      { status },
    )
  }

  const missingStep = (draft: UserSyncDraft): UserSyncPickStep | undefined =>
    (['accounts', 'principals'] as const).find((step) => draft[step].length === 0)

  /** Begins with what the address chose already: an account, a user or a group. */
  router.get('/new', async (req, res) => {
    await sendPick(req, res, 'accounts', await draftOf(res, queryFields(req)))
  })

  for (const step of ['accounts', 'principals', 'policies'] as const) {
    // Reloading a step, which was the answer to a form, begins anew.
    router.get(`/new/${step}`, (_req, res) => res.redirect(303, '/admin/user-syncs/new'))
  }

  for (const step of ['accounts', 'principals'] as const) {
    router.post(`/new/${step}`, async (req, res) => {
      const fields = formFields(req)
      const draft = await draftOf(res, fields)
      const words = door.wordsOf(res).console
      if (fields.text('from') === 'accounts' && draft.accounts.length === 0) {
        door.leadTo(res, '/admin/accounts', { kind: 'danger', text: words.accounts.selectNone })
        return
      }
      switch (fields.text('act')) {
        case 'next': {
          if (draft[step].length > 0) {
            return step === 'accounts'
              ? sendPick(req, res, 'principals', draft)
              : sendPolicies(req, res, draft)
          }
          const message = step === 'accounts' ? words.assign.needAccounts : words.assign.needPrincipals
          return sendPick(req, res, step, draft, { search: fields.text('search'), errors: [{ message }] })
        }
        case 'back':
          return sendPick(req, res, 'accounts', draft)
        default:
          return sendPick(req, res, step, draft, { search: fields.text('search') })
      }
    })
  }

  router.post('/new/policies', async (req, res) => {
    const fields = formFields(req)
    const draft = await draftOf(res, fields)
    const missing = missingStep(draft)
    if (missing) return sendPick(req, res, missing, draft)
    if (fields.text('act') === 'back') return sendPick(req, res, 'principals', draft)
    return sendReview(req, res, draft)
  })

  router.post('/', async (req, res) => {
    const fields = formFields(req)
    const draft = await draftOf(res, fields)
    const missing = missingStep(draft)
    if (missing) return sendPick(req, res, missing, draft)
    if (fields.text('act') !== 'submit') return sendPolicies(req, res, draft)
    if (!(await formSubmissions.claim(fields.text('submission')))) {
      const back = { label: door.wordsOf(res).console.tasks.allTasks, href: '/admin/user-syncs/tasks' }
      door.send(req, res, (page) => <RepeatedPage page={page} section="userSyncs" back={back} />, {
        status: 409,
      })
      return
    }
    const { description, conflictPolicy, deletionPolicy } = draft
    const wanted = accountsOf(draft).flatMap((accountUin) =>
      principalsOf(draft).map((principal) => ({
        principal,
        accountUin,
        ...(description !== '' && { description }),
        conflictPolicy,
        deletionPolicy,
      })),
    )
    const tasks = await door.attempt(
      res,
      (actor) => userSyncs.create(actor, wanted),
      (errors, status) => sendReview(req, res, draft, errors, status),
    )
    if (tasks) res.redirect(303, `/admin/user-syncs/batches/${tasks[0]?.batchId ?? ''}`)
  })

  // ---- one synchronization

  router.get('/:id', async (req, res) => {
    const actor = door.actor(res)
    const sync = await userSyncs.get(actor, idOf(req))
    const number = pageNumber(queryFields(req))
    const { items, total } = await userSyncs.members(actor, sync.id, pageRequest(number))
    door.send(req, res, (page) => (
      <UserSyncPage page={page} sync={sync} members={items} total={total} number={number} />
    ))
  })

  router.post('/:id/again', async (req, res) => {
    const id = idOf(req)
    const task = await door.attemptOrBack(res, userSyncPath({ id }), (actor) =>
      userSyncs.synchronizeAgain(actor, id),
    )
    if (task) res.redirect(303, userSyncPath({ id }))
  })

  router.get('/:id/edit', async (req, res) => {
    const sync = await userSyncs.get(door.actor(res), idOf(req))
    const { description, conflictPolicy, deletionPolicy } = sync
    const values = { description, conflictPolicy, deletionPolicy }
    door.send(req, res, (page) => <EditUserSyncPage page={page} sync={sync} values={values} />)
  })

  router.post('/:id/edit', async (req, res) => {
    const id = idOf(req)
    const fields = formFields(req)
    const sync = await door.attempt(
      res,
      (actor) =>
        userSyncs.change(actor, id, {
          description: fields.text('description'),
          conflictPolicy: conflictPolicyOf(fields),
          deletionPolicy: deletionPolicyOf(fields),
        }),
      async (errors, status) => {
        const before = await userSyncs.get(door.actor(res), id)
        const values = fields.values('description', 'conflictPolicy', 'deletionPolicy')
        door.send(
          req,
          res,
          (page) => <EditUserSyncPage page={page} sync={before} values={values} errors={errors} />,
          { status },
        )
      },
    )
    if (sync) door.done(res, userSyncPath({ id }), { text: 'userSyncChanged', name: sync.principalName })
  })

  router.get('/:id/remove', async (req, res) => {
    const sync = await userSyncs.get(door.actor(res), idOf(req))
    const words = door.wordsOf(res).console.userSyncs
    door.send(req, res, (page) => (
      <ConfirmPage
        page={page}
        section="userSyncs"
        title={words.removeTitle}
        crumbs={[{ label: words.title, href: '/admin/user-syncs' }]}
        action={userSyncPath(sync, '/remove')}
        button={words.removeButton}
        danger
        backHref={userSyncPath(sync)}
      >
        <p>
          <strong>{sync.principalName}</strong> → <strong>{sync.accountName}</strong>
        </p>
        <p>{sync.deletionPolicy === 'delete' ? words.removeDeletes : words.removeKeeps}</p>
      </ConfirmPage>
    ))
  })

  router.post('/:id/remove', async (req, res) => {
    const id = idOf(req)
    const task = await door.attemptOrBack(res, userSyncPath({ id }), (actor) => userSyncs.remove(actor, id))
    if (task) res.redirect(303, `/admin/user-syncs/batches/${task.batchId}`)
  })

  return router
}
