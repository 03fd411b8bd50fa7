/** `/admin/users/:id`: one user with groups, permissions and CAM users, and what changes it. */
import type { Request, Response, Router } from 'express'
import {
  EditUserPage,
  UserGroupsPage,
  UserPermissionsPage,
  UserSyncsOfUserPage,
  type ShownUser,
} from '../../views/console/user.js'
import type { UserId } from '../domain/ids.js'
import { primaryEmail } from '../domain/user.js'
import type { ConsoleDoor } from './console-door.js'
import { requireGroupId, requireUserId } from './directory-rows.js'
import { formFields, pageNumber, pageRequest, queryFields } from './form-fields.js'
import { sendJoinGroup } from './join-group.js'
import { PROFILE_FIELDS, withForm } from './user-form.js'

export const userPath = (id: UserId, rest = ''): string => `/admin/users/${id}${rest}`

/** The user that the path names. */
export const userIdOf = (req: Request): UserId => requireUserId(req.params['id'])

/** The user with what every page of it shows. */
export async function shownUser(
  door: ConsoleDoor,
  res: Response,
  id: UserId,
): Promise<{ user: ShownUser; locked: boolean }> {
  const { users, zones } = door.services
  const user = await users.get(door.actor(res), id)
  const { scimStatus } = await zones.current()
  const email = primaryEmail(user)
  return {
    user: { ...user, ...(email !== undefined && { email }) },
    locked: user.type === 'synchronized' && scimStatus === 'enabled',
  }
}

/** The pages of one user; those of its security and its deletion are in files of their own. */
export function addUserPages(router: Router, door: ConsoleDoor): void {
  const { users, groups, assignments, userSyncs } = door.services

  router.get('/:id', async (req, res) => {
    const { user, locked } = await shownUser(door, res, userIdOf(req))
    const number = pageNumber(queryFields(req))
    const { items, total } = await users.listGroups(door.actor(res), user.id, pageRequest(number))
    door.send(req, res, (page) => (
      <UserGroupsPage page={page} user={user} locked={locked} groups={items} total={total} number={number} />
    ))
  })

  router.get('/:id/permissions', async (req, res) => {
    const { user, locked } = await shownUser(door, res, userIdOf(req))
    const number = pageNumber(queryFields(req))
    const { items, total } = await assignments.list(door.actor(res), {
      reachingUser: user.id,
      page: pageRequest(number),
    })
    door.send(req, res, (page) => (
      <UserPermissionsPage
        page={page}
        user={user}
        locked={locked}
        assignments={items}
        total={total}
        number={number}
      />
    ))
  })

  router.get('/:id/user-syncs', async (req, res) => {
    const { user, locked } = await shownUser(door, res, userIdOf(req))
    const number = pageNumber(queryFields(req))
    const { items, total } = await userSyncs.list(door.actor(res), {
      reachingUser: user.id,
      page: pageRequest(number),
    })
    door.send(req, res, (page) => (
      <UserSyncsOfUserPage
        page={page}
        user={user}
        locked={locked}
        syncs={items}
        total={total}
        number={number}
      />
    ))
  })

  router.get('/:id/edit', async (req, res) => {
    const user = await users.get(door.actor(res), userIdOf(req))
    const values = { ...user, email: primaryEmail(user) }
    door.send(req, res, (page) => (
      <EditUserPage
        page={page}
        user={user}
        values={{
          displayName: values.displayName,
          givenName: values.givenName,
          familyName: values.familyName,
          email: values.email,
          description: values.description,
        }}
      />
    ))
  })

  router.post('/:id/edit', async (req, res) => {
    const id = userIdOf(req)
    const fields = formFields(req)
    const user = await door.attempt(
      res,
      (actor) => users.change(actor, id, (before) => withForm(before, fields)),
      async (errors, status) => {
        const before = await users.get(door.actor(res), id)
        door.send(
          req,
          res,
          (page) => (
            <EditUserPage
              page={page}
              user={before}
              values={fields.values(...PROFILE_FIELDS)}
              errors={errors}
            />
          ),
          { status },
        )
      },
    )
    if (user) door.done(res, userPath(id), { text: 'userChanged', name: user.userName })
  })

  router.get('/:id/join', async (req, res) => {
    await sendJoinGroup(door, req, res, [await users.get(door.actor(res), userIdOf(req))])
  })

  router.post('/:id/leave', async (req, res) => {
    const id = userIdOf(req)
    const groupId = requireGroupId(formFields(req).text('group'))
    await door.act(res, userPath(id), async (actor) => {
      const group = await groups.get(actor, groupId)
      await groups.removeMembers(actor, groupId, [id])
      return { text: 'usersLeft', name: group.displayName, count: 1 }
    })
  })
}
