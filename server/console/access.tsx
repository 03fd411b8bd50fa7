/** `/admin/access`: who can do something in any account, and why somebody may or may not. */
import { Router, type Response } from 'express'
import {
  AccessStartPage,
  ActionAccessPage,
  ActionPathsPage,
  type ShownQuestion,
} from '../../views/console/action-access.js'
import { WhyPage } from '../../views/console/why.js'
import type { FieldErrors } from '../../views/parts/form.js'
import type { Actor } from '../domain/actor.js'
import type { Account } from '../domain/organization.js'
import { splitResourceName } from '../domain/policy-document.js'
import type { RequestContext } from '../domain/policy-evaluation.js'
import type { ActionQuestion } from '../domain/policy-possibility.js'
import type { ActionPath } from '../services/action-access.js'
import { requireFormat, sendExport, type ExportColumn } from './access-export.js'
import { shownPath } from './access-tabs.js'
import type { ConsoleDoor } from './console-door.js'
import { requireUserId } from './directory-rows.js'
import { listQuery, pageRequest, queryFields, type FormFields } from './form-fields.js'

/** One operation of a service; patterns are for policies. */
const OPERATION = /^[A-Za-z0-9_-]{1,64}:[A-Za-z0-9_]{1,128}$/
const MAXIMUM_NAME = 128
const MAXIMUM_RESOURCE = 1024
const MAXIMUM_CONTEXT = 4096
const CONTEXT_LINE = /^([A-Za-z0-9_-]+:[^\s=]{1,128})\s*=\s*(.*)$/

const EXPORT_COLUMNS: readonly ExportColumn<ActionPath>[] = [
  ['userId', (path) => path.userId],
  ['userName', (path) => path.userName],
  ['accountUin', (path) => path.accountUin],
  ['accountName', (path) => path.accountName],
  ['configurationId', (path) => path.configurationId],
  ['configurationName', (path) => path.configurationName],
  ['deployedVersion', (path) => path.deployment?.version],
  ['outcome', (path) => path.possibility.outcome],
  ['someResourcesOnly', (path) => String(path.possibility.limits.resource)],
  ['conditionsOnly', (path) => String(path.possibility.limits.condition)],
  ['groupId', (path) => path.group?.id],
  ['groupName', (path) => path.group?.name],
  ['endsAt', (path) => path.endsAt],
]

export function accessRouter(door: ConsoleDoor): Router {
  const { actionAccess, accessExplanations, organization, users } = door.services
  const router = Router()

  router.get('/', (req, res) => {
    door.send(req, res, (page) => <AccessStartPage page={page} />)
  })

  // ---- who can do an action

  function readAction(res: Response, fields: FormFields) {
    const words = door.wordsOf(res).console.access
    const values: ShownQuestion = { action: fields.text('action'), resource: fields.text('resource') }
    const { action, resource } = values
    const errors: FieldErrors = [
      ...(OPERATION.test(action) ? [] : [{ field: 'action', message: words.actionInvalid }]),
      ...(resource === '' || isResource(resource)
        ? []
        : [{ field: 'resource', message: words.resourceInvalid }]),
    ]
    const question: ActionQuestion = { action, ...(resource !== '' && { resource }) }
    return { values, errors, question }
  }

  router.get('/action', async (req, res) => {
    const fields = queryFields(req)
    const { values, errors, question } = readAction(res, fields)
    const isAsked = req.query['action'] !== undefined
    if (!isAsked || errors.length > 0) {
      door.send(
        req,
        res,
        (page) => <ActionAccessPage page={page} values={values} errors={isAsked ? errors : []} />,
        { status: isAsked ? 400 : 200 },
      )
      return
    }
    const actor = door.actor(res)
    const query = listQuery(req, { filters: ['action', 'resource', 'search', 'user'] })
    const { search, user: userText } = query.filters
    if (userText !== undefined) {
      const user = await users.get(actor, requireUserId(userText))
      const found = await actionAccess.whereCan(actor, question, user.id, pageRequest(query.number))
      const now = door.clock.now().toISOString()
      const paths = found.items.map((path) => ({ ...path, ...shownPath(path, now) }))
      door.send(req, res, (page) => (
        <ActionPathsPage
          page={page}
          values={values}
          userName={user.userName}
          paths={paths}
          total={found.total}
          query={query}
        />
      ))
      return
    }
    const answer = await actionAccess.whoCan(actor, question, {
      ...(search !== undefined && { userName: search }),
      page: pageRequest(query.number),
    })
    door.send(req, res, (page) => (
      <ActionAccessPage page={page} values={values} answer={answer} query={query} />
    ))
  })

  router.get('/action/export', async (req, res) => {
    const format = requireFormat(req)
    const { errors, question } = readAction(res, queryFields(req))
    if (errors.length > 0) {
      res.redirect(303, '/admin/access/action')
      return
    }
    const parts = await actionAccess.export(door.actor(res), question, format)
    await sendExport(res, `access-${question.action.replace(':', '-')}`, format, EXPORT_COLUMNS, parts)
  })

  // ---- why

  /** By its number, or by its whole name. */
  async function findAccount(actor: Actor, text: string): Promise<Account | undefined> {
    if (text === '' || text.length > MAXIMUM_NAME) return undefined
    const { items } = await organization.listAccounts(actor, {
      search: text,
      page: { offset: 0, limit: 1000 },
    })
    return items.find(({ name, uin }) => name === text || uin === text)
  }

  router.get('/why', async (req, res) => {
    const words = door.wordsOf(res).console.access
    const fields = queryFields(req)
    const values = {
      user: fields.text('user'),
      account: fields.text('account'),
      action: fields.text('action'),
      resource: fields.text('resource') || '*',
      context: fields.text('context'),
    }
    // Links fill in what they know; asked is when the form was sent.
    const isAsked = req.query['action'] !== undefined
    if (!isAsked) {
      door.send(req, res, (page) => <WhyPage page={page} values={values} />)
      return
    }
    const actor = door.actor(res)
    const user = await users.findByName(values.user.slice(0, MAXIMUM_NAME))
    const account = await findAccount(actor, values.account)
    const context = readContext(values.context)
    const errors: FieldErrors = [
      ...(user ? [] : [{ field: 'user', message: words.userUnknown }]),
      ...(account ? [] : [{ field: 'account', message: words.accountUnknown }]),
      ...(OPERATION.test(values.action) ? [] : [{ field: 'action', message: words.actionInvalid }]),
      ...(isResource(values.resource) ? [] : [{ field: 'resource', message: words.resourceInvalid }]),
      ...(typeof context === 'number' ? [{ field: 'context', message: words.contextInvalid(context) }] : []),
    ]
    const explanation =
      user && account && errors.length === 0 && typeof context !== 'number'
        ? await accessExplanations.explain(actor, {
            userId: user.id,
            accountUin: account.uin,
            action: values.action,
            resource: values.resource,
            context,
          })
        : undefined
    const now = door.clock.now().toISOString()
    const roles = explanation?.roles.map((role) => ({
      ...role,
      paths: role.paths.map((path) => shownPath(path, now)),
    }))
    door.send(
      req,
      res,
      (page) => (
        <WhyPage
          page={page}
          values={values}
          errors={errors}
          {...(explanation && roles && { explanation: { ...explanation, roles } })}
        />
      ),
      { status: errors.length > 0 ? 400 : 200 },
    )
  })

  return router
}

const isResource = (text: string): boolean =>
  text === '*' || (text.length <= MAXIMUM_RESOURCE && splitResourceName(text) !== undefined)

/** Lines of `key = value, value`; the number of the first line that is none. */
function readContext(text: string): RequestContext | number {
  const context: Record<string, readonly string[]> = {}
  const lines = text.slice(0, MAXIMUM_CONTEXT).split(/\r\n|\r|\n/)
  for (const [index, line] of lines.entries()) {
    if (line.trim() === '') continue
    const [, key, values] = CONTEXT_LINE.exec(line.trim()) ?? []
    if (key === undefined || values === undefined) return index + 1
    context[key] = values.split(',').map((value) => value.trim())
  }
  return context
}
