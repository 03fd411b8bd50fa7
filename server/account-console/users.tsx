/** `/account/users`: users of the account, with what they sign in with. */
import { Router, type Request, type Response } from 'express'
import { UserObjectPage } from '../../views/account/object-pages.js'
import { Managed, ObjectListPage } from '../../views/account/objects.js'
import { errorText } from '../../views/i18n/error-text.js'
import type { PageContext } from '../../views/page-context.js'
import { CheckboxField, TextField } from '../../views/parts/form.js'
import { languageOf } from '../http/language.js'
import type { Holder } from '../services/cam-attachments.js'
import type { CamRequester } from '../services/cam-permit.js'
import { ALL, membershipOf, OFFERED, refusalToShow, type Again, type ObjectDoor } from './object-door.js'
import { requesterOf } from './visit.js'

export function accountUsersRouter(door: ObjectDoor): Router {
  const {
    accountName,
    wordsOf,
    fieldsOf,
    show,
    act,
    remove,
    choicesOf,
    policyChoices,
    make,
    queryOf,
    shownPolicies,
    addAttachments,
    secrets,
    send,
  } = door
  const { camUsers, camGroups, camAttachments, camKeys } = door.services
  const router = Router()

  const userHolder = (uin: string): Holder => ({ kind: 'user', uin })
  addAttachments(router, 'users', userHolder)

  async function sendUsers(req: Request, res: Response, again?: Again): Promise<void> {
    const { search, number, query } = queryOf(req)
    const { items, total } = await camUsers.list(requesterOf(req, res), query)
    const words = wordsOf(res)
    const render = (page: PageContext) => (
      <ObjectListPage
        page={page}
        accountName={accountName(res)}
        section="users"
        rows={items}
        rowKey={({ uin }) => uin}
        columns={[
          {
            key: 'name',
            header: words.name,
            cell: ({ uin, name, owner }) => (
              <>
                <a href={`/account/users/${uin}`}>{name}</a> <Managed page={page} owner={owner} />
              </>
            ),
          },
          { key: 'uin', header: words.number, cell: ({ uin }) => <code>{uin}</code> },
          { key: 'remark', header: words.remark, cell: ({ remark }) => remark },
        ]}
        {...{ total, number, search }}
        errors={again?.errors}
        create={{
          title: words.newUser,
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
              <CheckboxField
                page={page}
                name="console"
                label={words.withConsole}
                checked={again?.values['console'] === 'on'}
              />
              <CheckboxField
                page={page}
                name="key"
                label={words.withKey}
                checked={again?.values['key'] === 'on'}
              />
            </>
          ),
        }}
      />
    )
    send(req, res, render, again?.status)
  }

  router.get('/users', (req, res) => sendUsers(req, res))

  router.post('/users', async (req, res) => {
    const outcome = await make(
      req,
      res,
      (requester, values) =>
        camUsers.create(requester, {
          name: (values['name'] ?? '').trim(),
          remark: values['remark'],
          withKey: values['key'] === 'on',
          console: values['console'] === 'on' ? { mustChange: true } : undefined,
        }),
      sendUsers,
    )
    if (!outcome) return
    const { user, generatedPassword, key } = outcome.made
    const path = `/account/users/${user.uin}`
    if (generatedPassword === undefined && !key) res.redirect(303, path)
    else secrets(req, res, path, { password: generatedPassword, ...key })
  })

  router.get('/users/:id', async (req, res) => {
    const requester = requesterOf(req, res)
    const user = await camUsers.get(requester, { uin: String(req.params['id']) })
    const groups = await show(res, camGroups.listOfUser(requester, user.uin, ALL))
    const policies = await show(res, camAttachments.listAllOfUser(requester, user.uin))
    const keys = await show(res, camKeys.list(requester, user.uin))
    const choices = {
      policies: await policyChoices(res, requester),
      groups: await choicesOf(res, camGroups.list(requester, { page: OFFERED }), ({ id, name }) => ({
        number: String(id),
        name,
      })),
    }
    send(req, res, (page) => (
      <UserObjectPage
        page={page}
        accountName={accountName(res)}
        user={user}
        groups={'value' in groups ? { value: groups.value.items } : groups}
        policies={'value' in policies ? { value: shownPolicies(policies.value) } : policies}
        keys={keys}
        choices={choices}
      />
    ))
  })

  const userPath = (req: Request): string => `/account/users/${encodeURIComponent(String(req.params['id']))}`
  const userAct = (
    verb: string,
    work: (
      requester: CamRequester,
      uin: string,
      fields: Readonly<Record<string, string>>,
    ) => Promise<unknown>,
  ): void => {
    router.post(`/users/:id/${verb}`, (req, res) =>
      act(req, res, userPath(req), (requester) => work(requester, String(req.params['id']), fieldsOf(req))),
    )
  }
  userAct('join', (requester, uin, { group }) => camGroups.addUsers(requester, membershipOf(uin, group)))
  userAct('leave', (requester, uin, { group }) => camGroups.removeUsers(requester, membershipOf(uin, group)))
  userAct('password', (requester, uin, { password = '' }) =>
    camUsers.update(requester, { uin }, { console: { password }, mustChange: true }),
  )
  userAct('password/remove', (requester, uin) => camUsers.update(requester, { uin }, { console: 'none' }))
  userAct('keys/status', (requester, uin, { secretId = '', status }) =>
    camKeys.setStatus(requester, uin, secretId, status === 'enabled' ? 'enabled' : 'disabled'),
  )
  userAct('keys/delete', (requester, uin, { secretId = '' }) => camKeys.remove(requester, uin, secretId))
  router.post('/users/:id/delete', (req, res) =>
    remove(req, res, { section: 'users', path: userPath(req) }, (requester) =>
      camUsers.remove(requester, { uin: String(req.params['id']) }, { withKeys: true }),
    ),
  )
  router.post('/users/:id/keys', async (req, res) => {
    try {
      const key = await camKeys.create(requesterOf(req, res), String(req.params['id']), undefined)
      secrets(req, res, userPath(req), key)
    } catch (error) {
      const refusal = refusalToShow(error)
      door.browser.flash.set(res, { kind: 'danger', text: errorText(languageOf(res), refusal) })
      res.redirect(303, userPath(req))
    }
  })

  return router
}
