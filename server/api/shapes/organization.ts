/** The organization directory and its service control policies as answers of the cloud API show them. */
import { z } from 'zod'
import { cloudTimeText, nodeId, targetUin } from './values.js'

export const tag = z.object({
  TagKey: z.string(),
  TagValue: z.string(),
})

export const orgPermission = z.object({
  Id: z.int(),
  Name: z.string(),
})

export const memberIdentity = z.object({
  IdentityId: z.int(),
  IdentityAliasName: z.string(),
})

export const orgNode = z.object({
  NodeId: z.int(),
  Name: z.string(),
  ParentNodeId: z.int().describe('0 for the root.'),
  Remark: z.string(),
  CreateTime: cloudTimeText,
  UpdateTime: cloudTimeText,
  Tags: z.array(tag),
})

export const orgMember = z.object({
  MemberUin: z.int(),
  Name: z.string(),
  MemberType: z.string().describe('`Create` or `Invite`.'),
  OrgPolicyType: z.string(),
  OrgPolicyName: z.string(),
  OrgPermission: z.array(orgPermission),
  NodeId: z.int(),
  NodeName: z.string(),
  Remark: z.string(),
  CreateTime: cloudTimeText,
  UpdateTime: cloudTimeText,
  IsAllowQuit: z.string(),
  PayUin: z.string(),
  PayName: z.string(),
  OrgIdentity: z.array(memberIdentity),
  BindStatus: z.string(),
  PermissionStatus: z.string(),
  Tags: z.array(tag),
  NickName: z.string(),
})

export const organization = z.object({
  OrgId: z.int(),
  HostUin: targetUin,
  NickName: z.string(),
  OrgType: z.int(),
  IsManager: z.boolean(),
  OrgPolicyType: z.string(),
  OrgPolicyName: z.string(),
  OrgPermission: z.array(orgPermission),
  RootNodeId: nodeId,
  CreateTime: cloudTimeText,
  JoinTime: cloudTimeText,
  IsAllowQuit: z.string(),
  PayUin: z.string(),
  PayName: z.string(),
  IsAssignManager: z.boolean(),
  IsAuthManager: z.boolean(),
})

export const notAllowReason = z.object({
  IsCreateMember: z
    .boolean()
    .describe('True where the member was invited: only members made here can be deleted.'),
  DeletionPermission: z.boolean().describe('True while the permit to delete members is off.'),
  IsAssignManager: z.boolean(),
  IsAuthManager: z.boolean(),
  IsShareManager: z.boolean(),
  OperateProcess: z.boolean(),
  BillingPermission: z.boolean(),
  ExistResources: z.array(z.string()),
  DetectFailedResources: z.array(z.string()),
  CICRoleConfig: z.boolean().describe('Whether permission configurations are deployed or assigned there.'),
  CICUserConfig: z.boolean().describe('Whether users are synchronized to it.'),
})

export const listPolicyNode = z.object({
  AddTime: cloudTimeText,
  AttachedTimes: z.int().describe('To how many departments and members it is attached.'),
  Description: z.string(),
  PolicyName: z.string(),
  PolicyId: z.int(),
  UpdateTime: cloudTimeText,
  Type: z.int().describe('1 custom, 2 preset.'),
})

export const listTargetsForPolicyNode = z.object({
  Uin: z.int().describe('Number of the department or member.'),
  RelatedType: z.int().describe('1 department, 2 member.'),
  Name: z.string(),
  AddTime: cloudTimeText,
})

export const listPoliciesForTarget = z.object({
  StrategyId: z.int(),
  StrategyName: z.string(),
  Remark: z.string(),
  Uin: z.int(),
  Type: z.int().describe('1 department, 2 member.'),
  AddTime: cloudTimeText,
  UpdateTime: cloudTimeText,
  Name: z.string(),
  AttachTime: cloudTimeText,
})
