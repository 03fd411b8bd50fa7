/** `/account/roles`: roles of the account. */
import { Router, type Request, type Response } from 'express'
import { RoleObjectPage } from '../../views/account/object-pages.js'
import { Managed, ObjectListPage } from '../../views/account/objects.js'
import type { PageContext } from '../../views/page-context.js'
import { TextArea, TextField } from '../../views/parts/form.js'
import { laidOut } from './laid-out.js'
import { type Again, type ObjectDoor } from './object-door.js'
import { requesterOf, visitBehind } from './visit.js'

/** What the form begins with: a role for the account's own users. */
const trustOf = (account: string): string =>
  laidOut({
    effect: 'allow',
    action: 'name/sts:AssumeRole',
    principal: { qcs: [`qcs::cam::uin/${account}:root`] },
  })

export function accountRolesRouter(door: ObjectDoor): Router {
  const { accountName, wordsOf, fieldsOf, show, act, remove, make, queryOf, attached, send } = door
  const { addAttachments, policyChoices } = door
  const { camRoles } = door.services
  const router = Router()

  addAttachments(router, 'roles', (id) => ({ kind: 'role', role: { id } }))

  async function sendRoles(req: Request, res: Response, again?: Again): Promise<void> {
    const { search, number, query } = queryOf(req)
    const { items, total } = await camRoles.list(requesterOf(req, res), query)
    const words = wordsOf(res)
    const render = (page: PageContext) => (
      <ObjectListPage
        page={page}
        accountName={accountName(res)}
        section="roles"
        rows={items}
        rowKey={({ id }) => id}
        columns={[
          {
            key: 'name',
            header: words.name,
            cell: ({ id, name, owner }) => (
              <>
                <a href={`/account/roles/${id}`}>{name}</a> <Managed page={page} owner={owner} />
              </>
            ),
          },
          { key: 'description', header: words.description, cell: ({ description }) => description },
        ]}
        {...{ total, number, search }}
        errors={again?.errors}
        create={{
          title: words.newRole,
          fields: (
            <>
              <TextField
                page={page}
                name="name"
                label={words.name}
                value={again?.values['name']}
                errors={again?.errors}
                maxLength={128}
                width="medium"
              />
              <TextField
                page={page}
                name="description"
                label={words.description}
                value={again?.values['description']}
                required={false}
                maxLength={1000}
              />
              <TextArea
                page={page}
                name="document"
                label={words.trustPolicy}
                value={again?.values['document'] ?? trustOf(visitBehind(res).visitor.accountUin)}
                rows={8}
                maxLength={20_000}
                code
              />
            </>
          ),
        }}
      />
    )
    send(req, res, render, again?.status)
  }

  router.get('/roles', (req, res) => sendRoles(req, res))
  router.post('/roles', async (req, res) => {
    const outcome = await make(
      req,
      res,
      (requester, { name = '', description, document = '' }) =>
        camRoles.create(requester, { name: name.trim(), description, trustPolicy: document }),
      sendRoles,
    )
    if (outcome) res.redirect(303, `/account/roles/${outcome.made}`)
  })
  router.get('/roles/:id', async (req, res) => {
    const requester = requesterOf(req, res)
    const role = await camRoles.get(requester, { id: String(req.params['id']) })
    const policies = await show(res, attached(requester, { kind: 'role', role: { id: role.id } }))
    const choices = await policyChoices(res, requester)
    send(req, res, (page) => (
      <RoleObjectPage
        page={page}
        accountName={accountName(res)}
        role={role}
        policies={policies}
        choices={choices}
      />
    ))
  })
  router.post('/roles/:id/trust', async (req, res) => {
    const id = String(req.params['id'])
    const { document = '' } = fieldsOf(req)
    await act(req, res, `/account/roles/${encodeURIComponent(id)}`, (requester) =>
      camRoles.update(requester, { id }, { trustPolicy: document }),
    )
  })
  router.post('/roles/:id/delete', async (req, res) => {
    const id = String(req.params['id'])
    const path = `/account/roles/${encodeURIComponent(id)}`
    await remove(req, res, { section: 'roles', path }, (requester) => camRoles.remove(requester, { id }))
  })

  return router
}
