/** `/admin/users`: the list, and what is done to several users at once. The pages of one user are added to it. */
import { Router, type Response } from 'express'
import { DeleteUsersPage, UsersPage } from '../../views/console/users.js'
import type { Actor } from '../domain/actor.js'
import { both, compare, type Criteria } from '../domain/criteria.js'
import { IdentityCenterError, isIdentityCenterError } from '../domain/errors.js'
import type { DirectoryType, User } from '../domain/user.js'
import { isAnswerable, type ConsoleDoor } from './console-door.js'
import { requireGroupId, requireUserId, toListedUser, userSearch } from './directory-rows.js'
import { formFields, listQuery, pageRequest, type FormFields } from './form-fields.js'
import { sendJoinGroup } from './join-group.js'
import { addUserAccess } from './access-tabs.js'
import { addNewUsers } from './new-users.js'
import { addUserDeletion } from './user-deletion.js'
import { addUserSecurity } from './user-security.js'
import { addUserPages, userPath } from './user.js'

export function usersRouter(door: ConsoleDoor): Router {
  const { users, groups } = door.services
  const router = Router()

  router.get('/', async (req, res) => {
    const query = listQuery(req, {
      filters: ['search', 'type', 'status'],
      sortable: ['userName', 'createdAt'],
    })
    const criteria = listCriteria(query.filters)
    const found = await users.list(door.actor(res), {
      ...(criteria && { criteria }),
      sort: query.order ?? { field: 'createdAt', direction: 'descending' },
      page: pageRequest(query.number),
    })
    door.send(req, res, (page) => (
      <UsersPage page={page} users={found.items.map(toListedUser)} total={found.total} query={query} />
    ))
  })

  addNewUsers(router, door)

  /** The users that were ticked; those that are gone by now are left out. */
  async function selected(actor: Actor, fields: FormFields): Promise<readonly User[]> {
    const ids = fields.list('user').slice(0, 100).map(requireUserId)
    const found = await Promise.all(
      ids.map((id) =>
        users.get(actor, id).catch((error: unknown) => {
          if (isIdentityCenterError(error, 'user.notFound')) return undefined
          throw error
        }),
      ),
    )
    return found.filter((user) => user !== undefined)
  }

  /** Does it for each user by itself: one that is refused does not keep the others from it. */
  async function forEach(
    res: Response,
    chosen: readonly User[],
    success: 'usersEnabled' | 'usersDisabled' | 'usersDeleted',
    work: (user: User) => Promise<unknown>,
  ): Promise<void> {
    const refusals: string[] = []
    for (const user of chosen) {
      try {
        await work(user)
      } catch (error) {
        if (!isAnswerable(error)) throw error
        refusals.push(`${user.userName}: ${door.fieldError(res, error).message}`)
      }
    }
    const count = chosen.length - refusals.length
    const [first] = refusals
    if (first === undefined) {
      door.done(res, '/admin/users', { text: success, count })
      return
    }
    const refused = door.say(res, { text: 'usersRefused', name: first, count: refusals.length })
    const text = count > 0 ? `${door.say(res, { text: success, count })} ${refused}` : refused
    door.leadTo(res, '/admin/users', { kind: count > 0 ? 'warning' : 'danger', text })
  }

  router.post('/bulk', async (req, res) => {
    const fields = formFields(req)
    const actor = door.actor(res)
    const chosen = await selected(actor, fields)
    if (chosen.length === 0) {
      const text = door.wordsOf(res).console.users.bulkNone
      door.leadTo(res, '/admin/users', { kind: 'danger', text })
      return
    }
    const search = fields.text('search').slice(0, 128)
    switch (fields.text('act')) {
      case 'enable':
        return forEach(res, chosen, 'usersEnabled', ({ id }) => users.setActive(actor, id, true))
      case 'disable':
        return forEach(res, chosen, 'usersDisabled', ({ id }) => users.setActive(actor, id, false))
      case 'delete':
        return door.send(req, res, (page) => <DeleteUsersPage page={page} users={chosen} />)
      case 'deleteConfirmed':
        return forEach(res, chosen, 'usersDeleted', ({ id }) => users.remove(actor, id))
      case 'join':
        return sendJoinGroup(door, req, res, chosen, { search })
      case 'joinConfirmed': {
        const groupText = fields.text('group')
        if (groupText === '') {
          const message = door.wordsOf(res).console.users.chooseGroup
          const errors = [{ field: 'group', message }]
          return sendJoinGroup(door, req, res, chosen, { search, errors, status: 400 })
        }
        const groupId = requireGroupId(groupText)
        const group = await door.attempt(
          res,
          async () => {
            await groups.addMembers(
              actor,
              groupId,
              chosen.map(({ id }) => id),
            )
            return groups.get(actor, groupId)
          },
          (errors, status) => sendJoinGroup(door, req, res, chosen, { search, errors, status }),
        )
        if (!group) return
        const [only] = chosen
        return door.done(res, chosen.length === 1 && only ? userPath(only.id) : '/admin/users', {
          text: 'usersJoined',
          name: group.displayName,
          count: chosen.length,
        })
      }
      default:
        throw new IdentityCenterError('request.invalid', 'The form does not say what is to be done.')
    }
  })

  addUserPages(router, door)
  addUserAccess(router, door)
  addUserSecurity(router, door)
  addUserDeletion(router, door)
  return router
}

function listCriteria(filters: Readonly<Record<string, string | undefined>>): Criteria | undefined {
  const { search, type, status } = filters
  const terms: Criteria[] = []
  if (search !== undefined) terms.push(userSearch(search))
  if (isDirectoryType(type)) terms.push(compare('type', 'eq', type))
  if (status === 'active') terms.push(compare('active', 'eq', true), compare('blocked', 'eq', false))
  if (status === 'disabled') terms.push(compare('active', 'eq', false))
  if (status === 'blocked') terms.push(compare('blocked', 'eq', true))
  return terms.length === 0 ? undefined : both(...terms)
}

const isDirectoryType = (text: string | undefined): text is DirectoryType =>
  text === 'manual' || text === 'synchronized'
