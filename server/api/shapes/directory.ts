/** Users and groups as answers of the cloud API show them. */
import { z } from 'zod'
import { cloudTimeText, directoryType, status } from './values.js'

export const userInfo = z.object({
  UserName: z.string(),
  FirstName: z.string().describe('Given name.'),
  LastName: z.string().describe('Family name.'),
  DisplayName: z.string(),
  Description: z.string(),
  Email: z.string(),
  UserStatus: status,
  UserType: directoryType,
  UserId: z.string(),
  CreateTime: cloudTimeText,
  UpdateTime: cloudTimeText,
  IsSelected: z.boolean().describe('Whether the user is in one of the groups in FilterGroups.'),
  Password: z
    .string()
    .describe('The generated initial password: only in the answer of CreateUser, this once.'),
  NeedResetPassword: z.boolean().describe('Whether the password has to be changed at the next sign-in.'),
})

export const groupInfo = z.object({
  GroupName: z.string(),
  Description: z.string(),
  CreateTime: cloudTimeText,
  GroupType: directoryType,
  UpdateTime: cloudTimeText,
  GroupId: z.string(),
  MemberCount: z.int(),
  IsSelected: z.boolean().describe('Whether one of the users in FilterUsers is a member.'),
})

export const groupMember = z.object({
  UserName: z.string(),
  DisplayName: z.string(),
  Description: z.string(),
  Email: z.string(),
  UserStatus: status,
  UserType: directoryType,
  UserId: z.string(),
  JoinTime: cloudTimeText,
})

export const joinedGroup = z.object({
  GroupName: z.string(),
  Description: z.string(),
  GroupId: z.string(),
  GroupType: directoryType,
  JoinTime: cloudTimeText,
})
