/** `/account/groups`: groups of users of the account. */
import { Router, type Request, type Response } from 'express'
import { GroupObjectPage } from '../../views/account/object-pages.js'
import { ObjectListPage } from '../../views/account/objects.js'
import type { PageContext } from '../../views/page-context.js'
import { TextField } from '../../views/parts/form.js'
import { ALL, membershipOf, numberOf, OFFERED, type Again, type ObjectDoor } from './object-door.js'
import { requesterOf } from './visit.js'

export function accountGroupsRouter(door: ObjectDoor): Router {
  const { accountName, wordsOf, fieldsOf, show, act, remove, make, queryOf, attached, send } = door
  const { addAttachments, choicesOf, policyChoices } = door
  const { camGroups, camUsers } = door.services
  const router = Router()

  addAttachments(router, 'groups', (id) => ({ kind: 'group', id: numberOf(id) }))

  async function sendGroups(req: Request, res: Response, again?: Again): Promise<void> {
    const { search, number, query } = queryOf(req)
    const { items, total } = await camGroups.list(requesterOf(req, res), query)
    const words = wordsOf(res)
    const render = (page: PageContext) => (
      <ObjectListPage
        page={page}
        accountName={accountName(res)}
        section="groups"
        rows={items}
        rowKey={({ id }) => String(id)}
        columns={[
          {
            key: 'name',
            header: words.name,
            cell: ({ id, name }) => <a href={`/account/groups/${id}`}>{name}</a>,
          },
          { key: 'id', header: words.number, cell: ({ id }) => <code>{id}</code> },
          { key: 'remark', header: words.remark, cell: ({ remark }) => remark },
        ]}
        {...{ total, number, search }}
        errors={again?.errors}
        create={{
          title: words.newGroup,
          fields: (
            <>
              <TextField
                page={page}
                name="name"
                label={words.name}
                value={again?.values['name']}
                errors={again?.errors}
                maxLength={64}
                width="medium"
              />
              <TextField
                page={page}
                name="remark"
                label={words.remark}
                value={again?.values['remark']}
                required={false}
                maxLength={256}
              />
            </>
          ),
        }}
      />
    )
    send(req, res, render, again?.status)
  }

  router.get('/groups', (req, res) => sendGroups(req, res))
  router.post('/groups', async (req, res) => {
    const outcome = await make(
      req,
      res,
      (requester, { name = '', remark }) => camGroups.create(requester, { name: name.trim(), remark }),
      sendGroups,
    )
    if (outcome) res.redirect(303, `/account/groups/${outcome.made}`)
  })

  router.get('/groups/:id', async (req, res) => {
    const requester = requesterOf(req, res)
    const id = numberOf(req.params['id'])
    const { group, users } = await camGroups.get(requester, id, ALL)
    const policies = await show(res, attached(requester, { kind: 'group', id }))
    const members = users.items.map(({ user, joinedAt }) => ({ uin: user.uin, name: user.name, joinedAt }))
    const choices = {
      policies: await policyChoices(res, requester),
      users: await choicesOf(res, camUsers.list(requester, { page: OFFERED }), ({ uin, name }) => ({
        number: uin,
        name,
      })),
    }
    send(req, res, (page) => (
      <GroupObjectPage
        page={page}
        accountName={accountName(res)}
        group={group}
        members={members}
        policies={policies}
        choices={choices}
      />
    ))
  })
  for (const [verb, method] of [
    ['add', 'addUsers'],
    ['remove', 'removeUsers'],
  ] as const) {
    router.post(`/groups/:id/${verb}`, async (req, res) => {
      const id = numberOf(req.params['id'])
      const { user = '' } = fieldsOf(req)
      await act(req, res, `/account/groups/${id}`, (requester) =>
        camGroups[method](requester, membershipOf(user.trim(), id)),
      )
    })
  }
  router.post('/groups/:id/delete', async (req, res) => {
    const id = numberOf(req.params['id'])
    await remove(req, res, { section: 'groups', path: `/account/groups/${id}` }, (requester) =>
      camGroups.remove(requester, id),
    )
  })

  return router
}
