/** The tabs that say who has access, of users, groups and accounts, and the same lists as files. */
import type { Request, Response, Router } from 'express'
import {
  AccountAccessPage,
  AccountCamUsersPage,
  GroupAccessPage,
  UserAccessPage,
} from '../../views/console/access-tabs.js'
import type { ShownPath, ShownPlace } from '../../views/console/access-paths.js'
import type { GroupLocks } from '../../views/console/groups.js'
import {
  pathState,
  placeCondition,
  placeEnd,
  type AccessPath,
  type AccessPlace,
} from '../domain/access-path.js'
import type { Group } from '../domain/group.js'
import type { ExportSubject } from '../services/access-paths.js'
import { requireFormat, sendExport, type ExportColumn } from './access-export.js'
import { requireAccountUin } from './access-rows.js'
import type { ConsoleDoor } from './console-door.js'
import { requireGroupId } from './directory-rows.js'
import { listQuery, pageNumber, pageRequest, queryFields } from './form-fields.js'
import { shownUser, userIdOf } from './user.js'

export function shownPath(path: AccessPath, now: string): ShownPath {
  const condition = placeCondition(path)
  return { ...path, ...(condition && { condition }), state: pathState(path, now) }
}

function shownPlace(place: AccessPlace, now: string): ShownPlace {
  const condition = placeCondition(place)
  return { ...place, ...(condition && { condition }), state: placeEnd(place, now) ?? 'open' }
}

const COLUMNS = (now: string): readonly ExportColumn<AccessPath>[] => [
  ['userId', (path) => path.userId],
  ['userName', (path) => path.userName],
  ['accountUin', (path) => path.accountUin],
  ['accountName', (path) => path.accountName],
  ['configurationId', (path) => path.configurationId],
  ['configurationName', (path) => path.configurationName],
  ['state', (path) => pathState(path, now)],
  ['path', (path) => (path.group ? 'group' : 'direct')],
  ['groupId', (path) => path.group?.id],
  ['groupName', (path) => path.group?.name],
  ['memberSince', (path) => path.group?.membership.joinedAt],
  ['memberByKind', (path) => path.group?.membership.by?.kind],
  ['memberById', (path) => path.group?.membership.by?.id],
  ['memberByName', (path) => path.group?.membership.by?.name],
  ['memberByRequest', (path) => path.group?.membership.requestId],
  ['assignedAt', (path) => path.assignedAt],
  ['startsAt', (path) => path.startsAt],
  ['endsAt', (path) => path.endsAt],
  ['deployment', (path) => placeCondition(path)],
  ['deployedVersion', (path) => path.deployment?.version],
]

async function sendPaths(door: ConsoleDoor, req: Request, res: Response, subject: ExportSubject) {
  const format = requireFormat(req)
  const parts = await door.services.accessPaths.export(door.actor(res), subject, format)
  const now = door.clock.now().toISOString()
  await sendExport(res, `access-${subject.id}`, format, COLUMNS(now), parts)
}

export function addUserAccess(router: Router, door: ConsoleDoor): void {
  const { accessPaths } = door.services

  router.get('/:id/access', async (req, res) => {
    const { user, locked } = await shownUser(door, res, userIdOf(req))
    const number = pageNumber(queryFields(req))
    const { items, total } = await accessPaths.ofUser(door.actor(res), user.id, pageRequest(number))
    const now = door.clock.now().toISOString()
    const paths = items.map((path) => shownPath(path, now))
    door.send(req, res, (page) => (
      <UserAccessPage page={page} user={user} locked={locked} paths={paths} total={total} number={number} />
    ))
  })

  router.get('/:id/access/export', (req, res) =>
    sendPaths(door, req, res, { kind: 'user', id: userIdOf(req) }),
  )
}

export function addGroupAccess(
  router: Router,
  door: ConsoleDoor,
  locksOf: (group: Group) => Promise<GroupLocks>,
): void {
  const { groups, accessPaths } = door.services

  router.get('/:id/access', async (req, res) => {
    const group = await groups.get(door.actor(res), requireGroupId(req.params.id))
    const locks = await locksOf(group)
    const number = pageNumber(queryFields(req))
    const { items, total } = await accessPaths.ofGroup(door.actor(res), group.id, pageRequest(number))
    const now = door.clock.now().toISOString()
    const places = items.map((place) => shownPlace(place, now))
    door.send(req, res, (page) => (
      <GroupAccessPage
        page={page}
        group={group}
        locks={locks}
        places={places}
        total={total}
        number={number}
      />
    ))
  })

  router.get('/:id/access/export', (req, res) =>
    sendPaths(door, req, res, { kind: 'group', id: requireGroupId(req.params.id) }),
  )
}

export function addAccountAccess(router: Router, door: ConsoleDoor): void {
  const { organization, accessPaths } = door.services

  router.get('/:uin/access', async (req, res) => {
    const actor = door.actor(res)
    const account = await organization.getAccount(actor, requireAccountUin(req.params.uin))
    const nodes = await organization.getNodePath(actor, account.nodeId)
    const query = listQuery(req, { filters: ['search'] })
    const { search } = query.filters
    const { items, total } = await accessPaths.ofAccount(actor, account.uin, {
      ...(search !== undefined && { userName: search }),
      page: pageRequest(query.number),
    })
    const now = door.clock.now().toISOString()
    const paths = items.map((path) => shownPath(path, now))
    door.send(req, res, (page) => (
      <AccountAccessPage
        page={page}
        account={account}
        path={nodes}
        paths={paths}
        total={total}
        query={query}
      />
    ))
  })

  router.get('/:uin/access/cam-users', async (req, res) => {
    const actor = door.actor(res)
    const account = await organization.getAccount(actor, requireAccountUin(req.params.uin))
    const nodes = await organization.getNodePath(actor, account.nodeId)
    const number = pageNumber(queryFields(req))
    const { items, total } = await accessPaths.camUsersOf(actor, account.uin, pageRequest(number))
    const rootKeys = await accessPaths.rootKeysOf(actor, account.uin)
    door.send(req, res, (page) => (
      <AccountCamUsersPage
        page={page}
        account={account}
        path={nodes}
        camUsers={items}
        rootKeys={rootKeys}
        total={total}
        number={number}
      />
    ))
  })

  router.get('/:uin/access/export', (req, res) =>
    sendPaths(door, req, res, { kind: 'account', id: requireAccountUin(req.params.uin) }),
  )
}
