/** Users of the zone. */
import { z } from 'zod'
import type { Actor } from '../domain/actor.js'
import { both, compare, type Criteria } from '../domain/criteria.js'
import { primaryEmail, type User, type UserProfile } from '../domain/user.js'
import type { GroupService } from '../services/groups.js'
import type { PasswordService } from '../services/passwords.js'
import type { UserService } from '../services/users.js'
import type { ZoneService } from '../services/zones.js'
import type { Action } from './action.js'
import {
  filterCriteria,
  filterText,
  fromType,
  SORT_INPUT,
  sortOf,
  toStatus,
  toType,
  userIdOf,
  withIds,
} from './directory-parameters.js'
import { joinedGroup, userInfo } from './shapes/directory.js'
import { directoryType, groupId, status, userId } from './shapes/values.js'
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

export interface UserActionDeps {
  readonly zones: Pick<ZoneService, 'current'>
  readonly users: UserService
  readonly groups: Pick<GroupService, 'list'>
  readonly passwords: Pick<PasswordService, 'whoMustChange'>
}

const TEXTS = {
  FirstName: z.string().max(64).optional().describe('Given name.'),
  LastName: z.string().max(64).optional().describe('Family name.'),
  DisplayName: z.string().max(256).optional(),
  Description: z.string().max(1024).optional(),
  Email: z.string().max(128).optional(),
} as const

/** User name, e-mail address, id or description, whole or in part. */
const anywhere = (text: string): readonly Criteria[] => [
  compare('userName', 'co', text),
  compare('id', 'co', text),
  compare('description', 'co', text),
  { kind: 'some', field: 'emails', where: compare('value', 'co', text) },
]

interface Particulars {
  readonly needResetPassword?: boolean
  readonly isSelected?: boolean
  /** The generated one, this once. */
  readonly password?: string
}

const toUserInfo = (user: User, particulars: Particulars = {}): z.output<typeof userInfo> => ({
  UserId: user.id,
  UserName: user.userName,
  FirstName: user.givenName ?? '',
  LastName: user.familyName ?? '',
  DisplayName: user.displayName ?? '',
  Description: user.description ?? '',
  Email: primaryEmail(user) ?? '',
  UserStatus: toStatus(user.active),
  UserType: toType(user.type),
  CreateTime: cloudTime(user.createdAt),
  UpdateTime: cloudTime(user.updatedAt),
  IsSelected: particulars.isSelected ?? false,
  Password: particulars.password ?? '',
  NeedResetPassword: particulars.needResetPassword ?? false,
})

const withTexts = (
  user: UserProfile,
  texts: {
    readonly FirstName?: string | undefined
    readonly LastName?: string | undefined
    readonly DisplayName?: string | undefined
    readonly Description?: string | undefined
    readonly Email?: string | undefined
  },
): UserProfile => {
  const { givenName, familyName, displayName, description, ...rest } = user
  const given = changed(texts.FirstName, givenName)
  const family = changed(texts.LastName, familyName)
  const shown = changed(texts.DisplayName, displayName)
  const described = changed(texts.Description, description)
  return {
    ...rest,
    ...(given !== undefined && { givenName: given }),
    ...(family !== undefined && { familyName: family }),
    ...(shown !== undefined && { displayName: shown }),
    ...(described !== undefined && { description: described }),
    ...(texts.Email !== undefined && {
      emails: texts.Email === '' ? [] : [{ value: texts.Email, primary: true }],
    }),
  }
}

export function userActions({ zones, users, groups, passwords }: UserActionDeps): readonly Action[] {
  const zoneAction = zoneActions(zones)

  const describe = async (actor: Actor, user: User) => ({
    UserInfo: toUserInfo(user, {
      needResetPassword: (await passwords.whoMustChange(actor, [user.id])).has(user.id),
    }),
  })

  return [
    zoneAction({
      name: 'CreateUser',
      summary: 'Makes a user, with a generated initial password if the user is a manual one.',
      priority: 'P0',
      refusals: [
        'FailedOperation.UserOverUpperLimit',
        'InvalidParameter.EmailAlreadyExists',
        'InvalidParameter.ParamError',
        'InvalidParameter.UsernameAlreadyExists',
        'InvalidParameter.UsernameFormatError',
      ],
      output: { UserInfo: userInfo },
      input: {
        ...TEXTS,
        UserName: z
          .string()
          .describe(
            '1 to 64 letters, digits and `+=,.@_-`, unique in the zone whatever their case; fixed for life.',
          ),
        UserStatus: status.default('Enabled'),
        UserType: directoryType.default('Manual'),
        NeedResetPassword: z
          .boolean()
          .default(false)
          .describe('Whether the password has to be changed at the first sign-in.'),
      },
      handle: async (actor, { UserName, UserStatus, UserType, NeedResetPassword, ...texts }) => {
        const empty = { userName: UserName, emails: [], active: UserStatus === 'Enabled', attributes: {} }
        const profile = withTexts(empty, texts)
        const type = fromType(UserType)
        if (type === 'synchronized')
          return { UserInfo: toUserInfo(await users.create(actor, { profile, type })) }
        const [made] = await users.createWithPasswords(actor, [profile], { mustChange: NeedResetPassword })
        if (!made) throw new Error('a user was to be made and none was')
        const { user, initialPassword: password } = made
        return { UserInfo: toUserInfo(user, { password, needResetPassword: NeedResetPassword }) }
      },
    }),
    zoneAction({
      name: 'GetUser',
      summary: 'Tells of one user.',
      priority: 'P0',
      refusals: ['ResourceNotFound.UserNotExist'],
      output: { UserInfo: userInfo },
      input: { UserId: userId },
      handle: async (actor, { UserId }) => describe(actor, await users.get(actor, userIdOf(UserId))),
    }),
    zoneAction({
      name: 'ListUsers',
      summary: 'Lists users, newest first.',
      priority: 'P0',
      refusals: ['InvalidParameter.NextTokenInvalid'],
      output: { ...PAGE_OUTPUT, Users: z.array(userInfo) },
      input: {
        ...OFFSET_INPUT,
        ...SORT_INPUT,
        UserStatus: status.optional(),
        UserType: directoryType.optional(),
        Filter: filterText,
        FilterGroups: z.array(groupId).max(100).default([]).describe('Groups that IsSelected speaks of.'),
      },
      handle: async (actor, input) => {
        const terms = [
          ...(input.UserStatus ? [compare('active', 'eq', input.UserStatus === 'Enabled')] : []),
          ...(input.UserType ? [compare('type', 'eq', fromType(input.UserType))] : []),
          ...filterCriteria(input.Filter, { UserName: 'userName' }, anywhere),
        ]
        const page = await users.list(actor, {
          ...(terms.length > 0 && { criteria: both(...terms) }),
          sort: sortOf(input),
          page: pageOf(input),
        })
        const mustChange = await passwords.whoMustChange(
          actor,
          page.items.map(({ id }) => id),
        )
        const wanted = new Set(input.FilterGroups)
        const joined = await users.groupsOf(wanted.size > 0 ? page.items : [])
        return {
          ...pageAnswer(input, page),
          Users: page.items.map((user) =>
            toUserInfo(user, {
              needResetPassword: mustChange.has(user.id),
              isSelected: (joined.get(user.id) ?? []).some(({ groupId }) => wanted.has(groupId)),
            }),
          ),
        }
      },
    }),
    zoneAction({
      name: 'UpdateUser',
      summary:
        'Changes names, description and e-mail address of a user: what is absent stays, what is empty is cleared.',
      priority: 'P0',
      refusals: [
        'FailedOperation.SynchronizedUserNotUpdate',
        'InvalidParameter.EmailAlreadyExists',
        'InvalidParameter.ParamError',
        'ResourceNotFound.UserNotExist',
      ],
      output: { UserInfo: userInfo },
      input: {
        UserId: userId,
        NewFirstName: TEXTS.FirstName,
        NewLastName: TEXTS.LastName,
        NewDisplayName: TEXTS.DisplayName,
        NewDescription: TEXTS.Description,
        NewEmail: TEXTS.Email,
        NeedResetPassword: z.boolean().optional(),
      },
      handle: async (actor, input) => {
        const user = await users.change(
          actor,
          userIdOf(input.UserId),
          (before) =>
            withTexts(before, {
              FirstName: input.NewFirstName,
              LastName: input.NewLastName,
              DisplayName: input.NewDisplayName,
              Description: input.NewDescription,
              Email: input.NewEmail,
            }),
          input.NeedResetPassword === undefined ? {} : { mustChangePassword: input.NeedResetPassword },
        )
        return describe(actor, user)
      },
    }),
    zoneAction({
      name: 'UpdateUserStatus',
      summary: 'Enables or disables a user.',
      priority: 'P0',
      refusals: ['FailedOperation.SynchronizedUserNotUpdate', 'ResourceNotFound.UserNotExist'],
      output: {},
      input: { UserId: userId, NewUserStatus: status },
      handle: async (actor, { UserId, NewUserStatus }) => {
        await users.setActive(actor, userIdOf(UserId), NewUserStatus === 'Enabled')
        return {}
      },
    }),
    zoneAction({
      name: 'DeleteUser',
      summary: 'Deletes a user who is in no group and has neither assignments nor synchronizations.',
      priority: 'P0',
      refusals: [
        'FailedOperation.RoleConfigurationAuthorizationExist',
        'FailedOperation.SynchronizedUserNotDelete',
        'FailedOperation.UserProvisioningExists',
        'InvalidParameter.UserAlreadyExistsGroup',
        'ResourceNotFound.UserNotExist',
      ],
      output: {},
      input: { UserId: userId },
      errors: {
        'user.synchronized': 'FailedOperation.SynchronizedUserNotDelete',
        'user.manual': 'FailedOperation.ManualUserNotDelete',
      },
      handle: async (actor, { UserId }) => {
        await users.remove(actor, userIdOf(UserId))
        return {}
      },
    }),
    zoneAction({
      name: 'ListJoinedGroupsForUser',
      summary: 'Lists the groups that a user is in.',
      priority: 'P0',
      refusals: ['InvalidParameter.NextTokenInvalid', 'ResourceNotFound.UserNotExist'],
      output: { ...PAGE_OUTPUT, JoinedGroups: z.array(joinedGroup) },
      input: { ...PAGE_INPUT, UserId: userId },
      handle: async (actor, input) => {
        const page = await users.listGroups(actor, userIdOf(input.UserId), pageOf(input))
        const ids = page.items.map(({ groupId }) => groupId)
        const { items } =
          ids.length === 0
            ? { items: [] }
            : await groups.list(actor, { criteria: withIds(ids), page: { offset: 0, limit: ids.length } })
        const descriptions = new Map(items.map(({ id, description }) => [id, description]))
        return {
          ...pageAnswer(input, page),
          JoinedGroups: page.items.map((group) => ({
            GroupId: group.groupId,
            GroupName: group.displayName,
            Description: descriptions.get(group.groupId) ?? '',
            GroupType: toType(group.type),
            JoinTime: cloudTime(group.joinedAt),
          })),
        }
      },
    }),
  ]
}
