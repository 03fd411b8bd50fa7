/** `/admin/groups`. */
import { Router, type Request, type Response } from 'express'
import { BlockedPage, ConfirmPage } from '../../views/console/confirm.js'
import {
  AddMembersPage,
  GroupFormPage,
  GroupMembersPage,
  GroupPermissionsPage,
  GroupsPage,
  UserSyncsOfGroupPage,
  type GroupLocks,
} from '../../views/console/groups.js'
import type { FieldErrors, FormValues } from '../../views/parts/form.js'
import { both, compare, some, type Criteria } from '../domain/criteria.js'
import { isIdentityCenterError } from '../domain/errors.js'
import { membersOwnedByScim, type Group } from '../domain/group.js'
import type { GroupId } from '../domain/ids.js'
import { addGroupAccess } from './access-tabs.js'
import type { ConsoleDoor } from './console-door.js'
import { requireGroupId, requireUserId, toBlockers, toListedUser, userSearch } from './directory-rows.js'
import { formFields, listQuery, pageNumber, pageRequest, queryFields } from './form-fields.js'

export function groupsRouter(door: ConsoleDoor): Router {
  const { groups, users, assignments, userSyncs, zones } = door.services
  const router = Router()
  const path = (id: GroupId, rest = '') => `/admin/groups/${id}${rest}`
  const idOf = (req: Request): GroupId => requireGroupId(req.params['id'])

  router.get('/', async (req, res) => {
    const query = listQuery(req, { filters: ['search', 'type'], sortable: ['displayName', 'createdAt'] })
    const { search, type } = query.filters
    const terms: Criteria[] = []
    if (search !== undefined) terms.push(compare('displayName', 'co', search))
    if (type === 'manual' || type === 'synchronized') terms.push(compare('type', 'eq', type))
    const found = await groups.list(door.actor(res), {
      ...(terms.length > 0 && { criteria: both(...terms) }),
      sort: query.order ?? { field: 'createdAt', direction: 'descending' },
      page: pageRequest(query.number),
    })
    door.send(req, res, (page) => (
      <GroupsPage page={page} groups={found.items} total={found.total} query={query} />
    ))
  })

  // ---- creating and changing

  router.get('/new', (req, res) => {
    door.send(req, res, (page) => <GroupFormPage page={page} values={{}} />)
  })

  router.post('/', async (req, res) => {
    const fields = formFields(req)
    const description = fields.optional('description')
    const group = await door.attempt(
      res,
      (actor) =>
        groups.create(actor, {
          profile: {
            displayName: fields.text('displayName'),
            ...(description !== undefined && { description }),
            attributes: {},
          },
          type: fields.text('type') === 'synchronized' ? 'synchronized' : 'manual',
        }),
      (errors, status) => {
        const values: FormValues = fields.values('displayName', 'description', 'type')
        door.send(req, res, (page) => <GroupFormPage page={page} values={values} errors={errors} />, {
          status,
        })
      },
    )
    if (group) door.done(res, path(group.id), { text: 'groupCreated', name: group.displayName })
  })

  router.get('/:id/edit', async (req, res) => {
    const group = await groups.get(door.actor(res), idOf(req))
    const { displayName, description } = group
    door.send(req, res, (page) => (
      <GroupFormPage page={page} group={group} values={{ displayName, description }} />
    ))
  })

  router.post('/:id/edit', async (req, res) => {
    const id = idOf(req)
    const fields = formFields(req)
    const description = fields.optional('description')
    const group = await door.attempt(
      res,
      (actor) =>
        groups.change(actor, id, {
          profile: ({ description: _, ...before }) => ({
            ...before,
            displayName: fields.text('displayName'),
            ...(description !== undefined && { description }),
          }),
        }),
      async (errors, status) => {
        const before = await groups.get(door.actor(res), id)
        const values: FormValues = fields.values('displayName', 'description')
        door.send(
          req,
          res,
          (page) => <GroupFormPage page={page} group={before} values={values} errors={errors} />,
          { status },
        )
      },
    )
    if (group) door.done(res, path(id), { text: 'groupChanged', name: group.displayName })
  })

  // ---- one group

  async function locksOf(group: Group): Promise<GroupLocks> {
    const locked = membersOwnedByScim(group) && (await zones.current()).scimStatus === 'enabled'
    return { profile: locked, members: locked }
  }

  router.get('/:id', async (req, res) => {
    const group = await groups.get(door.actor(res), idOf(req))
    const locks = await locksOf(group)
    const number = pageNumber(queryFields(req))
    const { items, total } = await groups.listMembers(door.actor(res), group.id, pageRequest(number))
    door.send(req, res, (page) => (
      <GroupMembersPage
        page={page}
        group={group}
        locks={locks}
        members={items}
        total={total}
        number={number}
      />
    ))
  })

  router.get('/:id/permissions', async (req, res) => {
    const group = await groups.get(door.actor(res), idOf(req))
    const locks = await locksOf(group)
    const number = pageNumber(queryFields(req))
    const { items, total } = await assignments.list(door.actor(res), {
      principalType: 'group',
      principalId: group.id,
      page: pageRequest(number),
    })
    door.send(req, res, (page) => (
      <GroupPermissionsPage
        page={page}
        group={group}
        locks={locks}
        assignments={items}
        total={total}
        number={number}
      />
    ))
  })

  addGroupAccess(router, door, locksOf)

  router.get('/:id/user-syncs', async (req, res) => {
    const group = await groups.get(door.actor(res), idOf(req))
    const locks = await locksOf(group)
    const number = pageNumber(queryFields(req))
    const { items, total } = await userSyncs.list(door.actor(res), {
      principalType: 'group',
      principalId: group.id,
      page: pageRequest(number),
    })
    door.send(req, res, (page) => (
      <UserSyncsOfGroupPage
        page={page}
        group={group}
        locks={locks}
        syncs={items}
        total={total}
        number={number}
      />
    ))
  })

  // ---- members

  router.get('/:id/add-members', async (req, res) => {
    const group = await groups.get(door.actor(res), idOf(req))
    const query = listQuery(req, { filters: ['search'] })
    const { search } = query.filters
    const { items, total } = await users.list(door.actor(res), {
      criteria: both(
        compare('type', 'eq', group.type),
        { kind: 'not', term: some('groups', compare('value', 'eq', group.id)) },
        ...(search === undefined ? [] : [userSearch(search)]),
      ),
      sort: { field: 'userName', direction: 'ascending' },
      page: pageRequest(query.number),
    })
    door.send(req, res, (page) => (
      <AddMembersPage page={page} group={group} users={items.map(toListedUser)} total={total} query={query} />
    ))
  })

  router.post('/:id/add-members', async (req, res) => {
    const id = idOf(req)
    const userIds = formFields(req).list('user').map(requireUserId)
    if (userIds.length === 0) {
      const text = door.wordsOf(res).console.groups.selectNone
      door.leadTo(res, path(id, '/add-members'), { kind: 'danger', text })
      return
    }
    await door.act(res, path(id), async (actor) => {
      const { displayName } = await groups.addMembers(actor, id, userIds)
      return { text: 'usersJoined', name: displayName, count: userIds.length }
    })
  })

  router.post('/:id/remove-members', async (req, res) => {
    const id = idOf(req)
    const userIds = formFields(req).list('user').map(requireUserId)
    if (userIds.length === 0) {
      const text = door.wordsOf(res).console.groups.selectNone
      door.leadTo(res, path(id), { kind: 'danger', text })
      return
    }
    await door.act(res, path(id), async (actor) => {
      const { displayName } = await groups.removeMembers(actor, id, userIds)
      return { text: 'usersLeft', name: displayName, count: userIds.length }
    })
  })

  // ---- deleting

  async function sendDelete(
    req: Request,
    res: Response,
    group: Group,
    errors?: FieldErrors,
    status = 200,
  ): Promise<void> {
    const { common, console: words } = door.wordsOf(res)
    const blockers = await groups.blockers(door.actor(res), group.id)
    const title = words.groups.deleteTitle(group.displayName)
    const crumbs = [
      { label: common.navigation.groups, href: '/admin/groups' },
      { label: group.displayName, href: path(group.id) },
    ]
    const namedUsers = blockers.filter(({ kind }) => kind === 'user').length
    door.send(
      req,
      res,
      (page) =>
        blockers.length === 0 ? (
          <ConfirmPage
            page={page}
            section="groups"
            title={title}
            crumbs={crumbs}
            action={path(group.id, '/delete')}
            button={words.groups.deleteButton}
            danger
            backHref={path(group.id)}
          >
            <p>{words.groups.deleteLead}</p>
          </ConfirmPage>
        ) : (
          <BlockedPage
            page={page}
            section="groups"
            title={title}
            crumbs={crumbs}
            blockersTitle={words.groups.blockersTitle}
            blockersLead={words.groups.blockersLead}
            blockers={toBlockers(blockers, words)}
            more={group.memberCount - namedUsers}
            backHref={path(group.id)}
            withLinks={{
              action: path(group.id, '/delete-with-links'),
              title: words.groups.withLinksTitle,
              lead: words.groups.withLinksLead,
              button: words.groups.withLinksButton,
              name: group.displayName,
              errors,
            }}
          />
        ),
      { status },
    )
  }

  router.get('/:id/delete', async (req, res) => {
    await sendDelete(req, res, await groups.get(door.actor(res), idOf(req)))
  })

  router.post('/:id/delete', async (req, res) => {
    const group = await groups.get(door.actor(res), idOf(req))
    try {
      await groups.remove(door.actor(res), group.id)
    } catch (error) {
      if (!isIdentityCenterError(error, 'group.inUse')) throw error
      await sendDelete(req, res, group, undefined, 409)
      return
    }
    door.done(res, '/admin/groups', { text: 'groupDeleted', name: group.displayName })
  })

  router.post('/:id/delete-with-links', async (req, res) => {
    const group = await groups.get(door.actor(res), idOf(req))
    if (formFields(req).text('confirmation') !== group.displayName.trim()) {
      const message = door.wordsOf(res).console.users.confirmMismatch
      await sendDelete(req, res, group, [{ field: 'confirmation', message }], 400)
      return
    }
    await groups.removeWithLinks(door.actor(res), group.id)
    door.done(res, '/admin/groups', { text: 'groupDeleted', name: group.displayName })
  })

  return router
}
