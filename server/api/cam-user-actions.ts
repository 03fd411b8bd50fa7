/** Users of an account and their API keys, by CAM's actions. */
import { z } from 'zod'
import { uidOf, type CamOwner } from '../domain/cam-account.js'
import { IdentityCenterError } from '../domain/errors.js'
import type { CamKeyService } from '../services/cam-keys.js'
import type { AccountUser, CamUserChange, CamUserService } from '../services/cam-users.js'
import { signedAction, type Action } from './action.js'
import type { ErrorNames } from './api-errors.js'
import { camAction, switched, uin, userUin } from './cam-action.js'
import { cloudTime } from './zone-action.js'

export interface CamUserActionDeps {
  readonly camUsers: CamUserService
  readonly camKeys: CamKeyService
}

const PROFILE_INPUT = {
  Remark: z.string().optional(),
  PhoneNum: z.string().optional(),
  CountryCode: z.string().optional(),
  Email: z.string().optional(),
} as const

const profileOf = (input: z.output<z.ZodObject<typeof PROFILE_INPUT>>) => ({
  remark: input.Remark,
  phoneNumber: input.PhoneNum,
  countryCode: input.CountryCode,
  email: input.Email,
})

const USER = {
  Uin: z.int(),
  Name: z.string(),
  Uid: z.int(),
  Remark: z.string(),
  ConsoleLogin: switched,
  PhoneNum: z.string(),
  CountryCode: z.string(),
  Email: z.string(),
} as const

const userFields = (user: AccountUser): z.output<z.ZodObject<typeof USER>> => ({
  Uin: Number(user.uin),
  Name: user.name,
  Uid: uidOf(user.uin),
  Remark: user.remark ?? '',
  ConsoleLogin: user.consoleLogin ? 1 : 0,
  PhoneNum: user.phoneNumber ?? '',
  CountryCode: user.countryCode ?? '',
  Email: user.email ?? '',
})

/** Kinds of users as the cloud numbers them: 2 sub-user, 10 made by the Identity Center. */
const USER_TYPES: Readonly<Record<CamOwner, number>> = { account: 2, identityCenter: 10 }

/** A password is given with the wish to sign in, and only then. */
function consoleOf({
  ConsoleLogin,
  Password,
}: {
  readonly ConsoleLogin?: 0 | 1 | undefined
  readonly Password?: string | undefined
}): CamUserChange['console'] {
  if (ConsoleLogin === 0) {
    if (Password === undefined) return 'none'
    throw new IdentityCenterError('camUser.invalid', 'A user who does not sign in has no Password.')
  }
  return Password === undefined ? undefined : { password: Password }
}

const KEY_ERRORS: ErrorNames = { 'camUser.notFound': 'InvalidParameter.UserNotExist' }

const accessKeyStatus = z.enum(['Active', 'Inactive'])
const TARGET = { TargetUin: uin.optional() } as const
const targetOf = ({ TargetUin }: { readonly TargetUin?: number | undefined }) =>
  TargetUin === undefined ? undefined : String(TargetUin)

export const camUserActions = ({ camUsers, camKeys }: CamUserActionDeps): readonly Action[] => [
  camAction({
    name: 'AddUser',
    summary: 'Makes a user of the account, with a console password and an API key if wanted.',
    refusals: [
      'InvalidParameter.ParamError',
      'InvalidParameter.PasswordViolatedRules',
      'InvalidParameter.SubUserFull',
      'InvalidParameter.SubUserNameInUse',
      'InvalidParameter.UserNameIllegal',
    ],
    input: {
      ...PROFILE_INPUT,
      Name: z.string(),
      ConsoleLogin: switched.default(0),
      UseApi: switched.default(0),
      Password: z.string().optional(),
      NeedResetPassword: switched.default(1),
    },
    output: {
      Uin: z.int(),
      Name: z.string(),
      Uid: z.int(),
      Password: z.string().describe('Only when it was generated.'),
      SecretId: z.string(),
      SecretKey: z.string().describe('Shown only here.'),
    },
    handle: async (call, input) => {
      const access = consoleOf(input)
      const { user, generatedPassword, key } = await camUsers.create(call, {
        ...profileOf(input),
        name: input.Name,
        withKey: input.UseApi === 1,
        console:
          input.ConsoleLogin === 1
            ? {
                password: typeof access === 'object' ? access.password : undefined,
                mustChange: input.NeedResetPassword === 1,
              }
            : undefined,
      })
      return {
        Uin: Number(user.uin),
        Name: user.name,
        Uid: uidOf(user.uin),
        Password: generatedPassword ?? '',
        SecretId: key?.secretId ?? '',
        SecretKey: key?.secretKey ?? '',
      }
    },
  }),
  camAction({
    name: 'GetUser',
    summary: 'Tells about a user of the account.',
    refusals: ['ResourceNotFound.UserNotExist'],
    input: { Name: z.string() },
    output: { ...USER, RecentlyLoginIP: z.string(), RecentlyLoginTime: z.string() },
    handle: async (call, { Name }) => {
      const user = await camUsers.get(call, { name: Name })
      return {
        ...userFields(user),
        RecentlyLoginIP: user.lastSignInAddress ?? '',
        RecentlyLoginTime: user.lastSignInAt === undefined ? '' : cloudTime(user.lastSignInAt),
      }
    },
  }),
  camAction({
    name: 'ListUsers',
    summary: 'Lists the users of the account.',
    input: {},
    output: { Data: z.array(z.object({ ...USER, CreateTime: z.string(), NickName: z.string() })) },
    handle: async (call) => {
      const { items } = await camUsers.list(call, { page: { offset: 0, limit: 10_000 } })
      return {
        Data: items.map((user) => ({
          ...userFields(user),
          CreateTime: cloudTime(user.createdAt),
          NickName: user.name,
        })),
      }
    },
  }),
  camAction({
    name: 'UpdateUser',
    summary: 'Changes what is known of a user, and the console password.',
    refusals: [
      'FailedOperation',
      'FailedOperation.Unmodifiable',
      'InvalidParameter.ParamError',
      'InvalidParameter.PasswordViolatedRules',
      'ResourceNotFound.UserNotExist',
    ],
    input: {
      ...PROFILE_INPUT,
      Name: z.string(),
      ConsoleLogin: switched.optional(),
      Password: z.string().optional(),
      NeedResetPassword: switched.optional(),
    },
    output: {},
    handle: async (call, input) => {
      await camUsers.update(
        call,
        { name: input.Name },
        {
          ...profileOf(input),
          console: consoleOf(input),
          mustChange: input.NeedResetPassword === undefined ? undefined : input.NeedResetPassword === 1,
        },
      )
      return {}
    },
  }),
  camAction({
    name: 'DeleteUser',
    summary: 'Deletes a user; one with API keys only by force.',
    refusals: [
      'FailedOperation',
      'FailedOperation.Unmodifiable',
      'OperationDenied.HaveKeys',
      'ResourceNotFound.UserNotExist',
    ],
    input: { Name: z.string(), Force: switched.default(0) },
    output: {},
    handle: async (call, { Name, Force }) => {
      await camUsers.remove(call, { name: Name }, { withKeys: Force === 1 })
      return {}
    },
  }),
  camAction({
    name: 'DescribeSubAccounts',
    summary: 'Tells about users by number; those that are not there are left out.',
    input: { FilterSubAccountUin: z.array(uin).max(50) },
    output: {
      SubAccounts: z.array(
        z.object({
          Uin: z.int(),
          Name: z.string(),
          Uid: z.int(),
          Remark: z.string(),
          CreateTime: z.string(),
          UserType: z.int(),
          LastLoginIp: z.string(),
          LastLoginTime: z.string(),
        }),
      ),
    },
    handle: async (call, { FilterSubAccountUin }) => {
      const users = await camUsers.describe(call, [...new Set(FilterSubAccountUin)].map(userUin))
      return {
        SubAccounts: users.map((user) => ({
          Uin: Number(user.uin),
          Name: user.name,
          Uid: uidOf(user.uin),
          Remark: user.remark ?? '',
          CreateTime: cloudTime(user.createdAt),
          UserType: USER_TYPES[user.owner],
          LastLoginIp: user.lastSignInAddress ?? '',
          LastLoginTime: user.lastSignInAt === undefined ? '' : cloudTime(user.lastSignInAt),
        })),
      }
    },
  }),
  // Whoever can sign may know these, whatever his policies.
  signedAction({
    name: 'GetUserAppId',
    summary: 'Tells the numbers of the caller and of the account.',
    priority: 'P1',
    input: z.strictObject({}),
    output: { Uin: z.string(), OwnerUin: z.string(), AppId: z.int() },
    handle: async (call) => {
      const { uin: Uin, ownerUin: OwnerUin, appId: AppId } = await camUsers.whoIs(call)
      return { Uin, OwnerUin, AppId }
    },
  }),
  camAction({
    name: 'CreateAccessKey',
    summary: 'Makes an API key of a user, or of the caller; its secret is shown only here.',
    refusals: [
      'InvalidParameter.ParamError',
      'InvalidParameter.UserNotExist',
      'OperationDenied.AccessKeyOverLimit',
      'OperationDenied.SubUin',
    ],
    input: { ...TARGET, Description: z.string().optional() },
    output: {
      AccessKey: z.object({
        AccessKeyId: z.string(),
        SecretAccessKey: z.string(),
        Status: accessKeyStatus,
        CreateTime: z.string(),
        Description: z.string(),
      }),
    },
    errors: KEY_ERRORS,
    handle: async (call, input) => {
      const { Description = '' } = input
      const { secretId, secretKey, createdAt } = await camKeys.create(call, targetOf(input), Description)
      return {
        AccessKey: {
          AccessKeyId: secretId,
          SecretAccessKey: secretKey,
          Status: 'Active' as const,
          CreateTime: cloudTime(createdAt),
          Description,
        },
      }
    },
  }),
  camAction({
    name: 'ListAccessKeys',
    summary: 'Lists the API keys of a user, or of the caller.',
    refusals: ['InvalidParameter.ParamError', 'InvalidParameter.UserNotExist', 'OperationDenied.SubUin'],
    input: TARGET,
    output: {
      AccessKeys: z.array(
        z.object({
          AccessKeyId: z.string(),
          Status: accessKeyStatus,
          CreateTime: z.string(),
          Description: z.string(),
        }),
      ),
    },
    errors: KEY_ERRORS,
    handle: async (call, input) => {
      const keys = await camKeys.list(call, targetOf(input))
      return {
        AccessKeys: keys.map(({ secretId, status, createdAt, description = '' }) => ({
          AccessKeyId: secretId,
          Status: status === 'enabled' ? ('Active' as const) : ('Inactive' as const),
          CreateTime: cloudTime(createdAt),
          Description: description,
        })),
      }
    },
  }),
  camAction({
    name: 'UpdateAccessKey',
    summary: 'Switches an API key on or off.',
    refusals: [
      'InvalidParameter.ParamError',
      'InvalidParameter.UserNotExist',
      'OperationDenied.SubUin',
      'ResourceNotFound.SecretNotExist',
    ],
    input: { ...TARGET, AccessKeyId: z.string(), Status: accessKeyStatus },
    output: {},
    errors: KEY_ERRORS,
    handle: async (call, input) => {
      const status = input.Status === 'Active' ? 'enabled' : 'disabled'
      await camKeys.setStatus(call, targetOf(input), input.AccessKeyId, status)
      return {}
    },
  }),
  camAction({
    name: 'DeleteAccessKey',
    summary: 'Deletes an API key.',
    refusals: [
      'InvalidParameter.ParamError',
      'InvalidParameter.UserNotExist',
      'OperationDenied.SubUin',
      'ResourceNotFound.SecretNotExist',
    ],
    input: { ...TARGET, AccessKeyId: z.string() },
    output: {},
    errors: KEY_ERRORS,
    handle: async (call, input) => {
      await camKeys.remove(call, targetOf(input), input.AccessKeyId)
      return {}
    },
  }),
]
