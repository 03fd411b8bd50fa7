/** Groups of an account, by CAM's actions. */
import { z } from 'zod'
import { uidOf, uinOfUid } from '../domain/cam-account.js'
import { IdentityCenterError } from '../domain/errors.js'
import type { CamGroup, CamGroupMember, CamGroupService, CamMembership } from '../services/cam-groups.js'
import type { Action } from './action.js'
import type { ErrorNames } from './api-errors.js'
import { camAction, groupId, keyword, PAGE, pageOf, uin, userUin } from './cam-action.js'
import { cloudTime } from './zone-action.js'

export interface CamGroupActionDeps {
  readonly camGroups: CamGroupService
}

const GROUP = {
  GroupId: z.int(),
  GroupName: z.string(),
  CreateTime: z.string(),
  Remark: z.string(),
} as const

const groupFields = (group: CamGroup): z.output<z.ZodObject<typeof GROUP>> => ({
  GroupId: group.id,
  GroupName: group.name,
  CreateTime: cloudTime(group.createdAt),
  Remark: group.remark ?? '',
})

const MEMBER = {
  Uid: z.int(),
  Uin: z.int(),
  Name: z.string(),
  PhoneNum: z.string(),
  CountryCode: z.string(),
  PhoneFlag: z.int(),
  Email: z.string(),
  EmailFlag: z.int(),
  UserType: z.int(),
  CreateTime: z.string(),
  IsReceiverOwner: z.int(),
  Remark: z.string(),
} as const

const memberFields = ({ user, joinedAt }: CamGroupMember): z.output<z.ZodObject<typeof MEMBER>> => ({
  Uid: uidOf(user.uin),
  Uin: Number(user.uin),
  Name: user.name,
  PhoneNum: user.phoneNumber ?? '',
  CountryCode: user.countryCode ?? '',
  PhoneFlag: 0,
  Email: user.email ?? '',
  EmailFlag: 0,
  UserType: 2,
  CreateTime: cloudTime(joinedAt),
  IsReceiverOwner: 0,
  Remark: user.remark ?? '',
})

const MEMBERSHIPS = {
  Info: z
    .array(z.strictObject({ GroupId: groupId, Uid: z.int().min(0).optional(), Uin: uin.optional() }))
    .min(1)
    .max(100),
} as const

/** Users are named by either of their numbers. */
const membershipsOf = ({ Info }: z.output<z.ZodObject<typeof MEMBERSHIPS>>): readonly CamMembership[] =>
  Info.map(({ GroupId, Uid, Uin }) => {
    if (Uin !== undefined) return { groupId: GroupId, uin: userUin(Uin) }
    if (Uid !== undefined) return { groupId: GroupId, uin: uinOfUid(Uid) }
    throw new IdentityCenterError('request.invalid', 'Name each user by Uin or Uid.')
  })

const MEMBERSHIP_ERRORS: ErrorNames = {
  'camGroup.notFound': 'InvalidParameter.GroupNotExist',
  'request.invalid': 'InvalidParameter.UserUinAndUinNotAllNull',
}
/** The cloud has no other code for these two. */
const OLD_GROUP_ERRORS: ErrorNames = { 'camGroup.notFound': 'ResourceNotFound.UserNotExist' }

export const camGroupActions = ({ camGroups }: CamGroupActionDeps): readonly Action[] => [
  camAction({
    name: 'CreateGroup',
    summary: 'Makes a group of users.',
    refusals: [
      'InvalidParameter.GroupFull',
      'InvalidParameter.GroupNameInUse',
      'InvalidParameter.ParamError',
    ],
    input: { GroupName: z.string(), Remark: z.string().optional() },
    output: { GroupId: z.int() },
    handle: async (call, { GroupName, Remark }) => ({
      GroupId: await camGroups.create(call, { name: GroupName, remark: Remark }),
    }),
  }),
  camAction({
    name: 'GetGroup',
    summary: 'Tells about a group and its users.',
    refusals: ['ResourceNotFound.UserNotExist'],
    input: { GroupId: groupId },
    output: { ...GROUP, GroupNum: z.int(), UserInfo: z.array(z.object(MEMBER)) },
    errors: OLD_GROUP_ERRORS,
    handle: async (call, { GroupId }) => {
      const { group, users } = await camGroups.get(call, GroupId, { offset: 0, limit: 1000 })
      return { ...groupFields(group), GroupNum: users.total, UserInfo: users.items.map(memberFields) }
    },
  }),
  camAction({
    name: 'ListGroups',
    summary: 'Lists the groups of the account.',
    input: { ...PAGE, Keyword: keyword },
    output: { TotalNum: z.int(), GroupInfo: z.array(z.object(GROUP)) },
    handle: async (call, input) => {
      const { items, total } = await camGroups.list(call, { search: input.Keyword, page: pageOf(input) })
      return { TotalNum: total, GroupInfo: items.map(groupFields) }
    },
  }),
  camAction({
    name: 'UpdateGroup',
    summary: 'Renames a group, or changes its remark.',
    refusals: [
      'InvalidParameter.GroupNameInUse',
      'InvalidParameter.ParamError',
      'ResourceNotFound.GroupNotExist',
    ],
    input: { GroupId: groupId, GroupName: z.string().optional(), Remark: z.string().optional() },
    output: {},
    handle: async (call, { GroupId, GroupName, Remark }) => {
      await camGroups.update(call, GroupId, { name: GroupName, remark: Remark })
      return {}
    },
  }),
  camAction({
    name: 'DeleteGroup',
    summary: 'Deletes a group; its users stay.',
    refusals: ['ResourceNotFound.UserNotExist'],
    input: { GroupId: groupId },
    output: {},
    errors: OLD_GROUP_ERRORS,
    handle: async (call, { GroupId }) => {
      await camGroups.remove(call, GroupId)
      return {}
    },
  }),
  camAction({
    name: 'AddUserToGroup',
    summary: 'Puts users into groups: all of them, or none.',
    refusals: [
      'InvalidParameter.GroupNotExist',
      'InvalidParameter.GroupUserFull',
      'InvalidParameter.UserGroupFull',
      'InvalidParameter.UserUinAndUinNotAllNull',
      'ResourceNotFound.UserNotExist',
    ],
    input: MEMBERSHIPS,
    output: {},
    errors: MEMBERSHIP_ERRORS,
    handle: async (call, input) => {
      await camGroups.addUsers(call, membershipsOf(input))
      return {}
    },
  }),
  camAction({
    name: 'RemoveUserFromGroup',
    summary: 'Takes users out of groups.',
    refusals: [
      'InvalidParameter.GroupNotExist',
      'InvalidParameter.UserUinAndUinNotAllNull',
      'ResourceNotFound.UserNotExist',
    ],
    input: MEMBERSHIPS,
    output: {},
    errors: MEMBERSHIP_ERRORS,
    handle: async (call, input) => {
      await camGroups.removeUsers(call, membershipsOf(input))
      return {}
    },
  }),
  camAction({
    name: 'ListUsersForGroup',
    summary: 'Lists the users of a group.',
    refusals: ['ResourceNotFound.GroupNotExist'],
    input: { ...PAGE, GroupId: groupId },
    output: { TotalNum: z.int(), UserInfo: z.array(z.object(MEMBER)) },
    handle: async (call, input) => {
      const { items, total } = await camGroups.listUsers(call, input.GroupId, pageOf(input))
      return { TotalNum: total, UserInfo: items.map(memberFields) }
    },
  }),
  camAction({
    name: 'ListGroupsForUser',
    summary: 'Lists the groups that a user is in.',
    refusals: ['InvalidParameter.UserUinAndUinNotAllNull', 'ResourceNotFound.UserNotExist'],
    input: { ...PAGE, Uid: z.int().min(0).optional(), SubUin: uin.optional() },
    output: { TotalNum: z.int(), GroupInfo: z.array(z.object(GROUP)) },
    errors: { 'request.invalid': 'InvalidParameter.UserUinAndUinNotAllNull' },
    handle: async (call, input) => {
      const { SubUin, Uid } = input
      if (SubUin === undefined && Uid === undefined)
        throw new IdentityCenterError('request.invalid', 'Name the user by SubUin or Uid.')
      const user = SubUin === undefined ? uinOfUid(Uid ?? 0) : userUin(SubUin)
      const { items, total } = await camGroups.listOfUser(call, user, pageOf(input))
      return { TotalNum: total, GroupInfo: items.map(groupFields) }
    },
  }),
]
