/** Departments and accounts that are there (`/admin/departments`, `/admin/accounts/:uin/…`), and `/admin/invitations`. */
import { Router, type Request, type Response } from 'express'
import { BlockedPage, ConfirmPage } from '../../views/console/confirm.js'
import {
  EditAccountPage,
  EditDepartmentPage,
  InvitationsPage,
  InvitePage,
  MoveAccountsPage,
  tagLines,
} from '../../views/console/organization.js'
import { DepartmentServiceControlPage } from '../../views/console/service-control.js'
import { SecretPage } from '../../views/console/secret.js'
import type { FieldErrors, FormValues } from '../../views/parts/form.js'
import type { Actor } from '../domain/actor.js'
import { IdentityCenterError } from '../domain/errors.js'
import { parseAccountUin, type NodeId } from '../domain/ids.js'
import type { AccountBlocker, Tags, TreeNode } from '../domain/organization.js'
import { requireAccountUin } from './access-rows.js'
import type { ConsoleDoor, Done } from './console-door.js'
import { nodesOf, requireNodeId } from './organization-tree.js'
import { formFields, pageNumber, pageRequest, queryFields, type FormFields } from './form-fields.js'

const FIELDS = ['name', 'node', 'remark', 'tags'] as const

/** The tags of a form, one on a line as `key=value`. */
const tagsIn = (fields: FormFields): Tags =>
  Object.fromEntries(
    fields
      .raw('tags')
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '')
      .map((line) => {
        const at = line.indexOf('=')
        return at === -1 ? [line, ''] : [line.slice(0, at).trim(), line.slice(at + 1).trim()]
      }),
  )

export function organizationRouter(door: ConsoleDoor): Router {
  const { organization, departments, members, invitations, serviceControl } = door.services
  const router = Router()

  // ---- departments

  async function nodeOf(req: Request, res: Response): Promise<{ tree: TreeNode; node: TreeNode }> {
    const tree = await organization.tree(door.actor(res))
    const node = nodesOf(tree).get(String(req.params['id']))
    if (node) return { tree, node }
    throw new IdentityCenterError('node.notFound', 'There is no such department.')
  }

  router.get('/departments/:id', async (req, res) => {
    const { tree, node } = await nodeOf(req, res)
    const tags = await departments.tagsOf(door.actor(res), [node.id])
    const values: FormValues = {
      name: node.name,
      remark: node.remark,
      node: node.parentId === undefined ? undefined : String(node.parentId),
      tags: tagLines(tags.get(String(node.id))),
    }
    door.send(req, res, (page) => <EditDepartmentPage page={page} tree={tree} node={node} values={values} />)
  })

  router.post('/departments/:id', async (req, res) => {
    const fields = formFields(req)
    const { tree, node } = await nodeOf(req, res)
    const parentId = node.parentId === undefined ? undefined : requireNodeId(tree, fields.text('node'))
    const name = fields.text('name')
    const done = await door.attempt(
      res,
      async (actor) => {
        await departments.change(actor, node.id, {
          name,
          remark: fields.text('remark'),
          tags: tagsIn(fields),
          ...(parentId !== undefined && { parentId }),
        })
        return true
      },
      (errors, status) =>
        door.send(
          req,
          res,
          (page) => (
            <EditDepartmentPage
              page={page}
              tree={tree}
              node={node}
              values={fields.values(...FIELDS)}
              errors={errors}
            />
          ),
          { status },
        ),
    )
    if (done) door.done(res, `/admin/accounts?node=${node.id}`, { text: 'departmentChanged', name })
  })

  router.get('/departments/:id/service-control', async (req, res) => {
    const actor = door.actor(res)
    const { node } = await nodeOf(req, res)
    const levels = await serviceControl.levelsOfNode(actor, node.id)
    const { items } = await serviceControl.list(actor, { page: { offset: 0, limit: 1000 } })
    door.send(req, res, (page) => (
      <DepartmentServiceControlPage page={page} node={node} levels={levels} policies={items} />
    ))
  })

  router.get('/departments/:id/delete', async (req, res) => {
    const { node } = await nodeOf(req, res)
    const words = door.wordsOf(res).console
    door.send(req, res, (page) => (
      <ConfirmPage
        page={page}
        section="accounts"
        title={words.organization.deleteDepartmentTitle(node.name)}
        crumbs={[{ label: words.accounts.title, href: '/admin/accounts' }]}
        action={`/admin/departments/${node.id}/delete`}
        button={words.organization.deleteDepartment}
        danger
        backHref={`/admin/departments/${node.id}`}
      >
        <p>{words.organization.deleteDepartmentLead}</p>
      </ConfirmPage>
    ))
  })

  router.post('/departments/:id/delete', async (req, res) => {
    const { node } = await nodeOf(req, res)
    const remove = async (actor: Actor): Promise<Done> => {
      await departments.remove(actor, node.id)
      return { text: 'departmentDeleted', name: node.name }
    }
    await door.act(res, `/admin/departments/${node.id}`, remove, '/admin/accounts')
  })

  // ---- accounts

  router.post('/accounts/move', async (req, res) => {
    const fields = formFields(req)
    const uins = fields.list('account').map(requireAccountUin)
    if (uins.length === 0) {
      const text = door.wordsOf(res).console.terms.selectNone
      door.leadTo(res, '/admin/accounts', { kind: 'danger', text })
      return
    }
    const tree = await organization.tree(door.actor(res))
    const accounts = await Promise.all(uins.map((uin) => organization.getAccount(door.actor(res), uin)))
    const sendChoice = (errors?: FieldErrors, status = 200) =>
      door.send(
        req,
        res,
        (page) => (
          <MoveAccountsPage
            page={page}
            tree={tree}
            accounts={accounts}
            node={fields.text('node')}
            errors={errors}
          />
        ),
        { status },
      )
    if (fields.text('node') === '') {
      sendChoice()
      return
    }
    const nodeId = requireNodeId(tree, fields.text('node'))
    const done = await door.attempt(
      res,
      async (actor) => {
        await members.move(actor, uins, nodeId)
        return true
      },
      sendChoice,
    )
    if (!done) return
    const name = nodesOf(tree).get(String(nodeId))?.name ?? ''
    door.done(res, `/admin/accounts?node=${nodeId}`, { text: 'accountsMoved', name, count: uins.length })
  })

  const uinOf = (req: Request) => requireAccountUin(req.params['uin'])

  router.get('/accounts/:uin/edit', async (req, res) => {
    const actor = door.actor(res)
    const account = await organization.getAccount(actor, uinOf(req))
    const tree = await organization.tree(actor)
    const tags = await members.tagsOf(actor, [account.uin])
    const { name, remark } = account
    const values = { name, remark, node: String(account.nodeId), tags: tagLines(tags.get(account.uin)) }
    door.send(req, res, (page) => (
      <EditAccountPage page={page} tree={tree} account={account} values={values} />
    ))
  })

  router.post('/accounts/:uin/edit', async (req, res) => {
    const fields = formFields(req)
    const account = await organization.getAccount(door.actor(res), uinOf(req))
    const tree = await organization.tree(door.actor(res))
    const nodeId: NodeId | undefined =
      account.kind === 'member' ? requireNodeId(tree, fields.text('node')) : undefined
    const name = fields.text('name')
    const done = await door.attempt(
      res,
      async (actor) => {
        await members.change(actor, account.uin, {
          name,
          remark: fields.text('remark'),
          tags: tagsIn(fields),
          ...(nodeId !== undefined && { nodeId }),
        })
        return true
      },
      (errors, status) =>
        door.send(
          req,
          res,
          (page) => (
            <EditAccountPage
              page={page}
              tree={tree}
              account={account}
              values={fields.values(...FIELDS)}
              errors={errors}
            />
          ),
          { status },
        ),
    )
    if (done) door.done(res, `/admin/accounts/${account.uin}`, { text: 'accountChanged', name })
  })

  /** What still uses the account, with where it can be taken away. */
  function toBlockers(res: Response, uin: string, blockers: readonly AccountBlocker[]) {
    const words = door.wordsOf(res).console.organization
    const kinds = {
      assignment: [words.blockerAssignment, `/admin/accounts/${uin}`],
      deployment: [words.blockerDeployment, `/admin/accounts/${uin}/deployments`],
      userSync: [words.blockerUserSync, `/admin/accounts/${uin}/user-syncs`],
    } as const
    return blockers.map(({ kind, name }) => ({ kind: kinds[kind][0], name, href: kinds[kind][1] }))
  }

  router.get('/accounts/:uin/remove', async (req, res) => {
    const actor = door.actor(res)
    const account = await organization.getAccount(actor, uinOf(req))
    const { blockers } = await members.blockers(actor, account.uin)
    const { accounts, organization: words } = door.wordsOf(res).console
    const isCreated = account.origin === 'created'
    const path = `/admin/accounts/${account.uin}`
    const title = isCreated ? words.deleteAccountTitle(account.name) : words.removeAccountTitle(account.name)
    const crumbs = [
      { label: accounts.title, href: '/admin/accounts' },
      { label: account.name, href: path },
    ]
    if (blockers.length > 0) {
      door.send(req, res, (page) => (
        <BlockedPage
          page={page}
          section="accounts"
          title={title}
          crumbs={crumbs}
          blockersTitle={words.blockersTitle}
          blockersLead={words.blockersLead}
          blockers={toBlockers(res, account.uin, blockers)}
          backHref={path}
        />
      ))
      return
    }
    door.send(req, res, (page) => (
      <ConfirmPage
        page={page}
        section="accounts"
        title={title}
        crumbs={crumbs}
        action={`${path}/remove`}
        button={isCreated ? words.deleteAccount : words.removeAccount}
        danger
        backHref={path}
      >
        <p>{isCreated ? words.deleteAccountLead : words.removeAccountLead}</p>
      </ConfirmPage>
    ))
  })

  router.post('/accounts/:uin/remove', async (req, res) => {
    const account = await organization.getAccount(door.actor(res), uinOf(req))
    const isCreated = account.origin === 'created'
    const remove = async (actor: Actor): Promise<Done> => {
      await (isCreated ? members.delete(actor, account.uin) : members.remove(actor, [account.uin]))
      return { text: isCreated ? 'accountDeleted' : 'accountRemoved', name: account.name }
    }
    await door.act(res, `/admin/accounts/${account.uin}`, remove, '/admin/accounts')
  })

  // ---- invitations

  router.get('/invitations', async (req, res) => {
    const number = pageNumber(queryFields(req))
    const { items, total } = await invitations.list(door.actor(res), pageRequest(number))
    door.send(req, res, (page) => (
      <InvitationsPage page={page} invitations={items} total={total} number={number} />
    ))
  })

  async function sendInvite(
    req: Request,
    res: Response,
    values: FormValues,
    errors?: FieldErrors,
    status = 200,
  ): Promise<void> {
    const tree = await organization.tree(door.actor(res))
    door.send(req, res, (page) => <InvitePage page={page} tree={tree} values={values} errors={errors} />, {
      status,
    })
  }

  router.get('/invitations/new', (req, res) => sendInvite(req, res, {}))

  function sendCode(req: Request, res: Response, token: string): void {
    const words = door.wordsOf(res).console.organization
    door.send(req, res, (page) => (
      <SecretPage
        page={page}
        section="accounts"
        title={words.code}
        warning={words.codeWarning}
        items={[
          { id: 'code', label: words.code, value: token },
          { id: 'address', label: words.address, value: `${door.baseUrl}/invitation` },
        ]}
        back={{ label: words.invitations, href: '/admin/invitations' }}
      />
    ))
  }

  router.post('/invitations', async (req, res) => {
    const fields = formFields(req)
    const values = fields.values('uin', 'name', 'node')
    const nodeId = requireNodeId(await organization.tree(door.actor(res)), fields.text('node'))
    const accountUin = parseAccountUin(fields.text('uin'))
    if (accountUin === undefined) {
      const message = door.wordsOf(res).console.organization.uinHint
      await sendInvite(req, res, values, [{ field: 'uin', message }], 400)
      return
    }
    const invited = await door.attempt(
      res,
      (actor) => invitations.invite(actor, { accountUin, name: fields.text('name'), nodeId }),
      (errors, status) => sendInvite(req, res, values, errors, status),
    )
    if (invited) sendCode(req, res, invited.token)
  })

  router.post('/invitations/:id/code', async (req, res) => {
    const renewed = await door.attemptOrBack(res, '/admin/invitations', (actor) =>
      invitations.renewToken(actor, String(req.params['id'])),
    )
    if (renewed) sendCode(req, res, renewed.token)
  })

  router.post('/invitations/:id/cancel', async (req, res) => {
    await door.act(res, '/admin/invitations', async (actor) => {
      await invitations.cancel(actor, String(req.params['id']))
      return { text: 'invitationCancelled' }
    })
  })

  return router
}
