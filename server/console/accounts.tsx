/** `/admin/accounts`: the organization's tree and accounts. */
import { Router, type Request, type Response } from 'express'
import {
  AccountAuthorizationsPage,
  AccountDeploymentsPage,
  AccountServiceControlPage,
  UserSyncsOfAccountPage,
} from '../../views/console/account.js'
import { AccountsPage, OrganizationFormPage } from '../../views/console/accounts.js'
import type { FieldErrors, FormValues } from '../../views/parts/form.js'
import type { AccountUin } from '../domain/ids.js'
import { requireAccountUin, requireConfigurationId } from './access-rows.js'
import { addAccountAccess } from './access-tabs.js'
import type { ConsoleDoor } from './console-door.js'
import { planDeployment } from './deployment-plans.js'
import { nodesOf, requireNodeId } from './organization-tree.js'
import { formFields, listQuery, pageNumber, pageRequest, queryFields } from './form-fields.js'

export function accountsRouter(door: ConsoleDoor): Router {
  const { organization, assignments, deployments, drift, userSyncs, serviceControl } = door.services
  const router = Router()
  const path = (uin: AccountUin, rest = '') => `/admin/accounts/${uin}${rest}`
  const uinOf = (req: Request): AccountUin => requireAccountUin(req.params['uin'])

  router.get('/', async (req, res) => {
    const actor = door.actor(res)
    const query = listQuery(req, { filters: ['search', 'node'] })
    const { search, node } = query.filters
    const tree = await organization.tree(actor)
    const nodeId = node === undefined ? undefined : requireNodeId(tree, node)
    const { items, total } = await organization.listAccounts(actor, {
      ...(nodeId !== undefined && { nodeId, below: true }),
      ...(search !== undefined && { search }),
      page: pageRequest(query.number),
    })
    const nodeNames = new Map([...nodesOf(tree).values()].map(({ id, name }) => [id, name]))
    door.send(req, res, (page) => (
      <AccountsPage
        page={page}
        tree={tree}
        accounts={items}
        total={total}
        query={query}
        {...(nodeId !== undefined && { nodeId })}
        nodeNames={nodeNames}
      />
    ))
  })

  // ---- adding

  async function sendForm(
    req: Request,
    res: Response,
    kind: 'account' | 'department',
    values: FormValues,
    errors?: FieldErrors,
    status = 200,
  ): Promise<void> {
    const tree = await organization.tree(door.actor(res))
    door.send(
      req,
      res,
      (page) => <OrganizationFormPage page={page} kind={kind} tree={tree} values={values} errors={errors} />,
      { status },
    )
  }

  router.get('/new', (req, res) => sendForm(req, res, 'account', {}))
  router.get('/new-department', (req, res) => sendForm(req, res, 'department', {}))

  router.post('/', async (req, res) => {
    const fields = formFields(req)
    const nodeId = requireNodeId(await organization.tree(door.actor(res)), fields.text('node'))
    const account = await door.attempt(
      res,
      (actor) => organization.createAccount(actor, { name: fields.text('name'), nodeId }),
      (errors, status) => sendForm(req, res, 'account', fields.values('name', 'node'), errors, status),
    )
    if (account) door.done(res, path(account.uin), { text: 'accountCreated', name: account.name })
  })

  router.post('/new-department', async (req, res) => {
    const fields = formFields(req)
    const parentId = requireNodeId(await organization.tree(door.actor(res)), fields.text('node'))
    const node = await door.attempt(
      res,
      (actor) => organization.createNode(actor, { name: fields.text('name'), parentId }),
      (errors, status) => sendForm(req, res, 'department', fields.values('name', 'node'), errors, status),
    )
    if (node) {
      door.done(res, `/admin/accounts?node=${node.id}`, { text: 'departmentCreated', name: node.name })
    }
  })

  // ---- one account

  router.get('/:uin', async (req, res) => {
    const actor = door.actor(res)
    const account = await organization.getAccount(actor, uinOf(req))
    const nodes = await organization.getNodePath(actor, account.nodeId)
    const number = pageNumber(queryFields(req))
    const { items, total } = await assignments.list(actor, {
      accountUin: account.uin,
      page: pageRequest(number),
    })
    door.send(req, res, (page) => (
      <AccountAuthorizationsPage
        page={page}
        account={account}
        path={nodes}
        assignments={items}
        total={total}
        number={number}
      />
    ))
  })

  addAccountAccess(router, door)

  router.get('/:uin/deployments', async (req, res) => {
    const actor = door.actor(res)
    const account = await organization.getAccount(actor, uinOf(req))
    const nodes = await organization.getNodePath(actor, account.nodeId)
    const number = pageNumber(queryFields(req))
    const { items, total } = await deployments.list(actor, {
      accountUin: account.uin,
      page: pageRequest(number),
    })
    const check = await drift.checkOf(actor, account.uin)
    const { total: findingTotal } = await drift.findings(actor, {
      accountUin: account.uin,
      page: { offset: 0, limit: 1 },
    })
    door.send(req, res, (page) => (
      <AccountDeploymentsPage
        page={page}
        account={account}
        path={nodes}
        check={check}
        findingTotal={findingTotal}
        deployments={items}
        total={total}
        number={number}
      />
    ))
  })

  router.get('/:uin/user-syncs', async (req, res) => {
    const actor = door.actor(res)
    const account = await organization.getAccount(actor, uinOf(req))
    const nodes = await organization.getNodePath(actor, account.nodeId)
    const number = pageNumber(queryFields(req))
    const { items, total } = await userSyncs.list(actor, {
      accountUin: account.uin,
      page: pageRequest(number),
    })
    door.send(req, res, (page) => (
      <UserSyncsOfAccountPage
        page={page}
        account={account}
        path={nodes}
        syncs={items}
        total={total}
        number={number}
      />
    ))
  })

  router.get('/:uin/service-control', async (req, res) => {
    const actor = door.actor(res)
    const account = await organization.getAccount(actor, uinOf(req))
    const nodes = await organization.getNodePath(actor, account.nodeId)
    const levels = await serviceControl.levelsOf(actor, account.uin)
    const { items } = await serviceControl.list(actor, { page: { offset: 0, limit: 1000 } })
    door.send(req, res, (page) => (
      <AccountServiceControlPage
        page={page}
        account={account}
        path={nodes}
        levels={levels}
        policies={items}
      />
    ))
  })

  router.post('/:uin/redeploy', async (req, res) => {
    const accountUin = uinOf(req)
    const back = path(accountUin, '/deployments')
    const configurations = formFields(req).list('configuration').map(requireConfigurationId)
    if (configurations.length === 0) {
      door.leadTo(res, back, { kind: 'danger', text: door.wordsOf(res).console.terms.selectNone })
      return
    }
    const places = configurations.map((configurationId) => ({ configurationId, accountUin }))
    await planDeployment(door, res, { places }, back)
  })

  return router
}
