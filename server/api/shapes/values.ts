/** Values that parameters and answers of the cloud API share: enumerations, ids, numbers, times, with what they mean. */
import { z } from 'zod'

export const directoryType = z
  .enum(['Manual', 'Synchronized'])
  .describe('`Manual`: made here. `Synchronized`: came by SCIM, or waits for it.')
export const status = z.enum(['Enabled', 'Disabled'])
export const principalType = z.enum(['User', 'Group'])
/** In answers: a task may be about no principal at all. */
export const principalKind = z.enum(['User', 'Group', ''])
export const targetType = z
  .enum(['ManagerUin', 'MemberUin'])
  .describe('`ManagerUin` for the management account, `MemberUin` for every other.')
export const policyType = z
  .enum(['System', 'Custom'])
  .describe('`System`: a preset policy of CAM. `Custom`: a policy of the role configuration itself.')
export const duplicationStrategy = z
  .enum(['KeepBoth', 'TakeOver'])
  .describe('When the account has a CAM user of that name: make `<name>_cic` beside it, or take it over.')
export const deletionStrategy = z
  .enum(['Delete', 'Keep'])
  .describe('What becomes of the CAM users when the synchronization is removed.')
export const taskStatus = z.enum(['InProgress', 'Success', 'Failed'])
export const taskType = z.enum([
  'CreateRoleAssignment',
  'DeleteRoleAssignment',
  'ProvisionRoleConfiguration',
  'DeprovisionRoleConfiguration',
])
export const deploymentStatus = z
  .enum(['Deployed', 'DeployedRequired', 'DeployFailed'])
  .describe(
    '`DeployedRequired`: the configuration has changed since, and waits for ProvisionRoleConfiguration.',
  )

export const cloudTimeText = z.string().describe('`YYYY-MM-DD HH:mm:ss`, UTC+8.')

export const userId = z.string().describe('Id of a user: `u-` and 12 letters and digits.')
export const groupId = z.string().describe('Id of a group: `g-` and 12 letters and digits.')
export const principalId = z.string().describe('Id of a user or of a group, as PrincipalType says.')
export const roleConfigurationId = z
  .string()
  .describe('Id of a role configuration: `rc-` and 12 letters and digits.')
export const userProvisioningId = z
  .string()
  .describe('Id of a CAM user synchronization: `up-` and 12 letters and digits.')
export const taskId = z.string().describe('Id of a task: `t-` and 12 letters and digits.')
export const targetUin = z.int().describe('Number of a cloud account: 12 digits.')
export const memberUin = z.int().describe('Number of a member account: 12 digits.')
export const nodeId = z.int().describe('Number of a department, or of the root.')
export const policyId = z.int().describe('Number of a policy.')
