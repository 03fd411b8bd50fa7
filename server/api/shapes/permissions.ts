/** Role configurations, assignments, deployments, synchronizations and their tasks as answers of the cloud API show them. */
import { z } from 'zod'
import {
  cloudTimeText,
  deletionStrategy,
  deploymentStatus,
  duplicationStrategy,
  policyType,
  principalKind,
  principalType,
  status,
  targetType,
  targetUin,
  taskStatus,
} from './values.js'

export const roleConfiguration = z.object({
  RoleConfigurationId: z.string(),
  RoleConfigurationName: z.string(),
  Description: z.string(),
  SessionDuration: z.int().describe('Seconds.'),
  RelayState: z.string(),
  CreateTime: cloudTimeText,
  UpdateTime: cloudTimeText,
  IsSelected: z
    .boolean()
    .describe('Whether it is in one of the accounts in FilterTargets (of PrincipalId, when that is given).'),
})

export const rolePolicie = z.object({
  RolePolicyId: z.int().describe('0 for a custom policy.'),
  RolePolicyName: z.string(),
  RolePolicyType: policyType,
  RolePolicyDocument: z.string().describe('Of custom policies, byte for byte as it was given; else empty.'),
  AddTime: cloudTimeText,
})

export const roleAssignment = z.object({
  RoleConfigurationId: z.string(),
  RoleConfigurationName: z.string(),
  TargetUin: targetUin,
  TargetType: targetType,
  PrincipalId: z.string(),
  PrincipalType: principalType,
  PrincipalName: z.string(),
  StartTime: z.string().optional().describe('ISO 8601; absent without a start. The cloud has no such field.'),
  EndTime: z.string().optional().describe('ISO 8601; absent without an end. The cloud has no such field.'),
  CreateTime: cloudTimeText,
  UpdateTime: cloudTimeText,
  TargetName: z.string(),
})

export const taskInfo = z.object({
  TaskId: z.string(),
  RoleConfigurationId: z.string(),
  RoleConfigurationName: z.string(),
  TargetUin: targetUin,
  TargetType: targetType,
  PrincipalId: z.string().describe('Empty where the task is about a configuration alone.'),
  PrincipalType: principalKind,
  TaskType: z.string(),
  Status: taskStatus,
  FailureReason: z.string().describe('Empty unless the task has failed.'),
})

export const roleProvisioningsTask = z.object({
  TaskId: z.string(),
  RoleConfigurationId: z.string(),
  RoleConfigurationName: z.string(),
  TargetUin: targetUin,
  TargetType: targetType,
  TaskType: z.string(),
  TaskStatus: taskStatus,
})

export const roleConfigurationProvisioning = z.object({
  DeploymentStatus: deploymentStatus,
  RoleConfigurationId: z.string(),
  RoleConfigurationName: z.string(),
  TargetUin: targetUin,
  TargetName: z.string(),
  CreateTime: cloudTimeText,
  UpdateTime: cloudTimeText,
  TargetType: targetType,
})

export const polledTask = z.object({
  Status: taskStatus,
  TaskId: z.string(),
  TaskType: z.string(),
  FailureReason: z.string().describe('Empty unless the task has failed.'),
})

export const userProvisioningsTask = z.object({
  TaskId: z.string(),
  TargetUin: targetUin,
  TargetType: targetType,
  TaskType: z.string(),
  TaskStatus: taskStatus,
  UserProvisioningId: z.string(),
  PrincipalId: z.string(),
  PrincipalType: principalType,
  PrincipalName: z.string(),
  DuplicationStrategy: duplicationStrategy,
  DeletionStrategy: deletionStrategy,
})

export const userProvisioning = z.object({
  UserProvisioningId: z.string(),
  Description: z.string(),
  Status: status.describe('`Enabled` after success, `Disabled` after failure.'),
  PrincipalId: z.string(),
  PrincipalName: z.string(),
  PrincipalType: principalType,
  TargetUin: targetUin,
  TargetName: z.string(),
  DuplicationStrategy: duplicationStrategy,
  DeletionStrategy: deletionStrategy,
  CreateTime: cloudTimeText,
  UpdateTime: cloudTimeText,
  TargetType: targetType,
})
