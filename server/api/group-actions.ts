/** Groups of the zone and their members. */
import { z } from 'zod'
import { both, compare, type Criteria } from '../domain/criteria.js'
import type { Group, GroupProfile } from '../domain/group.js'
import { primaryEmail, type User } from '../domain/user.js'
import type { GroupService } from '../services/groups.js'
import type { UserService } from '../services/users.js'
import type { ZoneService } from '../services/zones.js'
import type { Action, ApiAnswer } from './action.js'
import { ApiError } from './api-error.js'
import type { ErrorNames } from './api-errors.js'
import {
  directoryType,
  filterCriteria,
  filterText,
  fromType,
  groupIdOf,
  SORT_INPUT,
  sortOf,
  toStatus,
  toType,
  userIdOf,
  withIds,
} from './directory-parameters.js'
import {
  changed,
  cloudTime,
  OFFSET_INPUT,
  PAGE_INPUT,
  pageAnswer,
  pageOf,
  zoneActions,
} from './zone-action.js'

export interface GroupActionDeps {
  readonly zones: Pick<ZoneService, 'current'>
  readonly groups: GroupService
  readonly users: UserService
}

const anywhere = (text: string): readonly Criteria[] => [
  compare('displayName', 'co', text),
  compare('id', 'co', text),
  compare('description', 'co', text),
]

const groupInfo = (group: Group, isSelected = false): ApiAnswer => ({
  GroupId: group.id,
  GroupName: group.displayName,
  Description: group.description ?? '',
  GroupType: toType(group.type),
  MemberCount: group.memberCount,
  CreateTime: cloudTime(group.createdAt),
  UpdateTime: cloudTime(group.updatedAt),
  IsSelected: isSelected,
})

const groupMember = (user: User, joinedAt: string): ApiAnswer => ({
  UserId: user.id,
  UserName: user.userName,
  DisplayName: user.displayName ?? '',
  Description: user.description ?? '',
  Email: primaryEmail(user) ?? '',
  UserStatus: toStatus(user.active),
  UserType: toType(user.type),
  JoinTime: cloudTime(joinedAt),
})

/** Names given by the API are letters, digits and dashes; those that SCIM brings are not restricted. */
function requireApiGroupName(name: string): void {
  if (/^[\p{L}\p{N}-]{1,128}$/u.test(name)) return
  throw new ApiError(
    'InvalidParameter.GroupNameFormatError',
    'A group name has 1 to 128 letters, digits and dashes.',
  )
}

const ADD_ERRORS: ErrorNames = { 'group.synchronized': 'FailedOperation.SynchronizedGroupNotAddUser' }
const REMOVE_ERRORS: ErrorNames = { 'group.synchronized': 'FailedOperation.SynchronizedGroupNotRemoveUser' }
const DELETE_ERRORS: ErrorNames = {
  'group.synchronized': 'FailedOperation.SynchronizedGroupNotDelete',
  'group.manual': 'FailedOperation.ManualGroupNotDelete',
}

export function groupActions({ zones, groups, users }: GroupActionDeps): readonly Action[] {
  const zoneAction = zoneActions(zones)
  return [
    zoneAction({
      name: 'CreateGroup',
      input: {
        GroupName: z.string(),
        Description: z.string().max(1024).default(''),
        GroupType: directoryType.default('Manual'),
      },
      handle: async (actor, { GroupName, Description, GroupType }) => {
        requireApiGroupName(GroupName)
        const profile: GroupProfile = {
          displayName: GroupName,
          ...(Description !== '' && { description: Description }),
          attributes: {},
        }
        return { GroupInfo: groupInfo(await groups.create(actor, { profile, type: fromType(GroupType) })) }
      },
    }),
    zoneAction({
      name: 'GetGroup',
      input: { GroupId: z.string() },
      handle: async (actor, { GroupId }) => ({
        GroupInfo: groupInfo(await groups.get(actor, groupIdOf(GroupId))),
      }),
    }),
    zoneAction({
      name: 'ListGroups',
      input: {
        ...OFFSET_INPUT,
        ...SORT_INPUT,
        Filter: filterText,
        GroupType: directoryType.optional(),
        FilterUsers: z.array(z.string()).max(100).default([]),
      },
      handle: async (actor, input) => {
        const terms = [
          ...(input.GroupType ? [compare('type', 'eq', fromType(input.GroupType))] : []),
          ...filterCriteria(input.Filter, { GroupName: 'displayName' }, anywhere),
        ]
        const page = await groups.list(actor, {
          ...(terms.length > 0 && { criteria: both(...terms) }),
          sort: sortOf(input),
          page: pageOf(input),
        })
        const selecting = await Promise.all(input.FilterUsers.map((id) => users.get(actor, userIdOf(id))))
        const joined = new Set(
          [...(await users.groupsOf(selecting)).values()].flat().map(({ groupId }) => groupId),
        )
        return {
          ...pageAnswer(input, page),
          Groups: page.items.map((group) => groupInfo(group, joined.has(group.id))),
        }
      },
    }),
    zoneAction({
      name: 'UpdateGroup',
      input: {
        GroupId: z.string(),
        NewGroupName: z.string().optional(),
        NewDescription: z.string().max(1024).optional(),
      },
      handle: async (actor, { GroupId, NewGroupName, NewDescription }) => {
        if (NewGroupName !== undefined) requireApiGroupName(NewGroupName)
        const group = await groups.change(actor, groupIdOf(GroupId), {
          profile: ({ description, ...before }) => {
            const described = changed(NewDescription, description)
            return {
              ...before,
              displayName: NewGroupName ?? before.displayName,
              ...(described !== undefined && { description: described }),
            }
          },
        })
        return { GroupInfo: groupInfo(group) }
      },
    }),
    zoneAction({
      name: 'DeleteGroup',
      input: { GroupId: z.string() },
      errors: DELETE_ERRORS,
      handle: async (actor, { GroupId }) => {
        await groups.remove(actor, groupIdOf(GroupId))
        return {}
      },
    }),
    zoneAction({
      name: 'AddUserToGroup',
      input: { GroupId: z.string(), UserId: z.string() },
      errors: ADD_ERRORS,
      handle: async (actor, { GroupId, UserId }) => {
        await groups.addMembers(actor, groupIdOf(GroupId), [userIdOf(UserId)])
        return {}
      },
    }),
    zoneAction({
      name: 'RemoveUserFromGroup',
      input: { GroupId: z.string(), UserId: z.string() },
      errors: REMOVE_ERRORS,
      handle: async (actor, { GroupId, UserId }) => {
        await groups.removeMembers(actor, groupIdOf(GroupId), [userIdOf(UserId)])
        return {}
      },
    }),
    zoneAction({
      name: 'ListGroupMembers',
      input: { ...PAGE_INPUT, GroupId: z.string(), UserType: directoryType.optional() },
      handle: async (actor, input) => {
        const id = groupIdOf(input.GroupId)
        const type = input.UserType === undefined ? undefined : fromType(input.UserType)
        const page = await groups.listMembers(actor, id, pageOf(input), type)
        const ids = page.items.map(({ userId }) => userId)
        const { items } =
          ids.length === 0
            ? { items: [] }
            : await users.list(actor, { criteria: withIds(ids), page: { offset: 0, limit: ids.length } })
        const byId = new Map(items.map((user) => [user.id, user]))
        return {
          ...pageAnswer(input, page),
          GroupMembers: page.items.flatMap(({ userId, joinedAt }) => {
            const user = byId.get(userId)
            return user ? [groupMember(user, joinedAt)] : []
          }),
        }
      },
    }),
  ]
}
