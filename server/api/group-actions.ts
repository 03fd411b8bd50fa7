/** Groups of the zone and their members. */
import { z } from 'zod'
import { both, compare, type Criteria } from '../domain/criteria.js'
import type { Group, GroupProfile } from '../domain/group.js'
import { primaryEmail, type User } from '../domain/user.js'
import type { GroupService } from '../services/groups.js'
import type { UserService } from '../services/users.js'
import type { ZoneService } from '../services/zones.js'
import type { Action } from './action.js'
import { ApiError } from './api-error.js'
import type { ErrorNames } from './api-errors.js'
import {
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
import { groupInfo, groupMember } from './shapes/directory.js'
import { directoryType, groupId, userId } from './shapes/values.js'
import {
  changed,
  cloudTime,
  OFFSET_INPUT,
  PAGE_INPUT,
  PAGE_OUTPUT,
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

const toGroupInfo = (group: Group, isSelected = false): z.output<typeof groupInfo> => ({
  GroupId: group.id,
  GroupName: group.displayName,
  Description: group.description ?? '',
  GroupType: toType(group.type),
  MemberCount: group.memberCount,
  CreateTime: cloudTime(group.createdAt),
  UpdateTime: cloudTime(group.updatedAt),
  IsSelected: isSelected,
})

const toGroupMember = (user: User, joinedAt: string): z.output<typeof groupMember> => ({
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
      summary: 'Makes a group.',
      priority: 'P0',
      refusals: [
        'FailedOperation.GroupOverUpperLimit',
        'InvalidParameter.GroupNameAlreadyExists',
        'InvalidParameter.GroupNameFormatError',
      ],
      output: { GroupInfo: groupInfo },
      input: {
        GroupName: z.string().describe('1 to 128 letters, digits and dashes, unique in the zone.'),
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
        return { GroupInfo: toGroupInfo(await groups.create(actor, { profile, type: fromType(GroupType) })) }
      },
    }),
    zoneAction({
      name: 'GetGroup',
      summary: 'Tells of one group.',
      priority: 'P0',
      refusals: ['InvalidParameter.GroupNotExist'],
      output: { GroupInfo: groupInfo },
      input: { GroupId: groupId },
      handle: async (actor, { GroupId }) => ({
        GroupInfo: toGroupInfo(await groups.get(actor, groupIdOf(GroupId))),
      }),
    }),
    zoneAction({
      name: 'ListGroups',
      summary: 'Lists groups, newest first.',
      priority: 'P0',
      refusals: ['InvalidParameter.NextTokenInvalid', 'ResourceNotFound.UserNotExist'],
      output: { ...PAGE_OUTPUT, Groups: z.array(groupInfo) },
      input: {
        ...OFFSET_INPUT,
        ...SORT_INPUT,
        Filter: filterText,
        GroupType: directoryType.optional(),
        FilterUsers: z.array(userId).max(100).default([]).describe('Users that IsSelected speaks of.'),
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
          [...(await users.groupsOf(selecting)).values()].flat().map((group) => group.groupId),
        )
        return {
          ...pageAnswer(input, page),
          Groups: page.items.map((group) => toGroupInfo(group, joined.has(group.id))),
        }
      },
    }),
    zoneAction({
      name: 'UpdateGroup',
      summary: 'Changes name and description of a group: what is absent stays.',
      priority: 'P0',
      refusals: [
        'FailedOperation.SynchronizedGroupNotUpdate',
        'InvalidParameter.GroupNameAlreadyExists',
        'InvalidParameter.GroupNameFormatError',
        'InvalidParameter.GroupNotExist',
      ],
      output: { GroupInfo: groupInfo },
      input: {
        GroupId: groupId,
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
        return { GroupInfo: toGroupInfo(group) }
      },
    }),
    zoneAction({
      name: 'DeleteGroup',
      summary: 'Deletes a group that has neither members nor assignments nor synchronizations.',
      priority: 'P0',
      refusals: [
        'FailedOperation.DeleteGroupNotAllowExistUser',
        'FailedOperation.RoleConfigurationAuthorizationExist',
        'FailedOperation.SynchronizedGroupNotDelete',
        'FailedOperation.UserProvisioningExists',
        'InvalidParameter.GroupNotExist',
      ],
      output: {},
      input: { GroupId: groupId },
      errors: DELETE_ERRORS,
      handle: async (actor, { GroupId }) => {
        await groups.remove(actor, groupIdOf(GroupId))
        return {}
      },
    }),
    zoneAction({
      name: 'AddUserToGroup',
      summary: 'Puts a user into a group of the same type.',
      priority: 'P0',
      refusals: [
        'FailedOperation.GroupTypeUserTypeNotMatch',
        'FailedOperation.GroupUserCountOverUpperLimit',
        'FailedOperation.SynchronizedGroupNotAddUser',
        'FailedOperation.UserAddGroupCountOverUpperLimit',
        'InvalidParameter.GroupNotExist',
        'InvalidParameter.GroupUserAlreadyExists',
        'ResourceNotFound.UserNotExist',
      ],
      output: {},
      input: { GroupId: groupId, UserId: userId },
      errors: ADD_ERRORS,
      handle: async (actor, { GroupId, UserId }) => {
        await groups.addMembers(actor, groupIdOf(GroupId), [userIdOf(UserId)])
        return {}
      },
    }),
    zoneAction({
      name: 'RemoveUserFromGroup',
      summary: 'Takes a user out of a group.',
      priority: 'P0',
      refusals: [
        'FailedOperation.SynchronizedGroupNotRemoveUser',
        'InvalidParameter.GroupNotExist',
        'InvalidParameter.GroupUserNotExist',
        'ResourceNotFound.UserNotExist',
      ],
      output: {},
      input: { GroupId: groupId, UserId: userId },
      errors: REMOVE_ERRORS,
      handle: async (actor, { GroupId, UserId }) => {
        await groups.removeMembers(actor, groupIdOf(GroupId), [userIdOf(UserId)])
        return {}
      },
    }),
    zoneAction({
      name: 'ListGroupMembers',
      summary: 'Lists the users in a group.',
      priority: 'P0',
      refusals: ['InvalidParameter.GroupNotExist', 'InvalidParameter.NextTokenInvalid'],
      output: { ...PAGE_OUTPUT, GroupMembers: z.array(groupMember) },
      input: { ...PAGE_INPUT, GroupId: groupId, UserType: directoryType.optional() },
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
            return user ? [toGroupMember(user, joinedAt)] : []
          }),
        }
      },
    }),
  ]
}
