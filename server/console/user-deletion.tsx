/** `/admin/users/:id/delete`: deleting one user, alone or together with what holds on to it. */
import type { Request, Response, Router } from 'express'
import { BlockedPage, ConfirmPage } from '../../views/console/confirm.js'
import type { FieldErrors } from '../../views/parts/form.js'
import { isIdentityCenterError } from '../domain/errors.js'
import type { User } from '../domain/user.js'
import type { ConsoleDoor } from './console-door.js'
import { toBlockers } from './directory-rows.js'
import { formFields } from './form-fields.js'
import { userIdOf, userPath } from './user.js'

export function addUserDeletion(router: Router, door: ConsoleDoor): void {
  const { users } = door.services

  async function sendDelete(
    req: Request,
    res: Response,
    user: User,
    errors?: FieldErrors,
    status = 200,
  ): Promise<void> {
    const { navigation } = door.wordsOf(res).common
    const words = door.wordsOf(res).console
    const blockers = await users.blockers(door.actor(res), user.id)
    const crumbs = [
      { label: navigation.users, href: '/admin/users' },
      { label: user.userName, href: userPath(user.id) },
    ]
    const title = words.users.deleteTitle(user.userName)
    door.send(
      req,
      res,
      (page) =>
        blockers.length === 0 ? (
          <ConfirmPage
            page={page}
            section="users"
            title={title}
            crumbs={crumbs}
            action={userPath(user.id, '/delete')}
            button={words.users.deleteButton}
            danger
            backHref={userPath(user.id)}
          >
            <p>{words.users.deleteLead}</p>
          </ConfirmPage>
        ) : (
          <BlockedPage
            page={page}
            section="users"
            title={title}
            crumbs={crumbs}
            blockersTitle={words.users.blockersTitle}
            blockersLead={words.users.blockersLead}
            blockers={toBlockers(blockers, words)}
            backHref={userPath(user.id)}
            withLinks={{
              action: userPath(user.id, '/delete-with-links'),
              title: words.users.withLinksTitle,
              lead: words.users.withLinksLead,
              button: words.users.withLinksButton,
              name: user.userName,
              errors,
            }}
          />
        ),
      { status },
    )
  }

  router.get('/:id/delete', async (req, res) => {
    await sendDelete(req, res, await users.get(door.actor(res), userIdOf(req)))
  })

  router.post('/:id/delete', async (req, res) => {
    const user = await users.get(door.actor(res), userIdOf(req))
    try {
      await users.remove(door.actor(res), user.id)
    } catch (error) {
      if (!isIdentityCenterError(error, 'user.inUse')) throw error
      await sendDelete(req, res, user, undefined, 409)
      return
    }
    door.done(res, '/admin/users', { text: 'userDeleted', name: user.userName })
  })

  router.post('/:id/delete-with-links', async (req, res) => {
    const user = await users.get(door.actor(res), userIdOf(req))
    if (formFields(req).text('confirmation') !== user.userName) {
      const message = door.wordsOf(res).console.users.confirmMismatch
      await sendDelete(req, res, user, [{ field: 'confirmation', message }], 400)
      return
    }
    await users.removeWithLinks(door.actor(res), user.id)
    door.done(res, '/admin/users', { text: 'userDeleted', name: user.userName })
  })
}
