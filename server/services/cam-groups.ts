/** Groups of users in cloud accounts. */
import { findAccountUser, listAccountUsers, type AccountUser } from '../../db/cam-account-users.js'
import {
  countCamGroups,
  countCamMemberships,
  deleteCamGroup,
  deleteCamGroupMember,
  findCamGroup,
  insertCamGroup,
  insertCamGroupMember,
  listCamGroups,
  listCamGroupUsers,
  updateCamGroup,
  type CamGroup,
} from '../../db/cam-groups.js'
import { isUniqueViolation } from '../../db/constraint-errors.js'
import type { Db, Tx } from '../../db/database.js'
import { inTransaction } from '../../db/transaction.js'
import {
  CAM_LIMITS,
  camResource,
  requireGroupName,
  requireLength,
  requireRoom,
} from '../domain/cam-account.js'
import type { Clock } from '../domain/clock.js'
import { IdentityCenterError } from '../domain/errors.js'
import type { AccountUin, SubUserUin } from '../domain/ids.js'
import type { Page, PageRequest } from '../domain/page.js'
import type { AuditLog } from './audit-log.js'
import { accountOfRequester, type CamPermit, type CamRequester } from './cam-permit.js'

export interface CamGroupServiceDeps {
  readonly db: Db
  readonly clock: Clock
  readonly audit: AuditLog
  readonly permit: CamPermit
}

/** A user in a group, each by its number. */
export interface CamMembership {
  readonly groupId: number
  readonly uin: SubUserUin
}

export interface CamGroupMember {
  readonly user: AccountUser
  readonly joinedAt: string
}

export type { CamGroup }

export type CamGroupService = ReturnType<typeof createCamGroupService>

const LONGEST_REMARK = 256

const notFound = (id: number) =>
  new IdentityCenterError('camGroup.notFound', `The account has no group ${id}.`, { id })

const userNotFound = (uin: string) =>
  new IdentityCenterError('camUser.notFound', `The account has no user ${uin.slice(0, 64)}.`, { uin })

export function createCamGroupService({ db, clock, audit, permit }: CamGroupServiceDeps) {
  const subjectOf = ({ id, name }: CamGroup) => ({ kind: 'camGroup', id: String(id), name })

  async function require(from: Db | Tx, account: AccountUin, id: number): Promise<CamGroup> {
    const group = await findCamGroup(from, account, id)
    if (group) return group
    throw notFound(id)
  }

  async function permitGroup(requester: CamRequester, operation: string, id: number): Promise<AccountUin> {
    const account = accountOfRequester(requester)
    await permit(requester, operation, [camResource.group(account, id)])
    return account
  }

  function nameTaken(error: unknown, name: string): unknown {
    return isUniqueViolation(error, 'cam_groups', 'account_uin', 'name_key')
      ? new IdentityCenterError('camGroup.nameTaken', `The account has a group named ${name} already.`, {
          field: 'name',
        })
      : error
  }

  const membersOf = async (
    account: AccountUin,
    id: number,
    page: PageRequest,
  ): Promise<Page<CamGroupMember>> => {
    const { items, total } = await listCamGroupUsers(db, id, page)
    if (items.length === 0) return { items: [], total }
    const uins = items.map(({ uin }) => uin)
    const users = await listAccountUsers(db, account, { uins, page: { offset: 0, limit: uins.length } })
    const joined = new Map(items.map(({ uin, joinedAt }) => [uin, joinedAt]))
    return { items: users.items.map((user) => ({ user, joinedAt: joined.get(user.uin) ?? '' })), total }
  }

  /** Does the same to each membership in one transaction, or nothing at all. */
  const forEach = async (
    requester: CamRequester,
    operation: string,
    memberships: readonly CamMembership[],
    change: (tx: Tx, group: CamGroup, user: AccountUser) => Promise<boolean>,
    action: string,
  ): Promise<void> => {
    const account = accountOfRequester(requester)
    await permit(
      requester,
      operation,
      memberships.flatMap(({ groupId, uin }) => [
        camResource.group(account, groupId),
        camResource.user(account, uin),
      ]),
    )
    await inTransaction(db, async (tx) => {
      for (const { groupId, uin } of memberships) {
        const group = await require(tx, account, groupId)
        const user = await findAccountUser(tx, account, uin)
        if (!user) throw userNotFound(uin)
        if (!(await change(tx, group, user))) continue
        await audit.record(tx, requester.actor, {
          action,
          subject: subjectOf(group),
          detail: { account, user: { uin: user.uin, name: user.name } },
        })
      }
    })
  }

  return {
    /** Returns the group's number. Throws `camGroup.nameTaken`, `camGroup.invalid`, `camGroup.limit`. */
    async create(
      requester: CamRequester,
      { name, remark }: { readonly name: string; readonly remark?: string | undefined },
    ): Promise<number> {
      requireGroupName(name)
      requireLength('camGroup.invalid', 'remark', remark, LONGEST_REMARK)
      const account = accountOfRequester(requester)
      await permit(requester, 'CreateGroup', [camResource.group(account)])
      return inTransaction(db, async (tx) => {
        requireRoom(
          'camGroup.limit',
          'groups in an account',
          await countCamGroups(tx, account),
          CAM_LIMITS.groups,
        )
        const now = clock.now().toISOString()
        const id = await insertCamGroup(tx, { accountUin: account, name, remark }, now).catch(
          (error: unknown) => {
            throw nameTaken(error, name)
          },
        )
        await audit.record(tx, requester.actor, {
          action: 'camGroup.create',
          subject: { kind: 'camGroup', id: String(id), name },
          detail: { account },
        })
        return id
      })
    },

    /** The group with the first of its users. Throws `camGroup.notFound`. */
    async get(requester: CamRequester, id: number, page: PageRequest) {
      const account = await permitGroup(requester, 'GetGroup', id)
      const group = await require(db, account, id)
      return { group, users: await membersOf(account, id, page) }
    },

    async list(
      requester: CamRequester,
      query: { readonly search?: string | undefined; readonly page: PageRequest },
    ): Promise<Page<CamGroup>> {
      await permit(requester, 'ListGroups')
      return listCamGroups(db, accountOfRequester(requester), query)
    },

    /** Throws `camGroup.notFound`. */
    async listUsers(requester: CamRequester, id: number, page: PageRequest): Promise<Page<CamGroupMember>> {
      const account = await permitGroup(requester, 'ListUsersForGroup', id)
      await require(db, account, id)
      return membersOf(account, id, page)
    },

    /** Throws `camUser.notFound`. */
    async listOfUser(requester: CamRequester, uin: string, page: PageRequest): Promise<Page<CamGroup>> {
      const account = accountOfRequester(requester)
      const user = await findAccountUser(db, account, uin)
      await permit(requester, 'ListGroupsForUser', [camResource.user(account, user?.uin)])
      if (!user) throw userNotFound(uin)
      return listCamGroups(db, account, { member: user.uin, page })
    },

    /** Throws `camGroup.notFound`, `camGroup.nameTaken`, `camGroup.invalid`. */
    async update(
      requester: CamRequester,
      id: number,
      change: { readonly name?: string | undefined; readonly remark?: string | undefined },
    ): Promise<void> {
      if (change.name !== undefined) requireGroupName(change.name)
      requireLength('camGroup.invalid', 'remark', change.remark, LONGEST_REMARK)
      const account = await permitGroup(requester, 'UpdateGroup', id)
      await inTransaction(db, async (tx) => {
        const before = await require(tx, account, id)
        await updateCamGroup(tx, id, change, clock.now().toISOString()).catch((error: unknown) => {
          throw nameTaken(error, change.name ?? '')
        })
        await audit.record(tx, requester.actor, {
          action: 'camGroup.update',
          subject: subjectOf(before),
          detail: { account, before: { name: before.name, remark: before.remark }, after: change },
        })
      })
    },

    /** Deletes the group with its memberships and attachments. Throws `camGroup.notFound`. */
    async remove(requester: CamRequester, id: number): Promise<void> {
      const account = await permitGroup(requester, 'DeleteGroup', id)
      await inTransaction(db, async (tx) => {
        const group = await require(tx, account, id)
        await deleteCamGroup(tx, id)
        await audit.record(tx, requester.actor, {
          action: 'camGroup.delete',
          subject: subjectOf(group),
          detail: { account },
        })
      })
    },

    /** All or none. One who is in the group already stays. Throws `camGroup.userLimit`, `camUser.groupLimit`. */
    addUsers: (requester: CamRequester, memberships: readonly CamMembership[]): Promise<void> =>
      forEach(
        requester,
        'AddUserToGroup',
        memberships,
        async (tx, group, user) => {
          if (!(await insertCamGroupMember(tx, group.id, user.uin, clock.now().toISOString()))) return false
          const { usersOfGroup, groupsOfUser } = CAM_LIMITS
          const users = await countCamMemberships(tx, { groupId: group.id })
          requireRoom('camGroup.userLimit', 'users in one group', users - 1, usersOfGroup)
          const groups = await countCamMemberships(tx, { uin: user.uin })
          requireRoom('camUser.groupLimit', 'groups of one user', groups - 1, groupsOfUser)
          return true
        },
        'camGroup.addUser',
      ),

    /** All or none. Nothing happens for one who is not in the group. */
    removeUsers: (requester: CamRequester, memberships: readonly CamMembership[]): Promise<void> =>
      forEach(
        requester,
        'RemoveUserFromGroup',
        memberships,
        (tx, group, user) => deleteCamGroupMember(tx, group.id, user.uin),
        'camGroup.removeUser',
      ),
  }
}
